import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { median, MIB, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import type { Dropped } from './pages/drops.js';
import { bringPeers } from './peers.js';
import { openPage, servePages } from './site.js';
import { Heap, profiled } from './vitals.js';

const FERRY = { name: '<ferry-upload>', entry: 'pages/ferry-upload.ts', address: 'ferry-upload.html' };
const UPPY = { name: 'Uppy Dashboard', entry: 'peers/dashboard.js', address: 'dashboard.html' };

/** What is dropped on what, and how often. */
interface Trial {
  on: typeof FERRY;
  /** An event that the page makes of files in memory; or files of the disk, or the folder that holds them, dropped by the browser as for a person. */
  what: 'event' | 'files' | 'folder';
  files: number;
  times: number;
}

/** Times in milliseconds, heap in bytes. */
interface Drop extends Dropped {
  heap: number;
}

const trials = (quick: boolean): Trial[] => [
  ...(quick ? [1000, 10_000] : [1000, 10_000, 50_000]).map((files) => ({ on: FERRY, what: 'event' as const, files, times: quick ? 3 : 5 })),
  ...(quick ? [1000] : [1000, 10_000]).map((files) => ({ on: UPPY, what: 'event' as const, files, times: quick ? 1 : 3 })),
  ...(quick ? [1000] : [1000, 10_000]).flatMap((files) =>
    (['folder', 'files'] as const).flatMap((what) => [
      { on: FERRY, what, files, times: quick ? 1 : 3 },
      { on: UPPY, what, files, times: 1 },
    ]),
  ),
];

/** Drops files or folders of the disk at a place of the page, as the browser does it for a person. */
async function dropPaths(page: Page, paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 60, data });
  await session.detach();
}

const pathsIn = (folder: string, files: number): string[] =>
  Array.from({ length: files }, (_, index) => join(folder, `file-${String(index).padStart(5, '0')}.txt`));

async function dropOnce(bench: Bench, page: Page, { on, what, files }: Trial, folder: string): Promise<Drop> {
  const heap = await Heap.of(page);
  await page.evaluate(
    ([count, made]) => {
      if (made) drops.prepare(count);
      drops.arm(count);
    },
    [files, what === 'event'] as const,
  );
  const before = await heap.used(true);
  const dropped = await profiled(bench, page, `drop-${on.name.replace(/\W+/g, '')}-${what}-${files}`, async () => {
    if (what === 'event') await page.evaluate(() => drops.drop());
    else await dropPaths(page, what === 'folder' ? [join(folder, String(files))] : pathsIn(join(folder, String(files)), files));
    await page.evaluate(() => drops.counted());
    await page.keyboard.press('End');
    return page.evaluate(() => drops.end());
  });
  return { ...dropped, heap: (await heap.used(true)) - before };
}

/** Drops a real folder and answers the paths that arrived. */
async function dropFolder(bench: Bench, page: Page, folders: number, files: number): Promise<{ wanted: string[]; seen: string[] }> {
  const wanted: string[] = [];
  const top = join(bench.folder, 'dropped');
  for (let folder = 0; folder < folders; folder++) {
    // One within the other, three deep.
    const path = Array.from({ length: (folder % 3) + 1 }, (_, depth) => `level ${depth} of ${folder}`);
    await mkdir(join(top, ...path), { recursive: true });
    for (let file = 0; file < files; file++) {
      const name = `${file}.txt`;
      await writeFile(join(top, ...path, name), String(file));
      wanted.push(['dropped', ...path, name].join('/'));
    }
  }
  await dropPaths(page, [top]);
  // Asked from here: what is waited for may never come.
  let seen: string[] = [];
  for (const end = Date.now() + 30_000; Date.now() < end && seen.length < wanted.length;) {
    await page.waitForTimeout(100);
    seen = await page.evaluate(() => pathsOf());
  }
  return { wanted: wanted.sort(), seen: seen.sort() };
}

const inSeconds = ({ untilCount, untilLast }: Drop): number => (untilCount + untilLast) / 1000;

function rowOf({ on, what, files, times }: Trial, drops: Drop[]): Row {
  const middle = (pick: (drop: Drop) => number): number => median(drops.map(pick));
  const task = middle(({ longestTask }) => longestTask);
  return {
    page: on.name,
    drop: what,
    files,
    runs: times,
    'count, s': short(middle(({ untilCount }) => untilCount) / 1000),
    'End, s': short(middle(({ untilLast }) => untilLast) / 1000),
    'both, s': short(middle(inSeconds)),
    'longest task, ms': task ? Math.round(task) : 'under 50',
    'of all runs': Math.round(Math.max(...drops.map(({ longestTask }) => longestTask))) || 'under 50',
    'longest frame, ms': Math.round(middle(({ longestGap }) => longestGap)),
    elements: middle(({ elements }) => elements),
    'all nodes': middle(({ nodes }) => nodes),
    'heap, MiB': short(middle(({ heap }) => heap) / MIB),
  };
}

function gatesOf({ on, what, files }: Trial, drops: Drop[]): Gate[] {
  if (on !== FERRY || what !== 'event') return [];
  const seconds: Gate = {
    what: `${files.toLocaleString('en')} files`,
    seen: median(drops.map(inSeconds)),
    limit: 3,
    is: 'at most',
    unit: 's',
  };
  if (files === 50_000) return [seconds];
  if (files !== 10_000) return [];
  const longest = median(drops.map(({ longestTask }) => longestTask));
  const elements = median(drops.map((drop) => drop.elements));
  return [
    { ...seconds, limit: 0.5 },
    { what: 'Longest task with 10,000 files', seen: longest, limit: 100, is: 'at most', unit: 'ms' },
    { what: 'Elements with 10,000 files', seen: elements, limit: 500, is: 'at most', unit: '' },
  ];
}

async function run(bench: Bench): Promise<Findings> {
  await bringPeers();
  const origin = await servePages(bench, [FERRY.entry, UPPY.entry]);
  const all = trials(bench.quick);
  const folder = join(bench.folder, 'files');
  for (const count of new Set(all.filter(({ what }) => what !== 'event').map(({ files }) => files))) {
    await mkdir(join(folder, String(count)), { recursive: true });
    for (const path of pathsIn(join(folder, String(count)), count)) await writeFile(path, 'x');
  }

  const rows: Row[] = [];
  const gates: Gate[] = [];
  const seconds = new Map<string, number>();
  for (const trial of all) {
    const { on, what, files, times } = trial;
    const drops: Drop[] = [];
    for (let time = 0; time < times; time++) {
      const page = await openPage(bench, `${origin}/${on.address}`);
      drops.push(await dropOnce(bench, page, trial, folder));
      await page.close();
    }
    rows.push(rowOf(trial, drops));
    gates.push(...gatesOf(trial, drops));
    const middle = median(drops.map(inSeconds));
    seconds.set(`${on.name} ${what} ${files}`, middle);
    bench.say(`${on.name}, ${files} files (${what}): ${short(middle)} s`);
    const own = seconds.get(`${FERRY.name} ${what} ${files}`);
    if (on !== UPPY || own === undefined) continue;
    const name = `Times as fast as Uppy Dashboard with ${files.toLocaleString('en')} files (${what})`;
    gates.push({ what: name, seen: middle / own, limit: 1, is: 'at least', unit: '' });
  }

  const page = await openPage(bench, `${origin}/${FERRY.address}`);
  const { wanted, seen } = await dropFolder(bench, page, 6, bench.quick ? 120 : 250);
  const right = wanted.filter((path, index) => path === seen[index]).length;
  const what = `Files of a real folder of ${wanted.length.toLocaleString('en')} that arrived with their paths`;
  gates.push({ what, seen: right, limit: wanted.length, is: 'exactly', unit: '' });
  return {
    rows,
    gates,
    notes: [
      'From the drop until the right count and the first rows are on the screen, and from the End key until the last row is; nothing is uploaded. Elements and nodes are counted through shadow roots; the heap is what grew, after garbage was collected.',
      '`event`: the page makes files in memory and drops them by an event, so that only the component is measured. `folder`: the browser drops a real folder that holds the files. `files`: it drops the files themselves; then Chromium holds up the page for each of them, whoever asks whether it is a folder and how large it is.',
    ],
  };
}

/** Many files dropped at once, on the element and on Uppy's Dashboard. */
export const drop: Measure = { title: 'many files dropped at once', minutes: 15, run };
