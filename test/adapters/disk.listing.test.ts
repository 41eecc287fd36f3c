import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { comparison, lazyOrder, type Mark, natural } from '../../src/adapters/disk.order.js';
import type { Listed } from '../../src/adapters/disk.entries.js';
import type { Sort } from '../../src/backend/item.js';
import { all, codeOf, ground, namesIn, ok, store } from './disk.ground.js';

const listed = (name: string, more: Partial<Listed> = {}): Listed => ({
  name,
  path: name,
  folded: name.toLowerCase(),
  isFolder: false,
  size: 0,
  modified: 0,
  ...more,
});

test('names are ordered as people count, upper and lower case together', async (t) => {
  const { root, backend } = await ground(t);
  const names = ['file 2', 'File 10', 'file 1', 'FILE 3', 'file 02', 'a', 'B', 'c', '10', '9', '.dot', 'Ä', 'z', '\u{1f600}'];
  await backend.quota();
  for (const name of names) await writeFile(join(root, name), '');
  await mkdir(join(root, 'zz folder'));
  assert.deepEqual(await namesIn(backend), [
    'zz folder',
    '.dot',
    '9',
    '10',
    'a',
    'B',
    'c',
    'file 1',
    'file 02',
    'file 2',
    'FILE 3',
    'File 10',
    'z',
    'Ä',
    '\u{1f600}',
  ]);
  const descending = await all(backend, '', { sort: { by: 'name', direction: 'descending' } });
  assert.deepEqual(
    descending.map(({ name }) => name),
    ['zz folder', '\u{1f600}', 'Ä', 'z', 'File 10', 'FILE 3', 'file 2', 'file 02', 'file 1', 'c', 'B', 'a', '10', '9', '.dot'],
  );
});

test('the order is one: whichever way two of three names are compared, the third agrees', () => {
  const names = [
    '',
    '0',
    '00',
    '1',
    '01',
    '10',
    '2',
    'a',
    'a0',
    'a00',
    'a1',
    'a01b',
    'a1a',
    'a10',
    'a2',
    'a-1',
    'a.',
    'b',
    '1a',
    '01a',
    '1b',
  ];
  const sign = (a: string, b: string) => Math.sign(comparison({ by: 'name', direction: 'ascending' })(listed(a), listed(b)));
  for (const a of names)
    for (const b of names) {
      assert.equal(sign(a, b) + sign(b, a), 0);
      assert.equal(sign(a, b) === 0, a === b);
      for (const c of names) if (sign(a, b) < 0 && sign(b, c) < 0) ok(sign(a, c) < 0, `${a} ${b} ${c}`);
    }
  ok(natural('12345678901234567890', '12345678901234567891') < 0, 'numbers of any length');
});

test('an order that is read bit by bit is the order that sorting gives', () => {
  for (const sort of [
    { by: 'name', direction: 'ascending' },
    { by: 'size', direction: 'descending' },
    { by: 'modified', direction: 'ascending' },
  ] as const) {
    const compare = comparison(sort);
    const entries = Array.from({ length: 10_000 }, (_, index) =>
      listed(`${(index * 7919) % 10_000}`, { isFolder: index % 10 === 0, size: index % 10 === 0 ? 0 : index % 100, modified: index % 17 }),
    );
    const expected = [...entries].sort(compare).map(({ name }) => name);
    for (const page of [1, 999, 2500, 10_000]) {
      const order = lazyOrder([...entries], compare);
      const read: string[] = [];
      for (let mark: Mark | undefined; ;) {
        const some = order.after(mark, page);
        if (some.length === 0) break;
        read.push(...some.map(({ name }) => name));
        mark = some.at(-1);
        if (page === 1 && read.length === 300) break;
      }
      assert.deepEqual(read, expected.slice(0, read.length));
      assert.equal(read.length, page === 1 ? 300 : 10_000);
    }
    const middle = entries.find(({ name }) => name === expected[7000]);
    assert.deepEqual(
      lazyOrder([...entries], compare)
        .after(middle, 3)
        .map(({ name }) => name),
      expected.slice(7001, 7004),
      'from the middle, as after a restart',
    );
  }
});

test('a restart, additions and removals between pages neither repeat nor skip', async (t) => {
  const { root, backend, again } = await ground(t);
  await backend.quota();
  const names = Array.from({ length: 60 }, (_, index) => `file ${index}.txt`);
  for (const [index, name] of names.entries()) {
    await writeFile(join(root, name), 'x'.repeat((index * 7) % 13));
    await utimes(join(root, name), 0, 1e6 + ((index * 11) % 17));
  }
  const sorts: Sort[] = (['name', 'size', 'modified'] as const).flatMap((by) =>
    (['ascending', 'descending'] as const).map((direction) => ({ by, direction })),
  );
  for (const sort of sorts) {
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; ; page += 1) {
      const listing = await again().list({ id: '' }, { limit: 7, sort, ...(cursor !== undefined && { cursor }) });
      assert.equal(listing.total, (await readdir(root)).length - 1);
      seen.push(...listing.items.map(({ name }) => name));
      cursor = listing.cursor;
      if (cursor === undefined) break;
      // what comes and goes meanwhile, the last one that was told included
      await writeFile(join(root, `new ${sort.by} ${sort.direction} ${page}`), '');
      await rename(join(root, seen.at(-1)!), join(root, `.gone ${page}`));
      await rm(join(root, `.gone ${page}`));
    }
    assert.equal(new Set(seen).size, seen.length, `${sort.by} ${sort.direction}: nothing twice`);
    const old = seen.filter((name) => name.startsWith('file'));
    assert.deepEqual([...old].sort(), [...names].sort(), `${sort.by} ${sort.direction}: nothing left out`);
    for (const file of await readdir(root)) if (file.startsWith('new') || file.startsWith('.gone')) await rm(join(root, file));
    for (const [index, name] of names.entries()) {
      await writeFile(join(root, name), 'x'.repeat((index * 7) % 13));
      await utimes(join(root, name), 0, 1e6 + ((index * 11) % 17));
    }
  }
});

test('a folder of thousands is told once, page by page, with what it costs to remember bounded', async (t) => {
  const { root, backend } = await ground(t);
  await backend.quota();
  const count = 5000;
  for (let index = 0; index < count; index += 1) await writeFile(join(root, `${index}`), '');
  const items = await all(backend, '', { limit: 997 });
  assert.deepEqual(
    items.map(({ name }) => name),
    Array.from({ length: count }, (_, index) => `${index}`),
  );
});

test('what changed since the last page is shown as it is now', async (t) => {
  const { root, backend } = await ground(t);
  for (const name of ['a', 'b', 'c', 'd']) await store(backend, name, name);
  // long enough ago that the folder is remembered
  await utimes(root, new Date(), new Date(Date.now() - 10_000));
  const { cursor = '' } = await backend.list({ id: '' }, { limit: 1, sort: { by: 'size', direction: 'ascending' } });
  const { mtime } = await stat(root);
  await truncate(join(root, 'b'), 1000);
  await utimes(root, mtime, mtime);
  const { items } = await backend.list({ id: '' }, { cursor, sort: { by: 'size', direction: 'ascending' } });
  assert.equal(items.find(({ name }) => name === 'b')?.size, 1000);
  await rm(join(root, 'c'));
  assert.deepEqual(await namesIn(backend), ['a', 'b', 'd']);
  await store(backend, 'e', 'e');
  assert.deepEqual(await namesIn(backend), ['a', 'b', 'd', 'e']);
});

test('a search finds names anywhere below, in any case and normal form, in pages', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'Report 1.txt', '1');
  await store(backend, 'report 2.txt', '22', { path: 'a/b' });
  await store(backend, 'old REPORT.txt', '333', { path: 'reports' });
  await store(backend, 'other.txt', '', { path: 'a' });
  await store(backend, 'Cafe\u0301.txt', '');
  const found = await all(backend, '', { search: 'REPORT', limit: 1 });
  assert.deepEqual(
    found.map(({ id }) => id),
    ['reports', 'reports/old REPORT.txt', 'Report 1.txt', 'a/b/report 2.txt'],
  );
  assert.equal((await backend.list({ id: '' }, { search: 'report', limit: 1 })).total, 4);
  assert.deepEqual(
    (await all(backend, 'a', { search: 'report' })).map(({ id, parent }) => [id, parent]),
    [['a/b/report 2.txt', { id: 'a/b' }]],
  );
  const bySize = await all(backend, '', { search: 'report', limit: 2, sort: { by: 'size', direction: 'descending' } });
  assert.deepEqual(
    bySize.map(({ name }) => name),
    ['reports', 'old REPORT.txt', 'report 2.txt', 'Report 1.txt'],
  );
  assert.deepEqual(
    (await all(backend, '', { search: 'caf\u00e9' })).map(({ name }) => name),
    ['Cafe\u0301.txt'],
  );
});

test('a folder says where it lies', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'x', '', { path: 'a/b/c' });
  const { folder, ancestors, items } = await backend.list({ id: 'a/b' }, {});
  assert.equal(folder.id, 'a/b');
  assert.deepEqual(ancestors, [
    { id: '', name: '' },
    { id: 'a', name: 'a' },
  ]);
  assert.deepEqual(
    items.map(({ id, kind, parent }) => ({ id, kind, parent })),
    [{ id: 'a/b/c', kind: 'folder', parent: { id: 'a/b' } }],
  );
  const root = await backend.list({ id: '' }, {});
  assert.deepEqual([root.folder.name, root.folder.parent, root.ancestors], ['', undefined, []]);
  ok(!root.folder.can.includes('remove'));
});

test('cursors and pages that are none are refused', async (t) => {
  const { backend } = await ground(t);
  for (const name of ['a', 'b', 'c']) await store(backend, name, '');
  const { cursor = '' } = await backend.list({ id: '' }, { limit: 1 });
  const sort = { by: 'size', direction: 'ascending' } as const;
  for (const bad of ['', 'x', `${cursor}x`, Buffer.from('[]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')])
    assert.equal(await codeOf(backend.list({ id: '' }, { cursor: bad })), 'expired', bad);
  assert.equal(await codeOf(backend.list({ id: '' }, { cursor, sort })), 'expired', 'of another order');
  for (const limit of [0, -1, 1.5, NaN]) assert.equal(await codeOf(backend.list({ id: '' }, { limit })), 'invalid', String(limit));
});
