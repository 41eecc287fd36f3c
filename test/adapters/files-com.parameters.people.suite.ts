import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { login, logout } from '../../src/adapters/files-com.js';
import type { DeliveryDraft, Recipient } from '../../src/backend/delivery.js';
import { operation } from '../contract/stage.js';
import { addFile, addUser, CREDENTIALS, grant } from '../services/files-com/seed.js';
import type { State } from '../services/files-com/state.js';
import { stage } from './files-com.parameters.js';

const DAY = 86_400_000;
const email = (address: string, name?: string, company?: string): Recipient => ({
  kind: 'email',
  email: address,
  ...(name && { name }),
  ...(company && { company }),
});

const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [{ id: 'docs/a.txt' }],
  recipients: [],
  operation: operation(),
  ...over,
});

/** A group of users, and one of people to share with. */
function addGroups(state: State, members: number[]): { group: number; shared: number } {
  const [group, shared] = [state.number(), state.number()];
  state.groups.set(group, {
    id: group,
    name: 'The auditors',
    notes: '',
    members: new Map(members.map((id) => [id, { id: state.number(), admin: false }])),
  });
  const people = [
    { name: 'Anna', company: 'Acme', email: 'anna@example.com' },
    { name: 'Bo', company: '', email: 'bo@example.com' },
  ];
  state.shareGroups.set(shared, { id: shared, userId: null, name: 'Our lawyers', notes: 'for contracts', members: people });
  return { group, shared };
}

describe('what Files.com is asked about people', () => {
  it('makes a share link of the items, with everything that was chosen', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const startDate = Date.UTC(2040, 1, 1);
    const { id } = await backend.send(
      draft({
        items: [{ id: 'docs/a.txt' }, { id: 'docs' }],
        password: 'open sesame',
        message: 'Here it is',
        note: 'for the auditors',
        startDate,
        expiryDays: 7,
        requireLogin: true,
        downloadLimit: 5,
      }),
    );
    const bundle = state.bundles.get(Number(id));
    assert.ok(bundle);
    const { paths, password, texts, startsAt, expiresAt, flags, maxUses, permissions } = bundle;
    assert.deepEqual(
      [paths, password, texts, startsAt?.getTime(), maxUses, permissions],
      [['docs/a.txt', 'docs'], 'open sesame', { description: 'Here it is', note: 'for the auditors' }, startDate, 5, 'read'],
    );
    assert.equal(flags['require_registration'], true);
    assert.ok(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - 7 * DAY) < 60_000);
  });

  it('lets only those open a link who were invited, where the site wants it so', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    state.policy.bundle_require_share_recipient = true;
    const { id } = await backend.send(draft({ recipients: [email('anna@example.com')] }));
    assert.equal(state.bundles.get(Number(id))?.flags['require_share_recipient'], true);
  });

  it('invites people with their names and companies, and with the message', async (t) => {
    const { backend, state, asked } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const recipients = [email('anna@example.com', 'Anna', 'Acme'), email('bo@example.com')];
    const { id } = await backend.send(draft({ recipients, message: 'Here it is' }));
    assert.deepEqual(
      state.bundleRecipients.map(({ of, recipient, name, company, note }) => [of, recipient, name, company, note]),
      [
        [Number(id), 'anna@example.com', 'Anna', 'Acme', 'Here it is'],
        [Number(id), 'bo@example.com', '', '', 'Here it is'],
      ],
    );
    assert.equal(asked('POST /bundles/{id}/share').length, 1);
  });

  it('shows a delivery with its recipients and how often it was fetched', async (t) => {
    const { backend, state, asked } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const { id } = await backend.send(draft({ recipients: [email('anna@example.com'), email('bo@example.com')] }));
    const registration = {
      id: 1,
      code: 'x',
      of: Number(id),
      kind: 'bundle' as const,
      name: 'Anna',
      company: '',
      email: 'Anna@example.com',
    };
    for (const who of [{ ...registration, createdAt: new Date() }, undefined])
      state.bundleDownloads.push({ bundleId: Number(id), registration: who, path: 'docs/a.txt', createdAt: new Date() });
    const shown = await backend.delivery({ id });
    assert.deepEqual(
      shown.recipients.map(({ state: became }) => became),
      ['downloaded', 'sent'],
    );
    assert.deepEqual([shown.downloads, shown.items?.map((item) => item.id)], [2, ['docs/a.txt']]);
    assert.equal(asked('GET /bundles/{id}').length, 1);
    assert.deepEqual([asked('GET /bundle_recipients')[0]?.['bundle_id'], asked('GET /bundle_downloads')[0]?.['bundle_id']], [id, id]);
  });

  it('changes what a link says, its password, its end and how often it may be used', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const { id } = await backend.send(draft({ password: 'open sesame' }));
    const expires = Date.UTC(2040, 1, 1);
    await backend.change({ id }, { message: 'Changed', password: 'another', expires, downloadLimit: 2 });
    const { texts, password, expiresAt, maxUses } = state.bundles.get(Number(id)) ?? {};
    assert.deepEqual([texts?.['description'], password, expiresAt?.getTime(), maxUses], ['Changed', 'another', expires, 2]);
    await backend.change({ id }, { password: null, expires: null, downloadLimit: null });
    const after = state.bundles.get(Number(id));
    assert.deepEqual([after?.password, after?.expiresAt, after?.maxUses], ['', null, null]);
  });

  it('revokes a delivery', async (t) => {
    const { backend, state } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const { id } = await backend.send(draft());
    await backend.revoke({ id });
    assert.equal(state.bundles.size, 0);
  });

  it('finds users by what was typed, and groups by their names', async (t) => {
    const { backend, state, owner, asked } = await stage(t);
    const auditor = addUser(state, 'aude', { name: 'Aude Diteur', email: 'aude@example.com' });
    const { group, shared } = addGroups(state, [owner.id, auditor.id]);
    const found = async (text: string) => (await backend.recipients(text, {})).map(({ kind, id }) => `${kind} ${id ?? ''}`);
    assert.deepEqual(await found('aud'), [`user ${String(auditor.id)}`, `group group-${String(group)}`]);
    assert.deepEqual(await found(' contracts '), [`group share-${String(shared)}`]);
    assert.deepEqual(
      asked('GET /users').map(({ search, per_page }) => [search, per_page]),
      [['aud', '50'], ['contracts', '50']],
    ); // prettier-ignore
    assert.equal(asked('GET /groups').length, 2);
    assert.equal(asked('GET /share_groups').length, 2);
  });

  it('writes to everybody in a group, and to a user by their number', async (t) => {
    const { backend, state, owner, asked } = await stage(t);
    await addFile(state, 'docs/a.txt', 'a');
    const auditor = addUser(state, 'aude');
    const { group, shared } = addGroups(state, [owner.id, auditor.id]);
    const to = async (recipient: Recipient) => {
      state.mails.length = 0;
      await backend.send(draft({ recipients: [recipient] }));
      return state.mails.map((mail) => mail.to).sort();
    };
    assert.deepEqual(await to({ kind: 'group', id: `group-${String(group)}` }), ['aude@example.com', 'owner@example.com']);
    assert.deepEqual(await to({ kind: 'group', id: `share-${String(shared)}` }), ['anna@example.com', 'bo@example.com']);
    assert.deepEqual(await to({ kind: 'user', id: String(auditor.id) }), ['aude@example.com']);
    assert.deepEqual(
      asked('GET /users').map(({ ids }) => ids),
      [`${String(owner.id)},${String(auditor.id)}`, String(auditor.id)],
    );
    assert.equal(asked('GET /groups/{id}').length, 1);
    assert.equal(asked('GET /share_groups/{id}').length, 1);
  });

  it('asks users and groups for a file in a folder', async (t) => {
    const { backend, state, owner } = await stage(t);
    state.tree.makeFolder('docs', null);
    const { group } = addGroups(state, [owner.id]);
    await backend.request({
      folder: { id: 'docs' },
      title: 'report.pdf',
      recipients: [{ kind: 'user', id: String(owner.id) }, { kind: 'group', id: `group-${String(group)}` }],
      operation: operation(),
    }); // prettier-ignore
    const [{ path, destination, userIds, groupIds } = {}] = [...state.requests.values()];
    assert.deepEqual([path, destination, userIds, groupIds], ['docs', 'report.pdf', [owner.id], [group]]);
  });

  it('lists the requests of a folder and of all, those for its user alone where that is asked', async (t) => {
    const { backend, state, owner, stranger, asked } = await stage(t);
    for (const path of ['docs', 'other']) state.tree.makeFolder(path, null);
    const put = (path: string, destination: string, userId: number) => {
      const id = state.number();
      state.requests.set(id, { id, path, destination, userIds: [userId], groupIds: [], by: null });
    };
    put('docs', 'mine.pdf', owner.id);
    put('docs', 'hers.pdf', stranger.id);
    put('other', 'elsewhere.pdf', owner.id);
    const titles = async (page: Parameters<typeof backend.requests>[0]) =>
      (await backend.requests(page)).requests.map(({ title }) => title).sort();
    assert.deepEqual(await titles({}), ['elsewhere.pdf', 'hers.pdf', 'mine.pdf']);
    assert.deepEqual(await titles({ mine: true }), ['elsewhere.pdf', 'mine.pdf']);
    assert.deepEqual(await titles({ folder: { id: 'docs' } }), ['hers.pdf', 'mine.pdf']);
    assert.deepEqual(await titles({ folder: { id: 'docs' }, mine: true }), ['mine.pdf']);
    assert.equal(asked('GET /requests')[1]?.['mine'], 'true');
    assert.equal(asked('GET /requests/folders/{path}')[1]?.['mine'], 'true');
  });

  it('opens an inbox for everybody else, and invites to it', async (t) => {
    const { backend, state, asked } = await stage(t);
    state.tree.makeFolder('docs', null);
    const made = await backend.request({
      folder: { id: 'docs' },
      title: 'Tax papers',
      message: 'All of 2025',
      help: 'Call us',
      recipients: [email('anna@example.com', 'Anna', 'Acme')],
      operation: operation(),
    });
    const [inbox] = state.behaviors.values();
    assert.deepEqual([inbox?.path, inbox?.behavior], ['docs', 'inbox']);
    const { key, ...value } = inbox?.value as Record<string, string>;
    assert.match(key ?? '', /^tax-papers-[\da-f]{16}$/);
    assert.deepEqual(value, { title: 'Tax papers', description: 'All of 2025', help_text: 'Call us' });
    assert.deepEqual(
      state.inboxRecipients.map(({ of, recipient, name, company, note, sentAt }) => [of, recipient, name, company, note, sentAt !== null]),
      [[inbox?.id, 'anna@example.com', 'Anna', 'Acme', 'All of 2025', true]],
    );
    const [listed] = (await backend.requests({ folder: { id: 'docs' } })).requests;
    assert.deepEqual([listed?.title, listed?.message, listed?.help, listed?.recipients.length], [made.title, made.message, made.help, 1]);
    assert.equal(asked('GET /inbox_recipients')[0]?.['inbox_id'], String(inbox?.id));
  });

  it('closes an inbox to which nobody could be invited', async (t) => {
    const { backend, state, knobs } = await stage(t);
    state.tree.makeFolder('docs', null);
    state.policy.bundle_recipient_blacklist_domains = ['rival.example'];
    const about = { folder: { id: 'docs' }, title: 'Papers', recipients: [email('a@rival.example')], operation: operation() };
    await assert.rejects(backend.request(about), { code: 'not-allowed' });
    assert.equal(state.behaviors.size, 0);
    assert.equal(knobs.seen(/^api DELETE \S*\/behaviors\/\d+/).length, 1);
  });

  it('lists inboxes alone, of the site or of what a user sees', async (t) => {
    const { backend, state, signedIn, asked } = await stage(t);
    const user = addUser(state, 'reader');
    for (const path of ['docs/inner', 'hidden']) state.tree.makeFolder(path, null);
    grant(state, user, 'docs', 'full');
    const rule = { name: '', description: '', recursive: true, disableParent: false };
    const set = (path: string, behavior: string, value: unknown) => {
      const id = state.number();
      state.behaviors.set(id, { id, path, behavior, value, ...rule });
    };
    set('docs/inner', 'inbox', { key: 'seen', title: 'Seen' });
    set('docs', 'file_expiration', 3);
    const all = await backend.requests({});
    assert.deepEqual(
      all.requests.map(({ title }) => title),
      ['Seen'],
    );
    assert.deepEqual(asked('GET /behaviors')[0]?.['filter'], { behavior: 'inbox' });
    const theirs = await (await signedIn('reader')).requests({});
    assert.deepEqual(
      theirs.requests.map(({ title }) => title),
      ['Seen'],
    );
    const [below] = asked('GET /behaviors/folders/{path}');
    assert.deepEqual([below?.['recursive'], below?.['filter']], ['true', { behavior: 'inbox' }]);
  });

  it('reads every page of every list', async (t) => {
    const { backend, state, owner, asked } = await stage(t);
    const many = 1001;
    await addFile(state, 'docs/a.txt', 'a');
    const { id } = await backend.send(draft());
    const numbers = Array.from({ length: many }, (_, index) => index);
    const rule = { name: '', description: '', recursive: true, disableParent: false };
    for (const number of numbers) {
      const [of, name, sentAt] = [Number(id), `Group ${String(number)}`, new Date()];
      const user = addUser(state, `user${String(number)}`);
      const group = state.number();
      state.groups.set(group, { id: group, name, notes: '', members: new Map() });
      state.shareGroups.set(group, { id: group, userId: null, name, notes: '', members: [] });
      state.bundleRecipients.push({ id: group, of, recipient: `${String(number)}@example.com`, name: '', company: '', note: '', sentAt });
      state.bundleDownloads.push({ bundleId: of, registration: undefined, path: 'docs/a.txt', createdAt: sentAt });
      state.requests.set(group, { id: group, path: 'docs', destination: name, userIds: [owner.id], groupIds: [], by: null });
      state.behaviors.set(user.id, { id: user.id, path: 'docs', behavior: 'inbox', value: { key: name, title: name }, ...rule });
      state.notifications.set(user.id, {
        id: user.id, path: 'docs', userId: user.id, groupId: null, sendInterval: 'daily', message: '', flags: {},
      }); // prettier-ignore
    }
    const all = state.number();
    const members = new Map([...state.users.keys()].map((user) => [user, { id: state.number(), admin: false }]));
    state.groups.set(all, { id: all, name: 'Everybody', notes: '', members });
    for (const number of numbers.slice(1)) {
      const bundle = state.bundles.get(Number(id));
      assert.ok(bundle);
      const other = state.number();
      state.bundles.set(other, { ...bundle, id: other, code: `code${String(number)}` });
    }
    const [inbox] = state.behaviors.keys();
    assert.ok(inbox);
    for (const number of numbers)
      state.inboxRecipients.push({
        id: number,
        of: inbox,
        recipient: `${String(number)}@example.com`,
        name: '',
        company: '',
        note: '',
        sentAt: null,
      });

    await backend.rules({ id: 'docs' });
    await backend.item({ id: 'docs' });
    assert.equal((await backend.recipients('Group 1000', {})).length, 2);
    assert.equal((await backend.delivery({ id })).recipients.length, many);
    const { deliveries, cursor } = await backend.deliveries({});
    assert.deepEqual([deliveries.length, cursor !== undefined], [20, true]);
    await backend.requests({});
    const ofFolder = await backend.requests({ folder: { id: 'docs' } });
    assert.equal(ofFolder.requests[0]?.recipients.length, many);
    const sent = await backend.send(draft({ recipients: [{ kind: 'group', id: `group-${String(all)}` }] }));
    assert.equal(sent.recipients[0]?.state, 'sent');
    assert.equal(state.mails.length, state.users.size);

    const byNumber = asked('GET /users').filter(({ ids }) => ids !== undefined);
    assert.deepEqual(
      byNumber.map((call) => typeof call['cursor']),
      ['undefined', 'string'],
    );
    for (const endpoint of LISTS) {
      const cursors = asked(endpoint).map((call) => [call['per_page'], typeof call['cursor'] === 'string']);
      assert.deepEqual([...new Set(cursors.map((each) => JSON.stringify(each)))].sort(), PAGES, endpoint);
    }
  });

  it('signs in with name, password and the code of a second factor, and out', async (t) => {
    const { state, service, asked } = await stage(t);
    addUser(state, 'careful', { otp: '246810' });
    const { sessionId } = await login('careful', CREDENTIALS.password, '246810', { url: service.url });
    assert.ok(state.sessions.has(sessionId));
    assert.deepEqual(asked('POST /sessions'), [{ username: 'careful', password: CREDENTIALS.password, otp: '246810' }]);
    await logout(sessionId, { url: service.url });
    assert.equal(state.sessions.size, 0);
    assert.equal(asked('DELETE /sessions').length, 1);
  });

  it('reads once who it is, and what the site demands', async (t) => {
    const { backend, asked } = await stage(t);
    for (let times = 0; times < 2; times += 1) await backend.capabilities({});
    assert.deepEqual(
      ['GET /api_key', 'GET /users/{id}', 'GET /site'].map((endpoint) => asked(endpoint).length),
      [1, 1, 1],
    );
  });
});

/** Lists that are read whole. */
const LISTS = [
  'GET /behaviors',
  'GET /behaviors/folders/{path}',
  'GET /bundles',
  'GET /bundle_recipients',
  'GET /bundle_downloads',
  'GET /groups',
  'GET /inbox_recipients',
  'GET /notifications',
  'GET /requests',
  'GET /requests/folders/{path}',
  'GET /share_groups',
];

/** A first page, and one by its cursor. */
const PAGES = ['["1000",false]', '["1000",true]'];
