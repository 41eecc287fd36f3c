import type { ErrorCode } from '../backend/errors.js';
import { errorOf } from './filegenius.answers.js';
import type { Answer, Meaning } from './request.js';

/** Every title that the service's documents show, with what it means. There are no numbers and no promised HTTP statuses. */
export const TITLES: Readonly<Record<string, { code: ErrorCode; reason: string }>> = {
  'authentication failed': { code: 'unauthorized', reason: 'the key, its signature, the time or the auth code was not accepted' },
  'invalid username or password': { code: 'unauthorized', reason: 'the name or password was not accepted' },
  'please enter a username in order to login.': { code: 'invalid', reason: 'a user name is missing' },
  'you do not have access privileges for this location': { code: 'forbidden', reason: 'there is no access to that place' },
  'file cannot be overridden': { code: 'exists', reason: 'a file of that name is there' },
  'please enter a file name that does not already exist.': { code: 'exists', reason: 'something of that name is there' },
  'cannot create folder': { code: 'not-allowed', reason: 'the folder cannot be made' },
  'user group add failed': { code: 'not-allowed', reason: 'the group cannot be made' },
};

/** Statuses that say more than an unknown title does. */
const STATUSES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'exists',
  413: 'too-large',
  423: 'locked',
  429: 'rate-limited',
  507: 'quota',
};

/**
 * What a text that no document shows can tell: no title of a full site or of a file that is too large is known, so that words which can
 * mean nothing else are taken for it. The first that fits counts: a file may also be too large for the space that is left.
 */
const WORDS: readonly { words: RegExp; code: ErrorCode; reason: string }[] = [
  { words: /\b(quota|storage|(disk|free|no|enough|more) space|space left)\b/i, code: 'quota', reason: 'there is no space left' },
  { words: /\b(too (large|big)|max(imum)?\.? (file ?)?size|(file ?)?size limit)\b/i, code: 'too-large', reason: 'the file is too large' },
];

/** Titles as the table has them: one sample begins with a stray apostrophe. */
const plain = (title: string): string => title.trim().replace(/^'/, '').toLowerCase();

/** What an error of the service means, whatever HTTP status it comes with. An unknown text is kept from the message, as it may hold anything. */
export function meaningOf({ text, status }: Pick<Answer, 'text' | 'status'>): Meaning | undefined {
  const error = errorOf(text);
  if (error === undefined) return undefined;
  const known = TITLES[plain(error.title)];
  if (known) return known;
  const told = STATUSES[status];
  const said = WORDS.find(({ words }) => words.test(`${error.title} ${error.message}`));
  if (said && told === undefined) return { code: said.code, reason: said.reason };
  // A refusal in words is final: it must not count as a fault after which nobody knows what has happened.
  return {
    code: told ?? (status > 499 ? 'server' : 'not-allowed'),
    reason: 'the service refused it, under a title that its documents do not show',
  };
}
