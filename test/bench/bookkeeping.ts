import { median, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import type { Uploaded } from './pages/queue.js';
import { bringPeers } from './peers.js';
import { openPage, servePages } from './site.js';
import { processorTime, profiled } from './vitals.js';

interface Subject {
  name: string;
  page: 'queue' | 'core';
  drawn: boolean;
  files: number[];
  times: number;
}

/** One upload, beside the bare calls; times in milliseconds. */
interface Trial extends Uploaded {
  adding: number;
  bare: number;
  /** What both took of the page's processor. */
  ownWork: number;
  bareWork: number;
}

const QUEUE = 'queue';
const PEER = 'Uppy, an uploader that does nothing';

const subjects = (quick: boolean): Subject[] => [
  { name: QUEUE, page: 'queue', drawn: false, files: quick ? [1000] : [1000, 10_000], times: 5 },
  { name: 'queue, drawn by <ferry-upload>', page: 'queue', drawn: true, files: quick ? [1000] : [1000, 10_000], times: 3 },
  { name: PEER, page: 'core', drawn: false, files: quick ? [1000] : [1000, 5000, 10_000], times: 1 },
];

async function once(bench: Bench, address: string, { page: kind, drawn }: Subject, files: number): Promise<Trial> {
  const page = await openPage(bench, address);
  const clock = await processorTime(page);
  await page.evaluate((count) => {
    queues.make(count);
  }, files);
  let before = await clock();
  const bare = await page.evaluate(async () => (await queues.bare?.()) ?? 0);
  const bareWork = bare && (await clock()) - before;
  const adding = await page.evaluate((inElement) => queues.add(inElement), drawn);
  before = await clock();
  const uploaded = await profiled(bench, page, `bookkeeping-${kind}${drawn ? '-drawn' : ''}-${files}`, () =>
    page.evaluate(() => queues.upload()),
  );
  const ownWork = (await clock()) - before;
  await page.close();
  return { ...uploaded, adding, bare, ownWork, bareWork };
}

async function run(bench: Bench): Promise<Findings> {
  await bringPeers();
  const origin = await servePages(bench, ['pages/queue.ts', 'peers/core.js']);
  const rows: Row[] = [];
  const gates: Gate[] = [];
  const costs = new Map<string, number>();
  for (const subject of subjects(bench.quick)) {
    const { name, page, times } = subject;
    for (const files of subject.files) {
      const trials: Trial[] = [];
      for (let time = 0; time < times; time++) trials.push(await once(bench, `${origin}/${page}.html`, subject, files));
      const middle = (pick: (trial: Trial) => number): number => median(trials.map(pick));
      const cost = middle(({ milliseconds, bare }) => milliseconds - bare) / files;
      costs.set(`${name} ${files}`, cost);
      rows.push({
        name,
        files,
        runs: times,
        'adding, s': short(middle(({ adding }) => adding) / 1000),
        'uploading, s': short(middle(({ milliseconds }) => milliseconds) / 1000),
        'bare calls, s': short(middle(({ bare }) => bare) / 1000),
        'bookkeeping of a file, ms': short(cost),
        'of that, processor of the page, ms': short(middle(({ ownWork, bareWork }) => ownWork - bareWork) / files),
      });
      bench.say(`${name}, ${files} files: ${short(cost)} ms each`);
      if (page !== 'queue') continue;
      const count = files.toLocaleString('en');
      const told = Math.min(...trials.map(({ successes, completed }) => Math.min(successes, completed)));
      gates.push({ what: `Files told of by upload-success and complete, ${name}`, seen: told, limit: files, is: 'exactly', unit: '' });
      if (name === QUEUE) gates.push({ what: `Bookkeeping of one of ${count} files`, seen: cost, limit: 0.2, is: 'at most', unit: 'ms' });
    }
  }
  // With few files the peer costs little: what grows is what each of many costs.
  const ratio = (costs.get(`${PEER} 10000`) ?? NaN) / Math.max(1e-3, costs.get(`${QUEUE} 10000`) ?? NaN);
  if (!bench.quick) gates.push({ what: 'Times less than Uppy with 10,000 files', seen: ratio, limit: 1, is: 'at least', unit: '' });
  return {
    rows,
    gates,
    notes: [
      "Files of 1 kB on the memory backend. Bookkeeping is the time from the start to `complete`, less that of the backend's calls in a plain loop on six connections. Processor time is what is left of it on a machine that has other things to do as well.",
    ],
  };
}

/** What the queue costs by itself, against Uppy's own. */
export const bookkeeping: Measure = { title: 'what the queue costs for each file', minutes: 15, run };
