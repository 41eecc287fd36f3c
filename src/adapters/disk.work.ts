import { throwIfAborted } from './disk.errors.js';

/** Thrown by {@link Work.step} when the time for this answer is up: the deed stops here and goes on in the next call. */
export class Paused extends Error {
  override readonly name = 'Paused';
}

/** What a long deed may spend on one answer. */
export interface Work {
  readonly signal: AbortSignal | undefined;
  /** Whether the time is up. */
  isOver(): boolean;
  /** Told after each piece of work, never before the first: every call gets something done. Throws {@link Paused}, or `aborted`. */
  step(): void;
}

/** Starts the clock of one answer, in milliseconds. */
export function startWork(ms: number, signal: AbortSignal | undefined): Work {
  const until = performance.now() + ms;
  const isOver = () => performance.now() >= until;
  return {
    signal,
    isOver,
    step() {
      throwIfAborted(signal);
      if (isOver()) throw new Paused();
    },
  };
}
