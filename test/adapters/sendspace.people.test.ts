import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Recipient } from '../../src/backend/delivery.js';
import { operation } from '../contract/stage.js';
import { rejects } from '../contract/witness.js';
import { addFolder } from '../services/sendspace/folders.js';
import { addFile, CREDENTIALS } from '../services/sendspace/seed.js';
import { ground, type Ground } from './sendspace.ground.js';

let here: Ground;

beforeEach(async () => {
  here = await ground();
});

afterEach(() => here.service.close());

const to = (...emails: string[]): Recipient[] => emails.map((email) => ({ kind: 'email', email }));

/** The calls of one method, without their sessions. */
const seen = (method: string): Record<string, string>[] =>
  here.service.state.calls
    .filter((call) => call.method === method)
    .map((call) => Object.fromEntries(Object.entries(call.arguments).filter(([name]) => name !== 'session_key')));

const add = async (name: string) => (await addFile(here.service.state, here.owner, name, name)).id;

describe('a mail from an account', () => {
  it('has the links of all files and folders, and the message', async () => {
    const { backend, service, owner } = here;
    const [one, two] = [await add('1.txt'), await add('2.txt')];
    const folder = addFolder(service, owner, 'docs', { shared: true });
    const delivery = await backend.send({
      items: [{ id: `file/${one}` }, { id: `folder/${folder.id}` }, { id: `file/${two}` }],
      recipients: to('a@example.com', 'b@example.com'),
      message: 'hi & bye',
      operation: operation(),
    });
    assert.deepEqual(seen('files.sendMail'), [{ file_id: `${one},${two}`, emails: 'a@example.com,b@example.com', message: 'hi & bye' }]);
    assert.deepEqual(seen('folders.sendMail'), [{ folder_id: folder.id, emails: 'a@example.com,b@example.com', message: 'hi & bye' }]);
    assert.deepEqual(
      service.state.mails.map(({ kind, from, to: people, message, links }) => [kind, from, people.length, message, links]),
      [
        ['files', owner.email, 2, 'hi & bye', [`${service.siteUrl}/file/${one}`, `${service.siteUrl}/file/${two}`]],
        ['folders', owner.email, 2, 'hi & bye', [`${service.siteUrl}/folder/${folder.id}`]],
      ],
    );
    assert.deepEqual(
      delivery.items?.map(({ name }) => name),
      ['1.txt', 'docs', '2.txt'],
    );
    assert.deepEqual(
      delivery.recipients.map(({ state }) => state),
      ['accepted', 'accepted'],
      'no more than the service confirmed',
    );
  });

  it('has the link to the bytes themselves where the backend was told so', async () => {
    const { service } = here;
    const items = [{ id: `file/${await add('1.txt')}` }];
    for (const [directLinks, flag, link] of [
      [true, '1', /\/dl\//],
      [false, '0', /\/file\//],
    ] as const) {
      await here.as({ directLinks }).send({ items, recipients: to('a@example.com'), operation: operation() });
      assert.equal(seen('files.sendMail').at(-1)?.['direct_link'], flag);
      assert.match(service.state.mails.at(-1)?.links[0] ?? '', link);
    }
  });

  it('is not needed for a link', async () => {
    const { backend, service } = here;
    const id = await add('1.txt');
    const { link, recipients } = await backend.send({ items: [{ id: `file/${id}` }], recipients: [], operation: operation() });
    assert.deepEqual([link, recipients, service.state.mails], [`${service.siteUrl}/file/${id}`, [], []]);
    assert.match(await (await fetch(link ?? '')).text(), /1\.txt/);
  });

  it('does not lead to a private folder, and says so beforehand', async () => {
    const { backend, service, owner } = here;
    const folder = addFolder(service, owner, 'private');
    const draft = { items: [{ id: `folder/${folder.id}` }], recipients: to('a@example.com'), operation: operation() };
    const [problem] = await backend.check(draft);
    assert.ok(problem?.option === 'items' && problem.effect === 'refused' && problem.reason.includes('private'));
    await rejects(backend.send(draft), 'not-allowed');
    await backend.describe(draft.items[0]!, { shared: true });
    assert.deepEqual(await backend.check(draft), []);
    await backend.send({ ...draft, operation: operation() });
    assert.equal(service.state.mails.length, 1);
    const gone = { ...draft, items: [{ id: 'file/nobody' }] };
    assert.equal((await backend.check(gone))[0]?.effect, 'refused');
  });

  it('goes to nobody where one address is none, or where there are too many', async () => {
    const { backend, service } = here;
    const items = [{ id: `file/${await add('1.txt')}` }];
    const send = (recipients: Recipient[]) => backend.send({ items, recipients, operation: operation() });
    await rejects(send(to('a@example.com', 'nobody')), 'invalid');
    await rejects(send(to(...Array.from({ length: 101 }, (_, index) => `${String(index)}@example.com`))), 'invalid');
    // What looks like an address here may be none for the service, and it may take fewer.
    await rejects(send(to('a@localhost')), 'invalid');
    service.knobs.maxRecipients = 2;
    await rejects(send(to('a@example.com', 'b@example.com', 'c@example.com')), 'invalid');
    assert.equal(service.state.mails.length, 0);
  });

  it('whose answer was lost is not sent again', async () => {
    const { backend, service } = here;
    const draft = { items: [{ id: `file/${await add('1.txt')}` }], recipients: to('a@example.com'), operation: operation() };
    service.knobs.lose('files.sendMail');
    await rejects(backend.send(draft), 'offline');
    await rejects(backend.send(draft), 'unknown-outcome');
    assert.equal(service.state.mails.length, 1);
  });

  it('tells which of several files were sent, where the service says so', async () => {
    const { backend, service } = here;
    const [one, two] = [await add('1.txt'), await add('2.txt')];
    service.knobs.spoil('files.sendMail', () => ({
      body: `<result method="files.sendMail" status="ok"><id>${one}</id><error code="11" text="no" id="${two}"/></result>`,
    }));
    const items = [one, two].map((id) => ({ id: `file/${id}` }));
    const delivery = await backend.send({ items, recipients: to('a@example.com'), operation: operation() });
    assert.deepEqual(
      delivery.items?.map(({ name }) => name),
      ['1.txt'],
    );
  });
});

describe('a mail from nobody', () => {
  it('names its sender, and has the links and the message', async () => {
    const { service } = here;
    const backend = here.as({ anonymous: true, application: 'ferry-test' });
    const [one, two] = await Promise.all(['1.txt', '2.txt'].map((name) => addFile(service.state, undefined, name, name)));
    const items = [one!, two!].map(({ id, deleteKey }) => ({ id: `anonymous/${id}/${deleteKey}` }));
    const draft = { items, recipients: to('a@example.com'), sender: 'me@example.com', message: 'look', operation: operation() };
    const delivery = await backend.send(draft);
    assert.deepEqual(seen('anonymous.filesSendMail'), [
      {
        api_key: CREDENTIALS.apiKey, api_version: '1.0', app_version: 'ferry-test', file_id: `${one!.id},${two!.id}`,
        sender_email: 'me@example.com', emails: 'a@example.com', message: 'look',
      },
    ]); // prettier-ignore
    assert.deepEqual(
      service.state.mails.map(({ from, message, links }) => [from, message, links.length]),
      [['me@example.com', 'look', 2]],
    );
    assert.deepEqual(
      delivery.recipients.map(({ state }) => state),
      ['accepted'],
    );
    await rejects(backend.send({ ...draft, sender: 'nobody', operation: operation() }), 'invalid');
    service.knobs.lose('anonymous.filesSendMail');
    const lost = { ...draft, operation: operation() };
    await rejects(backend.send(lost), 'offline');
    await rejects(backend.send(lost), 'unknown-outcome');
    assert.equal(service.state.mails.length, 2);
  });
});

describe('a mail from nobody to nobody', () => {
  it('is refused: one address that is none, too many, and files whose key is not known', async () => {
    const { service } = here;
    const backend = here.as({ anonymous: true });
    const { id, deleteKey } = await addFile(service.state, undefined, '1.txt', '1');
    const send = (recipients: Recipient[], items = [{ id: `anonymous/${id}/${deleteKey}` }]) =>
      backend.send({ items, recipients, sender: 'me@example.com', operation: operation() });
    await rejects(send(to('a@example.com', 'nobody')), 'invalid');
    await rejects(send(to('a@example.com\r\nBcc: b@example.com')), 'invalid');
    await rejects(send(to(...Array.from({ length: 101 }, (_, index) => `${String(index)}@example.com`))), 'invalid');
    await rejects(send(to('a@example.com'), [{ id: 'nonsense' }]), 'not-found');
    assert.deepEqual(seen('anonymous.filesSendMail'), []);
    await rejects(send(to('a@example.com'), [{ id: `anonymous/zzzzzz/${deleteKey}` }]), 'not-found');
    assert.deepEqual(service.state.mails, []);
  });
});

describe('the address book', () => {
  it('is searched, and kept', async () => {
    const { backend, service } = here;
    const contact = await backend.contacts.add({ name: 'Ann', email: 'ann@example.com' });
    assert.deepEqual(contact, { id: 'ann@example.com', name: 'Ann', email: 'ann@example.com' });
    assert.deepEqual(seen('addressbook.add'), [{ email: 'ann@example.com', name: 'Ann', type: '0' }]);
    await backend.contacts.add({ name: 'Bob', email: 'bob@example.com' });
    assert.deepEqual(await backend.recipients('AN', {}), [
      { kind: 'contact', id: 'ann@example.com', email: 'ann@example.com', name: 'Ann' },
    ]);
    assert.equal((await backend.recipients('example', {})).length, 2);
    assert.equal((await backend.contacts.update(contact, { name: 'Anna' })).name, 'Anna');
    assert.deepEqual(seen('addressbook.update'), [{ email: 'ann@example.com', name: 'Anna' }]);
    await backend.contacts.remove(contact);
    await backend.contacts.remove(contact);
    assert.deepEqual(seen('addressbook.delete'), [{ email: 'ann@example.com' }, { email: 'ann@example.com' }]);
    assert.deepEqual(
      service.state.contacts.map(({ email }) => email),
      ['bob@example.com'],
    );
  });

  it('gives a contact another address by making it anew, with all that it had', async () => {
    const { backend, service, owner } = here;
    service.state.contacts.push({ owner, email: 'old@example.com', name: 'Old', description: 'a friend', type: '1' });
    const moved = await backend.contacts.update({ id: 'old@example.com' }, { email: 'new@example.com' });
    assert.deepEqual(moved, { id: 'new@example.com', name: 'Old', email: 'new@example.com' });
    assert.deepEqual(seen('addressbook.add'), [{ email: 'new@example.com', name: 'Old', description: 'a friend', type: '1' }]);
    assert.deepEqual(service.state.contacts, [{ owner, email: 'new@example.com', name: 'Old', description: 'a friend', type: '1' }]);
    await rejects(backend.contacts.update({ id: 'gone@example.com' }, { name: 'x' }), 'not-found');
  });

  it('says who is there already, who is nobody, and when it is full', async () => {
    const { backend, service } = here;
    await backend.contacts.add({ name: 'Ann', email: 'ann@example.com' });
    await rejects(backend.contacts.add({ name: 'Ann', email: 'ann@example.com' }), 'exists');
    await rejects(backend.contacts.add({ name: 'x', email: 'nobody' }), 'invalid');
    service.knobs.contactsLimit = 1;
    await rejects(backend.contacts.add({ name: 'Bob', email: 'bob@example.com' }), 'quota');
  });

  it('is a book of recipients', async () => {
    const { backend, service } = here;
    await backend.contacts.add({ name: 'Ann', email: 'ann@example.com' });
    const recipients = await backend.recipients('ann', {});
    await backend.send({ items: [{ id: `file/${await add('1.txt')}` }], recipients, operation: operation() });
    assert.deepEqual(service.state.mails[0]?.to, ['ann@example.com']);
  });
});
