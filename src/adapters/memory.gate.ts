import type { CallName, CallOptions } from '../backend/backend.js';
import type { Recipient } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';

/** A call of the memory backend, its two server-side ones included. */
export type MemoryCall = CallName | 'write' | 'read';

/** What is to go wrong with a call, if anything. */
export type Fault = (call: MemoryCall, args: readonly unknown[]) => BackendError | undefined;

/** What can be changed while the backend is in use: it is asked at every call. */
export interface MemoryKnobs {
  /** Milliseconds that a call takes before it does anything. */
  delay?: number | ((call: MemoryCall) => number);
  /** Bytes per second that each `write` takes in. */
  speed?: number;
  /** Fails a call before it does anything. */
  fail?: Fault | undefined;
  /** Loses the answer of a call that has done its work. */
  lose?: Fault | undefined;
  /** Why somebody cannot be sent to for now; `retry` asks anew. */
  miss?: ((recipient: Recipient) => string | undefined) | undefined;
}

const aborted = (call: MemoryCall) => new BackendError('aborted', `"${call}" was aborted.`);

/** Rejects with `aborted` when the signal already is. */
export function throwIfAborted(call: MemoryCall, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(call);
}

/** Waits that many milliseconds; rejects with `aborted` as soon as the signal is. */
export function pause(ms: number, call: MemoryCall, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(call));
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Turns what a call does into the call: the same, with the options that every call takes at its end. */
export type Gate = <A extends unknown[], R>(
  call: MemoryCall,
  act: (...args: A) => R,
) => (...given: [...args: A, options?: CallOptions]) => Promise<Awaited<R>>;

async function attempt<A extends unknown[], R>(act: (...args: A) => R, args: A): Promise<Awaited<R>> {
  try {
    return await act(...args);
  } catch (error) {
    throw toBackendError(error);
  }
}

/** Puts the same door before every call: aborted signals, what is switched off, and the knobs. */
export function createGate(has: (call: MemoryCall) => boolean, knobs: MemoryKnobs): Gate {
  return <A extends unknown[], R>(call: MemoryCall, act: (...args: A) => R) => {
    const arity = act.length;
    return async (...given: [...args: A, options?: CallOptions]): Promise<Awaited<R>> => {
      const args = given.slice(0, arity) as A;
      const signal = (given[arity] as CallOptions | undefined)?.signal;
      throwIfAborted(call, signal);
      if (!has(call)) throw new BackendError('unsupported', `This backend has no "${call}".`);
      const delay = typeof knobs.delay === 'function' ? knobs.delay(call) : knobs.delay;
      if (delay) await pause(delay, call, signal);
      const fault = knobs.fail?.(call, args);
      if (fault) throw fault;
      const answer = await attempt(act, args);
      const loss = knobs.lose?.(call, args);
      if (loss) throw loss;
      return answer;
    };
  };
}
