import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Capabilities } from '../../src/backend/capabilities.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { toBackendError } from '../../src/backend/errors.js';
import { type Item, type Outcome, type Ref, ROOT, type Sort } from '../../src/backend/item.js';
import type {
  Completed,
  Conflict,
  FileDescription,
  Initiated,
  Part,
  Ticket,
  UploadCapability,
  UploadedPart,
} from '../../src/backend/upload.js';
import { encoded, put, take } from './bytes.js';
import type { Make, Subject } from './subject.js';
import { witnessed } from './witness.js';

/** Where an upload goes. */
export interface Where {
  folder?: Ref;
  conflict?: Conflict;
  path?: string;
  modified?: number;
  type?: string;
}

/** An upload that was opened. */
export interface Sending {
  readonly ticket: Ticket;
  readonly upload: UploadCapability;
  readonly initiated: Extract<Initiated, { ticket: Ticket }>;
  /** Sends one part. */
  put: (part: Part, bytes: Uint8Array) => Promise<UploadedPart>;
  complete: (parts: UploadedPart[], conflict?: Conflict) => Promise<Completed>;
  /** Completes, sends the delivery where there must be one, and answers the item. */
  finish: (parts: UploadedPart[], conflict?: Conflict) => Promise<Item>;
}

/** What a test works with: one subject and the few deeds that most tests begin with. */
export interface Stage extends Subject {
  can: Capabilities;
  begin: (name: string, size: number, where?: Where) => Promise<Sending>;
  /** Puts a file there and answers its item. */
  store: (name: string, content?: string | Uint8Array, where?: Where) => Promise<Item>;
  folder: (name: string, parent?: Ref) => Promise<Item>;
  /** Everything that a folder lists, from all pages; of the root all that lies in the folders of deliveries, where files lie in those. */
  all: (folder?: Ref, page?: { limit?: number; sort?: Sort; search?: string }) => Promise<Item[]>;
  /** The names in a folder, in plain order. */
  names: (folder?: Ref) => Promise<string[]>;
  /** Asserts what an item holds, as far as it can be read. */
  holds: (item: Item, content: string | Uint8Array) => Promise<void>;
  /** A draft with all that the backend requires. */
  draft: (over?: Partial<DeliveryDraft>) => DeliveryDraft;
}

/** What the tests of one subject are made from. */
export interface Bench {
  can: Capabilities;
  /** Whether it takes bytes itself, by `write`, and gives them, by `read`. */
  writes: boolean;
  reads: boolean;
  /** Whether it has URLs for parts and for downloads. One that takes or gives bytes itself may do without. */
  parts: boolean;
  downloads: boolean;
  /** Whether every delivery's files lie in a folder of its own. */
  apart: boolean;
  /** A test with a stage of its own. */
  it: (title: string, act: (stage: Stage) => Promise<void>) => void;
}

let operations = 0;
/** An operation of its own. */
export const operation = (): string => `operation ${(operations += 1)} ${Date.now()}`;

/** How a call names an item. */
export const ref = ({ id, claim }: Ref): Ref => (claim === undefined ? { id } : { id, claim });

/** Repeats a call on many items until nothing is pending, and answers the last outcome of each. */
export async function settled(
  refs: Ref[],
  call: (left: Ref[], ticket: { ticket?: Exclude<Ticket, undefined> }) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  let left = refs;
  let ticket = {};
  for (let turn = 0; left.length > 0; turn += 1) {
    ok(turn < 100, 'the work never ends');
    const answers = await call(left, ticket);
    deepEqual(
      answers.map(({ id }) => id),
      left.map(({ id }) => id),
      'outcomes come one each, in the order and under the ids that were asked for',
    );
    for (const answer of answers) outcomes.set(answer.id, answer);
    const pending = answers.find((answer) => 'pending' in answer);
    if (pending && 'pending' in pending) ticket = { ticket: pending.pending.ticket };
    left = left.filter(({ id }) => 'pending' in (outcomes.get(id) ?? {}));
  }
  return refs.map(({ id }) => outcomes.get(id) ?? fail(`no outcome of "${id}"`));
}

const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? encoded(content) : content);

/** The stage of one subject. */
export function stageOf(subject: Subject, can: Capabilities): Stage {
  const backend = witnessed(subject.backend);
  const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => {
    const { send } = can;
    const plausible: Partial<DeliveryDraft> = {
      sender: 'sender@example.com',
      subject: 'Files',
      message: 'Here they are.',
      note: 'For the record.',
      password: 'correct horse battery',
      startDate: Date.now(),
      expiryDays: send && send.expiry ? send.expiry.default : null,
      downloadLimit: 10,
      customFields: send ? send.customFields.map(({ id }) => ({ id, value: 'value' })) : [],
    };
    const required = Object.entries(plausible).filter(([option]) => send && send.required.includes(option));
    return { items: [], recipients: [], operation: operation(), ...Object.fromEntries(required), ...over };
  };
  const pagesOf = async (folder: Ref, page: Parameters<typeof backend.list>[1]): Promise<Item[]> => {
    const items: Item[] = [];
    let cursor: string | undefined;
    for (let pages = 0; ; pages += 1) {
      ok(pages < 1000, 'the listing never ends');
      const listing = await backend.list(ref(folder), cursor === undefined ? page : { ...page, cursor });
      items.push(...listing.items);
      cursor = listing.cursor;
      if (cursor === undefined) return items;
    }
  };
  const stage: Stage = {
    ...subject,
    ...(subject.other && { other: witnessed(subject.other) }),
    backend,
    can,
    draft,
    async begin(name, size, { folder = ROOT, conflict, ...more } = {}) {
      const upload = can.upload || fail('this backend takes no uploads');
      const file: FileDescription = { name, size, type: '', ...more };
      // where it makes a folder, it is called as its file is, so that folders and files have one order
      const called = can.send && can.send.subject ? { subject: name.slice(0, can.send.subject.maxLength) } : {};
      const delivery = upload.needsDelivery ? (await backend.open(draft(called))).ticket : undefined;
      const where = { folder: ref(folder), conflict: conflict ?? upload.conflict[0] ?? 'ask' };
      const initiated = await backend.init(file, delivery === undefined ? where : { ...where, delivery });
      if (!('ticket' in initiated)) return fail(`"${name}" was not opened: ${JSON.stringify(initiated)}`);
      let { ticket } = initiated;
      const sending: Sending = {
        get ticket() {
          return ticket;
        },
        upload: initiated.upload,
        initiated,
        async put(part, bytes) {
          const sent = await put(backend, ticket, part, bytes);
          ticket = sent.ticket;
          return sent.uploaded;
        },
        complete: (parts, how) => backend.complete(ticket, parts, how ? { conflict: how } : {}),
        async finish(parts, how) {
          const completed = await sending.complete(parts, how);
          if ('item' in completed) return completed.item;
          if (!('pending' in completed) || delivery === undefined) return fail(`"${name}" was not completed: ${JSON.stringify(completed)}`);
          const sent = await backend.send(draft({ ...called, delivery }));
          return sent.items?.[0] ?? fail(`the delivery of "${name}" has no items`);
        },
      };
      return sending;
    },
    async store(name, content = name, where) {
      const bytes = bytesOf(content);
      const sending = await stage.begin(name, bytes.length, where);
      return sending.finish([await sending.put({ number: 1, start: 0, end: bytes.length }, bytes)]);
    },
    folder: (name, parent = ROOT) => backend.createFolder(ref(parent), name, { conflict: 'ask' }),
    async all(folder = ROOT, page = {}) {
      if (subject.apart && folder.id === '') {
        const shelves = await pagesOf(folder, page);
        return (await Promise.all(shelves.map((shelf) => pagesOf(shelf, page)))).flat();
      }
      return pagesOf(folder, page);
    },
    names: async (folder) => (await stage.all(folder)).map(({ name }) => name).sort(),
    async holds(item, content) {
      const bytes = bytesOf(content);
      if (item.size !== undefined) equal(item.size, bytes.length, `size of "${item.name}"`);
      if (can.download)
        ok(Buffer.from(await take(backend, ref(item))).equals(bytes), `"${item.name}" holds other bytes than were put there`);
    },
  };
  return stage;
}

/** Makes the bench of a subject: every test gets a fresh one. */
export async function benchOf(make: Make): Promise<Bench> {
  const first = await make();
  const { backend } = first;
  const can = await backend.capabilities({});
  const answers = (call: Promise<unknown>) => call.then(() => true).catch((error: unknown) => toBackendError(error).code !== 'unsupported');
  const writes = backend.write !== undefined;
  const reads = backend.read !== undefined;
  const parts = can.upload !== false && (!writes || (await answers(backend.part(null, { number: 1, start: 0, end: 0 }))));
  const downloads = can.download !== false && (!reads || (await answers(backend.download([ROOT]))));
  await first.cleanup?.();
  return {
    can,
    writes,
    reads,
    parts,
    downloads,
    apart: first.apart ?? false,
    it: (title, act) =>
      void test(title, async (t) => {
        const subject = await make();
        t.after(() => subject.cleanup?.());
        await act(stageOf(subject, can));
      }),
  };
}
