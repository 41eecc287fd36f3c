import { deepEqual, equal, notEqual, ok, rejects as fails } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memory, type MemoryBackend } from '../../src/adapters/memory.js';
import { ROOT } from '../../src/backend/item.js';
import { encoded, noise, streamOf } from '../contract/bytes.js';
import { rejects } from '../contract/witness.js';

const store = async (backend: MemoryBackend, name: string, content: string | Uint8Array, conflict: 'ask' | 'replace' = 'ask') => {
  const bytes = typeof content === 'string' ? encoded(content) : content;
  const initiated = await backend.init({ name, size: bytes.length, type: '' }, { folder: ROOT, conflict });
  ok('ticket' in initiated);
  const part = await backend.write!(initiated.ticket, { number: 1, start: 0, end: bytes.length }, streamOf(bytes));
  const completed = await backend.complete(initiated.ticket, [part], {});
  ok('item' in completed);
  return completed.item;
};
const urlOf = async (backend: MemoryBackend, id: string) => (await backend.download([{ id }]))[0]?.url ?? '';

describe('a blob: URL', () => {
  test('gives the bytes until the item goes', async () => {
    const backend = memory();
    const { id } = await store(backend, 'a.txt', 'hello');
    const url = await urlOf(backend, id);
    ok(url.startsWith('blob:'));
    equal(await (await fetch(url)).text(), 'hello');
    await backend.remove([{ id }], { recursive: false });
    await fails(fetch(url));
  });

  test('ends when the bytes are replaced, or the folder around them goes', async () => {
    const backend = memory({ seed: { folder: { 'deep.txt': 'deep' } } });
    const first = await store(backend, 'a.txt', 'first');
    const old = await urlOf(backend, first.id);
    const second = await store(backend, 'a.txt', 'second', 'replace');
    await fails(fetch(old));
    equal(await (await fetch(await urlOf(backend, second.id))).text(), 'second');
    const [folder] = (await backend.list(ROOT, {})).items;
    ok(folder);
    const [deep] = (await backend.list(folder, {})).items;
    const url = await urlOf(backend, deep?.id ?? '');
    await backend.remove([folder], { recursive: true });
    await fails(fetch(url));
  });

  test('ends when nobody has asked for it any more', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const backend = memory({ seed: { 'a.txt': 'a' } });
    const [item] = (await backend.list(ROOT, {})).items;
    ok(item);
    const [download] = await backend.download([item]);
    ok(download);
    t.mock.timers.tick(download.expires * 900);
    equal(await urlOf(backend, item.id), download.url, 'asked for again, it lives longer');
    t.mock.timers.tick(download.expires * 900);
    equal(await (await fetch(download.url)).text(), 'a');
    t.mock.timers.tick(download.expires * 200);
    await fails(fetch(download.url));
    notEqual(await urlOf(backend, item.id), download.url);
  });

  test('never is a document that could run in the page', async () => {
    const types = ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'image/png', 'video/mp4', 'text/plain'];
    const seed = Object.fromEntries(types.map((type, index) => [`${index}`, new Blob(['x'], { type })]));
    const backend = memory({ seed });
    const served: (string | null)[] = [];
    for (const { id } of (await backend.list(ROOT, {})).items)
      served.push((await fetch(await urlOf(backend, id))).headers.get('content-type'));
    deepEqual(served, [...Array<string>(4).fill('application/octet-stream'), 'image/png', 'video/mp4', 'text/plain']);
  });

  test('is of files alone', async () => {
    const backend = memory({ seed: { folder: {} } });
    await rejects(backend.download((await backend.list(ROOT, {})).items), 'invalid');
  });
});

describe('reading', () => {
  test('outside of the file is refused, and ends at its end', async () => {
    const backend = memory();
    const bytes = noise(100);
    const item = await store(backend, 'a.bin', bytes);
    for (const range of [{ start: -1 }, { start: 101 }, { start: 10, end: 9 }, { start: Number.NaN }])
      await rejects(backend.read!(item, range), 'invalid');
    const end = await new Response(await backend.read!(item, { start: 90, end: 1000 })).arrayBuffer();
    deepEqual(new Uint8Array(end), bytes.slice(90));
    equal((await new Response(await backend.read!(item, { start: 100 })).arrayBuffer()).byteLength, 0);
  });
});

describe('a large part', () => {
  test('of many megabytes comes back whole', async () => {
    const backend = memory();
    const bytes = noise(11 * 2 ** 20 + 3);
    const item = await store(backend, 'large.bin', bytes);
    const back = Buffer.from(await new Response(await backend.read!(item, { start: 0 })).arrayBuffer());
    ok(back.equals(bytes));
  });
});

describe('tickets and ids', () => {
  test('are not guessed from one another, and need no secure page', async (t) => {
    t.mock.method(crypto, 'randomUUID', () => {
      throw new TypeError('crypto.randomUUID is not a function');
    });
    const backend = memory();
    const seen = new Set<string>();
    for (let count = 0; count < 3000; count += 1) {
      const initiated = await backend.init({ name: 'a.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' });
      ok('ticket' in initiated);
      const { id } = initiated.ticket as { id: string };
      const words = id.split('-').map(Number);
      ok(words.length === 4 && words.every((word) => word >= 0 && word < 2 ** 32), id);
      seen.add(id);
    }
    equal(seen.size, 3000);
  });
});

describe('ten thousand small files', () => {
  test('cost little each', async () => {
    const backend = memory();
    const bytes = noise(1024);
    const before = process.cpuUsage();
    for (let count = 0; count < 10_000; count += 1) await store(backend, `file ${count}.bin`, bytes);
    const { user, system } = process.cpuUsage(before);
    equal((await backend.list(ROOT, { limit: 1 })).total, 10_000);
    // some 40 µs are measured on a quiet machine, Node's streams and Blobs included; what grows with the number of files would show
    ok((user + system) / 10_000 < 500, `${(user + system) / 10_000} µs each`);
  });

  test('of one name get ten thousand names without ten thousand tries each', async () => {
    const backend = memory();
    const before = process.cpuUsage();
    for (let count = 0; count < 10_000; count += 1) await backend.createFolder(ROOT, 'same', { conflict: 'rename' });
    const { user, system } = process.cpuUsage(before);
    ok((user + system) / 10_000 < 300, `${(user + system) / 10_000} µs each`);
  });
});
