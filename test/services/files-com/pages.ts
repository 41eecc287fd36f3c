import type { Context } from 'hono';
import { Refusal } from './errors.js';
import type { Environment } from './service.js';

/** How a list may be sorted: the fields that `sort_by` knows, each with what it compares. */
export type Orders<T> = Readonly<Record<string, (item: T) => string | number>>;

/** The order that `sort_by` asks for. */
export function order<T>(
  c: Context<Environment>,
  orders: Orders<T>,
  otherwise: string,
): { orderOf: (item: T) => string | number; descending: boolean } {
  const asked = Object.entries(c.var.parameters.object('sort_by'));
  if (asked.length > 1) throw new Refusal('bad-request/multiple-sort-params-not-allowed', 'Only one sort parameter is allowed.');
  const [field, direction] = asked[0] ?? [otherwise, 'asc'];
  const orderOf = orders[field];
  if (!orderOf) throw new Refusal('bad-request/invalid-sort-field', `"${field}" is not a field to sort by.`);
  return { orderOf, descending: direction === 'desc' };
}

/** Sorts as `sort_by` asks, else leaves the order; equal ones keep theirs. */
export function sorted<T>(c: Context<Environment>, items: readonly T[], orders: Orders<T>): T[] {
  if (Object.keys(c.var.parameters.object('sort_by')).length === 0) return [...items];
  const { orderOf, descending } = order(c, orders, '');
  const sign = descending ? -1 : 1;
  return [...items].sort((a, b) => {
    const [left, right] = [orderOf(a), orderOf(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

const write = (direction: 'next' | 'prev', offset: number): string =>
  `c2:${direction}:${Buffer.from(JSON.stringify({ offset })).toString('base64')}`;

function read(cursor: string): number {
  try {
    const { offset } = JSON.parse(Buffer.from(/^c2:(?:next|prev):(.+)$/.exec(cursor)?.[1] ?? '', 'base64').toString()) as {
      offset?: unknown;
    };
    if (typeof offset === 'number') return offset;
  } catch {
    // Told below, as for every cursor that is not ours.
  }
  throw new Refusal('bad-request/invalid-cursor', 'The cursor is not valid.');
}

/** The part of a list that `cursor` and `per_page` ask for, with the cursors of the pages around it in the headers. */
export function page<T>(c: Context<Environment>, items: readonly T[]): T[] {
  const size = Math.min(Math.max(c.var.parameters.number('per_page') ?? 1000, 1), 10_000);
  const cursor = c.var.parameters.text('cursor');
  const start = cursor ? read(cursor) : 0;
  if (start + size < items.length) {
    const next = write('next', start + size);
    c.header('X-Files-Cursor', next);
    c.header('X-Files-Cursor-Next', next);
  }
  if (start > 0) c.header('X-Files-Cursor-Prev', write('prev', Math.max(start - size, 0)));
  return items.slice(start, start + size);
}

/** Where an item stands in a list, compared member by member. */
type Place = readonly (string | number)[];

const comparePlaces = (a: Place, b: Place): number => {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
};

/**
 * As {@link page}, for lists that change while they are read: the cursor is the place of the last item, so that whatever comes and goes
 * between two pages, nothing is told twice and nothing left out. `backwards`: which members of a place run from large to small.
 */
export function pageByPlace<T>(
  c: Context<Environment>,
  items: readonly T[],
  placeOf: (item: T) => Place,
  backwards: readonly number[] = [],
): T[] {
  const size = Math.min(Math.max(c.var.parameters.number('per_page') ?? 1000, 1), 10_000);
  const compare = (a: Place, b: Place): number => {
    const first = a.findIndex((member, index) => member !== b[index]);
    return comparePlaces(a, b) * (backwards.includes(first) ? -1 : 1);
  };
  const inOrder = items.map((item) => ({ item, place: placeOf(item) })).sort((a, b) => compare(a.place, b.place));
  const cursor = c.var.parameters.text('cursor');
  const from = cursor ? placeIn(cursor) : undefined;
  const beyond = ({ place }: { place: Place }): boolean => !from || compare(place, from.place) * from.sign > 0;
  const left = inOrder.filter(beyond);
  const shown = from?.sign === -1 ? left.slice(-size) : left.slice(0, size);
  const [first, last] = [shown.at(0), shown.at(-1)];
  if (last && last !== inOrder.at(-1)) {
    const next = written('next', last.place);
    c.header('X-Files-Cursor', next);
    c.header('X-Files-Cursor-Next', next);
  }
  if (first && first !== inOrder.at(0)) c.header('X-Files-Cursor-Prev', written('prev', first.place));
  return shown.map(({ item }) => item);
}

const written = (direction: 'next' | 'prev', place: Place): string =>
  `c2:${direction}:${Buffer.from(JSON.stringify({ place })).toString('base64')}`;

function placeIn(cursor: string): { place: Place; sign: 1 | -1 } {
  const [, direction, encoded] = /^c2:(next|prev):(.+)$/.exec(cursor) ?? [];
  try {
    const { place } = JSON.parse(Buffer.from(encoded ?? '', 'base64').toString()) as { place?: unknown };
    if (Array.isArray(place)) return { place: place as Place, sign: direction === 'prev' ? -1 : 1 };
  } catch {
    // Told below, as for every cursor that is not ours.
  }
  throw new Refusal('bad-request/invalid-cursor', 'The cursor is not valid.');
}

/** Keeps what `filter[field]` asks for. */
export function filtered<T>(c: Context<Environment>, items: readonly T[], fields: Orders<T>): T[] {
  return Object.entries(c.var.parameters.object('filter')).reduce<T[]>(
    (kept, [field, value]) => {
      const of = fields[field];
      if (!of) throw new Refusal('bad-request/invalid-filter-field', `"${field}" is not a field to filter by.`);
      return kept.filter((item) => String(of(item)) === String(value));
    },
    [...items],
  );
}
