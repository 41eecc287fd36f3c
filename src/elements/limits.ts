import type { Capabilities } from '../backend/capabilities.js';
import type { Rules } from '../backend/item.js';
import type { Limits } from '../uploads/queue.js';
import type { Language, Word } from './language.js';

/** Bytes of `500`, `10MB` (thousands) or `1.5 GiB` (1,024s); `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = '', binary] = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(i?)b)?\s*$/i.exec(text) ?? [];
  return number ? Math.round(Number(number) * (binary ? 1024 : 1000) ** ' kmgt'.indexOf(unit.toLowerCase() || ' ')) : undefined;
}

const parseCount = (text: string): number | undefined => (/^[1-9]\d*$/.test(text) ? Number(text) : undefined);

const parseTypes = (text: string): string[] | undefined => {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every((entry) => /^\.|.\/./.test(entry)) ? entries : undefined;
};

/** The limits that a page sets, as it writes them. */
export interface PageLimits {
  accept?: string | undefined;
  maxSize?: string | number | undefined;
  maxTotal?: string | number | undefined;
  maxFiles?: string | number | undefined;
}

const SIZE = 'bytes, or a size such as "10MB" or "1.5 GiB"';

const READERS: [key: keyof PageLimits, attribute: string, parse: (text: string) => unknown, expected: string][] = [
  ['accept', 'accept', parseTypes, 'extensions and media types such as ".pdf, image/*"'],
  ['maxSize', 'max-size', parseSize, SIZE],
  ['maxTotal', 'max-total', parseSize, SIZE],
  ['maxFiles', 'max-files', parseCount, 'a whole number from 1'],
];

/** Reads the limits. What cannot be read sets none, and `complain` hears of it and of what was expected. */
export function readLimits(page: PageLimits, complain: (wrong: string, expected: string) => void): Limits {
  const limits: Record<string, unknown> = {};
  for (const [key, attribute, parse, expected] of READERS) {
    const text = String(page[key] ?? '');
    const value = text ? parse(text) : undefined;
    if (value) limits[key] = value;
    else if (text) complain(`${attribute}="${text}"`, expected);
  }
  return limits;
}

/** The same limits, and those of the backend and the folder: of two sizes the smaller one. */
export function narrow(limits: Limits, capabilities: Capabilities | undefined, rules: Rules | undefined): Limits {
  const sizes = [limits.maxSize, capabilities?.upload ? capabilities.upload.maxFileSize : undefined, rules?.maxFileSize];
  const maxSize = Math.min(...sizes.map((size) => size ?? Infinity));
  return { ...limits, ...(maxSize < Infinity && { maxSize }), ...(rules && { rules }) };
}

/** From here on a limit is no news to anybody: 1 TB. */
const HUGE = 1e12;

/** What a person should know before choosing, in a few words each. `flat`: folders are not kept. */
export function describe({ accept, maxSize = HUGE, maxTotal, maxFiles, rules = {} }: Limits, flat: boolean, language: Language): string[] {
  const said: string[] = [];
  const note = (given: unknown, word: Word, values?: Parameters<Language['say']>[1]): void => {
    if (given) said.push(language.say(word, values));
  };
  const list = (entries: string[] = []): string =>
    language.list(
      entries.map((entry) => (/^(image|video|audio)\/\*$/.test(entry) ? language.say(entry as Word) : entry.replace(/^\.|.*\//, ''))),
    );
  const taken = accept ?? rules.extensions;
  note(taken, 'takes', { list: list(taken) });
  note(rules.refusedExtensions, 'refuses', { list: list(rules.refusedExtensions) });
  note(maxSize < HUGE, 'upTo', { size: language.size(maxSize) });
  note(maxTotal, 'inAll', { size: language.size(maxTotal ?? 0) });
  note(maxFiles, 'most', { n: maxFiles });
  note(flat, 'flat');
  const asked = rules.nameUnit !== 'bytes';
  note(asked && rules.maxNameLength, 'nameUpTo', { n: rules.maxNameLength });
  note(asked && rules.namePattern, 'nameLike', { name: rules.namePattern });
  note(rules.foldersLocked, 'noFolders');
  note(rules.unchecked, 'demands', { list: language.list(rules.unchecked ?? []) });
  note(rules.renamed, 'renamed');
  note(rules.encrypted, 'encrypted');
  note(rules.expiresAfterDays, 'expires', { n: rules.expiresAfterDays });
  return said;
}
