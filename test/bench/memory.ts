import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { GIB, MIB, short, sleep, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { startBucket } from './store.js';
import { startRelay } from './relay.js';
import { makePages, openPage } from './site.js';
import { needRoom } from './throughput.js';
import { Heap, profiled, renderers, residentOf } from './vitals.js';

/** A page with an element, and what takes its files. */
interface Subject {
  to: string;
  url: string;
  /** Of the relay, where it has a process of its own. */
  pid?: number;
}

/** Lets a page upload a very large file. */
async function upload(bench: Bench, { to, url, pid }: Subject, source: string, size: number): Promise<{ row: Row; gates: Gate[] }> {
  const page = await openPage(bench, url);
  await page.evaluate(async () => {
    Object.assign(globalThis, transfers.element());
    await document.querySelector('ferry-upload')?.updateComplete;
  });
  const heap = await Heap.of(page);
  const before = await heap.used(true);
  const relayNow = (): ReturnType<typeof residentOf> => (pid === undefined ? undefined : residentOf(pid));
  const idle = relayNow();
  const pids = await renderers(await bench.browser());
  const drawing = (): number => Math.max(0, ...pids.map((id) => residentOf(id)?.now ?? 0));
  const drawingBefore = drawing();
  let most = 0;
  let drawingMost = 0;
  const start = performance.now();
  const sampled = new AbortController();
  const sampling = (async () => {
    while (!sampled.signal.aborted) {
      most = Math.max(most, await heap.used(false));
      drawingMost = Math.max(drawingMost, drawing());
      await sleep(200);
    }
  })();
  await profiled(bench, page, `memory-${to}`, async () => {
    await page.locator('ferry-upload input[type=file]').setInputFiles(source);
    await page.evaluate(() => (globalThis as unknown as { ended: Promise<number> }).ended);
  });
  const seconds = (performance.now() - start) / 1000;
  sampled.abort();
  await sampling;
  const after = await heap.used(true);
  const relay = relayNow();
  await page.close();
  const gates: Gate[] = [
    { what: `Growth of the page heap at its peak, ${to}`, seen: (most - before) / MIB, limit: 50, is: 'at most', unit: 'MiB' },
  ];
  if (relay) gates.push({ what: 'Memory of the relay at its peak', seen: relay.most, limit: 150, is: 'at most', unit: 'MiB' });
  const row = {
    to,
    file: `${size / GIB} GiB`,
    seconds: short(seconds),
    'MB/s': short(size / 1e6 / seconds),
    'page heap before, MiB': short(before / MIB),
    'at its peak': short(most / MIB),
    'after, collected': short(after / MIB),
    'page process before, MiB': short(drawingBefore),
    'page process at its peak': short(drawingMost),
    'relay idle, MiB': idle ? short(idle.now) : '',
    'relay at its peak': relay ? short(relay.most) : '',
  };
  return { row, gates };
}

async function run(bench: Bench): Promise<Findings> {
  const { quick, folder } = bench;
  const size = quick ? GIB / 2 : 4 * GIB;
  const root = join(folder, 'files');
  await mkdir(root);
  await needRoom(root, size + GIB);
  const source = join(folder, 'large.bin');
  const file = await open(source, 'w');
  // A hole takes no room on the disk.
  await file.truncate(size);
  await file.close();

  const pages = await makePages(bench, ['pages/transfer.ts']);
  const disk = await startRelay(bench, { root, pages });
  const toDisk = await upload(bench, { to: 'disk', url: `${disk.url}/transfer.html`, pid: disk.pid }, source, size);
  await disk.close();
  const bucket = await startBucket(bench, pages, (2 * size) / GIB);
  const toBucket = await upload(bench, { to: 'S3', url: `${bucket.url}/transfer.html?backend=s3` }, source, size);
  return {
    rows: [toDisk.row, toBucket.row],
    gates: [...toDisk.gates, ...toBucket.gates],
    notes: [
      'One run each. The peak of the heap is that of samples every 200 ms with garbage and all; memory of processes is what Linux calls resident.',
    ],
  };
}

/** What a very large file does to the memory of page and relay. */
export const memory: Measure = { title: 'memory while a very large file goes up', minutes: 10, run };
