import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { asking, type Answer, type Ask } from './asking.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { addFile, CREDENTIALS } from './seed.js';
import { filesComKnobs } from './turns.js';

let service: FilesCom;
let ask: Ask;

before(async () => {
  service = await startFilesCom();
  ask = asking(service, { key: CREDENTIALS.siteKey });
});

after(() => service.close());

afterEach(() => {
  const { partSize, uploadUrlLifetime, partsBy, partHeaders, parallelParts, retryParts, etags } = filesComKnobs();
  Object.assign(service.knobs, { partSize, uploadUrlLifetime, partsBy, partHeaders, parallelParts, retryParts, etags });
});

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Asks where parts go, in the dialect of the Python and Go clients. */
const begin = async (path: string, body: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const { status, list } = await ask('POST', `/file_actions/begin_upload/${path}`, { part: 1, ...body });
  assert.equal(status, 200);
  return list[0]!;
};

const put = (part: Record<string, unknown>, text: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(String(part['upload_uri']), { method: 'PUT', body: text, headers });

const end = (path: string, part: Record<string, unknown>, body: Record<string, unknown> = {}): Promise<Answer> =>
  ask('POST', `/files/${path}`, { action: 'end', ref: part['ref'], ...body });

const text = async (path: string): Promise<string> => Buffer.from(await service.state.bytes(path)).toString();

describe('uploads', () => {
  it('puts a file together from its parts, whose etags it checks', async () => {
    service.knobs.partSize = 4;
    const first = await begin('docs/parts.txt', { size: 7 });
    assert.deepEqual([first['path'], first['http_method'], first['part_number']], [undefined, 'PUT', 1]);
    const second = await begin('docs/parts.txt', { part: 2, ref: first['ref'] });
    assert.equal(second['ref'], first['ref']);
    assert.equal((await put(second, 'two')).status, 200);
    const answer = await put(first, 'ONE-');
    assert.deepEqual([answer.headers.get('etag'), await answer.text()], [`"${md5('ONE-')}"`, '']);
    const tags = (one: string): Record<string, unknown> => ({
      etags: [
        { part: '1', etag: one },
        { part: 2, etag: md5('two') },
      ],
    });
    assert.equal((await end('docs/parts.txt', first, tags(md5('other')))).type, 'bad-request/invalid-etags');
    assert.equal((await end('docs/parts.txt', first, { etags: [{ part: 1, etag: md5('ONE-') }] })).type, 'bad-request/invalid-etags');
    assert.equal((await end('docs/parts.txt', first, { size: 8 })).type, 'bad-request/invalid-upload-part-size');
    assert.equal(service.state.tree.find('docs/parts.txt'), undefined);
    const done = await end('docs/parts.txt', first, { ...tags(`"${md5('ONE-')}"`), size: 7, provided_mtime: '2021-01-01T00:00:00Z' });
    assert.deepEqual(
      [done.status, done.body['size'], done.body['provided_mtime'], done.body['md5']],
      [201, 7, '2021-01-01T00:00:00Z', null],
    );
    assert.equal(await text('docs/parts.txt'), 'ONE-two');
    assert.equal((await end('docs/parts.txt', first)).type, 'not-found/file-upload-not-found');
  });

  it('refuses to end without a part, with a gap, or with a part that is too small', async () => {
    const part = await begin('docs/refused.txt');
    assert.equal((await end('docs/refused.txt', part)).type, 'processing-failure/file-not-uploaded');
    await put(await begin('docs/refused.txt', { part: 2, ref: part['ref'] }), 'two');
    assert.equal((await end('docs/refused.txt', part)).type, 'bad-request/invalid-upload-part-gap');
    await put(part, 'one');
    assert.equal((await end('docs/refused.txt', part)).type, 'bad-request/invalid-upload-part-size');
    assert.equal(service.state.tree.find('docs/refused.txt'), undefined);
  });

  it('refuses URLs that were changed, have expired, or are used with another method or without a length', async () => {
    const part = await begin('docs/signed.txt');
    const other = await put({ upload_uri: String(part['upload_uri']).replace('partNumber=1', 'partNumber=2') }, 'x');
    assert.deepEqual([other.status, (await other.text()).includes('<Code>SignatureDoesNotMatch<')], [403, true]);
    assert.equal((await fetch(String(part['upload_uri']), { method: 'POST', body: 'x' })).status, 405);
    const stream = new Response('x').body;
    const init: RequestInit & { duplex: 'half' } = { method: 'PUT', body: stream, duplex: 'half' };
    assert.equal((await fetch(String(part['upload_uri']), init)).status, 411);
    service.knobs.uploadUrlLifetime = -1;
    const late = await put(await begin('docs/signed.txt', { ref: part['ref'] }), 'x');
    assert.deepEqual([late.status, (await late.text()).includes('Request has expired')], [403, true]);
    service.knobs.uploadUrlLifetime = 900;
    assert.equal((await put(await begin('docs/signed.txt', { ref: part['ref'] }), 'x')).status, 200);
    assert.equal((await end('docs/signed.txt', part)).status, 201);
  });

  it('takes parts by form where it says so', async () => {
    service.knobs.partsBy = 'form';
    const part = await begin('docs/form.txt');
    assert.equal(part['http_method'], 'POST');
    assert.deepEqual(part['send'], {
      partsize: 'required-parameter Content-Length',
      partdata: 'required-parameter file',
      'Content-Type': 'required-parameter Content-Type',
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(part['parameters'] as object)) form.set(name, String(value));
    form.set('Content-Type', 'text/plain');
    form.set('Content-Length', '5');
    form.set('file', new Blob(['form!']));
    const sent = await fetch(String(part['upload_uri']), { method: 'POST', body: form });
    assert.deepEqual([sent.status, sent.headers.get('etag')], [200, `"${md5('form!')}"`]);
    form.set('Content-Length', '6');
    assert.equal((await fetch(String(part['upload_uri']), { method: 'POST', body: form })).status, 400);
    form.delete('key');
    assert.equal((await fetch(String(part['upload_uri']), { method: 'POST', body: form })).status, 403);
    assert.equal((await put(part, 'form!')).status, 405);
    assert.equal((await end('docs/form.txt', part)).status, 201);
    assert.equal(await text('docs/form.txt'), 'form!');
  });

  it('wants the headers that it names, and answers no etag where it has none', async () => {
    service.knobs.partHeaders = { 'x-ms-blob-type': 'BlockBlob' };
    service.knobs.etags = false;
    const part = await begin('docs/headers.txt');
    assert.equal((await put(part, 'x')).status, 403);
    const sent = await put(part, 'x', part['headers'] as Record<string, string>);
    assert.deepEqual([sent.status, sent.headers.get('etag')], [200, null]);
  });

  it('takes parts only one by one, or only once, where it says so', async () => {
    service.knobs.partSize = 1;
    service.knobs.parallelParts = false;
    const first = await begin('docs/ordered.txt');
    const second = await begin('docs/ordered.txt', { part: 2, ref: first['ref'] });
    assert.deepEqual([first['parallel_parts'], (await put(second, '2')).status], [false, 409]);
    assert.equal((await put(first, '1')).status, 200);
    assert.equal((await put(second, '2')).status, 200);
    service.knobs.retryParts = false;
    const again = await begin('docs/ordered.txt', { part: 2, ref: first['ref'] });
    assert.deepEqual([again['retry_parts'], (await put(again, '3')).status], [false, 409]);
    assert.equal((await end('docs/ordered.txt', first)).status, 201);
    assert.equal(await text('docs/ordered.txt'), '12');
  });

  it('makes missing folders only when asked, and only at the end', async () => {
    const missing = await ask('POST', '/file_actions/begin_upload/new%2Fdeep%2Fa.txt', { part: 1 });
    assert.deepEqual([missing.status, missing.type], [409, 'processing-failure/destination-parent-does-not-exist']);
    const part = await begin('new%2Fdeep%2Fa.txt', { mkdir_parents: true });
    await put(part, 'a');
    assert.equal(service.state.tree.find('new'), undefined);
    assert.equal((await end('new%2Fdeep%2Fa.txt', part)).body['path'], 'new/deep/a.txt');
    const inFile = await ask('POST', '/file_actions/begin_upload/docs/hello.txt/x.txt', { part: 1, mkdir_parents: true });
    assert.equal(inFile.type, 'processing-failure/destination-parent-conflict');
  });

  it('takes slashes as they are or escaped, percent signs, and no white space at the end', async () => {
    for (const [written, path] of [
      ['docs/100%25%20%C3%A9%3F%23.txt', 'docs/100% é?#.txt'],
      ['docs%2F%2525.txt', 'docs/%25.txt'],
    ] as const) {
      const part = await begin(written);
      await put(part, path);
      assert.equal((await end(written, part)).body['path'], path);
      assert.equal(await text(path), path);
    }
    const type = async (path: string): Promise<unknown> => (await ask('POST', `/files/${path}`, { action: 'put' })).type;
    assert.equal(await type('docs/a.txt%20'), 'bad-request/path-cannot-have-trailing-whitespace');
    assert.equal(await type('docs%20/a.txt'), 'bad-request/path-cannot-have-trailing-whitespace');
    assert.equal(await type(`docs/${'a'.repeat(256)}`), 'processing-failure/filename-too-long');
    assert.equal(await type(`docs/${'abc/'.repeat(1300)}a`), 'processing-failure/path-too-long');
    assert.equal(await type('docs/%ff.txt'), 'bad-request/invalid-input-encoding');
  });

  it('answers 201 for a new file and 200 for one in its place, found without regard to case', async () => {
    await addFile(service.state, 'docs/Case.txt', 'old');
    const part = await begin('docs/case.TXT');
    await put(part, 'new');
    const done = await end('docs/case.TXT', part);
    assert.deepEqual([done.status, done.body['path'], await text('docs/Case.txt')], [200, 'docs/Case.txt', 'new']);
    const kept = await begin('docs/Case.txt', { with_rename: true });
    await put(kept, 'kept');
    const renamed = await end('docs/Case.txt', kept);
    assert.deepEqual([renamed.status, renamed.body['path']], [201, 'docs/Case (1).txt']);
  });

  it('continues a file at its end', async () => {
    await addFile(service.state, 'docs/longer.txt', 'begun, ');
    const wrong = await ask('POST', '/file_actions/begin_upload/docs/longer.txt', { part: 1, restart: 3 });
    assert.equal(wrong.type, 'bad-request/invalid-upload-offset');
    const part = await begin('docs/longer.txt', { restart: 7 });
    await put(part, 'done');
    assert.equal((await end('docs/longer.txt', part, { size: 11 })).status, 200);
    assert.equal(await text('docs/longer.txt'), 'begun, done');
  });

  it('tells digests only after it was asked again', async () => {
    const part = await begin('docs/digest.txt');
    await put(part, 'digest');
    await end('docs/digest.txt', part);
    let found = await ask('GET', '/file_actions/metadata/docs/digest.txt');
    assert.equal(found.body['md5'], null);
    while (found.body['md5'] === null) found = await ask('GET', '/file_actions/metadata/docs/digest.txt');
    assert.deepEqual([found.body['md5'], String(found.body['crc32']).length], [md5('digest'), 8]);
  });

  it('knows no upload of others, of another path or past 10,000 parts', async () => {
    const part = await begin('docs/mine.txt');
    const next = { part: 2, ref: part['ref'] };
    assert.equal((await ask('POST', '/file_actions/begin_upload/docs/other.txt', next)).type, 'not-found/file-upload-not-found');
    const editor = asking(service, { key: CREDENTIALS.editorKey });
    assert.equal((await editor('POST', '/file_actions/begin_upload/docs/mine.txt', next)).type, 'not-found/file-upload-not-found');
    assert.equal((await ask('POST', '/files/docs/mine.txt', { action: 'put', part: 10_001 })).type, 'bad-request/part-number-too-large');
  });
});

describe('downloads', () => {
  const url = async (): Promise<string> => String((await ask('GET', '/files/docs/hello.txt')).body['download_uri']);

  it('gives the whole file or a range of it, as something to save', async () => {
    const whole = await fetch(await url());
    assert.deepEqual([whole.status, whole.headers.get('content-length'), await whole.text()], [200, '12', 'hello, ferry']);
    assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="hello.txt"/);
    const ranges = { 'bytes=0-4': 'hello', 'bytes=7-': 'ferry', 'bytes=-2': 'ry', 'bytes=7-100': 'ferry' };
    for (const [range, expected] of Object.entries(ranges)) {
      const part = await fetch(await url(), { headers: { range } });
      assert.deepEqual([part.status, await part.text()], [206, expected]);
    }
    const outside = await fetch(await url(), { headers: { range: 'bytes=12-' } });
    assert.deepEqual([outside.status, outside.headers.get('content-range')], [416, 'bytes */12']);
  });

  it('gives nothing when the URL has expired', async () => {
    service.knobs.downloadUrlLifetime = -1;
    const late = await fetch(await url());
    service.knobs.downloadUrlLifetime = 60;
    assert.equal(late.status, 403);
  });

  it('redirects when asked, and leaves no trace of a mere look', async () => {
    const before = service.state.history.length;
    assert.equal((await ask('GET', '/files/docs/hello.txt?action=stat')).body['download_uri'], null);
    assert.equal(service.state.history.length, before);
    const { status, headers } = await ask('GET', '/files/docs/hello.txt?action=redirect');
    assert.deepEqual([status, headers.get('location')?.startsWith(service.storageUrl)], [302, true]);
  });
});
