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

  const removeSome = async (some: Waiting[]): Promise<void> => {
    try {
      const [first, ...others] = some;
      const failed =
        others.length > 0
          ? await deleteObjects(
              api,
              some.map(({ key }) => key),
            )
          : new Map<string, string>();
      if (first && others.length === 0) await deleteObject(api, first.key);
      for (const { key, done, failed: reject } of some) {
        const code = failed.get(key);
        if (code === undefined) done();
        else reject(notDeleted(key, code));
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
