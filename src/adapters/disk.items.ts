import { mkdir } from 'node:fs/promises';
import { BackendError } from '../backend/errors.js';
import type { Item, Ref, Rules } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';
import { syncFolder } from './disk.bytes.js';
import { checkName, MAX_NAME, NAME_PATTERN } from './disk.names.js';
import { moveFile, moveFolder, settle } from './disk.placing.js';
import { type Entry, find, findFolder, itemOf, look, missing, type Place } from './disk.tree.js';
import { checkConflict } from './disk.uploads.js';

const exists = ({ place }: Entry) => new BackendError('exists', `"${place.id}" is there already.`);

async function itemAt(place: Place): Promise<Item> {
  const entry = await look(place);
  if (!entry) throw missing(place.id);
  return itemOf(entry);
}

/** All that a disk knows of an item. */
export const item = async (root: string, ref: Ref): Promise<Item> => itemOf(await find(root, ref));

/** What names a folder takes; the same everywhere. */
export async function rules(root: string, folder: Ref, maxFileSize: number): Promise<Rules> {
  await findFolder(root, folder);
  return { namePattern: NAME_PATTERN, maxNameLength: MAX_NAME, nameUnit: 'bytes', maxFileSize };
}

/** Makes a folder, or does about a taken name what `conflict` says. */
export async function createFolder(root: string, parent: Ref, name: string, conflict: Conflict): Promise<Item> {
  checkConflict(conflict);
  checkName(name);
  const { place } = await findFolder(root, parent);
  const settled = await settle(place, name, 'folder', conflict, {
    fresh: ({ path }) => mkdir(path),
    // the folder that is there is as good as a new one
    over: () => Promise.resolve(),
  });
  if ('exists' in settled) throw exists(settled.exists);
  if ('skipped' in settled) {
    if (settled.skipped.kind === 'file') throw exists(settled.skipped);
    return itemOf(settled.skipped);
  }
  await syncFolder(place.path);
  return itemAt(settled.placed);
}

/** Gives an item another name in its folder, if that name is free. */
export async function rename(root: string, ref: Ref, name: string): Promise<Item> {
  const entry = await find(root, ref);
  const { place, kind } = entry;
  if (!place.parent) throw new BackendError('not-allowed', 'The root folder stays as it is.');
  checkName(name);
  if (name === place.name) return itemOf(entry);
  const settled = await settle(place.parent, name, kind, 'ask', {
    fresh: ({ path }) => (kind === 'file' ? moveFile(place.path, path) : moveFolder(place.path, path)),
    over: () => Promise.resolve(),
  });
  if (!('placed' in settled)) throw exists('exists' in settled ? settled.exists : settled.skipped);
  return itemAt(settled.placed);
}
