import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../src/backend/item.js';
import type { Ticket } from '../../src/backend/upload.js';
import { relayBackend } from '../../src/relay/client.js';
import { ROOT as PROJECT } from '../tools/checkout.mjs';
import { median, MIB, short, sleep, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { openLink, type OpenLink } from './link.js';
import { startRelay } from './relay.js';
import { makePages, openPage } from './site.js';

const PARTS = 6;
const PART = 64 * MIB;
const SPEED = 4e6;
const LIMIT = 300;

/** Milliseconds that answers took. */
interface Answers {
  lists: number[];
  cancels: number[];
}

/** A relay whose disk is cut into parts of 64 MiB, and a folder with something to list. */
async function prepare(bench: Bench): Promise<number> {
  const root = join(bench.folder, 'files');
  await mkdir(root);
  await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(root, `entry ${index}.txt`), '')));
  const config = join(bench.folder, 'ferrykit.config.mjs');
  const disk = pathToFileURL(join(PROJECT, 'dist/adapters/disk.js')).href;
  await writeFile(
    config,
    `import { disk } from '${disk}';\nexport default { backends: { disk: disk({ root: ${JSON.stringify(root)}, partSize: ${PART} }) } };\n`,
  );
  const { url } = await startRelay(bench, { config, pages: await makePages(bench, ['pages/transfer.ts']) });
  return Number(new URL(url).port);
}

/** From a page: the queue sends a file of six parts, and the page lists and cancels meanwhile. */
async function fromPage(bench: Bench, line: OpenLink, rounds: number): Promise<Answers & { busy: number; whole: number }> {
  const page = await openPage(bench, `${line.url}/transfer.html`);
  await page.evaluate(async (size) => {
    const piece = new Blob([new Uint8Array(2 ** 24)]);
    const { uploads } = transfers.element();
    const upload = document.querySelector('ferry-upload');
    await upload?.updateComplete;
    await upload?.add([
      new File(
        Array.from({ length: size / piece.size }, () => piece),
        'large.bin',
      ),
    ]);
    Object.assign(globalThis, { uploads });
  }, PARTS * PART);
  for (const end = Date.now() + 30_000; Date.now() < end && line.busy() < 4;) await sleep(100);
  const answers: Answers = { lists: [], cancels: [] };
  let busy = 0;
  for (let round = 0; round < rounds; round++) {
    busy += line.busy() / rounds;
    const [listed, cancelled] = await page.evaluate(
      async ([root, name]) => {
        const { backend } = transfers;
        const opened = await backend.init({ name, size: 1, type: '' }, { folder: root, conflict: 'ask' });
        const start = performance.now();
        await backend.list(root, {});
        const between = performance.now();
        await backend.abort('ticket' in opened ? opened.ticket : null);
        return [between - start, performance.now() - between] as const;
      },
      [ROOT, `cancelled ${round}.bin`] as const,
    );
    answers.lists.push(listed);
    answers.cancels.push(cancelled);
    await sleep(200);
  }
  // The upload itself, at last: the person cancels it, and the relay forgets it.
  const whole = await page.evaluate(async () => {
    const { uploads } = globalThis as unknown as { uploads: { cancelAll(): void } };
    const start = performance.now();
    const told = new Promise((resolve) => {
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) if (name.endsWith('/relay') && startTime >= start) resolve(undefined);
      }).observe({ type: 'resource' });
    });
    uploads.cancelAll();
    await told;
    return performance.now() - start;
  });
  await page.close();
  return { ...answers, busy, whole };
}

/** From a client that keeps six parts open at once, which a browser would not. */
async function fromClient(line: OpenLink, rounds: number): Promise<Answers & { busy: number }> {
  const url = `${line.url}/relay`;
  const backend = relayBackend({ url, backend: 'disk' });
  const open = async (name: string, size: number): Promise<Ticket> => {
    const opened = await backend.init({ name, size, type: '' }, { folder: ROOT, conflict: 'ask' });
    if (!('ticket' in opened)) throw new Error(`"${name}" is there already.`);
    return opened.ticket;
  };
  const ticket = await open('six parts.bin', PARTS * PART);
  const stop = new AbortController();
  const body = new Blob([new Uint8Array(PART)]);
  const sending = Array.from({ length: PARTS }, async (_, index) => {
    const { url: to, method, headers } = await backend.part(ticket, { number: index + 1, start: index * PART, end: (index + 1) * PART });
    await fetch(to, { method, headers, body, signal: stop.signal });
  });
  // They are stopped before they end.
  const ends = Promise.allSettled(sending);
  for (const end = Date.now() + 30_000; Date.now() < end && line.busy() < PARTS;) await sleep(100);
  const answers: Answers = { lists: [], cancels: [] };
  let busy = 0;
  for (let round = 0; round < rounds; round++) {
    busy += line.busy() / rounds;
    const small = await open(`cancelled ${round}.bin`, 1);
    const start = performance.now();
    await backend.list(ROOT, {});
    const between = performance.now();
    await backend.abort(small);
    answers.lists.push(between - start);
    answers.cancels.push(performance.now() - between);
    await sleep(200);
  }
  stop.abort();
  await ends;
  await backend.abort(ticket);
  return { ...answers, busy };
}

async function run(bench: Bench): Promise<Findings> {
  const to = await prepare(bench);
  const rounds = bench.quick ? 10 : 30;
  const rows: Row[] = [];
  const gates: Gate[] = [];
  const tell = (who: string, { lists, cancels, busy }: Answers & { busy: number }, more: number[] = []): void => {
    rows.push({
      'who sends': who,
      rounds,
      'parts under way': short(busy),
      'listing, ms': short(median(lists)),
      'slowest listing': short(Math.max(...lists)),
      'cancel, ms': short(median(cancels)),
      'slowest cancel': short(Math.max(...cancels, ...more)),
    });
    gates.push({ what: `Slowest listing, ${who}`, seen: Math.max(...lists), limit: LIMIT, is: 'at most', unit: 'ms' });
    gates.push({ what: `Slowest cancel, ${who}`, seen: Math.max(...cancels, ...more), limit: LIMIT, is: 'at most', unit: 'ms' });
  };
  for (const who of ['a page and its queue', 'a client with six connections']) {
    const line = await openLink(to, { delay: 0, all: SPEED });
    bench.atEnd(() => line.close());
    if (who === 'a page and its queue') {
      const seen = await fromPage(bench, line, rounds);
      tell(who, seen, [seen.whole]);
      gates.push({ what: 'Parts that the queue sends at once', seen: Math.round(seen.busy), limit: 3, is: 'at least', unit: '' });
    } else {
      const seen = await fromClient(line, rounds);
      tell(who, seen);
      gates.push({ what: 'Parts that the client sends at once', seen: Math.round(seen.busy), limit: PARTS, is: 'at least', unit: '' });
    }
  }
  return {
    rows,
    gates,
    notes: [
      `Six parts of 64 MiB over a line of ${SPEED / 1e6} MB/s that its connections share. The listing has 500 items; what is cancelled is another upload, and for the page at last the one under way, from the deed until the relay has answered.`,
    ],
  };
}

/** Whether the relay still answers at once while bytes come in. */
export const latency: Measure = { title: 'answers while bytes come in', minutes: 5, run };
