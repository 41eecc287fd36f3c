import assert from 'node:assert/strict';
import { link, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Ticket, UploadedPart } from '../../src/backend/upload.js';
import {
  all,
  begin,
  child,
  codeOf,
  ground,
  killed,
  namesIn,
  noise,
  ok,
  put,
  said,
  staged,
  store,
  streamOf,
  textOf,
} from './disk.ground.js';

const MIB = 2 ** 20;

test('a process killed in the middle of a part leaves an upload that goes on', async (t) => {
  const { root, backend, again } = await ground(t);
  const size = 4 * MIB;
  const good = noise(size);
  const ticket = await begin(backend, 'resumed.bin', size);
  const second = await put(backend, ticket, { number: 2, start: 2 * MIB, end: size }, streamOf(good.subarray(2 * MIB)));
  const [upload] = await readdir(join(root, '.ferrykit/uploads'));
  const writer = child(t, 'write', { root, ticket, number: 1, start: 0, end: 2 * MIB });
  assert.equal(await said(writer), 'half');
  ok(
    (await staged(root)).some((file) => file.includes('.open.')),
    'it has a claim',
  );
  await killed(writer);

  const restarted = again();
  assert.deepEqual(await restarted.parts(ticket), { parts: [second] });
  assert.equal(await codeOf(restarted.complete(ticket, [second], {})), 'invalid');
  const first = await put(restarted, ticket, { number: 1, start: 0, end: 2 * MIB }, streamOf(good.subarray(0, 2 * MIB)));
  const files = await readdir(join(root, '.ferrykit/uploads', upload!));
  ok(
    files.some((file) => file.startsWith('1.') && file.endsWith('.done')),
    'the range of the dead one is taken over, not copied later',
  );
  ok('item' in (await restarted.complete(ticket, [first, second], {})));
  ok((await readFile(join(root, 'resumed.bin'))).equals(good));
});

test('a process killed while it completes uploads of one name leaves each of them stored once, whoever asks again', async (t) => {
  const { root, backend } = await ground(t);
  const count = 40;
  // each time a little later in the work
  for (const patience of [0, 15, 40, 80]) {
    const name = `same ${patience}.txt`;
    const completer = child(t, 'complete', { root, name, count });
    const uploads = await said<{ ticket: Ticket; part: UploadedPart }[]>(completer);
    await new Promise((resolve) => setTimeout(resolve, patience));
    await killed(completer);

    const ids: string[] = [];
    for (const { ticket, part } of uploads) {
      const completed = await backend.complete(ticket, [part], {});
      ok('item' in completed);
      ids.push(completed.item.id);
    }
    assert.equal(new Set(ids).size, count);
    const contents = await Promise.all(ids.map((id) => textOf(backend, id)));
    assert.deepEqual(
      contents,
      Array.from({ length: count }, (_, index) => `content ${index}`),
    );
    assert.equal((await all(backend)).filter((item) => item.name.startsWith(`same ${patience}`)).length, count);
  }
  ok(
    (await staged(root)).every((file) => file.startsWith('stored.')),
    'nothing but answers is left in the stage',
  );
});

/** The folder of the only upload. */
const onlyUpload = async (root: string) => join(root, '.ferrykit/uploads', (await readdir(join(root, '.ferrykit/uploads')))[0]!);

test('a file that got its name right before the end is found, and not stored twice', async (t) => {
  const { root, backend, again } = await ground(t);
  const ticket = await begin(backend, 'named.txt', 5, { conflict: 'rename' });
  const part = await put(backend, ticket, { number: 1, start: 0, end: 5 }, streamOf('named'));
  const upload = await onlyUpload(root);
  const [file] = await readdir(upload);
  // what the files look like between the link and the answer
  await link(join(upload, file!), join(upload, 'placing.0'));
  assert.deepEqual((await again().parts(ticket)).parts, [part], 'an intention alone is no deed');
  await link(join(upload, file!), join(root, 'named.txt'));
  const completed = await again().complete(ticket, [part], {});
  ok('item' in completed && completed.item.id === 'named.txt');
  assert.deepEqual(await namesIn(backend), ['named.txt']);
  assert.deepEqual(await again().parts(ticket), { parts: [], item: completed.item });
});

test('a file that got its name right before the end and was moved since is not stored again', async (t) => {
  const { root, backend, again } = await ground(t);
  const ticket = await begin(backend, 'named.txt', 5, { conflict: 'rename' });
  const part = await put(backend, ticket, { number: 1, start: 0, end: 5 }, streamOf('named'));
  const upload = await onlyUpload(root);
  const [file] = await readdir(upload);
  await link(join(upload, file!), join(upload, 'placing.0'));
  await link(join(upload, file!), join(root, 'named.txt'));
  await rename(join(root, 'named.txt'), join(root, 'moved.txt'));
  ok('item' in (await again().complete(ticket, [part], {})));
  assert.deepEqual(await namesIn(backend), ['moved.txt']);
});

test('a whole file that was sealed and not yet shown is put together anew', async (t) => {
  const { root, backend, again } = await ground(t);
  const ticket = await begin(backend, 'sealed.txt', 9);
  const parts = [
    await put(backend, ticket, { number: 1, start: 0, end: 3 }, streamOf('abc')),
    await put(backend, ticket, { number: 2, start: 3, end: 6 }, streamOf('def')),
  ];
  const upload = await onlyUpload(root);
  await link(join(root, '.ferrykit/mark'), join(upload, 'sealed'));
  // what comes after the seal has files of its own, at a range that is free as well
  parts[1] = await put(again(), ticket, { number: 2, start: 3, end: 6 }, streamOf('DEF'));
  parts.push(await put(again(), ticket, { number: 3, start: 6, end: 9 }, streamOf('ghi')));
  assert.equal((await readdir(upload)).filter((file) => file.endsWith('.part')).length, 2);
  ok('item' in (await again().complete(ticket, parts, {})));
  assert.equal(await textOf(backend, 'sealed.txt'), 'abcDEFghi');
});

test('a copy killed under way goes on in another process, and is made once', async (t) => {
  const { root, backend } = await ground(t);
  await backend.createFolder({ id: '' }, 'target', { conflict: 'ask' });
  for (let index = 0; index < 40; index += 1) await store(backend, `${index}.txt`, `content ${index}`, { path: `tree/${index % 4}` });
  const copier = child(t, 'copy', { root, id: 'tree' });
  await said(copier);
  await killed(copier);
  assert.deepEqual(
    (await namesIn(backend, 'target')).filter((name) => name !== 'tree'),
    [],
    'half a copy is not shown',
  );
  const given = { to: { id: 'target' }, conflict: 'rename', operation: 'the one' } as const;
  const [copied] = await backend.copy([{ id: 'tree' }], given);
  ok(copied && 'item' in copied && copied.item.id === 'target/tree', JSON.stringify(copied));
  assert.deepEqual(await backend.copy([{ id: 'tree' }], given), [copied]);
  assert.deepEqual(await namesIn(backend, 'target'), ['tree']);
  for (let index = 0; index < 40; index += 1)
    assert.equal(await textOf(backend, `target/tree/${index % 4}/${index}.txt`), `content ${index}`);
});
