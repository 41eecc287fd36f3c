import { BackendError } from '../backend/errors.js';

/** The folder that keeps what is not finished. No item can have this name, in upper or lower case, and none is ever listed. */
export const STAGE = '.ferrykit';

/** Longest name, in bytes of UTF-8. */
export const MAX_NAME = 255;

const WINDOWS_DEVICES = String.raw`(?:[Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|(?:[Cc][Oo][Mm]|[Ll][Pp][Tt])[0-9¹²³]|[Cc][Oo][Nn](?:[Ii][Nn]|[Oo][Uu][Tt])\$)`;
const RESERVED = String.raw`(?:${WINDOWS_DEVICES} *(?:\..*)?|\.[Ff][Ee][Rr][Rr][Yy][Kk][Ii][Tt])$`;
// Windows takes `a:b` for a second stream of the file `a`, and the rest for wildcards and redirections
const REFUSED = String.raw`/\\\x00-\x1f\x7f-\x9f${process.platform === 'win32' ? '<>:"|?*' : ''}`;

/** What a new name must match, for `rules`; {@link checkName} says which part of it was broken. */
export const NAME_PATTERN = String.raw`^(?!${RESERVED})[^${REFUSED}]*[^${REFUSED} .]$`;

const refused = new RegExp(`[${REFUSED}]`);
const reserved = new RegExp(`^${RESERVED}`);

const refuse = (name: unknown, why: string): never => {
  throw new BackendError('invalid', `${JSON.stringify(name)} ${why}.`);
};

/** Refuses what could lead elsewhere or cannot be told apart: empty, `.`, `..`, separators, control characters, over 255 bytes, the stage. */
export function checkSegment(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') return refuse(name, 'is no name: at least one character is expected');
  if (name === '.' || name === '..') refuse(name, 'is no name but a way through folders');
  if (refused.test(name)) refuse(name, 'has a separator, a control character or another one that a name cannot have');
  if (/\p{Cs}/u.test(name)) refuse(name, 'has half a character in it');
  // three bytes are the most that one UTF-16 unit can need
  if (name.length * 3 > MAX_NAME && Buffer.byteLength(name) > MAX_NAME)
    refuse(name, `has ${Buffer.byteLength(name)} bytes; a name may have ${MAX_NAME}`);
  if (name.toLowerCase() === STAGE) refuse(name, 'is reserved');
}

/** Whether what was found on the disk has a name that an id may hold; what has none is not shown. */
export const canBeShown = (name: string) => !refused.test(name) && name.toLowerCase() !== STAGE;

/** Refuses a new name that {@link checkSegment} refuses or that a Windows machine could not keep: devices, a dot or space at the end. */
export function checkName(name: unknown): asserts name is string {
  checkSegment(name);
  if (reserved.test(name)) refuse(name, 'is reserved on Windows');
  if (/[. ]$/.test(name)) refuse(name, 'ends with a dot or a space, which Windows drops');
}

/** The names on the way to an item. An id is the path below the root; it is checked again whenever it comes back. */
export function segmentsOf(id: unknown): string[] {
  if (typeof id !== 'string') throw new BackendError('invalid', 'An item is named by its id, a string.');
  if (id === '') return [];
  const segments = id.split('/');
  segments.forEach(checkSegment);
  return segments;
}

/** The folders of a dropped file's relative path, each a new name. */
export function stepsOf(path: string | undefined): string[] {
  if (path === undefined || path === '') return [];
  if (typeof path !== 'string') throw new BackendError('invalid', 'A path is a string.');
  const steps = path.split('/');
  steps.forEach(checkName);
  return steps;
}

/** `name (2).txt` for 2; what is too long loses characters before the number. */
export function numbered(name: string, kind: 'file' | 'folder', number: number): string {
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  const cut = dot > 0 ? dot : name.length;
  let end = ` (${number})${name.slice(cut)}`;
  let stem = Array.from(name.slice(0, cut));
  // an extension that alone fills the name is none
  if (Buffer.byteLength(end) > MAX_NAME - 4) [stem, end] = [Array.from(name), ` (${number})`];
  while (Buffer.byteLength(stem.join('') + end) > MAX_NAME) stem.pop();
  return stem.join('') + end;
}
