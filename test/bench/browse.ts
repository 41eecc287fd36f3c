import { median, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import type { Scrolled } from './pages/browses.js';
import { bringPeers } from './peers.js';
import { openPage, servePages } from './site.js';
import { Heap, profiled } from './vitals.js';

const FERRY = { name: '<ferry-browser>', page: 'ferry-browser' };
const VAADIN = { name: 'Vaadin Grid', page: 'vaadin-grid' };
const SVAR = { name: 'SVAR', page: 'svar' };
const CUBONE = { name: 'cubone', page: 'cubone' };
const ENTRIES = ['pages/ferry-browser.ts', 'peers/vaadin-grid.js', 'peers/svar.jsx', 'peers/cubone.jsx'];

const MB = 1e6;
const SECONDS = 5;
const SCROLLED = 100_000;
/** Milliseconds after which a page is looked at as it stays. */
const SETTLED = 1000;

/** Files that are given at once. */
interface Trial {
  of: typeof FERRY;
  files: number;
}

/** Milliseconds, and bytes. */
interface Opened {
  open: number;
  sort: number;
  elements: number;
  nodes: number;
  heap: number;
}

const trials = (quick: boolean): Trial[] => [
  ...[10_000, 100_000].flatMap((files) => [FERRY, VAADIN].map((of) => ({ of, files }))),
  ...[SVAR, CUBONE].map((of) => ({ of, files: quick ? 1000 : 10_000 })),
];

async function openOnce(bench: Bench, origin: string, { of, files }: Trial): Promise<Opened> {
  const page = await openPage(bench, `${origin}/${of.page}.html`);
  const heap = await Heap.of(page);
  await page.evaluate((count) => {
    browses.prepare(count);
  }, files);
  const before = await heap.used(true);
  const open = await profiled(bench, page, `browse-${of.page}-${files}`, () => page.evaluate(() => browses.open()));
  // Some draw the first files before the others.
  await page.waitForTimeout(SETTLED);
  const { elements, nodes } = await page.evaluate(() => browses.count());
  const after = await heap.used(true);
  const sort = await profiled(bench, page, `browse-${of.page}-${files}-sort`, () => page.evaluate(() => browses.sort()));
  await page.close();
  return { open, sort, elements, nodes, heap: after - before };
}

async function scrollOnce(bench: Bench, origin: string, of: typeof FERRY): Promise<Scrolled> {
  const page = await openPage(bench, `${origin}/${of.page}.html?paged`);
  await page.evaluate((count) => {
    browses.prepare(count);
    return browses.open();
  }, SCROLLED);
  const seen = await profiled(bench, page, `browse-${of.page}-scroll`, () => page.evaluate((seconds) => browses.scroll(seconds), SECONDS));
  await page.close();
  return seen;
}

const percentile = (figures: readonly number[], share: number): number =>
  [...figures].sort((a, b) => a - b)[Math.ceil(figures.length * share) - 1] ?? NaN;

function openGates({ of, files }: Trial, opened: Opened[]): Gate[] {
  if (of !== FERRY) return [];
  const count = files.toLocaleString('en');
  const gate = (what: string, pick: (one: Opened) => number, limit: number, unit: string): Gate => ({
    what: `${what}, ${count} rows`,
    seen: median(opened.map(pick)),
    limit,
    is: 'at most',
    unit,
  });
  const large = files > 10_000;
  return [
    gate('First paint', ({ open }) => open, large ? 600 : 300, 'ms'),
    gate('Sorted', ({ sort }) => sort, 150, 'ms'),
    gate('Elements', ({ elements }) => elements, 500, ''),
    ...(large ? [] : [gate('Heap', ({ heap }) => heap / MB, 10, 'MB')]),
  ];
}

async function openAll(bench: Bench, origin: string, rows: Row[], gates: Gate[]): Promise<void> {
  for (const trial of trials(bench.quick)) {
    const { of, files } = trial;
    const opened: Opened[] = [];
    const times = bench.quick ? 1 : 5;
    while (opened.length < times) opened.push(await openOnce(bench, origin, trial));
    const middle = (pick: (one: Opened) => number): number => median(opened.map(pick));
    rows.push({
      page: of.name,
      files,
      given: 'at once',
      runs: times,
      'first paint, ms': Math.round(middle(({ open }) => open)),
      'sorted, ms': Math.round(middle(({ sort }) => sort)),
      elements: middle(({ elements }) => elements),
      'all nodes': middle(({ nodes }) => nodes),
      'heap, MB': short(middle(({ heap }) => heap) / MB),
    });
    gates.push(...openGates(trial, opened));
    bench.say(`${of.name} has opened ${files.toLocaleString('en')} files.`);
  }
}

async function scrollAll(bench: Bench, origin: string, rows: Row[], gates: Gate[]): Promise<void> {
  const seen = new Map([FERRY, VAADIN].map((of) => [of, [] as Scrolled[]]));
  const times = bench.quick ? 1 : 5;
  // In turns, so that a bad minute of the machine is everybody's.
  for (let time = 0; time < times; time++) for (const [of, runs] of seen) runs.push(await scrollOnce(bench, origin, of));
  const typical = (of: typeof FERRY): number => median(seen.get(of)?.map(({ frames }) => percentile(frames, 0.95)) ?? []);
  for (const [of, runs] of seen) {
    rows.push({
      page: of.name,
      files: SCROLLED,
      given: 'pages of 1,000',
      runs: times,
      'frames a second': Math.round(median(runs.map(({ frames }) => frames.length)) / SECONDS),
      '95th percentile of frames, ms': short(typical(of)),
      'longest frame, ms': Math.round(median(runs.map(({ frames }) => Math.max(...frames)))),
      'longest blank, ms': Math.round(Math.max(...runs.map(({ blank }) => blank))),
      'longest without a name, ms': Math.round(Math.max(...runs.map(({ unnamed }) => unnamed))),
      requests: Math.max(...runs.map(({ requests }) => requests)),
      'pages seen': Math.min(...runs.map(({ pages }) => pages)),
    });
  }
  const own = seen.get(FERRY) ?? [];
  gates.push(
    { what: '95th percentile of frame times while scrolling', seen: typical(FERRY), limit: 33, is: 'at most', unit: 'ms' },
    { what: 'The same, to that of Vaadin Grid', seen: typical(FERRY) / typical(VAADIN), limit: 1, is: 'at most', unit: 'times' },
    { what: 'Longest blank', seen: Math.max(...own.map(({ blank }) => blank)), limit: 100, is: 'at most', unit: 'ms' },
    {
      what: 'Requests beyond the pages seen',
      seen: Math.max(...own.map(({ requests, pages }) => requests - pages)),
      limit: 2,
      is: 'at most',
      unit: '',
    },
    { what: 'Runs that ended at the last file', seen: own.filter(({ ended }) => ended).length, limit: times, is: 'exactly', unit: '' },
  );
}

async function run(bench: Bench): Promise<Findings> {
  await bringPeers();
  const origin = await servePages(bench, ENTRIES);
  const rows: Row[] = [];
  const gates: Gate[] = [];
  await openAll(bench, origin, rows, gates);
  await scrollAll(bench, origin, rows, gates);
  return {
    rows,
    gates,
    notes: [
      'All in one folder. First paint: from the moment that the component is put in the page, with everything in memory, to the frame with the first file. Sorted: from a press on the head of the column “Size” to the frame with the smallest or largest file on top. Heap: growth, after garbage collection.',
      `Scrolled from top to bottom in ${SECONDS} s, by setting the position in every frame, with the pages from memory. Blank: nothing, not even a place for a file, in the middle of the view.`,
    ],
  };
}

/** Large folders on the screen. */
export const browse: Measure = { title: 'large folders on the screen', minutes: 15, run };
