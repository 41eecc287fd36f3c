import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT, type Item } from '../../src/backend/item.js';
import { Deed, type DeedOptions } from '../../src/elements/browser.deed.js';
import { Deeds, liesIn, type Change } from '../../src/elements/browser.deeds.js';

interface Stage {
  backend: MemoryBackend;
  deeds: Deeds;
  changes: Change[];
  ended: Deed[];
  all: (folder?: Item) => Promise<Item[]>;
  names: (folder?: Item) => Promise<string[]>;
  one: (name: string, folder?: Item) => Promise<Item>;
}

function stage(options: MemoryOptions): Stage {
  const backend = memory(options);
  const changes: Change[] = [];
  const ended: Deed[] = [];
  const all = async (folder: Item | typeof ROOT = ROOT): Promise<Item[]> => (await backend.list(folder, {})).items;
  return {
    backend,
    changes,
    ended,
    all,
    deeds: new Deeds({
      backend: () => backend,
      onDone: (change) => changes.push(change),
      onEnd: (deed) => ended.push(deed),
      onChange: () => undefined,
    }),
    names: async (folder) => (await all(folder)).map(({ name }) => name),
    one: async (name, folder) => (await all(folder)).find((item) => item.name === name)!,
  };
}

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${String(index)}.txt`, 'x']));

const until = async (holds: () => unknown): Promise<void> => {
  while (!holds()) await new Promise(setImmediate);
};

/** A deed on its own, which never waits. */
const deedOf = (items: readonly Item[], call: DeedOptions['call'], more: Partial<DeedOptions> = {}): Deed =>
  new Deed({
    kind: 'move',
    items,
    call,
    onDone: () => undefined,
    onChange: () => undefined,
    wait: () => Promise.resolve(),
    ...more,
  });

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), name: String(index), kind: 'file', can: [] }));

test('a thousand items are moved in batches, and what fails is told while the others go on', async () => {
  const { deeds, names, one, all, ended, changes, backend } = stage({ seed: { to: {}, ...many(999) }, delay: 1 });
  const to = await one('to');
  const files = (await all()).filter(({ kind }) => kind === 'file');
  await backend.remove([files[500]!], { recursive: false });
  const running = deeds.transfer('move', files, to);
  const [deed] = deeds.current;
  const seen = new Set<number>();
  await until(() => {
    seen.add(deed!.settled);
    return deed!.state === 'ended';
  });
  await running;
  assert.ok(seen.size > 10, 'progress was seen');
  assert.equal(deed!.done.length, 998);
  assert.deepEqual(
    deed!.failed.map(({ item, code }) => [item.name, code]),
    [[files[500]!.name, 'not-found']],
  );
  assert.equal((await names(to)).length, 998);
  assert.equal(changes.length, 998);
  assert.deepEqual(ended, [deed]);
  assert.deepEqual(deeds.current, [deed], 'what failed stays to be looked at');
  deeds.dismiss(deed!);
  assert.deepEqual(deeds.current, []);
});

test('what went well is told and needs nobody', async () => {
  const { deeds, all, names, ended } = stage({ seed: many(60) });
  await deeds.remove(await all());
  assert.deepEqual(await names(), []);
  assert.equal(ended[0]!.done.length, 60);
  assert.deepEqual(deeds.current, []);
});

test('it is stopped between two calls, and the rest stays as it was', async () => {
  const { deeds, all, names } = stage({ seed: many(100), delay: 1 });
  const running = deeds.remove(await all());
  const [deed] = deeds.current;
  await until(() => deed!.done.length > 0);
  deed!.stop();
  await running;
  assert.ok(deed!.stopped);
  assert.equal((await names()).length, 100 - deed!.done.length);
  assert.ok(deed!.done.length < 100);
});

test('work that goes on is asked for again until it is done', async () => {
  const { deeds, all, one, names } = stage({ seed: { to: {}, ...many(30) }, batch: 7 });
  const to = await one('to');
  await deeds.transfer('copy', (await all()).slice(1), to);
  assert.equal((await names(to)).length, 30);
});

test('work that goes on can be stopped', async () => {
  const deed = deedOf(items(3), (refs) => Promise.resolve(refs.map(({ id }) => ({ id, pending: { ticket: 1, done: 0 } }))), {
    wait: () => new Promise(setImmediate),
  });
  const running = deed.run();
  await new Promise(setImmediate);
  deed.stop();
  await running;
  assert.ok(deed.stopped);
  assert.equal(deed.settled, 0);
});

test('a call that cannot be made is made again with the same operation, as often as makes sense', async () => {
  const asked: string[] = [];
  const waits: number[] = [];
  const deed = deedOf(
    items(2),
    (_, { operation }) => {
      asked.push(operation);
      return Promise.reject(new BackendError('rate-limited', 'Slowly.', asked.length === 1 ? { retryAfter: 7 } : {}));
    },
    {
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
    },
  );
  await deed.run();
  assert.equal(new Set(asked).size, 1);
  assert.deepEqual(waits, [7000, 4000]);
  assert.deepEqual(
    deed.failed.map(({ code }) => code),
    ['rate-limited', 'rate-limited'],
  );
});

test('what is refused for good is not asked for again', async () => {
  let asked = 0;
  const deed = deedOf(items(2), () => {
    asked++;
    return Promise.reject(new BackendError('forbidden', 'No.'));
  });
  await deed.run();
  assert.equal(asked, 1);
  assert.equal(deed.failed[0]!.code, 'forbidden');
});

test('what has failed can be tried again, and only that', async () => {
  const broken = new Set(['1']);
  const asked: string[][] = [];
  const deed = deedOf(items(3), (refs) => {
    asked.push(refs.map(({ id }) => id));
    return Promise.resolve(
      refs.map(({ id }) => (broken.has(id) ? { id, error: { code: 'locked' as const, message: '' } } : { id, removed: true as const })),
    );
  });
  await deed.run();
  assert.equal(deed.failed.length, 1);
  broken.clear();
  await deed.retry();
  assert.deepEqual(asked, [['0', '1', '2'], ['1']]);
  assert.deepEqual([deed.failed.length, deed.done.length], [0, 3]);
});

test('an outcome that the backend left out is a failure, not a success', async () => {
  const deed = deedOf(items(2), ([first]) => Promise.resolve([{ id: first!.id, removed: true }]));
  await deed.run();
  assert.deepEqual([deed.done.length, deed.failed.length], [1, 1]);
});

test('a taken name is asked about after the others are done: replace one, keep both of one, skip the rest', async () => {
  const seed = { to: { 'a.txt': 'old a', 'b.txt': 'old b', 'c.txt': 'old c', 'd.txt': 'old d' }, 'a.txt': 'new a' };
  const { deeds, one, all, names } = stage({ seed: { ...seed, 'b.txt': 'b', 'c.txt': 'c', 'd.txt': 'd', 'e.txt': 'e' } });
  const to = await one('to');
  const running = deeds.transfer(
    'move',
    (await all()).filter(({ kind }) => kind === 'file'),
    to,
  );
  const [deed] = deeds.current;
  await until(() => deed!.state === 'asking');
  assert.equal(deed!.done.length, 1, 'e.txt needed nobody');
  assert.deepEqual([deed!.question!.item.name, deed!.question!.more], ['a.txt', true]);
  deed!.answer('replace', false);
  await until(() => deed!.question?.item.name === 'b.txt');
  deed!.answer('rename', false);
  await until(() => deed!.question?.item.name === 'c.txt');
  deed!.answer('skip', true);
  await running;
  assert.deepEqual(await names(), ['to', 'c.txt', 'd.txt']);
  assert.equal((await one('a.txt', to)).size, 5);
  assert.equal((await names(to)).length, 6);
  assert.deepEqual([deed!.done.length, deed!.skipped.length], [3, 2]);
});

test('one answer for all is one answer', async () => {
  const { deeds, one, all, names } = stage({ seed: { to: many(40), ...many(40) } });
  const to = await one('to');
  const running = deeds.transfer('copy', (await all()).slice(1), to);
  const [deed] = deeds.current;
  await until(() => deed!.state === 'asking');
  deed!.answer('rename', true);
  await running;
  assert.equal((await names(to)).length, 80);
});

test('a question can be left by stopping', async () => {
  const { deeds, one, names } = stage({ seed: { to: { a: '1' }, a: '2' } });
  const running = deeds.transfer('move', [await one('a')], await one('to'));
  const [deed] = deeds.current;
  await until(() => deed!.state === 'asking');
  deed!.stop();
  await running;
  assert.deepEqual(await names(), ['to', 'a']);
  assert.ok(deed!.stopped);
});

test('where a file and a folder meet, replacing fails instead of asking for ever', async () => {
  const { deeds, one, ended } = stage({ seed: { to: { x: {} }, x: 'file' } });
  const running = deeds.transfer('move', [await one('x')], await one('to'));
  const [deed] = deeds.current;
  await until(() => deed!.state === 'asking');
  deed!.answer('replace', false);
  await running;
  assert.equal(ended[0]!.failed[0]!.code, 'exists');
});

test('a move is undone, each item to where it lay', async () => {
  const { deeds, one, names } = stage({ seed: { one: { a: '1' }, two: { b: '2' }, to: {} } });
  const [first, second, to] = await Promise.all([one('one'), one('two'), one('to')]);
  await deeds.transfer('move', [await one('a', first), await one('b', second)], to);
  assert.deepEqual(await names(to), ['a', 'b']);
  assert.deepEqual(deeds.undo.what, { kind: 'move', n: 2, name: 'a' });
  deeds.undo.run();
  await until(() => deeds.current.length === 0);
  assert.deepEqual([await names(first), await names(second), await names(to)], [['a'], ['b'], []]);
  assert.equal(deeds.undo.what, undefined, 'undoing is not offered to be undone');
});

test('what took the place of something else is not offered to be undone, nor is a copy', async () => {
  const { deeds, one } = stage({ seed: { to: { a: 'old' }, a: 'new', b: '' } });
  const to = await one('to');
  const running = deeds.transfer('move', [await one('a')], to);
  await until(() => deeds.current[0]?.state === 'asking');
  deeds.current[0]!.answer('replace', false);
  await running;
  await deeds.transfer('copy', [await one('b')], to);
  assert.equal(deeds.undo.what, undefined);
});

test('a new name is undone, and a name that is taken is refused', async () => {
  const { deeds, one, names, changes } = stage({ seed: { a: '1', b: '2' } });
  await assert.rejects(deeds.rename(await one('a'), 'b'), { code: 'exists' });
  assert.equal(deeds.undo.what, undefined);
  await deeds.rename(await one('a'), 'c');
  assert.deepEqual(await names(), ['b', 'c']);
  deeds.undo.run();
  await until(() => changes.length === 2);
  assert.deepEqual(await names(), ['a', 'b']);
});

test('what was done before something is deleted is not offered to be undone any more', async () => {
  const { deeds, one, names } = stage({ seed: { a: '1', b: '2' } });
  await deeds.rename(await one('a'), 'c');
  assert.equal(deeds.undo.what?.kind, 'rename');
  await deeds.remove([await one('b')]);
  assert.equal(deeds.undo.what, undefined);
  deeds.undo.run();
  assert.deepEqual(await names(), ['c']);
});

test('what was copied is known by its new name, and forgotten when it is deleted', async () => {
  const { deeds, one } = stage({ seed: { a: '1', b: '2' } });
  deeds.clipboard = { items: [await one('a'), await one('b')], cut: false, from: ROOT };
  await deeds.rename(await one('a'), 'c');
  assert.deepEqual(
    deeds.clipboard.items.map(({ name }) => name),
    ['c', 'b'],
  );
  await deeds.remove([await one('b')]);
  assert.deepEqual(
    deeds.clipboard.items.map(({ name }) => name),
    ['c'],
  );
  await deeds.remove([await one('c')]);
  assert.equal(deeds.clipboard, undefined);
});

test('an undo that is not possible any more says so', async () => {
  const { deeds, one, backend, ended } = stage({ seed: { a: '1' } });
  await deeds.rename(await one('a'), 'c');
  await backend.remove([await one('c')], { recursive: false });
  deeds.undo.run();
  await until(() => ended.length);
  assert.deepEqual([ended[0]!.kind, ended[0]!.failed[0]!.code], ['rename', 'not-found']);
});

test('undo is offered for ten seconds, and longer while the person is about to', async (context) => {
  const { deeds, one } = stage({ seed: { a: '1' } });
  const item = await one('a');
  context.mock.timers.enable({ apis: ['setTimeout'] });
  await deeds.rename(item, 'b');
  context.mock.timers.tick(9999);
  assert.ok(deeds.undo.what);
  deeds.undo.hold();
  context.mock.timers.tick(60_000);
  assert.ok(deeds.undo.what);
  deeds.undo.release();
  context.mock.timers.tick(10_000);
  assert.equal(deeds.undo.what, undefined);
});

test('what is gone already counts as deleted', async () => {
  const { deeds, one, backend, ended } = stage({ seed: { a: '1' } });
  const item = await one('a');
  await backend.remove([item], { recursive: false });
  await deeds.remove([item]);
  assert.equal(ended[0]!.done.length, 1);
});

test('a folder is known to lie in itself and in what is above it', () => {
  const way = [
    { id: '', name: '' },
    { id: 'a', name: 'a' },
  ];
  assert.ok(liesIn({ id: 'b' }, way, [{ id: 'b' }]));
  assert.ok(liesIn({ id: 'b' }, way, [{ id: 'x' }, { id: 'a' }]));
  assert.ok(!liesIn({ id: 'b' }, way, [{ id: 'c' }]));
});
