import { BackendError } from '../backend/errors.js';
import type { ActivityEntry, Item, Ref } from '../backend/item.js';
import { type Bytes, sizeOf } from './memory.bytes.js';
import { checkName, numbered } from './memory.names.js';
import { enter, leave, type Place } from './memory.order.js';

/** What an item may have besides its name, place, size and dates. */
export type Facts = Pick<Item, 'type' | 'description' | 'colour' | 'expires' | 'shared' | 'locked' | 'protected' | 'owner' | 'thumbnail'>;

interface Node {
  readonly id: string;
  name: string;
  /** Bytes; a folder's is 0. */
  size: number;
  modified: number;
  readonly created: number;
  /** The root alone has none; a child that was taken out keeps its last one. */
  parent: FolderEntry | undefined;
  facts: Facts;
  /** Oldest first. */
  history: ActivityEntry[];
}

/** A file that the memory backend keeps. */
export interface FileEntry extends Node {
  readonly kind: 'file';
  bytes: Bytes;
}

/** A folder that the memory backend keeps. */
export interface FolderEntry extends Node {
  readonly kind: 'folder';
  readonly children: Map<string, Entry>;
  /** Its children, sorted, for each order that was asked for. */
  readonly orders: Map<string, { compare: (a: Place, b: Place) => number; entries: Entry[] }>;
  /** Where the search for a free number last ended, by name: ten thousand files of one name need no ten thousand tries each. */
  readonly numbers: Map<string, number>;
}

export type Entry = FileEntry | FolderEntry;

/** Files and folders by id and by place. What names an item that is not there rejects with `not-found`. */
export interface Tree {
  readonly root: FolderEntry;
  /** Bytes kept. */
  used: () => number;
  /** Rejects with `quota` when that many bytes more are too many. */
  room: (more: number) => void;
  /** The names from the root down to an entry. */
  way: (entry: Entry) => string[];
  find: (ref: Ref) => Entry;
  /** As {@link Tree.find}, or nothing. */
  seek: (id: string) => Entry | undefined;
  folder: (ref: Ref) => FolderEntry;
  file: (ref: Ref) => FileEntry;
  /** Puts a new file or folder into a folder; the name must be free. */
  addFile: (parent: FolderEntry, name: string, bytes: Bytes, facts: { type?: string; modified?: number | undefined }) => FileEntry;
  addFolder: (parent: FolderEntry, name: string) => FolderEntry;
  /** Gives an entry other bytes, another name or another folder, and keeps every index right. The name there must be free. */
  alter: (entry: Entry, change: { parent?: FolderEntry; name?: string; modified?: number; bytes?: Bytes }) => void;
  /** Takes out an entry and all that is below. */
  drop: (entry: Entry) => void;
  /** The folders on a path, made where they are missing. */
  ensure: (folder: FolderEntry, path: readonly string[]) => FolderEntry;
  /** The folder on a path, or nothing where one is missing; rejects with `exists` where a file is in the way. */
  follow: (folder: FolderEntry, path: readonly string[]) => FolderEntry | undefined;
  /** A name that nothing in the folder has. */
  freeName: (folder: FolderEntry, name: string, kind: Entry['kind']) => string;
}

/** What a tree needs to know of the rest. */
export interface TreeOptions {
  id: () => string;
  /** Who does what is done. */
  by: string;
  /** Bytes that it holds at most. */
  storage: number;
  /** Told of each file whose bytes are no longer kept. */
  gone: (file: FileEntry) => void;
}

/** Makes an empty tree. */
export function createTree({ id, by, storage, gone }: TreeOptions): Tree {
  const newFolder = (name: string, parent?: FolderEntry): FolderEntry => ({
    id: parent ? id() : '',
    kind: 'folder',
    name,
    size: 0,
    modified: Date.now(),
    created: Date.now(),
    parent,
    facts: {},
    history: [],
    children: new Map(),
    orders: new Map(),
    numbers: new Map(),
  });
  const newFile = (name: string, bytes: Bytes, parent: FolderEntry, facts: Facts, modified = Date.now()): FileEntry => ({
    id: id(),
    kind: 'file',
    name,
    size: sizeOf(bytes),
    modified,
    created: Date.now(),
    parent,
    facts,
    history: [],
    bytes,
  });

  const root = newFolder('');
  const entries = new Map<string, Entry>([['', root]]);
  let used = 0;

  const attach = (entry: Entry, parent: FolderEntry) => {
    entry.parent = parent;
    parent.children.set(entry.name, entry);
    enter(parent, entry);
  };
  const detach = (entry: Entry) => {
    const { parent } = entry;
    if (!parent) throw new BackendError('invalid', 'The root folder has its place and name for good.');
    leave(parent, entry);
    parent.children.delete(entry.name);
  };
  const forget = (entry: Entry) => {
    entries.delete(entry.id);
    if (entry.kind === 'folder') entry.children.forEach(forget);
    else gone(entry);
    used -= entry.size;
  };
  const add = <E extends Entry>(entry: E, parent: FolderEntry): E => {
    checkName(entry.name);
    tree.room(entry.size);
    attach(entry, parent);
    entries.set(entry.id, entry);
    used += entry.size;
    entry.history.push({ at: entry.created, action: entry.kind === 'file' ? 'uploaded' : 'created', by });
    return entry;
  };

  const tree: Tree = {
    root,
    used: () => used,
    room(more) {
      if (used + more > storage) throw new BackendError('quota', `${more} bytes are too many: ${storage - used} of ${storage} are left.`);
    },
    way(entry) {
      const names: string[] = [];
      for (let at = entry; at.parent; at = at.parent) names.unshift(at.name);
      return names;
    },
    seek: (of) => entries.get(of),
    find(ref) {
      const entry = entries.get(ref.id);
      if (!entry) throw new BackendError('not-found', `There is no item "${ref.id}".`);
      return entry;
    },
    folder(ref) {
      const entry = tree.find(ref);
      if (entry.kind !== 'folder') throw new BackendError('invalid', `"${entry.name}" is a file; a folder is expected.`);
      return entry;
    },
    file(ref) {
      const entry = tree.find(ref);
      if (entry.kind !== 'file') throw new BackendError('invalid', `"${entry.name}" is a folder; a file is expected.`);
      return entry;
    },
    addFile: (parent, name, bytes, { type, modified }) => add(newFile(name, bytes, parent, type ? { type } : {}, modified), parent),
    addFolder: (parent, name) => add(newFolder(name, parent), parent),
    alter(entry, { parent = entry.parent, name = entry.name, modified = entry.modified, bytes }) {
      checkName(name);
      const size = bytes ? sizeOf(bytes) : entry.size;
      tree.room(size - entry.size);
      detach(entry);
      entry.name = name;
      entry.modified = modified;
      if (bytes && entry.kind === 'file') {
        gone(entry);
        used += size - entry.size;
        entry.size = size;
        entry.bytes = bytes;
      }
      attach(entry, parent ?? root);
    },
    drop(entry) {
      detach(entry);
      forget(entry);
    },
    ensure(folder, path) {
      for (const name of path) folder = tree.follow(folder, [name]) ?? tree.addFolder(folder, name);
      return folder;
    },
    follow(folder, path) {
      let at: FolderEntry | undefined = folder;
      for (const name of path) {
        const next: Entry | undefined = at?.children.get(name);
        if (next?.kind === 'file') throw new BackendError('exists', `"${name}" is a file; a folder is wanted there.`);
        at = next;
      }
      return at;
    },
    freeName(folder, name, kind) {
      if (!folder.children.has(name)) return name;
      let number = folder.numbers.get(name) ?? 1;
      while (folder.children.has(numbered(name, kind, number))) number += 1;
      folder.numbers.set(name, number);
      return numbered(name, kind, number);
    },
  };
  return tree;
}

/** Whether an entry is a folder or lies anywhere below it. */
export function isWithin(entry: Entry | undefined, folder: Entry): boolean {
  for (let at = entry; at; at = at.parent) if (at === folder) return true;
  return false;
}
