import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { ListCapability } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Ancestor, Listing, Ref, Sort } from '../backend/item.js';
import { errnoOf } from './disk.errors.js';
import { entriesOf, type Listed, lookUp, note } from './disk.entries.js';
import { comparison, cursorOf, lazyOrder, type Mark, markOf, type Order } from './disk.order.js';
import { findFolder, itemOf, type Place, within } from './disk.tree.js';

type Signal = AbortSignal | undefined;

/** Entries kept in memory, of one folder and of all together (about 150 bytes each); larger folders are read again for each page. */
const MOST_KEPT = 250_000;
/** Milliseconds for which sizes and dates may be remembered for sorting; what is shown is looked up anew. */
const FRESH = 30_000;
/** A folder that changed less than this many milliseconds before it was read may have changed again within one tick of the clock. */
const TICK = 100;
/** Most entries that one search looks at. */
const MOST_SEARCHED = 100_000;

interface Kept {
  /** What the folder's own date was when it was read. */
  changed: number;
  ino: number;
  read: number;
  entries: Listed[];
  orders: Map<string, { order: Order; made: number }>;
}

/** Folders as they were read last, oldest first: a bound on work, not a state, since the folder's date says whether one still holds. */
const cache = new Map<string, Kept>();

function keep(path: string, kept: Kept): void {
  cache.delete(path);
  cache.set(path, kept);
  let count = 0;
  for (const { entries, orders } of cache.values()) count += entries.length * (1 + orders.size);
  for (const [oldest, { entries, orders }] of cache) {
    if (count <= MOST_KEPT * 2 || oldest === path) break;
    count -= entries.length * (1 + orders.size);
    cache.delete(oldest);
  }
}

/** The folder's entries, from memory if it has not changed since; nothing where there are too many to hold. */
async function load(path: string, signal: Signal): Promise<Kept | undefined> {
  const { mtimeMs: changed, ino } = await lstat(path);
  const kept = cache.get(path);
  if (kept?.changed === changed && kept.ino === ino && kept.read - changed > TICK) return kept;
  cache.delete(path);
  const read = Date.now();
  const entries: Listed[] = [];
  for await (const batch of entriesOf(path, signal)) {
    for (const entry of batch) entries.push(entry);
    if (entries.length > MOST_KEPT) return undefined;
  }
  const loaded = { changed, ino, read, entries, orders: new Map() };
  keep(path, loaded);
  return loaded;
}

async function orderOf(path: string, kept: Kept, sort: Sort, signal: Signal): Promise<Order> {
  const key = `${sort.by} ${sort.direction}`;
  const known = kept.orders.get(key);
  if (known && (sort.by === 'name' || Date.now() - known.made < FRESH)) return known.order;
  // entries of its own: another page's order must not change under it
  let entries = [...kept.entries];
  if (sort.by !== 'name') {
    entries = [];
    await lookUp(path, kept.entries, (entry, stats) => entries.push(noted(entry, stats)), signal);
  }
  const order = lazyOrder(entries, comparison(sort));
  kept.orders.set(key, { order, made: Date.now() });
  keep(path, kept);
  return order;
}

const noted = (entry: Listed, stats: Stats): Listed => {
  const own = { ...entry };
  note(own, stats);
  return own;
};

/** The entries that come first after a mark, with never more than a few pages in memory; and how many there are in all. */
async function pick(
  path: string,
  batches: AsyncIterable<Listed[]>,
  sort: Sort,
  mark: Mark | undefined,
  count: number,
  signal: Signal,
): Promise<{ entries: Listed[]; total: number }> {
  const compare = comparison(sort);
  let best: Listed[] = [];
  let total = 0;
  const cut = () => (best = best.sort(compare).slice(0, count));
  for await (const batch of batches) {
    total += batch.length;
    const seen: Listed[] = sort.by === 'name' ? batch : [];
    if (sort.by !== 'name') await lookUp(path, batch, (entry, stats) => seen.push(noted(entry, stats)), signal);
    for (const entry of seen) if (!mark || compare(entry, mark) > 0) best.push(entry);
    if (best.length > count * 8) cut();
  }
  return { entries: cut(), total };
}

/** Everything below a folder whose name has the text in it, nearest folders first, until enough was looked at. */
async function* search(path: string, text: string, signal: Signal): AsyncGenerator<Listed[]> {
  const wanted = text.normalize().toLowerCase();
  const folders = [''];
  let looked = 0;
  // grows while it is walked
  for (const folder of folders) {
    if (looked >= MOST_SEARCHED) return;
    try {
      for await (const batch of entriesOf(`${path}/${folder}`, signal, folder)) {
        looked += batch.length;
        for (const entry of batch) if (entry.isFolder) folders.push(`${entry.path}/`);
        yield batch.filter(({ folded }) => folded.normalize().includes(wanted));
      }
    } catch (error) {
      // one that vanished or may not be read hides what is in it, and nothing else
      if (errnoOf(error) === undefined || folder === '') throw error;
    }
  }
}

function ancestorsOf(place: Place): Ancestor[] {
  const ancestors: Ancestor[] = [];
  for (let at = place.parent; at; at = at.parent) ancestors.unshift({ id: at.id, name: at.name });
  return ancestors;
}

async function read(
  path: string,
  sort: Sort,
  mark: Mark | undefined,
  count: number,
  signal: Signal,
): Promise<{ entries: Listed[]; total: number }> {
  const kept = await load(path, signal);
  if (!kept) return pick(path, entriesOf(path, signal), sort, mark, count, signal);
  return { entries: (await orderOf(path, kept, sort, signal)).after(mark, count), total: kept.entries.length };
}

/** One page of a folder. Its cursor is the last entry's name (size, date), so that whatever comes or goes in between, nothing is told twice or left out. */
export async function list(
  root: string,
  ref: Ref,
  { cursor, limit, sort, search: text }: { cursor?: string; limit?: number; sort?: Sort; search?: string },
  can: ListCapability & { pageSize: number },
  signal: Signal,
): Promise<Listing> {
  const order: Sort = sort ?? { by: 'name', direction: 'ascending' };
  if (!can.sort.includes(order.by)) throw new BackendError('unsupported', `This backend does not sort by ${order.by}.`);
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
    throw new BackendError('invalid', `A page holds at least one item, not ${String(limit)}.`);
  const mark = cursor === undefined ? undefined : markOf(cursor, order);
  const folder = await findFolder(root, ref);
  const { path } = folder.place;
  const size = Math.min(limit ?? can.pageSize, can.pageSize);
  // one more than is shown tells whether there is more
  const { entries, total } = text
    ? await pick(path, search(path, text, signal), order, mark, size + 1, signal)
    : await read(path, order, mark, size + 1, signal);
  const page = entries.slice(0, size);
  const listing: Listing = { folder: itemOf(folder), ancestors: ancestorsOf(folder.place), items: [], total };
  const seen = (entry: Listed, stats: Stats) => {
    const place = entry.path.split('/').reduce(within, folder.place);
    listing.items.push(itemOf({ place, kind: entry.isFolder ? 'folder' : 'file', stats }));
  };
  await lookUp(path, page, seen, signal);
  const last = page.at(-1);
  if (last && entries.length > size) listing.cursor = cursorOf(order, last);
  return listing;
}
