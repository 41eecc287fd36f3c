import { BackendError, isBackendError, type ErrorCode } from '../backend/errors.js';
import type { Item, Permission, Ref } from '../backend/item.js';
import { type Entry, type Flags, type Page, pageOf } from './filegenius.answers.js';
import { isParked } from './filegenius.names.js';
import { fileId, folderId, nameOf, parentOf, placeOf, within } from './filegenius.places.js';
import type { Site } from './filegenius.site.js';

/** A folder with everything in it, files that are not complete too. */
export interface Folder {
  path: string;
  entries: Entry[];
  flags: Flags;
}

/** An item with what its folder says of it. */
export interface Found {
  entry: Entry;
  folder: Folder;
}

/** What a call has seen of the site so far: each folder is read once. */
export interface View {
  readonly site: Site;
  readonly signal: AbortSignal | undefined;
  /** A folder and all in it. Rejects with `not-found`. */
  folder(path: string): Promise<Folder>;
  /** Forgets a folder that has changed. */
  forget(path: string): void;
  /** An item but the root. Rejects with `not-found`. */
  find(ref: Ref): Promise<Found>;
}

/** Pages that are read at once. */
const AT_ONCE = 4;
/** Tries to read a folder that changes under the reader. */
const TRIES = 3;

/** After these, nobody has said that a place is not there. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set(['offline', 'server', 'aborted', 'unauthorized', 'rate-limited']);

const EVERYTHING_DENIED: Flags = {
  upload: false,
  batchUpload: false,
  download: false,
  remove: false,
  move: false,
  rename: false,
  createFolder: false,
  send: false,
  sendOutside: false,
};

/** All pages of a list, as of one moment: pages are counted, so what comes or goes meanwhile shifts them, and they are read again. */
export async function readPages(ask: (page: number) => Promise<Page>): Promise<{ entries: Entry[]; flags: Flags | undefined }> {
  for (let tries = 1; ; tries += 1) {
    const first = await ask(1);
    const { total, pageSize, flags } = first;
    const pages = [first];
    const isLast = (page: Page): boolean => page.entries.length < pageSize;
    if (total === undefined) for (let last = first; !isLast(last);) pages.push((last = await ask(pages.length + 1)));
    else
      while (pages.length * pageSize < total) {
        const numbers = Array.from(
          { length: Math.min(AT_ONCE, Math.ceil(total / pageSize) - pages.length) },
          (_, at) => pages.length + 1 + at,
        );
        pages.push(...(await Promise.all(numbers.map(ask))));
      }
    const entries = new Map(pages.flatMap((page) => page.entries.map((entry) => [entry.id, entry])));
    const isSettled = total === undefined || (entries.size === total && pages.every((page) => page.total === total));
    // one that never holds still is shown as it was last seen
    if (isSettled || tries === TRIES) return { entries: [...entries.values()], flags };
  }
}

/** What one call sees of a site. */
export function createView(site: Site, signal: AbortSignal | undefined): View {
  const folders = new Map<string, Promise<Folder>>();
  const read = async (path: string): Promise<Folder> => {
    const deed = `Listing ${JSON.stringify(path)}`;
    // By name, because names differ: of two files of one second, either could come first on each page.
    const parameters = (page: number): Record<string, string> => ({
      path,
      sort_by: 'name_asc',
      ...(page > 1 && { current_page: String(page) }),
    });
    const { entries, flags } = await readPages(async (page) => pageOf(deed, await site.get(deed, 'file_list', parameters(page), signal)));
    return { path, entries, flags: flags ?? EVERYTHING_DENIED };
  };
  /** Errors have titles alone, and what is empty may not be there at all: only the folder above tells. */
  const isGone = async (path: string): Promise<boolean> => {
    if (path === '/') return false;
    try {
      const above = await folder(parentOf(path));
      return !above.entries.some(({ kind, name }) => kind === 'folder' && name === nameOf(path));
    } catch (error) {
      if (!isBackendError(error) || SAYS_NOTHING.has(error.code)) throw error;
      // who may not look above must believe what was said below
      return error.code === 'not-found';
    }
  };
  const checked = async (path: string): Promise<Folder> => {
    const gone = (): BackendError => new BackendError('not-found', `There is no folder ${JSON.stringify(path)}.`);
    try {
      const found = await read(path);
      if (found.entries.length === 0 && (await isGone(path))) throw gone();
      return found;
    } catch (error) {
      if (isBackendError(error) && error.code !== 'not-found' && !SAYS_NOTHING.has(error.code) && (await isGone(path))) throw gone();
      throw error;
    }
  };
  const folder = (path: string): Promise<Folder> => {
    const known = folders.get(path) ?? checked(path);
    folders.set(path, known);
    return known;
  };

  return {
    site,
    signal,
    folder,
    forget: (path) => void folders.delete(path),
    async find(ref) {
      const place = placeOf(ref);
      const isFolder = place.kind === 'folder';
      if (isFolder && place.path === '/') throw new BackendError('invalid', 'The root folder stays as it is.');
      const holder = await folder(isFolder ? parentOf(place.path) : place.path);
      const entry = holder.entries.find((one) =>
        isFolder
          ? one.kind === 'folder' && one.name === nameOf(place.path)
          : one.kind === 'file' && one.id === place.number && !isParked(one.name),
      );
      if (!entry) throw new BackendError('not-found', `There is no item ${JSON.stringify(ref.id)}.`);
      return { entry, folder: holder };
    },
  };
}

/** What lies in a folder under a name. */
export const named = ({ entries }: Folder, name: string): Entry | undefined => entries.find((entry) => entry.name === name);

/** What is shown of a folder. */
export const shown = ({ entries }: Folder): Entry[] => entries.filter(({ name }) => !isParked(name));

const deeds = (pairs: [Permission, boolean][]): Permission[] => pairs.flatMap(([deed, may]) => (may ? [deed] : []));

const inside = ({ upload, createFolder }: Flags): [Permission, boolean][] => [
  ['list', true],
  ['upload', upload],
  ['createFolder', createFolder],
];

/** A folder as the contract shows it, with what its own listing allows. */
export const folderItem = ({ path, flags }: Folder, above?: Found): Item => ({
  id: folderId(path),
  name: nameOf(path),
  kind: 'folder',
  ...(path !== '/' && { parent: { id: folderId(parentOf(path)) } }),
  ...(above?.entry.modified !== undefined && { modified: above.entry.modified }),
  can: deeds(inside(flags)),
});

/** An entry as the contract shows it, with what its folder allows: what is allowed below a folder shows when it is opened. */
export function itemOf({ entry, folder }: Found): Item {
  const { id, name, kind, size, modified, owner } = entry;
  const { path, flags } = folder;
  const isFile = kind === 'file';
  return {
    id: isFile ? fileId(path, id) : folderId(within(path, name)),
    name,
    kind,
    ...(isFile && { size }),
    ...(modified !== undefined && { modified }),
    ...(owner !== undefined && { owner }),
    parent: { id: folderId(path) },
    can: deeds([
      ...(isFile
        ? ([
            ['download', flags.download],
            ['preview', flags.download],
          ] as [Permission, boolean][])
        : inside(flags)),
      ['rename', flags.rename],
      ['move', flags.move],
      ['remove', flags.remove],
      ['send', flags.send],
    ]),
  };
}
