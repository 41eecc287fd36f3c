import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, opened, sendChunk, sentTransfer, sha256, type Ask, type Opened } from './asking.js';
import { startFilemail, type Filemail } from './filemail.js';
import { COMPANIES, CREDENTIALS } from './seed.js';

let service: Filemail;
let ask: Ask;

beforeEach(async () => {
  service = await startFilemail();
  ask = asking(service);
});

afterEach(() => service.close());

const outcome = async (answer: ReturnType<Ask>): Promise<unknown[]> => {
  const { status, body } = await answer;
  return [status, body['responsestatus']];
};

const close = (how: 'complete' | 'cancel', { transferid, transferkey }: Opened): ReturnType<Ask> =>
  ask('PUT', `/transfer/${how}`, { transferid, transferkey });

const text = async (transfer: Opened, name: string): Promise<string> =>
  Buffer.from(await service.state.bytes(service.state.file(transfer.transferid, name))).toString();

describe('opening a transfer', () => {
  it('keeps all that is said, and tells where the bytes go', async () => {
    const said = {
      to: ['one@example.com', 'Crew', 'ONE@example.com'],
      subject: 'Photos',
      message: 'Here they are.',
      password: 'secret',
      confirmation: true,
      notify: true,
      days: -1,
      transfersize: 2 ** 40,
      sourcedetails: 'by hand',
    };
    const patch = asking(service, CREDENTIALS.ownerKey, { 'content-type': 'application/json-patch+json' });
    const { body, data } = await patch('POST', '/transfer/initialize', said);
    assert.deepEqual(Object.keys(body).sort(), ['data', 'errorcode', 'errorid', 'errormessage', 'responsestatus']);
    assert.match(String(data['transferid']), /^[a-z]{15}$/);
    assert.match(String(data['transferkey']), /^[0-9a-f]{32}$/);
    assert.deepEqual(
      Object.entries(data).filter(([name]) => !/^transfer(id|key)$/.test(name)),
      Object.entries({
        transferurl: `${service.filesUrl}/savefile.ashx`,
        region: 'local',
        alternate_urls: [`${service.alternateUrl}/savefile.ashx`],
        transferip: '127.0.0.1',
        udpport: 8080,
        udpthreshold: 100,
        customfields: {},
      }),
    );
    const kept = service.state.transfers.get(String(data['transferid']))!;
    assert.deepEqual(kept.to, ['one@example.com', 'ada@example.com', 'bo@example.com']);
    assert.deepEqual(
      [kept.subject, kept.message, kept.password, kept.confirmation, kept.notify, kept.days, kept.transferSize, kept.sourceDetails],
      ['Photos', 'Here they are.', 'secret', true, true, -1, 2 ** 40, 'by hand'],
    );
    assert.equal(service.state.mails.length, 0);
  });

  it('refuses what is missing or wrong', async () => {
    const refused = async (body: unknown): Promise<unknown> => (await ask('POST', '/transfer/initialize', body)).body['responsestatus'];
    assert.equal(await refused({}), 'InputParameterMissing');
    assert.equal(await refused({ subject: 'x'.repeat(201) }), 'InvalidParameter');
    for (const wrong of [{ to: 'one@example.com' }, { notify: 'true' }, { days: 1.5 }, { days: 0 }, { days: 91 }, { days: 2 ** 32 }])
      assert.equal(await refused({ subject: 'x', ...wrong }), 'InvalidParameter', JSON.stringify(wrong));
    for (const to of ['nobody', 'a@b.c, d@e.f', 'No such group']) assert.equal(await refused({ subject: 'x', to: [to] }), 'InvalidEmail');
    const { body, status } = await ask('POST', '/transfer/initialize', { subject: 'x', message: 1 });
    assert.deepEqual([status, body['validationerrors']], [400, [{ field: 'message', message: 'must be a string.' }]]);
    assert.equal(await refused([]), 'InvalidParameter');
    const plain = asking(service, CREDENTIALS.ownerKey, { 'content-type': 'text/plain' });
    assert.equal((await plain('POST', '/transfer/initialize', { subject: 'x' })).status, 400);
    Object.assign(service.knobs, { permanent: false, maxRecipients: 1, keySuffices: false });
    assert.deepEqual(await outcome(ask('POST', '/transfer/initialize', { subject: 'x' })), [401, 'UserAccountExistsLoginRequired']);
    service.knobs.keySuffices = true;
    assert.equal(await refused({ subject: 'x', days: -1 }), 'InvalidParameter');
    assert.equal(await refused({ subject: 'x', to: ['a@b.de', 'c@d.de'] }), 'InvalidParameter');
    Object.assign(service.knobs, { maxTransferSize: 10, storageLimit: 5 });
    assert.deepEqual(await outcome(ask('POST', '/transfer/initialize', { subject: 'x', transfersize: 11 })), [409, 'FreeLimitReached']);
    assert.deepEqual(await outcome(ask('POST', '/transfer/initialize', { subject: 'x', transfersize: 6 })), [409, 'FreeLimitReached']);
    assert.equal(service.state.transfers.size, 0);
  });

  it('checks what makes a transfer an incoming one', async () => {
    const refused = async (more: Record<string, unknown>): Promise<unknown> =>
      (await ask('POST', '/transfer/initialize', { subject: 'x', companyid: COMPANIES.ferry, ...more })).body['responsestatus'];
    assert.equal(await refused({ companyid: 'none' }), 'InvalidParameter');
    assert.equal(await refused({ companyid: COMPANIES.other, fileRequestId: 'request-1' }), 'InvalidParameter');
    assert.equal(await refused({ fileRequestShareId: 'share-2' }), 'InvalidParameter');
    assert.equal(await refused({ incomingpageid: 'gone' }), 'InvalidParameter');
    const page = { incomingpageid: 'photos', incomingpassword: CREDENTIALS.pagePassword };
    const customfields = [{ id: 'job', value: '12' }];
    assert.equal(await refused({ ...page, incomingpassword: 'wrong', customfields }), 'PasswordRequired');
    assert.equal(await refused(page), 'InvalidParameter');
    assert.equal(await refused({ ...page, customfields: [...customfields, { id: 'other', value: '' }] }), 'InvalidParameter');
    const answer = await ask('POST', '/transfer/initialize', {
      ...{ subject: 'x', companyid: COMPANIES.ferry, fileRequestId: 'request-1', fileRequestShareId: 'share-1' },
      ...{ ...page, customfields },
    });
    assert.deepEqual(answer.data['customfields'], { job: '12' });
    assert.equal(await refused({ companyid: null, customfields }), 'InvalidParameter');
  });
});

describe('sending bytes', () => {
  it('puts a file together from chunks in any order, all at once, and sent again', async () => {
    const transfer = await opened(ask);
    const told = { chunks: 3, chunksize: 4 };
    const chunks = ['one-', 'two-', 'end'];
    await sendChunk(transfer, 'a.txt', 'XXXX', { ...told, chunk: 1 });
    const answers = await Promise.all([2, 0, 1].map((chunk) => sendChunk(transfer, 'a.txt', chunks[chunk]!, { ...told, chunk })));
    assert.deepEqual(
      await Promise.all(answers.map(async (answer): Promise<[number, unknown]> => [answer.status, await answer.json()])),
      [0, 1, 2].map(() => [200, { responsestatus: 'OK' }]),
    );
    assert.equal(await text(transfer, 'a.txt'), 'one-two-end');
    await sendChunk(transfer, 'a.txt', 'ONE-', { ...told, chunk: 0 });
    assert.equal(await text(transfer, 'a.txt'), 'ONE-two-end');
    const { files } = service.state.transfers.get(transfer.transferid)!;
    assert.equal(files.size, 1);
    assert.equal([...files.values()][0]?.md5, createHash('md5').update('ONE-two-end').digest('hex'));
  });

  it('takes an empty file as one chunk, and difficult names as they are', async () => {
    const transfer = await opened(ask);
    const names = ['empty', 'path/to/ä & b+c%20#?.txt', '../🙂 "x" \\.txt'];
    for (const name of names) assert.equal((await sendChunk(transfer, name, '')).status, 200);
    for (const name of names) assert.equal(await text(transfer, name), '');
    assert.equal((await close('complete', transfer)).status, 200);
  });

  it('keeps large chunks byte for byte', async () => {
    const bytes = new Uint8Array(6_000_000).map((_, index) => (index * 7919) >>> 5);
    const transfer = await opened(ask);
    await sendChunk(transfer, 'large.bin', bytes.slice(0, 5_000_000), { chunk: 0, chunks: 2, chunksize: 5_000_000 });
    await sendChunk(transfer, 'large.bin', bytes.slice(5_000_000), { chunk: 1, chunks: 2, chunksize: 5_000_000 });
    assert.equal(await service.state.sha256(service.state.file(transfer.transferid, 'large.bin')), sha256(bytes));
  });

  it('refuses chunks that do not fit, wrong keys, and what is too much', async () => {
    const transfer = await opened(ask);
    const status = async (sent: Promise<Response>): Promise<number> => (await sent).status;
    const told = { chunks: 2, chunksize: 4 };
    assert.equal(await status(sendChunk(transfer, 'a', 'abc', { ...told, chunk: 0 })), 400);
    assert.equal(await status(sendChunk(transfer, 'a', 'abcde', { ...told, chunk: 1 })), 400);
    assert.equal(await status(sendChunk(transfer, 'a', 'ab', { ...told, chunk: 2 })), 400);
    assert.equal(await status(sendChunk(transfer, '', 'ab')), 400);
    assert.equal(await status(sendChunk(transfer, 'a', 'abcd', { ...told, chunk: 0 })), 200);
    assert.equal(await status(sendChunk(transfer, 'a', 'ab', { chunks: 2, chunksize: 5, chunk: 1 })), 400);
    assert.equal(await status(sendChunk({ ...transfer, transferkey: '0'.repeat(32) }, 'a', 'ab')), 403);
    service.knobs.maxChunk = 3;
    assert.equal(await status(sendChunk(transfer, 'b', 'abcd')), 413);
    assert.equal(service.state.transfers.get(transfer.transferid)?.files.size, 0);
    assert.equal((await fetch(transfer.transferurl, { method: 'PUT', body: 'x' })).status, 404);
  });

  it('asks for a chunk again with 406 and 449, keeping nothing', async () => {
    const transfer = await opened(ask);
    service.knobs.refuseChunks = [406, 449];
    for (const status of [406, 449, 200]) assert.equal((await sendChunk(transfer, 'a', 'abc')).status, status);
    assert.equal(await text(transfer, 'a'), 'abc');
  });

  it('goes to another server when one is down', async () => {
    const transfer = await opened(ask);
    service.knobs.next(/^files POST/, 'error');
    service.knobs.next(/^files POST/, 'cut');
    assert.equal((await sendChunk(transfer, 'a', 'abc')).status, 503);
    await assert.rejects(sendChunk(transfer, 'a', 'abc'), TypeError);
    assert.equal((await sendChunk({ ...transfer, transferurl: transfer.alternate }, 'a', 'abc')).status, 200);
    assert.equal(await text(transfer, 'a'), 'abc');
    service.knobs.alternates = false;
    assert.equal((await opened(ask)).alternate, '');
  });

  it('takes forms of the older clients', async () => {
    const transfer = await opened(ask);
    const { transferid, transferkey, transferurl } = transfer;
    const query = new URLSearchParams({ transferid, transferkey });
    const form = (field: string, filename: string): FormData => {
      const body = new FormData();
      body.set(field, new Blob(['bytes']), filename);
      return body;
    };
    assert.equal((await fetch(`${transferurl}?${query.toString()}`, { method: 'POST', body: form('file', 'named.txt') })).status, 200);
    for (const [name, value] of [['thefilename', 'told.txt'], ['fileid', '0'.repeat(32)], ['totalsize', '5'], ['md5', 'x==']] as const)
      query.set(name, value); // prettier-ignore
    assert.equal((await fetch(`${transferurl}?${query.toString()}`, { method: 'POST', body: form('told.txt', 'filename') })).status, 200);
    assert.equal((await fetch(`${transferurl}?${query.toString()}`, { method: 'POST', body: new FormData() })).status, 400);
    assert.deepEqual([await text(transfer, 'named.txt'), await text(transfer, 'told.txt')], ['bytes', 'bytes']);
  });
});

describe('finishing a transfer', () => {
  it('mails each recipient a link of their own, and the sender where that was asked for, and only now', async () => {
    const transfer = await opened(ask, { to: ['one@example.com', 'two@example.com'], message: 'Look!', confirmation: true });
    await sendChunk(transfer, 'a', 'abc');
    assert.equal(service.state.mails.length, 0);
    const dashed = transfer.transferkey.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const { data } = await close('complete', { ...transfer, transferkey: dashed });
    assert.equal(data['downloadurl'], `${service.url}/d/${transfer.transferid}`);
    assert.deepEqual(
      service.state.mails.map(({ kind, to, from, subject, message }) => [kind, to, from, subject, message]),
      [
        ['transfer', 'one@example.com', 'owner@example.com', 'Files', 'Look!'],
        ['transfer', 'two@example.com', 'owner@example.com', 'Files', 'Look!'],
        ['confirmation', 'owner@example.com', 'owner@example.com', 'Files', ''],
      ],
    );
    assert.equal(new Set(service.state.mails.map(({ link }) => link)).size, 3);
    assert.deepEqual(await outcome(close('complete', transfer)), [409, 'InvalidParameter']);
    assert.equal(service.state.mails.length, 3);
    assert.equal((await sendChunk(transfer, 'later', 'more')).status, 200);
    assert.equal(await text(transfer, 'later'), 'more');
  });

  it('refuses wrong keys, nothing, what is not whole, what is infected, and what is too much', async () => {
    const transfer = await opened(ask);
    assert.deepEqual(await outcome(close('complete', { ...transfer, transferkey: '0'.repeat(32) })), [400, 'InvalidParameter']);
    assert.deepEqual(await outcome(close('complete', transfer)), [400, 'InvalidParameter']);
    await sendChunk(transfer, 'virus.exe', 'ab', { chunk: 0, chunks: 2, chunksize: 2 });
    assert.deepEqual(await outcome(close('complete', transfer)), [409, 'UploadNotComplete']);
    await sendChunk(transfer, 'virus.exe', 'c', { chunk: 1, chunks: 2, chunksize: 2 });
    service.knobs.infected = /\.exe$/;
    assert.deepEqual(await outcome(close('complete', transfer)), [409, 'Blocked']);
    Object.assign(service.knobs, { infected: undefined, storageLimit: 2 });
    assert.deepEqual(await outcome(close('complete', transfer)), [409, 'FreeLimitReached']);
    service.knobs.storageLimit = 3;
    assert.equal((await close('complete', transfer)).status, 200);
  });

  it('gives a transfer up only before it is complete, and keeps nothing of it', async () => {
    const transfer = await opened(ask, { to: ['one@example.com'] });
    await sendChunk(transfer, 'a', 'abc');
    assert.deepEqual(await outcome(close('cancel', transfer)), [200, 'OK']);
    assert.equal((await sendChunk(transfer, 'b', 'abc')).status, 403);
    assert.deepEqual(await outcome(close('complete', transfer)), [409, 'InvalidParameter']);
    assert.deepEqual(await outcome(close('cancel', transfer)), [400, 'InvalidParameter']);
    assert.deepEqual(service.state.mails, []);
    const sent = await opened(ask);
    await sendChunk(sent, 'a', 'abc');
    await close('complete', sent);
    assert.deepEqual(await outcome(close('cancel', sent)), [400, 'InvalidParameter']);
  });

  it('tells of addresses that mail does not reach', async () => {
    service.knobs.bounces = /^gone@/;
    const id = await sentTransfer(ask, { a: 'abc' }, { to: ['one@example.com', 'gone@example.com'] });
    const { data } = await ask('GET', `/transfer/${id}`);
    assert.deepEqual(data['failedRecipients'], ['gone@example.com']);
    assert.deepEqual(
      (data['recipients'] as Record<string, unknown>[]).map(({ email, delivered, deliveryerror }) => [email, delivered, deliveryerror]),
      [
        ['one@example.com', true, null],
        ['gone@example.com', false, 'The mailbox does not exist.'],
      ],
    );
    assert.deepEqual(
      service.state.mails.map(({ to }) => to),
      ['one@example.com'],
    );
  });
});
