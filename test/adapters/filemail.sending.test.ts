import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Delivery } from '../../src/backend/delivery.js';
import { ROOT } from '../../src/backend/item.js';
import { rejects } from '../contract/witness.js';
import type { Seen } from '../services/knobs.js';
import { COMPANIES, CREDENTIALS } from '../services/filemail/seed.js';
import { bring, deliver, draftOf, lastTransfer, site, standing, to, type Site } from './filemail.ground.js';

let ground: Site;

beforeEach(async () => {
  ground = await site();
});

afterEach(() => ground.service.close());

const DAY = 86_400_000;
const states = ({ recipients }: Pick<Delivery, 'recipients'>) => recipients.map(({ recipient, state }) => [recipient.email, state]);
const mails = () => ground.service.state.mails.map(({ kind, to: email }) => `${kind} ${email}`);

describe('a delivery by Filemail', () => {
  it('is opened with all that is said, and mailed when it is sent and not before', async () => {
    const { backend, service } = ground;
    const draft = draftOf({
      recipients: [to('one@example.com'), { kind: 'group', id: 'Crew', name: 'Crew' }],
      subject: 'Photos',
      message: 'Here they are.',
      password: 'secret',
      confirmation: true,
      notify: true,
      expiryDays: 3,
      size: 5,
    });
    const { ticket: delivery } = await backend.open(draft);
    const { ticket, uploaded } = await bring(backend, delivery, 'a.txt', 'hello');
    assert.deepEqual(await backend.complete(ticket, [uploaded], {}), { pending: true });
    const kept = lastTransfer(service);
    assert.deepEqual(kept.to, ['one@example.com', 'ada@example.com', 'bo@example.com']);
    assert.deepEqual(
      [kept.subject, kept.message, kept.password, kept.confirmation, kept.notify, kept.days, kept.transferSize, kept.sourceDetails],
      ['Photos', 'Here they are.', 'secret', true, true, 3, 5, 'ferrykit'],
    );
    assert.deepEqual(mails(), []);
    const sent = await backend.send({ ...draft, delivery });
    assert.deepEqual(mails(), [
      'transfer one@example.com',
      'transfer ada@example.com',
      'transfer bo@example.com',
      'confirmation owner@example.com',
    ]);
    assert.equal(sent.link, `${service.url}/d/${kept.id}`);
    assert.deepEqual(states(sent), [
      ['one@example.com', 'accepted'],
      [undefined, 'accepted'],
    ]);
    assert.ok(Math.abs((sent.expires ?? 0) - (kept.created + 3 * DAY)) < 2000);
    assert.equal(JSON.stringify(sent).includes('secret'), false);
    const [{ headers }] = service.knobs.seen(/^api POST \/transfer\/initialize$/) as [Seen];
    assert.deepEqual([headers['content-type'], headers['x-api-version']], ['application/json-patch+json', '2.0']);
  });

  it('keeps all nine members of the answer in its ticket', async () => {
    const { as, service } = ground;
    const page = { companyId: COMPANIES.ferry, pageId: 'photos', pagePassword: CREDENTIALS.pagePassword };
    const inbox = { ...page, fields: [{ id: 'job', label: 'Job number', required: true }] };
    const { ticket } = await as({ inbox }).open(draftOf({ customFields: [{ id: 'job', value: '12' }] }));
    const { id, key } = lastTransfer(service);
    assert.deepEqual((ticket as { transfer: unknown }).transfer, {
      transferid: id,
      transferkey: key,
      transferurl: `${service.filesUrl}/savefile.ashx`,
      region: 'local',
      alternate_urls: [`${service.alternateUrl}/savefile.ashx`],
      transferip: '127.0.0.1',
      udpport: 8080,
      udpthreshold: 100,
      customfields: { job: '12' },
    });
  });

  it('to nobody is a link, and never ends where the plan allows that', async () => {
    const { backend, service, as } = ground;
    const sent = await deliver(backend, { 'a.txt': 'hello' });
    assert.deepEqual([sent.recipients, mails(), lastTransfer(service).days], [[], [], 7]);
    const page = await (await fetch(sent.link ?? '')).text();
    assert.ok(page.includes('a.txt'));
    await rejects(backend.open(draftOf({ expiryDays: null })), 'invalid');
    service.knobs.maxDays = Infinity;
    const permanent = await deliver(as({ source: 'a host app' }), { 'a.txt': 'hello' }, { expiryDays: null });
    assert.deepEqual([permanent.expires, lastTransfer(service).days, lastTransfer(service).sourceDetails], [undefined, -1, 'a host app']);
    service.knobs.permanent = false;
    await rejects(as({}).open(draftOf({ expiryDays: null })), 'invalid');
  });

  it('goes into an inbox, with the page, the request and the answers that it asks for', async () => {
    const { as, service } = ground;
    const page = { companyId: COMPANIES.ferry, pageId: 'photos', pagePassword: CREDENTIALS.pagePassword };
    const fields = [{ id: 'job', label: 'Job number', required: true }];
    const stranger = { apiKey: CREDENTIALS.strangerKey };
    const inbox = { ...page, fileRequestId: 'request-1', fileRequestShareId: 'share-1', fields };
    const backend = as({ ...stranger, inbox });
    await rejects(backend.open(draftOf()), 'invalid');
    await deliver(backend, { 'a.txt': 'hello' }, { customFields: [{ id: 'job', value: '12' }] });
    const kept = lastTransfer(service);
    assert.deepEqual(
      [kept.companyId, kept.fileRequestId, kept.fileRequestShareId, kept.incomingPageId, kept.incomingPassword, kept.customFields],
      [COMPANIES.ferry, 'request-1', 'share-1', 'photos', CREDENTIALS.pagePassword, [{ id: 'job', value: '12' }]],
    );
    assert.deepEqual(mails(), ['incoming owner@example.com']);
    const wrong = as({ ...stranger, inbox: { ...inbox, pagePassword: 'wrong' } });
    await rejects(wrong.open(draftOf({ customFields: [{ id: 'job', value: '12' }] })), 'forbidden');
    assert.equal(service.state.transfers.size, 1);
  });

  it('to people who are added when it is sent is forwarded to them', async () => {
    const { backend, service } = ground;
    const draft = draftOf({ recipients: [to('one@example.com')] });
    const { ticket: delivery } = await backend.open(draft);
    await bring(backend, delivery, 'a.txt', 'hello');
    const sent = await backend.send({ ...draft, recipients: [to('one@example.com'), to('two@example.com')], delivery });
    assert.deepEqual(states(sent), [
      ['one@example.com', 'accepted'],
      ['two@example.com', 'accepted'],
    ]);
    assert.deepEqual(mails(), ['transfer one@example.com', 'transfer two@example.com']);
    assert.equal(service.state.transfers.size, 1);
  });

  it('cannot become another one between its opening and its sending', async () => {
    const { backend } = ground;
    const draft = draftOf({ message: 'One' });
    const { ticket: delivery } = await backend.open(draft);
    await bring(backend, delivery, 'a.txt', 'hello');
    await rejects(backend.send({ ...draft, message: 'Two', delivery }), 'invalid');
    assert.ok(await backend.send({ ...draft, delivery }));
  });

  it('says of each recipient what became of the mail, and who downloaded', async () => {
    const { backend, service } = ground;
    service.knobs.bounces = /^gone@/;
    const sent = await deliver(backend, { 'a.txt': 'hello' }, { recipients: [to('one@example.com'), to('gone@example.com')] });
    assert.deepEqual(states(sent), [
      ['one@example.com', 'accepted'],
      ['gone@example.com', 'dropped'],
    ]);
    assert.deepEqual(states(await backend.delivery({ id: sent.id })), [
      ['one@example.com', 'delivered'],
      ['gone@example.com', 'bounced'],
    ]);
    const page = await (await fetch(service.state.mails[0]?.link ?? '')).text();
    await (await fetch(/href="([^"]+)"/.exec(page)?.[1] ?? '')).text();
    const seen = await backend.delivery({ id: sent.id });
    assert.deepEqual(states(seen)[0], ['one@example.com', 'downloaded']);
    assert.deepEqual([seen.downloads, seen.items?.[0]?.downloads], [1, 1]);
    assert.deepEqual(states((await backend.deliveries({})).deliveries[0] ?? sent)[0], ['one@example.com', 'downloaded']);
  });

  it('arrives in a new transfer when one of three files fails, and the half of it is gone', async () => {
    const { backend, service } = ground;
    const draft = draftOf({ recipients: [to('one@example.com')] });
    const { ticket: first } = await backend.open(draft);
    const one = await bring(backend, first, 'one.txt', 'one');
    await backend.complete(one.ticket, [one.uploaded], {});
    service.knobs.refuseChunks = [400];
    await assert.rejects(bring(backend, first, 'two.txt', 'two'));
    const three = await bring(backend, first, 'three.txt', 'three');
    // what has sent bytes can only be taken back as a whole
    await backend.abort(three.ticket);
    assert.deepEqual(standing(service), [['STATUS_CANCELLED', []]]);
    await rejects(backend.send({ ...draft, delivery: first }), 'not-found');
    const sent = await deliver(backend, { 'one.txt': 'one', 'three.txt': 'three' }, { recipients: draft.recipients });
    assert.deepEqual(standing(service), [
      ['STATUS_CANCELLED', []],
      ['STATUS_COMPLETE', ['one.txt', 'three.txt']],
    ]);
    assert.deepEqual(mails(), ['transfer one@example.com']);
    assert.equal(sent.items?.length, 2);
  });

  it('stays whole when a file is dropped before its first byte', async () => {
    const { backend, service } = ground;
    const draft = draftOf();
    const { ticket: delivery } = await backend.open(draft);
    const dropped = await backend.init({ name: 'two.txt', size: 3, type: '' }, { folder: ROOT, conflict: 'rename', delivery });
    assert.ok('ticket' in dropped);
    await backend.abort(dropped.ticket);
    await bring(backend, delivery, 'one.txt', 'one');
    await backend.send({ ...draft, delivery });
    assert.deepEqual(standing(service), [['STATUS_COMPLETE', ['one.txt']]]);
  });

  it('that is refused in the end is taken back', async () => {
    const { backend, service } = ground;
    const attempt = async (turn: () => void, ...codes: Parameters<typeof rejects>[1][]) => {
      const draft = draftOf({ recipients: [to('one@example.com')] });
      const { ticket: delivery } = await backend.open(draft);
      await bring(backend, delivery, 'virus.exe', 'hello');
      turn();
      await rejects(backend.send({ ...draft, delivery }), ...codes);
      assert.equal(lastTransfer(service).status, 'STATUS_CANCELLED');
      await rejects(backend.send({ ...draft, delivery }), 'not-found');
    };
    await attempt(() => (service.knobs.infected = /exe/), 'forbidden');
    await attempt(() => Object.assign(service.knobs, { infected: undefined, storageLimit: 4 }), 'quota');
    const empty = draftOf();
    const { ticket: delivery } = await backend.open(empty);
    await rejects(backend.send({ ...empty, delivery }), 'invalid');
    assert.equal(lastTransfer(service).status, 'STATUS_CANCELLED');
    assert.deepEqual(mails(), []);
  });

  it('whose answer was lost is found to be sent, and mailed once', async () => {
    const { backend, service } = ground;
    for (const fault of ['lost-answer', 'cut-answer'] as const) {
      service.state.mails.length = 0;
      service.knobs.next(/^api PUT \/transfer\/complete$/, fault);
      const sent = await deliver(backend, { 'a.txt': 'hello' }, { recipients: [to('one@example.com')] });
      assert.deepEqual(states(sent), [['one@example.com', 'accepted']]);
      assert.deepEqual(mails(), ['transfer one@example.com']);
    }
  });

  it('whose fate nobody can tell is not sent again under one operation, and found when it is asked for anew', async () => {
    const { backend, service } = ground;
    const draft = draftOf({ recipients: [to('one@example.com')] });
    const { ticket: delivery } = await backend.open(draft);
    await bring(backend, delivery, 'a.txt', 'hello');
    service.knobs.next(/^api PUT \/transfer\/complete$/, 'lost-answer');
    service.knobs.next(/^api GET \/transfer\//, 'cut');
    await rejects(backend.send({ ...draft, delivery }), 'offline');
    await rejects(backend.send({ ...draft, delivery }), 'unknown-outcome');
    const sent = await backend.send({ ...draft, delivery, operation: 'another try' });
    assert.equal(sent.id, lastTransfer(service).id);
    assert.deepEqual(mails(), ['transfer one@example.com']);
  });

  it('is over when its taking back was answered to nobody, and stays when it was sent meanwhile', async () => {
    const { backend, service } = ground;
    const { ticket } = await backend.open(draftOf());
    service.knobs.next(/^api PUT \/transfer\/cancel$/, 'lost-answer');
    await rejects(backend.abort(ticket), 'offline');
    assert.equal(lastTransfer(service).status, 'STATUS_CANCELLED');
    await backend.abort(ticket);
    const draft = draftOf();
    const { ticket: delivery } = await backend.open(draft);
    await bring(backend, delivery, 'a.txt', 'hello');
    service.knobs.next(/^api PUT \/transfer\/complete$/, 'lost-answer');
    service.knobs.next(/^api GET \/transfer\//, 'cut');
    await rejects(backend.send({ ...draft, delivery }), 'offline');
    await backend.abort(delivery);
    assert.deepEqual(standing(service)[1], ['STATUS_COMPLETE', ['a.txt']]);
    service.knobs.next(/^api PUT \/transfer\/cancel$/, 'error');
    const { ticket: open } = await backend.open(draftOf());
    await rejects(backend.abort(open), 'server');
    await backend.abort(open);
    assert.equal(lastTransfer(service).status, 'STATUS_CANCELLED');
  });

  it('of addresses that are none, or too many, is not opened', async () => {
    const { backend, service } = ground;
    for (const email of ['nobody', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com'])
      await rejects(backend.open(draftOf({ recipients: [to(email)] })), 'invalid');
    const crowd = Array.from({ length: 1001 }, (_, index) => to(`${index}@example.com`));
    await rejects(backend.open(draftOf({ recipients: crowd })), 'invalid');
    await rejects(backend.open(draftOf({ recipients: [{ kind: 'group', id: 'No such group' }] })), 'invalid');
    service.knobs.maxRecipients = 1;
    await rejects(backend.open(draftOf({ recipients: crowd.slice(0, 2) })), 'invalid');
    service.knobs.storageLimit = 10;
    await rejects(backend.open(draftOf({ size: 11 })), 'quota');
    assert.equal(service.state.transfers.size, 0);
  });

  it('needs a login where the plan wants one', async () => {
    const { backend, service } = ground;
    service.knobs.keySuffices = false;
    await rejects(backend.open(draftOf()), 'unauthorized');
  });
});
