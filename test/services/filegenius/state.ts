import { openContents, type Contents } from './contents.js';
import { below, hang, named, newFile, newFolder, type Entry, type Folder, type StoredFile } from './tree.js';

/** What a user or a group may do in a location, by the names that lists tell. */
export const FLAGS = [
  'uploadFiles', 'batchUploadFiles', 'downloadFiles', 'batchDownloadFiles', 'deleteFiles', 'batchDeleteFiles', 'moveCopyFiles',
  'batchMoveCopyFiles', 'renameFiles', 'createFolders', 'sendFiles', 'sendFilesNonUser',
] as const; // prettier-ignore
export type Flag = (typeof FLAGS)[number];

/** Somebody with a name and a password. */
export interface User {
  id: number;
  username: string;
  password: string;
  email: string;
  firstName: string;
  lastName: string;
  organization: string | null;
  admin: boolean;
  subAdmin: boolean;
  autoRecip: boolean;
}

export interface Group {
  id: number;
  name: string;
  members: Set<number>;
}

/** A key of a user with the secret that is never sent. */
export interface Key {
  key: string;
  secret: string;
  userId: number;
}

/** What somebody may do in a folder and below it. */
export interface Grant {
  folderId: number;
  /** Of a user or of a group: ids are never the same. */
  holderId: number;
  flags: ReadonlySet<Flag>;
}

/** One message to one person. */
export interface Mail {
  kind: 'delivery' | 'receipt';
  from: string;
  to: string;
  /** The other recipients, as far as this one can see them. */
  others: readonly string[];
  subject: string;
  message: string;
  /** Names of what was sent. */
  names: readonly string[];
  url: string;
}

/** What a link in a mail, or one by itself, opens. */
export interface Link {
  digits: string;
  entryIds: readonly number[];
  expires: Date | null;
  requireLogin: boolean;
  /** For whom it was mailed, and to whom the first download is told. */
  recipient: string | undefined;
  receiptTo: string | undefined;
  downloads: number;
}

/** All that the service knows: tests look at it, and change it where a test's story starts with it. */
export interface State {
  root: Folder;
  contents: Contents;
  users: Map<number, User>;
  groups: Map<number, Group>;
  keys: Map<string, Key>;
  grants: Grant[];
  authCodes: Map<string, { userId: number; since: number }>;
  /** Ids of `send_files_prep` that wait for their delivery. */
  preparations: Map<string, { userId: number; fileIds: string }>;
  mails: Mail[];
  links: Map<string, Link>;
  /** An id that nothing else has. */
  number(): number;
  entry(id: number): Entry | undefined;
  /** What lies at a path, with or without a slash at its end. */
  find(path: string): Entry | undefined;
  file(path: string): StoredFile;
  /** Makes a folder and those above it that are missing. */
  makeFolder(path: string, username?: string): Folder;
  putFile(folder: Folder, name: string, bytes: AsyncIterable<Uint8Array>, username?: string): Promise<StoredFile>;
  /** The SHA-256 of a file, in hexadecimal. */
  sha256(path: string): Promise<string>;
  /** The bytes of a file, for a test to compare. */
  bytes(path: string): Promise<Uint8Array>;
}

/** A site with nobody and nothing in it. */
export async function openState(): Promise<State> {
  const contents = await openContents();
  const root = newFolder(0, '', '');
  let last = 1_071_265;
  const state: State = {
    root,
    contents,
    users: new Map(),
    groups: new Map(),
    keys: new Map(),
    grants: [],
    authCodes: new Map(),
    preparations: new Map(),
    mails: [],
    links: new Map(),
    number: () => ++last,
    entry: (id) => [...below(root)].find((entry) => entry.id === id),
    find: (path) =>
      path
        .split('/')
        .filter(Boolean)
        .reduce<Entry | undefined>((at, name) => (at?.type === 'folder' ? named(at, name) : undefined), root),
    file(path) {
      const entry = state.find(path);
      if (entry?.type !== 'file') throw new Error(`There is no file "${path}".`);
      return entry;
    },
    makeFolder(path, username = '') {
      let at = root;
      for (const name of path.split('/').filter(Boolean)) {
        const found = named(at, name);
        if (found?.type === 'file') throw new Error(`"${path}" leads through a file.`);
        const folder = found ?? newFolder(state.number(), name, username);
        if (!found) hang(folder, at);
        at = folder;
      }
      return at;
    },
    async putFile(folder, name, bytes, username = '') {
      const file = newFile(state.number(), name, username, await contents.write(bytes));
      hang(file, folder);
      return file;
    },
    sha256: (path) => contents.sha256(state.file(path).content),
    bytes: async (path) => new Uint8Array(await new Response(contents.read(state.file(path).content)).arrayBuffer()),
  };
  return state;
}
