import { deepStrictEqual, ok } from 'node:assert/strict';
import { Refused } from './bytes.js';
import { ERROR_CODES, type ErrorCode, isBackendError } from '../../src/backend/errors.js';

/**
 * A backend as it is, with two checks on everything that it says: answers are plain JSON with nothing `undefined` in them
 * (a stream excepted), and errors are `BackendError`s with a code of the contract and a message.
 */
export function witnessed<T extends object>(calls: T): T {
  return new Proxy(calls, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'object' && value !== null) return witnessed(value);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        let answer: unknown;
        try {
          answer = await (value as (...args: unknown[]) => Promise<unknown>).apply(target, args);
        } catch (error) {
          checkError(error, String(name));
          throw error;
        }
        if (answer === undefined || answer instanceof ReadableStream) return answer;
        deepStrictEqual(JSON.parse(JSON.stringify(answer)), answer, `"${String(name)}" answered what is no plain JSON`);
        return answer;
      };
    },
  });
}

function checkError(error: unknown, call: string): void {
  ok(isBackendError(error), `"${call}" rejected with what is no BackendError: ${String(error)}`);
  ok(ERROR_CODES.includes(error.code), `"${call}" rejected with the unknown code "${error.code}"`);
  ok(error.message, `"${call}" rejected without a message`);
}

/** Waits for a rejection with one of these codes. */
export async function rejects(call: Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  const answer = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  ok('error' in answer, `expected ${codes.join(' or ')}, but the call answered ${'value' in answer ? JSON.stringify(answer.value) : ''}`);
  const { error } = answer;
  ok(
    isBackendError(error) && codes.includes(error.code),
    `expected ${codes.join(' or ')}, not ${isBackendError(error) ? `${error.code}: ` : ''}${String(error)}`,
  );
}

/** What a ticket is refused with that is unknown, ended, changed or somebody else's. */
export const FOREIGN = ['not-found', 'forbidden', 'invalid', 'expired'] as const;

/** Waits for a refusal, be it of a call or of a store that bytes were sent to. */
export async function refused(deed: Promise<unknown>, codes: readonly (typeof FOREIGN)[number][] = ['invalid']): Promise<void> {
  const error: unknown = await deed.then(
    (answer) => new Error(`expected a refusal, not ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Refused) ok(error.status >= 400 && error.status < 500, error.message);
  else await rejects(deed, ...codes, 'too-large', 'forbidden');
}
