import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import { type Item, type Ref, ROOT, type Rules, type Sort } from '../../src/backend/item.js';
import type { FileDescription } from '../../src/backend/upload.js';
import { streamOf } from '../contract/bytes.js';
import { rejects } from '../contract/witness.js';

const names = async (backend: MemoryBackend, folder: Ref = ROOT, sort?: Sort) =>
  (await backend.list(folder, sort ? { sort } : {})).items.map(({ name }) => name);
const find = async (backend: MemoryBackend, name: string): Promise<Item> => {
  const found = (await backend.list(ROOT, { search: name })).items[0];
  ok(found, name);
  return found;
};
const text = async (backend: MemoryBackend, item: Ref) => new Response(await backend.read!(item, { start: 0 })).text();
const init = (backend: MemoryBackend, file: Partial<FileDescription>, folder: Ref = ROOT) =>
  backend.init({ name: 'a.txt', size: 1, type: '', ...file }, { folder, conflict: 'rename' });

describe('a seed', () => {
  test('stands before the first call: texts, Blobs, Files with their dates, facts, and folders', async () => {
    const backend = memory({
      seed: {
        'note.txt': 'hello',
        'page.html': new Blob(['<p>'], { type: 'text/html' }),
        'old.bin': new File(['abc'], 'ignored', { lastModified: 1_500_000_000_000 }),
        'theirs.txt': ['theirs', { locked: { owner: 'Ada' }, description: 'Not mine', modified: 1_400_000_000_000 }],
        Pictures: { Summer: { 'sea.png': new Blob(['png'], { type: 'image/png' }) }, Winter: {} },
      },
    });
    deepEqual(await names(backend), ['Pictures', 'note.txt', 'old.bin', 'page.html', 'theirs.txt']);
    deepEqual(await names(backend, await find(backend, 'Pictures')), ['Summer', 'Winter']);
    equal(await text(backend, await find(backend, 'note')), 'hello');
    const { type, modified } = await find(backend, 'page');
    deepEqual([type, (await find(backend, 'sea')).type, (await find(backend, 'note')).type], ['text/html', 'image/png', 'text/plain']);
    ok((modified ?? 0) > 1_700_000_000_000);
    equal((await find(backend, 'old')).modified, 1_500_000_000_000);
    const theirs = await find(backend, 'theirs');
    deepEqual([theirs.locked, theirs.description, theirs.modified], [{ owner: 'Ada' }, 'Not mine', 1_400_000_000_000]);
    equal((await backend.quota()).storageUsed, 20);
  });
});

describe('the order', () => {
  test('of names is natural: by letter, whatever its accent, and by number', async () => {
    const order = ['Ärger.txt', 'file 1.txt', 'file 2.txt', 'file 10.txt', 'file 100.txt', 'zebra.txt'];
    const backend = memory({ seed: Object.fromEntries([...order].reverse().map((name) => [name, ''])) });
    deepEqual(await names(backend), order);
    deepEqual(await names(backend, ROOT, { by: 'name', direction: 'descending' }), [...order].reverse());
  });

  test('of names that a collator holds for equal is still one order', async () => {
    const seed = { 'caf\u00e9': '', 'cafe\u0301': '', '\u00e9': '', 'e\u0301': '' };
    const listed = await names(memory({ seed }));
    deepEqual(await names(memory({ seed: Object.fromEntries(Object.entries(seed).reverse()) })), listed);
    const backend = memory({ seed, capabilities: { list: { pageSize: 1 } } });
    const paged: string[] = [];
    for (let page = await backend.list(ROOT, {}); ; page = await backend.list(ROOT, { cursor: page.cursor })) {
      paged.push(...page.items.map(({ name }) => name));
      if (page.cursor === undefined) break;
    }
    deepEqual(paged, listed);
  });

  test('that is kept is the one that sorting anew would give, whatever happens in between', async () => {
    const kept = memory();
    const sorts = (['name', 'size', 'modified'] as const).flatMap((by) =>
      (['ascending', 'descending'] as const).map((direction) => ({ by, direction })),
    );
    let state = 7;
    const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (const sort of sorts) await kept.list(ROOT, { sort });
    const add = async (name: string) => {
      const size = random(5);
      const initiated = await kept.init(
        { name, size, type: '', modified: random(5) * 1000 },
        { folder: ROOT, conflict: random(2) ? 'replace' : 'rename' },
      );
      ok('ticket' in initiated);
      const part = await kept.write!(initiated.ticket, { number: 1, start: 0, end: size }, streamOf(new Uint8Array(size)));
      await kept.complete(initiated.ticket, [part], {});
    };
    for (let turn = 0; turn < 400; turn += 1) {
      const { items } = await kept.list(ROOT, {});
      const one = items[random(items.length || 1)];
      const deed = random(6);
      if (deed < 3 || !one) await add(`file ${random(60)}.txt`);
      else if (deed === 3) await kept.remove([one], { recursive: true });
      else if (deed === 4) await kept.rename(one, `new ${turn}.txt`);
      else await kept.describe(one, { modified: random(5) * 1000 });
    }
    const items = (await kept.list(ROOT, {})).items;
    ok(items.length > 20);
    for (const { by, direction } of sorts) {
      const listed = (await kept.list(ROOT, { sort: { by, direction } })).items;
      equal(new Set(listed.map(({ id }) => id)).size, items.length);
      const natural = new Intl.Collator(undefined, { numeric: true }).compare;
      const sorted = [...listed].sort((a, b) => {
        const order = (by === 'name' ? 0 : (a[by] ?? 0) - (b[by] ?? 0)) || natural(a.name, b.name);
        return direction === 'ascending' ? order : -order;
      });
      deepEqual(
        listed.map(({ name }) => name),
        sorted.map(({ name }) => name),
      );
    }
  });
});

describe('a name that is taken', () => {
  test('is numbered before the extension of a file and after all of a folder', async () => {
    const backend = memory({ seed: { 'a.txt': '', 'archive.tar.gz': '', '.profile': '', README: '', 'v1.2': {} } });
    for (const [name, numbered] of [
      ['a.txt', 'a (1).txt'],
      ['archive.tar.gz', 'archive.tar (1).gz'],
      ['.profile', '.profile (1)'],
      ['README', 'README (1)'],
    ]) {
      const initiated = await init(backend, { name: name ?? '', size: 0 });
      ok('ticket' in initiated);
      const done = await backend.complete(initiated.ticket, [], {});
      ok('item' in done);
      deepEqual([initiated.path, done.item.name], [numbered, numbered]);
    }
    equal((await backend.createFolder(ROOT, 'v1.2', { conflict: 'rename' })).name, 'v1.2 (1)');
    equal((await backend.createFolder(ROOT, 'v1.2', { conflict: 'rename' })).name, 'v1.2 (2)');
  });
});

describe("somebody else's lock", () => {
  test('keeps everybody from changing a thing, and from replacing or removing what it lies in', async () => {
    const locked = { locked: { owner: 'Ada' } };
    const backend = memory({ seed: { to: { 'held.txt': ['held', locked] }, 'held.txt': ['mine', {}], 'other.txt': ['other', locked] } });
    const other = await find(backend, 'other');
    const to = await find(backend, 'to');
    deepEqual(other.can, ['download', 'preview', 'copy', 'send', 'activity']);
    await rejects(backend.rename(other, 'new.txt'), 'locked');
    await rejects(backend.describe(other, { description: 'x' }), 'locked');
    await rejects(backend.lock(other), 'locked');
    await rejects(backend.unlock(other), 'locked');
    await rejects(backend.init({ name: 'other.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'replace' }), 'locked');
    const mine = (await backend.list(ROOT, {})).items.find(({ name }) => name === 'held.txt');
    ok(mine);
    const outcomes = [
      ...(await backend.remove([other, to], { recursive: true })),
      ...(await backend.move([other], { to, conflict: 'ask', operation: '1' })),
      ...(await backend.move([mine], { to, conflict: 'replace', operation: '2' })),
    ];
    deepEqual(
      outcomes.map((outcome) => 'error' in outcome && outcome.error.code),
      ['locked', 'locked', 'locked', 'locked'],
    );
    deepEqual(await names(backend), ['to', 'held.txt', 'other.txt']);
    const [copy] = await backend.copy([other], { to, conflict: 'ask', operation: '3' });
    ok(copy && 'item' in copy && !copy.item.locked, 'a copy is nobody’s yet');
  });
});

describe('rules', () => {
  const RULES: [Rules, Partial<FileDescription>, Partial<FileDescription>, string][] = [
    [{ extensions: ['txt', 'md'] }, { name: 'A.TXT' }, { name: 'a.exe' }, 'not-allowed'],
    [{ extensions: ['txt'] }, { name: 'a.txt' }, { name: 'txt' }, 'not-allowed'],
    [{ refusedExtensions: ['exe'] }, { name: 'exe' }, { name: 'a.EXE' }, 'not-allowed'],
    [{ namePattern: '^[a-z]+\\.txt$' }, { name: 'abc.txt' }, { name: 'ab1.txt' }, 'not-allowed'],
    [{ maxNameLength: 3, nameUnit: 'characters' }, { name: '👍👍👍' }, { name: 'four' }, 'not-allowed'],
    [{ maxNameLength: 4, nameUnit: 'bytes' }, { name: 'éé' }, { name: 'ééé' }, 'not-allowed'],
    [{ maxFileSize: 10 }, { size: 10 }, { size: 11 }, 'too-large'],
    [{ foldersLocked: true }, { path: 'there' }, { path: 'there/new' }, 'not-allowed'],
  ];
  for (const [rules, taken, refused, code] of RULES)
    test(`${JSON.stringify(rules)} are said and kept`, async () => {
      const backend = memory({ rules, seed: { there: {} } });
      deepEqual(await backend.rules(ROOT), rules);
      ok('ticket' in (await init(backend, taken)));
      await rejects(init(backend, refused), code as 'not-allowed');
      if (rules.foldersLocked) await rejects(backend.createFolder(ROOT, 'new', { conflict: 'ask' }), 'not-allowed');
    });

  test('may be each folder’s own', async () => {
    const backend = memory({ seed: { Pictures: {} }, rules: ({ name }) => (name === 'Pictures' ? { extensions: ['png'] } : {}) });
    const pictures = await find(backend, 'Pictures');
    ok('ticket' in (await init(backend, { name: 'a.txt' })));
    await rejects(init(backend, { name: 'a.txt' }, pictures), 'not-allowed');
    deepEqual([await backend.rules(ROOT), await backend.rules(pictures)], [{}, { extensions: ['png'] }]);
  });

  test('say when files get other names', async () => {
    deepEqual(await memory({ naming: (name) => name.toLowerCase() }).rules(ROOT), { renamed: true });
  });
});

describe('storage', () => {
  const full = (options: MemoryOptions = {}) => memory({ storage: 10, seed: { 'six.txt': '123456' }, ...options });

  test('that is full takes no more, neither by uploads nor by copies', async () => {
    const backend = full();
    deepEqual(await backend.quota(), { storageUsed: 6, storageLeft: 4 });
    await rejects(init(backend, { size: 5 }), 'quota');
    const [outcome] = await backend.copy([await find(backend, 'six')], { to: ROOT, conflict: 'rename', operation: '1' });
    ok(outcome && 'error' in outcome && outcome.error.code === 'quota');
    deepEqual(await names(backend), ['six.txt']);
  });

  test('that is full still takes what replaces as much', async () => {
    const backend = full();
    const initiated = await backend.init({ name: 'six.txt', size: 10, type: '' }, { folder: ROOT, conflict: 'replace' });
    ok('ticket' in initiated);
    const part = await backend.write!(initiated.ticket, { number: 1, start: 0, end: 10 }, streamOf(new Uint8Array(10)));
    await backend.complete(initiated.ticket, [part], {});
    deepEqual(await backend.quota(), { storageUsed: 10, storageLeft: 0 });
  });

  test('is free again when things go, and is not taken twice by two uploads', async () => {
    const backend = full();
    const open = [await init(backend, { size: 4 }), await init(backend, { size: 4 })].map((initiated) => {
      ok('ticket' in initiated);
      return initiated.ticket;
    });
    const complete = async (ticket: (typeof open)[number] = null) => {
      const part = await backend.write!(ticket, { number: 1, start: 0, end: 4 }, streamOf(new Uint8Array(4)));
      return backend.complete(ticket, [part], {});
    };
    ok('item' in (await complete(open[0])));
    await rejects(complete(open[1]), 'quota');
    await backend.remove([await find(backend, 'six')], { recursive: false });
    ok('item' in (await complete(open[1])));
    deepEqual(await backend.quota(), { storageUsed: 8, storageLeft: 2 });
  });
});

describe('a delivery whose files find no room', () => {
  test('loses none of them: sent again, it brings them all', async () => {
    const backend = memory({ storage: 10, seed: { 'five.txt': '12345' }, capabilities: { upload: { needsDelivery: true } } });
    const { ticket: delivery } = await backend.open({ items: [], recipients: [], operation: '1' });
    for (const name of ['a.txt', 'b.txt']) {
      const initiated = await backend.init({ name, size: 4, type: '' }, { folder: ROOT, conflict: 'ask', delivery });
      ok('ticket' in initiated);
      const part = await backend.write!(initiated.ticket, { number: 1, start: 0, end: 4 }, streamOf(new Uint8Array(4)));
      deepEqual(await backend.complete(initiated.ticket, [part], {}), { pending: true });
    }
    const draft = { items: [], recipients: [], delivery, operation: '2' };
    await rejects(backend.send(draft), 'quota');
    await backend.remove([await find(backend, 'five')], { recursive: false });
    deepEqual((await backend.send(draft)).items?.map(({ name }) => name).sort(), ['a.txt', 'b.txt']);
  });
});

describe('a copy', () => {
  test('of a folder has its own items with the same facts', async () => {
    const backend = memory({ seed: { from: { 'a.txt': ['a', { description: 'A', modified: 1000 }] }, to: {} } });
    const [from, to] = [await find(backend, 'from'), await find(backend, 'to')];
    const [outcome] = await backend.copy([from], { to, conflict: 'ask', operation: '1' });
    ok(outcome && 'item' in outcome);
    const [copy] = (await backend.list(outcome.item, {})).items;
    ok(copy);
    deepEqual([copy.description, copy.modified, copy.type], ['A', 1000, 'text/plain']);
    await backend.describe(copy, { description: 'B' });
    deepEqual((await backend.list(from, {})).items[0]?.description, 'A');
    deepEqual(
      (await backend.activity(copy)).map(({ action }) => action),
      ['changed', 'copied'],
    );
  });
});

describe('people', () => {
  test('without an account are dropped when a login is required', async () => {
    const people = [{ kind: 'user' as const, id: 'ada', name: 'Ada', email: 'ada@example.com' }];
    const backend = memory({ seed: { 'a.txt': 'a' }, people });
    const outsider = { kind: 'email' as const, email: 'outsider@example.com' };
    const insider = { kind: 'email' as const, email: 'ada@example.com' };
    const draft = { items: [await find(backend, 'a')], recipients: [outsider, insider, ...people], requireLogin: true, operation: '1' };
    const problems = await backend.check(draft);
    deepEqual(
      problems.map(({ recipient, effect }) => [recipient, effect]),
      [[outsider, 'dropped']],
    );
    deepEqual(
      (await backend.send(draft)).recipients.map(({ state }) => state),
      ['dropped', 'sent', 'sent'],
    );
    deepEqual(await backend.check({ ...draft, requireLogin: false }), []);
    deepEqual(await backend.recipients('ADA', {}), people);
  });
});
