import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { addFile, addUser, addWorkspace, grant } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import type { State } from '../services/filegenius/state.js';
import { asked, member, site, type Site } from './filegenius.ground.js';

for (const brand of ['filegenius', 'tuyu'] as const satisfies Brand[])
  describe(`a folder of ${brand}`, () => {
    let ground: Site;
    let backend: Backend;
    let state: State;

    beforeEach(async () => {
      ground = await site(brand);
      ({ backend } = ground);
      ({ state } = ground.service);
    });
    afterEach(() => ground.service.close());

    it('of 120 files is read in pages of 50, in an order that does not change', async () => {
      for (let number = 0; number < 120; number += 1) await addFile(state, `many/${number}.txt`, '');
      const { items, total, cursor } = await backend.list({ id: '/many/' }, {});
      assert.deepEqual([items.length, total, cursor], [120, 120, undefined]);
      const pages = asked(ground, 'file_list').map((line) => /current_page=(\d+)/.exec(line)?.[1] ?? '1');
      assert.deepEqual(pages.sort(), ['1', '2', '3']);
      assert.ok(asked(ground, 'file_list').every((line) => line.includes('&sort_by=name_asc&') && /path=(\/|%2F)many/.test(line)));
    });

    it('says what may be done in it and to what is in it', async () => {
      member(ground, 'anna', '/docs/', ['uploadFiles', 'downloadFiles', 'renameFiles']);
      const id = await addFile(state, 'docs/a.txt', 'a');
      state.makeFolder('/docs/b/');
      const { folder, items } = await ground.as('anna').list({ id: '/docs/' }, {});
      assert.deepEqual(folder.can, ['list', 'upload']);
      assert.deepEqual(
        items.map((item) => [item.id, item.can]),
        [
          ['/docs/b/', ['list', 'upload', 'rename']],
          [`/docs/${id}`, ['download', 'preview', 'rename']],
        ],
      );
    });

    it('that is gone is not found, however the service says so', async () => {
      state.makeFolder('/docs/');
      for (const missing of ['as-forbidden', 'in-words'] as const) {
        ground.service.knobs.missing = missing;
        for (const path of ['/gone/', '/docs/gone/', '/gone/below/'])
          for (const call of ['list', 'item', 'rules'] as const)
            await assert.rejects(backend[call]({ id: path }, {}), { code: 'not-found' });
      }
    });

    it('that may not be looked into is forbidden, and a fault stays one', async () => {
      state.makeFolder('/shut/');
      member(ground, 'anna', '/open/below/');
      const anna = ground.as('anna');
      assert.deepEqual(
        (await anna.list(ROOT, {})).items.map(({ name }) => name),
        ['open'],
      );
      grant(state, addUser(state, 'other'), state.makeFolder('/shut/'));
      await assert.rejects(anna.list({ id: '/shut/' }, {}), { code: 'not-found' }, 'what one does not see is not there');
      ground.service.knobs.next(/file_list/, 'error');
      await assert.rejects(backend.list({ id: '/shut/' }, {}), { code: 'server' });
      Object.assign(ground.service.knobs, { retryAfter: 7 }).next(/file_list/, 'rate-limited');
      await assert.rejects(backend.list({ id: '/shut/' }, {}), { code: 'rate-limited', retryAfter: 7 });
      ground.service.knobs.next(/file_list/, 'cut');
      await assert.rejects(backend.list({ id: '/shut/' }, {}), { code: 'offline' });
    });

    it('is searched for what lies in it, wherever the service looks', async () => {
      for (const path of ['docs/Harbour.txt', 'docs/ferry.txt', 'docs/below/harbour below.txt', 'harbour.txt'])
        await addFile(state, path, '');
      for (const searchesBelow of [true, false]) {
        ground.service.knobs.searchesBelow = searchesBelow;
        assert.deepEqual(
          (await backend.list({ id: '/docs/' }, { search: 'harbour' })).items.map(({ name }) => name),
          ['Harbour.txt'],
        );
      }
      const searches = asked(ground, 'file_search_location');
      assert.equal(searches.length, brand === 'tuyu' ? 2 : 0);
      for (const line of searches) assert.match(line, /path=%2Fdocs%2F&search_criteria=harbour&sort=name_asc&/);
    });

    it('with many that a search finds is searched through all pages', async () => {
      for (let number = 0; number < 60; number += 1) await addFile(state, `docs/harbour ${number}.txt`, '');
      assert.equal((await backend.list({ id: '/docs/' }, { search: 'harbour' })).items.length, 60);
      if (brand === 'tuyu') assert.ok(asked(ground, 'file_search_location').some((line) => line.includes('current_page=2')));
    });

    it('narrows what can be done in it', async () => {
      member(ground, 'anna', '/docs/', ['uploadFiles', 'renameFiles']);
      ground.service.knobs.clear();
      const can = await ground.as('anna').capabilities({ folder: { id: '/docs/' } });
      assert.deepEqual([can.rename, can.remove, can.send, can.createFolder, can.download], [true, false, false, false, false]);
      assert.equal(can.upload && can.upload.parallelFiles, 1, 'several at once are not allowed');
      assert.equal(asked(ground, 'user_permissions_location').length, brand === 'tuyu' ? 1 : 0);
      const all = await backend.capabilities({ folder: { id: '/docs/' } });
      assert.ok(all.upload && all.upload.parallelFiles > 1 && all.send && all.remove, 'of an administrator every permission is null');
      await assert.rejects(backend.capabilities({ folder: { id: '/gone/' } }), { code: 'not-found' });
    });

    it('that is the root of a workspace where only administrators may work offers nothing', async () => {
      const anna = member(ground, 'anna', '/Archive/');
      grant(state, anna, addWorkspace(state, 'Archive', false));
      state.makeFolder('/Archive/below/');
      const { folder } = await ground.as('anna').list({ id: '/Archive/' }, {});
      assert.deepEqual(folder.can, ['list']);
      assert.ok((await ground.as('anna').list({ id: '/Archive/below/' }, {})).folder.can.includes('upload'));
    });
  });
