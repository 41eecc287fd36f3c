import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '../../src/adapters/disk.js';
import { memory, type MemoryOptions } from '../../src/adapters/memory.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import { backendSuite, type Subject } from '../contract/backend.suite.js';
import { relayed } from './relayed.js';

async function onDisk(): Promise<Subject> {
  const base = await mkdtemp(join(tmpdir(), 'ferrykit-relay-'));
  return relayed(disk({ root: join(base, 'files') }), { cleanup: () => rm(base, { recursive: true, force: true }) });
}

const naming = (name: string): string => name.normalize('NFC').replaceAll(/[ <>]/g, '_');

/** The user's root is a folder of the backend; beside it lies what must never be seen. */
async function below(): Promise<Subject> {
  const backend = memory({ batch: 1, naming, seed: { home: {}, homeless: { 'secret.txt': 'secret' }, 'above.txt': 'above' } });
  const { items } = await backend.list({ id: '' }, {});
  return relayed(backend, { root: items.find(({ name }) => name === 'home')?.id ?? '', renames: true });
}

const MEMORIES: Record<string, MemoryOptions> = {
  'memory through the relay': {},
  'memory that can do nothing, through the relay': { capabilities: NOTHING },
  'memory in pages of 2, of equal cuts that the page must remember, through the relay': {
    capabilities: {
      list: { pageSize: 2 },
      upload: {
        partSize: { min: 100, max: 1000, preferred: 500 },
        cuts: 'equal',
        maxParts: 5,
        maxFileSize: 4000,
        resume: 'kept',
        folders: 'create',
      },
    },
  },
  'memory whose files come with a delivery, through the relay': {
    capabilities: {
      upload: { needsDelivery: true, folders: 'in-name', conflict: ['rename'] },
      send: { when: ['around-upload'], unit: 'delivery' },
    },
  },
};

await backendSuite('disk through the relay', onDisk);
await backendSuite('memory below a root of the user, with other names, one item a call, through the relay', below);
for (const [name, options] of Object.entries(MEMORIES))
  await backendSuite(name, () => {
    const backend = memory(options);
    const miss = (missed?: string): void => {
      backend.knobs.miss = ({ email }) => (email === missed ? 'The server does not answer.' : undefined);
    };
    return relayed(backend, { miss });
  });
