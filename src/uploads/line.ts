import type { Backend } from '../backend/backend.js';
import { toBackendError, type BackendError } from '../backend/errors.js';

/** Tries of what a service fails, before it counts as failed: about a minute and a half in all. */
const TRIES = 7;
/** Seconds. */
const LONGEST = 30;

// Node has no window to listen at.
const inPage = 'addEventListener' in globalThis;

/** Resolves after that many seconds, or at once when aborted; what `wake` names on the window ends it too. */
export const sleep = (seconds: number, signal?: AbortSignal, wake?: string): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      if (wake && inPage) removeEventListener(wake, done);
      resolve();
    }
    signal?.addEventListener('abort', done);
    if (wake && inPage) addEventListener(wake, done);
  });

/** Seconds before the next try: what the service asked for, else ever longer, and never the same for all callers. */
export const backOff = (tries: number, { retryAfter }: Partial<BackendError> = {}): number =>
  retryAfter ?? Math.min(LONGEST, 0.3 * 2 ** tries) * (0.75 + Math.random() / 2);

/** The way to one backend: finds out when it is back, once for all who wait. */
export class Line {
  readonly #backend: Backend;
  #back: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Whether the backend answers at all, be it with a refusal. */
  answers(): Promise<boolean> {
    return this.#backend.capabilities({}).then(
      () => true,
      (error: unknown) => !/^(offline|server)$/.test(toBackendError(error).code),
    );
  }

  /** Resolves when the backend answers again: asked at growing intervals, and at once when the browser says `online`. */
  back(): Promise<void> {
    return (this.#back ??= this.#poll());
  }

  async #poll(): Promise<void> {
    let tries = 0;
    do await sleep(backOff(Math.min(++tries, 5)), undefined, 'online');
    while (!(await this.answers()));
    this.#back = undefined;
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
        if (!offline && (tries >= TRIES || !/^(server|rate-limited)$/.test(error.code))) throw error;
        onWait(true);
        await (offline ? this.back() : sleep(backOff(tries, error), signal));
        onWait(false);
        if (offline) tries = -1;
      }
    }
  }
}
