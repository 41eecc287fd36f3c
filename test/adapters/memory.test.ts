import { memory, type MemoryOptions } from '../../src/adapters/memory.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import { BackendError } from '../../src/backend/errors.js';
import { backendSuite, type Subject } from '../contract/backend.suite.js';

/** A memory backend under test, another one beside it, and its knobs as the suite turns them. */
const subject = (options: MemoryOptions = {}): Subject => {
  const backend = memory(options);
  const { knobs } = backend;
  return {
    backend,
    other: memory(options),
    alone: true,
    renames: options.naming !== undefined,
    loseAnswer: (call) => {
      knobs.lose = (done) => {
        if (done !== call) return undefined;
        knobs.lose = undefined;
        return new BackendError('offline', 'The answer was lost.');
      };
    },
    miss: (missed) => {
      knobs.miss = ({ email }) => (email === missed ? 'The server does not answer.' : undefined);
    },
    slow: (ms) => {
      knobs.delay = ms;
    },
  };
};

const VARIANTS: Record<string, MemoryOptions> = {
  memory: {},
  'memory that can do nothing': { capabilities: NOTHING },
  'memory in pages of 2': { capabilities: { list: { pageSize: 2 } } },
  'memory that lists all at once, by name, and searches one folder': {
    capabilities: { list: { pageSize: false, sort: ['name'], search: 'folder', total: false } },
  },
  'memory of equal cuts and created folders, whose parts the page must remember': {
    capabilities: {
      upload: {
        partSize: { min: 100, max: 1000, preferred: 500 },
        cuts: 'equal',
        maxParts: 5,
        maxFileSize: 4000,
        resume: 'kept',
        conflict: ['ask', 'replace'],
        folders: 'create',
      },
      list: { search: false },
    },
  },
  'memory of one part a file, without resume, with folders in the name': {
    capabilities: { upload: { maxParts: 1, parallelParts: 1, retryParts: false, resume: false, conflict: ['rename'], folders: 'in-name' } },
  },
  'memory whose files come with a delivery': {
    capabilities: {
      upload: { needsDelivery: true, folders: 'in-name', conflict: ['rename'] },
      send: { when: ['around-upload'], unit: 'delivery' },
    },
  },
  'memory that gives other names': { naming: (name) => name.normalize('NFC').replaceAll(/[ <>]/g, '_') },
  'memory that does one item a call': { batch: 1 },
  'memory that sends only with subject and message, to people': {
    capabilities: {
      send: {
        sender: false,
        note: false,
        password: false,
        startDate: false,
        expiry: false,
        downloadReceipt: false,
        requireLogin: false,
        bcc: false,
        confirmation: false,
        notify: false,
        downloadLimit: false,
        link: false,
        required: ['subject', 'message'],
        maxRecipients: 3,
      },
      describe: { fields: ['description'] },
      upload: { folders: false },
    },
  },
};

for (const [name, options] of Object.entries(VARIANTS)) await backendSuite(name, () => subject(options));
