import type { Backend } from '../backend/backend.js';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { Item, Outcome } from '../backend/item.js';
import { transferAll } from './s3.carrying.js';
import { invalid, taken, throwIfAborted } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { isFolderId, nameOf, parentOf, within } from './s3.names.js';
import { deleteObject, deleteObjects, listKeys } from './s3.objects.js';
import { checkConflict, settle } from './s3.settle.js';
import { type Entry, find, findFolder, itemOf, keepFolder, markFolder } from './s3.tree.js';

/** `createFolder`, `rename` and `remove`. */
export function createChanges(ground: Ground): Pick<Backend, 'createFolder' | 'rename' | 'remove'> {
  const { api, keys, answerWithin } = ground;

  /** Deletes a folder with all that is in it; answers how much, and whether that was all when the time was up. */
  const clear = async (id: string, until: number, signal?: AbortSignal): Promise<{ done: number; all: boolean }> => {
    const prefix = keys.keyOf(id);
    for (let done = 0; ;) {
      throwIfAborted(signal);
      // From the start each time: what was deleted is gone.
      const { objects, next } = await listKeys(api, prefix, { flat: true, signal });
      await deleteObjects(
        api,
        objects.map(({ key }) => key),
        signal,
      );
      done += objects.length;
      if (next === undefined) return { done, all: true };
      if (Date.now() > until) return { done, all: false };
    }
  };

  const removeOne = async (id: string, recursive: boolean, until: number, signal?: AbortSignal): Promise<Outcome> => {
    if (id === '') throw new BackendError('not-allowed', 'The root folder stays as it is.');
    const key = keys.keyOf(id);
    if (!isFolderId(id)) await deleteObject(api, key, signal);
    else if (recursive) {
      const { done, all } = await clear(id, until, signal);
      if (!all) return { id, pending: { ticket: true, done } };
    } else {
      const { objects } = await listKeys(api, key, { limit: 2, flat: true, signal });
      if (objects.some((object) => object.key !== key)) throw invalid(`${JSON.stringify(id)} is not empty.`);
      await deleteObject(api, key, signal);
    }
    await keepFolder(ground, parentOf(id), signal);
    return { id, removed: true };
  };

  return {
    async createFolder({ id: parent }, name, { conflict }, options): Promise<Item> {
      const signal = options?.signal;
      checkConflict(conflict);
      within(keys, parent, name, 'folder');
      await findFolder(ground, parent, signal);
      const settled = await settle(ground, {
        parent,
        name,
        kind: 'folder',
        conflict,
        signal,
        place: (id) => markFolder(ground, id, signal),
        // The folder that is there is as good as a new one.
        over: () => Promise.resolve(),
      });
      if ('placed' in settled) return itemOf({ id: settled.placed });
      const there: Entry = 'exists' in settled ? settled.exists : settled.skipped;
      if ('exists' in settled || there.object) throw taken(there.id);
      return itemOf(there);
    },

    async rename({ id }, name, options): Promise<Item> {
      const signal = options?.signal;
      if (id === '') throw new BackendError('not-allowed', 'The root folder stays as it is.');
      const entry = await find(ground, id, signal);
      const kind = entry.object ? 'file' : 'folder';
      const parent = parentOf(id);
      within(keys, parent, name, kind);
      if (name === nameOf(id)) return itemOf(entry);
      const placed = await transferAll(ground, 'move', entry, { parent, name, conflict: 'ask' }, signal);
      if (!('placed' in placed)) throw taken('exists' in placed ? placed.exists.id : placed.skipped.id);
      return itemOf(await find(ground, placed.placed, signal));
    },

    async remove(refs, { recursive }, options): Promise<Outcome[]> {
      const until = Date.now() + answerWithin;
      const outcomes: Outcome[] = [];
      for (const { id } of refs) {
        throwIfAborted(options?.signal);
        const late = outcomes.length > 0 && Date.now() > until;
        outcomes.push(
          late
            ? { id, pending: { ticket: true, done: 0 } }
            : await removeOne(id, recursive, until, options?.signal).catch((error: unknown): Outcome => {
                throwIfAborted(options?.signal);
                return { id, error: errorInfo(error) };
              }),
        );
      }
      return outcomes;
    },
  };
}
