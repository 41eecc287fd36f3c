import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { openContents, type Contents } from '../contents.js';
import type { Company, Contact, ContactGroup, DownloadKey, Login, Mail, StoredFile, Transfer, User } from './records.js';

/** All that the service knows: tests look at it, and change it where a test's story starts with it. */
export interface State {
  contents: Contents;
  companies: Map<string, Company>;
  users: Map<string, User>;
  contacts: Map<string, Contact>;
  groups: Map<string, ContactGroup>;
  /** By login token. */
  logins: Map<string, Login>;
  /** Refresh tokens that brought a new pair already. */
  usedRefreshTokens: Set<string>;
  failedLogins: Map<string, number>;
  transfers: Map<string, Transfer>;
  downloadKeys: Map<string, DownloadKey>;
  /** Every mail that was sent and not bounced. */
  mails: Mail[];
  /** Requests that were made with keys. */
  asked: number;
  /** The file of that name in a transfer; throws where there is none. */
  file(transferId: string, name: string): StoredFile;
  /** The bytes of a file, for a test to compare. */
  bytes(file: StoredFile): Promise<Uint8Array>;
  /** The SHA-256 of a file, in hexadecimal: for files too large to compare. */
  sha256(file: StoredFile): Promise<string>;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Letters at random: ids of transfers have 15, of recipients 8. */
export const letters = (length: number): string => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** 32 hexadecimal digits: keys and tokens. */
export const digits = (): string => randomBytes(16).toString('hex');

/** An id of anything else. */
export const identity = (): string => randomUUID();

/** A service with nobody and nothing in it. */
export async function openState(): Promise<State> {
  const contents = await openContents();
  const transfers = new Map<string, Transfer>();
  return {
    contents,
    companies: new Map(),
    users: new Map(),
    contacts: new Map(),
    groups: new Map(),
    logins: new Map(),
    usedRefreshTokens: new Set(),
    failedLogins: new Map(),
    transfers,
    downloadKeys: new Map(),
    mails: [],
    asked: 0,
    file(transferId, name) {
      const found = [...(transfers.get(transferId)?.files.values() ?? [])].find((file) => file.name === name);
      if (!found) throw new Error(`There is no file "${name}" in the transfer "${transferId}".`);
      return found;
    },
    bytes: async ({ content }) => new Uint8Array(await new Response(contents.read(content)).arrayBuffer()),
    sha256: async ({ content }) => (await contents.checksums(content)).sha256,
  };
}
