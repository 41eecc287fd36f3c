import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { ROOT, type Item } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { GIB, MIB, median, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { startRelay } from './relay.js';
import { needRoom } from './throughput.js';
import { residentOf } from './vitals.js';

const ROUNDS = 3;

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

  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await backend.list(sent, cursor === undefined ? {} : { cursor });
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  /** Each file by itself, one after the other; the seconds in which bytes were waited for. */
  const singly = async (): Promise<number> => {
    let [seconds, bytes] = [0, 0];
    for (let from = 0; from < items.length; from += 100) {
      const places = await Promise.all(items.slice(from, from + 100).map((item) => backend.download([item])));
      for (const [place] of places) {
        const got = await get(place?.url ?? '');
        seconds += got.whole / 1000;
        bytes += got.bytes;
      }
    }
    if (bytes !== size * count) throw new Error(`${bytes} bytes came, not ${size * count}.`);
    return seconds;
  };

  const firsts: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) firsts.push((await press(link, true)).first);
  const rounds: { plain: number; zip: number }[] = [];
  let growth = 0;
  let idle = NaN;
  // Round by round, as the machine is not as fast in one minute as in the next.
  for (let round = 1; round <= ROUNDS; round += 1) {
    bench.say(`round ${round}: each file by itself, then all in one ZIP`);
    const plain = await singly();
    const before = residentOf(pid)?.now ?? NaN;
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, residentOf(pid)?.now ?? NaN);
    }, 50);
    const zip = await press(link);
    clearInterval(sampling);
    firsts.push(zip.first);
    if (entriesOf(zip.end) !== count + 1 || zip.bytes < size * count)
      throw new Error(`The ZIP has ${entriesOf(zip.end)} entries and ${zip.bytes} bytes.`);
    rounds.push({ plain, zip: zip.whole / 1000 });
    growth = Math.max(growth, ((most - before) * MIB) / 1e6);
    idle = (before * MIB) / 1e6;
  }

  const megabytes = (size * count) / 1e6;
  const row = (how: string, seconds: number): Row => ({
    how,
    files: count,
    MB: short(megabytes),
    seconds: short(seconds),
    'MB/s': short(megabytes / seconds),
  });
  const ratio = median(rounds.map(({ plain, zip }) => plain / zip));
  const gates: Gate[] = [
    { what: 'First byte of a ZIP after its button was pressed', seen: median(firsts), limit: 200, is: 'at most', unit: 'ms' },
    { what: 'Throughput of the ZIP, of that of the plain downloads together', seen: ratio, limit: 0.7, is: 'at least', unit: '' },
  ];
  if (!Number.isNaN(growth)) gates.push({ what: 'Growth of the relay while it packs', seen: growth, limit: 50, is: 'at most', unit: 'MB' });
  return {
    rows: [
      row('each by itself, one after the other', median(rounds.map(({ plain }) => plain))),
      row('one ZIP through a link', median(rounds.map(({ zip }) => zip))),
    ],
    gates,
    notes: [
      `Medians of ${ROUNDS} rounds; the ratio is that of each round's two. The first byte is the median of ${firsts.length} presses. The relay runs by itself, and had ${String(short(idle))} MB before the last ZIP; its growth is the largest of all rounds, of what Linux calls resident, sampled every 50 ms.`,
    ],
  };
}

/** What a large ZIP through a link costs. */
export const links: Measure = { title: 'a large ZIP through a link', minutes: 15, run };
