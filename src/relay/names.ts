import { BackendError } from '../backend/errors.js';

const refuse = (what: string, value: string): never => {
  throw new BackendError('invalid', `${what} "${value}" leads somewhere else; expected are names without "/" that are not "." or "..".`);
};

/** A backslash separates on some systems. */
const leads = (value: string): boolean => value.includes('\0') || value.split(/[\\/]/).some((segment) => /^\.{0,2}$/.test(segment));

/** Refuses a name that would be a path. What else a name may hold is the backend's affair. */
export function checkName(name: string): void {
  if (name.includes('/') || leads(name)) refuse('The name', name);
}

/** Refuses a path of folders that would leave the folder that it starts in. */
export function checkPath(path: string | undefined): void {
  if (path && leads(path)) refuse('The path', path);
}
