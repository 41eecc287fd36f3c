import type { Backend, CallOptions, TransferOptions } from '../backend/backend.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Json, Outcome, Ref } from '../backend/item.js';
import { hasCode, invalid, isKind } from './files-com.errors.js';
import { firstFree } from './files-com.folders.js';
import type { Ground } from './files-com.ground.js';
import { isFolder } from './files-com.items.js';
import { below, checkFilesComName, checkLength, encodePath, isSame, isWithin, nameOf, parentOf } from './files-com.paths.js';
import { type Fields, fieldsOf, idOf, numberOf, textOf } from './files-com.reading.js';
import { pause } from './memory.gate.js';

/** Items that are worked on at once. */
const AT_ONCE = 4;
/** Milliseconds between two looks at work that goes on: the first, and the longest. */
const LOOKS = [100, 2000] as const;

/** Work that the service goes on with, by item: the number of its migration and where the item will be. */
type Going = Record<string, { migration: string; path: string }>;

const goingOf = (ticket: Json | undefined): Going => {
  const entries = Object.entries(fieldsOf(ticket)).flatMap(([id, value]) => {
    const { migration, path } = fieldsOf(value);
    return textOf(migration) !== undefined && typeof path === 'string' ? [[id, { migration: String(migration), path }] as const] : [];
  });
  return Object.fromEntries(entries);
};

/** Moves, copies, renames and removals: one outcome for each item, and work that goes on is looked at again. */
export function createTransfers(ground: Ground): Pick<Backend, 'rename' | 'move' | 'copy' | 'remove'> {
  const { api, paths, entries, answerWithin, once } = ground;

  /** Waits for a migration until it is done; answers how far it is when the time is up. */
  const settle = async (
    migration: string,
    until: number,
    options?: CallOptions,
  ): Promise<{ done: true } | { files: number; total?: number }> => {
    for (let wait: number = LOOKS[0]; ; wait = Math.min(wait * 2, LOOKS[1])) {
      const deed = 'Looking how far the service is';
      const state = fieldsOf((await api.get(deed, `/file_migrations/${migration}`, { signal: options?.signal })).json());
      if (state['status'] === 'completed') return { done: true };
      if (state['status'] === 'failed') throw new BackendError('server', `${deed} failed: Files.com could not do it.`);
      const total = numberOf(state['files_total']);
      if (Date.now() + wait > until) return { files: numberOf(state['files_moved']) ?? 0, ...(total !== undefined && { total }) };
      await pause(wait, 'move', options?.signal);
    }
  };

  /** Asks the service to put something elsewhere; answers its migration where that goes on. */
  const put = async (
    call: 'move' | 'copy',
    from: string,
    to: string,
    overwrite: boolean,
    options?: CallOptions,
  ): Promise<string | undefined> => {
    const json = { destination: to, overwrite };
    const deed = `${call === 'move' ? 'Moving' : 'Copying'} ${JSON.stringify(nameOf(from))}`;
    const answer = fieldsOf((await api.post(deed, `/file_actions/${call}/${encodePath(from)}`, { json, signal: options?.signal })).json());
    return answer['status'] === 'completed' ? undefined : idOf(answer['file_migration_id']);
  };

  /** Starts one item on its way; answers where it will be and, if that goes on, its migration. Nothing where it is skipped. */
  const start = async (
    call: 'move' | 'copy',
    from: string,
    folder: string,
    { conflict }: Pick<TransferOptions, 'conflict'>,
    options?: CallOptions,
  ): Promise<{ path: string; migration?: string | undefined } | undefined> => {
    if (from === '' || isWithin(folder, from)) throw invalid(`${JSON.stringify(nameOf(from))} cannot go into itself.`);
    const name = nameOf(from);
    const path = checkLength(below(folder, name));
    const stays = isSame(path, from);
    if (stays && (call === 'move' || conflict === 'replace')) return { path: textOf((await entries.at(from, options))['path']) ?? from };
    if (conflict === 'rename') {
      const kind = isFolder(await entries.at(from, options)) ? 'folder' : 'file';
      return firstFree(name, kind, async (as) => {
        const to = below(folder, as);
        if (isSame(to, from)) return undefined;
        return { path: to, migration: await put(call, from, to, false, options) };
      });
    }
    if (conflict === 'replace') await checkKinds(from, path, options);
    try {
      return { path, migration: await put(call, from, path, conflict === 'replace', options) };
    } catch (error) {
      if (conflict === 'skip' && isKind(error, 'processing-failure/destination-exists')) return undefined;
      throw error;
    }
  };

  const checkKinds = async (from: string, to: string, options?: CallOptions): Promise<void> => {
    const [mine, theirs] = await Promise.all([entries.at(from, options), entries.seek(to, options)]);
    if (theirs && isFolder(mine) !== isFolder(theirs)) throw new BackendError('exists', `"${nameOf(to)}" is there, and of another kind.`);
  };

  /** Does something to every item, a few at a time, until the time is up; the rest is pending. */
  const each = async (
    refs: Ref[],
    going: Going,
    deed: (id: string, until: number) => Promise<Outcome | { pending: Fields }>,
  ): Promise<Outcome[]> => {
    const until = Date.now() + answerWithin;
    const outcomes = new Map<string, Outcome | { pending: Fields }>();
    const failed: unknown[] = [];
    const left = refs.map(({ id }) => id);
    const work = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        if (outcomes.size > 0 && Date.now() > until) outcomes.set(id, { pending: {} });
        else {
          const outcome = await deed(id, until).catch((error: unknown) => {
            failed.push(error);
            return refusal(id, error);
          });
          outcomes.set(id, outcome);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // Nothing was done, or nobody knows: that is no outcome, and whoever asks again is not told it a second time.
    if (failed.length === refs.length && failed.every((error) => hasCode(error, 'offline', 'server', 'rate-limited')))
      throw toBackendError(failed[0]);
    return refs.map(({ id }): Outcome => {
      const outcome = outcomes.get(id) ?? { pending: {} };
      if ('id' in outcome) return outcome;
      const { files, total } = outcome.pending as { files?: number; total?: number };
      return { id, pending: { ticket: { ...going }, done: files ?? 0, ...(total !== undefined && { total }) } };
    });
  };

  const transfer = async (call: 'move' | 'copy', refs: Ref[], how: TransferOptions, options?: CallOptions): Promise<Outcome[]> => {
    const going = goingOf(how.ticket);
    const folder = paths.pathOf(how.to.id);
    await entries.folder(how.to, options);
    return each(refs, going, async (id, until) => {
      const known = going[id];
      const begun = known ?? (await start(call, paths.pathOf(id), folder, how, options));
      if (!begun) return { id, skipped: true };
      const { path, migration } = begun;
      if (migration !== undefined) {
        going[id] = { migration, path };
        const state = await settle(migration, until, options);
        if (!('done' in state)) return { pending: state };
      }
      return { id, item: await entries.item(path, options) };
    });
  };

  const transferred = (call: 'move' | 'copy'): Backend['move'] => {
    return (refs, how, options) =>
      how.ticket === undefined ? once(call, how.operation, () => transfer(call, refs, how, options)) : transfer(call, refs, how, options);
  };

  return {
    move: transferred('move'),
    copy: transferred('copy'),

    async rename({ id }, name, options) {
      checkFilesComName(name);
      const from = paths.pathOf(id);
      const to = checkLength(below(parentOf(from), name));
      const there = await entries.at(from, options);
      if (to === from) return entries.item(textOf(there['path']) ?? from, options);
      const migration = await put('move', from, to, false, options);
      if (migration !== undefined && !('done' in (await settle(migration, Date.now() + answerWithin, options))))
        throw new BackendError('unknown-outcome', `"${nameOf(from)}" is still being renamed.`);
      return entries.item(to, options);
    },

    remove: (refs, { recursive }, options) =>
      each(refs, {}, async (id) => {
        const path = paths.pathOf(id);
        if (id === '') throw invalid('The root folder stays.');
        const query = recursive ? { recursive } : {};
        await api
          .delete(`Removing ${JSON.stringify(id)}`, `/files/${encodePath(path)}`, { query, signal: options?.signal })
          .catch((error: unknown) => {
            if (!hasCode(error, 'not-found')) throw error;
          });
        return { id, removed: true };
      }),
  };
}

/** What became of an item that the service refused. An aborted call is no outcome of one item, nor are credentials that are none. */
function refusal(id: string, error: unknown): Outcome {
  if (hasCode(error, 'aborted', 'unauthorized')) throw error;
  const info = errorInfo(error);
  return { id, error: hasCode(error, 'offline', 'server') ? { ...info, code: 'unknown-outcome' } : info };
}
