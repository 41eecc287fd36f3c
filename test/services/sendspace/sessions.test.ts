import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, CLIENT, digest, type Answer, type Ask } from './asking.js';
import { CREDENTIALS } from './seed.js';
import { startSendspace, type Sendspace } from './sendspace.js';

let service: Sendspace;
let ask: Ask;

beforeEach(async () => {
  service = await startSendspace();
  ask = asking(service);
});

afterEach(() => service.close());

const token = async (): Promise<string> => (await ask('auth.createToken', CLIENT)).one('token').text;

const login = async (user_name: string, password: string = CREDENTIALS.password): Promise<Answer> => {
  const given = await token();
  return ask('auth.login', { token: given, user_name, tokened_password: digest(given, password) });
};

describe('sessions of sendspace', () => {
  it('die after thirty minutes without a call, and live on with each', async () => {
    const lite = await askingAs(service, 'lite@example.com');
    for (let times = 0; times < 3; times++) {
      service.state.pass(29 * 60);
      assert.equal((await lite('folders.getAll')).status, 'ok');
    }
    service.state.pass(30 * 60 + 1);
    assert.equal((await lite('folders.getAll')).code, 6);
    assert.equal((await lite('auth.checkSession')).one('session').text, 'expired');
    for (const code of [5, 6, 7] as const) {
      service.knobs.deadSession = code;
      assert.equal((await lite('files.delete', { file_id: 'abcdef' })).code, code);
    }
  });

  it('are told with what is left', async () => {
    Object.assign(service.state.accounts.get('lite@example.com')!, { diskSpace: 1000, bandwidthLeft: 77 });
    const lite = await askingAs(service, 'lite@example.com');
    const check = await lite('auth.checksession');
    assert.deepEqual(
      ['session', 'bandwidth_left', 'diskspace_left'].map((name) => check.one(name).text),
      ['ok', '77', String(1000 - 'hello, ferry'.length)],
    );
  });

  it('end at logout', async () => {
    const lite = await askingAs(service, 'lite@example.com');
    assert.equal((await lite('auth.logout')).one('status').text, 'ok');
    assert.equal((await lite('folders.getAll')).code, 6);
    assert.equal((await lite('auth.logout')).code, 6);
    assert.equal((await lite('auth.checkSession')).code, 6);
  });

  it('need a key, and one that somebody is signed in to', async () => {
    assert.equal((await ask('folders.getAll')).code, 3);
    assert.equal((await ask('folders.getAll', { session_key: 'x'.repeat(32) })).code, 6);
    assert.equal((await ask('folders.getAll', { session_key: await token() })).code, 7);
  });

  it('begin with a key, a version and an age that are known', async () => {
    const code = async (given: Record<string, string>): Promise<number> => (await ask('auth.createToken', { ...CLIENT, ...given })).code;
    for (const api_version of ['1.0', '1.1', '1.2']) assert.equal(await code({ api_version }), 0);
    assert.equal(await code({ api_version: '9' }), 5);
    assert.equal(await code({ api_key: 'none' }), 18);
    assert.equal((await ask('auth.createToken', { api_key: CREDENTIALS.apiKey })).code, 4);
    service.knobs.oldestApp = 2;
    assert.equal(await code({ app_version: '1.9' }), 25);
    assert.equal(await code({ app_version: '2.0' }), 0);
    assert.equal(await code({}), 0);
  });

  it('take a token once, a right password, and not too many at once', async () => {
    assert.equal((await login('lite@example.com', 'wrong')).code, 8);
    assert.equal((await login('nobody@example.com')).code, 8);
    const given = await token();
    const once = { token: given, user_name: 'lite@example.com', tokened_password: digest(given, CREDENTIALS.password) };
    assert.equal((await ask('auth.login', { ...once, tokened_password: once.tokened_password.toUpperCase() })).code, 8);
    assert.equal((await ask('auth.login', once)).status, 'ok');
    assert.equal((await ask('auth.login', once)).code, 6);
    service.knobs.maxSessions = 1;
    assert.equal((await login('lite@example.com')).code, 30);
    assert.equal((await login('pro@example.com')).status, 'ok');
    service.state.pass(31 * 60);
    assert.equal((await login('lite@example.com')).status, 'ok');
  });

  it('tell what an account is capable of, and hold to it', async () => {
    const account = service.state.accounts.get('bob@example.com')!;
    Object.assign(account.capable, { upload: false, download: false, folders: false, files: false, addressbook: false });
    const told = await login('bob@example.com');
    for (const name of ['upload', 'download', 'folders', 'files', 'addressbook']) assert.equal(told.one(`capable_${name}`).text, '0');
    assert.equal(told.one('chat_ready').text, '0');
    const bob = asking(service, { session_key: told.one('session_key').text });
    for (const [method, given] of [
      ['upload.getInfo', {}],
      ['download.getInfo', { file_id: 'abcdef' }],
      ['folders.getAll', {}],
      ['files.getInfo', { file_id: 'abcdef' }],
      ['addressbook.list', {}],
    ] as const) {
      assert.equal((await bob(method, given)).code, 11, method);
    }
  });
});

describe('registering at sendspace', () => {
  const person = { api_key: CREDENTIALS.apiKey, full_name: 'Jane Doe', email: 'jane@example.com', password: 'secret' };

  it('makes an account that works when the link of the mail was followed', async () => {
    assert.equal((await ask('auth.register', person)).one('status').text, 'ok');
    assert.equal((await login('jane@example.com', 'secret')).code, 11);
    const [mail] = service.state.mails;
    assert.deepEqual([mail?.kind, mail?.to], ['activation', ['jane@example.com']]);
    assert.match(await (await fetch(mail?.links[0] ?? '')).text(), /Welcome, Jane Doe/);
    const told = await login('jane@example.com', 'secret');
    assert.deepEqual([told.one('user_name').text, told.one('email').text], ['Jane Doe', 'jane@example.com']);
  });

  it('makes a password where none is given', async () => {
    await ask('auth.register', { ...person, password: '' });
    const [mail] = service.state.mails;
    await fetch(mail?.links[0] ?? '');
    assert.equal((await login('jane@example.com', /\S+$/.exec(mail?.message ?? '')?.[0])).status, 'ok');
  });

  it('says what is wrong with a person in its own words', async () => {
    for (const [wrong, text] of [
      [{ full_name: 'J4ne' }, /full name/],
      [{ email: 'jane' }, /not valid/],
      [{ password: 'abc' }, /4 to 20/],
      [{ email: 'lite@example.com' }, /already registered/],
    ] as const) {
      const answer = await ask('auth.register', { ...person, ...wrong });
      assert.equal(answer.code, 27);
      assert.match(answer.one('error').attributes['text'] ?? '', text);
    }
    assert.equal((await ask('auth.register', { ...person, api_key: 'none' })).code, 18);
    assert.equal((await ask('auth.register', { api_key: CREDENTIALS.apiKey })).code, 4);
    assert.equal(service.state.mails.length, 0);
  });
});
