import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT, type Item, type Ref } from '../../src/backend/item.js';
import { rejects } from '../contract/witness.js';
import { addContact, COMPANIES, CREDENTIALS } from '../services/filemail/seed.js';
import { deliver, lastTransfer, site, to, type Site } from './filemail.ground.js';

let ground: Site;

beforeEach(async () => {
  ground = await site();
});

afterEach(() => ground.service.close());

const DAY = 86_400_000;
const listed = async (backend: Backend, folder: Ref = ROOT): Promise<Item[]> => (await backend.list(folder, {})).items;
const named = (items: Item[]): [string, string][] => items.map(({ kind, name }) => [kind, name]);
const mails = () => ground.service.state.mails.map(({ kind, to: email, message }) => `${kind} ${email} ${message}`.trim());
const first = async (backend: Backend): Promise<Item> => {
  const [item] = await listed(backend);
  assert.ok(item);
  return item;
};

describe('transfers as folders', () => {
  it('are those that were sent and those that came, and open to files and folders', async () => {
    const { backend, as } = ground;
    const stranger = as({ apiKey: CREDENTIALS.strangerKey });
    await deliver(backend, { 'a.txt': 'a', 'deep/er/b.txt': 'bb', 'deep/c.txt': 'ccc' }, { subject: 'Sent' });
    await deliver(stranger, { 'd.txt': 'd' }, { subject: 'Came to me', recipients: [to('owner@example.com')] });
    const page = { companyId: COMPANIES.ferry, pageId: 'letters' };
    await deliver(as({ apiKey: CREDENTIALS.strangerKey, inbox: page }), { 'e.txt': 'e' }, { subject: 'Came to us' });
    await deliver(stranger, { 'f.txt': 'f' }, { subject: 'Not for me' });
    const root = await listed(backend);
    assert.deepEqual(named(root), [
      ['folder', 'Came to me'],
      ['folder', 'Came to us'],
      ['folder', 'Sent'],
    ]);
    const [theirs, , mine] = root;
    assert.ok(theirs && mine);
    assert.deepEqual([theirs.can, theirs.owner, mine.size], [['list'], 'stranger@example.com', 6]);
    assert.deepEqual(mine.can, ['list', 'rename', 'remove']);
    const inside = await listed(backend, mine);
    assert.deepEqual(named(inside), [
      ['folder', 'deep'],
      ['file', 'a.txt'],
    ]);
    const deep = await backend.list(inside[0] ?? ROOT, {});
    assert.deepEqual(named(deep.items), [
      ['folder', 'er'],
      ['file', 'c.txt'],
    ]);
    assert.deepEqual(
      deep.ancestors.map(({ name }) => name),
      ['', 'Sent'],
    );
    const [file] = await listed(backend, theirs);
    assert.ok(file);
    assert.deepEqual(file.can, ['download', 'preview']);
    const [url] = await backend.download([file]);
    assert.equal(await (await fetch(url?.url ?? '')).text(), 'd');
    await rejects(backend.rename(file, 'mine.txt'), 'forbidden');
    const [refused] = await backend.remove([theirs], { recursive: true });
    assert.ok(refused && 'error' in refused && refused.error.code === 'forbidden');
  });

  it('that have expired are not listed, and still told among what was sent', async () => {
    const { backend, service } = ground;
    const sent = await deliver(backend, { 'a.txt': 'a' }, { expiryDays: 1 });
    lastTransfer(service).created -= 2 * DAY;
    assert.deepEqual(await listed(backend), []);
    const [expired] = (await backend.deliveries({})).deliveries;
    assert.deepEqual([expired?.id, expired?.can], [sent.id, ['revoke']]);
    await rejects(backend.forward({ id: sent.id }, { recipients: [to('one@example.com')], operation: 'late' }), 'not-found');
  });

  it('are renamed by their subject, and deleted with all that is in them', async () => {
    const { backend, service } = ground;
    await deliver(backend, { 'a.txt': 'a' }, { message: 'Look!', notify: true, expiryDays: 3 });
    assert.equal((await backend.rename(await first(backend), 'New name')).name, 'New name');
    const { subject, message, notify, days } = lastTransfer(service);
    assert.deepEqual([subject, message, notify, days], ['New name', 'Look!', true, 3]);
    const [kept] = await backend.remove([await first(backend)], { recursive: false });
    assert.ok(kept && 'error' in kept && kept.error.code === 'invalid');
    await backend.remove([await first(backend)], { recursive: true });
    assert.equal(service.state.transfers.size, 0);
    assert.equal(service.knobs.seen(/^api DELETE \/transfer\/[a-z]+$/).length, 1);
  });

  it('lose and rename single files, which keep their folders', async () => {
    const { backend, service } = ground;
    await deliver(backend, { 'deep/a.txt': 'a', 'deep/b.txt': 'b', 'c.txt': 'c' });
    const transfer = await first(backend);
    const [folder] = await listed(backend, transfer);
    const [a, b] = await listed(backend, folder);
    assert.ok(folder && a && b);
    assert.equal((await backend.rename(a, 'ä.txt')).name, 'ä.txt');
    await rejects(backend.rename(b, 'ä.txt'), 'exists');
    await rejects(backend.rename(folder, 'shallow'), 'unsupported');
    const names = () => [...lastTransfer(service).files.values()].map(({ name }) => name);
    assert.deepEqual(names(), ['deep/ä.txt', 'deep/b.txt', 'c.txt']);
    await backend.remove([b], { recursive: false });
    assert.deepEqual(names(), ['deep/ä.txt', 'c.txt']);
    await backend.remove([folder], { recursive: true });
    assert.deepEqual(names(), ['c.txt']);
    await rejects(backend.item(folder), 'not-found');
  });

  it('that have a password are shown to their sender all the same', async () => {
    const { backend, service, as } = ground;
    service.knobs.passwordForSender = true;
    const sent = await deliver(backend, { 'a.txt': 'a' }, { password: 'secret', recipients: [to('stranger@example.com')] });
    assert.deepEqual([sent.items?.length, sent.recipients[0]?.state], [1, 'accepted']);
    const transfer = await first(backend);
    assert.equal(transfer.protected, true);
    const [file] = await listed(backend, transfer);
    assert.equal((await backend.item(file ?? ROOT)).protected, true);
    assert.equal((await backend.change({ id: sent.id }, { password: null })).id, sent.id);
    assert.equal(lastTransfer(service).password, '');
    await backend.change({ id: sent.id }, { password: 'other' });
    assert.equal(lastTransfer(service).password, 'other');
    // those who got it see what is in their list, and nobody else sees anything
    assert.equal((await listed(as({ apiKey: CREDENTIALS.strangerKey }), transfer)).length, 1);
    await rejects(as({ apiKey: CREDENTIALS.memberKey }).list(transfer, {}), 'forbidden');
  });
});

describe('what was sent by Filemail', () => {
  it('is extended, counted from when it was created, and for ever', async () => {
    const { backend, service } = ground;
    const { id } = await deliver(backend, { 'a.txt': 'a' }, { expiryDays: 3, message: 'Look!', notify: true });
    const transfer = lastTransfer(service);
    transfer.created -= 2 * DAY;
    transfer.sent = Date.now();
    await backend.change({ id }, { expires: Date.now() + 5 * DAY });
    assert.deepEqual([transfer.days, transfer.message, transfer.notify], [7, 'Look!', true]);
    await backend.change({ id }, { subject: 'New', message: '' });
    assert.deepEqual([transfer.days, transfer.subject, transfer.message], [7, 'New', '']);
    const forever = await backend.change({ id }, { expires: null });
    assert.deepEqual([transfer.days, forever.expires], [-1, undefined]);
    for (const subject of ['', 'x'.repeat(201)]) await rejects(backend.change({ id }, { subject }), 'invalid');
    await rejects(backend.change({ id }, { expires: Date.now() + 1000 * DAY }), 'invalid');
    await rejects(backend.change({ id }, { downloadLimit: 3 }), 'unsupported');
  });

  it('goes to more people once for each operation, and again to those who have it', async () => {
    const { backend, service } = ground;
    const { id } = await deliver(backend, { 'a.txt': 'a' }, { recipients: [to('one@example.com')], message: 'Look!' });
    service.state.mails.length = 0;
    const people = {
      recipients: [to('one@example.com'), to('two@example.com'), { kind: 'group' as const, id: 'Crew' }],
      operation: 'forwarding',
    };
    const states = await backend.forward({ id }, people);
    assert.deepEqual(
      states.map(({ state }) => state),
      ['accepted', 'accepted', 'accepted'],
    );
    assert.deepEqual(await backend.forward({ id }, people), states);
    assert.deepEqual(mails().sort(), [
      'share one@example.com Look!',
      'transfer ada@example.com Look!',
      'transfer bo@example.com Look!',
      'transfer two@example.com Look!',
    ]);
    assert.equal((await backend.delivery({ id })).recipients.length, 4);
    service.state.mails.length = 0;
    await backend.forward({ id }, { recipients: [to('new@example.com')], message: 'In other words', operation: 'sharing' });
    assert.deepEqual(mails(), ['share new@example.com In other words']);
    service.knobs.bounces = /^gone@/;
    const [gone] = await backend.forward({ id }, { recipients: [to('gone@example.com')], operation: 'bouncing' });
    assert.equal(gone?.state, 'dropped');
    service.knobs.next(/^api POST \/transfer\/forward$/, 'lost-answer');
    const lost = { recipients: [to('three@example.com')], operation: 'losing' };
    await rejects(backend.forward({ id }, lost), 'offline');
    await rejects(backend.forward({ id }, lost), 'unknown-outcome');
    await rejects(backend.forward({ id }, { recipients: [], operation: 'nobody' }), 'invalid');
    await rejects(backend.forward({ id }, { recipients: [to('nobody')], operation: 'no address' }), 'invalid');
  });

  it('is revoked, once and again', async () => {
    const { backend, service } = ground;
    const { id, link } = await deliver(backend, { 'a.txt': 'a' });
    await backend.revoke({ id });
    await backend.revoke({ id });
    assert.equal((await fetch(link ?? '')).status, 404);
    assert.deepEqual((await backend.deliveries({})).deliveries, []);
    await rejects(backend.delivery({ id }), 'not-found');
    assert.equal(service.state.transfers.size, 0);
  });

  it('finds its recipients in the address book, groups too', async () => {
    const { backend, service } = ground;
    assert.deepEqual(await backend.recipients('ada', {}), [
      { kind: 'contact', id: 'ada@example.com', email: 'ada@example.com', name: 'Ada Harbour' },
    ]);
    assert.deepEqual(await backend.recipients(' crew ', {}), [{ kind: 'group', id: 'Crew', name: 'Crew' }]);
    assert.equal((await backend.recipients('example.com', {})).length, 3);
    const owner = [...service.state.users.values()].find(({ email }) => email === 'owner@example.com');
    for (let number = 0; owner && number < 60; number += 1) addContact(service.state, owner, `Many ${number}`, `many${number}@example.com`);
    assert.equal((await backend.recipients('many', {})).length, 50);
    service.knobs.clear();
    assert.deepEqual(await backend.recipients('  ', {}), []);
    assert.equal(service.knobs.requests.length, 0);
  });
});
