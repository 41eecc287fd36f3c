import { BackendError } from '../backend/errors.js';
import type { Api } from './files-com.api.js';
import { unless } from './files-com.errors.js';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf, textsOf } from './files-com.reading.js';

/** What the site's administrator demands of share links. */
export interface Policy {
  password: boolean;
  note: boolean;
  registration: boolean;
  recipients: boolean;
  /** Days, and no more. */
  expiryDays: number | undefined;
  /** Domains that nobody may be written to at. */
  refusedDomains: string[];
}

/** Who these credentials are, as far as the service tells. */
export interface Account {
  /** An opaque, stable name. */
  name: string;
  /** How calls that are about a user name this one; nothing for a key of the whole site. */
  user: { user_id: number } | { username: string } | undefined;
  /** Whether share links may be made. */
  sends: boolean;
  /** Where the site's own pages are, without a slash at the end; unknown to who may not read it. */
  pages: string | undefined;
  policy: Policy;
}

/** What of the credentials is known without asking. */
export interface Identity {
  api: Api;
  /** `key`: the service can be asked whose it is. */
  mode: 'key' | 'session';
  username: string | undefined;
  /** Stands for the credentials where they must not. */
  fingerprint: string;
  /** Of the API. */
  url: URL;
  root: string;
}

/** Milliseconds for which the answer is believed. */
const FRESH = 60_000;

const policyOf = (site: Fields): Policy => ({
  password: site['bundle_password_required'] === true,
  note: site['bundle_require_note'] === true,
  registration: site['bundle_require_registration'] === true,
  recipients: site['bundle_require_share_recipient'] === true,
  expiryDays: (numberOf(site['bundle_expiration']) ?? 0) > 0 ? numberOf(site['bundle_expiration']) : undefined,
  refusedDomains: textsOf(site['bundle_recipient_blacklist_domains']).map((domain) => domain.toLowerCase()),
});

/** The address that all sites share, which has no pages of any. */
const SHARED = 'app.files.com';

/** Where a site's pages are: at its own address, where that is the one that is asked, else below `files.com`, as links to its inboxes are in use. */
export function pagesOf({ origin, host }: URL, site: Fields): string | undefined {
  if (host !== SHARED) return origin;
  const subdomain = textOf(site['subdomain']);
  return subdomain === undefined ? undefined : `https://${subdomain}.files.com`;
}

/** What ordinary users may not see is unknown, and the service stays the authority. */
const HIDDEN = ['forbidden', 'not-found', 'invalid', 'not-allowed'] as const;

async function load({ api, mode, username, fingerprint, url, root }: Identity): Promise<Account> {
  const ask = async (deed: string, path: string, query = {}): Promise<unknown> =>
    unless(
      HIDDEN,
      api.get(deed, path, { query }).then((answer) => answer.json()),
      undefined,
    );
  const asked = ask('Reading the policies of the site', '/site').then(fieldsOf);
  const owner = async (): Promise<{ key: Fields; user: Fields }> => {
    if (mode === 'key') {
      const key = fieldsOf(await ask('Reading whose API key this is', '/api_key'));
      const id = idOf(key['user_id']);
      return { key, user: id === undefined ? {} : { id: numberOf(id), ...fieldsOf(await ask('Reading the user', `/users/${id}`)) } };
    }
    // Whose session it is stands with the site's settings; users can be looked for by few.
    const told = fieldsOf((await asked)['user']);
    if (idOf(told['id']) !== undefined || username === undefined) return { key: {}, user: told };
    const found = listOf(await ask('Looking for the user', '/users', { search: username }));
    return { key: {}, user: found.find((one) => one['username'] === username) ?? {} };
  };
  const [{ key, user }, site] = await Promise.all([owner(), asked]);
  const userId = numberOf(user['id']);
  const known = textOf(user['username']) ?? username;
  const who =
    userId !== undefined ? `user ${String(userId)}` : known !== undefined ? `user ${known}` : `key ${idOf(key['id']) ?? fingerprint}`;
  return {
    name: `${url.host} ${who}${root === '' ? '' : ` in ${root}`}`,
    user: userId !== undefined ? { user_id: userId } : known !== undefined ? { username: known } : undefined,
    sends: user['attachments_permission'] !== false && key['permission_set'] !== 'files_only' && site['sharing_enabled'] !== false,
    pages: pagesOf(url, site),
    policy: policyOf(site),
  };
}

/** Reads the account when it is needed, once for all who ask, and again when it is a minute old. */
export function createAccount(identity: Identity): (signal?: AbortSignal) => Promise<Account> {
  let known: { account: Promise<Account>; until: number } | undefined;
  const read = (): Promise<Account> => {
    if (known && known.until > Date.now()) return known.account;
    const account = load(identity);
    const mine = (known = { account, until: Date.now() + FRESH });
    account.catch(() => {
      if (known === mine) known = undefined;
    });
    return account;
  };
  return (signal) => unlessAborted(read(), signal);
}

/** Waits for what others wait for, too: an aborted signal ends this waiting alone. */
export function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new BackendError('aborted', 'The call was aborted.'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    shared.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
