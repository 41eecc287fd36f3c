import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import type { CompletedTold, SentTold } from '../../src/relay/outbox.js';
import { verifyItems } from '../../src/relay/receipt.js';
import { phaseOf, type UploadFile, type UploadPhase, type Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { SECRET, wire, type Wire } from '../relay/wire.js';
import { lastTransfer, site, standing, to, type Site } from './filemail.ground.js';

let ground: Site;
let served: Wire;
let page: Backend;
let uploads: Uploads;
let told: { completed: CompletedTold[]; sent: SentTold[] };

beforeEach(async () => {
  ground = await site();
  told = { completed: [], sent: [] };
  served = await wire({
    backends: { files: ground.backend },
    on: { completed: (one) => void told.completed.push(one), sent: (one) => void told.sent.push(one) },
  });
  page = served.as('anna');
  uploads = createUploads({ autoProceed: false });
  uploads.target = { backend: page, folder: ROOT, conflict: 'ask' };
});

afterEach(async () => {
  uploads.destroy();
  await served.close();
  await ground.service.close();
});

const files = (): UploadFile[] => Object.values(uploads.getState().files);
const phases = (): Record<string, UploadPhase> => Object.fromEntries(files().map((file) => [file.name ?? '', phaseOf(file)]));
const add = async (...names: string[]): Promise<string[]> =>
  (await uploads.add(names.map((name) => ({ file: new File([name], name, { lastModified: 1e12 }) })))).added;

/** Resolves when the queue has come to that. */
const comesTo = (expected: Record<string, UploadPhase>): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!Object.entries(expected).every(([name, phase]) => phases()[name] === phase)) return;
      uploads.off('state-update', look);
      resolve();
    };
    uploads.on('state-update', look);
    look();
  });

describe('the queue and Filemail, through the relay', () => {
  it('bring what was dropped together by link, and tell the host and the form of each file', async () => {
    await uploads.add([
      { file: new File(['a'], 'a.txt'), path: 'plans' },
      { file: new File(['b'], 'b.txt'), path: 'plans/old' },
    ]);
    await uploads.upload();
    assert.deepEqual(standing(ground.service), [['STATUS_COMPLETE', ['plans/a.txt', 'plans/old/b.txt']]]);
    const { subject, recipients } = lastTransfer(ground.service);
    assert.deepEqual([subject, recipients.length, ground.service.state.mails.length], ['plans', 0, 0]);
    assert.deepEqual(told.completed.map(({ item }) => item.name).sort(), ['a.txt', 'b.txt']);
    assert.equal(told.sent.length, 1);
    const items = files().map(({ ferry }) => ferry?.item ?? assert.fail('a file has no item'));
    const value = JSON.stringify(items.map(({ id, claim, name, size }) => ({ id, claim, name, size })));
    const verified = await verifyItems(value, SECRET, { user: 'anna' });
    assert.deepEqual(verified.map(({ name }) => name).sort(), ['a.txt', 'b.txt']);
    // one look at the transfer tells of all its files
    assert.ok(ground.service.knobs.seen(/^api GET \/transfer\/[a-z]{15}/).length <= 2);
    assert.ok(files().every(({ ferry }) => ferry?.delivery?.link?.startsWith(ground.service.url)));
  });

  it('write to people with the words of a page, when every file is there', async () => {
    await add('a.txt', 'b.txt');
    const delivery = await uploads.deliver({ recipients: [to('ada@example.com')], subject: 'Plans', message: 'Here they are.' });
    assert.deepEqual(delivery.recipients, [{ recipient: to('ada@example.com'), state: 'accepted' }]);
    const [mail, ...more] = ground.service.state.mails;
    assert.deepEqual([mail?.to, mail?.subject, mail?.message, more], ['ada@example.com', 'Plans', 'Here they are.', []]);
    assert.deepEqual(standing(ground.service), [['STATUS_COMPLETE', ['a.txt', 'b.txt']]]);
    assert.deepEqual([mail?.transferId, delivery.id], [lastTransfer(ground.service).id, lastTransfer(ground.service).id]);
    assert.equal(lastTransfer(ground.service).transferSize, 10);
  });

  it('keep the other files when one fails, in a new transfer, and say so before', async () => {
    ground.service.knobs.instead(/^files POST .*thefilename=b\.txt/, () => new Response('No.', { status: 400 }));
    const [a, b, c] = await add('a.txt', 'b.txt', 'c.txt');
    const delivered = uploads.deliver({ recipients: [to('ada@example.com')], subject: 'Plans' });
    await comesTo({ 'a.txt': 'held', 'b.txt': 'failed', 'c.txt': 'held' });
    // nothing is taken back and nobody written to before the person has decided
    assert.deepEqual(standing(ground.service), [['STATUS_INPROGRESS', ['a.txt', 'c.txt']]]);
    assert.deepEqual(new Set(uploads.sentAgain([b!])), new Set([a, c]));
    uploads.removeFiles([b!]);
    const delivery = await delivered;
    assert.deepEqual(standing(ground.service), [
      ['STATUS_CANCELLED', []],
      ['STATUS_COMPLETE', ['a.txt', 'c.txt']],
    ]);
    assert.deepEqual(delivery.items?.map(({ name }) => name).sort(), ['a.txt', 'c.txt']);
    assert.deepEqual(
      ground.service.state.mails.map((mail) => [mail.to, mail.transferId]),
      [['ada@example.com', lastTransfer(ground.service).id]],
    );
  });

  it('keep all files when one that failed arrives after all', async () => {
    ground.service.knobs.instead(/^files POST .*thefilename=b\.txt/, () => new Response('No.', { status: 400 }));
    await add('a.txt', 'b.txt');
    const all = uploads.upload();
    await comesTo({ 'a.txt': 'held', 'b.txt': 'failed' });
    await uploads.retryAll();
    await all;
    assert.deepEqual(standing(ground.service), [['STATUS_COMPLETE', ['a.txt', 'b.txt']]]);
  });

  it('keep the others when one is cancelled under way', async () => {
    const release = ground.service.knobs.hold(/^files POST .*thefilename=b\.txt/);
    const [, b] = await add('a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await comesTo({ 'a.txt': 'held', 'b.txt': 'sending', 'c.txt': 'held' });
    assert.equal(uploads.sentAgain([b!]).length, 2);
    uploads.removeFiles([b!]);
    release();
    await all;
    assert.deepEqual(standing(ground.service), [
      ['STATUS_CANCELLED', []],
      ['STATUS_COMPLETE', ['a.txt', 'c.txt']],
    ]);
  });

  it('leave no transfer half open when everything is cancelled, or the delivery is refused', async () => {
    const release = ground.service.knobs.hold(/^files POST/);
    await add('a.txt', 'b.txt');
    const all = uploads.upload();
    await comesTo({ 'a.txt': 'sending', 'b.txt': 'sending' });
    uploads.cancelAll();
    release();
    await all;
    while (lastTransfer(ground.service).status !== 'STATUS_CANCELLED') await new Promise(setImmediate);
    await add('virus.exe');
    ground.service.knobs.infected = /exe/;
    await assert.rejects(uploads.deliver({ recipients: [to('ada@example.com')], subject: 'Plans' }), { code: 'forbidden' });
    await comesTo({ 'virus.exe': 'failed' });
    await add('a.txt');
    await assert.rejects(uploads.deliver({ recipients: [to('nobody')], subject: 'Plans' }), { code: 'invalid' });
    assert.deepEqual(
      standing(ground.service).map(([status]) => status),
      ['STATUS_CANCELLED', 'STATUS_CANCELLED'],
    );
    assert.deepEqual(ground.service.state.mails, []);
  });

  it('leave no transfer half open whatever becomes of its sending, and say why', async () => {
    const { knobs, state } = ground.service;
    const complete = /^api PUT \/transfer\/complete/;
    const answer = (body: string, status = 200) => {
      knobs.instead(complete, () => new Response(body, { status }));
    };
    const html = '<!doctype html><title>Sign in to the network</title>';
    const bad: [expected: string, turn: () => void][] = [
      ['unknown-outcome', () => answer(html)],
      ['unknown-outcome', () => answer(html, 502)],
      ['unknown-outcome', () => answer('{"responsestatus":"OK","data":{"downl')],
      ['invalid', () => answer('{"responsestatus":"UploadNotComplete","errorcode":4003}', 400)],
      ['forbidden', () => (knobs.infected = /a\.txt/)],
      ['quota', () => Object.assign(knobs, { infected: undefined, storageLimit: 4 })],
    ];
    for (const [expected, turn] of bad) {
      const [id] = await add('a.txt');
      turn();
      await assert.rejects(uploads.deliver({ recipients: [to('ada@example.com')], subject: 'Plans' }), { code: expected });
      await comesTo({ 'a.txt': 'failed' });
      while (lastTransfer(ground.service).status !== 'STATUS_CANCELLED') await new Promise(setImmediate);
      uploads.removeFiles([id!]);
    }
    // the last one is not even opened, as its size is told beforehand
    assert.deepEqual([standing(ground.service).length, state.mails], [bad.length - 1, []]);
  });
});
