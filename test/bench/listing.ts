import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { disk } from '../../src/adapters/disk.js';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT, type Sort } from '../../src/backend/item.js';
import { median, MIB, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';

const TIMES = 5;

/** Milliseconds of one walk through a folder. */
interface Walk {
  first: number;
  next: number[];
  items: number;
}

/** Orders, with how long a first page may take and how many pages are read after it. */
const SORTS: { sort: Sort; first: number; pages: number }[] = [
  { sort: { by: 'name', direction: 'ascending' }, first: 300, pages: Infinity },
  { sort: { by: 'modified', direction: 'descending' }, first: 2000, pages: 10 },
  { sort: { by: 'size', direction: 'descending' }, first: 2000, pages: 10 },
];

async function fill(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  const make = (index: number): Promise<unknown> => {
    // Names come in an order that is not theirs.
    const path = join(folder, `Picture ${(index * 7919) % count} of ${index % 7}.jpg`);
    return index % 100 === 0 ? mkdir(path) : writeFile(path, 'x'.repeat(index % 50));
  };
  for (let at = 0; at < count; at += 100) {
    await Promise.all(Array.from({ length: Math.min(100, count - at) }, (_, index) => make(at + index)));
  }
}

async function walk({ list }: Pick<Backend, 'list'>, sort: Sort, pages: number): Promise<Walk> {
  let start = performance.now();
  let page = await list(ROOT, { sort });
  const seen: Walk = { first: performance.now() - start, next: [], items: page.items.length };
  while (page.cursor !== undefined && seen.next.length < pages) {
    start = performance.now();
    page = await list(ROOT, { sort, cursor: page.cursor });
    seen.next.push(performance.now() - start);
    seen.items += page.items.length;
  }
  return seen;
}

async function run(bench: Bench): Promise<Findings> {
  const count = bench.quick ? 20_000 : 100_000;
  const root = join(bench.folder, 'files');
  await fill(root, count);
  bench.say(`Made ${count} entries.`);
  const rows: Row[] = [];
  const gates: Gate[] = [];
  const before = process.memoryUsage.rss();
  const backend = disk({ root });
  await backend.quota();
  for (const { sort, first: limit, pages } of SORTS) {
    const walks: Walk[] = [];
    for (let time = 0; time < TIMES; time++) {
      // A folder that has changed is read anew, as after a restart.
      await utimes(root, new Date(), new Date(Date.now() - 3_600_000 - 1000 * walks.length));
      walks.push(await walk(backend, sort, pages));
    }
    const first = median(walks.map((one) => one.first));
    const next = median(walks.map((one) => median(one.next)));
    rows.push({
      sort: `${sort.by}, ${sort.direction}`,
      entries: count,
      runs: TIMES,
      'first page, ms': short(first),
      'next page, ms': short(next),
      'slowest next page, ms': short(median(walks.map((one) => Math.max(...one.next)))),
      'next pages read': walks[0]?.next.length ?? 0,
    });
    gates.push({ what: `First page by ${sort.by}`, seen: first, limit, is: 'at most', unit: 'ms' });
    if (sort.by !== 'name') continue;
    const items = Math.min(...walks.map((one) => one.items));
    gates.push({ what: 'Next page by name', seen: next, limit: 50, is: 'at most', unit: 'ms' });
    gates.push({ what: 'Entries on all pages by name', seen: items, limit: count, is: 'exactly', unit: '' });
  }
  const growth = (process.memoryUsage.rss() - before) / MIB;
  return {
    rows,
    gates,
    notes: [
      `The disk adapter itself, pages of 1,000. Before each run the folder's date was changed, so that nothing read earlier counts. The process grew by ${Math.round(growth)} MiB in all.`,
    ],
  };
}

/** Pages of a very large folder on a disk. */
export const listing: Measure = { title: 'pages of a very large folder on a disk', minutes: 10, run };
