import { BackendError } from '../backend/errors.js';
import type { Ancestor, Ref } from '../backend/item.js';

/**
 * Where an item is. The service finds folders by path and changes everything by number, but looks nothing up by number; so a folder's id
 * is its path, which ends with a slash, and a file's is its folder's path with its number behind it. The root's is `''`.
 */
export type Place =
  | { kind: 'folder'; path: string }
  /** `path` is its folder's. */
  | { kind: 'file'; path: string; number: string };

const none = (id: unknown): BackendError => new BackendError('not-found', `There is no item ${JSON.stringify(id)}.`);

const isName = (segment: string): boolean => segment !== '' && segment !== '.' && segment !== '..' && !/\p{Cc}/u.test(segment);

/** Reads an id. Rejects with `not-found` what can be none. */
export function placeOf({ id }: Ref): Place {
  if (id === '') return { kind: 'folder', path: '/' };
  if (typeof id !== 'string' || !id.startsWith('/') || id === '/') throw none(id);
  const segments = id.slice(1).split('/');
  const last = segments.pop() ?? '';
  if (!segments.every(isName)) throw none(id);
  const path = ['', ...segments, ''].join('/');
  if (last === '') return { kind: 'folder', path };
  if (!/^\d+$/.test(last)) throw none(id);
  return { kind: 'file', path, number: last };
}

/** As {@link placeOf}, for what must be a folder: a file rejects with `invalid`. */
export function folderOf(ref: Ref): string {
  const place = placeOf(ref);
  if (place.kind === 'file') throw new BackendError('invalid', `"${ref.id}" is a file; a folder is expected.`);
  return place.path;
}

/** The id of a folder. */
export const folderId = (path: string): string => (path === '/' ? '' : path);

/** The id of a file. */
export const fileId = (folder: string, number: string): string => folder + number;

/** The path of a folder within another. */
export const within = (folder: string, name: string): string => `${folder}${name}/`;

/** The folder that a folder lies in. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);

/** The last name of a folder's path; the root's is `''`. */
export const nameOf = (path: string): string => path.slice(parentOf(path).length, -1);

/** The way from the root down to a folder, without the folder. */
export function ancestorsOf(path: string): Ancestor[] {
  const ancestors: Ancestor[] = [];
  for (let at = path; at !== '/';) {
    at = parentOf(at);
    ancestors.unshift({ id: folderId(at), name: nameOf(at) });
  }
  return ancestors;
}
