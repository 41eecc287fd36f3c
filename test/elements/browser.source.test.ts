import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import { defineBackend } from '../../src/backend/backend.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT, type Item, type Listing } from '../../src/backend/item.js';
import { Source, type SourceOptions } from '../../src/elements/browser.source.js';

/** Names that sort as they count. */
const seedOf = (files: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: files }, (_, index) => [`file ${String(index + 1)}.txt`, 'x'.repeat(index % 7)]));

interface Stage {
  backend: MemoryBackend;
  source: Source;
  /** How often the backend was asked for a page. */
  lists: () => number;
  names: () => string[];
}

async function stage(files: number, options: MemoryOptions = {}, how: Partial<SourceOptions> = {}): Promise<Stage> {
  const backend = memory({ seed: seedOf(files), capabilities: { list: { pageSize: 100 } }, ...options });
  let asked = 0;
  const list = backend.list.bind(backend);
  backend.list = (...args) => {
    asked++;
    return list(...args);
  };
  const can = await backend.capabilities({});
  assert.ok(can.list);
  const source = new Source({ backend, folder: ROOT, list: can.list, onChange: () => undefined, ...how });
  return { backend, source, lists: () => asked, names: () => source.rows.map(({ name }) => name) };
}

const settled = async (source: Source): Promise<void> => {
  while (source.loading) await new Promise(setImmediate);
};

test('a large folder opens at its first page, and loads no more than is looked at', async () => {
  const { source, lists } = await stage(5000, { capabilities: { list: { pageSize: 1000 } } });
  await source.open();
  assert.equal(lists(), 1);
  assert.equal(source.rows.length, 1000);
  assert.equal(source.count, 5000, 'the places of the others are there');
  source.want(400);
  await settled(source);
  assert.equal(lists(), 1);
  source.want(700);
  await settled(source);
  assert.equal(lists(), 2, 'a page is asked for ahead of the scroll');
  source.want(5000);
  await settled(source);
  assert.equal(lists(), 5);
  assert.ok(source.complete);
});

test('an item that comes on two pages is there once', async () => {
  const pages: Listing[] = [
    { folder: folder(), ancestors: [], items: [item('a'), item('b')], cursor: '1' },
    { folder: folder(), ancestors: [], items: [item('b'), item('c')] },
  ];
  const { source } = await stage(0, {}, { backend: listing(({ cursor }) => pages[Number(cursor ?? 0)]!) });
  await source.open();
  assert.deepEqual(
    source.rows.map(({ id }) => id),
    ['a', 'b', 'c'],
  );
});

test('a listing that fails at page 7 keeps what it has, says so, and goes on when it is told to', async () => {
  const { source, backend, lists } = await stage(1000);
  let asked = 0;
  backend.knobs.fail = (call) => (call === 'list' && ++asked === 7 ? new BackendError('server', 'Page 7 is torn out.') : undefined);
  await source.open();
  await source.everything();
  assert.equal(source.problem, 'server');
  assert.equal(source.rows.length, 600);
  assert.equal(source.count, 1000);
  source.want(900);
  assert.equal(lists(), 7, 'nothing more is asked for meanwhile');
  await source.retry();
  await source.everything();
  assert.equal(source.problem, undefined);
  assert.equal(source.rows.length, 1000);
});

for (const [what, total] of [
  ['too small', 3],
  ['too large', 4000],
] as const) {
  test(`a total that is ${what} misleads only until the last page`, async () => {
    const items = Array.from({ length: 40 }, (_, index) => item(String(index)));
    const backend = listing(({ cursor = '0' }) => {
      const at = Number(cursor);
      const rest = at + 10 < 40 ? { cursor: String(at + 10) } : {};
      return { folder: folder(), ancestors: [], items: items.slice(at, at + 10), total, ...rest };
    });
    const { source } = await stage(0, {}, { backend });
    source.want(-490);
    await source.open();
    assert.ok(source.count > source.rows.length, 'there is a place for what is to come');
    await source.everything();
    assert.equal(source.count, 40);
  });
}

test('a forgotten cursor starts over without losing what is shown', async () => {
  const { source, backend, names } = await stage(1000);
  await source.open();
  const before = names();
  let forgetful = true;
  const seen: number[] = [];
  backend.knobs.fail = (call, args) => {
    seen.push(source.rows.length);
    const { cursor } = args[1] as { cursor?: string };
    return forgetful && cursor !== undefined ? ((forgetful = false), new BackendError('expired', 'Which cursor?')) : undefined;
  };
  source.want(before.length);
  while (source.rows.length === before.length) await new Promise(setImmediate);
  assert.deepEqual(names().slice(0, before.length), before);
  assert.ok(source.rows.length > before.length);
  assert.ok(Math.min(...seen) >= before.length, 'nothing disappeared meanwhile');
});

test('a cursor that is forgotten every time is told in the end', async () => {
  const { source, backend } = await stage(1000);
  backend.knobs.fail = (_, [, page]) =>
    (page as { cursor?: string } | undefined)?.cursor === undefined ? undefined : new BackendError('expired', 'Again.');
  await source.open();
  assert.equal(source.problem, 'expired');
  assert.equal(source.rows.length, 100);
});

test('a refresh shows what came and went, and what is there stays until then', async () => {
  const { source, backend, names } = await stage(30);
  await source.open();
  const [first] = source.rows;
  await backend.remove([first!], { recursive: false });
  await backend.createFolder(ROOT, 'new', { conflict: 'ask' });
  const refreshing = source.refresh();
  assert.equal(source.rows.length, 30);
  await refreshing;
  assert.equal(names()[0], 'new');
  assert.ok(!names().includes(first!.name));
});

test('a refresh that fails keeps everything', async () => {
  const { source, backend } = await stage(30);
  await source.open();
  backend.knobs.fail = () => new BackendError('offline', 'No line.');
  await source.refresh();
  assert.equal(source.problem, 'offline');
  assert.equal(source.rows.length, 30);
});

test('sorts by the backend while not all is loaded, and by itself when it is', async () => {
  const { source, lists } = await stage(2000);
  await source.open();
  await source.sort({ by: 'size', direction: 'descending' });
  assert.deepEqual(
    source.rows.map(({ size }) => size),
    source.rows.map(({ size }) => size).sort((a, b) => b! - a!),
  );
  await source.everything();
  const asked = lists();
  await source.sort({ by: 'name', direction: 'descending' });
  assert.equal(source.rows[0]!.name, 'file 2000.txt');
  assert.equal(lists(), asked);
});

test('loads everything to sort by what the backend cannot sort by', async () => {
  const { source, names } = await stage(2000, { capabilities: { list: { pageSize: 100, sort: ['name'] } } });
  await source.open();
  const sorting = source.sort({ by: 'size', direction: 'ascending' });
  assert.ok(!source.ordered);
  await sorting;
  assert.ok(source.ordered);
  assert.equal(names()[0], 'file 1.txt');
  assert.equal(source.rows.at(-1)!.size, 6);
});

test('a backend that sorts nothing is sorted when all of it is there', async () => {
  const backend = listing(({ cursor }) => ({
    folder: folder(),
    ancestors: [],
    items: cursor ? [item('b'), item('dir', { kind: 'folder' })] : [item('c'), item('a')],
    ...(!cursor && { cursor: '1' }),
  }));
  const { source, names } = await stage(0, {}, { backend, list: { pageSize: 2, sort: [], search: false, total: false } });
  await source.open();
  assert.deepEqual(names(), ['dir', 'a', 'b', 'c']);
});

test('searches by the backend, and pages through what it finds', async () => {
  const { source, names } = await stage(2000);
  await source.open();
  assert.equal(source.searches, 'tree');
  await source.find('file 2');
  await source.everything();
  assert.equal(source.rows.length, 1 + 10 + 100 + 1);
  assert.ok(names().every((name) => name.includes('file 2')));
  await source.find('');
  assert.ok(names().includes('file 1.txt'));
});

test('searches what is loaded where the backend cannot, and loads nothing for it', async () => {
  const { source, lists, names } = await stage(1000, { capabilities: { list: { pageSize: 100, search: false } } });
  await source.open();
  const [asked, loaded] = [lists(), source.rows.length];
  await source.find('FILE 99');
  assert.equal(source.searches, 'loaded');
  assert.deepEqual(
    names(),
    ['file 99.txt', ...Array.from({ length: 10 }, (_, index) => `file 99${String(index)}.txt`)].slice(0, loaded < 990 ? 1 : 11),
  );
  source.want(500);
  assert.equal(lists(), asked);
  assert.equal(source.count, source.rows.length);
});

test('puts what has come in its place, once, and what belongs on a later page not yet', async () => {
  const { source, names } = await stage(1000);
  await source.open();
  const loaded = source.rows.length;
  source.put(item('x', { name: 'file 7a.txt' }));
  source.put(item('x', { name: 'file 7a.txt' }));
  assert.equal(names().indexOf('file 7a.txt'), 7);
  source.put(item('y', { name: 'zzz' }));
  assert.equal(source.rows.length, loaded + 1);
  assert.equal(source.count, 1002);
  source.put(item('z', { name: 'a file' }), 'x');
  assert.equal(names()[0], 'a file');
  assert.equal(source.rows.length, loaded + 1);
  source.drop(['z', 'nobody']);
  assert.equal(names()[0], 'file 1.txt');
});

test('what is done while a page is under way is not undone by that page', async () => {
  const { source, backend, names } = await stage(50);
  await source.open();
  const [first, second] = source.rows;
  const refreshing = source.refresh();
  source.drop([first!.id]);
  source.put({ ...second!, name: 'file 0.txt' });
  await refreshing;
  assert.equal(names()[0], 'file 0.txt');
  assert.ok(!source.rows.some(({ id }) => id === first!.id));
  await backend.quota();
});

test('lists folders alone where only they are wanted, and stops at the first file', async () => {
  const { source, lists, names } = await stage(5000, { seed: { a: {}, b: {}, ...seedOf(5000) } }, { foldersOnly: true });
  await source.open();
  assert.deepEqual(names(), ['a', 'b']);
  assert.equal(source.count, 2);
  assert.equal(lists(), 1);
});

test('says why a folder cannot be listed, and lists it when it can', async () => {
  const { source, backend } = await stage(3);
  backend.knobs.fail = () => new BackendError('forbidden', 'Not yours.');
  await source.open();
  assert.equal(source.problem, 'forbidden');
  assert.equal(source.count, 0);
  backend.knobs.fail = undefined;
  await source.retry();
  assert.equal(source.rows.length, 3);
});

test('an answer that comes after another folder was asked for counts no more', async () => {
  const { source, names } = await stage(3, { delay: 5 });
  const first = source.open();
  await source.sort({ by: 'name', direction: 'descending' });
  await first;
  assert.equal(names()[0], 'file 3.txt');
  const last = source.refresh();
  source.close();
  await last;
  assert.equal(source.rows.length, 3);
});

const folder = (): Item => ({ id: '', name: '', kind: 'folder', can: ['list'] });

const item = (id: string, facts: Partial<Item> = {}): Item => ({ id, name: id, kind: 'file', can: [], ...facts });

/** A backend that answers pages and nothing else. */
const listing = (answer: (page: { cursor?: string }) => Listing) =>
  defineBackend({ capabilities: () => Promise.resolve({ ...NOTHING, account: 'x' }), list: (_, page) => Promise.resolve(answer(page)) });
