import { link, lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { BackendError } from '../backend/errors.js';
import type { Conflict } from '../backend/upload.js';
import { isErrno, unless } from './disk.errors.js';
import { numbered } from './disk.names.js';
import { type Entry, look, type Place, within } from './disk.tree.js';

/** How something came to its place, or what was there already. */
export type Settled = { placed: Place } | { exists: Entry } | { skipped: Entry };

/** Puts something where nothing is (fails with `EEXIST` otherwise, changing nothing), or over an entry of its own kind. `number`: see {@link numbered}; 0 is none. */
export interface Put {
  fresh(place: Place, number: number): Promise<void>;
  over(taken: Entry): Promise<void>;
}

const isTaken = async (folder: Place, name: string) => (await unless(['ENOENT'], lstat(within(folder, name).path))) !== undefined;

/** The number of a free name at or after `from`: found in a few looks however many are taken, since the taken ones are rarely apart. */
async function freeNumber(folder: Place, name: string, kind: Entry['kind'], from: number): Promise<number> {
  let taken = from - 1;
  let free = from;
  for (let step = 1; await isTaken(folder, numbered(name, kind, free)); step *= 2) {
    taken = free;
    free += step;
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(folder, numbered(name, kind, middle))) taken = middle;
    else free = middle;
  }
  return free;
}

/** A name in the folder that is free now; the one that was asked for, if it is. */
export async function freeName(folder: Place, name: string, kind: Entry['kind']): Promise<string> {
  return (await isTaken(folder, name)) ? numbered(name, kind, await freeNumber(folder, name, kind, 1)) : name;
}

/** Puts something into a folder under a name, or does about a taken one what `conflict` says. Kinds never replace each other. */
export async function settle(folder: Place, name: string, kind: Entry['kind'], conflict: Conflict, put: Put): Promise<Settled> {
  for (let number = 0; ;) {
    const place = within(folder, number === 0 ? name : numbered(name, kind, number));
    try {
      await put.fresh(place, number);
      return { placed: place };
    } catch (error) {
      if (!isErrno(error, 'EEXIST', 'ENOTEMPTY')) throw error;
    }
    if (conflict === 'rename') {
      number = await freeNumber(folder, name, kind, number + 1);
      continue;
    }
    const taken = await look(place);
    if (!taken && !(await isTaken(folder, name))) continue;
    if (taken && conflict === 'ask') return { exists: taken };
    if (taken && conflict === 'skip') return { skipped: taken };
    if (taken?.kind !== kind) throw new BackendError('exists', `"${place.id}" is taken by something that is no ${kind}.`);
    await put.over(taken);
    return { placed: place };
  }
}

/** Moves a file to a name that must be free, without ever replacing another: a second name first, then the first one goes. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Linux refuses links to other users' files where renaming them is allowed; an empty file holds the name meanwhile
    if (!isErrno(error, 'EPERM')) throw error;
    await (await open(to, 'wx')).close();
    return undo(rename(from, to), () => unlink(to));
  }
  await undo(unlink(from), () => unlink(to));
}

/** Moves a folder to a name that must be free: an empty folder holds the name, and only an empty one is replaced by a rename. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  await undo(rename(from, to), () => rmdir(to));
}

async function undo(deed: Promise<void>, back: () => Promise<void>): Promise<void> {
  try {
    await deed;
  } catch (error) {
    await unless(['ENOENT', 'ENOTEMPTY'], back());
    throw error;
  }
}
