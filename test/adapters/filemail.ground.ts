import { setTimeout as sleep } from 'node:timers/promises';
import { filemail, type FilemailOptions } from '../../src/adapters/filemail.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import type { Delivery, DeliveryDraft } from '../../src/backend/delivery.js';
import { ROOT } from '../../src/backend/item.js';
import type { Ticket, UploadedPart } from '../../src/backend/upload.js';
import { memoryStore } from '../../src/relay/store.js';
import type { Subject } from '../contract/backend.suite.js';
import { encoded, put } from '../contract/bytes.js';
import { startFilemail, type Filemail } from '../services/filemail/filemail.js';
import type { Transfer } from '../services/filemail/records.js';
import { CREDENTIALS } from '../services/filemail/seed.js';

/** A seeded service, and the owner's backend at it. */
export interface Site {
  service: Filemail;
  backend: Backend;
  /** The same service with other credentials or options, and a store of its own unless one is given. */
  as: (options: Partial<FilemailOptions>) => Backend;
}

/** Starts a simulated Filemail. */
export async function site(options: Partial<FilemailOptions> = {}): Promise<Site> {
  const service = await startFilemail();
  const as = (more: Partial<FilemailOptions>): Backend =>
    filemail({
      apiKey: CREDENTIALS.ownerKey,
      baseUrl: service.url,
      store: memoryStore(),
      ...options,
      ...more,
    } as FilemailOptions);
  return { service, backend: as({}), as };
}

/** Which request of the service a call's answer comes with. */
const ANSWERS: Partial<Record<CallName, RegExp>> = {
  send: /^api PUT \/transfer\/complete$/,
  forward: /^api POST \/transfer\/forward$/,
};

/** The site as the contract suite wants it. */
export function subjectOf({ service, backend, as }: Site): Subject {
  return {
    backend,
    other: as({ apiKey: CREDENTIALS.strangerKey }),
    apart: true,
    linked: true,
    loseAnswer: (call) => {
      const pattern = ANSWERS[call];
      if (!pattern) throw new Error(`It is not known which request "${call}" is.`);
      service.knobs.next(pattern, 'lost-answer');
    },
    cleanup: () => service.close(),
  };
}

let operations = 0;
/** A draft to nobody, with an operation of its own. */
export const draftOf = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [],
  recipients: [],
  subject: 'Files',
  operation: `operation ${(operations += 1)}`,
  ...over,
});

/** Somebody by address. */
export const to = (email: string) => ({ kind: 'email' as const, email });

/** Brings a file into an open delivery, up to its last byte. */
export async function bring(
  backend: Backend,
  delivery: Ticket,
  name: string,
  text: string,
  path?: string,
): Promise<{ ticket: Ticket; uploaded: UploadedPart }> {
  const bytes = encoded(text);
  const file = { name, size: bytes.length, type: '', ...(path !== undefined && { path }) };
  const initiated = await backend.init(file, { folder: ROOT, conflict: 'rename', delivery });
  if (!('ticket' in initiated)) throw new Error(`"${name}" was not opened.`);
  return put(backend, initiated.ticket, { number: 1, start: 0, end: bytes.length }, bytes);
}

/** Sends a delivery of small files, named by their paths. */
export async function deliver(backend: Backend, files: Record<string, string>, over: Partial<DeliveryDraft> = {}): Promise<Delivery> {
  const draft = draftOf(over);
  const { ticket: delivery } = await backend.open(draft);
  for (const [path, text] of Object.entries(files)) {
    const cut = path.lastIndexOf('/');
    const { ticket, uploaded } = await bring(backend, delivery, path.slice(cut + 1), text, cut < 0 ? undefined : path.slice(0, cut));
    await backend.complete(ticket, [uploaded], {});
  }
  return backend.send({ ...draft, delivery });
}

/** The one transfer that the service has, or the newest. */
export function lastTransfer({ state }: Filemail): Transfer {
  const transfer = [...state.transfers.values()].at(-1);
  if (!transfer) throw new Error('There is no transfer.');
  return transfer;
}

/** How every transfer of the service stands, and what it holds. */
export const standing = ({ state }: Filemail): [status: string, files: string[]][] =>
  [...state.transfers.values()].map(({ status, files }) => [status, [...files.values()].map(({ name }) => name).sort()]);

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
