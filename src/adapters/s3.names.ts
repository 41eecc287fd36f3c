import { BackendError } from '../backend/errors.js';
import type { Ancestor } from '../backend/item.js';
import { invalid } from './s3.errors.js';
import { checkName } from './memory.names.js';

/** What is not finished, and what must be remembered, lies here below the prefix. No item can have this name there. */
export const HIDDEN = '.ferrykit/';
/** Longest key, in bytes of UTF-8. */
const MAX_KEY = 1024;

/** Ids and keys of one prefix. An id is the key below it; a folder's ends with a slash, and so does the prefix, where there is one. */
export interface Keys {
  readonly prefix: string;
  /** The key of an id, which is checked first. */
  keyOf(id: string): string;
  /** The id of a key that the store listed; nothing for what cannot be named or is not to be seen. */
  idOf(key: string): string | undefined;
}

/** URLs swallow such steps, and an item that they lead away from cannot be reached. */
const isStep = (step: string): boolean => step !== '' && step !== '.' && step !== '..' && !/[\0\p{Cs}]/u.test(step);

const stepsIn = (id: string): string[] => (isFolderId(id) ? id.slice(0, -1) : id).split('/');

/** Whether an id is a folder's; the root's is `''`. */
export const isFolderId = (id: string): boolean => id === '' || id.endsWith('/');

/** Refuses what is no folder's id. */
export function checkFolderId(id: string): void {
  if (typeof id !== 'string' || !isFolderId(id)) throw invalid(`${JSON.stringify(id)} is no folder: a folder's id ends with a slash.`);
}

/** A prefix as keys begin with it: with a slash at its end, where there is one at all. */
export const prefixOf = (given: string): string => (isFolderId(given) ? given : `${given}/`);

/** The ids below one prefix. */
export function createKeys(given: string): Keys {
  const prefix = prefixOf(given);
  if (prefix !== '' && !stepsIn(prefix).every(isStep))
    throw invalid(`${JSON.stringify(given)} is no prefix: its steps are names with "/" between them.`);
  return {
    prefix,
    keyOf(id) {
      if (typeof id !== 'string') throw invalid('An item is named by its id, a string.');
      if (id === '') return prefix;
      if (!stepsIn(id).every(isStep)) throw invalid(`${JSON.stringify(id)} leads nowhere.`);
      if (`${id}/`.startsWith(HIDDEN)) throw new BackendError('not-found', `There is no ${JSON.stringify(id)}.`);
      return prefix + id;
    },
    idOf(key) {
      const id = key.slice(prefix.length);
      return key.startsWith(prefix) && id !== '' && !`${id}/`.startsWith(HIDDEN) && stepsIn(id).every(isStep) ? id : undefined;
    },
  };
}

/** The last step of an id. */
export const nameOf = (id: string): string => stepsIn(id).at(-1) ?? '';

/** The id of the folder that an item lies in. */
export const parentOf = (id: string): string => id.slice(0, id.length - nameOf(id).length - (isFolderId(id) ? 1 : 0));

/** The id of a new thing in a folder: refuses names that no folder here takes, and keys that no store does. */
export function within({ prefix }: Keys, parent: string, name: string, kind: 'file' | 'folder'): string {
  checkName(name);
  const id = parent + name + (kind === 'folder' ? '/' : '');
  if (`${id}/`.startsWith(HIDDEN)) throw invalid(`${JSON.stringify(name)} is reserved.`);
  const bytes = new TextEncoder().encode(prefix + id).length;
  if (bytes > MAX_KEY)
    throw invalid(`The key of ${JSON.stringify(name)} would have ${String(bytes)} bytes; a store takes ${String(MAX_KEY)}.`);
  return id;
}

/** The way from the root to an item, which is not part of it. */
export function ancestorsOf(id: string): Ancestor[] {
  const way: Ancestor[] = [];
  for (let at = id; at !== '';) {
    at = parentOf(at);
    way.unshift({ id: at, name: at === '' ? '' : nameOf(at) });
  }
  return way;
}
