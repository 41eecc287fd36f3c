import type { Value } from './answers.js';
import { noAccess, Refusal } from './errors.js';
import type { Call, Methods, Service } from './service.js';
import { FLAGS, type Flag, type Group, type State, type User } from './state.js';
import { below, upward, type Entry, type Folder } from './tree.js';

/** The ids under which grants are looked up: a user's own and those of their groups. */
function holdersOf(state: State, who: User | Group): Set<number> {
  const groups = 'members' in who ? [] : [...state.groups.values()].filter(({ members }) => members.has(who.id));
  return new Set([who.id, ...groups.map(({ id }) => id)]);
}

const isAdmin = (who: User | Group): boolean => 'admin' in who && who.admin;

/** Whether somebody has access to a folder at all. */
export function hasAccess(state: State, who: User | Group, folder: Folder): boolean {
  if (isAdmin(who)) return true;
  const holders = holdersOf(state, who);
  const above = new Set(upward(folder).map(({ id }) => id));
  return state.grants.some(({ folderId, holderId }) => above.has(folderId) && holders.has(holderId));
}

/** What somebody may do in a folder: all that they and their groups were granted there or above. */
export function flagsAt(state: State, who: User | Group, folder: Folder): Set<Flag> {
  if (isAdmin(who)) return new Set(FLAGS);
  if (folder.workspace?.rootAccess === false) return new Set();
  const holders = holdersOf(state, who);
  const above = new Set(upward(folder).map(({ id }) => id));
  const grants = state.grants.filter(({ folderId, holderId }) => above.has(folderId) && holders.has(holderId));
  return new Set(grants.flatMap(({ flags }) => [...flags]));
}

/** Whether somebody sees an entry in a list: because they have access, or because they have it to something below. */
export function sees(state: State, who: User, entry: Entry): boolean {
  if (entry.type === 'file') return entry.parent !== undefined && hasAccess(state, who, entry.parent);
  return hasAccess(state, who, entry) || [...below(entry)].some((inner) => inner.type === 'folder' && hasAccess(state, who, inner));
}

/** What is said of something that is not there. */
export const missing = ({ knobs }: Service, what: string): Refusal =>
  knobs.missing === 'as-forbidden' ? noAccess() : new Refusal('missing', `${what} Not Found`, `The ${what.toLowerCase()} does not exist.`);

/** The folder at a path as callers write it: with a slash at either end, encoded once more or not. A path begins with a slash, so that it shows. */
export function folderAt({ service, caller }: Pick<Call, 'service' | 'caller'>, written: string): Folder {
  const { state } = service;
  const path = /^%2f/i.test(written) ? decodeURIComponent(written) : written;
  const folder = path.startsWith('/') && path.endsWith('/') ? state.find(path) : undefined;
  if (folder?.type !== 'folder') throw missing(service, 'Location');
  if (!(folder === state.root || sees(state, caller, folder))) throw noAccess();
  return folder;
}

/** The entry of an id that the caller has access to. */
export function entryOf({ service, caller }: Pick<Call, 'service' | 'caller'>, id: string): Entry {
  const { state } = service;
  const entry = /^\d+$/.test(id) ? state.entry(Number(id)) : undefined;
  if (!entry) throw missing(service, 'File');
  if (!sees(state, caller, entry)) throw noAccess();
  return entry;
}

/** Refuses a caller who may not do something in a folder. */
export function need({ service, caller }: Pick<Call, 'service' | 'caller'>, flag: Flag, folder: Folder | undefined): void {
  if (!folder || !flagsAt(service.state, caller, folder).has(flag)) throw noAccess();
}

/** The flags of a location as a list tells them. */
export function settingsAt({ state }: Service, caller: User, folder: Folder): Record<string, Value> {
  const flags = flagsAt(state, caller, folder);
  return {
    admin: Number(caller.admin),
    ...Object.fromEntries(FLAGS.map((flag) => [flag, Number(flags.has(flag))])),
    subAdmin: Number(caller.subAdmin),
  };
}

/** `user_permissions_location`: the same by itself. Of an administrator every permission is null. */
export const permissionMethods: Methods = {
  user_permissions_location: {
    verb: 'GET',
    act: (call) => {
      const { service, caller, parameters } = call;
      const settings = settingsAt(service, caller, folderAt(call, parameters.need('path')));
      const nothing = caller.admin ? Object.fromEntries(FLAGS.map((flag) => [flag, null])) : {};
      return { userPermissionsLocation: { ...settings, ...nothing, userId: caller.id } };
    },
  },
};
