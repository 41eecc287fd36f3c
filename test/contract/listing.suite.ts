import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { type Item, ROOT, type Sort } from '../../src/backend/item.js';
import { type Bench, ref, type Stage } from './stage.js';
import { rejects } from './witness.js';

const FILES = ['b.txt', 'd.txt', 'a.txt', 'f.txt', 'c.txt', 'e.txt', 'g.txt'];
const FOLDERS = ['y', 'x', 'z'];

/** Pages, orders, searches, and the facts of the folder itself. */
export function listingSuite({ can, it }: Bench): void {
  const { list, upload } = can;
  if (!list) return;

  /** Files of different sizes and dates, and folders where there can be any; answers all items. */
  const fill = async (stage: Stage): Promise<Item[]> => {
    const items: Item[] = [];
    for (const [index, name] of (upload ? FILES : []).entries())
      items.push(await stage.store(name, 'x'.repeat(1 + ((index * 3) % 5)), { modified: 1_600_000_000_000 + ((index * 5) % 7) * 1e6 }));
    for (const name of can.createFolder ? FOLDERS : []) items.push(await stage.folder(name));
    return items;
  };
  const ids = (items: Item[]) => items.map(({ id }) => id);

  describe('a listing', () => {
    it('of an empty folder is empty, and tells of the folder', async ({ backend }) => {
      const listing = await backend.list(ROOT, {});
      deepEqual(listing.items, []);
      deepEqual(listing.ancestors, []);
      equal(listing.cursor, undefined);
      deepEqual([listing.folder.id, listing.folder.name, listing.folder.kind], ['', '', 'folder']);
      if (list.total) equal(listing.total, 0);
    });

    it('has everything that was put there, each once, and says how many they are', async (stage) => {
      const items = await fill(stage);
      deepEqual(ids(await stage.all()).sort(), ids(items).sort());
      const { total } = await stage.backend.list(ROOT, { limit: 2 });
      if (list.total) equal(total, items.length);
      else equal(total, undefined);
    });

    it('offers with each item only what can be done at all', async (stage) => {
      await fill(stage);
      for (const { name, can: deeds } of await stage.all())
        for (const deed of deeds) ok(can[deed === 'preview' ? 'download' : deed] !== false, `"${name}" offers "${deed}"`);
    });

    for (const by of ['name', 'size', 'modified'] as const) {
      if (!list.sort.includes(by)) {
        it(`by ${by} is refused as unsupported`, async ({ backend }) => {
          await rejects(backend.list(ROOT, { sort: { by, direction: 'ascending' } }), 'unsupported');
        });
        continue;
      }
      for (const direction of ['ascending', 'descending'] as const) {
        const sort: Sort = { by, direction };

        it(`by ${by}, ${direction}, is in order, folders first`, async (stage) => {
          await fill(stage);
          const items = await stage.all(ROOT, { sort });
          const firstFile = items.findIndex(({ kind }) => kind === 'file');
          if (firstFile >= 0)
            ok(
              items.slice(firstFile).every(({ kind }) => kind === 'file'),
              'a folder comes after a file',
            );
          for (const kind of ['folder', 'file'] as const) {
            const values = items.filter((item) => item.kind === kind).map((item) => item[by] ?? 0);
            if (kind === 'folder' && by !== 'name') continue;
            const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (direction === 'ascending' ? 1 : -1));
            deepEqual(values, sorted);
          }
        });

        if (list.pageSize !== false) {
          it(`by ${by}, ${direction}, in pages of 2 neither repeats nor skips`, async (stage) => {
            await fill(stage);
            const whole = await stage.all(ROOT, { sort });
            deepEqual(ids(await stage.all(ROOT, { sort, limit: 2 })), ids(whole));
            const { items, cursor } = await stage.backend.list(ROOT, { sort, limit: 2 });
            ok(items.length <= 2);
            if (whole.length > 2) ok(cursor !== undefined);
          });

          if (upload && can.remove)
            it(`by ${by}, ${direction}, goes on where it was when the folder changes between pages`, async (stage) => {
              const { backend, store } = stage;
              await fill(stage);
              const before = await stage.all(ROOT, { sort });
              const seen: Item[] = [];
              let page = await backend.list(ROOT, { sort, limit: 2 });
              seen.push(...page.items);
              for (let turn = 0; page.cursor !== undefined; turn += 1) {
                ok(turn < 100, 'the listing never ends');
                const last = page.items.at(-1);
                // what comes and goes lies before, at and after the place where the page ended
                if (turn === 0) for (const name of ['0.txt', 'a0.txt', 'zz.txt']) await store(name, 'xx', { modified: 1_600_000_000_000 });
                if (turn === 1 && last) await backend.remove([ref(last)], { recursive: true });
                page = await backend.list(ROOT, { sort, limit: 2, cursor: page.cursor });
                seen.push(...page.items);
              }
              equal(new Set(ids(seen)).size, seen.length, 'something came twice');
              for (const item of before) ok(ids(seen).includes(item.id), `"${item.name}" was skipped`);
            });
        }
      }
    }

    if (list.pageSize !== false) {
      it('does not go on from a cursor that nobody gave', async ({ backend }) => {
        for (const cursor of ['', 'nonsense', '[]', '{"id":"x"}', '["file","a.txt"]'])
          await rejects(backend.list(ROOT, { cursor }), 'expired', 'invalid', 'forbidden');
      });

      it('of no items a page is refused', async ({ backend }) => {
        for (const limit of [0, -1]) await rejects(backend.list(ROOT, { limit }), 'invalid');
      });
    } else
      it('comes at once, whatever the limit', async (stage) => {
        const items = await fill(stage);
        const listing = await stage.backend.list(ROOT, { limit: 2 });
        equal(listing.items.length, items.length);
        equal(listing.cursor, undefined);
      });

    if (can.createFolder && can.remove)
      it('of a folder that is gone, or of a file, is refused', async ({ backend, folder, store }) => {
        const gone = await folder('gone');
        await backend.remove([ref(gone)], { recursive: true });
        await rejects(backend.list(ref(gone), {}), 'not-found');
        if (upload) await rejects(backend.list(ref(await store('file.txt')), {}), 'invalid', 'not-found');
      });

    if (can.createFolder)
      it('knows the way from the root, and nothing of siblings that share a prefix', async ({ backend, folder, names }) => {
        const parents = [];
        for (const name of ['a', 'ab', 'a b', 'a.b']) parents.push(await folder(name));
        for (const parent of parents) await folder(`in ${parent.name}`, parent);
        const inner = await folder('inner', parents[0]);
        deepEqual(await names(parents[0]), ['in a', 'inner']);
        deepEqual(await names(parents[1]), ['in ab']);
        const listing = await backend.list(ref(inner), {});
        deepEqual([listing.folder.id, listing.folder.name], [inner.id, 'inner']);
        deepEqual(
          listing.ancestors.map(({ id, name }) => [id, name]),
          [
            ['', ''],
            [parents[0]?.id, 'a'],
          ],
        );
      });
  });

  describe('a search', () => {
    if (list.search === false) {
      it('is refused as unsupported', async ({ backend }) => {
        await rejects(backend.list(ROOT, { search: 'a' }), 'unsupported');
      });
      return;
    }
    if (!upload || upload.needsDelivery) return;

    it('finds by a piece of the name, in either case, in pages too', async ({ store, all }) => {
      for (const name of ['Harbour-map.txt', 'harbour.txt', 'old-HARBOUR.txt', 'ferry.txt']) await store(name);
      const wanted = ['Harbour-map.txt', 'harbour.txt', 'old-HARBOUR.txt'];
      for (const page of [{}, ...(list.pageSize === false ? [] : [{ limit: 2 }])]) {
        const found = (await all(ROOT, { search: 'harbour', ...page })).map(({ name }) => name);
        deepEqual(found.sort(), wanted);
      }
      deepEqual(await all(ROOT, { search: 'nowhere' }), []);
    });

    if (can.createFolder)
      it(`looks ${list.search === 'tree' ? 'in the folders below too' : 'in this folder alone'}`, async ({ folder, store, all }) => {
        const below = await folder('below');
        const beside = await folder('beside');
        await store('needle-here.txt', 'x', { folder: below });
        await store('needle-elsewhere.txt', 'x', { folder: beside });
        const names = async (where?: Item) => (await all(where, { search: 'needle' })).map(({ name }) => name).sort();
        deepEqual(await names(), list.search === 'tree' ? ['needle-elsewhere.txt', 'needle-here.txt'] : []);
        deepEqual(await names(below), ['needle-here.txt']);
      });
  });
}
