import type { Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';

export { diskStore } from './disk-store.js';

/** A store in this process's memory, for tests and for one process that may forget. */
export function memoryStore(): Store {
  const entries = new Map<string, { text: string; version: string; expires: number }>();
  let counter = 0;
  const live = (key: string): { text: string; version: string } | undefined => {
    const entry = entries.get(key);
    if (entry && entry.expires <= Date.now()) entries.delete(key);
    else return entry;
    return undefined;
  };
  return {
    get(key) {
      const entry = live(key);
      // Parsed anew, so that nobody changes what is stored by changing what was answered.
      return Promise.resolve(entry && { value: JSON.parse(entry.text) as Json, version: entry.version });
    },
    set(key, value, { ifVersion, ttl = Infinity } = {}) {
      if (ifVersion !== undefined && ifVersion !== (live(key)?.version ?? null)) return Promise.resolve(undefined);
      const version = String(++counter);
      entries.set(key, { text: JSON.stringify(value), version, expires: Date.now() + ttl * 1000 });
      return Promise.resolve(version);
    },
    delete(key) {
      entries.delete(key);
      return Promise.resolve();
    },
    async *keys(prefix) {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix) && live(key)) yield await Promise.resolve(key);
    },
  };
}
