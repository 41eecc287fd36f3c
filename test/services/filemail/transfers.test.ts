import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, opened, sendChunk, sentTransfer, type Ask } from './asking.js';
import { startFilemail, type Filemail } from './filemail.js';
import type { Transfer } from './records.js';
import { COMPANIES, CREDENTIALS } from './seed.js';

let service: Filemail;
let ask: Ask;
let member: Ask;
let stranger: Ask;

beforeEach(async () => {
  service = await startFilemail();
  ask = asking(service);
  member = asking(service, CREDENTIALS.memberKey);
  stranger = asking(service, CREDENTIALS.strangerKey);
});

afterEach(() => service.close());

const outcome = async (answer: ReturnType<Ask>): Promise<unknown[]> => {
  const { status, body } = await answer;
  return [status, body['responsestatus']];
};

const kept = (id: string): Transfer => service.state.transfers.get(id)!;

const listed = async (by: Ask, path: string): Promise<unknown[]> =>
  ((await by('GET', path)).data['transfers'] as { subject: string }[]).map(({ subject }) => subject);

const filesOf = async (by: Ask, id: string): Promise<Record<string, unknown>[]> =>
  (await by('GET', `/transfer/${id}`)).data['files'] as Record<string, unknown>[];

describe('lists of transfers', () => {
  it('have what was sent, newest first, in pages, and found by what is in it', async () => {
    for (const subject of ['One', 'Two', 'Three']) await sentTransfer(ask, { [`${subject}.txt`]: 'x' }, { subject });
    await opened(ask, { subject: 'Unfinished' });
    assert.deepEqual(await listed(ask, '/transfer/sent'), ['Three', 'Two', 'One']);
    assert.deepEqual(await listed(ask, '/transfer/sent?limit=1&skip=1'), ['Two']);
    assert.deepEqual(await listed(ask, '/transfer/sent?search=TWO.txt'), ['Two']);
    assert.deepEqual(await listed(member, '/transfer/sent'), []);
    service.knobs.pageSize = 2;
    assert.deepEqual(await listed(ask, '/transfer/sent'), ['Three', 'Two']);
    assert.deepEqual(await outcome(ask('GET', '/transfer/sent?limit=many')), [400, 'InvalidParameter']);
  });

  it('have what has expired only when that is asked for', async () => {
    const id = await sentTransfer(ask, { a: 'x' }, { subject: 'Old', days: 1 });
    kept(id).created -= 2 * 86_400_000;
    assert.deepEqual(await listed(ask, '/transfer/sent'), []);
    assert.deepEqual(await listed(ask, '/transfer/sent?getexpired=true'), ['Old']);
    assert.equal((await ask('GET', `/transfer/${id}`)).data['isexpired'], true);
    assert.deepEqual(await outcome(ask('POST', '/transfer/forward', { transferid: id, to: ['a@b.de'] })), [400, 'TransferExpired']);
  });

  it('have what colleagues sent for administrators alone', async () => {
    await sentTransfer(member, { a: 'x' }, { subject: 'Mine' });
    assert.deepEqual(await listed(ask, '/transfer/sent?getforallusers=true'), ['Mine']);
    await sentTransfer(ask, { a: 'x' }, { subject: 'Yours' });
    assert.deepEqual(await listed(member, '/transfer/sent?getforallusers=true'), ['Mine']);
    assert.deepEqual(await listed(stranger, '/transfer/sent?getforallusers=true'), []);
  });

  it('show some of the files, and say how many more there are', async () => {
    service.knobs.filesShown = 1;
    const id = await sentTransfer(ask, { a: 'x', b: 'y', c: 'z' });
    const [shown] = (await ask('GET', '/transfer/sent')).data['transfers'] as Record<string, unknown>[];
    assert.deepEqual([(shown!['files'] as unknown[]).length, shown!['containsmorefiles'], shown!['size']], [1, 2, 3]);
    assert.equal((await filesOf(ask, id)).length, 3);
  });

  it('have what came to an address, to the company, and through a page', async () => {
    await sentTransfer(stranger, { a: 'x' }, { subject: 'To me', to: ['owner@example.com'] });
    await sentTransfer(stranger, { a: 'x' }, { subject: 'Through a page', companyid: COMPANIES.ferry, incomingpageid: 'letters' });
    await sentTransfer(stranger, { a: 'x' }, { subject: 'To a colleague', to: ['member@example.com'] });
    assert.deepEqual(await listed(ask, '/transfer/inbox'), ['Through a page', 'To me']);
    assert.deepEqual(await listed(ask, '/transfer/received'), ['Through a page', 'To me']);
    assert.deepEqual(await listed(ask, '/transfer/inbox?getForAllUsers=true'), ['To a colleague', 'Through a page', 'To me']);
    assert.deepEqual(await listed(ask, '/transfer/inbox?portalId=letters&portalId=photos'), ['Through a page']);
    assert.deepEqual(await listed(ask, `/transfer/inbox?from=${Date.now() + 60_000}`), []);
    assert.deepEqual(await outcome(ask('GET', '/transfer/inbox?portalId=gone')), [409, 'InvalidParameter']);
    assert.deepEqual(await listed(ask, '/transfer/inbox?portalId=gone&ignoreDeletedPortals=true'), []);
    assert.deepEqual(await listed(stranger, '/transfer/sent'), ['To a colleague', 'To me']);
  });
});

describe('a transfer', () => {
  it('shows its key, its recipients and its downloads to its sender and to administrators', async () => {
    const id = await sentTransfer(member, { 'path/to/a.txt': 'x' }, { to: ['one@example.com'], days: 3 });
    const seen = async (by: Ask): Promise<unknown[]> => {
      const { data } = await by('GET', `/transfer/${id}`);
      return [data['key'] !== null, data['recipients'] !== null, data['days'], (data['files'] as { filename: string }[])[0]?.filename];
    };
    assert.deepEqual(await seen(member), [true, true, 3, 'path/to/a.txt']);
    assert.deepEqual(await seen(ask), [true, true, 3, 'path/to/a.txt']);
    assert.deepEqual(await seen(stranger), [false, false, 3, 'path/to/a.txt']);
    const track = kept(id).recipients[0]!.trackId;
    assert.equal((await stranger('GET', `/transfer/x?trackid=${track}`)).data['id'], id);
    assert.equal((await stranger('GET', `/transfer?trackid=${track}`)).data['id'], id);
    assert.deepEqual(await outcome(ask('GET', '/transfer/none')), [400, 'NotFound']);
  });

  it('is read with its password, by its sender too where the knob says so', async () => {
    const id = await sentTransfer(ask, { a: 'x' }, { password: 'secret' });
    assert.deepEqual(await outcome(stranger('GET', `/transfer/${id}`)), [400, 'PasswordRequired']);
    assert.deepEqual(await outcome(stranger('GET', `/transfer/${id}?password=secret`)), [200, 'OK']);
    assert.deepEqual(await outcome(ask('GET', `/transfer/${id}`)), [200, 'OK']);
    service.knobs.passwordForSender = true;
    assert.deepEqual(await outcome(ask('GET', `/transfer/${id}`)), [400, 'PasswordRequired']);
  });

  it('tells its times in the unit of the knob, and stands where the knob says', async () => {
    const id = await sentTransfer(ask, { a: 'x' }, { days: 1 });
    const { created } = kept(id);
    assert.equal((await ask('GET', `/transfer/${id}`)).data['expiredate'], Math.floor(created / 1000) + 86_400);
    service.knobs.timeUnit = 'ms';
    assert.equal((await ask('GET', `/transfer/${id}`)).data['expiredate'], created + 86_400_000);
    service.knobs.transferIn = 'data.transfer';
    assert.equal(((await ask('GET', `/transfer/${id}`)).data['transfer'] as { id: string }).id, id);
    service.knobs.transferIn = 'root';
    assert.equal(((await ask('GET', `/transfer/${id}`)).body['transfer'] as { id: string }).id, id);
  });

  it('is changed in part by its sender', async () => {
    const id = await sentTransfer(ask, { a: 'x' }, { message: 'old', password: 'secret', days: 1 });
    const { status, data } = await ask('PUT', `/transfer/${id}`, { subject: 'New', days: -1, notify: true, password: '' });
    assert.deepEqual(
      [status, data['subject'], data['message'], data['days'], data['notify'], data['expiredate'], data['passwordprotected']],
      [200, 'New', 'old', -1, true, null, false],
    );
    assert.deepEqual(await outcome(ask('PUT', `/transfer/${id}`, { subject: 'x'.repeat(201) })), [400, 'InvalidParameter']);
    assert.deepEqual(await outcome(ask('PUT', `/transfer/${id}`, { days: 1000 })), [400, 'InvalidParameter']);
    assert.deepEqual(await outcome(stranger('PUT', `/transfer/${id}`, { subject: 'Theirs' })), [400, 'AccessDenied']);
    assert.deepEqual(await outcome(ask('PUT', '/transfer/none', {})), [400, 'NotFound']);
    assert.equal(kept(id).subject, 'New');
  });

  it('goes to more people when it is forwarded, and to nobody new when it is shared', async () => {
    const id = await sentTransfer(ask, { a: 'x' }, { to: ['one@example.com'], message: 'First' });
    const links = (kind: string): unknown[] =>
      service.state.mails.filter((mail) => mail.kind === kind).map(({ to, link, message }) => [to, link, message]);
    const { data } = await ask('POST', '/transfer/forward', { transferid: id, to: ['two@example.com', 'Crew'] });
    const people = (data['recipients'] as { email: string }[]).map(({ email }) => email);
    assert.deepEqual(people, ['one@example.com', 'two@example.com', 'ada@example.com', 'bo@example.com']);
    assert.equal(links('transfer').length, 4);
    assert.deepEqual(
      await outcome(ask('POST', '/transfer/share', { transferid: id, to: ['one@example.com', 'new@example.com'], message: 'Again' })),
      [200, 'OK'],
    );
    const track = kept(id).recipients[0]!.trackId;
    assert.deepEqual(links('share'), [
      ['one@example.com', `${service.url}/t/${track}`, 'Again'],
      ['new@example.com', `${service.url}/d/${id}`, 'Again'],
    ]);
    assert.equal(kept(id).recipients.length, 4);
    const refused = async (path: string, body: object): Promise<unknown> => (await ask('POST', path, body)).body['responsestatus'];
    assert.equal(await refused('/transfer/share', { transferid: id, to: [], message: 'x'.repeat(5001) }), 'InvalidParameter');
    assert.equal(await refused('/transfer/forward', { transferid: id, to: [] }), 'InputParameterMissing');
    assert.equal(await refused('/transfer/forward', { transferid: id, to: ['nobody'] }), 'InvalidEmail');
    assert.deepEqual(await outcome(stranger('POST', '/transfer/forward', { transferid: id, to: ['a@b.de'] })), [400, 'AccessDenied']);
  });

  it('that came to the company may be forwarded by whoever is in it, and changed by its administrators', async () => {
    const id = await sentTransfer(stranger, { a: 'x' }, { companyid: COMPANIES.ferry, incomingpageid: 'letters' });
    assert.deepEqual(await outcome(member('POST', '/transfer/forward', { transferid: id, to: ['a@b.de'] })), [200, 'OK']);
    assert.deepEqual(await outcome(member('PUT', `/transfer/${id}`, { subject: 'x' })), [400, 'AccessDenied']);
    assert.deepEqual(await outcome(stranger('PUT', `/transfer/${id}`, { subject: 'x' })), [400, 'AccessDenied']);
    assert.deepEqual(await outcome(ask('PUT', `/transfer/${id}`, { subject: 'x' })), [200, 'OK']);
  });

  it('writes to those whom an incoming page names', async () => {
    const page = { companyid: COMPANIES.ferry, incomingpageid: 'photos', incomingpassword: CREDENTIALS.pagePassword };
    const id = await sentTransfer(stranger, { a: 'x' }, { ...page, customfields: [{ id: 'job', value: '12' }] });
    assert.deepEqual(
      service.state.mails.map(({ kind, to, from }) => [kind, to, from]),
      [['incoming', 'owner@example.com', 'stranger@example.com']],
    );
    const [field] = (await ask('GET', `/transfer/${id}`)).data['customfields'] as Record<string, unknown>[];
    assert.deepEqual([field?.['customfieldid'], field?.['label'], field?.['value']], ['job', 'Job number', '12']);
  });

  it('is deleted with its files, which frees what it took', async () => {
    const [one, two] = [await sentTransfer(ask, { a: 'abc' }), await sentTransfer(ask, { a: 'abcd' })];
    assert.deepEqual(await outcome(stranger('DELETE', `/transfer/${one}`)), [400, 'AccessDenied']);
    assert.deepEqual((await ask('DELETE', `/transfer/${one}`)).data, { storageinuse: 4 });
    assert.deepEqual(await outcome(ask('DELETE', `/transfer/${one}`)), [400, 'NotFound']);
    assert.deepEqual(await outcome(ask('GET', `/transfer/${one}`)), [400, 'NotFound']);
    assert.equal((await filesOf(ask, two)).length, 1);
  });
});

describe('a file of a transfer', () => {
  it('gets another name, a path too, and is taken out', async () => {
    const id = await sentTransfer(ask, { 'a.txt': 'abc', 'b.txt': 'bc' });
    const [a] = await filesOf(ask, id);
    const rename = (fileKey: unknown, newFileName: string): ReturnType<Ask> =>
      ask('PUT', '/transfer/file/rename', { fileKey, newFileName });
    assert.deepEqual((await rename(a!['fileid'], 'deep/ä.txt')).data, { fileName: 'deep/ä.txt' });
    assert.deepEqual((await filesOf(ask, id)).map(({ filename }) => filename), ['deep/ä.txt', 'b.txt']); // prettier-ignore
    assert.deepEqual(await outcome(rename(a!['fileid'], 'x'.repeat(2001))), [400, 'InvalidParameter']);
    assert.deepEqual(await outcome(rename('none', 'x')), [400, 'NotFound']);
    const path = `/transfer/file/${String(a!['fileid'])}`;
    assert.deepEqual(await outcome(stranger('DELETE', path)), [400, 'AccessDenied']);
    assert.deepEqual((await ask('DELETE', path)).data, { storageinuse: 2 });
    assert.deepEqual(await outcome(ask('DELETE', path)), [400, 'NotFound']);
    assert.deepEqual((await filesOf(ask, id)).map(({ filename }) => filename), ['b.txt']); // prettier-ignore
  });

  it('is downloaded whole or in part, until its URL or its transfer has expired', async () => {
    const id = await sentTransfer(ask, { 'path/ä.txt': 'hello' });
    const url = async (): Promise<string> => String((await filesOf(ask, id))[0]!['downloadurl']);
    const whole = await fetch(await url());
    assert.deepEqual(
      [whole.status, whole.headers.get('content-disposition'), await whole.text()],
      [200, "attachment; filename*=UTF-8''%C3%A4.txt", 'hello'],
    );
    const part = await fetch(await url(), { headers: { range: 'bytes=1-3' } });
    assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 1-3/5', 'ell']);
    assert.equal((await fetch(await url(), { headers: { range: 'bytes=9-' } })).status, 416);
    service.knobs.downloadLifetime = -1;
    assert.equal((await fetch(await url())).status, 403);
    service.knobs.downloadLifetime = 60;
    kept(id).created -= 100 * 86_400_000;
    assert.equal((await fetch(await url())).status, 410);
    assert.equal((await fetch(`${service.filesUrl}/api/file/get?filekey=none`)).status, 404);
  });

  it('is downloaded by recipients through their links, which the sender sees and hears of twice', async () => {
    const id = await sentTransfer(ask, { 'a.txt': 'hello' }, { to: ['one@example.com'], password: 'secret', notify: true });
    const { link } = service.state.mails[0]!;
    assert.equal((await fetch(link)).status, 403);
    const body = new URLSearchParams({ password: 'secret' });
    const page = await (await fetch(link, { method: 'POST', body })).text();
    const url = /href="([^"]+)"/.exec(page)?.[1] ?? '';
    for (let turn = 0; turn < 3; turn++) assert.equal(await (await fetch(url)).text(), 'hello');
    assert.equal((await fetch(`${service.url}/d/${id}`)).status, 403);
    assert.equal((await fetch(`${service.url}/t/nobody`)).status, 404);
    const [file] = await filesOf(ask, id);
    assert.deepEqual((file!['downloads'] as { email: string }[]).map(({ email }) => email), Array(3).fill('one@example.com')); // prettier-ignore
    assert.deepEqual(
      service.state.mails.slice(1).map(({ kind, to, message }) => [kind, to, message]),
      ['downloaded', 'download-summary'].map((kind) => [kind, 'owner@example.com', 'one@example.com downloaded it.']),
    );
  });

  it('may be added to a transfer that is complete', async () => {
    const transfer = await opened(ask);
    const { transferid, transferkey } = transfer;
    await sendChunk(transfer, 'a', 'x');
    await ask('PUT', '/transfer/complete', { transferid, transferkey });
    await sendChunk(transfer, 'b', 'y');
    assert.equal((await filesOf(ask, transferid)).length, 2);
  });
});
