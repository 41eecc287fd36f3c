import type { Store } from '../backend/store.js';
import type { Api } from './s3.api.js';
import { conditionsOf } from './s3.conditions.js';
import { hasCode } from './s3.errors.js';
import { createBucketStore } from './s3.store.js';
import { shortMemory } from './short-memory.js';

/**
 * What a backend that was given no store remembers by: the bucket itself, or where that does not honour conditional writes, this process,
 * which must then be the only one.
 */
export function ownStore(api: Api, prefix: string): Store {
  const conditions = conditionsOf(api, prefix);
  const [bucket, memory] = [createBucketStore(api, prefix, conditions), shortMemory()];
  const chosen = async (): Promise<Store> => {
    try {
      await conditions();
      return bucket;
    } catch (error) {
      if (hasCode(error, 'unsupported')) return memory;
      throw error;
    }
  };
  return {
    get: async (key) => (await chosen()).get(key),
    set: async (key, value, options) => (await chosen()).set(key, value, options),
    delete: async (key) => (await chosen()).delete(key),
    async *keys(prefix) {
      yield* (await chosen()).keys(prefix);
    },
  };
}
