import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';

/**
 * Reads a stored file, for what a page shows of it by itself. Rejects with `too-large` as soon as it has more than `most` bytes,
 * and with `offline` where the page cannot reach it.
 */
export async function readStored(backend: Backend, item: Item, most: number, signal: AbortSignal): Promise<Blob> {
  const stream = await open(backend, item, signal);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces);
    size += value.length;
    if (size > most) {
      void reader.cancel();
      throw new BackendError('too-large', `"${item.name}" has more than the ${String(most)} bytes that are shown.`);
    }
    pieces.push(value as Uint8Array<ArrayBuffer>);
  }
}

async function open(backend: Backend, item: Item, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  if (backend.read !== undefined) return backend.read(item, { start: 0 }, { signal });
  const [download] = await backend.download([item], { signal });
  if (!download) throw new BackendError('not-found', `There is no address of "${item.name}".`);
  const response = await fetch(download.url, { signal, credentials: 'omit' }).catch((error: unknown) => {
    throw new BackendError('offline', `"${item.name}" cannot be read from this page.`, { cause: error });
  });
  if (!response.ok || !response.body) throw new BackendError('server', `"${item.name}" was answered with ${String(response.status)}.`);
  return response.body;
}
