import type { Backend } from '../backend/backend.js';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { Item, Outcome } from '../backend/item.js';
import { transferAll } from './s3.carrying.js';
import { invalid, taken, throwIfAborted } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { isFolderId, nameOf, parentOf, within } from './s3.names.js';
import { deleteAll, deleteObject, deleteObjects, listKeys, notDeleted } from './s3.objects.js';
import { checkConflict, settle } from './s3.settle.js';
import { type Entry, find, findFolder, itemOf, keepFolder, markFolder, seek } from './s3.tree.js';

/** Objects that a store deletes in one request. */
const AT_ONCE = 1000;

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
      await deleteAll(
        api,
        objects.map(({ key }) => key),
        signal,
      );
      done += objects.length;
      if (next === undefined) return { done, all: true };
      if (Date.now() > until) return { done, all: false };
    }
  };

  /** Deletes files, all in one request. */
  const removeFiles = async (ids: readonly string[], signal?: AbortSignal): Promise<Map<string, Outcome>> => {
    const wrong = new Map<string, Outcome>();
    const keyed = ids.flatMap((id) => {
      try {
        return [[id, keys.keyOf(id)] as const];
      } catch (error) {
        wrong.set(id, { id, error: errorInfo(error) });
        return [];
      }
    });
    // What is gone with its folder brings no folder back.
    const parents = await Promise.all([...new Set(keyed.map(([id]) => parentOf(id)))].map((id) => seek(ground, id, signal)));
    const failed = await deleteObjects(
      api,
      keyed.map(([, key]) => key),
      signal,
    );
    for (const parent of parents) if (parent) await keepFolder(ground, parent.id, signal);
    return new Map([
      ...wrong,
      ...keyed.map(([id, key]): [string, Outcome] => {
        const code = failed.get(key);
        return [id, code === undefined ? { id, removed: true } : { id, error: errorInfo(notDeleted(key, code)) }];
      }),
    ]);
  };

  const removeFolder = async (id: string, recursive: boolean, until: number, signal?: AbortSignal): Promise<Outcome> => {
    if (id === '') throw new BackendError('not-allowed', 'The root folder stays as it is.');
    const key = keys.keyOf(id);
    const parent = await seek(ground, parentOf(id), signal);
    if (recursive) {
      const { done, all } = await clear(id, until, signal);
      if (!all) return { id, pending: { ticket: true, done } };
    } else {
      const { objects } = await listKeys(api, key, { limit: 2, flat: true, signal });
      if (objects.some((object) => object.key !== key)) throw invalid(`${JSON.stringify(id)} is not empty.`);
      await deleteObject(api, key, signal);
    }
    if (parent) await keepFolder(ground, parent.id, signal);
    return { id, removed: true };
  };

  /** What becomes of items together is told of each. */
  const told = async (
    ids: readonly string[],
    deed: () => Promise<Map<string, Outcome>>,
    signal?: AbortSignal,
  ): Promise<Map<string, Outcome>> => {
    try {
      return await deed();
    } catch (error) {
      throwIfAborted(signal);
      return new Map(ids.map((id) => [id, { id, error: errorInfo(error) }]));
    }
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
      const signal = options?.signal;
      const until = Date.now() + answerWithin;
      const outcomes = new Map<string, Outcome>();
      const settle = async (ids: readonly string[], deed: () => Promise<Map<string, Outcome>>): Promise<void> => {
        throwIfAborted(signal);
        for (const [id, outcome] of await told(ids, deed, signal)) outcomes.set(id, outcome);
      };
      const isLate = (): boolean => outcomes.size > 0 && Date.now() > until;
      const files = refs.map(({ id }) => id).filter((id) => !isFolderId(id));
      for (let from = 0; from < files.length && !isLate(); from += AT_ONCE) {
        const batch = files.slice(from, from + AT_ONCE);
        await settle(batch, () => removeFiles(batch, signal));
      }
      for (const { id } of refs)
        if (isFolderId(id) && !isLate()) await settle([id], async () => new Map([[id, await removeFolder(id, recursive, until, signal)]]));
      return refs.map(({ id }) => outcomes.get(id) ?? { id, pending: { ticket: true, done: 0 } });
    },
  };
}
