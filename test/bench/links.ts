import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { ROOT, type Item } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { GIB, MIB, median, short, sleep, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { startRelay } from './relay.js';
import { needRoom } from './throughput.js';
import { residentOf } from './vitals.js';

/** One connection for everything, as a browser keeps it. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** What came of one request. */
interface Got {
  status: number;
  location: string | undefined;
  cookie: string | undefined;
  bytes: number;
  /** The last bytes, where a ZIP says what is in it. */
  end: Buffer;
  /** Milliseconds until the first byte of the body, and until the last. */
  first: number;
  whole: number;
}

/** Asks, and counts what comes; `stop`: leaves after the first bytes. */
function get(url: string, { body, cookie, stop = false }: { body?: string; cookie?: string; stop?: boolean } = {}): Promise<Got> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(cookie !== undefined && { cookie }),
    };
    const asked = request(url, { method: body === undefined ? 'GET' : 'POST', headers, ...(stop ? {} : { agent }) }, (response) => {
      const got: Got = {
        status: response.statusCode ?? 0,
        location: response.headers.location,
        cookie: response.headers['set-cookie']?.[0]?.split(';')[0],
        bytes: 0,
        end: Buffer.alloc(0),
        first: NaN,
        whole: NaN,
      };
      const done = (): void => {
        got.whole = performance.now() - start;
        resolve(got);
      };
      response.on('data', (data: Buffer) => {
        if (got.bytes === 0) got.first = performance.now() - start;
        got.bytes += data.length;
        got.end = data.length > 1000 ? data : Buffer.concat([got.end, data]);
        if (!stop) return;
        asked.destroy();
        done();
      });
      response.on('end', done);
      response.on('error', (error) => (stop ? undefined : reject(error)));
    });
    asked.on('error', (error) => (stop ? undefined : reject(error)));
    asked.end(body);
  });
}

/** Presses the button that downloads everything; the time is that from the button to the bytes. */
async function press(link: string, stop = false): Promise<Got> {
  const start = performance.now();
  const pressed = await get(`${link}/download`, { body: 'item=0' });
  if (pressed.status !== 303 || pressed.location === undefined) throw new Error(`The button answered ${pressed.status}.`);
  const before = performance.now() - start;
  const got = await get(new URL(pressed.location, `${link}/download`).href, { stop });
  if (got.status !== 200) throw new Error(`The ZIP answered ${got.status}.`);
  return { ...got, first: got.first + before, whole: got.whole + before };
}

/** The number of entries that a ZIP of any size says it has (in the end record, or that of ZIP64). */
function entriesOf(end: Buffer): number {
  const small = end.readUInt16LE(end.length - 22 + 10);
  const large = end.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 6]));
  return large < 0 ? small : Number(end.readBigUInt64LE(large + 32));
}

async function run(bench: Bench): Promise<Findings> {
  const { quick, folder } = bench;
  const [count, total] = quick ? [500, 0.3 * GIB] : [5000, 3 * GIB];
  const size = Math.floor(total / count);
  const root = join(folder, 'files');
  await mkdir(join(root, 'sent'), { recursive: true });
  await needRoom(root, total + GIB);
  const content = randomBytes(size + count);
  for (let index = 0; index < count; index += 1)
    await writeFile(join(root, 'sent', `${String(index).padStart(4, '0')}.bin`), content.subarray(index, index + size));

  const { url, pid } = await startRelay(bench, { root });
  const backend = relayBackend({ url: `${url}/relay`, backend: 'disk' });
  const [sent] = (await backend.list(ROOT, {})).items;
  if (!sent) throw new Error('There is nothing to send.');
  const { link = '' } = await backend.send({ items: [sent], recipients: [], operation: 'bench of links' });

  bench.say('each file by itself');
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await backend.list(sent, cursor === undefined ? {} : { cursor });
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  let plain = 0;
  let bytes = 0;
  for (let from = 0; from < items.length; from += 100) {
    const places = await Promise.all(items.slice(from, from + 100).map((item) => backend.download([item])));
    for (const [place] of places) {
      const got = await get(place?.url ?? '');
      plain += got.whole / 1000;
      bytes += got.bytes;
    }
  }
  if (bytes !== size * count) throw new Error(`${bytes} bytes came, not ${size * count}.`);

  bench.say('all in one ZIP');
  const firsts: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) firsts.push((await press(link, true)).first);
  await sleep(1000);
  const before = residentOf(pid)?.now ?? NaN;
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, residentOf(pid)?.now ?? NaN);
  }, 50);
  const zip = await press(link);
  clearInterval(sampling);
  firsts.push(zip.first);
  if (entriesOf(zip.end) !== count + 1 || zip.bytes < bytes)
    throw new Error(`The ZIP has ${entriesOf(zip.end)} entries and ${zip.bytes} bytes.`);

  const seconds = zip.whole / 1000;
  const growth = ((most - before) * MIB) / 1e6;
  const row = (how: string, time: number): Row => ({
    how,
    files: count,
    MB: short(bytes / 1e6),
    seconds: short(time),
    'MB/s': short(bytes / 1e6 / time),
  });
  const gates: Gate[] = [
    { what: 'First byte of a ZIP after its button was pressed', seen: median(firsts), limit: 200, is: 'at most', unit: 'ms' },
    { what: 'Throughput of the ZIP, of that of the plain downloads together', seen: plain / seconds, limit: 0.7, is: 'at least', unit: '' },
  ];
  if (!Number.isNaN(growth)) gates.push({ what: 'Growth of the relay while it packs', seen: growth, limit: 50, is: 'at most', unit: 'MB' });
  return {
    rows: [row('each by itself, one after the other', plain), row('one ZIP through a link', seconds)],
    gates,
    notes: [
      `The relay runs by itself, and had ${String(short((before * MIB) / 1e6))} MB before the ZIP; memory is what Linux calls resident, sampled every 50 ms. The first byte is the median of five presses; the rest is one run.`,
    ],
  };
}

/** What a large ZIP through a link costs. */
export const links: Measure = { title: 'a large ZIP through a link', minutes: 15, run };
