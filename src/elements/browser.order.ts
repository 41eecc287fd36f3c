import type { Item } from '../backend/item.js';
import { keyOf, natural } from './browser.natural.js';

/** What a listing is ordered by: a column's id, and which way. Folders come first in either direction. */
export interface Order {
  by: string;
  direction: 'ascending' | 'descending';
}

/** How a folder is ordered before anybody asks for something else. */
export const BY_NAME: Order = { by: 'name', direction: 'ascending' };

/** What an item has in a column, for ordering. */
export type ValueOf = (item: Item) => string | number | undefined;

const VALUES: Readonly<Record<string, ValueOf>> = {
  size: ({ size }) => size,
  modified: ({ modified }) => modified,
  created: ({ created }) => created,
  owner: ({ owner }) => owner,
  downloads: ({ downloads }) => downloads,
  expires: ({ expires }) => expires,
};

const plain = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const byName = (a: Item, b: Item): number => natural(a.name, b.name) || plain(a.name, b.name) || plain(a.id, b.id);

/** Orders two values; what has none comes first. */
function byValue(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return typeof a === 'string' || typeof b === 'string' ? natural(String(a), String(b)) : a - b;
}

const valuesOf = (by: string): ValueOf => VALUES[by] ?? (() => undefined);

/** Orders two items: folders first in either direction, ties by name. `valueOf` is for columns that a page has added. */
export function comparison({ by, direction }: Order, valueOf = valuesOf(by)): (a: Item, b: Item) => number {
  const sign = direction === 'ascending' ? 1 : -1;
  const within = by === 'name' ? byName : (a: Item, b: Item) => byValue(valueOf(a), valueOf(b)) || byName(a, b);
  return (a, b) => (a.kind === b.kind ? sign * within(a, b) : a.kind === 'folder' ? -1 : 1);
}

/** An item with what it is ordered by. */
interface Keyed {
  item: Item;
  value: string | number | undefined;
  /** Made when it is first needed; `null` where the name has none. */
  key?: string | null;
}

/** As {@link byName}. Keys are compared ten times as fast as names. */
function byKey(a: Keyed, b: Keyed): number {
  const one = (a.key ??= keyOf(a.item.name) ?? null);
  const other = (b.key ??= keyOf(b.item.name) ?? null);
  return (one !== null && other !== null && plain(one, other)) || byName(a.item, b.item);
}

/** The items in order, as a new list; the same order as {@link comparison} has. */
export function inOrder(items: readonly Item[], { by, direction }: Order, valueOf = valuesOf(by)): Item[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const compare = (a: Keyed, b: Keyed): number => sign * (byValue(a.value, b.value) || byKey(a, b));
  const sorted = (['folder', 'file'] as const).map((wanted) =>
    items
      .filter(({ kind }) => kind === wanted)
      .map((item): Keyed => ({ item, value: by === 'name' ? undefined : valueOf(item) }))
      .sort(compare)
      .map(({ item }) => item),
  );
  return sorted.flat();
}

/** Where an item belongs among ordered ones. */
export function placeIn(items: readonly Item[], item: Item, compare: (a: Item, b: Item) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = items[middle];
    if (there && compare(there, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
