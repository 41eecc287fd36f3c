import { createHash } from 'node:crypto';
import { link, lstat, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TransferOptions } from '../backend/backend.js';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { Outcome, Ref } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';
import { syncFolder } from './disk.bytes.js';
import { childrenOf, copyFile, copyTree, hidden, merging } from './disk.copying.js';
import { diskError, throwIfAborted, unless } from './disk.errors.js';
import { type Operation, operate, type Progress } from './disk.operations.js';
import { moveFile, moveFolder, settle } from './disk.placing.js';
import { type Entry, find, findFolder, isSame, itemOf, look, missing, type Place, placeOf, within } from './disk.tree.js';
import { checkConflict } from './disk.uploads.js';
import type { Volume } from './disk.volume.js';
import { Paused, startWork, type Work } from './disk.work.js';

/** What a transfer of one item is about. */
interface Transfer {
  source: Entry;
  target: Place;
  conflict: Conflict;
  operation: Operation;
  work: Work;
}

/** Where the item is now; nothing where it was skipped. */
type Arrived = Place | undefined;

const exists = (place: Place) => new BackendError('exists', `"${place.id}" is there already.`);

/** Moves what a folder holds into another one, replacing what has the same name; then the empty one goes. */
async function merge(from: Place, to: Place, work: Work): Promise<void> {
  for (const { name } of await childrenOf(from.path, work.signal)) {
    const child = await look(within(from, name));
    if (!child) continue;
    const { path } = child.place;
    await settle(to, name, child.kind, 'replace', {
      fresh: (place) => (child.kind === 'file' ? moveFile(path, place.path) : moveFolder(path, place.path)),
      over: ({ place }) => (child.kind === 'file' ? rename(path, place.path) : merge(child.place, place, work)),
    });
    work.step();
  }
  await rmdir(from.path);
}

async function move({ source, target, conflict, operation, work }: Transfer): Promise<Arrived> {
  const { place, kind, stats } = source;
  if (place.parent?.path === target.path) return place;
  const settled = await settle(target, place.name, kind, conflict, {
    async fresh(free) {
      await operation.note({ id: place.id, placing: { to: free.id, ino: stats.ino } });
      await (kind === 'file' ? moveFile(place.path, free.path) : moveFolder(place.path, free.path));
    },
    over: (taken) => (kind === 'file' ? rename(place.path, taken.place.path) : merge(place, taken.place, work)),
  });
  if ('exists' in settled) throw exists(settled.exists.place);
  return 'placed' in settled ? settled.placed : undefined;
}

async function copy({ source, target, conflict, operation, work }: Transfer): Promise<Arrived> {
  const { place, kind } = source;
  const taken = await look(within(target, place.name));
  if (taken && conflict === 'ask') throw exists(taken.place);
  if (taken && conflict === 'skip') return undefined;
  if (taken && conflict === 'replace') {
    if (isSame(taken.stats, source.stats)) return taken.place;
    if (taken.kind !== kind) throw exists(taken.place);
  }
  // the one that its progress is noted from when the time is up
  const progress: Progress = operation.known(place.id).progress ?? { done: 0, at: [] };
  const made = join(operation.folder, createHash('sha256').update(place.id).digest('hex').slice(0, 16));
  try {
    if (kind === 'file') await copyFile(place.path, made, progress, work);
    else if (taken && conflict === 'replace') {
      await copyTree(place.path, taken.place.path, merging(made, progress, work), progress, work);
      return taken.place;
    } else await copyTree(place.path, made, hidden(progress, work), progress, work);
  } catch (error) {
    if (error instanceof Paused) await operation.note({ id: place.id, progress });
    else await rm(made, { recursive: true, force: true });
    throw error;
  }
  const { ino } = await lstat(made);
  const settled = await settle(target, place.name, kind, conflict, {
    async fresh(free) {
      await operation.note({ id: place.id, placing: { to: free.id, ino } });
      await (kind === 'file' ? link(made, free.path) : moveFolder(made, free.path));
    },
    async over(other) {
      if (kind === 'folder') throw exists(other.place);
      await operation.note({ id: place.id, placing: { to: other.place.id, ino } });
      await rename(made, other.place.path);
    },
  });
  await rm(made, { recursive: true, force: true });
  if ('exists' in settled) throw exists(settled.exists.place);
  if ('skipped' in settled) return undefined;
  await syncFolder(target.path);
  return settled.placed;
}

/** Where an item went if the deed was done and only its outcome was not noted any more. */
async function recovered(root: string, call: 'move' | 'copy', id: string, operation: Operation): Promise<Place | undefined> {
  const { placing } = operation.known(id);
  if (!placing) return undefined;
  const place = placeOf(root, placing.to);
  if ((await unless(['ENOENT', 'ENOTDIR'], lstat(place.path)))?.ino !== placing.ino) return undefined;
  const old = placeOf(root, id);
  // the second name of a file that was on its way is there, the first one not yet gone
  if (call === 'move' && (await unless(['ENOENT', 'ENOTDIR'], lstat(old.path)))?.ino === placing.ino) await unlink(old.path);
  return place;
}

async function arrive(root: string, call: 'move' | 'copy', id: string, transfer: Omit<Transfer, 'source'>): Promise<Arrived> {
  const before = await recovered(root, call, id, transfer.operation);
  if (before) return before;
  const source = await find(root, { id });
  if (id === '') throw new BackendError('not-allowed', 'The root folder stays as it is.');
  const { target } = transfer;
  if (source.kind === 'folder' && (target.id === id || target.id.startsWith(`${id}/`)))
    throw new BackendError('invalid', `"${id}" cannot go into itself.`);
  return call === 'move' ? move({ ...transfer, source }) : copy({ ...transfer, source });
}

/** Moves or copies items, each with an outcome of its own. What is not done when the time for an answer is up is `pending`. */
export async function transfer(
  { root, operations }: Volume,
  call: 'move' | 'copy',
  items: readonly Ref[],
  { to, conflict, operation: name, ticket: given }: TransferOptions,
  answerWithin: number,
  signal: AbortSignal | undefined,
): Promise<Outcome[]> {
  checkConflict(conflict);
  const { place: target } = await findFolder(root, to);
  const work = startWork(answerWithin, signal);
  const operation = await operate(operations, { call, operation: name, to: to.id, ticket: given }, work);
  const { ticket } = operation;
  const pending = (id: string, done = 0): Outcome => ({ id, pending: { ticket, done } });
  if (!('known' in operation)) return items.map(({ id }) => pending(id));

  const settleOne = async (id: string): Promise<Outcome> => {
    try {
      const place = await arrive(root, call, id, { target, conflict, operation, work });
      const entry = place && (await look(place));
      if (place && !entry) throw missing(place.id);
      const outcome: Outcome = entry ? { id, item: itemOf(entry) } : { id, skipped: true };
      await operation.note({ id, outcome });
      return outcome;
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof Paused) return pending(id, operation.known(id).progress?.done);
      return { id, error: errorInfo(diskError(error, `The ${call} of "${id}"`)) };
    }
  };
  try {
    const outcomes: Outcome[] = [];
    let worked = false;
    for (const { id } of items) {
      const known = operation.known(id).outcome;
      outcomes.push(known ?? (worked && work.isOver() ? pending(id) : await settleOne(id)));
      worked ||= !known;
    }
    return outcomes;
  } finally {
    await operation.end();
  }
}
