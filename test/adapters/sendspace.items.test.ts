import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { operation } from '../contract/stage.js';
import { rejects } from '../contract/witness.js';
import { addFolder } from '../services/sendspace/folders.js';
import { addFile } from '../services/sendspace/seed.js';
import type { Folder, StoredFile } from '../services/sendspace/records.js';
import { ground, type Ground } from './sendspace.ground.js';

let here: Ground;

beforeEach(async () => {
  here = await ground();
});

afterEach(() => here.service.close());

const add = (name: string, more: Partial<StoredFile> = {}, text = 'text'): Promise<StoredFile> =>
  addFile(here.service.state, here.owner, name, text, more);
const file = ({ id }: StoredFile) => ({ id: `file/${id}` });
const folder = ({ id }: Folder) => ({ id: `folder/${id}` });

/** The calls of one method, without their sessions. */
const seen = (method: string): Record<string, string>[] =>
  here.service.state.calls
    .filter((call) => call.method === method)
    .map((call) => Object.fromEntries(Object.entries(call.arguments).filter(([name]) => name !== 'session_key')));

describe('a file at sendspace', () => {
  it('changes in each of its details, and loses those that are taken away', async () => {
    const { backend, service } = here;
    const stored = await add('a.txt');
    const expires = Date.now() + 600_000;
    const patch = { description: 'd', password: 'p', expires, downloadLimit: 3, shared: true };
    const changed = await backend.describe(file(stored), patch);
    assert.deepEqual(seen('files.setInfo').at(-1), {
      file_id: stored.id,
      description: 'd',
      password: 'p',
      business_shared: '1',
      time_limit: seen('files.setInfo').at(-1)?.['time_limit'],
      download_limit: '3',
      limit_action: '1',
    });
    assert.ok(Math.abs(Number(seen('files.setInfo').at(-1)?.['time_limit']) - 600) <= 2);
    assert.ok(Math.abs((stored.timeLimitEnds ?? 0) - expires) < 3000);
    assert.deepEqual(
      [stored.description, stored.password, stored.downloadLimit, stored.limitAction, stored.businessShared],
      ['d', 'p', 3, 1, true],
    );
    assert.deepEqual([changed.description, changed.protected, changed.shared], ['d', true, true]);
    const renamed = await backend.rename(file(stored), 'b.txt');
    assert.deepEqual([renamed.name, stored.name, seen('files.setInfo').at(-1)], ['b.txt', 'b.txt', { file_id: stored.id, name: 'b.txt' }]);
    const bare = await backend.describe(file(stored), {
      description: null,
      password: null,
      expires: null,
      downloadLimit: null,
      shared: null,
    });
    assert.deepEqual(
      [stored.description, stored.password, stored.timeLimitEnds, stored.downloadLimit, stored.businessShared],
      ['', '', undefined, undefined, false],
    );
    assert.deepEqual(
      [bare.description, bare.protected, bare.expires, bare.shared, bare.name],
      [undefined, undefined, undefined, undefined, 'b.txt'],
    );
    service.state.accounts.get(here.owner.email)!.team = undefined;
    await rejects(backend.describe(file(stored), { shared: true }), 'forbidden');
  });

  it('is blocked, deleted or put away at its limit, as the backend was told', async () => {
    const { service, owner } = here;
    const old = addFolder(service, owner, 'old');
    for (const [atLimit, action] of [
      ['block', '1'],
      ['delete', '2'],
      [{ moveTo: folder(old) }, '3'],
    ] as const) {
      const stored = await add(`${action}.txt`);
      await here.as({ atLimit }).describe(file(stored), { downloadLimit: 1 });
      const { limit_action, limit_action_to_folder } = seen('files.setInfo').at(-1) ?? {};
      assert.deepEqual([limit_action, limit_action_to_folder], [action, action === '3' ? old.id : undefined]);
      await (await fetch((await here.backend.download([file(stored)]))[0]?.url ?? '')).text();
    }
    await rejects(
      here.backend.download([{ id: (await here.backend.list(ROOT, {})).items.find(({ name }) => name === '1.txt')?.id ?? '' }]),
      'forbidden',
    );
    assert.deepEqual(
      (await here.backend.list(ROOT, {})).items.map(({ name }) => name),
      ['old', '1.txt'],
    );
    assert.deepEqual(
      (await here.backend.list(folder(old), {})).items.map(({ name }) => name),
      ['3.txt'],
    );
  });

  it('is told whenever it came, in either way of telling time', async () => {
    const uploaded = Date.UTC(2026, 6, 1, 2, 3, 4);
    const stored = await add('a.txt', { uploaded, downloads: 7, timeLimitEnds: Date.now() + 60_000 });
    for (const times of ['est', 'unix'] as const) {
      here.service.knobs.times = times;
      const item = await here.backend.item(file(stored));
      assert.deepEqual([item.created, item.modified, item.size, item.downloads], [uploaded, uploaded, 4, 7]);
      assert.ok(Math.abs((item.expires ?? 0) - Date.now() - 60_000) < 3000);
    }
  });

  it('downloads with its password, which its owner need not type', async () => {
    const stored = await add('a.txt', { password: 'p' });
    const [download] = await here.backend.download([file(stored)]);
    assert.equal(await (await fetch(download?.url ?? '')).text(), 'text');
    assert.deepEqual(seen('download.getInfo'), [{ file_id: stored.id, password: 'p' }]);
    here.owner.bandwidthLeft = 3;
    await rejects(here.backend.download([file(stored)]), 'quota');
  });

  it('of the team can be read and nothing else', async () => {
    const { service, stranger, owner } = here;
    stranger.team = owner.team;
    const theirs = await addFile(service.state, stranger, 'theirs.txt', 'theirs', { businessShared: true, password: 'secret' });
    const item = await here.backend.item(file(theirs));
    assert.deepEqual([item.can, item.shared, item.protected], [['download', 'preview'], true, undefined]);
    await rejects(here.backend.rename(file(theirs), 'mine.txt'), 'forbidden');
    const ours = addFolder(service, stranger, 'ours', { businessShared: true });
    await addFile(service.state, stranger, 'in ours.txt', 'x', { folderId: ours.id });
    const listing = await here.backend.list(folder(ours), {});
    assert.deepEqual(
      [listing.folder.can, listing.items.map(({ name, can }) => [name, can])],
      [['list'], [['in ours.txt', ['download', 'preview']]]],
    );
    await rejects(here.backend.createFolder(folder(ours), 'x', { conflict: 'ask' }), 'forbidden');
  });

  it('may be one of hundreds that go together', async () => {
    const { service, owner } = here;
    const target = addFolder(service, owner, 'target');
    const all = await Promise.all(Array.from({ length: 150 }, (_, index) => add(`${String(index)}.txt`)));
    const moved = await here.backend.move(all.map(file), { to: folder(target), conflict: 'ask', operation: operation() });
    assert.ok(moved.every((outcome) => 'item' in outcome && outcome.item.parent?.id === folder(target).id));
    assert.deepEqual(
      seen('files.moveToFolder').map(({ file_id = '', folder_id }) => [file_id.split(',').length, folder_id]),
      [
        [100, target.id],
        [50, target.id],
      ],
    );
    assert.deepEqual(
      seen('files.getInfo').map(({ file_id = '' }) => file_id.split(',').length),
      [100, 50],
    );
    await here.backend.remove(all.map(file), { recursive: false });
    assert.deepEqual(
      seen('files.delete').map(({ file_id = '' }) => file_id.split(',').length),
      [100, 50],
    );
    assert.equal(service.state.files.size, 0);
  });
});

describe('a folder at sendspace', () => {
  it('is made where it should be, private or public as the backend was told', async () => {
    const { service, owner } = here;
    const outer = addFolder(service, owner, 'outer');
    const made = await here.backend.createFolder(folder(outer), 'inner', { conflict: 'ask' });
    assert.deepEqual(seen('folders.create'), [{ name: 'inner', shared: '0', parent_folder_id: outer.id }]);
    assert.equal(made.shared, undefined);
    const open = await here.as({ newFolders: 'public' }).createFolder(ROOT, 'open', { conflict: 'ask' });
    assert.deepEqual(seen('folders.create')[1], { name: 'open', shared: '1', parent_folder_id: '0' });
    assert.equal(open.shared, true);
  });

  it('changes its name, openness and place', async () => {
    const { service, owner, backend } = here;
    const [one, two] = [addFolder(service, owner, 'one'), addFolder(service, owner, 'two')];
    await backend.rename(folder(one), 'first');
    assert.equal((await backend.describe(folder(one), { shared: true })).shared, true);
    assert.equal((await backend.describe(folder(one), { shared: null })).shared, undefined);
    await rejects(backend.describe(folder(one), { description: 'd' }), 'unsupported');
    addFolder(service, owner, 'first', { parentId: two.id });
    await backend.move([folder(one)], { to: folder(two), conflict: 'rename', operation: operation() });
    assert.deepEqual(seen('folders.setInfo'), [
      { folder_id: one.id, name: 'first' },
      { folder_id: one.id, shared: '1' },
      { folder_id: one.id, shared: '0' },
      { folder_id: one.id, name: 'first (2)', parent_folder_id: two.id },
    ]);
    const three = addFolder(service, owner, 'three');
    await backend.move([folder(three)], { to: folder(one), conflict: 'ask', operation: operation() });
    assert.deepEqual(seen('folders.move'), [{ folder_id: three.id, parent_folder_id: one.id }]);
    assert.equal(three.parentId, one.id);
    const { ancestors } = await backend.list(folder(three), {});
    assert.deepEqual(
      ancestors.map(({ name }) => name),
      ['', 'two', 'first (2)'],
    );
    assert.ok(seen('folders.getAll').length > 0);
    const [within] = await backend.move([folder(two)], { to: folder(three), conflict: 'ask', operation: operation() });
    assert.ok(within && 'error' in within && within.error.code === 'invalid');
  });

  it('is listed by its id, and gone with all that is in it', async () => {
    const { service, owner, backend } = here;
    const [outer, other] = [addFolder(service, owner, 'outer'), addFolder(service, owner, 'other')];
    await add('in.txt', { folderId: addFolder(service, owner, 'inner', { parentId: outer.id }).id });
    assert.deepEqual(
      (await backend.list(folder(outer), {})).items.map(({ name }) => name),
      ['inner'],
    );
    assert.deepEqual(seen('folders.getContents'), [{ folder_id: outer.id }]);
    await backend.item(folder(outer));
    assert.deepEqual(seen('folders.getInfo').at(-1), { folder_id: outer.id });
    const kept = await backend.remove([folder(outer)], { recursive: false });
    assert.ok('error' in kept[0]! && kept[0].error.code === 'invalid');
    await backend.remove([folder(outer), folder(other)], { recursive: true });
    assert.deepEqual(seen('folders.delete'), [{ folder_id: `${outer.id},${other.id}` }]);
    assert.deepEqual([service.state.folders.size, service.state.files.size], [0, 0]);
  });

  it('that is full and must be empty is said to be so', async () => {
    const { service, owner, backend } = here;
    const full = addFolder(service, owner, 'full');
    await add('in.txt', { folderId: full.id });
    service.knobs.deletesFullFolders = false;
    const [outcome] = await backend.remove([folder(full)], { recursive: true });
    assert.ok(outcome && 'error' in outcome && outcome.error.code === 'invalid' && outcome.error.message.includes('not empty'));
  });

  it('of somebody else that is public is shown where the backend was told of it', async () => {
    const { service, stranger } = here;
    const open = addFolder(service, stranger, 'open', { shared: true });
    addFolder(service, stranger, 'deep', { shared: true, parentId: open.id });
    await addFile(service.state, stranger, 'theirs.txt', 'theirs', { folderId: open.id, description: 'd' });
    for (const given of [open.id, `${service.siteUrl}/folder/${open.id}`]) {
      const backend = here.as({ publicFolders: [given] });
      const [shown] = (await backend.list(ROOT, {})).items;
      assert.deepEqual([shown?.name, shown?.can, shown?.parent], ['open', ['list'], ROOT]);
      const { items, ancestors, folder: self } = await backend.list(shown!, {});
      assert.deepEqual([self.name, ancestors], ['open', [{ id: '', name: '' }]]);
      assert.deepEqual(
        items.map(({ name, can }) => [name, can]),
        [
          ['deep', ['list']],
          ['theirs.txt', ['download', 'preview']],
        ],
      );
      assert.deepEqual((await backend.list(items[0]!, {})).items, []);
      assert.deepEqual([(await backend.item(items[1]!)).name, (await backend.item(shown!)).name], ['theirs.txt', 'open']);
      const [download] = await backend.download([items[1]!]);
      assert.equal(await (await fetch(download?.url ?? '')).text(), 'theirs');
      await rejects(backend.rename(items[1]!, 'mine.txt'), 'forbidden');
      const [removed] = await backend.remove([items[1]!], { recursive: true });
      assert.ok(removed && 'error' in removed && removed.error.code === 'forbidden');
      assert.equal(seen('folders.getShared')[0]?.['folder_id'], seen('folders.getShared')[0]?.['folder_id'] && open.id);
    }
    open.shared = false;
    const backend = here.as({ publicFolders: [open.id, 'nobody'] });
    assert.deepEqual((await backend.list(ROOT, {})).items, [], 'what cannot be seen any more hides nothing else');
    await rejects(backend.list({ id: `public/${open.id}` }, {}), 'forbidden');
  });
});
