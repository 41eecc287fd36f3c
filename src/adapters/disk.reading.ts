import { type FileHandle, open } from 'node:fs/promises';
import { BackendError } from '../backend/errors.js';
import type { Ref } from '../backend/item.js';
import { READ } from './disk.bytes.js';
import { diskError, throwIfAborted } from './disk.errors.js';
import { find, isSame, missing } from './disk.tree.js';

/** Bytes that one read asks for. */
const CHUNK = 256 * 1024;

async function openFile(root: string, ref: Ref): Promise<{ handle: FileHandle; size: number }> {
  const { kind, stats, place } = await find(root, ref);
  if (kind === 'folder') throw new BackendError('invalid', `"${ref.id}" is a folder; it has no bytes to read.`);
  const handle = await open(place.path, READ);
  const opened = await handle.stat();
  // what was looked at must be what was opened: a link may have come in between
  if (isSame(opened, stats)) return { handle, size: opened.size };
  await handle.close();
  throw missing(ref.id);
}

/**
 * A file's bytes from `start` up to and without `end`, read as they are asked for, one chunk at a time. A range that goes beyond the file
 * ends with it; one that begins beyond it rejects with `invalid`. A file that is cut short meanwhile fails with `changed`.
 */
export async function read(
  root: string,
  ref: Ref,
  { start, end }: { start: number; end?: number },
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
  if (![start, end ?? start].every(Number.isSafeInteger) || start < 0 || (end !== undefined && end < start))
    throw new BackendError('invalid', `From ${start} to ${end} is no range of bytes.`);
  const { handle, size } = await openFile(root, ref);
  if (start > size) {
    await handle.close();
    throw new BackendError('invalid', `"${ref.id}" has ${size} bytes; byte ${start} lies beyond them.`);
  }
  const last = Math.min(end ?? size, size);
  let position = start;
  let closing: Promise<void> | undefined;
  let stop: () => void = () => undefined;
  const close = () => {
    signal?.removeEventListener('abort', stop);
    return (closing ??= handle.close());
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stop = () => {
          controller.error(new BackendError('aborted', 'The call was aborted.'));
          void close();
        };
        signal?.addEventListener('abort', stop, { once: true });
        if (signal?.aborted) stop();
      },
      async pull(controller) {
        try {
          const length = Math.min(CHUNK, last - position);
          const buffer = Buffer.allocUnsafeSlow(length);
          const { bytesRead } = length > 0 ? await handle.read(buffer, 0, length, position) : { bytesRead: 0 };
          throwIfAborted(signal);
          if (bytesRead < 1 && position < last) throw new BackendError('changed', `"${ref.id}" became shorter while it was read.`);
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (position < last) return;
          await close();
          controller.close();
        } catch (error) {
          await close();
          throw diskError(error, `Reading "${ref.id}"`);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
