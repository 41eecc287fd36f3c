import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import { isUnsure } from '../backend/once.js';
import type { Store } from '../backend/store.js';

/** What must be remembered between calls, as the service keeps no tickets and no operations. */
export interface Memory {
  recall(key: string): Promise<Json | undefined>;
  keep(key: string, value: Json): Promise<void>;
  /**
   * Does a deed once for each key and answers the same again. One whose answer was lost rejects with `unknown-outcome` from then on; what
   * fails in `prepare` was not begun.
   */
  once<P, T>(key: string, prepare: () => Promise<P>, deed: (prepared: P) => Promise<T>): Promise<T>;
}

/** Seconds for which things are remembered. */
const KEPT = 8 * 86_400;
/** Most things that a process remembers by itself. */
const MOST = 10_000;

type Kept = Pick<Store, 'get' | 'set' | 'delete'>;

/** This process's own memory, a bounded one. */
function ownStore(): Kept {
  const texts = new Map<string, string>();
  return {
    get: (key) => {
      const text = texts.get(key);
      return Promise.resolve(text === undefined ? undefined : { value: JSON.parse(text) as Json, version: '' });
    },
    set: (key, value, { ifVersion } = {}) => {
      if (ifVersion === null && texts.has(key)) return Promise.resolve(undefined);
      texts.set(key, JSON.stringify(value));
      const [oldest] = texts.keys();
      if (texts.size > MOST && oldest !== undefined) texts.delete(oldest);
      return Promise.resolve('');
    },
    delete: (key) => {
      texts.delete(key);
      return Promise.resolve();
    },
  };
}

type Deed = { state: 'pending' } | { state: 'answered'; answer: Json };

/** An account's memory, in a store that all relays share, else in this process. Who the account is may change with each call. */
export function createMemory(accountOf: () => Promise<string>, store: Kept = ownStore()): Memory {
  const running = new Map<string, Promise<unknown>>();
  const keyOf = async (key: string): Promise<string> => `${await accountOf()}:${key}`;
  const before = async (key: string): Promise<Deed | undefined> => (await store.get(key))?.value as Deed | undefined;
  const answerOf = (deed: Deed): Json => {
    if (deed.state === 'answered') return deed.answer;
    throw new BackendError('unknown-outcome', 'This was asked for before, and the answer was lost: it may have been done.');
  };
  const begin = async <P, T>(key: string, prepare: () => Promise<P>, deed: (prepared: P) => Promise<T>): Promise<T> => {
    const known = await before(key);
    // plain JSON, as everything that a backend answers
    if (known) return answerOf(known) as T;
    const prepared = await prepare();
    if ((await store.set(key, { state: 'pending' }, { ifVersion: null, ttl: KEPT })) === undefined)
      return answerOf((await before(key)) ?? { state: 'pending' }) as T;
    try {
      const answer = await deed(prepared);
      await store.set(key, { state: 'answered', answer: answer as Json }, { ttl: KEPT });
      return answer;
    } catch (error) {
      if (!isUnsure(error)) await store.delete(key);
      throw error;
    }
  };
  return {
    recall: async (key) => (await store.get(await keyOf(key)))?.value,
    async keep(key, value) {
      await store.set(await keyOf(key), value, { ttl: KEPT });
    },
    once: async <P, T>(name: string, prepare: () => Promise<P>, deed: (prepared: P) => Promise<T>) => {
      const key = await keyOf(name);
      const turn = (running.get(key) as Promise<T> | undefined) ?? begin(key, prepare, deed).finally(() => running.delete(key));
      running.set(key, turn);
      return turn;
    },
  };
}
