import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import type { Json, Ref } from '../backend/item.js';
import type {
  Completed,
  Conflict,
  FileDescription,
  Initiated,
  Part,
  PartsState,
  UploadCapability,
  UploadedPart,
} from '../backend/upload.js';
import { assembled, choose } from './disk.assembly.js';
import { stopAttempts, takePart, uploadedIn } from './disk.attempts.js';
import { throwIfAborted, unless } from './disk.errors.js';
import { checkName, stepsOf } from './disk.names.js';
import { freeName } from './disk.placing.js';
import { isFinished, publish, storedIn } from './disk.publication.js';
import { newId, openTicket, sealTicket, type Upload } from './disk.ticket.js';
import { findFolder, follow, itemOf, look, within } from './disk.tree.js';
import type { Volume } from './disk.volume.js';

type Signal = AbortSignal | undefined;

/** From this size on, the space that is left is looked at before the first byte. */
const WORTH_LOOKING = 64 * 1024 * 1024;
/** Longest way to a file, in bytes: what Linux takes, less some room for the root. */
const MAX_PATH = 3072;

const unknown = () =>
  new BackendError('not-found', 'There is no such open upload: it is complete, was ended, or was swept after seven days without a byte.');
const folderOf = (volume: Volume, upload: Upload) => join(volume.uploads, upload.id);

async function filesOf(folder: string): Promise<string[]> {
  const files = await unless(['ENOENT'], readdir(folder));
  if (!files) throw unknown();
  return files;
}

const CONFLICTS: readonly unknown[] = ['ask', 'rename', 'replace', 'skip'] satisfies Conflict[];
/** Refuses what is no {@link Conflict}. */
export function checkConflict(conflict: unknown): asserts conflict is Conflict {
  if (!CONFLICTS.includes(conflict))
    throw new BackendError('invalid', `"conflict" is ask, rename, replace or skip, not ${JSON.stringify(conflict)}.`);
}

function opened(file: FileDescription, folder: Ref, conflict: Conflict, limits: UploadCapability): Upload {
  const { name, size, modified } = file;
  checkName(name);
  const steps = stepsOf(file.path);
  if (Buffer.byteLength([folder.id, ...steps, name].join('/')) > MAX_PATH)
    throw new BackendError('invalid', `The way to ${JSON.stringify(name)} is longer than ${MAX_PATH} bytes.`);
  if (!Number.isSafeInteger(size) || size < 0) throw new BackendError('invalid', `A size is a whole number of bytes, not ${size}.`);
  if (size > limits.maxFileSize)
    throw new BackendError('too-large', `${JSON.stringify(name)} has ${size} bytes; this disk takes ${limits.maxFileSize} per file.`);
  if (modified !== undefined && !(Math.abs(modified) <= 8.64e15))
    throw new BackendError('invalid', 'A date is a number of milliseconds since 1970.');
  checkConflict(conflict);
  return { id: newId(), folder: folder.id, steps, name, size, modified: modified ?? null, conflict };
}

/** Opens an upload: a folder of its own in the stage, and nothing that anybody can see. */
export async function init(
  volume: Volume,
  file: FileDescription,
  { folder, conflict }: { folder: Ref; conflict: Conflict },
  limits: UploadCapability,
  signal: Signal,
): Promise<Initiated> {
  const upload = opened(file, folder, conflict, limits);
  const { place } = await findFolder(volume.root, folder);
  const parent = await follow(place, upload.steps);
  let name = upload.name;
  if (parent && conflict === 'rename') name = await freeName(parent, name, 'file');
  else if (parent) {
    const taken = await look(within(parent, name));
    if (taken && conflict === 'ask') return { exists: itemOf(taken) };
    if (taken && conflict === 'skip') return { skipped: itemOf(taken) };
    if (taken?.kind === 'folder') throw new BackendError('exists', `"${taken.place.id}" is a folder; a file does not replace it.`);
  }
  if (upload.size >= WORTH_LOOKING) {
    const { bavail, bsize } = await statfs(volume.root);
    if (upload.size > bavail * bsize) throw new BackendError('quota', `The disk has no room for ${upload.size} bytes.`);
  }
  throwIfAborted(signal);
  await mkdir(folderOf(volume, upload), { mode: 0o700, recursive: true });
  return { ticket: sealTicket(upload, volume.key), path: [place.id, ...upload.steps, name].filter(Boolean).join('/'), upload: limits };
}

/** Takes in a part's bytes. */
export async function write(
  volume: Volume,
  ticket: Json,
  part: Part,
  bytes: ReadableStream<Uint8Array>,
  { maxParts, partSize }: UploadCapability,
  signal: Signal,
): Promise<UploadedPart> {
  const upload = openTicket(ticket, volume.key);
  const { number, start, end } = part;
  const told = `Part ${number} from ${start} to ${end}`;
  if (![number, start, end].every(Number.isSafeInteger) || number < 1 || start < 0 || (start >= end && upload.size > 0))
    throw new BackendError('invalid', `${told} is no slice of a file.`);
  if (number > maxParts) throw new BackendError('invalid', `${told}: a file has ${maxParts} parts at most.`);
  if (end > upload.size) throw new BackendError('invalid', `${told} reaches beyond the ${upload.size} bytes of the file.`);
  if (end - start > partSize.max) throw new BackendError('too-large', `${told} is larger than ${partSize.max} bytes.`);
  const folder = folderOf(volume, upload);
  if (isFinished(await filesOf(folder))) throw unknown();
  const uploaded = await unless(['ENOENT'], takePart(folder, upload.size, part, bytes, signal));
  if (!uploaded) throw unknown();
  return uploaded;
}

/** What is there of an upload, or the item that it became. */
export async function parts(volume: Volume, ticket: Json): Promise<PartsState> {
  const upload = openTicket(ticket, volume.key);
  const folder = folderOf(volume, upload);
  const files = await filesOf(folder);
  const stored = await storedIn(volume, folder, upload, files);
  if (stored && 'item' in stored) return { parts: [], item: stored.item };
  if (stored && 'skipped' in stored) return { parts: [], item: stored.skipped };
  return { parts: uploadedIn(files) };
}

const turns = new Map<string, Promise<unknown>>();

/** One after the other, for each upload: what is asked twice at once in this process is done once. */
async function inTurn<T>(folder: string, deed: () => Promise<T>): Promise<T> {
  const turn = (turns.get(folder) ?? Promise.resolve()).then(deed, deed);
  const settled = turn.catch(() => undefined);
  turns.set(folder, settled);
  try {
    return await turn;
  } finally {
    if (turns.get(folder) === settled) turns.delete(folder);
  }
}

/** Waits for work that goes on when the signal is aborted, but no longer than that. */
function unlessAborted<T>(work: Promise<T>, signal: Signal): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new BackendError('aborted', 'The call was aborted.'));
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Makes the parts one file with its name in the tree. Asked again, here or in another process, it answers the same item. */
export async function complete(
  volume: Volume,
  ticket: Json,
  named: readonly UploadedPart[],
  how: { conflict?: Conflict | undefined },
  signal: Signal,
): Promise<Completed> {
  const upload = openTicket(ticket, volume.key);
  const conflict = how.conflict ?? upload.conflict;
  checkConflict(conflict);
  if (!Array.isArray(named)) throw new BackendError('invalid', 'The parts are a list.');
  const folder = folderOf(volume, upload);
  return inTurn(folder, async () => {
    const files = await filesOf(folder);
    const stored = await storedIn(volume, folder, upload, files);
    if (stored) return stored;
    const chosen = choose(files, upload.size, named);
    try {
      const ready = await unlessAborted(assembled(folder, upload.size, chosen), signal);
      throwIfAborted(signal);
      return await publish(volume, folder, upload, ready, conflict);
    } catch (error) {
      // another process may have finished the same upload in the meantime, and tidied up
      const left = await unless(['ENOENT'], readdir(folder));
      if (!left) throw unknown();
      const finished = await storedIn(volume, folder, upload, left);
      if (finished) return finished;
      throw error;
    }
  });
}

/** Ends an upload and deletes what came of it; an item that it became stays. */
export async function abort(volume: Volume, ticket: Json): Promise<void> {
  const upload = openTicket(ticket, volume.key);
  const folder = folderOf(volume, upload);
  const files = await unless(['ENOENT'], readdir(folder));
  if (!files || (await storedIn(volume, folder, upload, files))) return;
  const grave = join(volume.trash, `upload.${randomBytes(8).toString('hex')}`);
  // gone in one step, so that nothing is written or completed while it is being deleted
  await unless(['ENOENT'], rename(folder, grave));
  await rm(grave, { recursive: true, force: true });
  await stopAttempts(folder);
}
