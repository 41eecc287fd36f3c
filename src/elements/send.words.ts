import type { ErrorCode } from '../backend/errors.js';
import type { Language, Word } from './language.js';
import { plainName } from './name.js';
import { piecesOf, type Cargo } from './send.cargo.js';
import type { Progress } from './send.sending.js';
import './words/en.send.js';

/** What is said of sending otherwise than of an upload. */
const OTHERWISE: Partial<Record<ErrorCode, Word>> = {
  forbidden: 'send-error-forbidden',
  'not-found': 'send-error-not-found',
  'not-allowed': 'send-error-not-allowed',
  changed: 'send-error-changed',
  expired: 'send-error-expired',
};

/** Why something could not be sent, in words. */
export const failureOf = (code: ErrorCode, language: Language): string => language.say(OTHERWISE[code] ?? `error-${code}`);

/** What the element is about now. */
export function titleOf(cargo: Cargo, { stage }: Progress, language: Language): string {
  if (stage === 'sent') return language.say('send-done');
  const pieces = piecesOf(cargo);
  const [first] = pieces;
  if (!first) return language.say('send-element');
  return pieces.length === 1
    ? language.say('send-title-one', { name: plainName(first.name) })
    : language.say('send-title', { n: pieces.length });
}
