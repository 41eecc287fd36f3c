import { BackendError } from '../backend/errors.js';
import type { Download } from '../backend/item.js';
import { pause, throwIfAborted } from './memory.gate.js';
import type { FileEntry } from './memory.tree.js';

/** A file's bytes, or a part's. Few of them stay in the heap: a browser asks another process for every Blob. */
export type Bytes = Blob | Uint8Array;

// above this, bytes are worth a Blob, which a browser keeps outside of the heap
const FEW = 8 * 2 ** 10;
// so many are collected in the heap before they become one
const FLUSH = 4 * 2 ** 20;

/** How many bytes there are. */
export const sizeOf = (bytes: Bytes): number => (bytes instanceof Blob ? bytes.size : bytes.length);

/** One Blob of several pieces. Types of TypeScript before 5.7 know no kinds of buffers, so that they cannot say that none is shared. */
export const blobOf = (pieces: readonly Bytes[], type = ''): Blob => new Blob(pieces as BlobPart[], { type });

/** What `collect` is to know of the bytes that come. */
export interface Expected {
  /** Bytes, exactly. */
  length: number;
  /** Bytes per second. */
  speed?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Takes in a stream; rejects with `invalid` when it is not exactly as long as announced. */
export async function collect(bytes: ReadableStream<Uint8Array>, { length, speed, signal }: Expected): Promise<Bytes> {
  const reader = bytes.getReader();
  // a reader that is cancelled stops waiting for a source that says nothing
  const stop = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  const blobs: Blob[] = [];
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      throwIfAborted('write', signal);
      if (done) break;
      size += value.length;
      if (size > length) throw new BackendError('invalid', `More than the ${length} bytes came that were announced.`);
      held.push(value);
      heldBytes += value.length;
      if (heldBytes >= FLUSH) {
        blobs.push(blobOf(held));
        held = [];
        heldBytes = 0;
      }
      if (speed) await pause((value.length / speed) * 1000, 'write', signal);
    }
    if (size < length) throw new BackendError('invalid', `${size} bytes came of the ${length} that were announced.`);
    return size <= FEW ? joined(held, size) : blobOf([...blobs, ...held]);
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Pieces in one array of their own: one that is a view would keep all that it looks at. */
function joined(pieces: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Seconds that a `blob:` URL works after it was last asked for. */
const LIFETIME = 300;
// a blob: URL has the page's origin: what a browser would run as a document goes out as plain bytes
const HARMLESS = /^(?:image\/(?!svg)|audio\/|video\/|text\/plain|application\/pdf)/;

/** `blob:` URLs of files, one each. */
export function createAddresses() {
  const addresses = new Map<string, { url: string; timer: ReturnType<typeof setTimeout> }>();
  const revoke = (id: string) => {
    const address = addresses.get(id);
    if (!address) return;
    clearTimeout(address.timer);
    URL.revokeObjectURL(address.url);
    addresses.delete(id);
  };
  return {
    /** Ends a file's URL before its time. */
    revoke,
    address: ({ id, bytes, facts }: FileEntry): Download => {
      const known = addresses.get(id);
      clearTimeout(known?.timer);
      const type = facts.type !== undefined && HARMLESS.test(facts.type) ? facts.type : 'application/octet-stream';
      const url = known?.url ?? URL.createObjectURL(blobOf([bytes], type));
      const timer = setTimeout(revoke, LIFETIME * 1000, id);
      // in Node a URL must not keep the process alive
      (timer as { unref?: () => void }).unref?.();
      addresses.set(id, { url, timer });
      return { ids: [id], url, expires: LIFETIME };
    },
  };
}
