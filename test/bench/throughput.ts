import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { GIB, median, MIB, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { choose, largeFile } from './files.js';
import { startRelay } from './relay.js';
import { makePages, openPage } from './site.js';
import { profiled } from './vitals.js';

interface Load {
  what: string;
  count: number;
  size: number;
  /** Sizes of slices, in MiB, that the bare loop may choose from. */
  slices: number[];
  /** Rounds: what one connection more or less decides needs more of them. */
  times: number;
  atLeast: number;
}

/** Fails where a disk has not the room that a bench needs, in bytes. */
export async function needRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new Error(`${folder} needs ${short(bytes / GIB)} GiB of free space and has ${short((bavail * bsize) / GIB)}.`);
}

/** Removes what was uploaded, and lets the disk come to rest so that no run pays for the one before. */
async function tidy(root: string): Promise<void> {
  for (const name of await readdir(root)) if (!name.startsWith('.')) await rm(join(root, name), { recursive: true, force: true });
  // Where there is no such command, the runs take turns all the same.
  await promisify(execFile)('sync').catch(() => undefined);
}

async function compare(
  bench: Bench,
  page: Page,
  root: string,
  { what, count, size, slices }: Load,
  times: number,
): Promise<{ row: Row; ratio: number }> {
  if (count === 1) await choose(page, await largeFile(bench.folder, size));
  else await page.evaluate(([many, bytes]) => transfers.make(many, bytes), [count, size] as const);
  const queue: number[] = [];
  const bare = new Map(slices.map((slice) => [slice, [] as number[]]));
  const completing: number[] = [];
  const byQueue = async (): Promise<void> => {
    queue.push(await profiled(bench, page, `throughput-${count}`, () => page.evaluate(() => transfers.upload())));
  };
  const byLoop = async (slice: number, figures: number[]): Promise<void> => {
    const sent = await page.evaluate((bytes) => transfers.bare(bytes), slice * MIB);
    figures.push(sent.bytes);
    completing.push(sent.completing);
  };
  const deeds = [
    byQueue,
    ...[...bare].map(
      ([slice, figures]) =>
        () =>
          byLoop(slice, figures),
    ),
  ];
  await tidy(root);
  // A first round, of which nothing is kept: relay and page are new.
  await page.evaluate(() => transfers.upload());
  for (let time = 0; time < times; time++) {
    for (let turn = 0; turn < deeds.length; turn++) {
      await tidy(root);
      await deeds[(time + turn) % deeds.length]?.();
    }
    bench.say(
      `${what}, run ${time + 1}: queue ${short((queue.at(-1) ?? 0) / 1000)} s, bare ${[...bare].map(([slice, figures]) => `${short((figures.at(-1) ?? 0) / 1000)} s (${slice} MiB)`).join(', ')}`,
    );
  }
  await tidy(root);
  const [loop = []] = [...bare.values()].sort((a, b) => median(a) - median(b));
  const best = median(loop);
  const speed = (milliseconds: number): number => short((count * size) / 1e3 / milliseconds);
  // Round by round: a machine that is slower for a while is so for both.
  const ratio = median(queue.map((time, round) => (loop[round] ?? NaN) / time));
  const row = {
    what,
    runs: times,
    'queue, MB/s': speed(median(queue)),
    'bare loop, MB/s': [...bare].map(([slice, figures]) => `${speed(median(figures))} (${slice} MiB)`).join(', '),
    'queue of the best, round by round': short(ratio),
    'by their medians': short(best / median(queue)),
    'queue, s': short(median(queue) / 1000),
    'bare loop, s': short(best / 1000),
    'completing after it, s': short(median(completing) / 1000),
  };
  return { row, ratio };
}

async function run(bench: Bench): Promise<Findings> {
  const { quick, folder } = bench;
  const root = join(folder, 'files');
  await mkdir(root);
  const large = quick ? GIB / 4 : GIB;
  await needRoom(root, 3 * large);
  const pages = await makePages(bench, ['pages/transfer.ts']);
  const { url } = await startRelay(bench, { root, pages });
  const page = await openPage(bench, `${url}/transfer.html`);
  const loads: Load[] = [
    { what: `one file of ${large / MIB} MiB`, count: 1, size: large, slices: [5, 16, 64], times: 9, atLeast: 0.9 },
    { what: `${quick ? 200 : 1000} files of 100 kB`, count: quick ? 200 : 1000, size: 100_000, slices: [5], times: 5, atLeast: 0.6 },
  ];
  const rows: Row[] = [];
  const gates: Gate[] = [];
  for (const load of loads) {
    const { row, ratio } = await compare(bench, page, root, load, quick ? 3 : load.times);
    rows.push(row);
    gates.push({ what: `Speed of ${load.what}, of the bare loop's`, seen: ratio, limit: load.atLeast, is: 'at least', unit: '' });
  }
  return {
    rows,
    gates,
    notes: [
      "Through a relay in a process of its own to a disk. The queue's time is all of it, from the choice, on an element that stands there already, until everything is stored; the bare loop's is that of its requests alone, on six connections, with every address asked for beforehand and nothing completed. A first round is not counted; then the runs take turns, another one first in each round, and every round has its ratio, as the speed of the machine changes from minute to minute. What the disk still had to write was written before each.",
    ],
  };
}

/** How fast bytes go through the queue and a relay, against the barest loop that there can be. */
export const throughput: Measure = { title: 'bytes through a relay to a disk', minutes: 10, run };
