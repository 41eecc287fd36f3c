import { BackendError, errorInfo, isBackendError } from '../backend/errors.js';
import type { Outcome, Ref } from '../backend/item.js';
import { isUnsure } from '../backend/once.js';
import type { Conflict } from '../backend/upload.js';
import { fileInfoOf } from './filegenius.answers.js';
import { type Found, itemOf, named, shown, type View } from './filegenius.folders.js';
import { changeToFreeName, erase } from './filegenius.items.js';
import { folderOf, placeOf, within } from './filegenius.places.js';

const exists = (name: string): BackendError => new BackendError('exists', `"${name}" is there already.`);

/** Puts a thing into another folder, where nothing but a file that may be replaced has its name. */
async function put(view: View, { entry, folder }: Found, to: string, overwrite: boolean): Promise<Found> {
  const deed = `Moving "${entry.name}"`;
  const fields = { file_id: entry.id, destination_path: to, overwrite: overwrite ? '1' : '0' };
  view.forget(folder.path);
  view.forget(to);
  let told = { id: entry.id, name: entry.name };
  try {
    told = fileInfoOf(deed, await view.site.change('POST', deed, 'file_move', fields, view.signal));
  } catch (error) {
    if (!isUnsure(error) || view.signal?.aborted) throw error;
    if (!(await view.folder(to)).entries.some(({ id }) => id === entry.id)) throw error;
  }
  const now = await view.folder(to);
  const there = now.entries.find(({ id }) => id === told.id) ?? named(now, told.name);
  if (!there) throw new BackendError('server', `${deed} failed: the service does not list it where it was put.`);
  return { entry: there, folder: now };
}

/** Brings what is in one folder into another of its name, and takes the empty one away. */
async function merge(view: View, mine: Found, theirs: Found): Promise<Found> {
  const [from, to] = [mine, theirs].map(({ entry, folder }) => within(folder.path, entry.name)) as [string, string];
  const folder = await view.folder(from);
  for (const entry of shown(folder)) await place(view, { entry, folder }, to, 'replace');
  view.forget(from);
  const left = shown(await view.folder(from));
  if (left.length > 0) throw exists(left[0]?.name ?? '');
  await erase(view, mine);
  return theirs;
}

async function place(view: View, found: Found, to: string, conflict: Conflict): Promise<Found | 'skipped'> {
  const { entry, folder } = found;
  if (entry.kind === 'folder' && to.startsWith(within(folder.path, entry.name)))
    throw new BackendError('invalid', `"${entry.name}" cannot be moved into itself.`);
  const target = await view.folder(to);
  if (folder.path === to) return found;
  const there = named(target, entry.name);
  if (!there) return put(view, found, to, false);
  if (conflict === 'skip') return 'skipped';
  if (conflict === 'rename') {
    // under a name that is free here and there, so that nothing is in the way of either step
    const renamed = await changeToFreeName(view, found, entry.name, (name) => named(target, name) !== undefined);
    return put(view, renamed, to, false);
  }
  if (conflict === 'ask' || there.kind !== entry.kind) throw exists(entry.name);
  return entry.kind === 'file' ? put(view, found, to, true) : merge(view, found, { entry: there, folder: target });
}

/** A file that has been moved there before, by a call whose answer was lost: numbers stay. */
async function arrived(view: View, ref: Ref, to: string): Promise<Found | undefined> {
  const source = placeOf(ref);
  if (source.kind === 'folder') return undefined;
  const folder = await view.folder(to);
  const entry = folder.entries.find(({ kind, id }) => kind === 'file' && id === source.number);
  return entry && { entry, folder };
}

/** Moves one item into a folder. */
export async function moveOne(view: View, ref: Ref, to: Ref, conflict: Conflict): Promise<Outcome> {
  const { id } = ref;
  try {
    const path = folderOf(to);
    const found = await view.find(ref).catch(async (error: unknown) => {
      const before = isBackendError(error) && error.code === 'not-found' ? await arrived(view, ref, path) : undefined;
      if (before) return before;
      throw error;
    });
    const placed = await place(view, found, path, conflict);
    return placed === 'skipped' ? { id, skipped: true } : { id, item: itemOf(placed) };
  } catch (error) {
    if (isBackendError(error) && error.code === 'aborted') throw error;
    return { id, error: errorInfo(error) };
  }
}
