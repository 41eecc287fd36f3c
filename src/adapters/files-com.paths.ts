import { BackendError } from '../backend/errors.js';
import { invalid } from './files-com.errors.js';
import { checkName } from './memory.names.js';

/** Characters of a path, as the service's documentation has it. */
const LONGEST = 5000;

/** Refuses a name that the service would refuse, before it is asked. */
export function checkFilesComName(name: string): void {
  checkName(name);
  if (/\s$/u.test(name)) throw invalid(`${JSON.stringify(name)} ends in white space, which no path of Files.com may.`);
}

/** The folders of a relative path; refuses what {@link checkFilesComName} refuses. */
export function stepsOf(path: string): string[] {
  const names = path.split('/');
  names.forEach(checkFilesComName);
  return names;
}

/** A path as it stands in a URL: a percent sign in a name stays one. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The last name of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The path of the folder that a path lies in. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Puts a name below a folder. */
export const below = (folder: string, ...names: string[]): string => [...(folder === '' ? [] : [folder]), ...names].join('/');

/** Paths are the same in either case and normal form. */
const folded = (path: string): string => path.normalize('NFC').toLowerCase();

/** Whether a path is another one, or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '' || folded(path) === folded(folder) || folded(path).startsWith(`${folded(folder)}/`);

/** Whether two paths name the same thing. */
export const isSame = (one: string, other: string): boolean => folded(one) === folded(other);

/** Refuses a path that is longer than the service takes. */
export function checkLength(path: string): string {
  if (path.length > LONGEST) throw invalid(`A path of ${String(path.length)} characters is too long; ${String(LONGEST)} are the most.`);
  return path;
}

/** Ids are paths below the root that this backend has. */
export interface Paths {
  root: string;
  /** The service's path of an id; rejects with `not-found` what can be no id. */
  pathOf(id: string): string;
  idOf(path: string): string;
}

/** Translates between ids and the service's paths. */
export function createPaths(root: string): Paths {
  return {
    root,
    pathOf(id) {
      if (id === '') return root;
      try {
        stepsOf(id);
      } catch {
        throw new BackendError('not-found', `There is no item ${JSON.stringify(id)}.`);
      }
      return checkLength(below(root, id));
    },
    idOf: (path) => (root !== '' && isWithin(path, root) ? path.slice(root.length + 1) : path),
  };
}
