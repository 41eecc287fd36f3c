import type { Backend } from '../backend/backend.js';
import { BackendError, isBackendError, toBackendError } from '../backend/errors.js';

/** Tries of a call that the service fails, before it counts as failed. */
const TRIES = 7;
const LONGEST = 30;

/** Waits that many seconds, or until aborted. */
export function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(done, seconds * 1000);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** Seconds before the next try: what the service asked for, else ever longer, never all callers at once. */
export const backOff = (tries: number, asked?: number): number => asked ?? Math.min(LONGEST, 0.3 * 2 ** tries) * (0.75 + Math.random() / 2);

/** The way to one backend: finds out when it is back, once for all who wait. */
export class Line {
  readonly #backend: Backend;
  #back: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Whether the backend answers at all, be it with a refusal. */
  async answers(): Promise<boolean> {
    try {
      await this.#backend.capabilities({});
      return true;
    } catch (error) {
      return isBackendError(error) && error.code !== 'offline' && error.code !== 'server';
    }
  }

  /** Resolves when the backend answers again: asked at growing intervals, and at once when the browser says `online`. */
  async back(signal: AbortSignal): Promise<void> {
    this.#back ??= this.#poll().finally(() => {
      this.#back = undefined;
    });
    await Promise.race([this.#back, rejectsWhenAborted(signal)]);
  }

  async #poll(): Promise<void> {
    for (let tries = 1; ; tries++) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, backOff(Math.min(tries, 5)) * 1000);
        function done(): void {
          clearTimeout(timer);
          globalThis.removeEventListener?.('online', done);
          resolve();
        }
        globalThis.addEventListener?.('online', done);
      });
      if (await this.answers()) return;
    }
  }

  /**
   * Makes a call until it is answered: waits while the backend is away, and tries again what may succeed later.
   * `onWait` hears when waiting starts and ends.
   */
  async persist<T>(call: () => Promise<T>, signal: AbortSignal, onWait: (waiting: boolean) => void): Promise<T> {
    for (let tries = 0; ; tries++) {
      signal.throwIfAborted();
      try {
        return await call();
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toBackendError(thrown);
        const offline = error.code === 'offline';
        if (!offline && (tries >= TRIES || (error.code !== 'server' && error.code !== 'rate-limited'))) throw error;
        onWait(true);
        await (offline ? this.back(signal) : pause(backOff(tries, error.retryAfter), signal));
        onWait(false);
        if (offline) tries = -1;
      }
    }
  }
}

function rejectsWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(new BackendError('aborted', 'The upload was stopped.'));
    };
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}
