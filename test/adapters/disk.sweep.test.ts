import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sweepDisk } from '../../src/adapters/disk.js';
import { begin, codeOf, ground, namesIn, ok, put, staged, store, streamOf, textOf } from './disk.ground.js';

const DAY = 86_400_000;

test('an upload is swept seven days after its last byte, and not before', async (t) => {
  const { root, backend } = await ground(t);
  const ticket = await begin(backend, 'left.txt', 10);
  const part = await put(backend, ticket, { number: 1, start: 0, end: 5 }, streamOf('first'));
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 6.9 * DAY }), { swept: 0 });
  assert.deepEqual(await backend.parts(ticket), { parts: [part] });
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 7.1 * DAY }), { swept: 1 });
  assert.deepEqual(await staged(root), []);
  assert.equal(await codeOf(backend.parts(ticket)), 'not-found');
  assert.equal(await codeOf(put(backend, ticket, { number: 2, start: 5, end: 10 }, streamOf('later'))), 'not-found');
  assert.equal(await codeOf(backend.complete(ticket, [part], {})), 'not-found');
  await backend.abort(ticket);
});

test('answers and operations are swept, the files stay', async (t) => {
  const { root, backend } = await ground(t);
  const old = Date.UTC(1999, 0, 1);
  const initiated = await backend.init({ name: 'kept.txt', size: 4, type: '', modified: old }, { folder: { id: '' }, conflict: 'ask' });
  ok('ticket' in initiated);
  const part = await put(backend, initiated.ticket, { number: 1, start: 0, end: 4 }, streamOf('kept'));
  await sweepDisk({ root });
  const completed = await backend.complete(initiated.ticket, [part], {});
  await backend.copy([{ id: 'kept.txt' }], { to: { id: '' }, conflict: 'rename', operation: 'copy' });
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 6.9 * DAY }), { swept: 0 }, 'a file of an old date is no old upload');
  assert.deepEqual(await backend.complete(initiated.ticket, [part], {}), completed);
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 7.1 * DAY }), { swept: 2 });
  assert.deepEqual(await readdir(join(root, '.ferrykit/operations')), []);
  assert.deepEqual(await namesIn(backend), ['kept (1).txt', 'kept.txt']);
  assert.equal(await textOf(backend, 'kept.txt'), 'kept');
});

test('an answer is swept in its time though other uploads were finished since', async (t) => {
  const { root, backend } = await ground(t);
  await store(backend, 'first.txt', 'first');
  const first = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await store(backend, 'second.txt', 'second');
  assert.deepEqual(await sweepDisk({ root, now: first + 50 + 7 * DAY }), { swept: 1 });
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 1 + 7 * DAY }), { swept: 1 });
});

test('an upload is as old as it is, whatever date its file shows', async (t) => {
  const { root, backend } = await ground(t);
  const file = { name: 'taken.txt', size: 1, type: '', modified: Date.UTC(2100, 0, 1) };
  const initiated = await backend.init(file, { folder: { id: '' }, conflict: 'ask' });
  ok('ticket' in initiated);
  const part = await put(backend, initiated.ticket, { number: 1, start: 0, end: 1 }, streamOf('x'));
  await writeFile(join(root, 'taken.txt'), '');
  ok('exists' in (await backend.complete(initiated.ticket, [part], {})));
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 7.1 * DAY }), { swept: 1 });
});

test('what a removal left in the trash is swept after an hour', async (t) => {
  const { root, backend } = await ground(t);
  await backend.quota();
  await mkdir(join(root, '.ferrykit/trash/left/deep'), { recursive: true });
  await writeFile(join(root, '.ferrykit/trash/left/deep/file'), 'x');
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 0.5 * 3_600_000 }), { swept: 0 });
  assert.deepEqual(await sweepDisk({ root, now: Date.now() + 1.5 * 3_600_000 }), { swept: 1 });
  assert.deepEqual(await readdir(join(root, '.ferrykit/trash')), []);
});

test('a sweep ends with its signal', async (t) => {
  const { root, backend } = await ground(t);
  await begin(backend, 'left.txt', 10);
  assert.equal(await codeOf(sweepDisk({ root, now: Date.now() + 8 * DAY }, { signal: AbortSignal.abort() })), 'aborted');
  assert.equal((await readdir(join(root, '.ferrykit/uploads'))).length, 1);
});
