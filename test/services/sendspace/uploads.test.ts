import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, CLIENT, elements, line, prepare, send, type Ask } from './asking.js';
import { CREDENTIALS } from './seed.js';
import { startSendspace, type Sendspace } from './sendspace.js';

let service: Sendspace;
let lite: Ask;
let anonymous: Ask;

beforeEach(async () => {
  service = await startSendspace();
  lite = await askingAs(service, 'lite@example.com');
  anonymous = asking(service, CLIENT);
});

afterEach(() => service.close());

const ANONYMOUS = 'anonymous.uploadGetInfo';

/** Bytes that do not repeat, the same for the same size. */
const bytes = (size: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size)));

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const only = () => [...service.state.files.values()].at(-1)!;

describe('getInfo of sendspace', () => {
  it('names a node, its progress, and what the form must hold, as it was recorded', async () => {
    const { told, body } = await lite('upload.getinfo', { speed_limit: '0' });
    const { attributes } = told[0]!;
    assert.deepEqual(Object.keys(attributes), ['progress_url', 'url', 'max_file_size', 'upload_identifier', 'extra_info']);
    assert.equal(attributes['max_file_size'], '314572800');
    assert.match(attributes['upload_identifier'] ?? '', /^\d+\.\d{10}\.[0-9A-F]{8}\.\d+\.0$/);
    assert.match(attributes['extra_info'] ?? '', /%2B.*%2F.*%3D|%3D%3B/);
    assert.match(attributes['url'] ?? '', /\/apiupload\?DESTINATION_DIR=\d+&UPLOAD_IDENTIFIER=[\w.]+&MAX_FILE_SIZE=314572800$/);
    assert.match(attributes['progress_url'] ?? '', /\/progressapiupload\.html\?UPLOAD_IDENTIFIER=[\w.]+&limit=314572800&nginx=1$/);
    assert.match(body, /\n\t<upload .*&amp;MAX_FILE_SIZE.*\/>\n/, 'stands on one line');
    const other = await prepare(lite);
    assert.notEqual(new URL(other.url).origin, new URL(attributes['url'] ?? '').origin);
    service.knobs.uploadAttributes = ['url', 'max_file_size', 'upload_identifier', 'extra_info'];
    assert.deepEqual(Object.keys((await anonymous(ANONYMOUS)).told[0]!.attributes), service.knobs.uploadAttributes);
  });

  it('refuses who is expired, full, or counts in words', async () => {
    const account = service.state.accounts.get('lite@example.com')!;
    assert.equal((await lite('upload.getInfo', { speed_limit: 'fast' })).code, 16);
    account.diskSpace = 1;
    assert.equal((await lite('upload.getInfo')).code, 20);
    account.membershipEnds = 0;
    assert.equal((await lite('upload.getInfo')).code, 19);
    assert.equal((await anonymous(ANONYMOUS, { api_version: '3' })).code, 5);
    assert.equal((await anonymous(ANONYMOUS, { api_key: 'none' })).code, 18);
    assert.equal((await asking(service)(ANONYMOUS)).code, 4);
    service.knobs.refuse('upload.getInfo', 13);
    assert.equal((await lite('upload.getInfo')).code, 13);
  });
});

describe('the upload form of an account', () => {
  it('keeps a file byte for byte, with all that its fields say', async () => {
    const folder = (await lite('folders.create', { name: 'in' })).one('folder').attributes['id'] ?? '';
    const form = await prepare(lite);
    const content = bytes(3_000_000);
    const { http, body } = await send(
      form,
      {
        description: 'what it is',
        password: 'opens it',
        folder_id: folder,
        recipient_email: 'a@example.com, b@example.com',
        recipient_message: 'have a look',
        notify_uploader: '1',
      },
      { userfile: ["100% é “difficult”; 'name' & <more>.bin", content] },
    );
    assert.equal(http, 200);
    assert.match(body, /^upload_status=ok\nfile_id=[0-9a-z]{6}\nbandwidth_left=-1\ndiskspace_left=-1\n$/);
    const [id = ''] = line(body, 'file_id');
    assert.equal(await service.state.sha256(id), sha256(content));
    const { attributes } = (await lite('files.getInfo', { file_id: id })).one('file');
    assert.deepEqual(
      ['name', 'description', 'password', 'folder_id', 'file_size', 'downloads', 'direct_download_url'].map((name) => attributes[name]),
      ["100% é “difficult”; 'name' & <more>.bin", 'what it is', 'opens it', folder, '3000000', '0', ''],
    );
    assert.deepEqual(
      service.state.mails.map(({ kind, from, to, message, links }) => ({ kind, from, to, message, links })),
      [
        {
          kind: 'upload',
          from: 'lite@example.com',
          to: ['a@example.com', 'b@example.com'],
          message: 'have a look',
          links: [attributes['download_page_url']],
        },
        {
          kind: 'notice',
          from: undefined,
          to: ['lite@example.com'],
          message: '',
          links: [attributes['download_page_url'], attributes['delete_url']],
        },
      ],
    );
    assert.deepEqual(
      service.state.forms.at(-1)?.files.map(({ field, size }) => [field, size]),
      [['userfile', 3_000_000]],
    );
  });

  it('takes nothing at all as a file of zero bytes', async () => {
    const { body } = await send(await prepare(lite), {}, { userfile: ['empty.txt', ''] });
    const [id = ''] = line(body, 'file_id');
    assert.equal((await service.state.bytes(id)).length, 0);
  });

  it('tells what is left after the file', async () => {
    Object.assign(service.state.accounts.get('lite@example.com')!, { diskSpace: 100, bandwidthLeft: 5 });
    const { body } = await send(await prepare(lite), {}, { userfile: ['a', '12345'] });
    assert.deepEqual([line(body, 'diskspace_left'), line(body, 'bandwidth_left')], [['83'], ['5']]);
    const full = await send(await prepare(lite), {}, { userfile: ['b', 'x'.repeat(84)] });
    assert.match(full.body, /^upload_status=fail\nPro user, reached disk space limit\n/);
  });

  it('goes by the field, whatever the query says', async () => {
    const { url, fields } = await prepare(lite);
    const { body } = await send({ url: url.replaceAll('&', '&amp;'), fields }, {}, { userfile: ['a', 'a'] });
    assert.match(body, /^upload_status=ok\n/);
    const other = await prepare(lite);
    const missing = await send({ url: other.url, fields: { ...other.fields, UPLOAD_IDENTIFIER: '' } }, {}, { userfile: ['a', 'a'] });
    assert.match(missing.body, /<status>fail</);
  });

  it('takes fields in any order, also behind the file', async () => {
    const { url, fields } = await prepare(lite);
    const form = new FormData();
    form.set('userfile', new Blob(['first']), 'first.txt');
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    assert.match(await (await fetch(url, { method: 'POST', body: form })).text(), /^upload_status=ok\n/);
  });

  it('serves once, needs what it gave out, and keeps nothing that it refuses', async () => {
    const before = service.state.files.size;
    const form = await prepare(lite);
    const decoded = { ...form.fields, extra_info: decodeURIComponent(form.fields['extra_info'] ?? '') };
    assert.match((await send({ ...form, fields: decoded }, {}, { userfile: ['a', 'a'] })).body, /^upload_status=fail\n/);
    for (const more of [{ MAX_FILE_SIZE: '' }, { folder_id: 'nobody' }, { MAX_FILE_SIZE: '1' }])
      assert.match((await send(await prepare(lite), more, { userfile: ['a', 'aa'] })).body, /^upload_status=fail\n/);
    assert.match((await send(await prepare(lite), {}, {})).body, /^upload_status=fail\nNo file/);
    assert.match((await send(await prepare(lite), {}, { other: ['a', 'a'] })).body, /^upload_status=fail\nNo file/);
    assert.equal(service.state.files.size, before);
    const good = await prepare(lite);
    assert.match((await send(good, {}, { userfile: ['a', 'a'] })).body, /^upload_status=ok\n/);
    assert.match((await send(good, {}, { userfile: ['a', 'a'] })).body, /fail/);
    assert.equal(service.state.files.size, before + 1);
  });

  it('refuses a file that is larger than it may be', async () => {
    service.knobs.maxFileSize = 10;
    assert.match((await send(await prepare(lite), {}, { userfile: ['a', 'x'.repeat(10)] })).body, /^upload_status=ok\n/);
    assert.match(
      (await send(await prepare(lite), {}, { userfile: ['a', 'x'.repeat(11)] })).body,
      /^upload_status=fail\nThe file is too large\n/,
    );
    service.knobs.failedForm = 'redirect';
    const { http, headers } = await send(await prepare(lite), {}, { userfile: ['a', 'x'.repeat(11)] });
    assert.deepEqual([http, headers.get('location')], [301, `${service.siteUrl}/uploadprocerr.html?e=1`]);
  });

  it('leaves out recipients that are no addresses', async () => {
    await send(await prepare(lite), { recipient_email: 'nobody,a@example.com', notify_uploader: '0' }, { userfile: ['a', 'a'] });
    assert.deepEqual(
      service.state.mails.map(({ to }) => to),
      [['a@example.com']],
    );
  });

  it('goes back to a page of ones own, with or without a query', async () => {
    const back = async (redirect_url: string, text: string): Promise<string> =>
      (await send(await prepare(lite), { redirect_url, MAX_FILE_SIZE: '5' }, { userfile: ['a', text] })).headers.get('location') ?? '';
    assert.match(await back('http://page.test/done', 'a'), /^http:\/\/page\.test\/done\?upload_status=ok&file_id=[0-9a-z]{6}$/);
    assert.match(await back('http://page.test/done?x=1', 'a'), /^http:\/\/page\.test\/done\?x=1&upload_status=ok&file_id=[0-9a-z]{6}$/);
    assert.equal(await back('http://page.test/done', 'too much'), 'http://page.test/done?upload_status=fail&file_id=');
  });

  it('takes up to a hundred files, each with its description', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        index === 0 ? 'userfile' : `userfile${String(index + 1)}`,
        [`${String(index + 1)}.txt`, String(index + 1)] as const,
      ]),
    );
    const { body } = await send(
      await prepare(lite),
      { description: 'first', description2: 'second', description100: 'last' },
      { ...files, userfile101: ['no.txt', 'no'] },
    );
    const ids = line(body, 'file_id');
    assert.equal(ids.length, 100);
    const told = await lite('files.getInfo', { file_id: ids.join(',') });
    assert.deepEqual(
      told.all('file').map(({ attributes }) => attributes['name']),
      Array.from({ length: 100 }, (_, index) => `${String(index + 1)}.txt`),
    );
    assert.deepEqual(
      [0, 1, 2, 99].map((index) => told.all('file')[index]?.attributes['description']),
      ['first', 'second', '', 'last'],
    );
  });

  it('finds the file in an input of another name, in either reading of the document', async () => {
    for (const more of [{ Filedata: 'userfile' }, { userfile: 'Filedata' }]) {
      const { url, fields } = await prepare(lite);
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...more })) form.append(name, value);
      form.append('Filedata', new Blob(['flash']), 'flash.txt');
      assert.match(await (await fetch(url, { method: 'POST', body: form })).text(), /^upload_status=ok\n/);
    }
  });

  it('reads names as PHP does: without a path, and with nothing decoded but a hidden quote', async () => {
    const { url, fields } = await prepare(lite);
    const boundary = '-----x';
    const parts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="userfile"; filename="C:\\\\files\\\\a \\"b\\" %22c.txt"\r\nContent-Type: text/plain\r\n\r\n--${boundary.slice(1)}\r\n`;
    // The closing boundary of one client that worked ends in an en dash.
    const body = `${parts.join('')}${file}\r\n--${boundary}–`;
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` } });
    assert.match(await answer.text(), /^upload_status=ok\n/);
    assert.equal(only().name, 'a "b" %22c.txt');
    assert.equal(Buffer.from(await service.state.bytes(only().id)).toString(), '------x\r\n');
  });

  it('refuses what is no form, or ends in the middle', async () => {
    const { url, fields } = await prepare(lite);
    assert.match(await (await fetch(url, { method: 'POST', body: 'x' })).text(), /^upload_status=fail\n/);
    const body = `--b\r\nContent-Disposition: form-data; name="UPLOAD_IDENTIFIER"\r\n\r\n${fields['UPLOAD_IDENTIFIER'] ?? ''}\r\n--b\r\nContent-Disposition: form-data; name="userfile"; filename="a"\r\n\r\nhal`;
    const half = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'multipart/form-data; boundary=b' } });
    assert.match(await half.text(), /^upload_status=fail\n/);
  });
});

describe('the upload form of anonymous people', () => {
  it('answers XML with the link to delete, one element a line', async () => {
    const form = await prepare(anonymous, ANONYMOUS, { app_version: '1', speed_limit: '0' });
    const { body } = await send(
      form,
      {
        description: 'what it is',
        recipient_email: 'a@example.com',
        recipient_message: 'have a look',
        notify_uploader: 'me@example.com',
        password: 'is not for them',
        folder_id: 'neither',
      },
      { userfile: ['a.txt', 'anonymous'] },
    );
    const { root, told } = elements(body);
    assert.equal(root.name, 'upload_done');
    const [status, download, remove, id] = told.map(({ text }) => text);
    assert.deepEqual(
      told.map(({ name }) => name),
      ['status', 'download_url', 'delete_url', 'file_id'],
    );
    assert.deepEqual([status, download], ['ok', `${service.siteUrl}/file/${id ?? ''}`]);
    assert.match(remove ?? '', new RegExp(`/delete/${id ?? ''}/[0-9a-f]{32}$`));
    assert.match(body, /\n\t<download_url>.*\n\t<delete_url>.*\n\t<file_id>.*\n/);
    assert.deepEqual([only().description, only().password, only().folderId], ['what it is', '', '0']);
    assert.deepEqual(
      service.state.mails.map(({ kind, to, message, links }) => [kind, to, message, links]),
      [
        ['upload', ['a@example.com'], 'have a look', [download]],
        ['notice', ['me@example.com'], '', [download, remove]],
      ],
    );
  });

  it('says of a failure only that it is one', async () => {
    const form = await prepare(anonymous, ANONYMOUS);
    const { body } = await send(form, { extra_info: 'wrong' }, { userfile: ['a.txt', 'a'] });
    assert.deepEqual(
      elements(body).told.map(({ name, text }) => [name, text]),
      [['status', 'fail']],
    );
  });

  it('goes back to a page', async () => {
    const form = await prepare(anonymous, ANONYMOUS);
    const { headers } = await send(form, { redirect_url: 'http://page.test/' }, { userfile: ['a.txt', 'a'] });
    assert.equal(headers.get('location'), `http://page.test/?upload_status=ok&file_id=${only().id}`);
  });
});

describe('nodes of sendspace', () => {
  it('tell how far a form is, to GET and POST', async () => {
    const form = await prepare(lite);
    const status = async (method = 'GET'): Promise<Record<string, string>> =>
      Object.fromEntries(elements(await (await fetch(form.progressUrl, { method })).text()).told.map(({ name, text }) => [name, text]));
    assert.deepEqual(await status(), {
      status: 'ok', eta: '00:00:00', speed: '0', uploaded_bytes: '0', total_size: '0', elapsed: '00:00:00', meter: '0',
    }); // prettier-ignore
    const sent = request(form.url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 2000 },
    });
    const answered = once(sent, 'response');
    const text = Object.entries(form.fields)
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const head = `${text}--b\r\nContent-Disposition: form-data; name="userfile"; filename="slow"\r\n\r\n`;
    sent.write(head.padEnd(1000, 'x'));
    let told = await status('POST');
    while (told['uploaded_bytes'] !== '1000') told = await status();
    assert.deepEqual([told['status'], told['total_size'], told['meter']], ['ok', '2000', '50']);
    assert.equal(service.state.files.size, 1);
    sent.end(`${'x'.repeat(1000 - '\r\n--b--'.length)}\r\n--b--`);
    await answered;
    while (told['status'] !== 'done') told = await status();
    assert.deepEqual([told['uploaded_bytes'], told['meter']], ['2000', '100']);
    assert.equal(only().content.size, 2000 - head.length - '\r\n--b--'.length);
    assert.deepEqual(
      elements(await (await fetch(form.progressUrl.replace(/IDENTIFIER=[^&]+/, 'IDENTIFIER=none'))).text()).told[0]?.text,
      'fail',
    );
  });

  it('keep to a speed limit', async () => {
    const form = await prepare(lite, 'upload.getInfo', { speed_limit: '100' });
    const before = Date.now();
    await send(form, {}, { userfile: ['slow.bin', bytes(20_000)] });
    assert.ok(Date.now() - before >= 190, 'twenty kilobytes at a hundred a second take a fifth of one');
  });

  it('are down when their knob says so, and keep no form that is cut', async () => {
    const before = service.state.files.size;
    service.knobs.nodesDown = ['fs01u'];
    const forms = [await prepare(lite), await prepare(lite)];
    const answers = await Promise.all(forms.map((form) => send(form, {}, { userfile: ['a', 'a'] })));
    assert.deepEqual(answers.map(({ http }) => http).sort(), [200, 503]);
    service.knobs.next(/^fs02u POST/, 'cut');
    service.knobs.nodesDown = [];
    for (const form of [await prepare(lite), await prepare(lite)]) await send(form, {}, { userfile: ['a', 'a'] }).catch(() => undefined);
    assert.equal(service.state.files.size, before + 2);
  });

  it('have stored a file whose answer was lost', async () => {
    const before = service.state.files.size;
    service.knobs.next(/^fs\d+u POST/, 'lost-answer');
    await assert.rejects(send(await prepare(lite), {}, { userfile: ['a', 'a'] }), TypeError);
    assert.equal(service.state.files.size, before + 1);
  });

  it('answer nonsense to a form where a test wants it', async () => {
    service.knobs.spoil('form', () => ({ type: 'text/html', body: '<html>sorry</html>' }));
    assert.equal((await send(await prepare(lite), {}, { userfile: ['a', 'a'] })).body, '<html>sorry</html>');
  });
});

describe('clients of sendspace that were seen', () => {
  it('cut the form out of one line of XML with sed, and post to its address as it stands there', async () => {
    const { body } = await anonymous(ANONYMOUS);
    const row = body.split('\n').find((text) => text.includes('<upload ')) ?? '';
    const cut = /url="([^"]*)" max_file_size="([^"]*)" upload_identifier="([^"]*)" extra_info="([^"]*)"/.exec(row);
    const [, url = '', MAX_FILE_SIZE = '', UPLOAD_IDENTIFIER = '', extra_info = ''] = cut ?? [];
    assert.match(url, /&amp;/);
    const answer = await send({ url, fields: { MAX_FILE_SIZE, UPLOAD_IDENTIFIER, extra_info } }, {}, { userfile: ['a', 'a'] });
    assert.match(answer.body.split('\n').find((text) => text.includes('download_url')) ?? '', /\/file\/[0-9a-z]{6}</);
  });

  it('take token and session by their place, and the id of a file from between = and the line feed', async () => {
    const first = async (query: Record<string, string>): Promise<string> => {
      const answer = await fetch(`${service.url}?${new URLSearchParams(query).toString()}`, { method: 'POST' });
      return elements(await answer.text()).told[0]?.text ?? '';
    };
    const token = await first({ method: 'auth.createtoken', ...CLIENT, app_version: '0.1' });
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const session_key = await first({
      method: 'auth.login', token, user_name: 'pro@example.com', tokened_password: md5(token + md5(CREDENTIALS.password)), api_version: '1.2',
    }); // prettier-ignore
    const { body } = await send(await prepare(asking(service, { session_key })), { notify_uploader: '0' }, { userfile: ['a', 'a'] });
    const id = body.slice(body.indexOf('file_id=') + 'file_id='.length).split('\n')[0] ?? '';
    assert.ok(service.state.files.has(id));
  });
});
