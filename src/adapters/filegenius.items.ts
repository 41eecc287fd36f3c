import { BackendError, errorInfo, isBackendError } from '../backend/errors.js';
import type { Item, Outcome, Permission, Ref } from '../backend/item.js';
import { isUnsure } from '../backend/once.js';
import type { Conflict } from '../backend/upload.js';
import { type Entry, fileInfoOf, newFolderOf } from './filegenius.answers.js';
import { type Folder, folderItem, type Found, itemOf, named, shown, type View } from './filegenius.folders.js';
import { checkName, freeName, mayBecome } from './filegenius.names.js';
import { folderOf, within } from './filegenius.places.js';

/** Most names that are tried when others take them meanwhile. */
const TRIES = 20;

const exists = (name: string): BackendError => new BackendError('exists', `"${name}" is there already.`);

/** An entry after the service has told what it is called now. */
const renamedTo = (entry: Entry, name: string): Entry => ({ ...entry, name: name || entry.name });

const INSIDE: readonly Permission[] = ['list', 'upload', 'createFolder'];

/** All that is known of one item. */
export async function item(view: View, ref: Ref): Promise<Item> {
  const path = ref.id === '' || ref.id.endsWith('/') ? folderOf(ref) : undefined;
  if (path === undefined) return itemOf(await view.find(ref));
  if (path === '/') return folderItem(await view.folder(path));
  const [folder, above] = await Promise.all([view.folder(path), view.find(ref)]);
  const outer = itemOf(above);
  // what may be done in it is said by its own listing, what may be done to it by the one above
  return { ...outer, can: [...folderItem(folder).can, ...outer.can.filter((deed) => !INSIDE.includes(deed))] };
}

/** Makes a folder, or answers the one that is there. */
export async function createFolder(view: View, parent: Ref, name: string, conflict: Conflict): Promise<Item> {
  checkName(name);
  const path = folderOf(parent);
  const refused = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    const folder = await view.folder(path);
    const there = named(folder, name);
    if (there && conflict !== 'rename') return theOneThere({ entry: there, folder }, conflict);
    const free = freeName(name, 'folder', (one) => refused.has(one) || named(folder, one) !== undefined);
    const deed = `Making the folder "${free}"`;
    view.forget(path);
    try {
      const text = await view.site.change('POST', deed, 'create_folder', { folder_name: free, folder_path: path }, view.signal);
      const made = newFolderOf(deed, text);
      const now = await view.folder(path);
      const entry = now.entries.find(({ kind, id, name: of }) => kind === 'folder' && (id === made.id || of === made.name));
      if (!entry) throw new BackendError('server', `${deed} failed: the service does not list what it has made.`);
      return itemOf({ entry, folder: now });
    } catch (error) {
      const now = await nowOf(view, path, error);
      const taken = named(now, free) ?? now.entries.find((entry) => mayBecome(free, entry.name));
      if (!taken) throw error;
      const found = { entry: taken, folder: now };
      if (isUnsure(error)) {
        // the answer was lost, or somebody else was faster
        if (taken.kind === 'folder' && folder.entries.every(({ id }) => id !== taken.id)) return itemOf(found);
        throw error;
      }
      if (conflict !== 'rename') return theOneThere(found, conflict);
      if (tries === TRIES) throw exists(free);
      // it may be taken by what the service makes of it, and not by what it is
      refused.add(free);
    }
  }
}

/** The folder that has a name, for whom it is as good as a new one. */
function theOneThere(found: Found, conflict: Conflict): Item {
  const { kind, name } = found.entry;
  if (kind === 'file' || conflict === 'ask') throw exists(name);
  return itemOf(found);
}

/** A folder as it is after something failed, to see what has happened; rethrows what failed where that cannot be seen. */
async function nowOf(view: View, path: string, failure: unknown): Promise<Folder> {
  if (isBackendError(failure) && failure.code === 'aborted') throw failure;
  view.forget(path);
  return view.folder(path).catch(() => {
    throw failure;
  });
}

/** Gives an entry another name; answers it as the service calls it then. A taken name rejects with `exists`. */
export async function changeName(view: View, { entry, folder }: Found, name: string): Promise<Found> {
  const deed = `Renaming "${entry.name}"`;
  const { brand } = view.site;
  view.forget(folder.path);
  try {
    const text = await view.site.change(brand.rename, deed, 'file_rename', { file_id: entry.id, new_name: name }, view.signal);
    return { entry: renamedTo(entry, fileInfoOf(deed, text).name), folder };
  } catch (error) {
    const now = await nowOf(view, folder.path, error);
    const same = now.entries.find(({ id }) => id === entry.id);
    if (isUnsure(error) && same && same.name !== entry.name) return { entry: same, folder: now };
    const taken = named(now, name);
    throw taken && taken.id !== entry.id ? exists(name) : error;
  }
}

/** As {@link changeName}, to a name that is free even if others are faster. */
export async function changeToFreeName(
  view: View,
  found: Found,
  name: string,
  alsoTaken: (name: string) => boolean = () => false,
): Promise<Found> {
  const refused = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    const folder = await view.folder(found.folder.path);
    const { id, kind, name: now } = found.entry;
    const isTaken = (one: string): boolean =>
      refused.has(one) || alsoTaken(one) || folder.entries.some((other) => other.name === one && other.id !== id);
    const free = freeName(name, kind, isTaken);
    if (free === now) return found;
    try {
      return await changeName(view, found, free);
    } catch (error) {
      if (!isBackendError(error) || error.code !== 'exists' || tries === TRIES) throw error;
      // it may be taken by what the service makes of it, and not by what it is
      refused.add(free);
    }
  }
}

/** Renames an item. */
export async function rename(view: View, ref: Ref, name: string): Promise<Item> {
  checkName(name);
  const found = await view.find(ref);
  const there = named(found.folder, name);
  if (there && there.id !== found.entry.id) throw exists(name);
  return itemOf(found.entry.name === name ? found : await changeName(view, found, name));
}

/** Deletes what the service numbers so. */
export async function erase(view: View, { entry, folder }: Found): Promise<void> {
  const deed = `Removing "${entry.name}"`;
  view.forget(folder.path);
  try {
    fileInfoOf(deed, await view.site.change('DELETE', deed, 'file_delete', { file_id: entry.id }, view.signal));
  } catch (error) {
    const now = await nowOf(view, folder.path, error);
    if (now.entries.some(({ id }) => id === entry.id)) throw error;
  }
}

/** Removes one item. */
export async function removeOne(view: View, ref: Ref, recursive: boolean): Promise<Outcome> {
  const { id } = ref;
  try {
    const found = await view.find(ref);
    const { entry, folder } = found;
    if (entry.kind === 'folder' && !recursive && shown(await view.folder(within(folder.path, entry.name))).length > 0)
      throw new BackendError('invalid', `"${entry.name}" is not empty; its removal must be meant.`);
    await erase(view, found);
    return { id, removed: true };
  } catch (error) {
    if (isBackendError(error) && error.code === 'aborted') throw error;
    const info = errorInfo(error);
    return info.code === 'not-found' ? { id, removed: true } : { id, error: info };
  }
}

/** Milliseconds after which what is not yet begun is left to the caller's next call. */
const ANSWER_WITHIN = 10_000;

/** Does something with each item, one after the other, as each is a few requests; those that are not begun in time are pending. */
export async function each(refs: Ref[], act: (ref: Ref) => Promise<Outcome>): Promise<Outcome[]> {
  const start = Date.now();
  const outcomes: Outcome[] = [];
  for (const ref of refs)
    outcomes.push(
      outcomes.length > 0 && Date.now() - start > ANSWER_WITHIN
        ? { id: ref.id, pending: { ticket: 'next', done: 0, total: 1 } }
        : await act(ref),
    );
  return outcomes;
}
