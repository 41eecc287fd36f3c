import { BackendError } from '../backend/errors.js';

/** Longest name, in bytes of UTF-8. The service documents none; this is what file systems take. */
export const MAX_NAME = 255;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const refuse = (name: unknown, why: string): never => {
  throw new BackendError('invalid', `${JSON.stringify(name)} ${why}.`);
};

/**
 * Refuses names that would lead elsewhere or that nobody can have. Everything else the service decides: it drops characters that it does
 * not like, so that only its answer says what a thing is called.
 */
export function checkName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') return refuse(name, 'is no name: at least one character is expected');
  if (name === '.' || name === '..') refuse(name, 'is no name but a way through folders');
  if (/[/\\\p{Cc}]/u.test(name)) refuse(name, 'has a separator or a control character');
  if (/\p{Cs}/u.test(name)) refuse(name, 'has half a character in it');
  if (bytesOf(name) > MAX_NAME) refuse(name, `has ${bytesOf(name)} bytes; a name may have ${MAX_NAME}`);
  if (isParked(name)) refuse(name, 'is reserved for files that are not complete');
}

/** `name (2).txt` for 2; what is too long loses characters before the number. */
export function numbered(name: string, kind: 'file' | 'folder', number: number): string {
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  const cut = dot > 0 ? dot : name.length;
  let end = ` (${number})${name.slice(cut)}`;
  let stem = Array.from(name.slice(0, cut));
  // an extension that alone fills the name is none
  if (bytesOf(end) > MAX_NAME - 4) [stem, end] = [Array.from(name), ` (${number})`];
  while (bytesOf(stem.join('') + end) > MAX_NAME) stem.pop();
  return stem.join('') + end;
}

/** The first of `name`, `name (1)`, … that is free. */
export function freeName(name: string, kind: 'file' | 'folder', isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 1; isTaken(free); number += 1) free = numbered(name, kind, number);
  return free;
}

/**
 * What a file is called that goes straight under its name. The field puts a quotation mark into a form as `%22`, which a PHP server keeps as
 * it is: none is sent, and an apostrophe stands for it.
 */
export const straightName = (name: string): string => name.replaceAll('"', "'");

/** Whether the site may make a name of the other: it drops characters, and does not say which; letters and digits are taken to stay. */
export function mayBecome(name: string, made: string): boolean {
  const left = Array.from(made);
  for (const sign of name)
    if (sign === left[0]) left.shift();
    else if (/[\p{L}\p{N}]/u.test(sign)) return false;
  return left.length === 0;
}

const PARKED = /^ferrykit-[0-9a-f]{32}(\.[0-9A-Za-z]{1,10})?$/;

/** What a file is called until it is complete. It keeps a plain extension, so that the service knows its kind. */
export const parkedName = (upload: string, name: string): string => `ferrykit-${upload}${/\.[0-9A-Za-z]{1,10}$/.exec(name)?.[0] ?? ''}`;

/** Whether this is such a name: nothing that has one is shown. */
export const isParked = (name: string): boolean => PARKED.test(name);

/** Letters and digits that nobody can guess, for {@link parkedName}. */
export const newUpload = (): string => crypto.randomUUID().replaceAll('-', '');
