import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT, type Outcome, type SortKey } from '../../src/backend/item.js';
import { operation } from '../contract/stage.js';
import { addFile, addUser, grant } from '../services/files-com/seed.js';
import { stage } from './files-com.parameters.js';

const METADATA = 'GET /file_actions/metadata/{path}';

/** What `move` and `copy` are asked besides the items. */
const into = (folder: string, conflict: 'ask' | 'replace' = 'ask') => ({ to: { id: folder }, conflict, operation: operation() });

const itemsOf = (outcomes: Outcome[]): string[] => outcomes.map((one) => ('item' in one ? one.item.id : JSON.stringify(one)));

describe('what Files.com is asked about files and folders', () => {
  it('lists with previews and colours', async (t) => {
    const { backend, state, asked } = await stage(t);
    await addFile(state, 'docs/dot.png', 'picture');
    Object.assign(state.tree.find('docs/dot.png') ?? {}, { priorityColor: 'red' });
    const [inList] = (await backend.list({ id: 'docs' }, {})).items;
    assert.equal(inList?.colour, 'red');
    assert.equal(await (await fetch(inList.thumbnail ?? '')).text(), 'picture');
    const { with_previews, with_priority_color } = asked('GET /folders/{path}')[0] ?? {};
    assert.deepEqual([with_previews, with_priority_color], ['true', 'true']);
  });

  it('looks at one item with its preview and colour', async (t) => {
    const { backend, state, asked } = await stage(t);
    await addFile(state, 'docs/dot.png', 'picture');
    Object.assign(state.tree.find('docs/dot.png') ?? {}, { priorityColor: 'red' });
    const { colour, thumbnail } = await backend.item({ id: 'docs/dot.png' });
    assert.equal(colour, 'red');
    assert.equal(await (await fetch(thumbnail ?? '')).text(), 'picture');
    assert.deepEqual(asked(METADATA)[0], { with_previews: 'true', with_priority_color: 'true' });
  });

  it('lists one page, and the next one by its cursor', async (t) => {
    const { backend, state, asked } = await stage(t);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await addFile(state, name, name);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await backend.list(ROOT, { limit: 2, ...(cursor && { cursor }) });
      assert.ok(page.items.length <= 2);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.cursor;
    } while (cursor);
    assert.equal(names.join(''), 'abcde');
    const calls = asked('GET /folders/{path}');
    assert.deepEqual(
      calls.map(({ per_page }) => per_page),
      ['2', '2', '2'],
    );
    assert.deepEqual(
      calls.map(({ cursor: from }) => (typeof from === 'string' ? from.slice(0, 8) : from)),
      [undefined, 'c2:next:', 'c2:next:'],
    );
  });

  it('sorts by name, size and date, either way, folders first', async (t) => {
    const { backend, state } = await stage(t);
    for (const [name, text, year] of [['a', '333', 2001], ['b', '1', 2003], ['c', '22', 2002]] as const) {
      await addFile(state, name, text);
      Object.assign(state.tree.find(name) ?? {}, { providedMtime: new Date(Date.UTC(year, 1)) });
    } // prettier-ignore
    state.tree.makeFolder('z', null);
    const sorted = async (by: SortKey, direction: 'ascending' | 'descending') =>
      (await backend.list(ROOT, { sort: { by, direction } })).items.map(({ name }) => name).join('');
    assert.deepEqual([await sorted('name', 'ascending'), await sorted('name', 'descending')], ['zabc', 'zcba']);
    assert.deepEqual([await sorted('size', 'ascending'), await sorted('size', 'descending')], ['zbca', 'zacb']);
    assert.deepEqual([await sorted('modified', 'ascending'), await sorted('modified', 'descending')], ['zacb', 'zbca']);
  });

  it('searches in a folder and below', async (t) => {
    const { backend, state } = await stage(t);
    for (const path of ['docs/Report.txt', 'docs/2026/report.pdf', 'docs/other.txt', 'elsewhere/report.txt'])
      await addFile(state, path, '');
    const { items } = await backend.list({ id: 'docs' }, { search: 'report' });
    assert.deepEqual(items.map(({ id }) => id).sort(), ['docs/2026/report.pdf', 'docs/Report.txt']);
  });

  it('counts the files of a folder and their bytes, where the service still tells', async (t) => {
    const { backend, state, knobs, asked } = await stage(t);
    for (const path of ['docs/a', 'docs/b/c']) await addFile(state, path, 'xxx');
    const today = await backend.item({ id: 'docs' });
    assert.deepEqual([today.count, today.size], [undefined, undefined]);
    assert.deepEqual(asked('GET /folders/{path}').map(({ action }) => action).sort(), ['count', 'size']); // prettier-ignore
    knobs.tallies = true;
    const told = await backend.item({ id: 'docs' });
    assert.deepEqual([told.count, told.size], [2, 6]);
  });

  it('makes a folder', async (t) => {
    const { backend, state, asked } = await stage(t);
    assert.equal((await backend.createFolder(ROOT, '100 % ok', { conflict: 'ask' })).id, '100 % ok');
    assert.ok(state.tree.folder('100 % ok'));
    assert.deepEqual(asked('POST /folders/{path}'), [{ path: '100 % ok' }]);
  });

  it('changes date and colour', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'a.txt', 'a');
    const modified = Date.UTC(2001, 2, 3, 4, 5, 6);
    const item = await backend.describe({ id: 'a.txt' }, { modified, colour: 'red' });
    assert.deepEqual([item.modified, item.colour], [modified, 'red']);
    const { providedMtime, priorityColor } = state.tree.find('a.txt') ?? {};
    assert.deepEqual([providedMtime?.getTime(), priorityColor], [modified, 'red']);
    await backend.describe({ id: 'a.txt' }, { colour: null });
    assert.equal(state.tree.find('a.txt')?.priorityColor, null);
  });

  it('removes what is in a folder only when that is asked', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const [kept] = await backend.remove([{ id: 'docs' }], { recursive: false });
    assert.ok(kept && 'error' in kept && kept.error.code === 'invalid');
    assert.ok(state.tree.find('docs/a.txt'));
    assert.deepEqual(await backend.remove([{ id: 'docs' }], { recursive: true }), [{ id: 'docs', removed: true }]);
    assert.equal(state.tree.find('docs'), undefined);
  });

  it('moves to the destination, over what is there only when that is asked', async (t) => {
    const { backend, state } = await stage(t);
    for (const path of ['a.txt', 'docs/a.txt']) await addFile(state, path, path);
    const [asked] = await backend.move([{ id: 'a.txt' }], into('docs'));
    assert.ok(asked && 'error' in asked && asked.error.code === 'exists');
    assert.deepEqual(itemsOf(await backend.move([{ id: 'a.txt' }], into('docs', 'replace'))), ['docs/a.txt']);
    assert.equal(new TextDecoder().decode(await state.bytes('docs/a.txt')), 'a.txt');
    assert.equal(state.tree.find('a.txt'), undefined);
  });

  it('copies to the destination, over what is there only when that is asked', async (t) => {
    const { backend, state } = await stage(t);
    for (const path of ['a.txt', 'docs/a.txt']) await addFile(state, path, path);
    const [asked] = await backend.copy([{ id: 'a.txt' }], into('docs'));
    assert.ok(asked && 'error' in asked && asked.error.code === 'exists');
    assert.deepEqual(itemsOf(await backend.copy([{ id: 'a.txt' }], into('docs', 'replace'))), ['docs/a.txt']);
    assert.equal(new TextDecoder().decode(await state.bytes('docs/a.txt')), 'a.txt');
    assert.ok(state.tree.find('a.txt'));
  });

  it('asks after a move that goes on until it is done, or has failed', async (t) => {
    const { backend, state, knobs, asked } = await stage(t);
    for (const name of ['a', 'b']) await addFile(state, name, name);
    state.tree.makeFolder('docs', null);
    knobs.pendingFor = 2;
    assert.deepEqual(itemsOf(await backend.move([{ id: 'a' }], into('docs'))), ['docs/a']);
    assert.equal(asked('GET /file_migrations/{id}').length, 2);
    knobs.failPending = true;
    const failed = backend.move([{ id: 'b' }], into('docs'));
    await assert.rejects(failed, { code: 'server' });
    assert.ok(state.tree.find('b'), 'nothing half-done');
  });

  it('gives a download its address', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'ä #1.txt', 'here');
    const [download] = await backend.download([{ id: 'ä #1.txt' }]);
    assert.equal(download?.expires, 60);
    assert.equal(await (await fetch(download.url)).text(), 'here');
  });

  it('locks for an hour, nobody else, and a folder with all below', async (t) => {
    const { backend, state, owner, asked } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const { locked } = await backend.lock({ id: 'docs/a.txt' });
    assert.equal(locked?.owner, owner.username);
    assert.ok((locked.expires ?? 0) > Date.now() + 3_500_000);
    await backend.lock({ id: 'docs' });
    assert.deepEqual(asked('POST /locks/{path}'), [
      { timeout: 3600, exclusive: true, recursive: false },
      { timeout: 3600, exclusive: true, recursive: true },
    ]);
    assert.deepEqual(
      [...state.locks.values()].map(({ path, exclusive, recursive, timeout }) => [path, exclusive, recursive, timeout]),
      [['docs/a.txt', true, false, 3600], ['docs', true, true, 3600]],
    ); // prettier-ignore
  });

  it('takes off a lock by its token', async (t) => {
    const { backend, state, asked } = await stage(t);
    await addFile(state, 'a.txt', 'a');
    await backend.lock({ id: 'a.txt' });
    const [token] = state.locks.keys();
    assert.equal((await backend.unlock({ id: 'a.txt' })).locked, undefined);
    assert.equal(state.locks.size, 0);
    assert.deepEqual(asked('DELETE /locks/{path}'), [{ token }]);
    assert.deepEqual(asked('GET /locks/{path}')[0], { per_page: '1000' });
  });

  it('tells the history of a file, newest first, from before it was moved too', async (t) => {
    const { backend, state, upload, asked } = await stage(t);
    state.tree.makeFolder('docs', null);
    await upload('a.txt', 'a');
    await backend.rename({ id: 'a.txt' }, 'b.txt');
    await backend.download([{ id: 'b.txt' }]);
    const told = await backend.activity({ id: 'b.txt' });
    assert.deepEqual(told.map(({ action }) => action).sort(), ['downloaded', 'renamed', 'uploaded']);
    const [first, second] = asked('GET /history/files/{path}');
    assert.deepEqual([first?.['per_page'], first?.['sort_by'], first?.['end_at']], ['200', { created_at: 'desc' }, undefined]);
    assert.ok(Date.parse(String(second?.['end_at'])) > Date.now() - 60_000);
  });

  it('tells the history of a folder', async (t) => {
    const { backend, asked } = await stage(t);
    await backend.createFolder(ROOT, 'made', { conflict: 'ask' });
    await backend.rename({ id: 'made' }, 'named');
    const told = await backend.activity({ id: 'named' });
    assert.deepEqual(told.map(({ action }) => action).sort(), ['created', 'renamed']);
    const [first, second] = asked('GET /history/folders/{path}');
    assert.deepEqual([first?.['per_page'], first?.['sort_by']], ['200', { created_at: 'desc' }]);
    assert.ok(Date.parse(String(second?.['end_at'])) > Date.now() - 60_000);
  });

  it('asks for the rules of the folders above too', async (t) => {
    const { backend, state, asked } = await stage(t);
    state.tree.makeFolder('docs', null);
    const id = state.number();
    const more = { name: '', description: '', recursive: true, disableParent: false };
    state.behaviors.set(id, { id, path: '', behavior: 'file_expiration', value: 3, ...more });
    assert.deepEqual(await backend.rules({ id: 'docs' }), { expiresAfterDays: 3 });
    assert.equal(asked('GET /behaviors/folders/{path}')[0]?.['ancestor_behaviors'], 'true');
  });

  it('writes to its user about a folder, more or less often, or no more', async (t) => {
    const { backend, state, owner, asked } = await stage(t);
    state.tree.makeFolder('docs', null);
    const kept = () => [...state.notifications.values()].map(({ path, userId, sendInterval }) => [path, userId, sendInterval]);
    await backend.describe({ id: 'docs' }, { notify: 'fifteen-minutes' });
    assert.deepEqual(kept(), [['docs', owner.id, 'fifteen_minutes']]);
    await backend.describe({ id: 'docs' }, { notify: 'daily' });
    assert.deepEqual(kept(), [['docs', owner.id, 'daily']]);
    assert.equal((await backend.item({ id: 'docs' })).notify, 'daily');
    assert.equal(asked('GET /notifications')[0]?.['path'], 'docs');
    await backend.describe({ id: 'docs' }, { notify: null });
    assert.deepEqual(kept(), []);
    assert.equal((await backend.item({ id: 'docs' })).notify, undefined);
  });

  it('writes to its user by name where nobody tells their number', async (t) => {
    const { state, knobs, signedIn, asked } = await stage(t);
    knobs.siteForAll = false;
    const user = addUser(state, 'reader');
    state.tree.makeFolder('docs', null);
    grant(state, user, 'docs', 'full');
    const backend = await signedIn('reader');
    await backend.describe({ id: 'docs' }, { notify: 'hourly' });
    assert.deepEqual(asked('POST /notifications'), [{ path: 'docs', send_interval: 'hourly', username: 'reader' }]);
    assert.equal([...state.notifications.values()][0]?.userId, user.id);
  });
});
