import type { Backend } from '../backend/backend.js';
import type { Item } from '../backend/item.js';
import { makeZip } from 'client-zip';
import type { Source } from './source.js';

/** One entry of a ZIP, in the shapes that `client-zip` takes. */
type Entry =
  { name: string; lastModified?: Date } | { name: string; lastModified?: Date; size?: number; input: ReadableStream<Uint8Array> };

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
async function* within(backend: Backend, folder: Item, signal: AbortSignal): AsyncGenerator<Item> {
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

  // `client-zip` leaves a file open when nobody reads on, so what is open is kept here.
  async function opened(item: Item): Promise<ReadableStream<Uint8Array>> {
    const reader = (await source(item, { start: 0 }, stop.signal)).getReader();
    current = reader;
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      },
      { highWaterMark: 0 },
    );
  }

  async function* entries(below: string, found: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Entry> {
    const name = distinct();
    for await (const item of found) {
      stop.signal.throwIfAborted();
      const path = below + name(safe(item.name));
      const modified = item.modified === undefined ? {} : { lastModified: new Date(item.modified) };
      if (item.kind === 'folder') {
        yield { name: `${path}/`, ...modified };
        yield* entries(`${path}/`, within(backend, item, stop.signal));
      } else yield { name: path, ...modified, ...(item.size === undefined ? {} : { size: item.size }), input: await opened(item) };
    }
  }

  const packed = makeZip(entries('', items)).getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await packed.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        stop.abort(reason);
        await current?.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
