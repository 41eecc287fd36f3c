import { Refusal } from './errors.js';
import { comparable, nameOf, parentOf, split, upward } from './paths.js';
import type { Behavior } from './records.js';
import type { State } from './state.js';

/** Behaviors of which a folder may have several. */
const MANY = new Set(['create_user_folders', 'inbox', 'remote_server_sync', 'webhook']);

/** Behaviors that only administrators see. */
export const HIDDEN = new Set(['create_user_folders', 'remote_server_sync']);

/** Whether a folder may have more than one behavior of a kind. */
export const single = (behavior: string): boolean => !MANY.has(behavior);

/**
 * The setting of a kind that holds in a folder: the nearest one that is on the folder itself, or above it and recursive;
 * none where a nearer entry turns off what comes from above.
 */
export function ruleAt(state: State, folder: string, kind: string): Behavior | undefined {
  const of = [...state.behaviors.values()].filter(({ behavior }) => behavior === kind);
  for (const at of of.length > 0 ? upward(folder) : []) {
    const here = of.filter(({ path, recursive }) => comparable(path) === comparable(at) && (recursive || at === folder));
    const rule = here.find(({ disableParent }) => !disableParent);
    if (rule ?? here.length > 0) return rule;
  }
  return undefined;
}

const object = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? { ...value } : {});

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Refuses a name that the folder's settings do not allow. Old and new shapes of the values count alike. */
export function checkName(state: State, path: string): void {
  const [folder, name] = [parentOf(path), nameOf(path)];
  const limit = ruleAt(state, folder, 'limit_file_extensions')?.value;
  if (limit !== undefined) {
    const listed = texts(Array.isArray(limit) ? limit : object(limit)['extensions']);
    const extension = split(name)[1].slice(1).toLowerCase();
    const found = listed.some((entry) => entry.replace(/^\./, '').toLowerCase() === extension);
    if (found === (object(limit)['mode'] === 'blacklist')) {
      throw new Refusal('processing-failure/invalid-file-type', `Files of type "${extension}" are not allowed here.`);
    }
  }
  const [pattern] = texts(ruleAt(state, folder, 'limit_file_regex')?.value);
  if (pattern !== undefined && !new RegExp(pattern.replace(/^\/|\/$/g, '')).test(name)) {
    throw new Refusal('processing-failure/invalid-filename', `"${name}" does not match the pattern of this folder.`);
  }
  const length = object(ruleAt(state, folder, 'limit_filename_length')?.value);
  if (typeof length['max_length'] === 'number' && length['shorten'] !== true && name.length > length['max_length']) {
    throw new Refusal('processing-failure/filename-too-long', `A name has at most ${length['max_length']} characters here.`);
  }
}

/** Refuses to make, rename, move or remove a folder where the structure is locked. */
export function checkStructure(state: State, path: string): void {
  if (ruleAt(state, parentOf(path), 'lock_subfolders')) {
    throw new Refusal('processing-failure/subfolder-locked', 'The subfolders of this folder are locked.');
  }
}

/** `strftime`, and the letters of the older timestamps, as far as names use them; UTC. */
function format(pattern: string, when: Date): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = when.toISOString().split(/\D/);
  const letters: Readonly<Record<string, string>> = { Y: year, m: month, d: day, H: hour, M: minute, S: second };
  return pattern
    .replace(/%([YmdHMS])/g, (whole, letter: string) => letters[letter] ?? whole)
    .replace('YYYY', year)
    .replace('MM', month)
    .replace('DD', day)
    .replace('hh', hour)
    .replace('mm', minute)
    .replace('ss', second);
}

/** Where a file ends up that was uploaded to a path: folders rename what they receive and sort it into subfolders. */
export function arrangedPath(state: State, path: string, when: Date): string {
  const folder = parentOf(path);
  let name = nameOf(path);
  const override = object(ruleAt(state, folder, 'override_upload_filename')?.value)['filename_override_pattern'];
  if (typeof override === 'string') {
    const [base, extension] = split(name);
    name = format(override.replaceAll('%Fb', base).replaceAll('%Fe', extension), when);
  }
  const stamp = object(ruleAt(state, folder, 'append_timestamp')?.value)['format'];
  if (typeof stamp === 'string') {
    const [base, extension] = split(name);
    name = base + format(stamp, when) + extension;
  }
  const length = object(ruleAt(state, folder, 'limit_filename_length')?.value);
  if (length['shorten'] === true && typeof length['max_length'] === 'number' && name.length > length['max_length']) {
    const [base, extension] = split(name);
    name = base.slice(0, Math.max(length['max_length'] - extension.length, 1)) + extension;
  }
  const sort = object(ruleAt(state, folder, 'organize_files_into_subfolders')?.value);
  let subfolder = '';
  if (typeof sort['strftime_format'] === 'string') subfolder = format(sort['strftime_format'], when);
  else if (typeof sort['regex'] === 'string') subfolder = new RegExp(sort['regex'].replace(/^\/|\/$/g, '')).exec(name)?.[1] ?? '';
  return [folder, subfolder, name].filter(Boolean).join('/');
}
