import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, opendir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { Json, Outcome, Ref } from '../backend/item.js';
import { diskError, isErrno, throwIfAborted, unless } from './disk.errors.js';
import { moveFolder, settle } from './disk.placing.js';
import { newId } from './disk.ticket.js';
import { look, missing, type Place, placeOf } from './disk.tree.js';
import type { Volume } from './disk.volume.js';
import { Paused, startWork, type Work } from './disk.work.js';

/** Names the graves of one call, and counts what was deleted in it so far. */
interface Ticket {
  deed: string;
  done: number;
}

function ticketOf(given: Json | undefined): Ticket {
  if (given === undefined) return { deed: newId(), done: 0 };
  const { deed, done } = (typeof given === 'object' && !Array.isArray(given) ? given : undefined) ?? {};
  // it becomes part of a file name
  if (typeof deed !== 'string' || !/^[\w-]{24}$/.test(deed) || typeof done !== 'number')
    throw new BackendError('invalid', 'This is no ticket of a removal.');
  return { deed, done };
}

const STUBBORN = ['EACCES', 'EPERM', 'EBUSY', 'ENOTEMPTY', 'EEXIST', 'ENAMETOOLONG', 'EROFS'];

/** Answers what keeps an entry from being deleted; anything else that went wrong is thrown on. */
const obstacle = (error: unknown): unknown => {
  if (isErrno(error, ...STUBBORN)) return error;
  throw error;
};

/** Deletes all that is in a folder, links themselves and never what they lead to. Goes on past what cannot be deleted, and answers why. */
async function empty(path: string, deleted: () => void): Promise<unknown> {
  let problem: unknown;
  const remove = async (entry: Dirent): Promise<unknown> => {
    const below = join(path, entry.name);
    const inside = entry.isDirectory() ? await empty(below, deleted) : undefined;
    if (inside !== undefined) return inside;
    await unless(['ENOENT'], entry.isDirectory() ? rmdir(below) : unlink(below));
    deleted();
    return undefined;
  };
  try {
    for await (const entry of await opendir(path)) {
      const kept = await remove(entry).catch(obstacle);
      problem ??= kept;
    }
  } catch (error) {
    problem ??= obstacle(error);
  }
  return problem;
}

/** Deletes a folder that was taken out of the tree; with what cannot be deleted it is put back, so that nothing is kept unseen. */
async function bury(place: Place, folder: Place, grave: string, work: Work, deleted: () => void): Promise<void> {
  const problem = await empty(grave, () => {
    deleted();
    work.step();
  });
  if (problem === undefined) return rmdir(grave);
  await settle(folder, place.name, 'folder', 'rename', { fresh: ({ path }) => moveFolder(grave, path), over: () => Promise.resolve() });
  throw problem as Error;
}

async function removeOne(root: string, id: string, grave: string, recursive: boolean, work: Work, deleted: () => void): Promise<void> {
  const place = placeOf(root, id);
  if (!place.parent) throw new BackendError('not-allowed', 'The root folder stays as it is.');
  if (await unless(['ENOENT'], lstat(grave))) return bury(place, place.parent, grave, work, deleted);
  const entry = await look(place);
  if (!entry) {
    if (await unless(['ENOENT', 'ENOTDIR', 'ELOOP'], lstat(place.path))) throw missing(id);
    return;
  }
  if (entry.kind === 'file') return unless(['ENOENT'], unlink(place.path));
  if (recursive) {
    await rename(place.path, grave);
    return bury(place, place.parent, grave, work, deleted);
  }
  try {
    await rmdir(place.path);
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw new BackendError('invalid', `"${id}" is not empty: removing it needs "recursive".`);
    throw error;
  }
}

/** Deletes items, each with an outcome of its own. What is gone already counts as removed. */
export async function remove(
  { root, trash }: Volume,
  items: readonly Ref[],
  { recursive, ticket: given }: { recursive: boolean; ticket?: Json },
  answerWithin: number,
  signal: AbortSignal | undefined,
): Promise<Outcome[]> {
  const ticket = ticketOf(given);
  const work = startWork(answerWithin, signal);
  const outcomes: Outcome[] = [];
  for (const { id } of items) {
    if (outcomes.length > 0 && work.isOver()) {
      outcomes.push({ id, pending: { ticket: { ...ticket }, done: 0 } });
      continue;
    }
    const grave = join(trash, `${ticket.deed}.${createHash('sha256').update(id).digest('hex').slice(0, 16)}`);
    try {
      await removeOne(root, id, grave, recursive, work, () => (ticket.done += 1));
      outcomes.push({ id, removed: true });
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof Paused) outcomes.push({ id, pending: { ticket: { ...ticket }, done: ticket.done } });
      else outcomes.push({ id, error: errorInfo(diskError(error, `Removing "${id}"`)) });
    }
  }
  return outcomes;
}
