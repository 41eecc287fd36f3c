import { BackendError, isBackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';

/** How a session with a service is begun, kept and found dead. */
export interface SessionOptions<S extends Json> {
  /** Shared by all relays: the session is in it, and the right to renew it. */
  store: Store;
  /** Under which the session is kept; the same for all relays that act as the same user, and no secret. */
  key: string;
  /** Seconds for which a session is worth keeping. */
  ttl: number;
  /** The session that there is before the store has one. */
  first?: S | undefined;
  /** Makes a session anew, out of the old one where a service wants it so. */
  renew: (old: S | undefined, signal: AbortSignal) => Promise<S>;
  /** Whether an error says that the session is dead. */
  isDead: (error: unknown) => boolean;
}

/** A session that outlives its tokens. */
export interface Session<S extends Json> {
  /** Does a deed with the session; where that turns out to be dead, once more with a new one. */
  use<T>(deed: (session: S) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Known<S> {
  session: S;
  /** How often it was renewed. */
  round: number;
}

/** What is in the store. */
interface Kept {
  session: Json;
  round: number;
  /** Until when, in milliseconds since 1970, somebody has the right to renew it. */
  renewing?: number;
}

/** Milliseconds that one renewal may take. */
const LIMIT = 20_000;
/** Milliseconds after which whoever began to renew counts as dead. */
const LEASE = 30_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));

/** Waits for a shared deed no longer than the signal lets this caller wait. */
function unlessAborted<T>(deed: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return deed;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new BackendError('aborted', 'The call was aborted.'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    deed.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

/**
 * A session that all relays share. However many calls find it dead at once, in however many processes, it is renewed once: whoever
 * writes first into the store, on the condition that nobody did before, renews it, and the others wait for what comes of it.
 */
export function createSession<S extends Json>({ store, key, ttl, first, renew, isDead }: SessionOptions<S>): Session<S> {
  let known: Known<S> | undefined;
  let flight: Promise<Known<S>> | undefined;

  const keep = (kept: Kept, ifVersion: string | null): Promise<string | undefined> =>
    store.set(key, kept as unknown as Json, { ifVersion, ttl });

  async function renewed(old: S | undefined): Promise<S> {
    const signal = AbortSignal.timeout(LIMIT);
    try {
      return await renew(old, signal);
    } catch (error) {
      if (signal.aborted && isBackendError(error) && error.code === 'aborted')
        throw new BackendError('server', `Signing in took longer than ${String(LIMIT / 1000)} s.`);
      throw error;
    }
  }

  async function replace(stale: number): Promise<Known<S>> {
    for (;;) {
      const stored = await store.get(key);
      const kept = (stored?.value as unknown as Kept | undefined) ?? { session: first ?? null, round: 0 };
      const { session, round, renewing } = kept;
      if (session !== null && round > stale) return { session: session as S, round };
      if (renewing !== undefined && renewing > Date.now()) {
        await pause();
        continue;
      }
      const mine = await keep({ ...kept, renewing: Date.now() + LEASE }, stored?.version ?? null);
      if (mine === undefined) continue;
      let next: Known<S>;
      try {
        next = { session: await renewed((session ?? undefined) as S | undefined), round: Math.max(round, stale) + 1 };
      } catch (error) {
        await keep({ session, round }, mine);
        throw error;
      }
      if ((await keep(next, mine)) !== undefined) return next;
    }
  }

  /** A session newer than the one of that round; asked for by many at once, it is fetched once. */
  async function newer(stale: number): Promise<Known<S>> {
    flight ??= replace(stale)
      .then((found) => (known = found))
      .finally(() => {
        flight = undefined;
      });
    const found = await flight;
    return found.round > stale ? found : newer(stale);
  }

  async function current(): Promise<Known<S>> {
    if (known) return known;
    const kept = (await store.get(key))?.value as unknown as Kept | undefined;
    if (kept && kept.session !== null) return (known = { session: kept.session as S, round: kept.round });
    return first === undefined ? newer(-1) : (known = { session: first, round: 0 });
  }

  return {
    async use(deed, signal) {
      const { session, round } = await unlessAborted(current(), signal);
      try {
        return await deed(session);
      } catch (error) {
        if (!isDead(error)) throw error;
      }
      // Somebody else's renewal may have come in meanwhile.
      const fresh = known && known.round > round ? known : await unlessAborted(newer(round), signal);
      return deed(fresh.session);
    },
  };
}
