import assert from 'node:assert/strict';
import { appendFile, chmod, chown, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import type { Json, Outcome } from '../../src/backend/item.js';
import { all, child, codeOf, ground, namesIn, noise, ok, said, store, textOf } from './disk.ground.js';

const MIB = 2 ** 20;

/** Repeats a deed on one item until it is done; answers its last outcome and how often it was pending. */
async function finished(
  call: (ticket: { ticket?: Json }) => Promise<Outcome[]>,
): Promise<{ outcome: Outcome; pauses: number; done: number[] }> {
  const done: number[] = [];
  for (let given: { ticket?: Json } = {}; ;) {
    const [outcome] = await call(given);
    ok(outcome);
    if (!('pending' in outcome)) return { outcome, pauses: done.length, done };
    done.push(outcome.pending.done);
    ok(done.length < 1000, 'it never ends');
    given = { ticket: outcome.pending.ticket };
  }
}

/** A tree of files, some folders deep, with an empty one. */
async function plant(backend: Backend, name: string): Promise<string[]> {
  const paths = ['1.txt', 'a/2.txt', 'a/3.txt', 'a/b/4.txt', 'c/5.txt', 'z.txt'];
  for (const path of paths) {
    const names = [name, ...path.split('/')];
    const file = names.pop()!;
    await store(backend, file, path, { path: names.join('/') });
  }
  await backend.createFolder({ id: `${name}/a` }, 'empty', { conflict: 'ask' });
  return paths;
}

test('a copy that stops after each step goes on until it is whole, and is not seen before', async (t) => {
  const { backend, again } = await ground(t, { answerWithin: 0 });
  const paths = await plant(backend, 'tree');
  await backend.createFolder({ id: '' }, 'target', { conflict: 'ask' });
  const { outcome, pauses, done } = await finished(async (ticket) => {
    assert.deepEqual(await namesIn(backend, 'target'), []);
    return again().copy([{ id: 'tree' }], { to: { id: 'target' }, conflict: 'ask', operation: 'steps', ...ticket });
  });
  ok('item' in outcome && outcome.item.id === 'target/tree', JSON.stringify(outcome));
  ok(pauses >= paths.length, `${pauses} pauses`);
  assert.deepEqual(
    done,
    [...done].sort((a, b) => a - b),
    'it gets further',
  );
  for (const path of paths) assert.equal(await textOf(backend, `target/tree/${path}`), path);
  assert.equal((await backend.item({ id: 'target/tree/a/empty' })).kind, 'folder');
});

test('a large file is copied in pieces, and begun anew when it changes meanwhile', async (t) => {
  const { root, backend } = await ground(t, { answerWithin: 0 });
  const bytes = noise(3 * MIB + 17);
  await store(backend, 'large.bin', bytes);
  await chmod(join(root, 'large.bin'), 0o640);
  await utimes(join(root, 'large.bin'), 1e9, 1e9);
  const given = { to: { id: '' }, conflict: 'rename', operation: 'large' } as const;
  const { outcome, done } = await finished((ticket) => backend.copy([{ id: 'large.bin' }], { ...given, ...ticket }));
  ok('item' in outcome && outcome.item.name === 'large (1).bin');
  assert.deepEqual(done, [MIB, 2 * MIB, 3 * MIB, bytes.length]);
  assert.equal(outcome.item.modified, 1e12);
  assert.equal((await stat(join(root, 'large (1).bin'))).mode & 0o777, 0o640);
  assert.equal(await textOf(backend, 'large (1).bin'), bytes.toString());

  const [first] = await backend.copy([{ id: 'large.bin' }], { ...given, operation: 'changed' });
  ok(first && 'pending' in first);
  await writeFile(join(root, 'large.bin'), 'new');
  const anew = await finished((ticket) => backend.copy([{ id: 'large.bin' }], { ...given, operation: 'changed', ...ticket }));
  ok('item' in anew.outcome);
  assert.equal(await textOf(backend, anew.outcome.item.id), 'new');
});

test('one operation has one effect, however often and by however many it is asked', async (t) => {
  const { backend, again } = await ground(t);
  await plant(backend, 'tree');
  await store(backend, 'file.txt', 'file');
  await backend.createFolder({ id: '' }, 'target', { conflict: 'ask' });
  const given = { to: { id: 'target' }, conflict: 'rename', operation: 'once' } as const;
  for (const call of ['copy', 'move'] as const) {
    const items = [{ id: 'tree' }, { id: 'file.txt' }];
    const answers = await Promise.all([backend, again(), again()].map((one) => one[call](items, given)));
    answers.push(await again()[call](items, given));
    for (const answer of answers) assert.deepEqual(answer, answers[0], call);
    ok(
      answers[0]!.every((outcome) => 'item' in outcome),
      JSON.stringify(answers[0]),
    );
  }
  assert.deepEqual(await namesIn(backend, 'target'), ['tree', 'tree (1)', 'file (1).txt', 'file.txt']);
  assert.deepEqual(await namesIn(backend), ['target']);
});

test('an operation whose log was cut off by a crash goes on after its last whole line', async (t) => {
  const { root, backend, again } = await ground(t);
  for (const name of ['a', 'b']) await store(backend, name, name);
  const given = { to: { id: '' }, conflict: 'rename', operation: 'cut off' } as const;
  const [first] = await backend.copy([{ id: 'a' }], given);
  const operations = join(root, '.ferrykit/operations');
  const [folder] = await readdir(operations);
  await appendFile(join(operations, folder!, 'log'), '{"id":"b","placing":{"to":');
  const answers = await again().copy([{ id: 'a' }, { id: 'b' }], given);
  assert.deepEqual(answers[0], first);
  assert.deepEqual(await again().copy([{ id: 'a' }, { id: 'b' }], given), answers);
  assert.deepEqual(await namesIn(backend), ['a', 'a (1)', 'b', 'b (1)']);
});

test('an operation that failed for an item is tried again for it, and only for it', async (t) => {
  const { backend } = await ground(t);
  for (const name of ['a', 'b']) await store(backend, name, name);
  await store(backend, 'b', 'in the way', { path: 'target' });
  const given = { to: { id: 'target' }, conflict: 'ask', operation: 'partly' } as const;
  const items = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const first = await backend.move(items, given);
  assert.deepEqual(
    first.map((outcome) => ('error' in outcome ? outcome.error.code : 'item' in outcome)),
    [true, 'exists', 'not-found'],
  );
  const second = await backend.move(items, { ...given, conflict: 'replace' });
  assert.deepEqual(
    second.map((outcome) => ('error' in outcome ? outcome.error.code : 'item' in outcome)),
    [true, true, 'not-found'],
  );
  assert.equal(await textOf(backend, 'target/b'), 'b');
});

test('a folder that replaces one is merged with it, step by step too', async (t) => {
  for (const call of ['copy', 'move'] as const) {
    const { backend } = await ground(t, { answerWithin: 0 });
    const paths = await plant(backend, 'tree');
    await backend.createFolder({ id: '' }, 'target', { conflict: 'ask' });
    await store(backend, '2.txt', 'older', { path: 'target/tree/a' });
    await store(backend, 'kept.txt', 'kept', { path: 'target/tree/a' });
    const { outcome } = await finished((ticket) =>
      backend[call]([{ id: 'tree' }], { to: { id: 'target' }, conflict: 'replace', operation: 'merge', ...ticket }),
    );
    ok('item' in outcome && outcome.item.id === 'target/tree', JSON.stringify(outcome));
    for (const path of paths) assert.equal(await textOf(backend, `target/tree/${path}`), path);
    assert.equal(await textOf(backend, 'target/tree/a/kept.txt'), 'kept');
    assert.deepEqual(await namesIn(backend), call === 'copy' ? ['target', 'tree'] : ['target']);
  }
});

test('files and folders never replace each other', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'a', 'file');
  await store(backend, 'b', 'file');
  await store(backend, 'x', 'deep', { path: 'target/a' });
  await store(backend, 'x', 'deep', { path: 'from/b' });
  for (const call of ['copy', 'move'] as const) {
    const [file] = await backend[call]([{ id: 'a' }], { to: { id: 'target' }, conflict: 'replace', operation: '1' });
    const [folder] = await backend[call]([{ id: 'from/b' }], { to: { id: '' }, conflict: 'replace', operation: '2' });
    for (const outcome of [file, folder]) ok(outcome && 'error' in outcome && outcome.error.code === 'exists', JSON.stringify(outcome));
  }
  assert.equal(await codeOf(store(backend, 'target', 'x', { conflict: 'replace' })), 'exists');
  assert.equal(await codeOf(backend.createFolder({ id: '' }, 'a', { conflict: 'replace' })), 'exists');
  assert.deepEqual(await namesIn(backend), ['from', 'target', 'a', 'b']);
});

test('a folder does not go into itself, and its neighbour of a longer name is another one', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'x', 'x', { path: 'tree/inner' });
  await backend.createFolder({ id: '' }, 'tree 2', { conflict: 'ask' });
  for (const call of ['copy', 'move'] as const)
    for (const to of ['tree', 'tree/inner']) {
      const [outcome] = await backend[call]([{ id: 'tree' }], { to: { id: to }, conflict: 'rename', operation: to });
      ok(outcome && 'error' in outcome && outcome.error.code === 'invalid', JSON.stringify(outcome));
    }
  const [root] = await backend.move([{ id: '' }], { to: { id: 'tree' }, conflict: 'rename', operation: 'root' });
  ok(root && 'error' in root && root.error.code === 'not-allowed');
  const [moved] = await backend.move([{ id: 'tree' }], { to: { id: 'tree 2' }, conflict: 'ask', operation: 'aside' });
  ok(moved && 'item' in moved && moved.item.id === 'tree 2/tree');
});

test('a folder moves to a name that an empty folder has only where it may', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'x', 'x', { path: 'from/name' });
  await backend.createFolder({ id: '' }, 'name', { conflict: 'ask' });
  const move = (conflict: 'ask' | 'rename' | 'skip', operation: string) =>
    backend.move([{ id: 'from/name' }], { to: { id: '' }, conflict, operation });
  const [asked] = await move('ask', '1');
  ok(asked && 'error' in asked && asked.error.code === 'exists');
  assert.deepEqual(await move('skip', '2'), [{ id: 'from/name', skipped: true }]);
  assert.deepEqual(await namesIn(backend, 'name'), []);
  assert.equal(await codeOf(backend.rename({ id: 'from' }, 'name')), 'exists');
  const [renamed] = await move('rename', '3');
  ok(renamed && 'item' in renamed && renamed.item.id === 'name (1)');
});

test('tickets and operations that are none are refused', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'x', 'x');
  const to = { id: '' };
  for (const ticket of ['made-up', '../../x', 1, {}] as Json[]) {
    assert.equal(await codeOf(backend.copy([{ id: 'x' }], { to, conflict: 'rename', operation: 'o', ticket })), 'invalid');
    assert.equal(await codeOf(backend.remove([{ id: 'x' }], { recursive: true, ticket })), 'invalid');
  }
  assert.equal(
    await codeOf(backend.remove([{ id: 'x' }], { recursive: true, ticket: { deed: '../../../../../files/x.....', done: 0 } })),
    'invalid',
  );
  assert.equal(await codeOf(backend.copy([{ id: 'x' }], { to, conflict: 'rename', operation: '' })), 'invalid');
  assert.deepEqual(await namesIn(backend), ['x']);
});

test('a removal takes a folder out of sight at once, and deletes it step by step', async (t) => {
  const { root, backend, again } = await ground(t, { answerWithin: 0 });
  await plant(backend, 'tree');
  await plant(backend, 'second');
  const items = [{ id: 'tree' }, { id: 'second' }, { id: 'gone' }];
  const first = await backend.remove(items, { recursive: true });
  assert.deepEqual(await namesIn(backend), ['second']);
  ok(
    first.every((outcome) => 'pending' in outcome),
    JSON.stringify(first),
  );
  // a new folder of that name is another one
  await store(backend, 'new.txt', 'new', { path: 'tree' });
  for (const { id } of items) {
    const { outcome } = await finished((ticket) =>
      again().remove([{ id }], { recursive: true, ...('pending' in first[0]! && { ticket: first[0].pending.ticket }), ...ticket }),
    );
    assert.deepEqual(outcome, { id, removed: true });
  }
  assert.deepEqual(
    (await all(backend)).map(({ name }) => name),
    ['tree'],
  );
  assert.equal(await textOf(backend, 'tree/new.txt'), 'new');
  assert.deepEqual(await readdir(join(root, '.ferrykit/trash')), []);
});

test('what the server may not read or change is told, item by item, and stays', async (t) => {
  const { base, root, backend } = await ground(t);
  await backend.quota();
  const user = process.getuid?.() === 0 ? 65_534 : undefined;
  const folders = ['closed', 'mixed', 'mixed/closed', 'open', 'open/found here', 'fixed'];
  for (const folder of folders) await mkdir(join(root, folder));
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'closed/found not'), '');
  for (const file of ['mixed/1.txt', 'mixed/closed/2.txt', 'mixed/3.txt']) await writeFile(join(root, file), file);
  if (user !== undefined)
    for (const path of [
      '..',
      '',
      '.ferrykit',
      '.ferrykit/key',
      '.ferrykit/mark',
      '.ferrykit/uploads',
      '.ferrykit/trash',
      '.ferrykit/operations',
      'secret.txt',
      'mixed/1.txt',
      'mixed/3.txt',
      ...folders,
    ])
      await chown(join(root, path), user, user);
  await chmod(join(root, 'closed'), 0o000);
  await chmod(join(root, 'mixed/closed'), 0o500);
  await chmod(join(root, 'fixed'), 0o500);
  await chmod(join(root, 'secret.txt'), 0o000);
  t.after(async () => {
    for (const folder of ['closed', 'mixed', 'mixed/closed']) await chmod(join(root, folder), 0o700).catch(() => undefined);
  });
  const answers = await said<{ list: string; read: string; copy: Outcome[]; remove: Outcome[]; search: string[]; create: string }>(
    child(t, 'forbidden', { root }, user),
  );
  assert.equal(answers.list, 'forbidden');
  assert.equal(answers.read, 'forbidden');
  assert.equal(answers.create, 'forbidden');
  assert.deepEqual(answers.search, ['open/found here']);
  const [secret, mixed] = answers.copy;
  ok(secret && 'error' in secret && secret.error.code === 'forbidden', JSON.stringify(secret));
  ok(mixed && 'item' in mixed, JSON.stringify(mixed));
  const [removed] = answers.remove;
  ok(removed && 'error' in removed && removed.error.code === 'forbidden', JSON.stringify(removed));
  ok(!removed.error.message.includes(base), 'the message tells nothing of the server');
  assert.deepEqual(await readdir(join(root, 'mixed/closed')), ['2.txt'], 'what cannot be deleted is put back where it was');
  assert.deepEqual(await readdir(join(root, '.ferrykit/trash')), []);
});

test('work that is aborted stops, and half of it is not seen', async (t) => {
  const { root, backend } = await ground(t);
  await store(backend, 'large.bin', noise(8 * MIB));
  await backend.createFolder({ id: '' }, 'target', { conflict: 'ask' });
  const abort = new AbortController();
  const copying = codeOf(
    backend.copy([{ id: 'large.bin' }], { to: { id: 'target' }, conflict: 'ask', operation: 'aborted' }, { signal: abort.signal }),
  );
  setTimeout(() => abort.abort(), 1);
  assert.equal(await copying, 'aborted');
  assert.deepEqual(await namesIn(backend, 'target'), []);
  const operations = join(root, '.ferrykit/operations');
  for (const folder of await readdir(operations)) ok(!(await readdir(join(operations, folder))).includes('lock'), 'others may have it');
  const [copied] = await backend.copy([{ id: 'large.bin' }], { to: { id: 'target' }, conflict: 'ask', operation: 'aborted' });
  ok(copied && 'item' in copied && copied.item.size === 8 * MIB);
});
