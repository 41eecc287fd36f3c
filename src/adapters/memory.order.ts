import { BackendError } from '../backend/errors.js';
import type { Sort } from '../backend/item.js';
import type { Entry, FolderEntry } from './memory.tree.js';

/** What decides an entry's place in a listing, and all that a cursor must remember of it. */
export type Place = Pick<Entry, 'kind' | 'name' | 'size' | 'modified' | 'id'>;

type Compare = (a: Place, b: Place) => number;

const natural = new Intl.Collator(undefined, { numeric: true }).compare;
const plain = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

// names that differ only in normal form are equal to a collator, hence the second and third question
const byName: Compare = (a, b) => natural(a.name, b.name) || plain(a.name, b.name) || plain(a.id, b.id);

/** Orders entries as {@link Sort} says: folders first in either direction, ties by name, then by id. */
export function comparison({ by, direction }: Sort): Compare {
  const sign = direction === 'ascending' ? 1 : -1;
  const within: Compare = by === 'name' ? byName : (a, b) => a[by] - b[by] || byName(a, b);
  return (a, b) => (a.kind === b.kind ? sign * within(a, b) : a.kind === 'folder' ? -1 : 1);
}

/** How many of the sorted entries come before this place. */
function rank(order: readonly Entry[], place: Place, compare: Compare): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = order[middle];
    if (entry && compare(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A folder's entries in order. Sorted once, then kept in order by {@link enter} and {@link leave}. */
export function ordered(folder: FolderEntry, sort: Sort): Entry[] {
  const key = `${sort.by} ${sort.direction}`;
  let kept = folder.orders.get(key);
  if (!kept) {
    const compare = comparison(sort);
    kept = { compare, entries: [...folder.children.values()].sort(compare) };
    folder.orders.set(key, kept);
  }
  return kept.entries;
}

/** Gives a new child its place in the orders that its folder keeps. */
export function enter(folder: FolderEntry, child: Entry): void {
  for (const { compare, entries } of folder.orders.values()) entries.splice(rank(entries, child, compare), 0, child);
}

/** Takes a child out of its folder's orders; to be called before its name, size or date changes. */
export function leave(folder: FolderEntry, child: Entry): void {
  for (const { compare, entries } of folder.orders.values()) entries.splice(rank(entries, child, compare), 1);
}

/** Cuts one page out of sorted entries. Its cursor is the last entry's place, so that it survives whatever happens in between. */
export function page(order: readonly Entry[], sort: Sort, cursor: string | undefined, size: number): { entries: Entry[]; cursor?: string } {
  let start = 0;
  if (cursor !== undefined) {
    const compare = comparison(sort);
    const last = placeOf(cursor);
    start = rank(order, last, compare);
    const first = order[start];
    if (first && compare(first, last) === 0) start += 1;
  }
  const entries = order.slice(start, start + size);
  const last = entries.at(-1);
  return last && start + size < order.length ? { entries, cursor: cursorOf(last) } : { entries };
}

const cursorOf = ({ kind, name, size, modified, id }: Place) => JSON.stringify([kind, name, size, modified, id]);

function placeOf(cursor: string): Place {
  try {
    const [kind, name, size, modified, id] = JSON.parse(cursor) as unknown[];
    if (
      (kind === 'file' || kind === 'folder') &&
      typeof name === 'string' &&
      typeof size === 'number' &&
      typeof modified === 'number' &&
      typeof id === 'string'
    )
      return { kind, name, size, modified, id };
  } catch {
    // told below, with every other thing that is no cursor
  }
  throw new BackendError('expired', 'The cursor is none of this backend: list from the start.');
}
