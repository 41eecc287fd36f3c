import type { Json } from './item.js';
import type { Store } from './store.js';
import { BackendError, toBackendError, type ErrorCode } from './errors.js';

/** What the store keeps of a deed that must not be done twice. */
type Deed = { state: 'pending' } | { state: 'answered'; answer: Json };

/** Seconds for which the answer of a deed is kept. */
const KEPT = 7 * 86_400;

/** After these nobody knows whether the deed was done. */
const UNSURE: ReadonlySet<ErrorCode> = new Set(['offline', 'server', 'aborted', 'unknown-outcome']);

/** Deeds of this process that go on, so that an impatient second request gets the first one's answer. */
const running = new WeakMap<Store, Map<string, Promise<unknown>>>();

/** Whether an error leaves open what has happened. */
export const isUnsure = (error: unknown): boolean => UNSURE.has(toBackendError(error).code);

/**
 * Does a deed once, however often it is asked for under this key, and answers what it answered then.
 * Where the first try's answer was lost, it rejects with `unknown-outcome`: only the person can say whether it should be done again.
 */
export async function once<T>(store: Store, key: string, deed: () => Promise<T>): Promise<T> {
  const mine = running.get(store) ?? new Map<string, Promise<unknown>>();
  running.set(store, mine);
  const going = mine.get(key);
  if (going) return going as Promise<T>;
  const turn = begin(store, key, deed).finally(() => mine.delete(key));
  mine.set(key, turn);
  return turn;
}

async function begin<T>(store: Store, key: string, deed: () => Promise<T>): Promise<T> {
  const pending: Deed = { state: 'pending' };
  if ((await store.set(key, pending, { ifVersion: null, ttl: KEPT })) === undefined) {
    const before = (await store.get(key))?.value as Deed | undefined;
    if (before?.state === 'answered') return before.answer as T;
    throw new BackendError('unknown-outcome', 'This was asked for before, and the answer was lost: it may have been done.');
  }
  try {
    const answer = await deed();
    const answered: Deed = { state: 'answered', answer: answer as Json };
    await store.set(key, answered, { ttl: KEPT });
    return answer;
  } catch (error) {
    if (!isUnsure(error)) await store.delete(key);
    throw error;
  }
}
