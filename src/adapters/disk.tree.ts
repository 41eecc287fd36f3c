import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import type { Item, Permission, Ref } from '../backend/item.js';
import { syncFolder } from './disk.bytes.js';
import { isErrno, unless } from './disk.errors.js';
import { mediaType } from './disk.media.js';
import { segmentsOf } from './disk.names.js';

/** Where an item is or would be. */
export interface Place {
  /** The path below the root with `/` between the names; the root's is `''`. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** The folder that it lies in; the root has none. */
  readonly parent: Place | undefined;
}

/** A file or folder that was seen there. */
export interface Entry {
  readonly place: Place;
  readonly kind: 'file' | 'folder';
  readonly stats: Stats;
}

const FILE: Permission[] = ['download', 'preview', 'rename', 'move', 'copy', 'remove'];
const FOLDER: Permission[] = ['list', 'upload', 'createFolder', 'download', 'rename', 'move', 'copy', 'remove'];
const ROOT_FOLDER: Permission[] = ['list', 'upload', 'createFolder', 'download'];

/** What an error says that cannot find an item. */
export const missing = (id: string) => new BackendError('not-found', `There is no item "${id}".`);

/** The place of a name in a folder. */
export const within = (folder: Place, name: string): Place => ({
  id: folder.id === '' ? name : `${folder.id}/${name}`,
  name,
  path: join(folder.path, name),
  parent: folder,
});

/** The root folder's place. */
export const rootPlace = (root: string): Place => ({ id: '', name: '', path: root, parent: undefined });

/** The place that an id names; every name of it is checked. */
export const placeOf = (root: string, id: unknown): Place => segmentsOf(id).reduce(within, rootPlace(root));

/**
 * Looks at what is at a place, or answers nothing. Symbolic links, pipes, sockets and devices are nothing.
 * The folders above must be real ones: their real path is compared with the one that was asked for. What remains is the instant
 * between this look and the deed that follows, in which somebody who can write to the root on this machine (no call of the backend
 * makes links) could put a link in a folder's place; Node has no `openat` to close it. Files are opened with `O_NOFOLLOW`
 * and compared again afterwards.
 */
export async function look(place: Place): Promise<Entry | undefined> {
  const above = place.parent?.path ?? place.path;
  if ((await unless(['ENOENT', 'ENOTDIR', 'ELOOP'], realpath(above))) !== above) return undefined;
  const stats = await unless(['ENOENT', 'ENOTDIR'], lstat(place.path));
  if (stats?.isFile()) return { place, kind: 'file', stats };
  if (stats?.isDirectory()) return { place, kind: 'folder', stats };
  return undefined;
}

/** The item that a call names, or `not-found`. */
export async function find(root: string, ref: Ref): Promise<Entry> {
  const entry = await look(placeOf(root, ref.id));
  if (!entry) throw missing(ref.id);
  return entry;
}

/** The folder that a call names: `not-found` where nothing is, `invalid` where a file is. */
export async function findFolder(root: string, ref: Ref): Promise<Entry> {
  const entry = await find(root, ref);
  if (entry.kind === 'file') throw new BackendError('invalid', `"${ref.id}" is a file; a folder is expected.`);
  return entry;
}

/** Whether two looks saw the same file, by its number on the disk. */
export const isSame = (a: Stats, b: Stats) => a.ino === b.ino && a.dev === b.dev;

/** An entry as the contract's item. */
export function itemOf({
  place,
  kind,
  stats,
}: Pick<Entry, 'place' | 'kind'> & { stats: Pick<Stats, 'size' | 'mtimeMs' | 'birthtimeMs'> }): Item {
  const item: Item = {
    id: place.id,
    name: place.name,
    kind,
    modified: Math.round(stats.mtimeMs),
    can: [...(kind === 'file' ? FILE : place.parent ? FOLDER : ROOT_FOLDER)],
  };
  // file systems that keep no birth time answer the epoch
  if (stats.birthtimeMs > 0) item.created = Math.round(stats.birthtimeMs);
  if (place.parent) item.parent = { id: place.parent.id };
  if (kind === 'file') {
    item.size = stats.size;
    const type = mediaType(place.name);
    if (type !== undefined) item.type = type;
  }
  return item;
}

const inTheWay = (place: Place) => new BackendError('exists', `"${place.id}" is no folder; one is wanted there.`);

/** Follows folders below one; nothing where one is missing, `exists` where something else has its name. */
export async function follow(folder: Place, steps: readonly string[]): Promise<Place | undefined> {
  let place = folder;
  for (const step of steps) {
    place = within(place, step);
    const stats = await unless(['ENOENT'], lstat(place.path));
    if (!stats) return undefined;
    if (!stats.isDirectory()) throw inTheWay(place);
  }
  return place;
}

/** Makes the folders below one that are missing, each flushed to the disk. The folder itself must be there. */
export async function ensureFolders(folder: Place, steps: readonly string[]): Promise<Place> {
  const wanted = steps.reduce(within, folder);
  if ((await unless(['ENOENT', 'ENOTDIR'], realpath(wanted.path))) === wanted.path) {
    if ((await lstat(wanted.path)).isDirectory()) return wanted;
    throw inTheWay(wanted);
  }
  if ((await look(folder))?.kind !== 'folder') throw missing(folder.id);
  let place = folder;
  for (const step of steps) {
    const parent = place;
    place = within(parent, step);
    try {
      await mkdir(place.path);
      await syncFolder(parent.path);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      if (!(await unless(['ENOENT'], lstat(place.path)))?.isDirectory()) throw inTheWay(place);
    }
  }
  return place;
}
