import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { filemail, signIn } from '../../src/adapters/filemail.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { memoryStore } from '../../src/relay/store.js';
import { rejects } from '../contract/witness.js';
import { wire, type Wire } from '../relay/wire.js';
import { askClassic } from '../services/filemail/asking.js';
import { CREDENTIALS } from '../services/filemail/seed.js';
import { bring, draftOf, lastTransfer, site, to, type Site } from './filemail.ground.js';

let ground: Site;
let served: Wire;

beforeEach(async () => {
  ground = await site();
  const place = { apiKey: CREDENTIALS.ownerKey, baseUrl: ground.service.url };
  const tokens = await signIn(place, { email: 'member@example.com', password: CREDENTIALS.password });
  served = await wire({ backends: { files: filemail({ ...place, ...tokens, store: memoryStore() }) } });
});

afterEach(async () => {
  await served.close();
  await ground.service.close();
});

/** Every text in which a secret could be told: as it is, and what the pieces of tokens hold. */
const readings = (told: string): string =>
  [told, ...[...told.matchAll(/[\w-]{16,}/g)].map(([piece]) => Buffer.from(piece, 'base64url').toString('latin1'))].join('\n');

const shapes = (secret: string): string[] => [
  secret,
  secret.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  Buffer.from(secret, 'hex').toString('latin1') || secret,
];

describe('the key of a transfer', () => {
  it('is all that it takes to send the transfer', async () => {
    const { backend, service } = ground;
    const { ticket } = await backend.open(draftOf({ recipients: [to('one@example.com')] }));
    await bring(backend, ticket, 'a.txt', 'a');
    const { id: transferid, key: transferkey } = lastTransfer(service);
    const { body } = await askClassic(service, 'transfer/complete', { transferid, transferkey });
    assert.equal(body['responsestatus'], 'OK');
    assert.equal(service.state.mails.length, 1);
  });

  it('never reaches a page, nor does any other secret: bytes go through the relay', async () => {
    const told: string[] = [];
    const listening: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      told.push(JSON.stringify([...response.headers]), await response.clone().text());
      return response;
    };
    const page = relayBackend({ url: served.url, backend: 'files', headers: { 'x-user': 'anna' }, fetch: listening });
    const can = await page.capabilities({});
    assert.equal(can.upload && can.upload.bytes, 'relay');
    const draft = draftOf({ recipients: [to('one@example.com')], password: 'a password to look for' });
    const { ticket: delivery } = await page.open(draft);
    const keys = [lastTransfer(ground.service).key];
    const initiated = await page.init({ name: 'a.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'rename', delivery });
    assert.ok('ticket' in initiated);
    let { ticket } = initiated;
    const part = { number: 1, start: 0, end: 5 };
    for (const retry of [0, 1, 2]) {
      const target = await page.part(ticket, { ...part, retry });
      assert.ok(target.url.startsWith(served.url), 'bytes go to the relay');
      ticket = target.ticket ?? ticket;
    }
    const direct = await page.part(ticket, part);
    const put = await listening(direct.url, { method: 'PUT', body: 'bytes' });
    assert.equal(put.status, 200);
    await page.complete(ticket, [{ ...part, body: await put.text() }], {});
    const sent = await page.send({ ...draft, delivery });
    await page.deliveries({});
    await page.delivery(sent);
    const [transfer] = (await page.list(ROOT, {})).items;
    assert.ok(transfer);
    const { items } = await page.list(transfer, {});
    await page.item(items[0] ?? ROOT);
    await page.download(items);
    await page.rename(items[0] ?? ROOT, 'b.txt');
    await page.change(sent, { subject: 'New' });
    await page.forward(sent, { recipients: [to('two@example.com')], operation: 'forwarding' });
    // errors too are answers
    await rejects(page.send({ ...draft, delivery, operation: 'another try' }), 'not-found');
    ground.service.knobs.refuseChunks = [406];
    const { ticket: other } = await page.open(draftOf());
    keys.push(lastTransfer(ground.service).key);
    await assert.rejects(bring(page, other, 'c.txt', 'c'));
    await page.abort(other);
    await page.revoke(sent);

    const all = readings(told.join('\n'));
    assert.ok(told.length > 30 && all.includes('a.txt'));
    assert.equal(new Set(keys).size, 2);
    const tokens = [...ground.service.state.logins.values()].flatMap(({ token, refreshToken }) => [token, refreshToken]);
    for (const secret of [...keys, ...tokens, CREDENTIALS.ownerKey, 'a password to look for'])
      for (const shape of shapes(secret)) assert.ok(!all.includes(shape), 'a secret was told to the page');
    assert.ok(!/transferkey|savefile/.test(all));
  });

  it('is not even held by a page that makes the backend itself', () => {
    Object.assign(globalThis, { document: {} });
    try {
      assert.throws(() => filemail({ apiKey: 'key', store: memoryStore() }), { code: 'unsupported', message: /relayBackend/ });
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });
});
