import { EMPTY, joined } from '../contents.js';
import type { Arriving, Transfer } from './records.js';
import type { Service } from './service.js';
import { identity } from './state.js';

/** What the query of an upload says. */
export interface Told {
  name: string;
  /** Which file it is, where clients number them; else its name tells. */
  fileId: string | undefined;
  chunk: number;
  chunks: number;
  /** The same for all chunks of a file; nothing, where older clients send a file as a whole. */
  chunkSize: number | undefined;
}

/** Why bytes were not taken. */
export interface Refused {
  status: 400 | 403 | 413;
  reason: string;
}

/** Reads what the query says, `named` being what a form called the file. */
export function readTold(query: URLSearchParams, named: string | undefined): Told | Refused {
  const name = query.get('thefilename') ?? named ?? '';
  if (name === '') return { status: 400, reason: 'thefilename is missing.' };
  const number = (key: string): number | undefined => {
    const text = query.get(key);
    return text === null || text === '' ? undefined : /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  };
  const [chunk, chunks, chunkSize] = [number('chunk') ?? 0, number('chunks') ?? 1, number('chunksize')];
  if (!(chunks >= 1) || !(chunk >= 0 && chunk < chunks)) return { status: 400, reason: 'chunk and chunks do not fit together.' };
  if (chunkSize === undefined ? chunks > 1 : !(chunkSize >= 1)) return { status: 400, reason: 'chunksize is missing or no size.' };
  return { name, fileId: query.get('fileid') ?? undefined, chunk, chunks, chunkSize };
}

function lengthIsWrong({ chunk, chunks, chunkSize }: Told, size: number): boolean {
  if (chunkSize === undefined) return false;
  if (chunk < chunks - 1) return size !== chunkSize;
  return size > chunkSize || (size === 0 && chunks > 1);
}

/** Keeps one chunk, in any order and as often as it comes; with the last one missing the file is there. */
export async function receive(
  { state, knobs }: Service,
  transfer: Transfer,
  told: Told,
  bytes: ReadableStream<Uint8Array> | null,
): Promise<Refused | undefined> {
  const key = told.fileId ?? told.name;
  const before = transfer.arriving.get(key);
  if (before && (before.chunks !== told.chunks || before.chunkSize !== (told.chunkSize ?? 0)))
    return { status: 400, reason: 'chunksize and chunks must be the same for all chunks of a file.' };
  const { content, md5 } = await state.contents.write(bytes);
  if (content.size > knobs.maxChunk) return { status: 413, reason: `One request takes up to ${knobs.maxChunk} bytes.` };
  if (lengthIsWrong(told, content.size)) return { status: 400, reason: 'The number of bytes does not fit chunksize.' };
  if (transfer.status === 'STATUS_CANCELLED') return { status: 403, reason: 'The transfer was cancelled.' };
  const entry: Arriving = transfer.arriving.get(key) ?? {
    name: told.name,
    chunkSize: told.chunkSize ?? 0,
    chunks: told.chunks,
    arrived: new Map(),
    fileId: undefined,
  };
  transfer.arriving.set(key, entry);
  entry.arrived.set(told.chunk, { content, md5 });
  if (entry.arrived.size === entry.chunks) await assemble(state, transfer, entry);
  return undefined;
}

async function assemble(state: Service['state'], transfer: Transfer, entry: Arriving): Promise<void> {
  const pieces = Array.from({ length: entry.chunks }, (_, index) => entry.arrived.get(index)?.content ?? EMPTY);
  const content = joined(pieces);
  const only = entry.chunks === 1 ? entry.arrived.get(0)?.md5 : undefined;
  const id = (entry.fileId ??= identity().replaceAll('-', ''));
  const md5 = only ?? (await state.contents.checksums(content)).md5;
  // A chunk that came again meanwhile is put together by whoever brought it.
  if (pieces.some((piece, index) => entry.arrived.get(index)?.content !== piece)) return;
  transfer.files.set(id, { id, name: entry.name, content, md5, downloads: [] });
}
