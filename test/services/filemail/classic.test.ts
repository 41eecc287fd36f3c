import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { askClassic, asking, sendChunk, type Answer, type Opened } from './asking.js';
import { startFilemail, type Filemail } from './filemail.js';
import { CREDENTIALS } from './seed.js';

let service: Filemail;

beforeEach(async () => {
  service = await startFilemail();
});

afterEach(() => service.close());

const ask = (call: string, parameters: Record<string, string> = {}): Promise<Answer> => askClassic(service, call, parameters);

const login = async (): Promise<string> => {
  const { body } = await ask('authentication/login', {
    username: 'owner@example.com',
    password: CREDENTIALS.password,
    source: 'Desktop',
    apikey: 'x',
  });
  return String(body['logintoken']);
};

const members = async (answer: Promise<Answer>, ...names: string[]): Promise<unknown[]> => {
  const { status, body } = await answer;
  return [status, ...names.map((name) => body[name])];
};

describe('version 1', () => {
  it('signs in with a cookie, which is all that a client must bring back', async () => {
    const url = `${service.url}/api/authentication/login`;
    const body = new URLSearchParams({ username: 'owner@example.com', password: CREDENTIALS.password, source: 'Desktop' });
    const response = await fetch(url, { method: 'POST', body });
    const { logintoken } = (await response.json()) as { logintoken: string };
    assert.match(logintoken, /^[0-9a-f]{32}$/);
    const [cookie] = response.headers.getSetCookie();
    assert.match(cookie ?? '', new RegExp(`^logintoken=${logintoken};`));
    const asked = await fetch(`${service.url}/api/user/get`, { headers: { cookie: `source=Desktop; logintoken=${logintoken}` } });
    assert.equal(((await asked.json()) as { user: { email: string } }).user.email, 'owner@example.com');
    await ask('authentication/logout', { logintoken });
    assert.deepEqual(await members(ask('user/get', { logintoken }), 'responsestatus', 'errorcode'), [
      200,
      'InvalidOrExpiredLoginToken',
      2003,
    ]);
  });

  it('fails with a 200 that says what is wrong', async () => {
    const wrong = { username: 'owner@example.com', password: 'wrong', source: 'Web' };
    assert.deepEqual(await members(ask('authentication/login', wrong), 'responsestatus', 'errorcode', 'method'), [
      200,
      'WrongUsernamePassword',
      2001,
      '/api/authentication/login',
    ]);
    const nowhere = { username: 'owner@example.com', password: CREDENTIALS.password };
    assert.deepEqual(await members(ask('authentication/login', nowhere), 'responsestatus'), [200, 'InputParameterMissing']);
    assert.deepEqual(await members(ask('authentication/login', { ...nowhere, source: 'Moon' }), 'responsestatus'), [
      200,
      'InvalidParameter',
    ]);
    assert.deepEqual(await members(ask('user/get'), 'responsestatus'), [200, 'OK']);
  });

  it('opens, fills and completes a transfer, signed in or not', async () => {
    for (const signedIn of [{ logintoken: await login() }, {}]) {
      service.state.mails.length = 0;
      const { body } = await ask('transfer/initialize', {
        ...signedIn,
        to: 'one@example.com, two@example.com',
        from: 'sender@example.com',
        message: 'Look!',
        days: '3',
        confirmation: 'true',
      });
      assert.deepEqual(
        Object.keys(body).sort(),
        ['responsestatus', 'transferid', 'transferip', 'transferkey', 'transferurl', 'udpport', 'udpthreshold'].sort(),
      );
      const transfer = body as unknown as Opened;
      const { transferid, transferkey, transferurl } = transfer;
      await sendChunk(transfer, 'raw.txt', 'raw');
      const form = new FormData();
      form.set('file', new Blob(['form']), 'form.txt');
      await fetch(`${transferurl}?${new URLSearchParams({ transferid, transferkey }).toString()}`, { method: 'POST', body: form });
      const done = await ask('transfer/complete', { transferid, transferkey, failed: 'false' });
      assert.deepEqual([done.body['responsestatus'], done.body['downloadurl']], ['OK', `${service.url}/d/${transferid}`]);
      const from = 'logintoken' in signedIn ? 'owner@example.com' : 'sender@example.com';
      assert.deepEqual(
        service.state.mails.map(({ kind, to, from: by }) => [kind, to, by]),
        [
          ['transfer', 'one@example.com', from],
          ['transfer', 'two@example.com', from],
          ['confirmation', from, from],
        ],
      );
      const seen = (await ask('transfer/get', { transferid, filesLimit: '1' })).body['transfer'] as Record<string, unknown>;
      assert.deepEqual([seen['key'], (seen['files'] as unknown[]).length, seen['containsmorefiles']], [null, 1, 1]);
    }
  });

  it('takes parameters from headers and from forms', async () => {
    const fromHeaders = await fetch(`${service.url}/api/transfer/initialize`, { headers: { to: 'one@example.com', subject: 'Headers' } });
    const { transferid } = (await fromHeaders.json()) as Opened;
    assert.equal(service.state.transfers.get(transferid)?.subject, 'Headers');
    const form = new FormData();
    form.set('subject', 'Form');
    const fromForm = await fetch(`${service.url}/api/transfer/initialize`, { method: 'POST', body: form });
    assert.equal(service.state.transfers.get(((await fromForm.json()) as Opened).transferid)?.subject, 'Form');
  });

  it('refuses to complete nothing, and gives up what failed', async () => {
    const { body } = await ask('transfer/initialize');
    const { transferid, transferkey } = body as unknown as Opened;
    const key = { transferid, transferkey };
    assert.deepEqual(await members(ask('transfer/complete', key), 'responsestatus', 'errorcode'), [200, 'InvalidParameter', 1002]);
    assert.deepEqual(await members(ask('transfer/complete', { ...key, failed: 'true' }), 'responsestatus'), [200, 'OK']);
    assert.deepEqual(await members(ask('transfer/cancel', key), 'responsestatus'), [200, 'InvalidParameter']);
    assert.deepEqual(await members(ask('transfer/complete', { ...key, transferkey: 'x' }), 'responsestatus'), [200, 'InvalidParameter']);
  });

  it('closes what the other version opened, unless a knob keeps them apart', async () => {
    for (const [apart, said] of [
      [false, 'OK'],
      [true, 'InvalidParameter'],
    ] as const) {
      service.knobs.apisApart = apart;
      const { data } = await asking(service)('POST', '/transfer/initialize', { subject: 'x' });
      const { transferid, transferkey } = data as unknown as Opened;
      assert.deepEqual(await members(ask('transfer/cancel', { transferid, transferkey }), 'responsestatus'), [200, said]);
    }
  });

  it('does with what was sent what version 2 does', async () => {
    const logintoken = await login();
    const { body } = await ask('transfer/initialize', { logintoken, subject: 'Sent' });
    const transfer = body as unknown as Opened;
    const { transferid, transferkey } = transfer;
    await sendChunk(transfer, 'a.txt', 'abc');
    await ask('transfer/complete', { transferid, transferkey });
    const sent = async (): Promise<Record<string, unknown>[]> =>
      (await ask('transfer/sent/get', { logintoken })).body['transfers'] as Record<string, unknown>[];
    const files = async (): Promise<Record<string, unknown>[]> => (await sent())[0]!['files'] as Record<string, unknown>[];
    const fileid = String((await files())[0]!['fileid']);
    await ask('transfer/file/rename', { logintoken, fileid, filename: 'b.txt' });
    assert.equal((await files())[0]!['filename'], 'b.txt');
    await ask('transfer/forward', { logintoken, transferid, to: 'one@example.com' });
    await ask('transfer/share', { logintoken, transferid, to: 'two@example.com', message: 'Look!' });
    assert.deepEqual(service.state.mails.map(({ kind, to }) => `${kind} ${to}`), ['transfer one@example.com', 'share two@example.com']); // prettier-ignore
    await ask('transfer/file/delete', { logintoken, fileid });
    assert.deepEqual(await files(), []);
    assert.deepEqual(await members(ask('transfer/delete', { transferid }), 'responsestatus'), [200, 'InvalidOrExpiredLoginToken']);
    await ask('transfer/delete', { logintoken, transferid });
    assert.deepEqual(await sent(), []);
  });

  it('keeps an address book with groups', async () => {
    const logintoken = await login();
    const call = async (name: string, more: Record<string, string> = {}): Promise<Record<string, unknown>> =>
      (await ask(`contacts/${name}`, { logintoken, ...more })).body;
    const made = (await call('add', { name: 'Di', email: 'DI@example.com', mobile: '1' }))['contact'] as Record<string, string>;
    const contactid = made['contactid']!;
    const group = (await call('group/add', { name: 'Shore' }))['group'] as Record<string, string>;
    const contactgroupid = group['contactgroupid']!;
    await call('addtogroup', { contactid, contactgroupid });
    await call('update', { contactid, name: 'Didi' });
    await call('group/update', { contactgroupid, name: 'Coast' });
    const listed = async (): Promise<unknown> =>
      ((await call('get'))['contacts'] as Record<string, unknown>[]).find((entry) => entry['contactid'] === contactid);
    const shown = { contactid, name: 'Didi', email: 'di@example.com' };
    assert.deepEqual(await listed(), { ...shown, groups: [{ contactgroupid, name: 'Coast', contactgroupname: 'Coast' }] });
    await call('removefromgroup', { contactid, contactgroupid });
    assert.deepEqual(await listed(), { ...shown, groups: [] });
    await call('group/delete', { contactgroupid });
    assert.deepEqual(((await call('group/get'))['groups'] as { name: string }[]).map(({ name }) => name), ['Crew']); // prettier-ignore
    assert.equal((await call('update', { contactid, email: 'nobody' }))['errorcode'], 1004);
    await call('delete', { contactid });
    assert.equal(await listed(), undefined);
    assert.equal((await call('delete', { contactid }))['errorcode'], 1002);
    assert.deepEqual(await members(ask('contacts/get'), 'errorcode'), [200, 2003]);
  });
});
