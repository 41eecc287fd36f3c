import type { Item, Permission } from '../backend/item.js';
import { invalid, missing } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { checkFolderId, isFolderId, nameOf, parentOf } from './s3.names.js';
import { hasBelow, head, listKeys, putObject, type S3Object } from './s3.objects.js';

type Signal = AbortSignal | undefined;

/** A thing that has a name: an object, or a folder, which is a prefix that at least one key has. */
export interface Entry {
  id: string;
  /** Of a file. */
  object?: S3Object | undefined;
}

const FILE: Permission[] = ['download', 'preview', 'rename', 'move', 'copy', 'remove'];
const ROOT_FOLDER: Permission[] = ['list', 'upload', 'createFolder'];
const FOLDER: Permission[] = [...ROOT_FOLDER, 'rename', 'move', 'copy', 'remove'];

/** An entry as items are. */
export function itemOf({ id, object }: Entry): Item {
  if (id === '') return { id, name: '', kind: 'folder', can: [...ROOT_FOLDER] };
  const parent = { id: parentOf(id) };
  if (!object) return { id, name: nameOf(id), kind: 'folder', parent, can: [...FOLDER] };
  const { size, modified, type } = object;
  return { id, name: nameOf(id), kind: 'file', size, modified, ...(type !== undefined && { type }), parent, can: [...FILE] };
}

/** Looks for an item; nothing where there is none. */
export async function seek({ api, keys }: Ground, id: string, signal?: Signal): Promise<Entry | undefined> {
  const key = keys.keyOf(id);
  if (id === '') return { id };
  if (isFolderId(id)) return (await hasBelow(api, key, signal)) ? { id } : undefined;
  const object = await head(api, key, signal);
  return object && { id, object };
}

/** An item that must be there. */
export async function find(ground: Ground, id: string, signal?: Signal): Promise<Entry> {
  const entry = await seek(ground, id, signal);
  if (!entry) throw missing(id);
  return entry;
}

/** A folder that must be there. */
export async function findFolder(ground: Ground, id: string, signal?: Signal): Promise<void> {
  checkFolderId(id);
  await find(ground, id, signal);
}

/** Keys that begin as a name does, among which it is looked for. */
const ALIKE = 50;

/** What has a name in a folder, whatever it is: a file before a folder, where other tools have made both. Mostly one request. */
export async function look(ground: Ground, id: string, signal?: Signal): Promise<Entry | undefined> {
  const file = id.replace(/\/$/, '');
  const key = ground.keys.keyOf(file);
  const { objects, prefixes, next } = await listKeys(ground.api, key, { limit: ALIKE, signal });
  if (next !== undefined) {
    const [object, folder] = await Promise.all([seek(ground, file, signal), seek(ground, `${file}/`, signal)]);
    return object ?? folder;
  }
  const object = objects.some((one) => one.key === key) ? await seek(ground, file, signal) : undefined;
  return object ?? (prefixes.includes(`${key}/`) ? { id: `${file}/` } : undefined);
}

/** The key that is there only so that a folder is. */
export const markFolder = async ({ api, keys }: Ground, id: string, signal?: Signal): Promise<void> => {
  await putObject(api, keys.keyOf(id), '', { headers: { 'content-type': 'application/x-directory' }, signal });
};

/** Keeps a folder that has lost what was in it: without a key below it there would be none. */
export async function keepFolder(ground: Ground, id: string, signal?: Signal): Promise<void> {
  if (id !== '' && !(await seek(ground, id, signal))) await markFolder(ground, id, signal);
}

/** Refuses to go through a file as if it were a folder. */
export async function checkWay(ground: Ground, folder: string, steps: readonly string[], signal?: Signal): Promise<void> {
  const ways = steps.map((_, index) => folder + steps.slice(0, index + 1).join('/'));
  const files = await Promise.all(ways.map((way) => seek(ground, way, signal)));
  const file = files.find((entry) => entry);
  if (file) throw invalid(`${JSON.stringify(file.id)} is a file; a folder was expected.`);
}
