import { BackendError, type ErrorCode, isBackendError, toBackendError } from '../backend/errors.js';

const MEANINGS: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  ENOENT: ['not-found', 'it is not there'],
  ENOTDIR: ['not-found', 'what should be a folder on the way is none'],
  ELOOP: ['not-found', 'symbolic links are not followed'],
  EEXIST: ['exists', 'the name is taken'],
  ENOTEMPTY: ['exists', 'the name is taken by a folder that is not empty'],
  EISDIR: ['exists', 'the name is taken by a folder'],
  ENOSPC: ['quota', 'the disk is full'],
  EDQUOT: ['quota', 'the disk quota is used up'],
  EFBIG: ['too-large', 'the file system takes no file of that size'],
  EACCES: ['forbidden', 'the server process lacks the permission'],
  EPERM: ['forbidden', 'the file system does not permit it'],
  EROFS: ['forbidden', 'the file system is read-only'],
  ENAMETOOLONG: ['invalid', 'the name or its path is too long for the file system'],
  EXDEV: ['unsupported', 'it lies on another file system; root and stage must be on one, without mounts below'],
};

/** The file system's own name of what went wrong, such as `ENOENT`. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether the file system answered one of these. */
export const isErrno = (error: unknown, ...names: string[]): boolean => names.includes(errnoOf(error) ?? '');

/** Runs a deed and lets it fail with one of these, which answer `undefined`. */
export async function unless<T>(names: readonly string[], deed: Promise<T>): Promise<T | undefined> {
  try {
    return await deed;
  } catch (error) {
    if (isErrno(error, ...names)) return undefined;
    throw error;
  }
}

/** Turns what was thrown into a {@link BackendError} that tells nothing of the server's own paths; `deed` says what failed. */
export function diskError(error: unknown, deed: string): BackendError {
  if (isBackendError(error) || (error instanceof Error && error.name === 'AbortError')) return toBackendError(error);
  const errno = errnoOf(error);
  const [code, message] = MEANINGS[errno ?? ''] ?? (['server', errno ?? 'an unexpected error'] as const);
  return new BackendError(code, `${deed} failed: ${message}.`, { cause: error });
}

/** Rejects with `aborted` once the signal is, or with the error that it was aborted with. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw isBackendError(signal.reason) ? signal.reason : new BackendError('aborted', 'The call was aborted.');
}
