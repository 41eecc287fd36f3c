import type { Backend } from '../backend/backend.js';
import type { Item } from '../backend/item.js';
import type { Source } from './source.js';
import { crc, descriptor, directory, localHeader, type ZipEntry } from './zip-format.js';

/** Something that is packed: with its bytes, or without for a folder. */
interface Packed {
  path: string;
  modified: Date;
  item?: Item;
}

/** A name that stays inside of the folder that somebody unpacks into. */
const safe = (name: string): string => name.replace(/[\\/\0]/g, '_').replace(/^\.{0,2}$/, '_');

/** Gives each name once: the second of two becomes `name (2)`. */
function distinct(): (name: string) => string {
  const given = new Set<string>();
  return (name) => {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let free = name;
    for (let count = 2; given.has(free); count++) free = `${stem} (${count})${ending}`;
    given.add(free);
    return free;
  };
}

/** All items of a folder, page after page. */
async function* inside(backend: Backend, folder: Item, signal: AbortSignal): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const listing = await backend.list({ id: folder.id }, cursor === undefined ? {} : { cursor }, { signal });
    yield* listing.items;
    cursor = listing.cursor;
  } while (cursor !== undefined);
}

/**
 * Packs items and all that is in their folders into one ZIP, as its bytes are asked for: one file is open at a time, and only names
 * and sizes are remembered. Files are stored as they are, beyond 4 GiB too.
 */
export function zip(backend: Backend, source: Source, items: Iterable<Item> | AsyncIterable<Item>): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  let current: ReadableStreamDefaultReader<Uint8Array> | undefined;

  async function* found(below: string, within: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Packed> {
    const name = distinct();
    for await (const item of within) {
      stop.signal.throwIfAborted();
      const path = below + name(safe(item.name));
      const modified = item.modified === undefined ? new Date() : new Date(item.modified);
      if (item.kind === 'folder') {
        yield { path: `${path}/`, modified };
        yield* found(`${path}/`, inside(backend, item, stop.signal));
      } else yield { path, modified, item };
    }
  }

  async function* packed(): AsyncGenerator<Uint8Array, undefined> {
    const entries: ZipEntry[] = [];
    let offset = 0;
    for await (const { path, modified, item } of found('', items)) {
      const entry: ZipEntry = { path, modified, crc: 0, size: 0, offset };
      const header = localHeader(entry);
      yield header;
      if (item) {
        const reader = (await source(item, { start: 0 }, stop.signal)).getReader();
        current = reader;
        try {
          // It may have been opened for somebody who has left meanwhile.
          stop.signal.throwIfAborted();
          for (let read = await reader.read(); !read.done; read = await reader.read()) {
            entry.crc = crc(read.value, entry.crc);
            entry.size += read.value.byteLength;
            yield read.value;
          }
        } finally {
          await reader.cancel().catch(() => undefined);
        }
      }
      const end = descriptor(entry);
      yield end;
      offset += header.length + entry.size + end.length;
      entries.push(entry);
    }
    yield* directory(entries, offset);
    return undefined;
  }

  const bytes = packed();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        stop.abort(reason);
        // Else what waits for bytes would wait on.
        await current?.cancel(reason).catch(() => undefined);
        await bytes.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
