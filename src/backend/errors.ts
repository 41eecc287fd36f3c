/** Every code that a {@link BackendError} can have, for whoever must check one that came from outside. */
export const ERROR_CODES = [
  'offline',
  'unauthorized',
  'forbidden',
  'not-found',
  'exists',
  'locked',
  'too-large',
  'not-allowed',
  'quota',
  'rate-limited',
  'expired',
  'changed',
  'unsupported',
  'invalid',
  'unknown-outcome',
  'server',
  'aborted',
] as const;

/** Why a call failed. What a person reads is looked up by this code; the message is for developers. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as plain JSON, as it crosses the wire and stands in an {@link Outcome}. */
export interface ErrorInfo {
  code: ErrorCode;
  message: string;
  /** Seconds after which trying again makes sense, where the service said so. */
  retryAfter?: number;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['offline', 'rate-limited', 'expired', 'server']);

/**
 * The one error that backends throw. The message says what failed, which thing, and what is expected;
 * it never holds a response body or a secret.
 */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code: ErrorCode;
  /** Seconds, as the service asked for. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfter?: number | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** Recognises a {@link BackendError} by its name, so that two copies of the library understand each other. */
export const isBackendError = (error: unknown): error is BackendError =>
  error instanceof Error && error.name === 'BackendError' && 'code' in error;

/** Turns whatever was thrown into a {@link BackendError}; aborted signals become `aborted`, the unknown becomes `server`. */
export function toBackendError(error: unknown): BackendError {
  if (isBackendError(error)) return error;
  if (error instanceof Error && error.name === 'AbortError') return new BackendError('aborted', 'The call was aborted.', { cause: error });
  return new BackendError('server', error instanceof Error ? error.message : String(error), { cause: error });
}

/** The plain JSON of an error. */
export function errorInfo(error: unknown): ErrorInfo {
  const { code, message, retryAfter } = toBackendError(error);
  return retryAfter === undefined ? { code, message } : { code, message, retryAfter };
}
