import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import { packedName, type DownloadPass } from './download-pass.js';
import { sliceOf } from './range.js';
import { sourceOf } from './source.js';
import { zip } from './zip.js';

/** A file name for `Content-Disposition` (RFC 6266): what old clients understand, and the name itself. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** A media type that can stand in a header; what a page once announced may be anything. */
const typeOf = ({ type }: Item): string =>
  type && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; ?[\w-]+=[\w."-]+)*$/.test(type) ? type : 'application/octet-stream';

/** Answers a download: one file with ranges, or a ZIP as it is packed. */
export async function give(request: Request, pass: DownloadPass, backend: Backend, store: Store): Promise<Response> {
  if (Date.now() > pass.until) throw new BackendError('expired', 'This address has expired; ask for a new one.');
  const { what } = pass;
  if ('file' in what) return giveFile(request, backend, await backend.item({ id: what.file }, { signal: request.signal }));
  const ids = 'zip' in what ? what.zip : ((await store.get(what.zipAt))?.value as string[] | undefined);
  if (!ids) throw new BackendError('expired', 'This address has expired; ask for a new one.');
  const items = await Promise.all(ids.map((id) => backend.item({ id }, { signal: request.signal })));
  return giveZip(request, backend, items, items);
}

/** Answers with a ZIP as it is packed; `called`: what its own name is made of. */
export function giveZip(
  request: Request,
  backend: Backend,
  items: Iterable<Item> | AsyncIterable<Item>,
  called: readonly Pick<Item, 'name'>[],
): Response {
  const headers = { 'content-type': 'application/zip', 'content-disposition': disposition(packedName(called)) };
  return new Response(request.method === 'HEAD' ? null : zip(backend, sourceOf(backend), items), { headers });
}

/** Answers with a file, or the range of it that is asked for. */
export async function giveFile(request: Request, backend: Backend, item: Item): Promise<Response> {
  const { size, modified } = item;
  const headers = new Headers({ 'content-type': typeOf(item), 'content-disposition': disposition(item.name) });
  const lastModified = modified === undefined ? undefined : new Date(modified).toUTCString();
  if (lastModified) headers.set('last-modified', lastModified);
  const etag = size === undefined || modified === undefined ? undefined : `"${size.toString(36)}-${modified.toString(36)}"`;
  if (etag) headers.set('etag', etag);
  const source = sourceOf(backend);
  const isHead = request.method === 'HEAD';
  if (size === undefined) return new Response(isHead ? null : await source(item, { start: 0 }, request.signal), { headers });

  headers.set('accept-ranges', 'bytes');
  const condition = request.headers.get('if-range');
  const range = condition === null || condition === etag || condition === lastModified ? request.headers.get('range') : null;
  const slice = isHead ? undefined : sliceOf(range, size);
  if (slice === false) {
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = slice ?? { start: 0, end: size };
  headers.set('content-length', String(end - start));
  if (slice) headers.set('content-range', `bytes ${start}-${String(end - 1)}/${size}`);
  const body = isHead || end === start ? null : await source(item, { start, end }, request.signal);
  return new Response(body, { status: slice ? 206 : 200, headers });
}
