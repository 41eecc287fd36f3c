import type { Conflict } from '../backend/upload.js';
import { copyObject } from './s3.copying.js';
import { throwIfAborted, unlessGone } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { parentOf } from './s3.names.js';
import { deleteObject, deleteAll, listKeys } from './s3.objects.js';
import { settle, type Settled } from './s3.settle.js';
import { type Entry, keepFolder, markFolder } from './s3.tree.js';

/** Objects that are copied at once. */
const AT_ONCE = 8;
/** Objects between two looks at the clock. */
const BATCH = 64;

/** How far the contents of a folder are on their way. */
export interface Progress {
  /** The folder that they go to. */
  to: string;
  /** The last key that is copied; a move needs none, as what is moved is gone. */
  after?: string;
  done: number;
}

/** Where a thing is to go. */
export interface Destination {
  parent: string;
  name: string;
  conflict: Conflict;
}

/** Does something to each of many, a few at a time. */
export async function inParallel<T>(things: readonly T[], deed: (thing: T) => Promise<void>): Promise<void> {
  const left = [...things];
  const work = async (): Promise<void> => {
    for (let thing = left.shift(); thing !== undefined; thing = left.shift()) await deed(thing);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Carries on with what is in a folder until the time is up; answers how far it is, or nothing when all is done. */
export async function carryBelow(
  ground: Ground,
  call: 'move' | 'copy',
  from: string,
  { to, after, done }: Progress,
  until: number,
  signal?: AbortSignal,
): Promise<Progress | undefined> {
  const { api, keys } = ground;
  const [source, target] = [keys.keyOf(from), keys.keyOf(to)];
  for (let last = after, count = done; ;) {
    throwIfAborted(signal);
    const { objects, next } = await listKeys(api, source, { flat: true, limit: BATCH, after: call === 'copy' ? last : undefined, signal });
    const batch = objects.map(({ key }) => key);
    // What somebody else has deleted meanwhile is not missed.
    await inParallel(objects, (object) =>
      unlessGone(copyObject(ground, object, target + object.key.slice(source.length), undefined, signal)).then(() => undefined),
    );
    if (call === 'move') await deleteAll(api, batch, signal);
    last = batch.at(-1) ?? last;
    count += batch.length;
    if (next === undefined) break;
    if (Date.now() > until) return { to, done: count, ...(last !== undefined && { after: last }) };
  }
  if (call === 'move') await keepFolder(ground, parentOf(from), signal);
  return undefined;
}

/** Gives an item, or a copy of it, its new name. Of a folder this makes the new one; {@link carryBelow} brings what is in it. */
export async function carry(
  ground: Ground,
  call: 'move' | 'copy',
  { id, object }: Entry,
  destination: Destination,
  signal?: AbortSignal,
): Promise<Settled> {
  const { api, keys } = ground;
  const settled = await settle(ground, {
    ...destination,
    kind: object ? 'file' : 'folder',
    signal,
    place: (free) => (object ? copyObject(ground, object, keys.keyOf(free), undefined, signal) : markFolder(ground, free, signal)),
    over: (there) => (object ? copyObject(ground, object, keys.keyOf(there), undefined, signal) : Promise.resolve()),
  });
  if (object && call === 'move' && 'placed' in settled) {
    await deleteObject(api, keys.keyOf(id), signal);
    await keepFolder(ground, parentOf(id), signal);
  }
  return settled;
}

/** Carries an item with all that is in it, however long that takes. */
export async function transferAll(
  ground: Ground,
  call: 'move' | 'copy',
  entry: Entry,
  destination: Destination,
  signal?: AbortSignal,
): Promise<Settled> {
  const settled = await carry(ground, call, entry, destination, signal);
  if (!entry.object && 'placed' in settled) await carryBelow(ground, call, entry.id, { to: settled.placed, done: 0 }, Infinity, signal);
  return settled;
}
