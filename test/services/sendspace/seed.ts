import { newAccount } from './auth.js';
import { addFolder } from './folders.js';
import type { Account, StoredFile } from './records.js';
import { code, freshId, type State } from './state.js';

/** Who may ask a seeded service, and with what. */
export const CREDENTIALS = {
  apiKey: 'FERRY12345',
  /** Of all accounts. */
  password: 'vroom-vroom',
} as const;

/** Makes an account with the seed's password. */
export function addAccount(state: State, email: string, more: Partial<Account> = {}): Account {
  const account = newAccount(email, CREDENTIALS.password, more);
  state.accounts.set(email, account);
  return account;
}

/** Puts a file; with no owner it is one that nobody was signed in for. */
export async function addFile(
  state: State,
  owner: Account | undefined,
  name: string,
  text: string,
  more: Partial<StoredFile> = {},
): Promise<StoredFile> {
  const file: StoredFile = {
    id: freshId(state.files),
    owner,
    name,
    description: '',
    password: '',
    folderId: '0',
    uploaded: state.now(),
    content: await state.contents.write((async function* () { yield await Promise.resolve(Buffer.from(text)); })()),
    downloads: 0,
    timeLimitEnds: undefined,
    downloadLimit: undefined,
    limitAction: 0,
    limitActionToFolder: '',
    blocked: false,
    businessShared: false,
    deleteKey: Buffer.from(code(16)).toString('hex'),
    ...more,
  }; // prettier-ignore
  state.files.set(file.id, file);
  return file;
}

/**
 * Fills a fresh service for tests and demonstrations.
 *
 * - `lite@example.com` has what everybody has; `pro@example.com` has links to the bytes themselves;
 * - `ann@example.com` and `bob@example.com` are of one team;
 * - `lite` has a folder `docs` with a file in it, and an entry in the address book.
 */
export async function seed(state: State): Promise<void> {
  state.apiKeys.add(CREDENTIALS.apiKey);
  const lite = addAccount(state, 'lite@example.com');
  addAccount(state, 'pro@example.com', { membershipType: 'pro', membershipEnds: Math.floor(state.now() / 1000) + 365 * 86_400 });
  for (const name of ['ann', 'bob']) addAccount(state, `${name}@example.com`, { membershipType: 'max', team: 'ferries', chatReady: 0 });
  const docs = addFolder({ state }, lite, 'docs');
  await addFile(state, lite, 'hello.txt', 'hello, ferry', { folderId: docs.id });
  state.contacts.push({ owner: lite, email: 'friend@example.com', name: 'A Friend', description: '', type: '0' });
}
