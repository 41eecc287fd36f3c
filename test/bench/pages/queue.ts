import { memory } from '../../../src/adapters/memory.js';
import { ROOT } from '../../../src/backend/item.js';
import '../../../src/elements/upload.js';
import type { Uploads } from '../../../src/uploads/queue.js';
import { createUploads } from '../../../src/uploads/uploads.js';
import { smallFiles } from './watch.js';

/** Files that the queue sends at once to a backend that bytes go to directly. */
const CONNECTIONS = 6;

/** What was seen of an upload. */
export interface Uploaded {
  milliseconds: number;
  /** How many `upload-success` came. */
  successes: number;
  /** How many files the final `complete` named. */
  completed: number;
}

/** What the bench calls in a page, in this order; times in milliseconds. */
export interface Queues {
  /** Makes files of 1 kB. */
  make(count: number): void;
  /** Makes the calls that the backend gets, and no others, in a plain loop. */
  bare?(): Promise<number>;
  /** Adds the files; `drawn`: in an element. */
  add(drawn: boolean): Promise<number>;
  upload(): Promise<Uploaded>;
}

declare global {
  var queues: Queues;
}

let files: File[] = [];
let uploads: Uploads;

globalThis.queues = {
  make: (count) => {
    files = smallFiles(count, 1000);
  },
  bare: async () => {
    const backend = memory();
    const left = [...files];
    const start = performance.now();
    const worker = async (): Promise<void> => {
      for (let file = left.shift(); file; file = left.shift()) {
        const { name, size, type, lastModified: modified } = file;
        const opened = await backend.init({ name, size, type, modified }, { folder: ROOT, conflict: 'ask' });
        if (!('ticket' in opened)) throw new Error(`"${name}" is there already.`);
        const part = await backend.write?.(opened.ticket, { number: 1, start: 0, end: size }, file.stream());
        await backend.complete(opened.ticket, part ? [part] : [], {});
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    return performance.now() - start;
  },
  add: async (drawn) => {
    uploads = createUploads();
    uploads.target = { backend: memory(), folder: ROOT, conflict: 'ask' };
    if (drawn) {
      const element = document.createElement('ferry-upload');
      Object.assign(element, { uploads, backend: uploads.target.backend, manual: true, multiple: true });
      document.body.append(element);
      await element.updateComplete;
    }
    const start = performance.now();
    await uploads.add(files.map((file) => ({ file })));
    return performance.now() - start;
  },
  upload: async () => {
    let successes = 0;
    uploads.on('upload-success', () => successes++);
    const complete = new Promise<number>((resolve) => {
      uploads.on('complete', ({ successful }: { successful: unknown[] }) => {
        resolve(successful.length);
      });
    });
    const start = performance.now();
    uploads.upload().catch(console.error);
    const completed = await complete;
    return { milliseconds: performance.now() - start, successes, completed };
  },
};
