import { createHash, randomBytes, type Hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../src/backend/item.js';
import type { PartTarget } from '../../src/backend/upload.js';
import { relayBackend } from '../../src/relay/client.js';
import { addUser, credentialsOf } from '../services/filegenius/seed.js';
import { startFileGenius, type FileGenius } from '../services/filegenius/filegenius.js';
import { ROOT as PROJECT } from '../tools/checkout.mjs';
import { GIB, MIB, short, type Bench, type Findings, type Gate, type Measure, type Row } from './bench.js';
import { startRelay } from './relay.js';
import { needRoom } from './throughput.js';
import { residentOf } from './vitals.js';

const WARM_UP = 60e6;
const LIMIT = 30;
const PIECE = randomBytes(MIB);

/** As many bytes as are wanted, noted in a digest as they go. */
function* bytes(size: number, digest: Hash): Generator<Uint8Array> {
  for (let at = 0; at < size; at += PIECE.length) {
    const piece = PIECE.subarray(0, Math.min(PIECE.length, size - at));
    digest.update(piece);
    yield piece;
  }
}

/** Sends bytes as a page does, no faster than they are taken: this process has the service in it, and must stay small too. */
async function put({ url, method, headers }: PartTarget, size: number, digest: Hash): Promise<string> {
  const sent = request(url, { method, headers: { ...headers, 'content-length': size } });
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => (text += more));
      response.on('error', reject).on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`The relay answered ${String(response.statusCode)}: ${text}`));
      });
    });
  });
  await Promise.all([answered, pipeline(Readable.from(bytes(size, digest)), sent)]);
  return answered;
}

/** Uploads a file through the relay, and fails where the service does not have the very bytes. Answers the seconds that it took. */
async function upload(relay: string, { state }: FileGenius, name: string, size: number): Promise<number> {
  const start = performance.now();
  const backend = relayBackend({ url: relay, backend: 'filegenius' });
  const opened = await backend.init({ name, size, type: '' }, { folder: ROOT, conflict: 'ask' });
  if (!('ticket' in opened) || !opened.first) throw new Error(`"${name}" was not opened.`);
  const digest = createHash('sha256');
  const body = await put(opened.first, size, digest);
  await backend.complete(opened.ticket, [{ number: 1, start: 0, end: size, body }], {});
  const seconds = (performance.now() - start) / 1000;
  if ((await state.sha256(`/${name}`)) !== digest.digest('hex')) throw new Error(`"${name}" arrived with other bytes.`);
  return seconds;
}

async function run(bench: Bench): Promise<Findings> {
  const size = bench.quick ? GIB / 2 : 2 * GIB;
  await needRoom(tmpdir(), size + GIB);
  const service = await startFileGenius({ empty: true });
  bench.atEnd(() => service.close());
  addUser(service.state, 'owner', { admin: true });
  const config = join(bench.folder, 'ferrykit.config.mjs');
  const adapter = pathToFileURL(join(PROJECT, 'dist/adapters/filegenius.js')).href;
  const options = JSON.stringify({ brand: 'filegenius', baseUrl: service.url, ...credentialsOf('owner') });
  await writeFile(
    config,
    `import { fileGenius } from '${adapter}';\nexport default { backends: { filegenius: fileGenius(${options}) } };\n`,
  );
  const { url, pid } = await startRelay(bench, { config });
  const peak = (): number => ((residentOf(pid)?.most ?? NaN) * MIB) / 1e6;

  const rows: Row[] = [];
  const measured = async (name: string, bytesOf: number): Promise<number> => {
    const seconds = await upload(`${url}/relay`, service, name, bytesOf);
    rows.push({
      file: name,
      MB: short(bytesOf / 1e6),
      seconds: short(seconds),
      'MB/s': short(bytesOf / 1e6 / seconds),
      'relay at its peak, MB': short(peak()),
    });
    return peak();
  };
  const idle = peak();
  const warm = await measured('warm-up.bin', WARM_UP);
  const most = await measured('large.bin', size);
  const gates: Gate[] = Number.isNaN(most)
    ? []
    : [
        {
          what: 'What the large file adds to the memory of the relay at its peak',
          seen: most - warm,
          limit: LIMIT,
          is: 'at most',
          unit: 'MB',
        },
      ];
  return {
    rows,
    gates,
    notes: [
      `The relay, idle: ${String(short(idle))} MB. It passes the bytes on to a simulated FileGenius, which keeps them on the disk; their SHA-256 was compared there.`,
      'Memory of processes is what Linux calls resident, at its highest since the process began.',
    ],
  };
}

/** What a very large file that passes the relay, on to a service that pages cannot reach, does to its memory. */
export const passing: Measure = { title: 'memory of the relay while a very large file passes it', minutes: 10, run };
