import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, type Ask } from './asking.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { addFile, CREDENTIALS } from './seed.js';

let service: FilesCom;
let ask: Ask;

beforeEach(async () => {
  service = await startFilesCom();
  ask = asking(service, { key: CREDENTIALS.siteKey });
});

afterEach(() => service.close());

const put = (url: unknown, body: string): Promise<Response> => fetch(String(url), { method: 'PUT', body });

describe('when Files.com fails', () => {
  it('says so in the words of the API and of storage', async () => {
    const { body } = await ask('POST', '/files/docs/a.txt', { action: 'put' });
    service.knobs.next(/^api/, 'error');
    service.knobs.next(/^api/, 'rate-limited');
    assert.equal((await ask('GET', '/folders')).type, 'service-unavailable');
    const limited = await ask('GET', '/folders');
    assert.deepEqual([limited.status, limited.type, limited.headers.get('retry-after')], [429, 'rate-limited/too-many-requests', '1']);
    service.knobs.next(/^storage PUT/, 'error');
    const failed = await put(body['upload_uri'], 'x');
    assert.deepEqual([failed.status, (await failed.text()).includes('<Code>SlowDown<')], [503, true]);
    assert.equal((await put(body['upload_uri'], 'x')).status, 200);
  });

  it('has finished an upload whose answer was lost, and knows it no more', async () => {
    const { body } = await ask('POST', '/files/docs/lost.txt', { action: 'put' });
    await put(body['upload_uri'], 'x');
    service.knobs.next(/^api POST .*lost\.txt/, 'lost-answer');
    await assert.rejects(ask('POST', '/files/docs/lost.txt', { action: 'end', ref: body['ref'] }), TypeError);
    assert.equal((await ask('POST', '/files/docs/lost.txt', { action: 'end', ref: body['ref'] })).type, 'not-found/file-upload-not-found');
    assert.equal((await ask('GET', '/file_actions/metadata/docs/lost.txt')).body['size'], 1);
  });

  it('keeps no part whose request was cut', async () => {
    const { body } = await ask('POST', '/files/docs/cut.txt', { action: 'put' });
    service.knobs.next(/^storage/, 'cut');
    await assert.rejects(put(body['upload_uri'], 'x'), TypeError);
    assert.equal(service.state.uploads.get(String(body['ref']))?.parts.size, 0);
  });

  it('lets pages read the API and storage apart', async () => {
    service.knobs.cors['storage'] = false;
    const { body, headers } = await ask('POST', '/files/docs/a.txt', { action: 'put' });
    assert.match(headers.get('access-control-expose-headers') ?? '', /X-Files-Cursor/);
    const sent = await put(body['upload_uri'], 'x');
    assert.deepEqual([sent.status, sent.headers.get('access-control-allow-origin')], [200, null]);
    const preflight = (url: string): Promise<Response> =>
      fetch(url, { method: 'OPTIONS', headers: { origin: 'http://page.test', 'access-control-request-method': 'PUT' } });
    assert.equal((await preflight(String(body['upload_uri']))).status, 403);
    const allowed = await preflight(`${service.url}/api/rest/v1/folders`);
    assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-filesapi-key/);
  });

  it('leaves a pending copy undone when it fails', async () => {
    Object.assign(service.knobs, { pendingFor: 1, failPending: true });
    const { body } = await ask('POST', '/file_actions/copy/docs', { destination: 'copied' });
    const migration = `/file_migrations/${String(body['file_migration_id'])}`;
    assert.equal((await ask('GET', migration)).body['status'], 'failed');
    assert.equal((await ask('GET', migration)).body['status'], 'failed');
    assert.equal(service.state.tree.find('copied'), undefined);
  });
});

describe('lists', () => {
  it('turn their pages by cursor, with no entry twice and none left out', async () => {
    for (let number = 0; number < 25; number++) await addFile(service.state, `many/${String(number).padStart(2, '0')}`, 'x'.repeat(number));
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { list, headers } = await ask('GET', `/folders/many?per_page=10&sort_by[size]=desc&cursor=${encodeURIComponent(cursor)}`);
      seen.push(...list.map(({ size }) => size));
      assert.equal(headers.get('x-files-cursor-next'), headers.get('x-files-cursor'));
      cursor = headers.get('x-files-cursor');
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, index) => 24 - index),
    );
    const type = async (query: string): Promise<unknown> => (await ask('GET', `/folders/many?${query}`)).type;
    assert.equal(await type('cursor=none'), 'bad-request/invalid-cursor');
    assert.equal(await type('sort_by[color]=asc'), 'bad-request/invalid-sort-field');
    assert.equal(await type('sort_by[path]=asc&sort_by[size]=asc'), 'bad-request/multiple-sort-params-not-allowed');
  });

  it('find names below a folder, by part and without accents', async () => {
    await addFile(service.state, 'docs/deep/Résumé.txt', 'x');
    const paths = async (query: string): Promise<unknown[]> => (await ask('GET', `/folders/docs?${query}`)).list.map(({ path }) => path);
    assert.deepEqual(await paths('search=resume'), ['docs/deep/Résumé.txt']);
    assert.deepEqual(await paths('search=dot&search_all=true'), ['pictures/dot.svg']);
    assert.deepEqual(await paths('type=folder'), ['docs/deep', 'docs/reports']);
    await ask('PATCH', '/files/docs/hello.txt', { custom_metadata: { project: 'ferry' } });
    assert.deepEqual(await paths('search=ferry&search_custom_metadata_key=project'), ['docs/hello.txt']);
    assert.equal((await ask('GET', '/folders/docs/hello.txt')).type, 'bad-request/folder-must-not-be-a-file');
    assert.equal((await ask('GET', '/folders/none')).type, 'not-found');
    for (const root of ['/folders', '/folders/', '/folders/%2F']) assert.ok((await ask('GET', root)).list.length > 3);
  });

  it('move folders with what is in them and set on them, and copy only their structure when asked', async () => {
    await ask('POST', '/file_actions/move/rules', { destination: 'moved' });
    assert.equal((await ask('POST', '/files/moved/tables/a.txt', { action: 'put' })).type, 'processing-failure/invalid-file-type');
    assert.equal(
      (await ask('POST', '/file_actions/move/moved', { destination: 'moved/inner' })).type,
      'processing-failure/destination-parent-conflict',
    );
    assert.equal((await ask('POST', '/file_actions/copy/docs', { destination: 'docs' })).type, 'bad-request/destination-same');
    await ask('POST', '/file_actions/copy/docs', { destination: 'bare', structure: true });
    assert.deepEqual(
      (await ask('GET', '/folders/bare')).list.map(({ path }) => path),
      ['bare/reports'],
    );
    await addFile(service.state, 'team/hello.txt', 'other');
    assert.equal((await ask('POST', '/file_actions/copy/team/hello.txt', { destination: 'docs/hello.txt', overwrite: true })).status, 201);
    assert.equal(Buffer.from(await service.state.bytes('docs/hello.txt')).toString(), 'other');
  });

  it('keeps files of an immutable site as they are', async () => {
    service.state.policy.immutable_files_set_at = '2026-01-01T00:00:00Z';
    assert.equal((await ask('DELETE', '/files/docs/hello.txt')).type, 'not-authorized/site-files-are-immutable');
    assert.equal((await ask('POST', '/files/docs/hello.txt', { action: 'put' })).type, 'not-authorized/site-files-are-immutable');
    assert.equal((await ask('POST', '/files/docs/new.txt', { action: 'put' })).status, 200);
  });
});
