import { BackendError, type ErrorCode, isBackendError } from '../backend/errors.js';
import { fieldsOf, listOf, textOf } from './files-com.reading.js';
import { type Answer, kindOf, type Meaning } from './request.js';

type Words = readonly [code: ErrorCode, reason: string];

/** Families of errors, as the service names them before the slash. */
const FAMILIES: Readonly<Record<string, Words>> = {
  'bad-request': ['invalid', 'Files.com does not take what was asked'],
  'not-authenticated': ['unauthorized', 'Files.com does not know who asks'],
  'not-authorized': ['forbidden', 'the user may not do this'],
  'not-found': ['not-found', 'it is not there'],
  'processing-failure': ['invalid', 'Files.com could not do what was asked'],
  'rate-limited': ['rate-limited', 'Files.com wants to be asked less often'],
  'service-unavailable': ['server', 'Files.com cannot do it at the moment'],
  'site-configuration': ['not-allowed', 'the settings of the site do not allow it'],
};

/** What is said of errors that a person can do something about. */
const NAMED: Readonly<Record<string, Words>> = {
  'not-authenticated/invalid-credentials': ['unauthorized', 'the API key or session is not valid'],
  'not-authorized/two-factor-authentication-required': ['unauthorized', 'the second factor is missing, or must be set up first'],
  'not-authorized/read-permission-required': ['forbidden', 'the user may not read there'],
  'not-authorized/write-permission-required': ['forbidden', 'the user may not write there'],
  'not-authorized/site-files-are-immutable': ['not-allowed', 'files of this site cannot be changed'],
  'not-authorized/bundle-permission-required': ['forbidden', 'the user may not make share links'],
  'not-authorized/not-allowed-to-create-bundle': ['forbidden', 'the user may not make share links'],
  'not-authorized/bundle-maximum-uses-reached': ['quota', 'the share link was used as often as it may be'],
  'not-found/file-upload-not-found': ['not-found', 'the upload is not open any more'],
  'bad-request/cannot-download-directory': ['invalid', 'a folder has no download of its own'],
  'bad-request/invalid-etags': ['invalid', 'the ETags are not those of the parts that were stored'],
  'bad-request/path-cannot-have-trailing-whitespace': ['invalid', 'a path cannot end in white space'],
  'bad-request/request-body-too-large': ['too-large', 'the request is too large'],
  'bad-request/datetime-parse': ['invalid', 'a date is outside of what the service takes'],
  'processing-failure/destination-exists': ['exists', 'the name is taken'],
  'processing-failure/destination-parent-conflict': ['exists', 'what should be a folder on the way is none'],
  'processing-failure/destination-parent-does-not-exist': ['not-found', 'the folder that it should go to is not there'],
  'processing-failure/could-not-create-parent': ['invalid', 'a folder on the way cannot be made'],
  'processing-failure/folder-not-empty': ['invalid', 'the folder is not empty'],
  'processing-failure/file-not-uploaded': ['invalid', 'not all parts were stored'],
  'processing-failure/path-too-long': ['invalid', 'the path has more than 5000 characters'],
  'processing-failure/file-locked': ['locked', 'the file is locked'],
  'processing-failure/folder-locked': ['locked', 'the folder is locked'],
  'processing-failure/resource-locked': ['locked', 'it is locked'],
  'processing-failure/subfolder-locked': ['not-allowed', "the folder's subfolders are locked"],
  'processing-failure/invalid-file-type': ['not-allowed', 'the folder does not take files with this extension'],
  'processing-failure/invalid-filename': ['not-allowed', 'the folder does not take files with such a name'],
  'processing-failure/filename-too-long': ['not-allowed', 'the name is longer than the folder takes'],
  'processing-failure/destination-folder-limited': ['not-allowed', 'a rule of the folder does not take it'],
  'processing-failure/recipient-already-shared': ['exists', 'the address was invited before'],
  'rate-limited/duplicate-share-recipient': ['exists', 'the address was invited before'],
  'rate-limited/too-many-shares': ['rate-limited', 'too many invitations were sent'],
};

const NAME = /^[a-z\d-]{1,80}(?:\/[a-z\d-]{1,80})?$/;

/** Reads today's errors, by header or body, and the older ones, which have a list of them and no family. */
export function filesComMeaning(answer: Answer): Meaning | undefined {
  const { status, headers, text } = answer;
  if (status >= 200 && status < 300) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page: the status is all that there is.
  }
  const fields = fieldsOf(body);
  const told = [headers.get('x-files-error-class'), fields['type'], listOf(fields['errors'])[0]?.['type']].map(textOf);
  const kind = told.find((name) => name !== undefined && NAME.test(name));
  if (kind === undefined) return undefined;
  const words = NAMED[kind] ?? FAMILIES[kind.split('/')[0] ?? ''];
  return words && { code: words[0], kind, reason: words[1] };
}

/** Whether the service refused with one of these names. */
export const isKind = (error: unknown, ...names: string[]): boolean => names.includes(kindOf(error) ?? '');

/** Whether an error has one of these codes. */
export const hasCode = (error: unknown, ...codes: ErrorCode[]): boolean => isBackendError(error) && codes.includes(error.code);

/** Waits for an answer; one of these codes answers the fallback instead. */
export async function unless<T, F>(codes: readonly ErrorCode[], asked: Promise<T>, fallback: F): Promise<T | F> {
  try {
    return await asked;
  } catch (error) {
    if (hasCode(error, ...codes)) return fallback;
    throw error;
  }
}

/** An error of what was asked for. */
export const invalid = (message: string): BackendError => new BackendError('invalid', message);
