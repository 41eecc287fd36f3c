import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Completed, Conflict, Initiated, Ticket } from '../backend/upload.js';
import { publish } from './s3.completion.js';
import { endOf, finish } from './s3.ends.js';
import { taken } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { abortUpload, createUpload, partsOf, type StoredPart, uploadsOf } from './s3.multipart.js';
import { isFolderId, nameOf, within } from './s3.names.js';
import { deleteObject, head } from './s3.objects.js';
import { candidates, checkConflict } from './s3.settle.js';
import { bytesKey, openStaged, stageKey, targetOf } from './s3.stage.js';
import { checkFile, checkPart, type OpenUpload, slicesOf, wholeOf } from './s3.ticket.js';
import { checkWay, find, findFolder, itemOf, look } from './s3.tree.js';

/** Up to this size a file goes in one request, in bytes: no store takes smaller parts. */
const SINGLE = 5 * 2 ** 20;

const gone = (): BackendError => new BackendError('not-found', 'The upload of this ticket is not open any more.');

/** The calls that bring a file. Its bytes go straight to the store. */
export function createUploads(ground: Ground): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const { api, keys, signer } = ground;
  const limits = ground.upload;
  const read = (ticket: Ticket): Promise<OpenUpload> => signer.open<OpenUpload>(ticket);

  /**
   * Opens a multipart upload under the item's own key, so that nothing must be copied in the end. Where another one is open there, the older
   * one will have the name, and this one comes together hidden: both see both, whoever asks first.
   */
  const openBound = async (upload: OpenUpload, bound: string, signal?: AbortSignal): Promise<OpenUpload> => {
    const key = keys.keyOf(bound);
    const multipart = await createUpload(api, key, { type: upload.type, upload: upload.id }, signal);
    if (upload.conflict === 'replace') return { ...upload, bound, multipart };
    const open = await uploadsOf(api, key, signal);
    const mine = open.find(({ id }) => id === multipart);
    const isOlder = ({ opened, id }: { opened: number; id: string }): boolean =>
      mine !== undefined && (opened === mine.opened ? id < multipart : opened < mine.opened);
    if (!open.some(isOlder)) return { ...upload, bound, multipart };
    await abortUpload(api, key, multipart, signal);
    return openStaged(ground, upload, signal);
  };

  /** The name under which a file that may be renamed is expected to end. */
  const firstFree = async (parent: string, name: string, there: boolean, signal?: AbortSignal): Promise<string> => {
    for (const id of candidates(ground, { parent, name, kind: 'file' })) {
      if (there && nameOf(id) === name) continue;
      if (!there || !(await look(ground, id, signal))) return id;
    }
    throw taken(name);
  };

  const limitsOf = ({ size, multipart }: OpenUpload): typeof limits => {
    const { partSize, maxParts } = limits;
    if (multipart === undefined) return { ...limits, maxParts: 1, partSize: { ...partSize, preferred: Math.max(partSize.min, SINGLE) } };
    const needed = Math.ceil(size / maxParts);
    return { ...limits, partSize: { ...partSize, preferred: Math.min(partSize.max, Math.max(partSize.preferred, needed)) } };
  };

  /** What the store has of an upload; nothing where it does not know of it. */
  const stored = async (upload: OpenUpload, options?: CallOptions): Promise<StoredPart[] | undefined> => {
    if (upload.multipart !== undefined) return partsOf(api, bytesKey(ground, upload), upload.multipart, options?.signal);
    const object = await head(api, stageKey(ground, upload), options?.signal);
    return object ? [{ number: 1, size: object.size, etag: object.etag, modified: object.modified }] : undefined;
  };

  const ended = async (upload: OpenUpload, options?: CallOptions): Promise<Completed | undefined> => {
    const end = await endOf(ground, upload);
    if (!end) return undefined;
    if ('aborted' in end) throw gone();
    const item = itemOf(await find(ground, 'item' in end ? end.item : end.skipped, options?.signal));
    return 'item' in end ? { item } : { skipped: item };
  };

  /** The item of an upload that came to its end although nobody has heard of it. */
  const arrived = async (upload: OpenUpload, options?: CallOptions): Promise<Item | undefined> => {
    if (upload.bound === undefined) return undefined;
    const object = await head(api, keys.keyOf(upload.bound), options?.signal);
    if (object?.upload !== upload.id) return undefined;
    await finish(ground, upload, { item: upload.bound });
    return itemOf({ id: upload.bound, object });
  };

  return {
    async init(file, { folder, conflict }, options): Promise<Initiated> {
      const signal = options?.signal;
      checkFile(file, limits);
      checkConflict(conflict);
      const steps = file.path ? file.path.split('/') : [];
      const parent = steps.reduce((at, step) => within(keys, at, step, 'folder'), folder.id);
      const wanted = within(keys, parent, file.name, 'file');
      const [there] = await Promise.all([
        look(ground, wanted, signal),
        findFolder(ground, folder.id, signal),
        checkWay(ground, folder.id, steps, signal),
      ]);
      if (there && conflict === 'ask') return { exists: itemOf(there) };
      if (there && conflict === 'skip') return { skipped: itemOf(there) };
      if (there && conflict === 'replace' && isFolderId(there.id)) throw taken(there.id);
      const path = conflict === 'rename' ? await firstFree(parent, file.name, there !== undefined, signal) : wanted;
      const { name, size, type } = file;
      const fresh: OpenUpload = { id: crypto.randomUUID(), parent, name, size, type, conflict };
      const upload = size > SINGLE ? await openBound(fresh, path, signal) : fresh;
      const [ticket, first] = await Promise.all([signer.sign(upload), targetOf(ground, upload, { number: 1 })]);
      return { ticket, path, upload: limitsOf(upload), first };
    },

    async part(ticket, part) {
      const upload = await read(ticket);
      checkPart(upload, part, limits);
      // Of parts the store itself knows whether they are still wanted.
      if (upload.multipart === undefined && (await endOf(ground, upload))) throw gone();
      return targetOf(ground, upload, part);
    },

    async parts(ticket, options) {
      const upload = await read(ticket);
      const there = await stored(upload, options);
      if (!there || upload.multipart === undefined) {
        const end = await ended(upload, options);
        if (end) return { parts: [], item: 'item' in end ? end.item : (end as { skipped: Item }).skipped };
        if (!there && upload.multipart !== undefined) {
          const item = await arrived(upload, options);
          if (!item) throw gone();
          return { parts: [], item };
        }
      }
      return { parts: slicesOf(upload, there ?? [], limits.cuts) };
    },

    async complete(ticket, parts, how, options): Promise<Completed> {
      const upload = await read(ticket);
      const conflict: Conflict = how.conflict ?? upload.conflict;
      checkConflict(conflict);
      const there = await stored(upload, options);
      const isAssembled =
        !there && upload.multipart !== undefined && upload.bound === undefined && (await head(api, stageKey(ground, upload)));
      if (!there && !isAssembled) {
        const end = await ended(upload, options);
        if (end) return end;
        const item = await arrived(upload, options);
        if (item) return { item };
        if (upload.multipart !== undefined) throw gone();
      }
      const whole = isAssembled ? [] : wholeOf(upload, parts, there ?? [], limits);
      return publish(ground, upload, whole, conflict, options?.signal);
    },

    async abort(ticket) {
      const upload = await read(ticket);
      if (await endOf(ground, upload)) return;
      if (upload.bound !== undefined && (await arrived(upload))) return;
      await finish(ground, upload, { aborted: true });
      if (upload.multipart !== undefined) await abortUpload(api, bytesKey(ground, upload), upload.multipart);
      if (upload.bound === undefined) await deleteObject(api, stageKey(ground, upload));
    },
  };
}
