import { createHash, randomBytes } from 'node:crypto';
import type { Caller, Limits } from '../backend/caller.js';
import type { Recipient } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';

/** What is sent by a link, or asked for by one. */
export type Kind = 'delivery' | 'request';

/** Somebody who is written to, and how far that has come. */
export interface Addressee {
  recipient: Recipient;
  /** The `send` or `forward` that wants it. */
  operation: string;
  progress: 'waiting' | 'writing' | 'accepted' | 'refused' | 'failed' | 'unknown';
  reason?: string;
}

/** Whom a link belongs to. */
export type Owner = Pick<Caller, 'backend' | 'user' | 'root'>;

/** What the store keeps of a link, and changes under its version. */
export interface LinkRecord {
  kind: Kind;
  /** Absent where the backend was used without a relay. */
  by?: Owner;
  /** Microseconds since 1970, so that links have an order. */
  at: number;
  /** What was sent, or the title of a request. */
  subject?: string;
  message?: string;
  help?: string;
  sender?: string;
  /** As {@link hashPassword} makes it. */
  password?: string;
  /** Milliseconds since 1970. */
  expires?: number;
  revoked?: true;
  people: Addressee[];
  /** Visitors whose download was counted, the latest last, and how many there were in all. */
  sessions: string[];
  downloads: number;
  downloadLimit?: number;
  /** Whether somebody wants to hear of the first download, and has. */
  receipt?: 'wanted' | 'writing' | 'sent';
  /** The message that goes with a `forward`, by its operation. */
  messages?: Record<string, string>;
  /** The id of the folder that a request's files come into, and what may come. */
  folder?: string;
  limits?: Limits;
}

/** An item as it was called when it was sent, so that it can be told of when it is gone. */
export type Sent = Pick<Item, 'id' | 'name' | 'kind'>;

const DAY = 86_400;

/** Seconds for which an operation is known again, and for which a link is told of after its end. */
const OPERATION = 7 * DAY;
const AFTER = 90 * DAY;

const PAGE = 100;

const hash = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);

const keyOf = (id: string): string => `link:${id}`;
const itemsKeyOf = (id: string): string => `link-items:${id}`;

/** Links of one backend and root lie together, ordered by time, and each user's can be told from others'. */
const groupOf = (kind: Kind, by: Owner | undefined): string => `links-${kind}-${by ? hash(by.backend, by.root) : 'all'}:`;
const entryOf = (kind: Kind, { by, at }: LinkRecord, id: string): string => `${groupOf(kind, by)}${at}:${id}:${by ? hash(by.user) : ''}`;

/** The id of a link: 128 random bits. */
export const ID = /^[\w-]{22}$/;

const options = ({ expires }: LinkRecord): { ttl?: number } =>
  expires === undefined ? {} : { ttl: Math.max(1, (expires - Date.now()) / 1000) + AFTER };

const asJson = (value: object): Json => value as unknown as Json;

/** What a link is, whoever asks; nothing where there is none. */
export const readLink = async (store: Store, id: string): Promise<LinkRecord | undefined> =>
  ID.test(id) ? ((await store.get(keyOf(id)))?.value as unknown as LinkRecord | undefined) : undefined;

/** Links in a store. */
export interface Records {
  /** The id of the link that an operation makes: the same one each time. */
  idFor(kind: Kind, operation: string): Promise<string>;
  /** Makes a link of what `draft` answers, unless it is there already. */
  make(id: string, draft: () => Promise<{ record: LinkRecord; items: Sent[] }>): Promise<void>;
  find(id: string): Promise<LinkRecord | undefined>;
  items(id: string): Promise<Sent[]>;
  /** Changes a link, as it is at that very moment. Where `next` answers the record that it was given, nothing is written. Rejects with `not-found`. */
  update(id: string, next: (record: LinkRecord) => LinkRecord): Promise<LinkRecord>;
  /** One page of what somebody sent, newest first. Rejects with `expired` for a cursor that is none. */
  page(kind: Kind, by: Caller | undefined, cursor: string | undefined): Promise<{ ids: string[]; cursor?: string }>;
}

/** The links in a store. */
export const records = (store: Store): Records => ({
  async idFor(kind, operation) {
    const key = `link-operation:${kind}:${operation}`;
    const made = randomBytes(16).toString('base64url');
    if ((await store.set(key, made, { ifVersion: null, ttl: OPERATION })) !== undefined) return made;
    return ((await store.get(key))?.value as string | undefined) ?? made;
  },
  async make(id, draft) {
    let record = await readLink(store, id);
    if (!record) {
      const made = await draft();
      // First, so that a link that is there is whole.
      await store.set(itemsKeyOf(id), asJson(made.items), options(made.record));
      // Another relay may have been faster: then it is that one's.
      const won = await store.set(keyOf(id), asJson(made.record), { ifVersion: null, ...options(made.record) });
      record = won === undefined ? ((await readLink(store, id)) ?? made.record) : made.record;
    }
    // Each time, as whoever made it may have died before this.
    await store.set(entryOf(record.kind, record, id), true, options(record));
  },
  find: (id) => readLink(store, id),
  items: async (id) => ((await store.get(itemsKeyOf(id)))?.value as unknown as Sent[] | undefined) ?? [],
  async update(id, next) {
    for (;;) {
      const stored = ID.test(id) ? await store.get(keyOf(id)) : undefined;
      if (!stored) throw new BackendError('not-found', `There is no link "${id}".`);
      const record = stored.value as unknown as LinkRecord;
      const changed = next(record);
      if (changed === record) return record;
      const version = await store.set(keyOf(id), asJson(changed), { ifVersion: stored.version, ...options(changed) });
      if (version === undefined) continue;
      if (changed.expires !== record.expires) {
        const items = await store.get(itemsKeyOf(id));
        if (items) await store.set(itemsKeyOf(id), items.value, options(changed));
        await store.set(entryOf(changed.kind, changed, id), true, options(changed));
      }
      return changed;
    }
  },
  async page(kind, by, cursor) {
    if (cursor !== undefined && !/^\d{16}:[\w-]{22}$/.test(cursor))
      throw new BackendError('expired', 'The cursor is none of this backend: list from the start.');
    const group = groupOf(kind, by);
    const user = by && !by.all ? hash(by.user) : undefined;
    const places: string[] = [];
    for await (const key of store.keys(group)) {
      const place = key.slice(group.length, key.lastIndexOf(':'));
      if ((user === undefined || key.endsWith(`:${user}`)) && (cursor === undefined || place < cursor)) places.push(place);
    }
    const chosen = places.sort().reverse().slice(0, PAGE);
    const ids = chosen.map((place) => place.slice(place.indexOf(':') + 1));
    const last = chosen.at(-1);
    return places.length > PAGE && last !== undefined ? { ids, cursor: last } : { ids };
  },
});

/** Microseconds since 1970, later than those before in this process. */
export const now = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000);
