import type { Page } from 'playwright-core';
import { s3, type S3Place } from '../../src/adapters/s3.js';
import { ROOT } from '../../src/backend/item.js';
import { GIB, median, MIB, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { choose, largeFile } from './files.js';
import { startLink, type Link, type LinkOptions } from './link.js';
import { bringPeers } from './peers.js';
import { createSigner } from './signer.js';
import { makePages, openPage } from './site.js';
import { relayTo, startStore } from './store.js';

const ENTRIES = ['pages/transfer.ts', 'peers/aws-s3.js', 'peers/uppy-5/aws-s3-5.js'];
const QUEUE = '<ferry-upload>';
const UPPY = '@uppy/aws-s3 6.3';
const UPPY_5 = '@uppy/aws-s3 5.1';

/** A store, and the pages that upload to it. */
interface Yard {
  bench: Bench;
  place: S3Place;
  pages: string;
}

/** What uploads, and how long each time took, in seconds. */
interface Contender {
  name: string;
  /** Milliseconds. */
  run: () => Promise<number>;
  times: number[];
  /** The most rounds that it is worth. */
  rounds?: number;
}

/** A relay before the store, and whoever uploads through it, all of them over the same links. */
interface Stand {
  queue: Page;
  uppy: Page;
  uppy5: Page;
  /** The link to the store, where there is one. */
  link: Link | undefined;
}

const portOf = (url: string): number => Number(new URL(url).port);

/** Opens pages before a relay; behind links, where the way is long: to the relay with its delay alone. */
async function openStand({ bench, place, pages }: Yard, way?: LinkOptions): Promise<Stand> {
  const link = way && (await startLink(portOf(place.endpoint), way));
  const shown = { ...place, publicEndpoint: link?.url };
  const relay = await relayTo(bench, shown, pages, createSigner(shown));
  const near = way && (await startLink(portOf(relay.url), { delay: way.delay }));
  for (const one of [link, near]) if (one) bench.atEnd(() => one.close());
  const open = (page: string): Promise<Page> => openPage(bench, `${near?.url ?? relay.url}/${page}`);
  return { queue: await open('transfer.html?backend=s3'), uppy: await open('aws-s3.html'), uppy5: await open('aws-s3-5.html'), link };
}

/** Removes everything that was uploaded: the store keeps it in memory. */
async function tidy({ place }: Yard): Promise<void> {
  const backend = s3(place);
  for (;;) {
    const { items } = await backend.list(ROOT, {});
    if (items.length === 0) return;
    await backend.remove(items, { recursive: true });
  }
}

const byQueue =
  (page: Page, partSize?: number): (() => Promise<number>) =>
  () =>
    page.evaluate((size) => {
      transfers.fix(size);
      return transfers.upload();
    }, partSize);

const byLoop =
  (page: Page, slice: number): (() => Promise<number>) =>
  () =>
    page.evaluate((size) => transfers.bare(size).then(({ bytes, completing }) => bytes + completing), slice * MIB);

const byPeer =
  (page: Page): (() => Promise<number>) =>
  () =>
    page.evaluate(() => peer.upload());

/** Lets everybody upload in turns, another one first in each round. */
async function race(yard: Yard, what: string, all: Contender[], rounds: number, before?: (round: number) => () => void): Promise<Row[]> {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const one = all[(round + turn) % all.length];
      if (!one || one.times.length >= (one.rounds ?? rounds)) continue;
      const done = before?.(round);
      one.times.push((await one.run()) / 1000);
      done?.();
      await tidy(yard);
    }
    yard.bench.say(`${what}, run ${round + 1}: ${all.map(({ name, times }) => `${name} ${short(times.at(-1) ?? 0)} s`).join(', ')}`);
  }
  return all.map(({ name, times }) => ({
    what,
    'uploaded by': name,
    runs: times.length,
    'seconds, median': short(median(times)),
    'of all runs': times.map((time) => short(time)).join(', '),
  }));
}

const timesOf = (all: Contender[], name: string): number[] => all.find((one) => one.name === name)?.times ?? [];

const timeOf = (all: Contender[], name: string): number => median(timesOf(all, name));

const sum = (times: readonly number[]): number => times.reduce((all, time) => all + time, 0);

/** The quickest of those whose names begin so. */
const best = (all: Contender[], begin: string): Contender => {
  const [first] = all.filter(({ name }) => name.startsWith(begin)).sort((a, b) => median(a.times) - median(b.times));
  if (!first) throw new Error(`Nobody is called "${begin}".`);
  return first;
};

const contender = (name: string, run: () => Promise<number>, rounds?: number): Contender => ({
  name,
  run,
  times: [],
  ...(rounds !== undefined && { rounds }),
});

const atLeast = (what: string, seen: number, limit: number): Gate => ({ what, seen, limit, is: 'at least', unit: '' });

const chooseAll = async (pages: Page[], path: string): Promise<void> => {
  for (const page of pages) await choose(page, path);
};

/** One large file with nothing in between. */
async function loopback(yard: Yard): Promise<Findings> {
  const { bench } = yard;
  const size = bench.quick ? GIB / 4 : GIB;
  const { queue } = await openStand(yard);
  await choose(queue, await largeFile(bench.folder, size));
  const what = `${size / MIB} MiB, loopback`;
  const all = [
    contender(QUEUE, byQueue(queue)),
    ...[5, 16].map((slice) => contender(`bare loop, ${slice} MiB`, byLoop(queue, slice))),
    contender('loop with slices of 64 MiB', byLoop(queue, 64)),
  ];
  // A first round, of which nothing is kept: store and page are new.
  await byQueue(queue)();
  await tidy(yard);
  const rows = await race(yard, what, all, bench.quick ? 2 : 7);
  const ratioTo = ({ times }: Contender): number => median((all[0]?.times ?? []).map((time, round) => (times[round] ?? NaN) / time));
  return {
    rows,
    gates: [atLeast(`Speed of ${what}, of the bare loop's, round by round`, ratioTo(best(all, 'bare')), 0.95)],
    notes: [`Slices as they are usual in S3. Of a loop with slices of 64 MiB it is ${short(ratioTo(best(all, 'loop')))}.`],
  };
}

/** A way of 80 ms there and back, on which a connection carries 4 MB/s. */
async function far(yard: Yard): Promise<Findings> {
  const { bench } = yard;
  const { quick } = bench;
  const { queue, uppy, uppy5 } = await openStand(yard, { delay: 40, each: 4e6 });
  const size = quick ? 110 * MIB : 300 * MIB;
  await chooseAll([queue, uppy, uppy5], await largeFile(bench.folder, size));
  const large = `${size / MIB} MiB, 80 ms, 4 MB/s each`;
  const one = [
    contender(QUEUE, byQueue(queue)),
    ...[5, 16].map((slice) => contender(`bare loop, ${slice} MiB`, byLoop(queue, slice))),
    contender(UPPY_5, byPeer(uppy5)),
    contender(UPPY, byPeer(uppy), 1),
  ];
  const rows = await race(yard, large, one, quick ? 1 : 3);
  const count = quick ? 100 : 500;
  for (const page of [uppy, uppy5])
    await page.evaluate((many) => {
      peer.make(many, 200_000);
    }, count);
  await queue.evaluate((many) => {
    transfers.make(many, 200_000);
  }, count);
  const small = `${count} files of 200 kB, 80 ms, 4 MB/s each`;
  const many = [contender(QUEUE, byQueue(queue)), contender(UPPY_5, byPeer(uppy5)), contender(UPPY, byPeer(uppy))];
  rows.push(...(await race(yard, small, many, quick ? 1 : 2)));
  const [mine, mineOfMany] = [timeOf(one, QUEUE), timeOf(many, QUEUE)];
  return {
    rows,
    gates: [
      atLeast(`${large}: times as fast as ${UPPY}`, timeOf(one, UPPY) / mine, 5),
      atLeast(`${large}: times as fast as ${UPPY_5}`, timeOf(one, UPPY_5) / mine, 1),
      atLeast(`${large}: speed, of the bare loop's`, median(best(one, 'bare').times) / mine, 0.9),
      ...[UPPY, UPPY_5].map((name) => atLeast(`${small}: times as fast as ${name}`, timeOf(many, name) / mineOfMany, 1.5)),
    ],
    notes: [FAR, 'Every connection carries 4 MB/s upwards, whatever the others do.'],
  };
}

/** Seconds of each speed, in bytes a second, over and over. */
const SPEEDS: [seconds: number, speed: number][] = [
  [2, 20e6],
  [3, 1e6],
];

/** Lets the speed of a link change, from its beginning, and its connections be cut at the same places in a round; answers what ends that. */
function change(link: Link, round: number): () => void {
  link.renew(round + 1);
  let timer: NodeJS.Timeout;
  const next = (at: number): void => {
    const [seconds, speed] = SPEEDS[at % SPEEDS.length] ?? [1, Infinity];
    link.pace(speed);
    timer = setTimeout(next, seconds * 1000, at + 1);
  };
  next(0);
  return () => {
    clearTimeout(timer);
  };
}

/** A way whose speed changes, and whose connections are cut now and then. */
async function changing(yard: Yard): Promise<Findings> {
  const { bench } = yard;
  const size = bench.quick ? 50 * MIB : 120 * MIB;
  const stand = await openStand(yard, { delay: 40, cutAfter: 50 * MIB });
  const { queue, uppy, uppy5, link } = stand;
  await chooseAll([queue, uppy, uppy5], await largeFile(bench.folder, size));
  const what = `${size / MIB} MiB, 20 and 1 MB/s in turns, cuts`;
  const all = [
    contender(QUEUE, byQueue(queue)),
    ...[5, 8, 16, 32].map((part) => contender(`fixed parts of ${part} MiB`, byQueue(queue, part * MIB))),
    contender(UPPY_5, byPeer(uppy5)),
    contender(UPPY, byPeer(uppy)),
  ];
  const rows = await race(yard, what, all, bench.quick ? 1 : 3, (round) => change(link!, round));
  // All times together: where connections are cut, what counts is how bad it gets.
  const allOf = (name: string): number => sum(timesOf(all, name));
  const mine = allOf(QUEUE);
  const fixed = Math.min(...all.filter(({ name }) => name.startsWith('fixed')).map(({ times }) => sum(times)));
  return {
    rows,
    gates: [
      { what: `${what}: connections that were cut`, seen: link?.cuts ?? 0, limit: 1, is: 'at least', unit: '' },
      atLeast(`${what}: speed of all runs, of the best fixed parts'`, fixed / mine, 0.9),
      ...[UPPY, UPPY_5].map((name) => atLeast(`${what}: times as fast as ${name} in all runs`, allOf(name) / mine, 1)),
    ],
    notes: [
      FAR,
      `All connections together carry 20 MB/s for ${SPEEDS[0]?.[0] ?? 0} seconds, then 1 MB/s for ${SPEEDS[1]?.[0] ?? 0}, and so on. One is cut after 50 MiB on average, at the same places for everybody in a round.`,
    ],
  };
}

const NOTE =
  "Straight from a page to Ceph's RADOS Gateway, which keeps everything in memory, by addresses that a relay signs. The bare loop sends slices on six connections to addresses that it has beforehand, and completes the file. The others' time is all of it.";
const FAR =
  'The way to the relay, and to the signer that Uppy asks, takes as long as that to the store. Uppy has its own defaults, and what failed is tried again.';

/** Runs one of the races on a store of its own. */
const on =
  (part: (yard: Yard) => Promise<Findings>) =>
  async (bench: Bench): Promise<Findings> => {
    await bringPeers();
    const place = await startStore(bench, bench.quick ? 4 : 12);
    const { rows, gates, notes } = await part({ bench, place, pages: await makePages(bench, ENTRIES) });
    return { rows, gates, notes: [NOTE, ...notes] };
  };

/** How fast a file gets into an S3 store, against the barest loop that there can be. */
export const bucket: Measure = { title: 'a file to an S3 store', minutes: 10, run: on(loopback) };
/** The same over a long way, against Uppy too. */
export const farBucket: Measure = { title: 'files to an S3 store that is far away', minutes: 15, run: on(far) };
/** The same over a way that is never the same. */
export const cutBucket: Measure = { title: 'a file to an S3 store, over a changing link', minutes: 15, run: on(changing) };
