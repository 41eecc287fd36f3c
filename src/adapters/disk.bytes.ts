import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BackendError } from '../backend/errors.js';
import { isErrno, throwIfAborted } from './disk.errors.js';

/** Opens a file only if its name is no symbolic link; a pipe that has no writer does not block. (What a system lacks counts as 0.) */
export const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Bytes gathered before they are written at once: a system call for each 64 KiB of a socket costs a fifth of the speed. */
const BATCH = 512 * 1024;
const MOST_CHUNKS = 512;
/** Bytes of a stream after which the disk takes what is there, so that little is left to be flushed at its end, while nobody sends. */
const AHEAD = 8 * 1024 * 1024;
const COPY = 1024 * 1024;

// Node reads this variable itself when it starts its threads for files; four is what it takes without
const THREADS = Math.max(1, Number(process.env['UV_THREADPOOL_SIZE'] ?? 4) || 4);
const waiting: (() => void)[] = [];
let lanes = Math.max(1, THREADS - 1);

/**
 * Runs a deed that may keep one of Node's few file threads busy for long (writing, flushing) so that one thread
 * is always left: a listing never waits behind bytes.
 */
export async function heavy<T>(deed: () => Promise<T>): Promise<T> {
  if (lanes > 0) lanes -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await deed();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else lanes += 1;
  }
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], size: number, position: number): Promise<void> {
  let { bytesWritten } = await heavy(() => handle.writev(chunks, position));
  if (bytesWritten === size) return;
  // a disk that is nearly full takes a first part; the next write says why
  const bytes = Buffer.concat(chunks);
  while (bytesWritten < size)
    bytesWritten += (await heavy(() => handle.write(bytes, bytesWritten, size - bytesWritten, position + bytesWritten))).bytesWritten;
}

let ahead = false;

/** Flushes while more bytes come. One at a time: a flush of one file holds up another's, and threads are few. */
async function flushAhead(handle: FileHandle): Promise<void> {
  ahead = true;
  try {
    await heavy(() => handle.datasync());
  } finally {
    ahead = false;
  }
}

/**
 * Writes a stream of exactly `length` bytes at `position`. Holds two batches at most: one is written while the next one comes.
 * Rejects with `invalid` for a byte too many (at once) or too few; the stream is then cancelled.
 */
export async function pour(
  stream: ReadableStream<Uint8Array>,
  handle: FileHandle,
  position: number,
  length: number,
  signal: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  let writing: Promise<void> = Promise.resolve();
  let batch: Uint8Array[] = [];
  let size = 0;
  let written = 0;
  let flushing: Promise<void> = Promise.resolve();
  let flushed = 0;
  const flush = async () => {
    await writing;
    writing = writeAll(handle, batch, size, position + written);
    // awaited before the next batch; until then its failure is nobody's unhandled one
    writing.catch(() => undefined);
    written += size;
    batch = [];
    size = 0;
    if (ahead || written - flushed < AHEAD) return;
    flushed = written;
    await flushing;
    flushing = flushAhead(handle);
    flushing.catch(() => undefined);
  };
  try {
    throwIfAborted(signal);
    for (;;) {
      const { done, value } = await reader.read();
      throwIfAborted(signal);
      if (done) break;
      if (!(value instanceof Uint8Array)) throw new BackendError('invalid', 'A part is a stream of bytes.');
      if (value.length === 0) continue;
      batch.push(value);
      size += value.length;
      if (written + size > length) throw new BackendError('invalid', `The part has more than the ${length} bytes announced.`);
      if (size >= BATCH || batch.length >= MOST_CHUNKS) await flush();
    }
    if (size > 0) await flush();
    await writing;
    await flushing;
    if (written < length) throw new BackendError('invalid', `The part has ${written} bytes; ${length} were announced.`);
  } catch (error) {
    void reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.allSettled([writing, flushing]);
  }
}

/** Copies a range between two open files. `step` is told of every piece and may throw to stop. Rejects with `changed` where the source ends early. */
export async function copyRange(
  from: { handle: FileHandle; position: number },
  to: { handle: FileHandle; position: number },
  length: number,
  step: (bytes: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(COPY, length));
  for (let done = 0; done < length;) {
    const { bytesRead } = await heavy(() => from.handle.read(buffer, 0, Math.min(COPY, length - done), from.position + done));
    if (bytesRead === 0) throw new BackendError('changed', 'The file became shorter while it was copied.');
    await writeAll(to.handle, [buffer.subarray(0, bytesRead)], bytesRead, to.position + done);
    done += bytesRead;
    step(bytesRead);
  }
}

interface Sync {
  running: Promise<void>;
  next?: Promise<void>;
}

const syncs = new Map<string, Sync>();

async function syncNow(path: string): Promise<void> {
  try {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await heavy(() => handle.sync());
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows and some network file systems flush no folders
    if (!isErrno(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOENT')) throw error;
  }
}

function startSync(path: string): Promise<void> {
  const sync: Sync = { running: syncNow(path) };
  syncs.set(path, sync);
  const leave = () => {
    if (!sync.next) syncs.delete(path);
  };
  sync.running.then(leave, leave);
  return sync.running;
}

/** Makes the names in a folder survive a power cut. Callers that come while a flush runs share the one after it. */
export function syncFolder(path: string): Promise<void> {
  const current = syncs.get(path);
  if (!current) return startSync(path);
  current.next ??= current.running.catch(() => undefined).then(() => startSync(path));
  return current.next;
}
