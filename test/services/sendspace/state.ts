import { randomInt } from 'node:crypto';
import { openContents, type Contents } from './contents.js';
import { Refusal } from './refusal.js';
import type { Account, Call, Contact, DownloadLink, Folder, Form, Mail, Session, StoredFile, Upload } from './records.js';

/** All that the service knows: tests look at it, and change it where a test's story starts with it. */
export interface State {
  apiKeys: Set<string>;
  /** By e-mail address. */
  accounts: Map<string, Account>;
  sessions: Map<string, Session>;
  files: Map<string, StoredFile>;
  folders: Map<string, Folder>;
  contacts: Contact[];
  uploads: Map<string, Upload>;
  /** By the code in their URL. */
  links: Map<string, DownloadLink>;
  /** Accounts by the code in their activation mail. */
  activations: Map<string, Account>;
  /** Every mail that was sent. */
  mails: Mail[];
  /** Every REST call that named a method, in order of arrival. */
  calls: Call[];
  /** Every upload form that arrived whole. */
  forms: Form[];
  contents: Contents;
  /** Milliseconds since 1970, by a clock that tests can put forward. */
  now(): number;
  /** Puts the clock forward. */
  pass(seconds: number): void;
  /** Bytes that an account keeps. */
  used(account: Account): number;
  /** Bytes that an account may still keep; −1: any number. */
  spaceLeft(account: Account): number;
  /** The file, after its limits have done what they do. */
  file(id: string): StoredFile | undefined;
  removeFile(file: StoredFile): Promise<void>;
  /** Files that lie in a folder of an account. */
  filesIn(account: Account, folderId: string): StoredFile[];
  foldersIn(account: Account, folderId: string): Folder[];
  /** The bytes of a file, for a test to compare. */
  bytes(id: string): Promise<Uint8Array>;
  /** The SHA-256 of a file, in hexadecimal. */
  sha256(id: string): Promise<string>;
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Random letters and digits: 6 for files and folders, 32 for tokens and sessions. */
export function code(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** Ids are drawn until one is free. */
export function freshId(taken: ReadonlyMap<string, unknown>): string {
  let id = code(6);
  while (taken.has(id)) id = code(6);
  return id;
}

/** Does what a file's limits want: deletes or moves it, or blocks it. */
function applyLimits(state: State, file: StoredFile): void {
  const timeIsUp = file.timeLimitEnds !== undefined && file.timeLimitEnds <= state.now();
  const downloadedEnough = file.downloadLimit !== undefined && file.downloads >= file.downloadLimit;
  if (!timeIsUp && !downloadedEnough) return;
  if (file.limitAction === 1) file.blocked = true;
  if (file.limitAction === 2) void state.removeFile(file);
  if (file.limitAction === 3 && (file.limitActionToFolder === '0' || state.folders.has(file.limitActionToFolder))) {
    Object.assign(file, { folderId: file.limitActionToFolder, timeLimitEnds: undefined, downloadLimit: undefined, limitAction: 0 });
  }
}

/** A service with nobody and nothing in it. */
export async function openState(): Promise<State> {
  const contents = await openContents();
  let ahead = 0;
  const stored = (id: string): StoredFile => {
    const file = state.files.get(id);
    if (!file) throw new Error(`There is no file "${id}".`);
    return file;
  };
  const state: State = {
    apiKeys: new Set(),
    accounts: new Map(),
    sessions: new Map(),
    files: new Map(),
    folders: new Map(),
    contacts: [],
    uploads: new Map(),
    links: new Map(),
    activations: new Map(),
    mails: [],
    calls: [],
    forms: [],
    contents,
    now: () => Date.now() + ahead,
    pass: (seconds) => (ahead += seconds * 1000),
    used: (account) => [...state.files.values()].reduce((sum, { owner, content }) => sum + (owner === account ? content.size : 0), 0),
    spaceLeft: (account) => (account.diskSpace < 0 ? -1 : Math.max(account.diskSpace - state.used(account), 0)),
    file: (id) => {
      const file = state.files.get(id);
      if (file) applyLimits(state, file);
      return state.files.get(id);
    },
    removeFile: async (file) => {
      state.files.delete(file.id);
      await contents.remove(file.content);
    },
    filesIn: (account, folderId) =>
      [...state.files.keys()]
        .flatMap((id) => state.file(id) ?? [])
        .filter(({ owner, folderId: lies }) => owner === account && lies === folderId),
    foldersIn: (account, folderId) =>
      [...state.folders.values()].filter(({ owner, parentId }) => owner === account && parentId === folderId),
    bytes: (id) => contents.bytes(stored(id).content),
    sha256: (id) => contents.sha256(stored(id).content),
  };
  return state;
}

/** The ids of a list as the document writes it: `a1a1a1,s2s2s2`. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
}

/** E-mail addresses of a list; anything else in it refuses all of it. */
export function addresses(text: string, most: number): string[] {
  const emails = listed(text);
  if (emails.length === 0 || !emails.every((email) => /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(email))) throw new Refusal(24);
  if (emails.length > most) throw new Refusal(21, { text: `Up to ${String(most)} emails can be given` });
  return emails;
}
