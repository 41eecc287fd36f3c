import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { s3, sweepS3 } from '../../src/adapters/s3.js';
import { ROOT } from '../../src/backend/item.js';
import { Cuts } from '../../src/uploads/parts.js';
import { encoded, noise, put, take } from '../contract/bytes.js';
import { ask } from '../tools/bucket.js';
import { begin, digest, ground, itemOf, MIB, refuses, upload, whole } from './s3.ground.js';

const { ceph, backend: fresh, options } = await ground();

describe('a file', () => {
  for (const [told, size] of [
    ['0 B', 0],
    ['1 B', 1],
    ['5 MiB - 1', 5 * MIB - 1],
    ['5 MiB', 5 * MIB],
    ['5 MiB + 1', 5 * MIB + 1],
    ['100 MiB', 100 * MIB],
  ] as const)
    test(`of ${told} comes back with the same SHA-256`, async () => {
      const backend = fresh();
      const bytes = noise(size);
      const item = await upload(backend, 'file.bin', bytes);
      equal(item.size, size);
      equal(digest(await take(backend, item)), digest(bytes));
    });

  for (const [told, path, name] of [
    ['of many scripts and signs', 'ü/日本', 'a b+c%.txt'],
    ['with what URLs, forms and XML would take for theirs', `a&b=c?#/<x> "y" 'z'`, '%2F%20+$ (1)!*~@:;,.txt'],
    ['of 1,000 bytes', [250, 250, 250].map((length) => 'é'.repeat(length / 2)).join('/'), `${'n'.repeat(206)}.txt`],
  ] as const)
    test(`with a key ${told} goes there and back, is listed, renamed and removed`, async () => {
      const place = options();
      const backend = s3(place);
      const item = await upload(backend, name, encoded('odd'), path);
      deepEqual([item.id, item.name], [`${path}/${name}`, name]);
      if (told === 'of 1,000 bytes') equal(Buffer.byteLength(`${place.prefix ?? ''}${item.id}`), 1000);
      const [download] = await backend.download([item]);
      const response = await fetch(download?.url ?? '');
      equal(await response.text(), 'odd');
      const saved = /filename\*=UTF-8''(.*)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
      equal(decodeURIComponent(saved), name);
      deepEqual(
        (await backend.list({ id: `${path}/` }, {})).items.map(({ id }) => id),
        [item.id],
      );
      const renamed = await backend.rename(item, 'plain.txt');
      equal(Buffer.from(await take(backend, renamed)).toString(), 'odd');
      const top = `${path.split('/')[0] ?? ''}/`;
      deepEqual(await backend.remove([{ id: top }], { recursive: true }), [{ id: top, removed: true }]);
      deepEqual((await backend.list(ROOT, {})).items, []);
    });

  test('that is small costs the store few requests, the less the more there are, and leaves nothing hidden', async () => {
    let asked = 0;
    const counted: typeof fetch = (...request) => {
      asked += 1;
      return fetch(...request);
    };
    const place = options({ fetch: counted });
    const backend = s3(place);
    await upload(backend, 'first.bin', encoded('first'));
    const names = Array.from({ length: 20 }, (_, index) => `${index}.bin`);
    asked = 0;
    await Promise.all(names.map((name) => upload(backend, name, encoded(name))));
    ok(asked <= 20 * 7.5, `${asked} requests for 20 files`);
    deepEqual((await backend.list(ROOT, {})).items.map(({ name }) => name).sort(), ['first.bin', ...names].sort());
    const left = await ask(ceph, 'GET', `files?list-type=2&prefix=${encodeURIComponent(`${place.prefix ?? ''}.ferrykit/`)}`);
    const keys = [...left.matchAll(/<Key>([^<]+)/g)].map(([, key = '']) => key);
    // What became of each is remembered, and nothing else.
    equal(keys.length, 21, keys.join('\n'));
    ok(
      keys.every((key) => key.includes('upload%253A') || key.includes('upload%3A')),
      keys.join('\n'),
    );
  });

  test('of 5 TiB fits in 10,000 parts', async () => {
    const backend = fresh();
    const size = 5 * 2 ** 40;
    const initiated = await backend.init({ name: 'huge.bin', size, type: '' }, { folder: ROOT, conflict: 'ask' });
    ok('ticket' in initiated);
    const { preferred } = initiated.upload.partSize;
    ok(preferred * initiated.upload.maxParts >= size);
    const cuts = new Cuts(size, initiated.upload);
    let [parts, end] = [0, 0];
    for (let part = cuts.take(16 * MIB); part; part = cuts.take(16 * MIB)) [parts, end] = [parts + 1, part.end];
    equal(end, size);
    ok(parts <= 10_000);
    await backend.abort(initiated.ticket);
  });

  test('larger than the store copies at once is copied in ranges, with its type', async () => {
    const backend = fresh({ copyLimit: 5 * MIB });
    const bytes = noise(11 * MIB);
    const item = await upload(backend, 'large.bin', bytes);
    const to = await backend.createFolder(ROOT, 'to', { conflict: 'ask' });
    const [copied] = await backend.copy([item], { to, conflict: 'ask', operation: randomUUID() });
    ok(copied && 'item' in copied, JSON.stringify(copied));
    equal(copied.item.type, 'text/plain');
    equal(digest(await take(backend, copied.item)), digest(bytes));
  });

  test('in parts, of a name that two bring at once, is never replaced: one of them gets a number', async () => {
    const backend = fresh();
    const size = 6 * MIB;
    const tickets = await Promise.all([1, 2].map(() => begin(backend, 'same.bin', size, { conflict: 'rename' })));
    const items = await Promise.all(
      tickets.map(async (ticket, index) => {
        const { uploaded } = await put(backend, ticket, whole(size), noise(size, index + 1));
        return itemOf(await backend.complete(ticket, [uploaded], {}));
      }),
    );
    deepEqual(items.map(({ name }) => name).sort(), ['same (2).bin', 'same.bin']);
    for (const [index, item] of items.entries()) equal(digest(await take(backend, item)), digest(noise(size, index + 1)));
  });

  test('in parts, whose name somebody else took meanwhile, is asked about, and refused a number', async () => {
    const place = options();
    const backend = s3(place);
    const ticket = await begin(backend, 'same.bin', 6 * MIB);
    const { uploaded } = await put(backend, ticket, whole(6 * MIB), noise(6 * MIB));
    await ask(ceph, 'PUT', `files/${place.prefix ?? ''}same.bin`, 'theirs');
    ok('exists' in (await backend.complete(ticket, [uploaded], {})));
    await refuses(backend.complete(ticket, [uploaded], { conflict: 'rename' }), 'changed', /send the file again/);
    equal(Buffer.from(await take(backend, { id: 'same.bin' })).toString(), 'theirs');
    equal(itemOf(await backend.complete(ticket, [uploaded], { conflict: 'replace' })).size, 6 * MIB);
  });
});

describe('a listing', () => {
  test('goes on by the token of the store, tells a file from a folder of its name, and hides what is not finished', async () => {
    const place = options();
    const backend = s3(place);
    for (const name of ['a', 'b', 'c']) await upload(backend, name, encoded(name));
    await upload(backend, 'inside.txt', encoded('x'), 'd');
    await ask(ceph, 'PUT', `files/${place.prefix ?? ''}a/beside.txt`, 'x');
    await put(backend, await begin(backend, 'hidden.txt', 5), whole(5), encoded('bytes'));
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = await backend.list(ROOT, { limit: 2, ...(cursor !== undefined && { cursor }) });
      ok(page.items.length <= 2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
      more = cursor !== undefined;
    }
    deepEqual(seen.sort(), ['a', 'a/', 'b', 'c', 'd/']);
    equal(Buffer.from(await take(backend, { id: 'a' })).toString(), 'a');
    const hidden = ['.ferrykit/', '.ferrykit/uploads/', '.ferrykit', '.ferrykit/store/x'];
    const outcomes = await backend.remove(
      hidden.map((id) => ({ id })),
      { recursive: true },
    );
    deepEqual(
      outcomes.map((outcome) => 'error' in outcome && outcome.error.code),
      hidden.map(() => 'not-found'),
    );
  });

  test('has nothing of many files any more that were removed together, and all of the others', async () => {
    const backend = fresh();
    const names = ['a&b.txt', 'c"d.txt', 'e<f>.txt', 'stays.txt'];
    const items = await Promise.all(names.map((name) => upload(backend, name, encoded(name))));
    const wanted = [...items.slice(0, 3), { id: 'never/there.txt' }, { id: 'a//b' }];
    const outcomes = await backend.remove(wanted, { recursive: false });
    deepEqual(
      outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'removed' in outcome)),
      [true, true, true, true, 'invalid'],
    );
    deepEqual(
      (await backend.list(ROOT, {})).items.map(({ id }) => id),
      ['stays.txt'],
    );
  });

  test('keeps a folder that has lost what was in it', async () => {
    const backend = fresh();
    const item = await upload(backend, 'only.txt', encoded('x'), 'folder');
    await backend.remove([item], { recursive: false });
    deepEqual(
      (await backend.list(ROOT, {})).items.map(({ id }) => id),
      ['folder/'],
    );
  });
});

describe('what was left behind', () => {
  test('is found and ended by the sweep after seven days, and what is complete is spared', async () => {
    const place = options();
    const backend = s3(place);
    const part = { number: 1, start: 0, end: 5 * MIB };
    const large = await begin(backend, 'large.bin', 6 * MIB);
    await put(backend, large, part, noise(5 * MIB));
    await put(backend, await begin(backend, 'small.txt', 5), whole(5), encoded('small'));
    const kept = await upload(backend, 'kept.txt', encoded('kept'));
    const later = Date.now() + 8 * 86_400_000;
    deepEqual(await sweepS3(place), { swept: 0 });
    deepEqual(await sweepS3({ ...place, now: later }), { swept: 2 });
    deepEqual(await sweepS3({ ...place, now: later }), { swept: 0 });
    await refuses(backend.complete(large, [{ ...part, etag: '1' }], {}), 'not-found', /not open any more/);
    equal(Buffer.from(await take(backend, kept)).toString(), 'kept');
  });
});
