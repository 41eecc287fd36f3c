import type { enBrowser } from './words/en.browser.js';
import type { enSend } from './words/en.send.js';
import type { enDelivery } from './words/en.delivery.js';
import type { enSent } from './words/en.sent.js';
import type { enTogether } from './words/en.together.js';
import { en, type Plural } from './words/en.js';

/** What can be said, by its key. What only some pages need to say is in English too only where it is loaded. */
export type Word =
  keyof typeof en | keyof typeof enBrowser | keyof typeof enSend | keyof typeof enTogether | keyof typeof enDelivery | keyof typeof enSent;

/** All that the elements say, in one language. `{…}` is filled in; a {@link Plural} follows the number `{n}`. */
export type Words = Record<Word, string | Plural>;

// Shared over all copies of the library: a page may load it as one script and the words as modules.
const KEY = Symbol.for('ferrykit.words');
const shared = globalThis as unknown as Record<typeof KEY, Record<string, Partial<Words>> | undefined>;
const known = (shared[KEY] ??= {});

/**
 * Makes words of a language known, by its tag (`de`, `pt-BR`); those that are known already stay. What is missing is said in English.
 * Elements that are on the page change over.
 */
export function addWords(lang: string, words: Partial<Words>): void {
  const tag = lang.toLowerCase();
  known[tag] = { ...known[tag], ...words };
  // Node has no such function.
  (globalThis as { dispatchEvent?: Window['dispatchEvent'] }).dispatchEvent?.(new Event('ferry-words'));
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Words and figures in one language. */
export class Language {
  readonly #lang: string;
  readonly #words: Partial<Words>;
  readonly #formats: Record<string, Intl.NumberFormat> = {};
  readonly #dates: Record<string, Intl.DateTimeFormat> = {};

  /** `own` are the page's words: they come before those of the language. Without words for `lang` it is English. */
  constructor(lang: string, own?: Partial<Words>) {
    const tag = lang.toLowerCase();
    const words = known[tag] ?? known[tag.replace(/-.*/, '')];
    // Figures in the language of the words, and with its region where that is known.
    this.#lang = words || /^en\b/.test(tag) ? lang : 'en';
    this.#words = { ...words, ...own };
  }

  /** A sentence with its gaps filled. Names are isolated, so that their direction cannot turn the sentence around. */
  say(word: Word, values: { n?: number | undefined; [gap: string]: string | number | undefined } = {}): string {
    // Looked up now: some English words come later than this was made.
    let text = this.#words[word] ?? (en as Words)[word];
    if (typeof text === 'object') text = text[new Intl.PluralRules(this.#lang).select(values.n ?? 0)] ?? text.other;
    return text.replace(/{(\w+)}/g, (_, gap: string) => {
      const value = values[gap] ?? '';
      return typeof value === 'number' ? this.number(value) : gap === 'name' ? `\u2068${value}\u2069` : value;
    });
  }

  /** A plain number, or one with a unit of `Intl`. */
  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return (this.#formats[JSON.stringify(options)] ??= new Intl.NumberFormat(this.#lang, options)).format(value);
  }

  /** Bytes; with `per` a speed. */
  size(bytes: number, per: '' | '-per-second' = ''): string {
    // From 999.5 kB on it would be rounded to 1,000 kB.
    const power = Math.min(4, Math.max(0, Math.floor(Math.log10((bytes * 1000) / 999.5) / 3)));
    const value = bytes / 1000 ** power;
    return this.number(value, {
      style: 'unit',
      unit: `${UNITS[power] ?? ''}${per}`,
      unitDisplay: power || per ? 'short' : 'long',
      maximumFractionDigits: power > 1 && value < 100 ? 1 : 0,
    });
  }

  /** A time to wait, rounded so that it does not flicker. */
  time(seconds: number): string {
    const [value, unit] =
      seconds < 55
        ? [Math.ceil(seconds / 5) * 5, 'second']
        : seconds < 3300
          ? [Math.ceil(seconds / 60), 'minute']
          : [seconds / 3600, 'hour'];
    return this.number(value, { style: 'unit', unit, maximumFractionDigits: 1 });
  }

  /** A share between 0 and 1; never 100 % before it is reached. */
  percent(share: number): string {
    return this.number(Math.floor(share * 100) / 100, { style: 'percent' });
  }

  /** Several things in one sentence. */
  list(things: string[]): string {
    return new Intl.ListFormat(this.#lang).format(things);
  }

  /** A point in time, milliseconds since 1970; `brief`: the day. */
  date(at: number, brief = false): string {
    const timeStyle = brief ? undefined : 'short';
    return (this.#dates[`${timeStyle}`] ??= new Intl.DateTimeFormat(this.#lang, { dateStyle: 'medium', timeStyle })).format(at);
  }
}
