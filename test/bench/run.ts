// npm run bench: node --import tsx test/bench/run.ts [--quick] [--profile] [name...]
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { launch } from '../tools/engines.js';
import { tallyLine } from '../tools/tally.mjs';
import { isKept, type Bench, type Findings, type Measure } from './bench.js';
import { addresses } from './addresses.js';
import { bookkeeping } from './bookkeeping.js';
import { browse } from './browse.js';
import { bucket, cutBucket, farBucket } from './bucket.js';
import { drop } from './drop.js';
import { latency } from './latency.js';
import { links } from './links.js';
import { listing } from './listing.js';
import { memory } from './memory.js';
import { passing } from './passing.js';
import { load, machine, OUTPUT, print, versions, write } from './report.js';
import { throughput } from './throughput.js';

const MEASURES: Readonly<Record<string, Measure>> = {
  drop,
  bookkeeping,
  throughput,
  memory,
  passing,
  links,
  listing,
  latency,
  browse,
  addresses,
  bucket,
  farBucket,
  cutBucket,
};

/** Runs one bench within its time, and closes all that it opened. */
async function measure({ run, minutes }: Measure, options: Pick<Bench, 'quick' | 'profiles'>): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrykit-bench-'));
  const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  let browser: Promise<Browser> | undefined;
  const bench: Bench = {
    ...options,
    folder,
    browser: () => {
      if (!browser) {
        const starting = (browser = launch('chromium'));
        closing.push(() => starting.then((one) => one.close()));
      }
      return browser;
    },
    say: (line) => {
      console.log(`  ${line}`);
    },
    atEnd: (close) => closing.push(close),
  };
  let timer: NodeJS.Timeout | undefined;
  let interrupt = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`stopped after ${minutes} minutes`));
    }, minutes * 60_000);
    interrupt = () => {
      reject(new Error('interrupted'));
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  });
  const running = run(bench);
  // Its end after it was stopped is of no interest.
  running.catch(() => undefined);
  try {
    return await Promise.race([running, stopped]);
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    for (const close of closing.reverse()) await Promise.resolve(close()).catch(console.error);
  }
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, profile: { type: 'boolean' } },
  allowPositionals: true,
});
const order = Object.keys(MEASURES);
const unknown = positionals.filter((name) => !order.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}"; expected are some of: ${order.join(', ')}.`);
  process.exit(2);
}

mkdirSync(OUTPUT, { recursive: true });
const quick = values.quick ?? false;
let passed = 0;
const missed: string[] = [];
for (const name of positionals.length > 0 ? positionals : order) {
  const chosen = MEASURES[name]!;
  console.log(`\n${name}: ${chosen.title}`);
  const before = load();
  const start = performance.now();
  try {
    const findings = await measure(chosen, { quick, profiles: values.profile ? OUTPUT : undefined });
    const circumstances = { date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions() };
    const seconds = (performance.now() - start) / 1000;
    const report = { name, title: chosen.title, quick, ...circumstances, load: [before, load()] as [number, number], seconds, ...findings };
    print(report);
    // Figures that a profiler slowed down are nobody's figures.
    if (!values.profile) await write(report, order);
    passed += findings.gates.filter(isKept).length;
    missed.push(...findings.gates.filter((gate) => !isKept(gate)).map(({ what }) => `${name}: ${what}`));
  } catch (error) {
    missed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    console.error(error);
    if (error instanceof Error && error.message === 'interrupted') break;
  }
}
if (missed.length > 0) console.log(`\nMissed:\n${missed.map((what) => `  ${what}`).join('\n')}`);
console.log(tallyLine(passed, missed.length));
process.exitCode = missed.length > 0 ? 1 : 0;
