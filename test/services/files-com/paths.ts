import { Refusal } from './errors.js';

/** Letters that Unicode does not decompose and that the service compares as if they were plain. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae', œ: 'oe', ß: 'ss', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h', ı: 'i', ĸ: 'k',
}; // prettier-ignore

/** The accents over Latin letters; other marks (of emoji, of other scripts) keep names apart. */
const ACCENTS = /[\u0300-\u036f]/g;

/**
 * What two paths have in common when they are the same to the service: compared without case, accents, trailing white space
 * and compatibility forms. The vendor's own table of examples is in its npm package, `shared/`.
 */
export function comparable(path: string): string {
  return Array.from(
    path.normalize('NFKC').normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase(),
    (letter) => PLAIN[letter] ?? letter,
  )
    .join('')
    .replace(/[\r\n\t ]+$/, '');
}

/** Takes out what a path must not have but the service forgives: outer and double slashes, backslashes, dots, null bytes. */
export function tidy(path: string): string {
  return path
    .replaceAll('\0', '')
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

/** The path after a route's prefix, as it is on the wire: with `%2F` or `/` between the names, root as nothing or a slash. */
export function pathAfter(prefix: string, pathname: string): string {
  try {
    return tidy(decodeURIComponent(pathname.slice(prefix.length)));
  } catch {
    throw new Refusal('bad-request/invalid-input-encoding', 'The path is not valid UTF-8.');
  }
}

/** Refuses a path under which nothing can be made. */
export function checkNew(path: string): void {
  if (path === '') throw new Refusal('bad-request/invalid-path', 'The path is empty.');
  if (path.length > 5000) throw new Refusal('processing-failure/path-too-long', 'A path has at most 5,000 characters.');
  if (path.split('/').some((name) => name.length > 255)) {
    throw new Refusal('processing-failure/filename-too-long', 'A name has at most 255 characters.');
  }
  if (path.split('/').some((name) => /\s$/.test(name))) {
    throw new Refusal('bad-request/path-cannot-have-trailing-whitespace', 'A path cannot have trailing whitespace.');
  }
}

/** The path of the folder that a path is in; that of the root is the root. */
export const parentOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** The last name of a path. */
export const nameOf = (path: string): string => path.split('/').at(-1) ?? '';

/** A name in front of its extension, and the extension with its dot. */
export function split(name: string): [base: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

/** Whether a path is the other one or below it. */
export function within(path: string, folder: string): boolean {
  const [inner, outer] = [comparable(path), comparable(folder)];
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}

/** The path itself and all that it is in, the root last. */
export function upward(path: string): string[] {
  const all = [path];
  for (let at = path; at !== '';) {
    at = parentOf(at);
    all.push(at);
  }
  return all;
}
