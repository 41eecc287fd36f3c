import type { Api } from './s3.api.js';
import { deleteObject, deleteObjects, notDeleted } from './s3.objects.js';

/** Most keys that a store deletes in one request. */
const MOST = 1000;

interface Waiting {
  key: string;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Deletes objects that nobody shows to anybody. One goes at once; those that are asked for while a request is under way travel in the next
 * one together.
 */
export function createRemover(api: Api): (key: string) => Promise<void> {
  const waiting: Waiting[] = [];
  let isBusy = false;

  /** Answers which are still there, and the store's name for why. */
  const remove = async (keys: readonly string[]): Promise<Map<string, string>> => {
    const [only = '', ...others] = keys;
    if (others.length > 0) return deleteObjects(api, keys);
    await deleteObject(api, only);
    return new Map();
  };
  const removeSome = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const left = await remove(some.map(({ key }) => key));
      for (const { key, done, failed } of some) {
        const code = left.get(key);
        if (code === undefined) done();
        else failed(notDeleted(key, code));
      }
    } catch (error) {
      for (const { failed } of some) failed(error);
    }
  };
  const work = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) await removeSome(waiting.splice(0, MOST));
    isBusy = false;
  };
  return (key) =>
    new Promise((done, failed) => {
      waiting.push({ key, done, failed });
      if (!isBusy) void work();
    });
}
