import { BackendError } from '../backend/errors.js';

const MAX_BYTES = 255;
const encoder = new TextEncoder();
const bytesIn = (name: string) => encoder.encode(name).length;

/** Refuses what no folder can hold: nothing, dots alone, separators, control characters, halves of characters, over 255 bytes. */
export function checkName(name: string): void {
  if (typeof name !== 'string' || name === '') throw new BackendError('invalid', 'A name must have at least one character.');
  if (name === '.' || name === '..') throw new BackendError('invalid', `"${name}" is no name but a way through folders.`);
  if (/[/\p{Cc}\p{Cs}]/u.test(name))
    throw new BackendError('invalid', `${JSON.stringify(name)} has a slash, a control character or half a character in it.`);
  // three bytes are the most that one UTF-16 unit can need
  if (name.length * 3 > MAX_BYTES && bytesIn(name) > MAX_BYTES)
    throw new BackendError('invalid', `${JSON.stringify(name)} has ${bytesIn(name)} bytes; a name may have ${MAX_BYTES}.`);
}

/** The folders of a relative path; refuses empty steps and names that {@link checkName} refuses. */
export function steps(path: string): string[] {
  const names = path.split('/');
  names.forEach(checkName);
  return names;
}

/** `name (2).txt` for 2 and `name.txt`; what is too long loses characters before the number. */
export function numbered(name: string, kind: 'file' | 'folder', number: number): string {
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  // what fills half a name is no extension
  const cut = dot > 0 && bytesIn(name.slice(dot)) < MAX_BYTES / 2 ? dot : name.length;
  const end = ` (${number})${name.slice(cut)}`;
  const stem = Array.from(name.slice(0, cut));
  while (bytesIn(stem.join('') + end) > MAX_BYTES) stem.pop();
  return stem.join('') + end;
}
