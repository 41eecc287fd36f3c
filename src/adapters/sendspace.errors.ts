import { BackendError, type ErrorCode } from '../backend/errors.js';

/** One `<error>` of an answer. */
export interface Fault {
  code: number;
  /** The service's own words, for whoever reads logs: they stay out of messages. */
  text: string;
  /** What it is about, where several things were named. */
  ids: string[];
}

/** All error codes of the document: the name there, what it is to us, and what to say of it. */
export const SENDSPACE_ERRORS: Readonly<Record<number, readonly [name: string, code: ErrorCode, reason: string]>> = {
  1: ['API_ERROR_NO_METHOD', 'invalid', 'no method was named'],
  2: ['API_ERROR_UNKNOWN_METHOD', 'unsupported', 'the service does not know the method'],
  3: ['API_ERROR_SESSION_KEY_MISSING', 'unauthorized', 'nobody is signed in'],
  4: ['API_ERROR_PARAMETER_MISSING', 'invalid', 'a parameter is missing'],
  5: ['API_ERROR_BAD_API_VERSION', 'unsupported', 'the service does not speak this version of its API'],
  6: ['API_ERROR_SESSION_BAD', 'unauthorized', 'the session has expired'],
  7: ['API_ERROR_SESSION_NOT_AUTH', 'unauthorized', 'the session is not signed in'],
  8: ['API_ERROR_AUTHENTICATION_FAILURE', 'unauthorized', 'the e-mail address or the password is wrong'],
  9: ['API_ERROR_FILE_NOT_FOUND', 'not-found', 'there is no such file'],
  10: ['API_ERROR_FOLDER_NOT_FOUND', 'not-found', 'there is no such folder'],
  11: ['API_ERROR_PERMISSION_DENIED', 'forbidden', 'the account may not do that'],
  12: ['API_ERROR_DOWNLOAD_TEMP_ERROR', 'server', 'downloads are not available for the moment'],
  13: ['API_ERROR_UPLOAD_TEMP_ERROR', 'server', 'uploads are not available for the moment'],
  14: ['API_ERROR_FOLDER_NOT_EMPTY', 'invalid', 'the folder is not empty'],
  15: ['API_ERROR_SYSTEM_MAINTENANCE', 'server', 'the service is under maintenance'],
  16: ['API_ERROR_INVALID_PARAMETER', 'invalid', 'a parameter is invalid'],
  17: ['API_ERROR_HTTPS_FORBIDDEN', 'forbidden', 'the account may not use HTTPS: give the service’s plain address'],
  18: ['API_ERROR_UNKNOWN_API_KEY', 'unauthorized', 'the API key is unknown'],
  19: ['API_ERROR_PRO_EXPIRED', 'forbidden', 'the account has expired'],
  20: ['API_ERROR_PRO_DISKSPACE_LIMIT', 'quota', 'the account’s disk space is used up'],
  21: ['API_ERROR_PARAMETER_BAD_VALUE', 'invalid', 'a parameter has a wrong value'],
  22: ['API_ERROR_BAD_PASSWORD', 'forbidden', 'the password is wrong or missing'],
  23: ['API_ERROR_BANDWIDTH_LIMIT', 'quota', 'the account’s bandwidth is used up'],
  24: ['API_ERROR_INVALID_EMAIL', 'invalid', 'an e-mail address is invalid'],
  25: ['API_ERROR_OUTDATED_VERSION', 'unsupported', 'the service wants a newer program'],
  26: ['API_ERROR_INVALID_FILE_URL', 'not-found', 'this is no address of a file'],
  27: ['API_ERROR_REGISTRATION_ERROR', 'invalid', 'the account was refused'],
  28: ['API_ERROR_CONTACT_EXISTS', 'exists', 'the contact is there already'],
  29: ['API_ERROR_CONTACT_NOT_EXISTS', 'not-found', 'there is no such contact'],
  30: ['API_ERROR_TOO_MANY_SESSIONS', 'rate-limited', 'too many sessions are open: close some'],
  31: ['API_ERROR_BAD_TARGET_FOLDER', 'invalid', 'nothing can be put into that folder'],
  32: ['API_ERROR_CONTACTS_LIMIT', 'quota', 'the address book is full'],
  33: ['API_ERROR_FOLDER_IS_PRIVATE', 'forbidden', 'the folder is private'],
};

/** Seconds after which a download that is not available is worth another try: what a client in use waits. */
const DOWNLOAD_WAIT = 1800;

const FAULT = Symbol('fault');

/** The error of a fault; its number can be asked for with {@link faultOf}. */
export function faultError(deed: string, { code, text }: Fault): BackendError {
  const [name, ours, reason] = SENDSPACE_ERRORS[code] ?? [`error ${String(code)}`, 'server' as const, 'the service refused'];
  const error = new BackendError(ours, `${deed} failed: ${reason} (${name}).`, {
    ...(code === 12 && { retryAfter: DOWNLOAD_WAIT }),
    // What is wrong with a registration stands in the service's words alone; a cause crosses no wire.
    ...(code === 27 && text && { cause: new Error(text) }),
  });
  return Object.assign(error, { [FAULT]: code });
}

/** The number of the service's error that an error came from. */
export const faultOf = (error: unknown): number | undefined =>
  error instanceof Error ? (error as { [FAULT]?: number | undefined })[FAULT] : undefined;

/** Whether an error means that the session has to be begun anew; an outdated version of it is told as one of the API's. */
export const isDeadSession = (error: unknown): boolean => [5, 6, 7].includes(faultOf(error) ?? 0);
