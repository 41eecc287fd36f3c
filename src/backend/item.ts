import type { ErrorInfo } from './errors.js';

/** Whatever survives `JSON.stringify` unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * How a call names an item, folder or delivery. `id` is opaque outside the adapter that made it; the root folder's is `''`.
 * `claim` is the relay's proof that this user may name that id; a backend used directly has none and ignores it.
 */
export interface Ref {
  id: string;
  claim?: string;
}

/** The root folder. */
export const ROOT: Ref = { id: '' };

/** What this user may do with an item, as far as the backend knows. A deed is offered only when it stands here. */
export type Permission =
  | 'list'
  | 'upload'
  | 'createFolder'
  | 'download'
  | 'preview'
  | 'rename'
  | 'move'
  | 'copy'
  | 'remove'
  | 'describe'
  | 'lock'
  | 'send'
  | 'activity';

/** Who holds a lock on an item, and until when. */
export interface Lock {
  owner?: string;
  /** Milliseconds since 1970. */
  expires?: number;
}

/** A file or folder that a backend keeps. */
export interface Item extends Ref {
  name: string;
  kind: 'file' | 'folder';
  /** Bytes; of a folder only where the service tells. */
  size?: number;
  /** Last change, milliseconds since 1970. */
  modified?: number;
  /** Milliseconds since 1970. */
  created?: number;
  /** Media type, where known. */
  type?: string;
  /** The folder it lies in, where known. */
  parent?: Ref;
  can: Permission[];
  locked?: Lock;
  description?: string;
  /** Whether a password must be given to download it. */
  protected?: boolean;
  owner?: string;
  /** How often it was downloaded. */
  downloads?: number;
  /** When the service deletes it, milliseconds since 1970. */
  expires?: number;
  /** Whether more than its owner can see it: the account's team, or for a folder the public, as the service has it. */
  shared?: boolean;
  /** A small picture, where the service offers one that needs no header. */
  thumbnail?: string;
  colour?: string;
  /** Files in a folder and below it, where the service tells. */
  count?: number;
  /** Where anybody can see it, for what the service serves publicly. */
  publicUrl?: string;
  /** How often this user is written to about what comes into this folder; absent: never. */
  notify?: NotifyInterval;
}

/** Over what time news of a folder is gathered before somebody is written to. */
export type NotifyInterval = 'five-minutes' | 'fifteen-minutes' | 'hourly' | 'daily';

/** One step of the way from the root to a folder. */
export interface Ancestor extends Ref {
  name: string;
}

/** One page of a folder. */
export interface Listing {
  /** The folder itself; the root's name is `''`. */
  folder: Item;
  /** From the root down to, and without, the folder itself. */
  ancestors: Ancestor[];
  items: Item[];
  /** Given when there is more: the next page's `cursor`. */
  cursor?: string;
  total?: number;
}

/** What can be sorted by. */
export type SortKey = 'name' | 'size' | 'modified';

/** Order of a listing. Folders come first in either direction. */
export interface Sort {
  by: SortKey;
  direction: 'ascending' | 'descending';
}

/** What happened to one of the items that a call named: nothing is hidden behind the others' success. */
export type Outcome =
  | { id: string; item: Item }
  | { id: string; removed: true }
  | { id: string; skipped: true }
  | { id: string; error: ErrorInfo }
  /** Work that goes on: repeat the call for the items that are still pending, with this ticket. */
  | { id: string; pending: { ticket: Json; done: number; total?: number } };

/** A URL that needs no header, so that `<a>`, `<img>` and `<video>` work with it. */
export interface Download {
  /** The items that this URL delivers: one, or several packed together. */
  ids: string[];
  url: string;
  /** Seconds from this answer until the URL stops working. */
  expires: number;
}

/** What can be changed about an item besides its name and place. Absent: left as it is; `null`: taken away. */
export interface ItemPatch {
  description?: string | null;
  password?: string | null;
  colour?: string | null;
  modified?: number;
  downloadLimit?: number | null;
  expires?: number | null;
  /** For folders. */
  notify?: NotifyInterval | null;
  /** As in {@link Item}. */
  shared?: boolean | null;
}

/** What may be put into a folder, and what will be done to it. The server stays the authority. */
export interface Rules {
  /** Extensions without the dot, lower case; nothing else is taken. */
  extensions?: string[];
  /** Extensions that are refused. */
  refusedExtensions?: string[];
  /** A regular expression (JavaScript syntax, no flags) that the name must match. */
  namePattern?: string;
  /** Longest name, in `nameUnit`s. */
  maxNameLength?: number;
  /** `bytes` marks the limits of a store itself, which hardly a name meets: a person hears of them when one does. */
  nameUnit?: 'bytes' | 'characters';
  /** Largest file, in bytes. */
  maxFileSize?: number;
  /** New folders cannot be made here. */
  foldersLocked?: boolean;
  /** The service gives files other names, or sorts them into folders below. */
  renamed?: boolean;
  /** The service encrypts what it keeps. */
  encrypted?: boolean;
  /** Days after which the service deletes what was put here. */
  expiresAfterDays?: number;
  /** What the service demands besides, in its own writing: nobody but it can check this, so it is said and never blocks. */
  unchecked?: string[];
}

/** One line of an item's history. */
export interface ActivityEntry {
  /** Milliseconds since 1970. */
  at: number;
  action: 'created' | 'uploaded' | 'downloaded' | 'renamed' | 'moved' | 'copied' | 'removed' | 'changed' | 'locked' | 'unlocked' | 'sent';
  by?: string;
  from?: string;
  to?: string;
}

/** What is left and used, in bytes, where the service tells. */
export interface Quota {
  storageLeft?: number;
  storageUsed?: number;
  bandwidthLeft?: number;
}
