import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, type Ask } from './asking.js';
import { startFilemail, type Filemail } from './filemail.js';
import { addUser, CREDENTIALS } from './seed.js';

let service: Filemail;
let ask: Ask;

beforeEach(async () => {
  service = await startFilemail();
  ask = asking(service);
});

afterEach(() => service.close());

const login = async (email = 'member@example.com', password: string = CREDENTIALS.password): ReturnType<Ask> =>
  ask('POST', '/auth/login', { email, password });

const withToken = (token: unknown): Ask => asking(service, CREDENTIALS.ownerKey, { logintoken: String(token) });

const outcome = async (answer: ReturnType<Ask>): Promise<unknown[]> => {
  const { status, body } = await answer;
  return [status, body['responsestatus'], body['errorcode']];
};

describe('who asks Filemail', () => {
  it('must tell a key and a version', async () => {
    assert.deepEqual((await ask('GET', '/user/me')).data['email'], 'owner@example.com');
    const plain = asking(service, '', { 'content-type': 'application/json' });
    assert.deepEqual(await outcome(plain('GET', '/transfer/sent')), [401, 'MissingApikey', 1011]);
    assert.deepEqual(await outcome(asking(service, 'wrong')('GET', '/transfer/sent')), [401, 'InvalidApikey', 1012]);
    const versionless = asking(service, CREDENTIALS.ownerKey, { 'x-api-version': '' });
    assert.deepEqual(await outcome(versionless('GET', '/transfer/sent')), [400, 'InvalidParameter', 1002]);
    const refused = await asking(service, 'wrong')('GET', '/user/me');
    assert.deepEqual([refused.status, refused.headers.get('content-type')], [401, 'application/problem+json']);
  });

  it('signs in, and is then the user of the login and not of the key', async () => {
    const { data, status } = await login();
    assert.equal(status, 200);
    assert.match(String(data['logintoken']), /^[0-9a-f]{32}$/);
    const days = (Number(data['logintokenExpireDate']) * 1000 - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days <= 7, String(days));
    assert.equal((await withToken(data['logintoken'])('GET', '/user/me')).data['email'], 'member@example.com');
    assert.deepEqual(await outcome(withToken('f'.repeat(32))('GET', '/transfer/sent')), [401, 'InvalidOrExpiredLoginToken', 2003]);
  });

  it('is refused with a wrong password, and in the end for a while', async () => {
    service.knobs.loginTries = 2;
    const refused = await login('member@example.com', 'wrong');
    assert.deepEqual(
      [refused.status, refused.body['responsestatus'], refused.data['signInStatus']],
      [401, 'WrongUsernamePassword', 'NotAuthorized'],
    );
    assert.equal((await login('nobody@example.com')).status, 401);
    assert.deepEqual(await outcome(ask('POST', '/auth/login', { email: 'member@example.com' })), [400, 'InputParameterMissing', 1003]);
    await login('member@example.com', 'wrong');
    assert.deepEqual(await outcome(login()), [429, 'CaptchaRequiredForNextLogin', 2005]);
  });

  it('gets no token before the second factor', async () => {
    addUser(service.state, 'careful', 'careful-key', { twoFactor: true });
    const { status, data } = await login('careful@example.com');
    assert.deepEqual([status, data['logintoken'], typeof data['twoFactorToken']], [200, null, 'string']);
  });

  it('uses a login token as long as it lives, and a refresh token once', async () => {
    service.knobs.loginLifetime = -1;
    const first = (await login()).data;
    assert.deepEqual(await outcome(withToken(first['logintoken'])('GET', '/transfer/sent')), [401, 'InvalidOrExpiredLoginToken', 2003]);
    service.knobs.loginLifetime = 60;
    const refresh = (token: unknown): ReturnType<Ask> => ask('POST', '/auth/refreshtoken', { refreshtoken: token });
    const second = await refresh(first['refreshtoken']);
    assert.equal(second.status, 200);
    assert.equal((await withToken(second.data['logintoken'])('GET', '/user/me')).data['email'], 'member@example.com');
    assert.deepEqual(await outcome(refresh(first['refreshtoken'])), [400, 'RefreshTokenAlreadyUsed', 2041]);
    assert.deepEqual(await outcome(refresh('made up')), [400, 'InvalidParameter', 1002]);
    for (const entry of service.state.logins.values()) entry.refreshExpires = 0;
    assert.deepEqual(await outcome(refresh(second.data['refreshtoken'])), [400, 'RefreshTokenExpired', 2040]);
  });

  it('signs out, which ends the token and its refresh token', async () => {
    const { data } = await login();
    assert.deepEqual(await outcome(withToken(data['logintoken'])('POST', '/auth/logout')), [200, 'OK', null]);
    assert.equal((await withToken(data['logintoken'])('POST', '/auth/logout')).status, 401);
    assert.equal((await ask('POST', '/auth/refreshtoken', { refreshtoken: data['refreshtoken'] })).status, 400);
    assert.equal((await ask('POST', '/auth/logout')).status, 401);
  });

  it('has a quota of requests', async () => {
    service.knobs.dailyQuota = 1;
    assert.equal((await ask('GET', '/transfer/sent')).status, 200);
    assert.deepEqual(await outcome(ask('GET', '/transfer/sent')), [429, 'ApiKeyQuotaExceeded', 1013]);
  });

  it('searches the address book, and cannot change it', async () => {
    const search = async (body: Record<string, unknown>): Promise<unknown> => (await ask('POST', '/contact/search', body)).data['contacts'];
    assert.deepEqual(await search({ term: 'ADA@' }), [{ name: 'Ada Harbour', email: 'ada@example.com', isGroup: false, memberCount: 0 }]);
    assert.deepEqual(await search({ term: 'crew' }), [{ name: 'Crew', email: '', isGroup: true, memberCount: 2 }]);
    const names = (found: unknown): string[] => (found as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names(await search({ term: 'example.com' })), ['Ada Harbour', 'Bo Quay', 'Cy Pier']);
    assert.deepEqual(names(await search({ term: 'r', exclude: ['cy@example.com'], limit: 2 })), ['Ada Harbour', 'Crew']);
    assert.deepEqual(await outcome(ask('POST', '/contact/search', { term: '' })), [400, 'InputParameterMissing', 1003]);
    const add = await ask('POST', '/contact/add', { name: 'X', email: 'x@example.com' });
    assert.deepEqual([add.status, add.headers.has('x-simulated-unknown-route')], [404, true]);
  });

  it('spells success as the knobs say', async () => {
    service.knobs.ok = 'ok';
    assert.equal((await ask('GET', '/transfer/sent')).body['responsestatus'], 'ok');
  });
});
