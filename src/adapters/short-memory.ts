import type { Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';

/** Entries that are kept. */
const MOST = 10_000;

/** A store for adapters that were given none: it forgets the oldest, and all of it with the process. */
export function shortMemory(most = MOST): Store {
  const entries = new Map<string, { text: string; version: string; until: number }>();
  let versions = 0;
  const live = (key: string): { text: string; version: string } | undefined => {
    const entry = entries.get(key);
    if (!entry || entry.until > Date.now()) return entry;
    entries.delete(key);
    return undefined;
  };
  return {
    get: (key) => {
      const entry = live(key);
      return Promise.resolve(entry && { value: JSON.parse(entry.text) as Json, version: entry.version });
    },
    set: (key, value, { ifVersion, ttl = Infinity } = {}) => {
      if (ifVersion !== undefined && ifVersion !== (live(key)?.version ?? null)) return Promise.resolve(undefined);
      const version = String((versions += 1));
      entries.delete(key);
      entries.set(key, { text: JSON.stringify(value), version, until: Date.now() + ttl * 1000 });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
      return Promise.resolve(version);
    },
    delete: (key) => {
      entries.delete(key);
      return Promise.resolve();
    },
    async *keys(prefix) {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix) && live(key)) yield await Promise.resolve(key);
    },
  };
}
