import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';

/** Seconds after which a lock belongs to a process that died: one that lives renews it. */
const LEASE = 20;
/** Milliseconds between two renewals. */
const RENEWAL = 5_000;
/** Milliseconds that somebody waits for one. */
const PATIENCE = 55_000;

/** Does a deed while nobody else, in any process that shares the store, does one under the same key. */
export async function exclusively<T>(store: Store, key: string, deed: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + PATIENCE;
  const take = (ifVersion: string | null): Promise<string | undefined> => store.set(key, true, { ifVersion, ttl: LEASE });
  let version = await take(null);
  for (; version === undefined; version = await take(null)) {
    if (signal?.aborted) throw new BackendError('aborted', 'The call was aborted.');
    if (Date.now() > until) throw new BackendError('server', 'Others have been at the same thing for too long.');
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 30));
  }
  let held = version;
  const renew = async (): Promise<void> => {
    held = (await take(held)) ?? held;
  };
  let renewed = Promise.resolve();
  // The next one may succeed where this one did not.
  const renewal = setInterval(() => {
    renewed = renewed.then(renew).catch(() => undefined);
  }, RENEWAL);
  try {
    return await deed();
  } finally {
    clearInterval(renewal);
    await renewed;
    await store.delete(key);
  }
}
