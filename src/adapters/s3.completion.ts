import { BackendError } from '../backend/errors.js';
import type { Completed, Conflict } from '../backend/upload.js';
import { copyObject } from './s3.copying.js';
import { finish } from './s3.ends.js';
import { isKind, missing } from './s3.errors.js';
import { type Ground, holding } from './s3.ground.js';
import { abortUpload, finishUpload, type StoredPart, uploadsOf } from './s3.multipart.js';
import { isFolderId } from './s3.names.js';
import { head, type S3Object } from './s3.objects.js';
import { settle } from './s3.settle.js';
import { stageKey } from './s3.stage.js';
import type { OpenUpload } from './s3.ticket.js';
import { type Entry, find, itemOf, look } from './s3.tree.js';

type Signal = AbortSignal | undefined;

/** Heeded by AWS, R2 and MinIO when parts become an object; Ceph 16 takes no notice, and there the lock and a look before must do. */
const ONLY_NEW = { 'if-none-match': '*' };

/** Gives a file that came together hidden its name, by a copy within the store. */
async function publishStaged(
  ground: Ground,
  upload: OpenUpload,
  whole: StoredPart[],
  conflict: Conflict,
  signal: Signal,
): Promise<Completed> {
  const { api, keys } = ground;
  const { id, parent, name, type, multipart } = upload;
  const becoming = { type: type || 'application/octet-stream', upload: id };
  const made: { object?: S3Object | undefined } = {};
  const stage = stageKey(ground, upload);
  if (multipart !== undefined && whole.length > 0) await finishUpload(api, stage, multipart, whole, {}, signal);
  const [only] = whole;
  const bytes = multipart === undefined && only ? { ...only, key: stage } : await head(api, stage, signal);
  if (!bytes) throw missing(name);
  const settled = await settle(ground, {
    parent,
    name,
    kind: 'file',
    conflict,
    signal,
    place: async (free) => {
      made.object = await copyObject(ground, bytes, keys.keyOf(free), becoming, signal);
    },
    isSame: ({ object }) => object?.upload === id,
    isBusy: async (free) => (await uploadsOf(api, keys.keyOf(free), signal)).length > 0,
  });
  if ('exists' in settled) return { exists: itemOf(settled.exists) };
  await finish(ground, upload, 'placed' in settled ? { item: settled.placed } : { skipped: settled.skipped.id });
  await ground.remove(stage);
  if ('skipped' in settled) return { skipped: itemOf(settled.skipped) };
  return { item: itemOf(made.object ? { id: settled.placed, object: made.object } : await find(ground, settled.placed, signal)) };
}

/** Makes the parts under an item's own key that item, if the name is still to be had. */
async function publishBound(
  ground: Ground,
  upload: OpenUpload,
  bound: string,
  whole: StoredPart[],
  conflict: Conflict,
  signal: Signal,
): Promise<Completed> {
  const { api, keys } = ground;
  const multipart = upload.multipart ?? '';
  const key = keys.keyOf(bound);
  const met = async (there: Entry): Promise<Completed> => {
    if (conflict === 'ask') return { exists: itemOf(there) };
    if (conflict === 'skip') {
      await finish(ground, upload, { skipped: there.id });
      await abortUpload(api, key, multipart);
      return { skipped: itemOf(there) };
    }
    if (conflict === 'replace') throw new BackendError('exists', `${JSON.stringify(there.id)} is a folder; a file cannot replace it.`);
    throw new BackendError(
      'changed',
      `${JSON.stringify(bound)} was put there by somebody else meanwhile, and the store cannot give these parts another name: send the file again.`,
    );
  };
  return holding(
    ground,
    bound,
    async () => {
      const there = await look(ground, bound, signal);
      // Asked twice at once: the other one was faster.
      if (there?.object?.upload === upload.id) return { item: itemOf(there) };
      if (there && (conflict !== 'replace' || isFolderId(there.id))) return met(there);
      try {
        await finishUpload(api, key, multipart, whole, conflict === 'replace' ? {} : ONLY_NEW, signal);
      } catch (error) {
        // Somebody who does not know of the lock, at this very moment.
        const other = isKind(error, 'PreconditionFailed') ? await look(ground, bound, signal) : undefined;
        if (other) return met(other);
        throw error;
      }
      const [made] = await Promise.all([find(ground, bound, signal), finish(ground, upload, { item: bound })]);
      return { item: itemOf(made) };
    },
    signal,
  );
}

/** Makes an upload, all of whose bytes are there, an item. */
export const publish = (ground: Ground, upload: OpenUpload, whole: StoredPart[], conflict: Conflict, signal: Signal): Promise<Completed> =>
  upload.bound === undefined
    ? publishStaged(ground, upload, whole, conflict, signal)
    : publishBound(ground, upload, upload.bound, whole, conflict, signal);
