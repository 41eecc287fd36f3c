import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { heavy } from '../../src/adapters/disk.bytes.js';
import type { UploadedPart } from '../../src/backend/upload.js';
import { all, begin, child, codeOf, ground, namesIn, noise, ok, put, said, staged, store, streamOf, textOf } from './disk.ground.js';

const MIB = 2 ** 20;

/** A promise and what fulfils it. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

test('parts of any cut, out of order and all at once, become the file without being copied', async (t) => {
  const { root, backend } = await ground(t);
  const bytes = noise(5 * MIB);
  const cuts = [0, 1, 7, 65_536, MIB, MIB + 1, 3 * MIB, bytes.length];
  const ticket = await begin(backend, 'cut.bin', bytes.length);
  const parts = cuts.slice(1).map((end, index) => ({ number: index + 1, start: cuts[index]!, end }));
  const sent = await Promise.all(parts.reverse().map((part) => put(backend, ticket, part, streamOf(bytes.subarray(part.start, part.end)))));
  const [upload] = await readdir(join(root, '.ferrykit/uploads'));
  const { ino } = await stat(join(root, '.ferrykit/uploads', upload!, 'whole'));
  assert.deepEqual(
    (await backend.parts(ticket)).parts,
    [...sent].sort((a, b) => a.number - b.number),
  );
  ok('item' in (await backend.complete(ticket, sent, {})));
  assert.equal((await stat(join(root, 'cut.bin'))).ino, ino);
  ok((await readFile(join(root, 'cut.bin'))).equals(bytes));
  assert.equal((await staged(root)).length, 1, 'only the answer is left in the stage');
});

test('a part that is too short or too long is refused and leaves nothing', async (t) => {
  const { root, backend } = await ground(t);
  const ticket = await begin(backend, 'x', 10);
  for (const part of [
    { number: 1, start: 0, end: 10 },
    { number: 1, start: 0, end: 5 },
  ]) {
    const length = part.end - part.start;
    for (const wrong of [0, 1, length - 1, length + 1, 3 * MIB])
      assert.equal(await codeOf(put(backend, ticket, part, streamOf(Buffer.alloc(wrong)))), 'invalid', `${wrong} of ${length}`);
  }
  assert.deepEqual(
    (await staged(root)).filter((file) => file !== 'whole'),
    [],
  );
  assert.deepEqual(await backend.parts(ticket), { parts: [] });
});

test('a body without an end is cut off at the first byte too many', async (t) => {
  const { backend } = await ground(t);
  const ticket = await begin(backend, 'x', 10);
  let told: unknown;
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      if (pulled > 100) controller.close();
      else controller.enqueue(new Uint8Array(6));
    },
    cancel(reason) {
      told = reason;
    },
  });
  assert.equal(await codeOf(put(backend, ticket, { number: 1, start: 0, end: 10 }, endless)), 'invalid');
  ok(pulled <= 4, 'it is not read on');
  ok(told, 'its sender is told');
});

test('slices that are none are refused, and their senders told', async (t) => {
  const { backend } = await ground(t);
  const ticket = await begin(backend, 'x', 10);
  for (const [number, start, end] of [
    [0, 0, 10],
    [-1, 0, 10],
    [1.5, 0, 10],
    [1, -1, 10],
    [1, 5, 5],
    [1, 6, 5],
    [1, 0, 11],
    [1, 0, NaN],
    [10_001, 0, 10],
  ] as const) {
    let cancelled = false;
    const bytes = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    assert.equal(await codeOf(put(backend, ticket, { number, start, end }, bytes)), 'invalid', `${number} ${start} ${end}`);
    ok(cancelled);
  }
});

test('a part that fails in its stream keeps its error, and can be sent again', async (t) => {
  const { root, backend } = await ground(t);
  const ticket = await begin(backend, 'x', 6);
  const cut = Promise.reject(Object.assign(new Error('cut'), { name: 'AbortError' }));
  cut.catch(() => undefined);
  assert.equal(await codeOf(put(backend, ticket, { number: 1, start: 0, end: 3 }, streamOf('a', cut))), 'aborted');
  assert.deepEqual(
    (await staged(root)).filter((file) => file !== 'whole'),
    [],
  );
  const parts = [
    await put(backend, ticket, { number: 1, start: 0, end: 3 }, streamOf('abc')),
    await put(backend, ticket, { number: 2, start: 3, end: 6 }, streamOf('def')),
  ];
  ok('item' in (await backend.complete(ticket, parts, {})));
  assert.equal(await textOf(backend, 'x'), 'abcdef');
});

test('a late writer cannot touch a finished file', async (t) => {
  const { root, backend } = await ground(t);
  const size = 4 * MIB;
  const ticket = await begin(backend, 'late.bin', size);
  const rest = later<Uint8Array>();
  // the first at its range, so it writes where the file will be
  const late = codeOf(put(backend, ticket, { number: 1, start: 0, end: 2 * MIB }, streamOf(Buffer.alloc(MIB, 'x'), rest.promise)));
  const good = noise(size);
  const second = await put(backend, ticket, { number: 2, start: 2 * MIB, end: size }, streamOf(good.subarray(2 * MIB)));
  const first = await put(backend, ticket, { number: 1, start: 0, end: 2 * MIB }, streamOf(good.subarray(0, 2 * MIB)));
  ok('item' in (await backend.complete(ticket, [first, second], {})));
  ok((await readFile(join(root, 'late.bin'))).equals(good));
  assert.equal(await late, 'not-found', 'it is stopped, and needs not come to its end first');
  rest.resolve(Buffer.alloc(MIB, 'x'));
  ok((await readFile(join(root, 'late.bin'))).equals(good));
  assert.equal((await staged(root)).length, 1);
});

test('a late writer in another process cannot touch a finished file', async (t) => {
  const { root, backend } = await ground(t);
  const size = 4 * MIB;
  const good = noise(size);
  const ticket = await begin(backend, 'late.bin', size);
  const first = { number: 1, start: 0, end: 2 * MIB };
  const writer = child(t, 'write', { root, ticket, ...first });
  assert.equal(await said(writer), 'half');
  const parts = [
    await put(backend, ticket, { number: 2, start: 2 * MIB, end: size }, streamOf(good.subarray(2 * MIB))),
    await put(backend, ticket, first, streamOf(good.subarray(0, 2 * MIB))),
  ];
  ok('item' in (await backend.complete(ticket, parts, {})));
  ok((await readFile(join(root, 'late.bin'))).equals(good));
  writer.send('go on');
  assert.deepEqual(await said(writer), { ended: 'not-found' });
  ok((await readFile(join(root, 'late.bin'))).equals(good));
});

test('one part twice at the same time is two attempts, and each can be chosen', async (t) => {
  const { backend } = await ground(t);
  for (const chosen of [0, 1]) {
    const name = `twice ${chosen}`;
    const ticket = await begin(backend, name, 4);
    const [a, b] = await Promise.all(['aa', 'bb'].map((text) => put(backend, ticket, { number: 1, start: 0, end: 2 }, streamOf(text))));
    const end = await put(backend, ticket, { number: 2, start: 2, end: 4 }, streamOf('zz'));
    assert.notEqual(a!.etag, b!.etag);
    ok('item' in (await backend.complete(ticket, [[a!, b!][chosen]!, end], {})));
    assert.equal(await textOf(backend, name), ['aazz', 'bbzz'][chosen]);
  }
});

test('a file that is cut anew under way is what was chosen in the end', async (t) => {
  const { backend } = await ground(t);
  const ticket = await begin(backend, 'recut', 8);
  const send = (number: number, start: number, end: number, text: string) => put(backend, ticket, { number, start, end }, streamOf(text));
  await send(1, 0, 4, 'AAAA');
  const parts = [await send(1, 0, 3, 'aaa'), await send(2, 3, 6, 'bbb'), await send(3, 6, 8, 'cc')];
  assert.equal(
    await codeOf(backend.complete(ticket, [{ number: 1, start: 0, end: 4, etag: parts[0]!.etag! }, ...parts.slice(1)], {})),
    'invalid',
  );
  ok('item' in (await backend.complete(ticket, parts, {})));
  assert.equal(await textOf(backend, 'recut'), 'aaabbbcc');
});

test('a part that was overwritten by a later choice cannot be chosen any more', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'taken', 'taken');
  const initiated = await backend.init({ name: 'taken', size: 4, type: '' }, { folder: { id: '' }, conflict: 'replace' });
  ok('ticket' in initiated);
  const { ticket } = initiated;
  const send = (number: number, start: number, end: number, text: string) => put(backend, ticket, { number, start, end }, streamOf(text));
  const [first, second, anew] = [await send(1, 0, 2, 'aa'), await send(2, 2, 4, 'zz'), await send(1, 0, 2, 'bb')];
  ok('exists' in (await backend.complete(ticket, [anew, second], { conflict: 'ask' })));
  assert.equal(await codeOf(backend.complete(ticket, [first, second], {})), 'invalid');
  assert.deepEqual((await backend.parts(ticket)).parts, [anew, second]);
  ok('item' in (await backend.complete(ticket, [anew, second], {})));
  assert.equal(await textOf(backend, 'taken'), 'bbzz');
});

test('parts that are there are told once each, and none over another', async (t) => {
  const { backend } = await ground(t);
  const ticket = await begin(backend, 'told', 10);
  const send = (number: number, start: number, end: number) =>
    put(backend, ticket, { number, start, end }, streamOf('x'.repeat(end - start)));
  const kept = [await send(1, 0, 4), await send(3, 8, 10)];
  await send(1, 0, 4);
  await send(2, 3, 8);
  assert.deepEqual((await backend.parts(ticket)).parts, kept);
  const second = await send(2, 4, 8);
  const told = (await backend.parts(ticket)).parts;
  assert.deepEqual(told, [kept[0], second, kept[1]]);
  ok('item' in (await backend.complete(ticket, told, {})));
});

test('two uploads of one name at the same time both live', async (t) => {
  const { backend } = await ground(t);
  const tickets = await Promise.all([1, 2, 3, 4, 5].map(() => begin(backend, 'same.txt', 1, { conflict: 'rename' })));
  const parts = await Promise.all(
    tickets.map((ticket, index) => put(backend, ticket, { number: 1, start: 0, end: 1 }, streamOf(String(index)))),
  );
  const items = await Promise.all(tickets.map((ticket, index) => backend.complete(ticket, [parts[index]!], {})));
  const ids = items.map((completed) => ('item' in completed ? completed.item.id : ''));
  assert.equal(new Set(ids).size, 5);
  assert.deepEqual(await Promise.all(ids.map((id) => textOf(backend, id))), ['0', '1', '2', '3', '4']);
  assert.deepEqual((await namesIn(backend)).sort(), ['same (1).txt', 'same (2).txt', 'same (3).txt', 'same (4).txt', 'same.txt']);
});

test('of two uploads of one name that ask, one is stored and the other is told, and lives on', async (t) => {
  const { backend } = await ground(t);
  const tickets = [await begin(backend, 'same.txt', 1), await begin(backend, 'same.txt', 1)];
  const parts = await Promise.all(
    tickets.map((ticket, index) => put(backend, ticket, { number: 1, start: 0, end: 1 }, streamOf(String(index)))),
  );
  const answers = await Promise.all(tickets.map((ticket, index) => backend.complete(ticket, [parts[index]!], {})));
  const loser = answers.findIndex((answer) => 'exists' in answer);
  ok(loser >= 0 && 'item' in answers[1 - loser]!);
  assert.equal(await textOf(backend, 'same.txt'), String(1 - loser));
  const replaced = await backend.complete(tickets[loser]!, [parts[loser]!], { conflict: 'replace' });
  ok('item' in replaced && replaced.item.id === 'same.txt');
  assert.equal(await textOf(backend, 'same.txt'), String(loser));
});

test('two processes that store many files of one name lose none', async (t) => {
  const { root, backend } = await ground(t);
  const count = 60;
  const processes = [1, 2].map(() => child(t, 'store', { root, name: 'same.txt', count }));
  for (const process of processes) assert.equal(await said(process), 'ready');
  const told = processes.map((process) => said<string[]>(process));
  for (const process of processes) process.send('go');
  const ids = (await Promise.all(told)).flat();
  assert.equal(new Set(ids).size, 2 * count);
  const contents = await Promise.all(ids.map((id) => textOf(backend, id)));
  assert.equal(new Set(contents).size, 2 * count, 'every content is there once');
  assert.equal((await all(backend)).length, 2 * count);
});

test('a complete that is asked by two at once, or again after a restart, answers one item', async (t) => {
  const { backend, again } = await ground(t);
  for (const [name, cuts] of [
    ['one part', [0, 4]],
    ['two parts', [0, 2, 4]],
  ] as const) {
    const ticket = await begin(backend, name, 4, { conflict: 'rename' });
    const parts: UploadedPart[] = [];
    for (const [index, end] of cuts.slice(1).entries())
      parts.push(
        await put(backend, ticket, { number: index + 1, start: cuts[index]!, end }, streamOf('xxxx'.slice(0, end - cuts[index]!))),
      );
    const answers = await Promise.all([backend, again(), again(), backend].map((one) => one.complete(ticket, parts, {})));
    answers.push(await again().complete(ticket, parts, {}));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    ok(answers[0] && 'item' in answers[0]);
    const { item } = answers[0];
    assert.deepEqual(await backend.item({ id: item.id }), item);
    assert.deepEqual(await again().parts(ticket), { parts: [], item });
    // the answer stays what it was, whatever becomes of the item
    await backend.rename({ id: item.id }, `${name} renamed`);
    assert.deepEqual(await backend.complete(ticket, parts, {}), { item });
  }
  assert.deepEqual((await namesIn(backend)).sort(), ['one part renamed', 'two parts renamed']);
});

test('what was skipped is said again, and its bytes are gone', async (t) => {
  const { root, backend, again } = await ground(t);
  const ticket = await begin(backend, 'taken.txt', 3);
  const part = await put(backend, ticket, { number: 1, start: 0, end: 3 }, streamOf('new'));
  const old = await store(backend, 'taken.txt', 'old');
  const answer = await backend.complete(ticket, [part], { conflict: 'skip' });
  assert.deepEqual(answer, { skipped: old });
  assert.deepEqual(await again().complete(ticket, [part], { conflict: 'replace' }), answer);
  assert.equal(await textOf(backend, 'taken.txt'), 'old');
  ok(!(await staged(root)).some((file) => file.endsWith('.part')));
});

test('an empty file needs no part and takes one of nothing', async (t) => {
  const { backend } = await ground(t);
  const item = await store(backend, 'empty.txt', '');
  assert.equal(item.size, 0);
  const ticket = await begin(backend, 'empty too.txt', 0);
  const part = await put(backend, ticket, { number: 1, start: 0, end: 0 }, streamOf());
  ok('item' in (await backend.complete(ticket, [part], {})));
  assert.equal(await textOf(backend, 'empty too.txt'), '');
});

test('the date of the file that was chosen is kept', async (t) => {
  const { backend, again } = await ground(t);
  const modified = Date.UTC(2001, 1, 3, 4, 5, 6, 789);
  const initiated = await backend.init({ name: 'old.txt', size: 3, type: '', modified }, { folder: { id: '' }, conflict: 'ask' });
  ok('ticket' in initiated);
  const part = await put(backend, initiated.ticket, { number: 1, start: 0, end: 3 }, streamOf('old'));
  const completed = await backend.complete(initiated.ticket, [part], {});
  ok('item' in completed && completed.item.modified === modified);
  assert.equal((await again().item({ id: 'old.txt' })).modified, modified);
});

test('writing never takes the last of the threads that look at files', async () => {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  let running = 0;
  let most = 0;
  const deed = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => heavy(deed)));
  assert.equal(most, threads - 1);
  await assert.rejects(heavy(() => Promise.reject(new Error('failed'))));
  most = 0;
  await Promise.all(Array.from({ length: 20 }, () => heavy(deed)));
  assert.equal(most, threads - 1);
});
