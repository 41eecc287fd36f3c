import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { addFile } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import type { State } from '../services/filegenius/state.js';
import { asked, member, site, type Site } from './filegenius.ground.js';

const move = (conflict: 'ask' | 'replace', to: string) => ({ to: { id: to }, conflict, operation: 'operation' });

for (const brand of ['filegenius', 'tuyu'] as const satisfies Brand[])
  describe(`a change at ${brand}`, () => {
    let ground: Site;
    let backend: Backend;
    let state: State;
    let id: number;

    beforeEach(async () => {
      ground = await site(brand);
      ({ backend } = ground);
      ({ state } = ground.service);
      id = await addFile(state, 'a.txt', 'a');
    });
    afterEach(() => ground.service.close());

    it('renames by the verb of the brand', async () => {
      assert.equal((await backend.rename({ id: `/${id}` }, 'é & b.txt')).name, 'é & b.txt');
      assert.equal(state.find('/é & b.txt')?.id, id);
      assert.deepEqual(asked(ground, 'file_rename'), [`${brand === 'tuyu' ? 'POST' : 'PUT'} /api/file_rename`]);
    });

    it('moves, and overwrites only when that was meant', async () => {
      await addFile(state, 'to/a.txt', 'other');
      const [refused] = await backend.move([{ id: `/${id}` }], move('ask', '/to/'));
      assert.equal(refused && 'error' in refused && refused.error.code, 'exists');
      assert.deepEqual(asked(ground, 'file_move'), []);
      await backend.move([{ id: `/${id}` }], move('replace', '/to/'));
      assert.equal(state.find('/to/a.txt')?.id, id);
      assert.equal(Buffer.from(await state.bytes('/to/a.txt')).toString(), 'a');
    });

    it('makes folders, and deletes with what is in them', async () => {
      assert.equal((await backend.createFolder(ROOT, 'new & é', { conflict: 'ask' })).id, '/new & é/');
      assert.equal((await backend.createFolder({ id: '/new & é/' }, 'below', { conflict: 'ask' })).id, '/new & é/below/');
      assert.deepEqual(await backend.remove([{ id: '/new & é/' }], { recursive: true }), [{ id: '/new & é/', removed: true }]);
      assert.deepEqual(asked(ground, 'file_delete'), ['DELETE /api/file_delete']);
      assert.equal(state.root.items.length, 1);
    });

    it('whose answer was lost is looked for, and not done again', async () => {
      state.makeFolder('/to/');
      for (const method of ['file_rename', 'create_folder', 'file_move', 'file_delete'])
        ground.service.knobs.next(new RegExp(`/api/${method}`), 'lost-answer');
      assert.equal((await backend.rename({ id: `/${id}` }, 'new.txt')).name, 'new.txt');
      assert.equal((await backend.createFolder(ROOT, 'made', { conflict: 'ask' })).id, '/made/');
      const [moved] = await backend.move([{ id: `/${id}` }], move('ask', '/to/'));
      assert.equal(moved && 'item' in moved && moved.item.id, `/to/${id}`);
      assert.deepEqual(await backend.remove([{ id: `/to/${id}` }], { recursive: false }), [{ id: `/to/${id}`, removed: true }]);
      assert.equal(ground.service.knobs.seen(/^api (POST|PUT|DELETE)/).length, 4);
    });

    it('that did not reach the service has not happened', async () => {
      ground.service.knobs.next(/file_rename/, 'cut');
      await assert.rejects(backend.rename({ id: `/${id}` }, 'new.txt'), { code: 'offline' });
      ground.service.knobs.next(/file_delete/, 'error');
      const [outcome] = await backend.remove([{ id: `/${id}` }], { recursive: false });
      assert.equal(outcome && 'error' in outcome && outcome.error.code, 'server');
      assert.equal(state.find('/a.txt')?.id, id);
    });

    it('gives things the names that the service makes of those asked for', async () => {
      await addFile(state, 'taken.txt', '');
      assert.equal((await backend.rename({ id: `/${id}` }, 'b<r>.txt')).name, 'br.txt');
      await assert.rejects(backend.rename({ id: `/${id}` }, 'ta?ken.txt'), { code: 'exists' });
      const folder = await backend.createFolder(ROOT, 'who?', { conflict: 'ask' });
      assert.deepEqual([folder.id, folder.name], ['/who/', 'who']);
      await assert.rejects(backend.createFolder(ROOT, 'who?', { conflict: 'ask' }), { code: 'exists' });
      ground.service.knobs.next(/create_folder/, 'cut');
      await assert.rejects(backend.createFolder(ROOT, 'who?', { conflict: 'ask' }), { code: 'offline' });
      assert.equal((await backend.createFolder(ROOT, 'w<ho>', { conflict: 'skip' })).id, '/who/');
      assert.equal((await backend.createFolder(ROOT, 'who?', { conflict: 'rename' })).name, 'who (1)');
    });

    it('that the user may not make is forbidden, each in its own outcome', async () => {
      member(ground, 'anna', '/docs/', ['downloadFiles', 'deleteFiles']);
      const one = await addFile(state, 'docs/one.txt', '');
      const anna = ground.as('anna');
      await assert.rejects(anna.rename({ id: `/docs/${one}` }, 'b.txt'), { code: 'forbidden' });
      await assert.rejects(anna.createFolder({ id: '/docs/' }, 'new', { conflict: 'ask' }), { code: 'forbidden' });
      const outcomes = await anna.remove([{ id: '/docs/99' }, { id: `/docs/${one}` }], { recursive: false });
      assert.ok(outcomes.every((outcome) => 'removed' in outcome));
    });

    it('that this site has no call for is refused, and nothing is lost', async () => {
      state.makeFolder('/to/');
      ground.service.knobs.withoutCalls.add('file_move');
      for (const errors of ['in-200', 'with-status'] as const) {
        ground.service.knobs.errors = errors;
        const [outcome] = await backend.move([{ id: `/${id}` }], move('ask', '/to/'));
        assert.ok(outcome && 'error' in outcome);
        assert.match(outcome.error.code, /^not-(allowed|found)$/);
      }
      assert.equal(state.find('/a.txt')?.id, id);
    });
  });
