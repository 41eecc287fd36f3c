import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { asking, askingAs, CLIENT, digest, type Ask, type By } from './asking.js';
import { CREDENTIALS } from './seed.js';
import { startSendspace, type Sendspace } from './sendspace.js';

let service: Sendspace;
let ask: Ask;

before(async () => {
  service = await startSendspace();
  ask = asking(service);
});

after(() => service.close());

/** Writes a whole URL into the request line, as clients behind a proxy do. */
const throughProxy = (method: string, target: string, body = '', type = ''): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    const headers = { host: new URL(target).host, ...(body && { 'content-type': type, 'content-length': Buffer.byteLength(body) }) };
    const sent = request({ hostname, port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

describe('the wire of sendspace', () => {
  for (const by of ['query', 'query of a post', 'urlencoded', 'multipart'] as By[]) {
    it(`takes arguments by ${by}`, async () => {
      const answer = await ask('auth.createToken', CLIENT, by);
      assert.deepEqual([answer.http, answer.status], [200, 'ok']);
      assert.match(answer.one('token').text, /^[0-9a-z]{32}$/);
      const bare = { query: 'query', 'query of a post': 'query', urlencoded: 'urlencoded', multipart: 'multipart' } as const;
      assert.deepEqual(service.state.calls.at(-1), { method: 'auth.createToken', arguments: CLIENT, by: bare[by] });
    });
  }

  it('knows a method in any case, and says it back as it was sent', async () => {
    for (const method of ['auth.createToken', 'auth.createtoken', 'AUTH.CREATETOKEN']) {
      const answer = await ask(method, CLIENT);
      assert.deepEqual([answer.method, answer.status], [method, 'ok']);
    }
    const unknown = await ask('no.Such');
    assert.deepEqual([unknown.method, unknown.status, unknown.code, unknown.http], ['no.Such', 'fail', 2, 200]);
  });

  it('answers XML with a declaration, an element a line, and the token first', async () => {
    const { body, type } = await ask('auth.createToken', { ...CLIENT, response_format: 'json', nobody: 'knows this' });
    assert.match(type, /^text\/xml\b/);
    assert.match(
      body,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<result method="auth.createToken" status="ok">\n\t<token>\w+<\/token>\n<\/result>\n$/,
    );
  });

  it('puts the error first, then the id, and keeps to HTTP 200', async () => {
    const lite = await askingAs(service, 'lite@example.com');
    const { http, told, body } = await lite('files.getinfo', { file_id: 'u5txwy' });
    assert.equal(http, 200);
    assert.deepEqual(
      told.map(({ name, attributes, text }) => [name, attributes, text]),
      [
        ['error', { code: '9', text: 'File not found' }, ''],
        ['id', {}, 'u5txwy'],
      ],
    );
    assert.match(body, /<result method="files.getinfo" status="fail">/);
    service.knobs.refuse('files.getInfo', 15, { info: 'until noon' });
    const informed = await lite('files.getInfo', { file_id: 'u5txwy' });
    assert.deepEqual([informed.code, informed.one('error').attributes['info']], [15, 'until noon']);
  });

  it('takes request targets with a whole URL in them, for every host', async () => {
    const query = new URLSearchParams({ method: 'auth.createtoken', ...CLIENT }).toString();
    const got = await throughProxy('GET', `http://api.sendspace.com/rest/?${query}`);
    assert.match(got.body, /<token>/);
    const posted = await throughProxy('POST', 'http://api.sendspace.com/rest/', query, 'application/x-www-form-urlencoded');
    assert.match(posted.body, /<token>/);
    const progress = await throughProxy('GET', 'http://fs10u.sendspace.com/progressapiupload.html?UPLOAD_IDENTIFIER=none');
    assert.match(progress.body, /<status>fail<\/status>/);
  });

  it('forbids https to whom it is forbidden', async () => {
    const account = service.state.accounts.get('lite@example.com')!;
    const lite = await askingAs(service, 'lite@example.com');
    await lite('auth.checkSession');
    const key = service.state.calls.at(-1)!.arguments['session_key'] ?? '';
    const target = `https://api.sendspace.com/rest/?method=folders.getall&session_key=${key}`;
    account.capable.https = false;
    assert.match((await throughProxy('GET', target)).body, /<error code="17"/);
    account.capable.https = true;
    assert.match((await throughProxy('GET', target)).body, /status="ok"/);
  });

  it('logs in by the digest that other clients were seen to send', async () => {
    assert.equal(digest('tok123', 'secret'), '06804bc4ca67a74cf0657ac2f792c9d4');
    const token = (await ask('auth.createToken', CLIENT)).one('token').text;
    const login = await ask('auth.login', {
      token,
      user_name: 'pro@example.com',
      tokened_password: digest(token, CREDENTIALS.password),
      api_version: '1.2',
    });
    assert.equal(login.told[0]?.name, 'session_key');
    assert.deepEqual(
      login.told.map(({ name }) => name),
      [
        'session_key', 'user_name', 'email', 'membership_type', 'membership_ends', 'subscribed', 'capable_upload', 'capable_download',
        'capable_folders', 'capable_files', 'capable_https', 'capable_addressbook', 'bandwidth_left', 'diskspace_left', 'diskspace_used',
        'points',
      ],
    ); // prettier-ignore
  });

  it('lets no page of another origin read, unless its knob says so', async () => {
    const allowed = async (): Promise<string | null> =>
      (await fetch(service.url, { headers: { origin: 'http://page.test' } })).headers.get('access-control-allow-origin');
    assert.equal(await allowed(), null);
    service.knobs.cors['api'] = true;
    assert.equal(await allowed(), '*');
    service.knobs.cors['api'] = false;
  });

  it('fails in HTML where what stands in front of it fails', async () => {
    service.knobs.next(/^api/, 'error');
    const response = await fetch(service.url);
    assert.deepEqual([response.status, response.headers.get('content-type')], [503, 'text/html']);
    assert.match(await response.text(), /nginx/);
  });

  it('loses an answer to a call that was done', async () => {
    const lite = await askingAs(service, 'lite@example.com');
    service.knobs.lose('folders.create');
    await assert.rejects(lite('folders.create', { name: 'lost' }), TypeError);
    assert.ok([...service.state.folders.values()].some(({ name }) => name === 'lost'));
  });

  it('spoils an answer to a call that was done', async () => {
    const lite = await askingAs(service, 'lite@example.com');
    service.knobs.spoil('folders.create', ({ body }) => ({ body: body.slice(0, 60), status: 500 }));
    await assert.rejects(lite('folders.create', { name: 'spoiled' }));
    assert.equal([...service.state.folders.values()].filter(({ name }) => name === 'spoiled').length, 1);
    assert.equal((await lite('folders.create', { name: 'whole' })).status, 'ok');
  });
});
