import type { Context } from 'hono';
import { Refusal } from './errors.js';
import type { Environment } from './service.js';

/** How a list may be sorted: the fields that `sort_by` knows, each with what it compares. */
export type Orders<T> = Readonly<Record<string, (item: T) => string | number>>;

/** Sorts as `sort_by` asks; equal ones keep their order. */
export function sorted<T>(c: Context<Environment>, items: readonly T[], orders: Orders<T>, otherwise?: string): T[] {
  const asked = Object.entries(c.var.parameters.object('sort_by'));
  if (asked.length > 1) throw new Refusal('bad-request/multiple-sort-params-not-allowed', 'Only one sort parameter is allowed.');
  const [field, direction] = asked[0] ?? [otherwise, 'asc'];
  if (field === undefined) return [...items];
  const order = orders[field];
  if (!order) throw new Refusal('bad-request/invalid-sort-field', `"${field}" is not a field to sort by.`);
  const sign = direction === 'desc' ? -1 : 1;
  return [...items].sort((a, b) => {
    const [left, right] = [order(a), order(b)];
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
