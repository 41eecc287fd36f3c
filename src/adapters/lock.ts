import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';

/** Seconds after which a lock belongs to a process that died. */
const LEASE = 60;
/** Milliseconds that somebody waits for one. */
const PATIENCE = 55_000;

/** Does a deed while nobody else, in any process that shares the store, does one under the same key. */
export async function exclusively<T>(store: Store, key: string, deed: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + PATIENCE;
  while ((await store.set(key, true, { ifVersion: null, ttl: LEASE })) === undefined) {
    if (signal?.aborted) throw new BackendError('aborted', 'The call was aborted.');
    if (Date.now() > until) throw new BackendError('server', 'Others have been at the same thing for too long.');
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 30));
  }
  try {
    return await deed();
  } finally {
    await store.delete(key);
  }
}
