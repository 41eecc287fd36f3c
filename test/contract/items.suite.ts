import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { type ItemPatch, ROOT } from '../../src/backend/item.js';
import { noise, take } from './bytes.js';
import { type Bench, ref, settled } from './stage.js';
import { rejects } from './witness.js';

const PATCHES = {
  description: 'A <b>description</b>',
  password: 'correct horse battery',
  colour: '#336699',
  modified: 1_500_000_000_000,
  downloadLimit: 3,
  expires: 4_000_000_000_000,
  notify: 'hourly',
  shared: true,
} satisfies Required<ItemPatch>;

/** The calls on single items and on many, but for moving and copying. */
export function itemsSuite({ can, downloads, apart, it }: Bench): void {
  const { upload, download } = can;

  if (can.item)
    describe('an item', () => {
      it('of the root is a folder without a name', async ({ backend }) => {
        const { id, name, kind } = await backend.item(ROOT);
        deepEqual([id, name, kind], ['', '', 'folder']);
      });

      if (can.createFolder && can.remove)
        it('that is gone is not found', async ({ backend, folder }) => {
          const gone = ref(await folder('gone'));
          await backend.remove([gone], { recursive: false });
          await rejects(backend.item(gone), 'not-found');
        });
    });

  if (can.describe && upload)
    describe('a description', () => {
      const { fields, colours = [] } = can.describe || { fields: [] };
      const patches = { ...PATCHES, colour: colours[0] ?? PATCHES.colour };
      for (const field of Object.keys(PATCHES) as (keyof ItemPatch)[])
        if (fields.includes(field))
          it(`changes "${field}", and nothing else`, async ({ backend, store, folder, holds }) => {
            const item = field === 'notify' ? await folder('described') : await store('described.txt', 'as it was');
            const changed = await backend.describe(ref(item), { [field]: patches[field] });
            equal(changed.name, item.name);
            for (const found of [changed, can.item ? await backend.item(ref(changed)) : changed]) {
              if (field === 'password') equal(found.protected, true);
              // some services count seconds from now
              else if (field === 'expires') ok(Math.abs((found.expires ?? 0) - PATCHES.expires) < 60_000);
              else if (field !== 'downloadLimit') equal(found[field], patches[field]);
            }
            if (field !== 'modified') {
              const bare = await backend.describe(ref(changed), { [field]: null });
              if (field === 'password') ok(!bare.protected);
              else if (field !== 'downloadLimit') equal(bare[field], undefined);
            }
            if (changed.kind === 'file') await holds(changed, 'as it was');
          });
        else
          it(`of "${field}" is refused as unsupported`, async ({ backend, store }) => {
            const item = await store('described.txt');
            await rejects(backend.describe(ref(item), { [field]: PATCHES[field] }), 'unsupported');
          });
    });

  if (can.rules)
    describe('rules', () => {
      it('of a folder are said as data that can be checked with', async ({ backend }) => {
        const { extensions = [], refusedExtensions = [], namePattern = '', maxNameLength = 1 } = await backend.rules(ROOT);
        ok([...extensions, ...refusedExtensions].every((extension) => extension === extension.toLowerCase() && !extension.startsWith('.')));
        ok(new RegExp(namePattern));
        ok(maxNameLength > 0);
      });
    });

  if (can.createFolder)
    describe('a new folder', () => {
      it('is there, empty, where it was made', async ({ backend, folder }) => {
        const outer = await folder('outer');
        const inner = await folder('inner', outer);
        equal(inner.kind, 'folder');
        if (inner.parent) equal(inner.parent.id, outer.id);
        if (!can.list) return;
        deepEqual((await backend.list(ref(inner), {})).items, []);
        deepEqual(
          (await backend.list(ref(outer), {})).items.map(({ id, name, kind }) => [id, name, kind]),
          [[inner.id, 'inner', 'folder']],
        );
      });

      it('with a taken name is refused, numbered, or the one that is there', async ({ backend, folder, names, store }) => {
        const first = await folder('taken');
        if (upload) await store('below.txt', 'below', { folder: first });
        await rejects(backend.createFolder(ROOT, 'taken', { conflict: 'ask' }), 'exists');
        for (const conflict of ['skip', 'replace'] as const) equal((await backend.createFolder(ROOT, 'taken', { conflict })).id, first.id);
        const second = await backend.createFolder(ROOT, 'taken', { conflict: 'rename' });
        notEqual(second.id, first.id);
        if (!can.list) return;
        deepEqual(await names(), ['taken', second.name].sort());
        if (upload) deepEqual(await names(first), ['below.txt']);
      });

      if (upload)
        it("does not take a file's name, nor a file's place", async ({ backend, store, names }) => {
          const file = await store('file.txt');
          for (const conflict of ['ask', 'skip', 'replace'] as const)
            await rejects(backend.createFolder(ROOT, file.name, { conflict }), 'exists');
          await rejects(backend.createFolder(ref(file), 'below', { conflict: 'ask' }), 'invalid', 'not-found', 'exists');
          if (can.list) deepEqual(await names(), [file.name]);
        });
    });

  if (can.rename && upload)
    describe('a rename', () => {
      it('gives the same thing another name', async ({ backend, store, names, holds }) => {
        const item = await store('before.txt', 'content');
        const renamed = await backend.rename(ref(item), 'after.txt');
        equal(renamed.name, 'after.txt');
        await holds(renamed, 'content');
        if (can.list) deepEqual(await names(), ['after.txt']);
        equal((await backend.rename(ref(renamed), 'after.txt')).name, 'after.txt', 'its own name is no conflict');
      });

      if (!apart)
        it('onto a taken name is refused, and both stay', async ({ backend, store, names, holds }) => {
          const [one, two] = [await store('one.txt'), await store('two.txt')];
          await rejects(backend.rename(ref(one), two.name), 'exists');
          if (can.list) deepEqual(await names(), [one.name, two.name]);
          await holds(one, 'one.txt');
          await holds(two, 'two.txt');
        });

      if (can.createFolder)
        it('of a folder takes along what is in it, and leaves its siblings', async ({ backend, folder, store, names, all }) => {
          const [a, ab] = [await folder('a'), await folder('ab')];
          await store('in-a.txt', 'a', { folder: a });
          await store('in-ab.txt', 'ab', { folder: ab });
          const renamed = await backend.rename(ref(a), 'abc');
          if (!can.list) return;
          deepEqual(await names(), ['ab', 'abc']);
          deepEqual(await names(renamed), ['in-a.txt']);
          const [listed] = await all();
          deepEqual(await names(listed), ['in-ab.txt']);
        });
    });

  if (can.remove && upload)
    describe('a removal', () => {
      it('takes away what was named, once and again, and nothing else', async ({ backend, store, names }) => {
        const items = [await store('1.txt'), await store('2.txt'), await store('3.txt')];
        const [one, , three] = items.map(ref);
        ok(one && three);
        for (let turn = 0; turn < 2; turn += 1)
          deepEqual(await settled([one, three], (left, ticket) => backend.remove(left, { recursive: false, ...ticket })), [
            { id: one.id, removed: true },
            { id: three.id, removed: true },
          ]);
        if (can.list) deepEqual(await names(), ['2.txt']);
        if (can.item) await rejects(backend.item(one), 'not-found');
        if (downloads) await rejects(backend.download([one]), 'not-found');
      });

      if (can.createFolder)
        it('of a folder that is not empty must be meant, and spares its siblings', async ({ backend, folder, store, names, holds }) => {
          const [a, ab, spaced] = [await folder('a'), await folder('ab'), await folder('a b')];
          const inner = await folder('inner', a);
          await store('deep.txt', 'deep', { folder: inner });
          const spared = await store('spared.txt', 'spared', { folder: ab });
          const [refused, empty] = await settled([ref(a), ref(spaced)], (left, ticket) =>
            backend.remove(left, { recursive: false, ...ticket }),
          );
          ok(refused && 'error' in refused, JSON.stringify(refused));
          equal(refused.error.code, 'invalid');
          deepEqual(empty, { id: spaced.id, removed: true });
          if (can.list) deepEqual(await names(), ['a', 'ab']);
          const outcomes = await settled([ref(a)], (left, ticket) => backend.remove(left, { recursive: true, ...ticket }));
          deepEqual(outcomes, [{ id: a.id, removed: true }]);
          if (can.list) deepEqual(await names(), ['ab']);
          await holds(spared, 'spared');
        });

      it('never takes the root away', async ({ backend, store, names }) => {
        await store('stays.txt');
        const outcomes = await backend.remove([ROOT], { recursive: true }).catch(() => []);
        ok(
          outcomes.every((outcome) => 'error' in outcome),
          JSON.stringify(outcomes),
        );
        if (can.list) deepEqual(await names(), ['stays.txt']);
      });
    });

  if (download && upload)
    describe('a download', () => {
      if (downloads)
        it('is a URL that needs nothing else, for one and for several', async ({ backend, store }) => {
          const items = [await store('one.txt', 'one'), await store('two.txt', 'two')];
          const [first] = await backend.download(items.slice(0, 1).map(ref));
          ok(first && first.expires > 0);
          deepEqual(first.ids, [items[0]?.id]);
          equal(await (await fetch(first.url)).text(), 'one');
          const downloads = await backend.download(items.map(ref));
          deepEqual(downloads.flatMap(({ ids }) => ids).sort(), items.map(({ id }) => id).sort());
        });

      if (download.ranges)
        it('may begin and end anywhere', async ({ backend, store }) => {
          const bytes = noise(1000);
          const item = ref(await store('ranged.bin', bytes));
          for (const range of [
            { start: 0, end: 1 },
            { start: 999, end: 1000 },
            { start: 100, end: 612 },
            { start: 0, end: 1000 },
          ])
            ok(Buffer.from(await take(backend, item, range)).equals(bytes.subarray(range.start, range.end)), JSON.stringify(range));
        });
    });

  if (can.activity && upload)
    describe('the history', () => {
      it('of an item tells what happened, newest first', async ({ backend, store }) => {
        const item = await store('history.txt');
        const last = can.rename ? await backend.rename(ref(item), 'renamed.txt') : item;
        const lines = await backend.activity(ref(last));
        ok(lines.length >= (can.rename ? 2 : 1));
        if (can.rename) equal(lines[0]?.action, 'renamed');
        const dates = lines.map(({ at }) => at);
        deepEqual(
          dates,
          [...dates].sort((a, b) => b - a),
        );
      });
    });

  if (can.lock && can.unlock && upload)
    describe('a lock', () => {
      it('is seen on the item until it is taken off, and twice is once', async ({ backend, store, all }) => {
        const item = ref(await store('locked.txt'));
        for (let turn = 0; turn < 2; turn += 1) ok((await backend.lock(item)).locked);
        if (can.list) ok((await all())[0]?.locked);
        for (let turn = 0; turn < 2; turn += 1) equal((await backend.unlock(item)).locked, undefined);
        if (can.item) equal((await backend.item(item)).locked, undefined);
      });
    });

  if (upload && can.remove && can.createFolder)
    describe('what is gone', () => {
      it('is not found by any call on one item', async ({ backend, folder }) => {
        const gone = ref(await folder('gone'));
        await backend.remove([gone], { recursive: true });
        const calls: [unknown, () => Promise<unknown>][] = [
          [can.item, () => backend.item(gone)],
          [can.describe, () => backend.describe(gone, {})],
          [can.rules, () => backend.rules(gone)],
          [can.rename, () => backend.rename(gone, 'new')],
          [can.createFolder, () => backend.createFolder(gone, 'new', { conflict: 'ask' })],
          [downloads, () => backend.download([gone])],
          [can.activity, () => backend.activity(gone)],
          [can.lock, () => backend.lock(gone)],
          [can.unlock, () => backend.unlock(gone)],
        ];
        for (const [had, call] of calls) if (had) await rejects(call(), 'not-found');
      });
    });

  describe("another user's items", () => {
    if (!upload) return;
    it('are out of reach', async ({ other, linked, backend, store, holds, all }) => {
      const item = await store('mine.txt', 'mine');
      if (!other) return holds(item, 'mine');
      const mine = ref(item);
      if (can.item && !linked) await rejects(other.item(mine), 'not-found', 'forbidden');
      if (downloads && !linked) await rejects(other.download([mine]), 'not-found', 'forbidden');
      if (can.rename) await rejects(other.rename(mine, 'theirs.txt'), 'not-found', 'forbidden');
      if (can.remove) await other.remove([mine], { recursive: true }).catch(() => undefined);
      if (can.item) equal((await backend.item(mine)).name, item.name);
      if (can.list) equal((await all()).length, 1);
      await holds(item, 'mine');
    });
  });
}
