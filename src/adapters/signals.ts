import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';

type Call = (...args: never[]) => Promise<unknown>;

const signalOf = (args: unknown[]): AbortSignal | undefined => {
  const last = args.at(-1);
  const signal: unknown = typeof last === 'object' && last !== null && 'signal' in last ? last.signal : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
};

const heeding =
  (name: string, call: Call): Call =>
  (...args) =>
    signalOf(args)?.aborted ? Promise.reject(new BackendError('aborted', `"${name}" was aborted before it began.`)) : call(...args);

/** The same calls, but for one thing: whose signal is aborted already does nothing. */
export function heedSignals<T extends Partial<Backend>>(calls: T): T {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    typeof call === 'function'
      ? heeding(name, call as Call)
      : Object.fromEntries(Object.entries(call as Record<string, Call>).map(([part, one]) => [part, heeding(`${name}.${part}`, one)])),
  ]);
  return Object.fromEntries(wrapped) as T;
}
