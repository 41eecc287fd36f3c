import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Backend, type CallOptions, defineBackend } from '../backend/backend.js';
import { type Capabilities, NOTHING } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Quota, Ref } from '../backend/item.js';
import type { UploadCapability } from '../backend/upload.js';
import { diskError, throwIfAborted } from './disk.errors.js';
import { createFolder, item, rename, rules } from './disk.items.js';
import { list } from './disk.listing.js';
import { read } from './disk.reading.js';
import { remove } from './disk.removal.js';
import { transfer } from './disk.transfers.js';
import { findFolder } from './disk.tree.js';
import { abort, complete, init, parts, write } from './disk.uploads.js';
import { openVolume, type Volume } from './disk.volume.js';

export { sweepDisk } from './disk.sweep.js';

/** Where a disk backend keeps its files, and what it takes. */
export interface DiskOptions {
  /** The folder that is shown and filled. Made if it is missing. */
  root: string;
  /** Where unfinished uploads are kept: on the same file system, outside the root. Unless told otherwise, a hidden folder in the root. */
  stage?: string;
  /** What a page's memory of unfinished uploads is keyed by; derived from the root unless told otherwise. */
  account?: string;
  /** Bytes; 16 TiB unless told otherwise. */
  maxFileSize?: number;
  /** Bytes of a part, where nothing speaks for another size; 32 MiB unless told otherwise. */
  partSize?: number;
  /** Milliseconds after which a long move, copy or removal answers `pending`; 10,000 unless told otherwise. */
  answerWithin?: number;
}

const MIB = 2 ** 20;
const told = (ref: Ref | undefined) => JSON.stringify(ref?.id);
const LIST = { pageSize: 1000, sort: ['name', 'size', 'modified'], search: 'tree', total: true } satisfies Capabilities['list'];

const capable = ({
  root,
  account,
  maxFileSize = 16 * MIB * MIB,
  partSize = 32 * MIB,
}: DiskOptions): Capabilities & { upload: UploadCapability } => ({
  ...NOTHING,
  account: account ?? `disk:${createHash('sha256').update(resolve(root)).digest('hex').slice(0, 16)}`,
  quota: true,
  upload: {
    partSize: { min: 1, max: maxFileSize, preferred: Math.min(partSize, maxFileSize) },
    cuts: 'free',
    maxParts: 10_000,
    maxFileSize,
    parallelParts: 6,
    parallelFiles: 64,
    retryParts: true,
    bytes: 'relay',
    resume: 'parts',
    retryStatus: [],
    conflict: ['ask', 'rename', 'replace', 'skip'],
    folders: 'path',
    needsDelivery: false,
    digest: false,
    sizeEnforced: 'stream',
  },
  list: LIST,
  item: true,
  rules: true,
  createFolder: true,
  rename: true,
  move: true,
  copy: true,
  remove: true,
  download: { bytes: 'relay', ranges: true },
});

/** Refuses options that no disk could follow, before anything is made. */
function check({ root, maxFileSize, partSize, answerWithin }: DiskOptions): void {
  if (typeof root !== 'string' || root === '')
    throw new BackendError('invalid', 'A disk backend needs "root", the folder to keep files in.');
  for (const [name, value] of Object.entries({ maxFileSize, partSize }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw new BackendError('invalid', `"${name}" is a whole number of bytes above 0, not ${String(value)}.`);
  if (answerWithin !== undefined && !(answerWithin >= 0)) throw new BackendError('invalid', '"answerWithin" is a number of milliseconds.');
}

/**
 * A backend that keeps files in a folder of this machine: for servers, with a relay before it, which makes URLs of `write` and `read`.
 *
 * - An item's id is its path below the root. Every name of it is checked at every call; symbolic links are neither shown nor followed.
 * - What is not finished lies in the stage, which no id reaches. A file gets its name by an exclusive link, after its bytes were checked
 *   and flushed, so the file system must have hard links, and root and stage must be on one. Made for Linux; macOS will do.
 * - Any number of processes may use one root at the same time. It has to be a local file system: over a network, two machines
 *   would not see each other's claims in time.
 * - {@link sweepDisk} is to be called now and then.
 */
export function disk(options: DiskOptions): Backend {
  check(options);
  const { answerWithin = 10_000 } = options;
  const can = capable(options);
  let opening: Promise<Volume> | undefined;
  const open = (): Promise<Volume> => {
    // one that failed is tried again by the next call
    opening ??= openVolume(options).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const run = async <T>(
    deed: string,
    how: CallOptions | undefined,
    act: (volume: Volume, signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> => {
    try {
      throwIfAborted(how?.signal);
      const volume = await open();
      throwIfAborted(how?.signal);
      return await act(volume, how?.signal);
    } catch (error) {
      throw diskError(error, deed);
    }
  };

  return defineBackend({
    capabilities: ({ folder }, how) =>
      run('Asking for capabilities', how, async ({ root }) => {
        if (folder) await findFolder(root, folder);
        return structuredClone(can);
      }),
    quota: (how) =>
      run('Asking for room', how, async ({ root }): Promise<Quota> => {
        const { bavail, bfree, blocks, bsize } = await statfs(root);
        return { storageLeft: bavail * bsize, storageUsed: (blocks - bfree) * bsize };
      }),

    init: (file, where, how) => run('Opening the upload', how, (volume, signal) => init(volume, file, where, can.upload, signal)),
    write: (ticket, part, bytes, how) =>
      run('Storing the part', how, (volume, signal) => write(volume, ticket, part, bytes, can.upload, signal)).catch((error: unknown) => {
        // a stream that was refused before it was read is told, so that its sender stops
        if (!bytes.locked) bytes.cancel(error).catch(() => undefined);
        throw error;
      }),
    parts: (ticket, how) => run('Looking for parts', how, (volume) => parts(volume, ticket)),
    complete: (ticket, named, given, how) =>
      run('Completing the upload', how, (volume, signal) => complete(volume, ticket, named, given, signal)),
    abort: (ticket, how) => run('Ending the upload', how, (volume) => abort(volume, ticket)),

    list: (folder, page, how) => run(`Listing ${told(folder)}`, how, ({ root }, signal) => list(root, folder, page, LIST, signal)),
    item: (ref, how) => run(`Looking at ${told(ref)}`, how, ({ root }) => item(root, ref)),
    rules: (folder, how) => run(`Looking at ${told(folder)}`, how, ({ root }) => rules(root, folder, can.upload.maxFileSize)),
    createFolder: (parent, name, { conflict }, how) =>
      run('Making the folder', how, ({ root }) => createFolder(root, parent, name, conflict)),
    rename: (ref, name, how) => run(`Renaming ${told(ref)}`, how, ({ root }) => rename(root, ref, name)),
    move: (items, given, how) => run('Moving', how, (volume, signal) => transfer(volume, 'move', items, given, answerWithin, signal)),
    copy: (items, given, how) => run('Copying', how, (volume, signal) => transfer(volume, 'copy', items, given, answerWithin, signal)),
    remove: (items, given, how) => run('Removing', how, (volume, signal) => remove(volume, items, given, answerWithin, signal)),
    read: (ref, range, how) => run(`Reading ${told(ref)}`, how, ({ root }, signal) => read(root, ref, range, signal)),
  });
}
