import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { GIB, MIB, short, sleep, type Bench, type Findings, type Gate, type Measure } from './bench.js';
import { startRelay } from './relay.js';
import { makePages, openPage } from './site.js';
import { needRoom } from './throughput.js';
import { Heap, profiled, renderers, residentOf } from './vitals.js';

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
  const { url, pid } = await startRelay(bench, { root, pages });
  const page = await openPage(bench, `${url}/transfer.html`);
  await page.evaluate(async () => {
    Object.assign(globalThis, transfers.element());
    await document.querySelector('ferry-upload')?.updateComplete;
  });
  const heap = await Heap.of(page);
  const before = await heap.used(true);
  const idle = residentOf(pid);
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
  await profiled(bench, page, 'memory', async () => {
    await page.locator('ferry-upload input[type=file]').setInputFiles(source);
    await page.evaluate(() => (globalThis as unknown as { ended: Promise<number> }).ended);
  });
  const seconds = (performance.now() - start) / 1000;
  sampled.abort();
  await sampling;
  const after = await heap.used(true);
  const relay = residentOf(pid);
  const gates: Gate[] = [
    { what: 'Growth of the page heap at its peak', seen: (most - before) / MIB, limit: 50, is: 'at most', unit: 'MiB' },
  ];
  if (relay) gates.push({ what: 'Memory of the relay at its peak', seen: relay.most, limit: 150, is: 'at most', unit: 'MiB' });
  return {
    rows: [
      {
        file: `${size / GIB} GiB`,
        seconds: short(seconds),
        'MB/s': short(size / 1e6 / seconds),
        'page heap before, MiB': short(before / MIB),
        'at its peak': short(most / MIB),
        'after, collected': short(after / MIB),
        'page process before, MiB': short(drawingBefore),
        'page process at its peak': short(drawingMost),
        'relay idle, MiB': short(idle?.now ?? NaN),
        'relay at its peak': short(relay?.most ?? NaN),
      },
    ],
    gates,
    notes: [
      'One run. The peak of the heap is that of samples every 200 ms with garbage and all; memory of processes is what Linux calls resident.',
    ],
  };
}

/** What a very large file does to the memory of page and relay. */
export const memory: Measure = { title: 'memory while a very large file goes up', minutes: 10, run };
