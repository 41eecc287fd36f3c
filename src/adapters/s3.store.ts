import { createHash, randomUUID } from 'node:crypto';
import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { SetOptions, Store, Stored } from '../backend/store.js';
import { type Api, createApi, type S3Place } from './s3.api.js';
import { conditionsOf } from './s3.conditions.js';
import { hasCode, isKind, unlessGone } from './s3.errors.js';
import { prefixOf } from './s3.names.js';
import { bare, deleteObject, listKeys } from './s3.objects.js';
import { createRemover } from './s3.removing.js';

/** What the object of a key holds. The nonce keeps two versions of one value apart, whose ETags would be the same. */
interface Entry {
  key: string;
  value: Json;
  /** Milliseconds since 1970. */
  expires?: number;
  nonce: string;
  /** Somebody is about to delete it, since then. */
  removing?: number;
}

type Found = Entry & { etag: string };

/** Bytes of an object's name up to which a key stands in it. */
const LONGEST = 600;
/** Objects that are read at once. */
const AT_ONCE = 16;
/** Tries of a write that met another one. */
const TRIES = 20;
/** Milliseconds for which what has lived its time stays: nobody is about to write it anew any more. */
const GRACE = 86_400_000;
/** Milliseconds that a removal may take; then it counts as given up, and does not go on. */
const REMOVAL = 30_000;

const versionOf = ({ etag, expires }: Found): string => `${etag}.${String(expires ?? '')}`;
const pause = (tries: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20 * (tries + 1)));
const conditionOf = (there: Found | undefined, match: (etag: string) => string): Record<string, string> =>
  there ? { 'if-match': match(there.etag) } : { 'if-none-match': '*' };
const isLive = ({ expires }: Entry): boolean => (expires ?? Infinity) > Date.now();

/** Where a key's object is: its name says the key, but for long ones, which only the object itself knows. */
function placeOf(key: string): string {
  try {
    const name = `k${encodeURIComponent(key)}`;
    if (name.length <= LONGEST) return name;
  } catch {
    // Half a character has no encoding.
  }
  return `h${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}

/** A store below a prefix of a bucket. */
export function createBucketStore(api: Api, prefix: string, conditions = conditionsOf(api, prefix)): Store {
  const at = (key: string): string => prefix + placeOf(key);
  const remove = createRemover(api);

  const read = async (object: string): Promise<Found | undefined> => {
    const answer = await unlessGone(api.ask('Reading the store', 'GET', object));
    return answer && { ...(answer.json() as Entry), etag: bare(answer.headers.get('etag')) };
  };

  /** Writes where the condition holds; answers the ETag, or nothing where another one was faster. `again`: nobody can say. */
  const write = async (
    object: string,
    entry: Entry,
    condition: Record<string, string>,
  ): Promise<{ etag: string } | { again: true } | undefined> => {
    try {
      const answer = await api.ask('Writing to the store', 'PUT', object, { text: JSON.stringify(entry), headers: condition });
      return { etag: bare(answer.headers.get('etag')) };
    } catch (error) {
      if (isKind(error, 'PreconditionFailed') || hasCode(error, 'not-found')) {
        if (isKind(error, 'NoSuchBucket')) throw error;
        return undefined;
      }
      // AWS says so of two conditional writes at once; Ceph 16 answers 500 to some of those that lost.
      if (isKind(error, 'ConditionalRequestConflict') || hasCode(error, 'server')) return { again: true };
      throw error;
    }
  };

  const set = async (key: string, value: Json, { ifVersion, ttl }: SetOptions = {}): Promise<string | undefined> => {
    const { match } = await conditions();
    const object = at(key);
    const entry: Entry = { key, value, nonce: randomUUID(), ...(ttl !== undefined && { expires: Date.now() + ttl * 1000 }) };
    const done = (etag: string): string => versionOf({ ...entry, etag });
    // Nothing is there in most cases; only where something is, it must be read whether that still lives.
    let there: Found | undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (tries > 0 || typeof ifVersion === 'string') there = await read(object);
      if (there?.nonce === entry.nonce) return done(there.etag);
      const live = there && isLive(there) ? versionOf(there) : null;
      if (ifVersion !== undefined && live !== ifVersion) return undefined;
      if (Date.now() - (there?.removing ?? 0) < 2 * REMOVAL) {
        await pause(tries);
        continue;
      }
      const written = await write(object, entry, ifVersion === undefined ? {} : conditionOf(there, match));
      if (written && 'etag' in written) return done(written.etag);
      if (written) await pause(tries);
    }
    throw new BackendError('server', 'Writing to the store failed: others were faster each time.');
  };

  async function* keys(wanted: string): AsyncGenerator<string> {
    const starts = [`${prefix}h`, ...(wanted === '' ? [`${prefix}k`] : [`${prefix}k${encodeURIComponent(wanted)}`])];
    for (const start of starts)
      for (let token: string | undefined, more = true; more;) {
        const page = await listKeys(api, start, { token, flat: true });
        for (let from = 0; from < page.objects.length; from += AT_ONCE) {
          const objects = page.objects.slice(from, from + AT_ONCE).map((object) => object.key);
          const found = await Promise.all(objects.map(read));
          for (const [index, entry] of found.entries()) {
            if (entry && !isLive(entry)) await forget(objects[index] ?? '', entry);
            else if (entry?.key.startsWith(wanted)) yield entry.key;
          }
        }
        token = page.next;
        more = token !== undefined;
      }
  }

  /** Takes away what has lived its time: it is marked first, so that who would write it anew at this moment waits until it is gone. */
  const forget = async (object: string, { etag, key, expires = Infinity }: Found): Promise<void> => {
    if (Date.now() - expires < GRACE) return;
    const { match } = await conditions();
    const removing = Date.now();
    const marked = await write(object, { key, value: null, nonce: randomUUID(), expires, removing }, { 'if-match': match(etag) });
    if (!marked || 'again' in marked || Date.now() - removing > REMOVAL) return;
    await deleteObject(api, object);
  };

  return {
    async get(key): Promise<Stored | undefined> {
      await conditions();
      const entry = await read(at(key));
      return entry && isLive(entry) ? { value: entry.value, version: versionOf(entry) } : undefined;
    },
    set,
    async delete(key) {
      await conditions();
      await remove(at(key));
    },
    keys,
  };
}

/** Where a relay's shared store is. */
export interface S3StoreOptions extends S3Place {
  /** Below which its objects lie; `.ferrykit/store/` unless told otherwise. */
  prefix?: string | undefined;
}

/**
 * The relay's shared store in a bucket, for any number of relays: an object a key, replaced by conditional writes, so that a write fails
 * where another relay was faster. Needs a store that honours `If-None-Match: *` and `If-Match` with PUT, as AWS, R2, MinIO and Ceph do; the
 * first call finds out, and rejects with `unsupported` where it does not.
 */
export const s3Store = ({ prefix = '.ferrykit/store/', ...place }: S3StoreOptions): Store =>
  createBucketStore(createApi(place), prefixOf(prefix));
