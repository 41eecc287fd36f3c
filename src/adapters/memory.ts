import { type Backend, defineBackend } from '../backend/backend.js';
import type { ListCapability } from '../backend/capabilities.js';
import type { Recipient } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Quota, Ref, Rules } from '../backend/item.js';
import type { Part, Ticket, UploadCapability } from '../backend/upload.js';
import { blobOf, type Bytes, createAddresses } from './memory.bytes.js';
import { type CapabilityOverrides, has, narrow } from './memory.capabilities.js';
import { createGate, type MemoryKnobs } from './memory.gate.js';
import { createItems, createView } from './memory.items.js';
import { createListing } from './memory.listing.js';
import { createIds, createOnce } from './memory.operations.js';
import { createPeople } from './memory.people.js';
import { createTree, type Entry, type Facts, type FolderEntry, type Tree } from './memory.tree.js';
import { createUploads, ticketId } from './memory.uploads.js';

export type { CapabilityOverrides } from './memory.capabilities.js';
export type { Fault, MemoryCall, MemoryKnobs } from './memory.gate.js';

/** Content of a file that is there from the start. */
export type SeedContent = string | Blob;

/** What such a file can be given besides its content. */
export type SeedFacts = Facts & { modified?: number };

/**
 * A folder as it is to stand before the first call. Texts and Blobs are files (a `File` brings its date), `[content, facts]` too;
 * objects are folders.
 */
export interface MemorySeed {
  readonly [name: string]: SeedContent | readonly [content: SeedContent, facts: SeedFacts] | MemorySeed;
}

/** How a memory backend differs from the plain one. */
export interface MemoryOptions extends MemoryKnobs {
  /** Who uses it, and what a page's memory of unfinished uploads is keyed by. */
  account?: string;
  capabilities?: CapabilityOverrides;
  /** One set of rules for all folders, or each folder's own. They are enforced. */
  rules?: Rules | ((folder: Item) => Rules);
  /** What is there from the start. */
  seed?: MemorySeed;
  /** Users and groups that it knows. */
  people?: readonly Recipient[];
  /** Bytes that it takes in all. */
  storage?: number;
  /** The name that it gives a file instead of the one asked for. */
  naming?: (name: string) => string;
  /** How many items one call of `move`, `copy` or `remove` gets done; the others are answered `pending`. */
  batch?: number;
}

/** A backend with knobs, which may be turned at any time. */
export interface MemoryBackend extends Backend {
  readonly knobs: MemoryKnobs;
}

function plant(tree: Tree, folder: FolderEntry, seed: MemorySeed): void {
  const add = (name: string, bytes: Bytes, type: string, { modified, ...facts }: SeedFacts) =>
    Object.assign(tree.addFile(folder, name, bytes, { type, modified }).facts, facts);
  for (const [name, what] of Object.entries(seed)) {
    const [content, facts] = isSeedFile(what) ? what : [what, {}];
    if (typeof content === 'string') add(name, new TextEncoder().encode(content), 'text/plain', facts);
    else if (!(content instanceof Blob)) plant(tree, tree.addFolder(folder, name), content);
    else add(name, content, content.type, content instanceof File ? { modified: content.lastModified, ...facts } : facts);
  }
}

const isSeedFile = (what: MemorySeed[string]): what is readonly [SeedContent, SeedFacts] => Array.isArray(what);

/**
 * A backend that keeps everything in this process or page and forgets it with them. It has every call of the contract:
 * for pages without a server, for stories and for tests, with knobs to make it slow, to fail it and to switch things off.
 */
export function memory(options: MemoryOptions = {}): MemoryBackend {
  const { account = 'memory', people = [], storage = Infinity, batch = Infinity, naming = (name: string) => name, seed = {} } = options;
  const knobs: MemoryKnobs = {
    delay: options.delay ?? 0,
    speed: options.speed ?? 0,
    fail: options.fail,
    lose: options.lose,
    miss: options.miss,
  };
  const can = narrow(account, options.capabilities);
  const upload = can.upload as UploadCapability;
  const given = options.rules ?? {};
  const naturally: Rules = options.naming ? { renamed: true } : {};

  const id = createIds();
  const once = createOnce();
  const deliveries = new Map<string, string[]>();
  const addresses = createAddresses();
  const view = createView(can);
  const rules = (folder: Entry): Rules => ({ ...naturally, ...(typeof given === 'function' ? given(view(folder)) : given) });
  const tree = createTree({ id, by: account, storage, gone: (file) => addresses.revoke(file.id) });
  plant(tree, tree.root, seed);
  const uploads = createUploads({ tree, can: upload, account, view, rules, naming, deliveries, knobs, id });
  const items = createItems({ tree, can, view, rules, once, batch });
  const sending = createPeople({
    tree,
    can,
    view,
    people,
    open: deliveries,
    settle: uploads.settle,
    miss: (one) => knobs.miss?.(one),
    once,
    id,
  });
  const gate = createGate((call) => has(can, call), knobs);

  return {
    knobs,
    ...defineBackend({
      capabilities: gate('capabilities', ({ folder }: { folder?: Ref }) => {
        if (folder) tree.folder(folder);
        return can;
      }),
      quota: gate('quota', (): Quota => ({ storageUsed: tree.used(), ...(storage < Infinity && { storageLeft: storage - tree.used() }) })),

      init: gate('init', uploads.init),
      parts: gate('parts', uploads.parts),
      complete: gate('complete', uploads.complete),
      abort: gate('abort', (ticket: Ticket) => {
        uploads.abort(ticket);
        if (deliveries.delete(ticketId(ticket))) uploads.settle(ticketId(ticket), false);
      }),
      write: (ticket, part, bytes, how) =>
        gate('write', (to: Ticket, of: Part, stream: typeof bytes) => uploads.write(to, of, stream, how?.signal))(ticket, part, bytes, how),
      read: gate('read', (ref: Ref, { start, end }: { start: number; end?: number }): ReadableStream<Uint8Array> => {
        const { name, bytes, size } = tree.file(ref);
        if (!(start >= 0 && start <= (end ?? size) && start <= size))
          throw new BackendError('invalid', `"${name}" has ${size} bytes, none from ${start} to ${end ?? size}.`);
        return blobOf([bytes])
          .slice(start, end ?? size)
          .stream();
      }),
      download: gate('download', (refs: Ref[]) => refs.map(tree.file).map(addresses.address)),

      list: gate('list', createListing(tree, view, can.list as ListCapability)),
      item: gate('item', items.item),
      describe: gate('describe', items.describe),
      rules: gate('rules', items.rules),
      createFolder: gate('createFolder', items.createFolder),
      rename: gate('rename', items.rename),
      move: gate('move', items.move),
      copy: gate('copy', items.copy),
      remove: gate('remove', items.remove),
      activity: gate('activity', items.activity),
      lock: gate('lock', items.lock),
      unlock: gate('unlock', items.unlock),

      recipients: gate('recipients', sending.recipients),
      contacts: {
        add: gate('contacts.add', sending.contacts.add),
        update: gate('contacts.update', sending.contacts.update),
        remove: gate('contacts.remove', sending.contacts.remove),
      },
      open: gate('open', sending.open),
      check: gate('check', sending.check),
      send: gate('send', sending.send),
      deliveries: gate('deliveries', sending.deliveries),
      delivery: gate('delivery', sending.delivery),
      change: gate('change', sending.change),
      forward: gate('forward', sending.forward),
      retry: gate('retry', sending.retry),
      revoke: gate('revoke', sending.revoke),
      request: gate('request', sending.request),
      requests: gate('requests', sending.requests),
    }),
  };
}
