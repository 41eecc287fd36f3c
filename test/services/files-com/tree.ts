import type { Checksums, Content } from '../contents.js';
import { comparable, nameOf, parentOf, split } from './paths.js';

interface Node {
  name: string;
  parent: Folder | undefined;
  createdAt: Date;
  createdBy: number | null;
  mtime: Date;
  modifiedBy: number | null;
  providedMtime: Date | null;
  priorityColor: string | null;
  customMetadata: Record<string, string>;
}

/** A folder of the tree; its items are found by their comparable names. */
export interface Folder extends Node {
  type: 'directory';
  items: Map<string, Entry>;
}

/** A file of the tree. */
export interface StoredFile extends Node {
  type: 'file';
  content: Content;
  /** Told only some time after the upload. */
  checksums: Checksums | undefined;
}

/** What lies in a folder. */
export type Entry = Folder | StoredFile;

/** The folders and files of a site. */
export interface Tree {
  root: Folder;
  find(path: string): Entry | undefined;
  folder(path: string): Folder | undefined;
  /** Makes a folder and those above it that are missing; what is there stays. */
  makeFolder(path: string, by: number | null): Folder;
  /** Puts a file in an existing folder, in place of one of the same name; the same entry goes on, with other bytes. */
  putFile(path: string, content: Content, by: number | null): StoredFile;
  /** A name that is free in the folder: `a (1).txt` where `a.txt` is taken. */
  freePath(path: string): string;
  /** Hangs an entry elsewhere, under another name. */
  move(entry: Entry, path: string): void;
  /** Copies an entry with all below it, and with `structure` only the folders; onto folders that are there it merges. */
  copy(entry: Entry, path: string, by: number | null, structure: boolean): void;
  remove(entry: Entry): void;
}

/** Where an entry is. */
export function pathOf(entry: Entry): string {
  return entry.parent ? [pathOf(entry.parent), entry.name].filter(Boolean).join('/') : '';
}

/** Everything below a folder, folders before what is in them. */
export function* below(folder: Folder): Generator<Entry> {
  for (const entry of folder.items.values()) {
    yield entry;
    if (entry.type === 'directory') yield* below(entry);
  }
}

function node(name: string, parent: Folder | undefined, by: number | null): Node {
  const now = new Date();
  return {
    name,
    parent,
    createdAt: now,
    createdBy: by,
    mtime: now,
    modifiedBy: by,
    providedMtime: null,
    priorityColor: null,
    customMetadata: {},
  };
}

/** An empty tree. */
export function plantTree(): Tree {
  const root: Folder = { ...node('', undefined, null), type: 'directory', items: new Map() };

  const attach = (entry: Entry, parent: Folder): void => {
    entry.parent = parent;
    parent.items.set(comparable(entry.name), entry);
  };
  const detach = (entry: Entry): void => void entry.parent?.items.delete(comparable(entry.name));

  const tree: Tree = {
    root,
    find(path) {
      let at: Entry | undefined = root;
      for (const name of path.split('/').filter(Boolean)) {
        at = at?.type === 'directory' ? at.items.get(comparable(name)) : undefined;
      }
      return at;
    },
    folder(path) {
      const entry = tree.find(path);
      return entry?.type === 'directory' ? entry : undefined;
    },
    makeFolder(path, by) {
      let at = root;
      for (const name of path.split('/').filter(Boolean)) {
        const found = at.items.get(comparable(name));
        if (found?.type === 'file') throw new Error(`"${pathOf(found)}" is a file.`);
        const made: Folder = found ?? { ...node(name, at, by), type: 'directory', items: new Map() };
        if (!found) attach(made, at);
        at = made;
      }
      return at;
    },
    putFile(path, content, by) {
      const found = tree.find(path);
      if (found?.type === 'file') return Object.assign(found, { content, checksums: undefined, mtime: new Date(), modifiedBy: by });
      const parent = tree.folder(parentOf(path));
      if (!parent || found) throw new Error(`No file can be put at "${path}".`);
      const made: StoredFile = { ...node(nameOf(path), parent, by), type: 'file', content, checksums: undefined };
      attach(made, parent);
      return made;
    },
    freePath(path) {
      const [base, extension] = split(nameOf(path));
      for (let number = 0; ; number++) {
        const name = number === 0 ? base + extension : `${base} (${String(number)})${extension}`;
        const free = [parentOf(path), name].filter(Boolean).join('/');
        if (!tree.find(free)) return free;
      }
    },
    move(entry, path) {
      const parent = tree.folder(parentOf(path));
      if (!parent) throw new Error(`There is no folder for "${path}".`);
      detach(entry);
      entry.name = nameOf(path);
      attach(entry, parent);
    },
    copy(entry, path, by, structure) {
      if (entry.type === 'file') {
        if (!structure) tree.putFile(path, entry.content, by).providedMtime = entry.providedMtime;
        return;
      }
      // Listed before anything is made, since a folder may be copied into itself.
      const items = [...entry.items.values()];
      tree.makeFolder(path, by);
      for (const item of items) tree.copy(item, `${path}/${item.name}`, by, structure);
    },
    remove: detach,
  };
  return tree;
}
