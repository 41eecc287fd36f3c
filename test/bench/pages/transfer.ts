import type { Backend } from '../../../src/backend/backend.js';
import { ROOT } from '../../../src/backend/item.js';
import type { PartTarget, Ticket, UploadedPart } from '../../../src/backend/upload.js';
import '../../../src/elements/upload.js';
import { relayBackend } from '../../../src/relay/client.js';
import type { Uploads } from '../../../src/uploads/queue.js';
import { createUploads } from '../../../src/uploads/uploads.js';
import { make, named, take } from './files.js';

const CONNECTIONS = 6;

/** Milliseconds of a transfer without the queue. */
export interface Bare {
  bytes: number;
  /** From the last byte's answer until every file was completed. */
  completing: number;
}

/** What the bench calls in a page of a relay. */
export interface Transfers {
  backend: Backend;
  make: typeof make;
  take: typeof take;
  /** Cuts files by itself from now on, or into parts of that many bytes. */
  fix(partSize: number | undefined): void;
  /** Uploads them by an element; answers milliseconds until all are stored. */
  upload(): Promise<number>;
  /** Sends them in slices of that many bytes, by nothing but requests to addresses that were asked for beforehand. */
  bare(slice: number): Promise<Bare>;
  /** An element that uploads at once what it is given. */
  element(): { uploads: Uploads; ended: Promise<number> };
}

declare global {
  var transfers: Transfers;
}

interface Slice {
  upload: Opened;
  target: PartTarget;
  number: number;
  start: number;
  end: number;
}

interface Opened {
  ticket: Ticket;
  file: File;
  parts: UploadedPart[];
}

const relayed = relayBackend({ url: '/relay', backend: new URLSearchParams(location.search).get('backend') ?? 'disk' });
let fixed: number | undefined;
const backend: Backend = {
  ...relayed,
  init: async (...asked) => {
    const answer = await relayed.init(...asked);
    if ('ticket' in answer && fixed !== undefined) answer.upload.partSize = { min: fixed, max: fixed, preferred: fixed };
    return answer;
  },
};

async function open(file: File): Promise<Opened> {
  const { name, size, type, lastModified: modified } = file;
  const answer = await backend.init({ name, size, type, modified }, { folder: ROOT, conflict: 'ask' });
  if (!('ticket' in answer)) throw new Error(`"${name}" is there already.`);
  return { ticket: answer.ticket, file, parts: [] };
}

async function cut(upload: Opened, number: number, size: number): Promise<Slice> {
  const part = { number, start: (number - 1) * size, end: Math.min(upload.file.size, number * size) };
  return { upload, ...part, target: await backend.part(upload.ticket, part) };
}

const send = ({ upload, target, number, start, end }: Slice): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.onload = () => {
      if (request.status !== 200) reject(new Error(`Part ${number} was answered ${request.status}: ${request.responseText}`));
      const etag = target.answer === 'etag' ? request.getResponseHeader('etag') : null;
      upload.parts.push({ number, start, end, ...(etag === null ? { body: request.responseText } : { etag }) });
      resolve();
    };
    request.onerror = () => {
      reject(new Error(`Part ${number} was cut.`));
    };
    request.send(upload.file.slice(start, end));
  });

const element: Transfers['element'] = () => {
  const upload = document.createElement('ferry-upload');
  const uploads = createUploads();
  Object.assign(upload, { backend, uploads, multiple: true });
  const ended = new Promise<number>((resolve, reject) => {
    upload.addEventListener('ferry-completed', ({ detail: { uploaded, failed } }) => {
      if (failed.length > 0) reject(new Error(`${failed.length} files failed: ${failed[0]?.error ?? ''}`));
      else resolve(uploaded.length);
    });
  });
  document.querySelector('main')?.replaceChildren(upload);
  return { uploads, ended };
};

globalThis.transfers = {
  backend,
  element,
  make,
  take,
  fix: (partSize) => {
    fixed = partSize;
  },
  upload: async () => {
    const { uploads, ended } = element();
    const upload = document.querySelector('ferry-upload');
    await upload?.updateComplete;
    // The element stands on its page and has asked what it may do before a person chooses.
    await uploads.unfinished();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const chosen = named();
    const start = performance.now();
    await upload?.add(chosen);
    if ((await ended) !== chosen.length) throw new Error('Not every file arrived.');
    return performance.now() - start;
  },
  bare: async (size) => {
    const opened = await Promise.all(named().map(open));
    const asked = opened.flatMap((upload) =>
      Array.from({ length: Math.ceil(upload.file.size / size) }, (_, index) => cut(upload, index + 1, size)),
    );
    const slices = await Promise.all(asked);
    const start = performance.now();
    const worker = async (): Promise<void> => {
      for (let slice = slices.shift(); slice; slice = slices.shift()) await send(slice);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    const sent = performance.now();
    await Promise.all(
      opened.map(({ ticket, parts }) =>
        backend.complete(
          ticket,
          parts.sort((a, b) => a.number - b.number),
          {},
        ),
      ),
    );
    return { bytes: sent - start, completing: performance.now() - sent };
  },
};
