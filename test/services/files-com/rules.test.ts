import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, type Ask } from './asking.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { CREDENTIALS } from './seed.js';

let service: FilesCom;
let site: Ask;

beforeEach(async () => {
  service = await startFilesCom();
  site = asking(service, { key: CREDENTIALS.siteKey });
  service.state.tree.makeFolder('made/inner', null);
});

afterEach(() => service.close());

const set = async (behavior: string, value: unknown, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const { status, body } = await site('POST', '/behaviors', { path: 'made', behavior, value, recursive: true, ...more });
  assert.equal(status, 201);
  return body;
};

/** What the service says to an upload that begins. */
const refused = async (path: string): Promise<string | null> =>
  (await site('POST', `/files/${path}`, { action: 'put', mkdir_parents: true })).type;

/** Where a file ends up that is uploaded. */
const uploaded = async (path: string): Promise<unknown> => {
  const { body } = await site('POST', `/files/${path}`, { action: 'put' });
  await fetch(String(body['upload_uri']), { method: 'PUT', body: 'x' });
  return (await site('POST', `/files/${path}`, { action: 'end', ref: body['ref'] })).body['path'];
};

describe('behaviors', () => {
  it('limit extensions, with a list to take or to refuse, in the old and the new shape', async () => {
    const rule = await set('limit_file_extensions', { extensions: ['xls', 'CSV'], mode: 'whitelist' });
    assert.equal(await refused('made/a.XLS'), null);
    assert.equal(await refused('made/inner/a.csv'), null);
    assert.equal(await refused('made/a.txt'), 'processing-failure/invalid-file-type');
    await site('PATCH', `/behaviors/${String(rule['id'])}`, { value: JSON.stringify(['txt']) });
    assert.deepEqual([await refused('made/a.txt'), await refused('made/a.xls')], [null, 'processing-failure/invalid-file-type']);
    await site('PATCH', `/behaviors/${String(rule['id'])}`, { value: { extensions: ['exe'], mode: 'blacklist' } });
    assert.deepEqual([await refused('made/a.txt'), await refused('made/a.exe')], [null, 'processing-failure/invalid-file-type']);
    assert.equal(
      (await site('POST', '/file_actions/copy/docs/hello.txt', { destination: 'made/a.exe' })).type,
      'processing-failure/invalid-file-type',
    );
    assert.equal((await site('DELETE', `/behaviors/${String(rule['id'])}`)).status, 204);
    assert.equal(await refused('made/a.exe'), null);
  });

  it('hold below their folder when recursive, until a nearer one says otherwise', async () => {
    await set('limit_filename_length', { max_length: 5, shorten: false });
    assert.equal(await refused('made/inner/longer.txt'), 'processing-failure/filename-too-long');
    await set('limit_filename_length', null, { path: 'made/inner', disable_parent_folder_behavior: true });
    assert.equal(await refused('made/inner/longer.txt'), null);
    assert.equal(await refused('made/longer.txt'), 'processing-failure/filename-too-long');
    await set('limit_file_regex', ['/^A/'], { recursive: false });
    assert.deepEqual([await refused('made/b'), await refused('made/inner/b')], ['processing-failure/invalid-filename', null]);
  });

  it('lock the structure of folders', async () => {
    const type = async (method: string, path: string, body?: Record<string, unknown>): Promise<unknown> =>
      (await site(method, path, body)).type;
    assert.equal(await type('POST', '/folders/rules/locked/new'), 'processing-failure/subfolder-locked');
    assert.equal(await type('DELETE', '/files/rules/locked/2026'), 'processing-failure/subfolder-locked');
    assert.equal(await refused('rules/locked/new/a.txt'), 'processing-failure/subfolder-locked');
    assert.equal(await refused('rules/locked/a.txt'), null);
    assert.equal((await site('GET', '/file_actions/metadata/rules/locked')).body['subfolders_locked?'], true);
  });

  it('rename what is uploaded, and sort it into subfolders', async () => {
    const stamp = await set('append_timestamp', { format: '-YYYY', timezone: 'Z' });
    const year = String(new Date().getUTCFullYear());
    assert.equal(await uploaded('made/a.txt'), `made/a-${year}.txt`);
    await site('DELETE', `/behaviors/${String(stamp['id'])}`);
    const override = await set('override_upload_filename', { filename_override_pattern: 'got %Fb%Fe' });
    assert.equal(await uploaded('made/a.txt'), 'made/got a.txt');
    await site('DELETE', `/behaviors/${String(override['id'])}`);
    await set('organize_files_into_subfolders', { subfolder_name_type: 'strftime', strftime_format: '%Y' });
    await set('limit_filename_length', { max_length: 6, shorten: true });
    assert.equal(await uploaded('made/abcdef.txt'), `made/${year}/ab.txt`);
  });

  it('are shown for a folder, with those above it when asked', async () => {
    const kinds = async (query: string): Promise<unknown[]> =>
      (await site('GET', `/behaviors/folders/rules%2Ftables%2Fany?${query}`)).list.map(
        ({ behavior, path }) => `${String(behavior)} ${String(path)}`,
      );
    assert.deepEqual(await kinds(''), ['limit_file_extensions rules/tables/any']);
    assert.equal((await kinds('ancestor_behaviors=true')).length, 3);
    assert.deepEqual(await kinds('ancestor_behaviors=true&filter[behavior]=file_expiration'), ['file_expiration rules/tables']);
    assert.deepEqual(await kinds('ancestor_behaviors=true&behavior=file_expiration'), ['file_expiration rules/tables']);
  });

  it('are the business of administrators, but for inboxes', async () => {
    await site('POST', '/behaviors', { path: 'docs', behavior: 'create_user_folders', value: {} });
    const editor = await askingAs(service, 'editor', CREDENTIALS.password);
    assert.equal((await editor('GET', '/behaviors')).type, 'not-authorized/non-admins-must-query-by-folder-or-path');
    assert.equal((await editor('GET', '/behaviors/folders/docs')).list.length, 0);
    assert.equal((await editor('POST', '/behaviors', { path: 'docs', behavior: 'file_expiration', value: '30' })).status, 403);
    const inbox = await editor('POST', '/behaviors', { path: 'docs', behavior: 'inbox', value: '{"key":"in","title":"In"}' });
    assert.deepEqual([inbox.status, inbox.body['value']], [201, { key: 'in', title: 'In' }]);
    assert.equal(
      (await site('POST', '/behaviors', { path: 'rules/tables', behavior: 'file_expiration', value: 3 })).type,
      'processing-failure/model-save-error',
    );
    const hosted = (await site('GET', '/behaviors/folders/public')).list[0]?.['public_hosting_url'];
    assert.match(await (await fetch(`${String(hosted)}index.html`)).text(), /Public/);
  });
});
