import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Ref } from '../backend/item.js';

/** Gives the bytes of a file, wherever they are. */
export type Source = (item: Ref, range: { start: number; end?: number }, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

/** Reads a backend's files: by its own `read`, else from the URL that it gives. */
export function sourceOf(backend: Backend): Source {
  const read = backend.read?.bind(backend);
  return read
    ? (item, range, signal) => read({ id: item.id }, range, { signal })
    : (item, range, signal) => fetched(backend, item, range, signal);
}

async function fetched(
  backend: Backend,
  item: Ref,
  { start, end }: { start: number; end?: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const [download] = await backend.download([{ id: item.id }], { signal });
  if (!download) throw new BackendError('server', 'The backend gave no URL to download from.');
  const whole = start === 0 && end === undefined;
  const headers: HeadersInit = whole ? {} : { range: `bytes=${start}-${end === undefined ? '' : String(end - 1)}` };
  const response = await fetch(download.url, { headers, signal });
  if (!response.ok || (!whole && response.status !== 206)) {
    await response.body?.cancel();
    throw new BackendError('server', `The store answered ${response.status} to a download.`);
  }
  return response.body ?? new Blob([]).stream();
}
