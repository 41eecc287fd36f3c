import { BackendError, type ErrorCode, type ErrorInfo, isBackendError } from '../backend/errors.js';
import { type Answer, kindOf, type Meaning } from './request.js';
import { rootIn, textOf } from './s3.xml.js';

type Words = readonly [code: ErrorCode, reason: string];

const SLOWER: Words = ['rate-limited', 'the store wants to be asked less often'];
const REGION: Words = ['invalid', 'the bucket lies in another region, or behind another endpoint: check "region" and "endpoint"'];
const TOKEN: Words = ['unauthorized', 'the session token is wrong or has expired: give fresh credentials'];

/** What is said of errors by name, as https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html has them; some are Ceph's or MinIO's. */
const NAMED: Readonly<Record<string, Words>> = {
  AccessDenied: ['forbidden', 'the credentials may not do this'],
  AllAccessDisabled: ['forbidden', 'the bucket is closed to everybody'],
  AuthorizationHeaderMalformed: REGION,
  BadDigest: ['invalid', 'the bytes that arrived are not those that were sent'],
  ConditionalRequestConflict: ['changed', 'somebody else is writing the same key'],
  EntityTooLarge: ['too-large', 'it is larger than the store takes'],
  EntityTooSmall: ['invalid', 'it is smaller than the store takes: every part but the last has at least 5 MiB'],
  ExpiredToken: TOKEN,
  InternalError: ['server', 'the store failed'],
  InvalidAccessKeyId: ['unauthorized', 'the store does not know the access key: check "accessKeyId" and "endpoint"'],
  InvalidArgument: ['invalid', 'the store does not take what was asked'],
  InvalidBucketName: ['invalid', 'the store takes no bucket of this name: check "bucket"'],
  InvalidPart: ['invalid', 'a part is not there as it is named'],
  InvalidPartOrder: ['invalid', 'the parts are not in order'],
  InvalidRequest: ['invalid', 'the store does not take what was asked'],
  InvalidToken: TOKEN,
  KeyTooLongError: ['invalid', 'the key is longer than 1,024 bytes'],
  MalformedXML: ['invalid', 'the store does not take what was asked'],
  MethodNotAllowed: ['unsupported', 'the store does not have this call'],
  NoSuchBucket: ['not-found', 'there is no such bucket: check "bucket" and "endpoint"'],
  NoSuchKey: ['not-found', 'it is not there'],
  NoSuchUpload: ['not-found', 'the upload is not open any more'],
  NotImplemented: ['unsupported', 'the store does not have this call'],
  PermanentRedirect: REGION,
  PreconditionFailed: ['changed', 'somebody else was faster'],
  QuotaExceeded: ['quota', 'the bucket or its owner has no room left'],
  RequestLimitExceeded: SLOWER,
  RequestTimeTooSkewed: [
    'unauthorized',
    "this machine's clock and the store's differ by more than 15 minutes: set the clock (NTP), as every signature holds the time",
  ],
  ServiceUnavailable: SLOWER,
  SignatureDoesNotMatch: [
    'unauthorized',
    'the store computes another signature: check "secretAccessKey", and that no proxy changes requests',
  ],
  SlowDown: SLOWER,
  Throttling: SLOWER,
  ThrottlingException: SLOWER,
  TooManyRequests: SLOWER,
  XMinioStorageFull: ['quota', 'the store has no room left'],
};

/** An error's name and text, in an answer of any status: a copy that fails late says so under 200. */
function errorIn(text: string): { name: string; message: string } | undefined {
  if (!text.includes('<Error>') || !text.includes('</Error>')) return undefined;
  const root = rootIn(text);
  const name = root?.name === 'Error' ? textOf(root.tree['Code']) : undefined;
  return name === undefined ? undefined : { name, message: textOf(root?.tree['Message']) ?? '' };
}

/** Reads the store's own errors; a status without one, as after `HEAD`, decides by itself. */
export function s3Meaning({ status, text }: Answer): Meaning | undefined {
  const error = errorIn(text);
  if (!error) return status === 503 ? { code: SLOWER[0], reason: SLOWER[1] } : undefined;
  const [code, reason] = NAMED[error.name] ?? [];
  const kind = /^[A-Za-z\d.]{1,60}$/.test(error.name) ? error.name : undefined;
  return { code: code ?? (status > 499 || status < 400 ? 'server' : 'invalid'), kind, ...(reason !== undefined && { reason }) };
}

/** Why the store did not take bytes that the relay sent on. A refused URL asks for a fresh one, which heals what has expired. */
export function s3Refusal({ status, body }: { status: number; body: string }): ErrorInfo | undefined {
  const error = status < 200 || status > 299 ? errorIn(body) : undefined;
  const words = error && error.name !== 'AccessDenied' ? NAMED[error.name] : undefined;
  return words && { code: words[0], message: `The store did not take the bytes: ${words[1]} (${String(error?.name)}).` };
}

/** Whether an error has one of these codes. */
export const hasCode = (error: unknown, ...codes: ErrorCode[]): boolean => isBackendError(error) && codes.includes(error.code);

/** Whether the store refused with one of these names. */
export const isKind = (error: unknown, ...names: string[]): boolean => names.includes(kindOf(error) ?? '');

/** Whether a thing is gone, and not the bucket that it lay in. */
export const isGone = (error: unknown): boolean => hasCode(error, 'not-found') && !isKind(error, 'NoSuchBucket');

/** Waits for an answer; what is gone answers nothing. */
export async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** An error of what was asked for. */
export const invalid = (message: string): BackendError => new BackendError('invalid', message);

/** What is said of an item that is not there. */
export const missing = (id: string): BackendError => new BackendError('not-found', `There is no ${JSON.stringify(id)}.`);

/** A name is taken. */
export const taken = (id: string): BackendError => new BackendError('exists', `${JSON.stringify(id)} is there already.`);

/** Rejects where the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new BackendError('aborted', 'The call was aborted.');
}
