import type { Content } from './contents.js';

interface Node {
  id: number;
  name: string;
  parent: Folder | undefined;
  modified: Date;
  /** Who put it there. */
  username: string;
}

/** A folder; one that lies in the root may be a workspace. */
export interface Folder extends Node {
  type: 'folder';
  items: Entry[];
  /** `rootAccess`: whether users who are no administrators may do anything right in it, and not only in its folders. */
  workspace: { rootAccess: boolean } | undefined;
}

/** A file. */
export interface StoredFile extends Node {
  type: 'file';
  content: Content;
  comment: string;
  fileIdTag: string;
}

/** What lies in a folder. */
export type Entry = Folder | StoredFile;

/** A folder with nothing in it, which hangs nowhere yet. */
export const newFolder = (id: number, name: string, username: string): Folder => ({
  id,
  name,
  username,
  parent: undefined,
  modified: new Date(),
  type: 'folder',
  items: [],
  workspace: undefined,
});

/** A file that hangs nowhere yet. */
export const newFile = (id: number, name: string, username: string, content: Content): StoredFile => ({
  id,
  name,
  username,
  parent: undefined,
  modified: new Date(),
  type: 'file',
  content,
  comment: '',
  fileIdTag: '',
});

/** Where a folder is, with a slash at either end. */
export const pathOf = (folder: Folder): string => (folder.parent ? `${pathOf(folder.parent)}${folder.name}/` : '/');

/** Where an entry lies: the path of its folder. */
export const locationOf = ({ parent }: Entry): string => (parent ? pathOf(parent) : '/');

/** The entry of that name in a folder. */
export const named = (folder: Folder, name: string): Entry | undefined => folder.items.find((entry) => entry.name === name);

/** Hangs an entry into a folder, out of the one where it was. */
export function hang(entry: Entry, folder: Folder): void {
  unhang(entry);
  entry.parent = folder;
  folder.items.push(entry);
}

/** Takes an entry out of its folder. */
export function unhang(entry: Entry): void {
  const { parent } = entry;
  if (parent) parent.items = parent.items.filter((other) => other !== entry);
}

/** Everything below a folder, folders before what is in them. */
export function* below(folder: Folder): Generator<Entry> {
  for (const entry of folder.items) {
    yield entry;
    if (entry.type === 'folder') yield* below(entry);
  }
}

/** An entry with all that it lies in, the root last. */
export function upward(entry: Entry): Entry[] {
  return entry.parent ? [entry, ...upward(entry.parent)] : [entry];
}

/** The workspace that an entry is or lies in; what lies in none belongs to the site itself. */
export const workspaceOf = (entry: Entry): Folder | undefined =>
  upward(entry).find((above): above is Folder => above.type === 'folder' && above.workspace !== undefined);

/** What is left of a name: the service takes out what names may not have and says nothing. Which signs these are is our choice. */
// eslint-disable-next-line no-control-regex
export const cleanName = (name: string): string => name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '');
