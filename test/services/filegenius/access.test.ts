import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, type Ask } from './asking.js';
import { startFileGenius, type FileGenius } from './filegenius.js';
import { addUser, credentialsOf, PASSWORD, seed } from './seed.js';
import { sign, signedPart } from './signatures.js';

let service: FileGenius;
let boss: Ask;

beforeEach(async () => {
  service = await startFileGenius();
  boss = asking(service, 'boss');
});

afterEach(() => service.close());

describe('signatures', () => {
  it('are those of the documents', () => {
    const list = 'https://acme.filetransfers.net/api/file_list';
    const vectors = {
      [`${list}?api_key=key&path=%2F&sort_by=date_asc&timestamp=1371675460`]:
        '6f348056db1fa164582a17314893bb6885e6077e0fc284614f02ba26ac1d6a85',
      [`${list}?api_key=key&path=/&sort_by=date_asc&timestamp=1371675460`]:
        'e210ccdc051b3ede744a772aa04391f8324cea99f56f213911e5acf955a3c02e',
      [`${list}.xml?api_key=key&path=%2F&sort_by=date_asc&timestamp=1371675460`]:
        'b80601e8a227836cb54c84b1e8b1e11907183169b563f1516ba207c7a7e92cf1',
      'https://acme.filetransfers.net/api/file_upload': '7cb018c26511906607501acf832ac8c234ba42a9f6fc1dae081e5ba1b8887a22',
    };
    for (const [text, signature] of Object.entries(vectors)) assert.equal(sign('s3cr3t', text), signature);
  });

  it('stand last, behind parameters in alphabetical order', () => {
    assert.deepEqual(signedPart('http://a/api/x?a=1&b=2&signature=ff'), { text: 'http://a/api/x?a=1&b=2', signature: 'ff' });
    assert.equal(signedPart('http://a/api/x?b=2&a=1&signature=ff'), undefined);
    assert.equal(signedPart('http://a/api/x?a=1&signature=ff&z=2'), undefined);
    assert.equal(signedPart('http://a/api/x?a=1'), undefined);
  });

  it('of a GET cover every byte of its URL, whether a path is encoded or not', async () => {
    const url = boss.urlOf('file_list', { path: '/' });
    assert.equal((await fetch(url)).status, 200);
    const { apiKey, secret } = credentialsOf('boss');
    const plain = `${service.url}/api/file_list?api_key=${apiKey}&path=/&timestamp=${Math.floor(Date.now() / 1000)}`;
    assert.match(await (await fetch(`${plain}&signature=${sign(secret, plain)}`)).text(), /"fileList"/);
    assert.match(await (await fetch(url.replace('path=%2F', 'path=/'))).text(), /Authentication Failed.*signature/);
    assert.match(await (await fetch(url.replace('file_list', 'file_list.json'))).text(), /Authentication Failed.*signature/);
  });

  it('of a write cover nothing but the URL of the method, so that one is good for any other', async () => {
    const { apiKey, secret } = credentialsOf('boss');
    const body = (name: string): URLSearchParams =>
      new URLSearchParams({
        folder_path: '/',
        folder_name: name,
        api_key: apiKey,
        timestamp: String(Math.floor(Date.now() / 1000)),
        signature: sign(secret, `${service.url}/api/create_folder`),
      });
    for (const name of ['one', 'two']) await fetch(`${service.url}/api/create_folder`, { method: 'POST', body: body(name) });
    assert.ok(service.state.find('/one') && service.state.find('/two'));
    const inQuery = await fetch(`${service.url}/api/create_folder?${body('three').toString()}`, { method: 'POST' });
    assert.match(await inQuery.text(), /Authentication Failed/);
  });

  it('are made with the host that the service goes by, wherever it listens', async () => {
    const hidden = await startFileGenius({ publicUrl: 'https://acme.filetransfers.net' });
    try {
      const text = `/api/file_list?api_key=key-of-boss&path=%2F&timestamp=${Math.floor(Date.now() / 1000)}`;
      const signature = sign(credentialsOf('boss').secret, `https://acme.filetransfers.net${text}`);
      assert.match(await (await fetch(`${hidden.url}${text}&signature=${signature}`)).text(), /"fileList"/);
    } finally {
      await hidden.close();
    }
  });
});

describe('who asks', () => {
  it('must have a key, a timestamp that is not stale, and the right secret', async () => {
    const failed = async (wrongs: Parameters<Ask['get']>[2]): Promise<string> => {
      const answers = [await boss.get('file_list', { path: '/' }, wrongs), await boss.send('POST', 'file_move', {}, wrongs)];
      assert.deepEqual(
        answers.map(({ title }) => title),
        ['Authentication Failed', 'Authentication Failed'],
      );
      return String(answers[0]?.body['message']);
    };
    const now = Math.floor(Date.now() / 1000);
    assert.match(await failed({ apiKey: 'nobody' }), /api_key/);
    assert.match(await failed({ secret: 'wrong' }), /signature/);
    for (const timestamp of [now - 400, now + 400, '', 'now']) assert.match(await failed({ timestamp }), /timestamp/);
    assert.match(await failed({ authCode: 'unknown' }), /auth_code/);
    service.knobs.clockSkew = 500;
    assert.equal((await boss.get('file_list', { path: '/' }, { timestamp: now - 400 })).title, undefined);
  });

  it('may be another user, by a code that ends', async () => {
    const password_auth = createHash('sha1').update(PASSWORD).digest('hex');
    const { text } = await boss.send('POST', 'user_auth', { username_auth: 'reader', password_auth });
    const { authCode } = JSON.parse(text) as { authCode: string };
    const { body } = await boss.get('file_list', { path: '/Designers_workspace/' }, { authCode });
    const { admin, uploadFiles, downloadFiles } = body['userSettings'] as Record<string, unknown>;
    assert.deepEqual([admin, uploadFiles, downloadFiles], [0, 0, 1]);
    assert.equal(
      (await boss.send('POST', 'create_folder', { folder_path: '/Designers_workspace/', folder_name: 'x' }, { authCode })).title,
      'You do not have access privileges for this location',
    );
    assert.equal(
      (await boss.send('POST', 'user_auth', { username_auth: 'reader', password_auth: 'ff' })).title,
      'Invalid Username or Password',
    );
    service.knobs.authCodeLifetime = -1;
    assert.equal((await boss.get('file_list', { path: '/' }, { authCode })).title, 'Authentication Failed');
  });

  it('comes by https, except on the machine itself', async () => {
    const asked = (headers: Record<string, string>): Promise<string> =>
      new Promise((resolve, reject) => {
        request(boss.urlOf('file_list', { path: '/' }), { headers }, (incoming) => {
          incoming.setEncoding('utf8');
          let text = '';
          incoming.on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text));
        })
          .on('error', reject)
          .end();
      });
    assert.match(await asked({ host: 'acme.filetransfers.net' }), /Secure Connection Required/);
    assert.match(await asked({ host: 'acme.filetransfers.net', 'x-forwarded-proto': 'https' }), /"fileList"/);
  });
});

describe('errors', () => {
  it('come as 200 or with a status, in JSON and in XML', async () => {
    const list = (ending: string) => boss.get(`file_list${ending}`, { path: '/none/' });
    const json = await list('');
    assert.deepEqual(
      [json.status, json.text],
      [
        200,
        '{"error":{"title":"You do not have access privileges for this location","message":"Please try a different location or speak to an administrator."}}',
      ],
    );
    assert.equal((await list('.json')).text, json.text);
    service.knobs.errors = 'with-status';
    const xml = await list('.xml');
    assert.equal(xml.status, 403);
    assert.match(
      xml.text,
      /<error><title>You do not have access privileges for this location<\/title><message>Please try .*<\/message><\/error>$/,
    );
    service.knobs.missing = 'in-words';
    assert.deepEqual([(await list('')).status, (await list('')).title], [404, 'Location Not Found']);
  });

  it('are pages where something stands in front of the service', async () => {
    service.knobs.next(/file_list/, 'error');
    const failed = await boss.get('file_list', { path: '/' });
    assert.deepEqual([failed.status, failed.headers.get('content-type')], [503, 'text/html']);
    for (const how of ['html', 'truncated', 'empty'] as const) service.knobs.spoil(/^api GET .*file_list\?/, how);
    const asked = async (): Promise<string> => (await fetch(boss.urlOf('file_list', { path: '/' }))).text();
    assert.match(await asked(), /^<!DOCTYPE html>/);
    assert.match(await asked(), /^\{"fileList".*[^}]$/);
    assert.equal(await asked(), '');
    assert.equal((await boss.get('file_list', { path: '/' })).title, undefined);
  });

  it('are the answers to calls that the brand does not have, and to the wrong verb', async () => {
    const unknown = await boss.send('POST', 'file_copy');
    assert.deepEqual([unknown.title, unknown.headers.get('x-simulated-unknown-call')], ['Unknown Method', 'yes']);
    assert.equal((await boss.send('POST', 'create_file_link')).title, 'Unknown Method');
    assert.equal((await boss.send('POST', 'file_rename')).title, 'Invalid Request Method');
    service.knobs.withoutCalls.add('file_move');
    assert.equal((await boss.send('POST', 'file_move')).title, 'Unknown Method');
    const tuyu = await startFileGenius({ brand: 'tuyu' });
    try {
      assert.equal((await asking(tuyu, 'boss').send('PUT', 'file_rename')).title, 'Invalid Request Method');
      assert.equal((await asking(tuyu, 'boss').get('user_location_access')).title, 'Unknown Method');
    } finally {
      await tuyu.close();
    }
  });
});

describe('pages of other origins', () => {
  it('cannot read answers, unless the knob says so', async () => {
    const allowed = async (): Promise<unknown> =>
      (await fetch(boss.urlOf('file_list', { path: '/' }))).headers.get('access-control-allow-origin');
    assert.equal(await allowed(), null);
    service.knobs.cors['api'] = true;
    assert.equal(await allowed(), '*');
  });
});

describe('the seed', () => {
  it('can be put into an empty site', async () => {
    const empty = await startFileGenius({ empty: true });
    try {
      assert.deepEqual(empty.state.root.items, []);
      await seed(empty.state);
      addUser(empty.state, 'late', { admin: true });
      assert.equal((await asking(empty, 'late').get('file_list', { path: '/' })).body['totalFiles'], 2);
    } finally {
      await empty.close();
    }
  });
});
