import type { ErrorCode } from '../backend/errors.js';
import type { Reason } from './browser.actions.js';
import type { Deed } from './browser.deed.js';
import type { Language, Word } from './language.js';
import { plainName } from './name.js';
import './words/en.browser.js';

/** What is said of the browser's deeds otherwise than of an upload. */
const OTHERWISE: Partial<Record<ErrorCode, Word>> = {
  forbidden: 'deed-forbidden',
  'not-found': 'deed-not-found',
  'not-allowed': 'deed-not-allowed',
  changed: 'deed-changed',
  invalid: 'deed-invalid',
  'unknown-outcome': 'deed-unknown-outcome',
};

/** Why something could not be done, in words. */
export const failureOf = (code: ErrorCode, language: Language): string => language.say(OTHERWISE[code] ?? `error-${code}`);

/** Why something cannot be done now, in words. */
export const reasonOf = (reason: Reason | { text: string }, language: Language): string =>
  'text' in reason ? reason.text : language.say(reason.word, { n: reason.n, name: reason.name });

/** How a deed has gone, in one sentence. */
export function resultOf({ kind, done, failed, skipped, stopped }: Deed, language: Language): string {
  const said = [
    done.length || !(failed.length || skipped.length) ? language.say(`done-${kind}`, { n: done.length }) : '',
    skipped.length ? language.say('wasSkipped', { n: skipped.length }) : '',
    failed.length ? language.say('wasFailed', { n: failed.length }) : '',
    stopped ? language.say('wasStopped') : '',
  ];
  return said.filter(Boolean).join(' · ');
}

/** One sentence for one item, by its name, and another for several. */
export const sayOf = (one: Word, many: Word, items: readonly { name: string }[], language: Language): string =>
  items.length === 1 ? language.say(one, { name: plainName(items[0]?.name ?? '') }) : language.say(many, { n: items.length });
