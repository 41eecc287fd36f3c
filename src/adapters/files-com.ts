import { type Backend, type CallOptions, defineBackend } from '../backend/backend.js';
import { BackendError, isBackendError, toBackendError } from '../backend/errors.js';
import { once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import { createAccount } from './files-com.account.js';
import { type Connection, createApi, rootOf } from './files-com.api.js';
import { capabilitiesOf } from './files-com.capabilities.js';
import { createChanges } from './files-com.changes.js';
import { createDeliveries } from './files-com.deliveries.js';
import { createEntries } from './files-com.entries.js';
import { hasCode } from './files-com.errors.js';
import { createFolders } from './files-com.folders.js';
import type { Ground } from './files-com.ground.js';
import { createView, type View } from './files-com.items.js';
import { createListing } from './files-com.listing.js';
import { createPaths, stepsOf } from './files-com.paths.js';
import { createRequests } from './files-com.requests.js';
import { createRules } from './files-com.rules.js';
import { createTransfers } from './files-com.transfers.js';
import { createUploads } from './files-com.uploads.js';
import { shortMemory } from './short-memory.js';

export { login, logout, type FilesComLogin } from './files-com.login.js';

/** Whose Files.com it is: a key, which must stay on the server, or the session of a visitor who signed in. */
export type FilesComCredentials =
  { apiKey: string; sessionId?: never; username?: never } | { sessionId: string; username?: string; apiKey?: never };

/** How a {@link filesCom} is made; what `login` answers can be spread into it. */
export type FilesComOptions = Connection &
  FilesComCredentials & {
    /** The folder above which nothing is seen, without slashes around it. The whole site unless told otherwise. */
    root?: string;
    /** Remembers uploads that are complete and deeds that were done; of this process unless told otherwise. */
    store?: Store;
    /** Milliseconds within which a long deed answers how far it is; 15,000 unless told otherwise. */
    answerWithin?: number;
  };

/** A short name of credentials for keys of the store: it leads nobody back to them. */
function fingerprintOf(text: string): string {
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  return ((one ^ (two >>> 16)) >>> 0).toString(36) + ((two ^ (one >>> 13)) >>> 0).toString(36);
}

/** Makes every call refuse at once when its signal is aborted, and reject with nothing but errors of the contract. */
function guarded<T extends object>(calls: T, arity: Partial<Record<keyof T, number>> = {}): T {
  const entries = Object.entries(calls).map(([name, call]) => {
    if (typeof call !== 'function') return [name, call as unknown];
    const act = call as (...args: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...args: unknown[]): Promise<unknown> => {
        const options = args[arity[name as keyof T] ?? act.length - 1] as CallOptions | undefined;
        if (options?.signal?.aborted) throw new BackendError('aborted', `"${name}" was aborted.`);
        try {
          return await act(...args);
        } catch (error) {
          throw isBackendError(error) ? error : toBackendError(error);
        }
      },
    ];
  });
  return Object.fromEntries(entries) as T;
}

/**
 * Files.com as a backend. Parts of a file go straight to its storage; every other call is one of its API.
 * In a page only with the visitor's own session, and only where the site's API lets other origins in.
 */
export function filesCom(options: FilesComOptions): Backend {
  const { apiKey, sessionId, username, root = '', store = shortMemory(), answerWithin = 15_000, ...connection } = options;
  if (root !== '') stepsOf(root);
  const api = createApi(connection, apiKey === undefined ? { 'x-filesapi-auth': sessionId } : { 'x-filesapi-key': apiKey });
  const url = new URL(rootOf(connection));
  const fingerprint = fingerprintOf(`${url.href} ${apiKey ?? sessionId}`);
  const prefix = `files-com:${fingerprint}:`;
  const paths = createPaths(root);
  const account = createAccount({
    api,
    mode: apiKey === undefined ? 'session' : 'key',
    username,
    fingerprint,
    url,
    root,
  });
  const view = async (how?: CallOptions): Promise<View> => {
    // What was done is not undone because it cannot be read whether it could be sent on.
    const sends = await account(how?.signal).then(
      (known) => known.sends,
      (error: unknown) => {
        if (hasCode(error, 'aborted')) throw error;
        return true;
      },
    );
    return createView(paths, sends);
  };
  const entries = createEntries(api, paths, view);
  const ground: Ground = {
    api,
    paths,
    entries,
    account,
    view,
    store,
    prefix,
    answerWithin,
    once: (call, operation, deed) => once(store, `${prefix}${call}:${operation}`, deed),
  };

  return defineBackend(
    guarded<Partial<Backend> & Pick<Backend, 'capabilities'>>(
      {
        async capabilities({ folder }, how) {
          const [known, there] = await Promise.all([
            account(how?.signal),
            folder === undefined || folder.id === '' ? undefined : entries.folder(folder, how),
          ]);
          return capabilitiesOf(known, there?.['permissions']);
        },
        list: createListing(api, paths, entries, view),
        rules: createRules(api, paths, entries),
        ...createUploads({ api, paths, entries, view, store, prefix }),
        ...createFolders(ground),
        ...createChanges(ground),
        ...createTransfers(ground),
        ...createDeliveries(ground),
        ...createRequests(ground),
      },
      { abort: 1 },
    ),
  );
}
