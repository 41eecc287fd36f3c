import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FileGeniusOptions } from '../../src/adapters/filegenius.js';
import type { Backend } from '../../src/backend/backend.js';
import type { Delivery, DeliveryDraft, Recipient } from '../../src/backend/delivery.js';
import { addFile, addGroup, addUser, addWorkspace, grant } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import { FLAGS, type Group, type State, type User } from '../services/filegenius/state.js';
import { asked, site, type Site } from './filegenius.ground.js';

const DAY = 86_400_000;
const email = (address: string): Recipient => ({ kind: 'email', email: address });
const crowd = ['a', 'b', 'c'].map((name) => email(`${name}@example.org`));

let ground: Site;
let backend: Backend;
let state: State;
let anna: User;
let team: Group;
let items: { id: string }[];
let operations = 0;

/** A site with a workspace of two files and a folder, a user and a group with access to it, and a user without. */
const begin = async (brand: Brand, options: Partial<FileGeniusOptions> = {}): Promise<void> => {
  ground = await site(brand, options);
  ({ backend } = ground);
  ({ state } = ground.service);
  const workspace = addWorkspace(state, 'work');
  anna = addUser(state, 'anna', { organization: 'Acme' });
  team = addGroup(state, 'Team', [addUser(state, 'tim')]);
  grant(state, anna, workspace);
  grant(state, team, workspace, ['downloadFiles']);
  await addFile(state, 'work/docs/deep.txt', 'deep');
  items = [`/work/${await addFile(state, 'work/a.txt', 'a')}`, `/work/${await addFile(state, 'work/b.txt', 'b')}`, '/work/docs/'].map(
    (id) => ({ id }),
  );
};
afterEach(() => ground.service.close());

const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: items.slice(0, 1),
  recipients: [email('out@example.org')],
  operation: `operation ${(operations += 1)}`,
  ...over,
});
const send = (over: Partial<DeliveryDraft> = {}, by = backend): Promise<Delivery> => by.send(draft(over));
const mailed = (): string[] => state.mails.map(({ to }) => to);
const states = ({ recipients }: Delivery): string[] => recipients.map(({ state: is }) => is);

for (const brand of ['filegenius', 'tuyu'] as const satisfies Brand[])
  describe(`a delivery by ${brand}`, () => {
    beforeEach(() => begin(brand));

    it('goes to users, groups and outsiders, each by their own list', async () => {
      const recipients: Recipient[] = [
        { kind: 'user', id: String(anna.id) },
        { kind: 'group', id: String(team.id) },
        email('out@example.org'),
        email('two@example.org'),
      ];
      const delivery = await send({ recipients });
      assert.deepEqual(mailed(), ['anna@example.com', 'tim@example.com', 'out@example.org', 'two@example.org']);
      assert.deepEqual(
        delivery.recipients,
        recipients.map((recipient) => ({ recipient, state: 'accepted' })),
      );
    });

    it('carries its subject and its message', async () => {
      await send({ subject: 'Pläne & <b>', message: 'Line 1\nLine 2 + "more"' });
      const [mail] = state.mails;
      assert.deepEqual([mail?.subject, mail?.message], ['Pläne & <b>', 'Line 1\nLine 2 + "more"']);
    });

    it('carries several files and folders', async () => {
      const { items: sent } = await send({ items });
      assert.deepEqual(state.mails[0]?.names, ['a.txt', 'b.txt', 'docs']);
      assert.deepEqual(
        sent?.map(({ id }) => id),
        items.map(({ id }) => id),
      );
    });

    it('has links that end when they are told to, after 15 days, or never', async () => {
      for (const more of [{ expiryDays: 3 }, {}, { expiryDays: null }]) {
        const { expires } = await send(more);
        const [link] = [...state.links.values()].slice(-1);
        const [told, kept] = [expires, link?.expires?.getTime()].map((time) => time && Math.round((time - Date.now()) / DAY));
        assert.equal(told, kept);
        assert.equal(kept, 'expiryDays' in more ? (more.expiryDays ?? undefined) : 15);
      }
    });

    it('asks for a receipt of the first download', async () => {
      await send({ downloadReceipt: true });
      await send({ downloadReceipt: false });
      assert.deepEqual(
        [...state.links.values()].map(({ receiptTo }) => receiptTo),
        ['owner@example.com', undefined],
      );
    });

    it('that requires a login goes to no outsider, and says so', async () => {
      const delivery = await send({ requireLogin: true, recipients: [email('out@example.org'), { kind: 'user', id: String(anna.id) }] });
      assert.deepEqual(states(delivery), ['dropped', 'accepted']);
      assert.ok(delivery.recipients[0]?.reason);
      assert.deepEqual(mailed(), ['anna@example.com']);
      assert.ok([...state.links.values()].every(({ requireLogin }) => requireLogin));
    });

    it('writes to an address by the account that it belongs to, in either case', async () => {
      const delivery = await send({ requireLogin: true, recipients: [email('Anna@EXAMPLE.com')] });
      assert.deepEqual([states(delivery), mailed()], [['accepted'], ['anna@example.com']]);
    });

    it('claims nothing of those whom the service drops in silence', async () => {
      const stranger = await addFile(state, 'work/c.txt', '');
      const recipients: Recipient[] = [
        { kind: 'user', id: String(ground.stranger.id) },
        { kind: 'group', id: String(addGroup(state, 'Others', []).id) },
        { kind: 'user', id: '77' },
        { kind: 'group', id: String(anna.id) },
        { kind: 'user', id: String(anna.id) },
      ];
      const whole = { items: [{ id: `/work/${stranger}` }], recipients };
      const delivery = await send(whole);
      assert.deepEqual(states(delivery), ['dropped', 'dropped', 'dropped', 'dropped', 'accepted']);
      assert.ok(delivery.recipients.every(({ state: is, reason }) => is !== 'dropped' || reason));
      assert.deepEqual(mailed(), ['anna@example.com']);
      assert.deepEqual(
        (await backend.check(draft(whole))).map(({ recipient, effect }) => [recipient, effect]),
        recipients.slice(0, 4).map((recipient) => [recipient, 'dropped']),
      );
      assert.equal(mailed().length, 1);
    });

    it('whose recipients are all dropped is not even asked for', async () => {
      const delivery = await send({ requireLogin: true, recipients: [email('out@example.org'), { kind: 'user', id: '77' }] });
      assert.deepEqual(states(delivery), ['dropped', 'dropped']);
      assert.deepEqual(asked(ground, 'file_send'), []);
    });

    it('goes to no outsider from where the sender may write to none', async () => {
      const sender = addUser(state, 'sender');
      grant(state, sender, state.makeFolder('/work/'), ['sendFiles']);
      const delivery = await send({ recipients: [email('anna@example.com'), email('out@example.org')] }, ground.as('sender'));
      assert.deepEqual([states(delivery), mailed()], [['accepted', 'dropped'], ['anna@example.com']]);
    });

    it('goes only to those with access to everything in it', async () => {
      const inside = addUser(state, 'inside');
      grant(state, inside, state.makeFolder('/work/docs/'));
      const to = { recipients: [{ kind: 'user' as const, id: String(inside.id) }] };
      assert.deepEqual(states(await send({ ...to, items: items.slice(2) })), ['accepted']);
      assert.deepEqual(states(await send({ ...to, items })), ['dropped']);
      assert.deepEqual(mailed(), ['inside@example.com']);
    });

    it('to users whose access the service does not tell is unknown, and claims nothing', async () => {
      ground.service.knobs.withoutCalls.add(brand === 'tuyu' ? 'users_location_access' : 'user_location_access');
      const recipients: Recipient[] = [
        { kind: 'user', id: String(ground.stranger.id) },
        { kind: 'user', id: String(anna.id) },
      ];
      for (const errors of ['in-200', 'with-status'] as const) {
        ground.service.knobs.errors = errors;
        assert.deepEqual(states(await send({ recipients })), ['unknown', 'unknown']);
      }
      assert.deepEqual(mailed(), ['anna@example.com', 'anna@example.com']);
    });

    it('is of one workspace, and of what may be sent', async () => {
      const other = await addFile(state, 'other/d.txt', '');
      const apart = [...items.slice(0, 1), { id: `/other/${other}` }];
      await assert.rejects(send({ items: apart }), { code: 'invalid', message: /one workspace/ });
      grant(
        state,
        addUser(state, 'reader'),
        state.makeFolder('/work/'),
        FLAGS.filter((flag) => flag !== 'sendFiles'),
      );
      await assert.rejects(send({}, ground.as('reader')), { code: 'forbidden' });
      await assert.rejects(send({ items: [{ id: '/work/99' }] }), { code: 'not-found' });
      assert.deepEqual([mailed(), asked(ground, 'file_send')], [[], []]);
    });

    it('is asked for once for each operation, and again answers the same', async () => {
      const whole = draft();
      const first = await backend.send(whole);
      assert.deepEqual(await backend.send(whole), first);
      assert.equal(mailed().length, 1);
    });

    it('whose answer is lost, cut off or no answer at all is not done again', async () => {
      const { knobs } = ground.service;
      for (const disturb of [
        () => knobs.next(/file_send/, 'lost-answer'),
        () => knobs.next(/file_send/, 'cut-answer'),
        () => knobs.spoil(/file_send/, 'html'),
        () => knobs.spoil(/file_send/, 'truncated'),
        () => knobs.spoil(/file_send/, 'empty'),
      ]) {
        state.mails.length = 0;
        disturb();
        const whole = draft();
        await assert.rejects(backend.send(whole), (error: { code: string }) => /^(offline|server)$/.test(error.code));
        await assert.rejects(backend.send(whole), { code: 'unknown-outcome' });
        assert.equal(mailed().length, 1);
      }
    });

    it('that the service refuses, in either style, may be tried again', async () => {
      const { knobs } = ground.service;
      for (const errors of ['in-200', 'with-status'] as const) {
        Object.assign(knobs, { errors }).withoutCalls.add('file_send');
        const whole = draft();
        await assert.rejects(backend.send(whole), (error: { code: string }) => /^not-(allowed|found)$/.test(error.code));
        knobs.withoutCalls.clear();
        assert.deepEqual(states(await backend.send(whole)), ['accepted']);
      }
    });

    it('is suggested users and groups apart, with name and company', async () => {
      assert.deepEqual(await backend.recipients('ANNA', { folder: { id: '/work/' } }), [
        { kind: 'user', id: String(anna.id), name: 'The anna', email: 'anna@example.com', company: 'Acme' },
      ]);
      assert.deepEqual(await backend.recipients('team', { folder: { id: '/work/' } }), [
        { kind: 'group', id: String(team.id), name: 'Team' },
      ]);
      assert.deepEqual(await backend.recipients('anna', {}), [], 'who has no access there is not suggested');
      assert.deepEqual(await backend.recipients('nobody has this name', {}), []);
      const [line] = asked(ground, brand === 'tuyu' ? 'users_location_access' : 'user_location_access');
      assert.match(line ?? '', /path=(\/|%2F)work(\/|%2F)&timestamp=\d+&type=all&/);
    });
  });

describe('bcc', () => {
  it('hides recipients from each other at FileGenius, and only where it is wanted', async () => {
    await begin('filegenius');
    for (const bcc of [true, false]) await send({ bcc, recipients: crowd.slice(0, 2) });
    assert.deepEqual(
      state.mails.map(({ others }) => others.length),
      [0, 0, 1, 1],
    );
  });

  it('is none of Tuyu’s', async () => {
    await begin('tuyu');
    await assert.rejects(send({ bcc: true }), { code: 'unsupported' });
    assert.deepEqual(mailed(), []);
  });
});

describe('several files, or a folder, to three or more outsiders', () => {
  it('go at FileGenius as everything does', async () => {
    await begin('filegenius');
    await send({ items, recipients: crowd });
    assert.equal(mailed().length, 3);
  });

  it('are refused at Tuyu without a preparation, with words that say what would work', async () => {
    await begin('tuyu');
    for (const several of [items.slice(0, 2), items.slice(2)]) {
      await assert.rejects(send({ items: several, recipients: crowd }), { code: 'not-allowed', message: /at most 2 people .*ZIP/ });
      assert.deepEqual(
        (await backend.check(draft({ items: several, recipients: crowd }))).map(({ option, effect }) => [option, effect]),
        [['recipients', 'refused']],
      );
    }
    assert.deepEqual([asked(ground, 'file_send'), asked(ground, 'send_files_prep')], [[], []]);
    await send({ items, recipients: crowd.slice(0, 2) });
    await send({ recipients: crowd });
    await send({ items, recipients: [...crowd.slice(0, 2), { kind: 'user', id: String(anna.id) }] });
    assert.equal(mailed().length, 8);
  });

  it('are prepared at Tuyu where that is switched on, whatever the id is called', async () => {
    for (const preparationField of ['file_preparation_id', 'filePreparationId', 'id']) {
      await begin('tuyu', { preparation: true });
      ground.service.knobs.preparationField = preparationField;
      await send({ items, recipients: crowd });
      await send({ items: items.slice(2), recipients: crowd });
      assert.deepEqual([mailed().length, state.preparations.size], [6, 0], 'each id was used, for its own files');
      await send({ recipients: crowd });
      assert.equal(asked(ground, 'send_files_prep').length, 2, 'one file needs none');
      await ground.service.close();
    }
  });

  it('whose preparation fails are not sent, and may be tried again', async () => {
    await begin('tuyu', { preparation: true });
    const whole = draft({ items, recipients: crowd });
    for (const fault of ['error', 'lost-answer'] as const) {
      ground.service.knobs.next(/send_files_prep/, fault);
      await assert.rejects(backend.send(whole), (error: { code: string }) => /^(offline|server)$/.test(error.code));
    }
    assert.deepEqual(asked(ground, 'file_send'), []);
    await backend.send(whole);
    assert.equal(mailed().length, 3);
  });
});

describe('a link', () => {
  it('is made at Tuyu to one file, opens it for everybody, and lives as long as was wanted', async () => {
    await begin('tuyu');
    for (const expiryDays of [null, 3, 15]) {
      const { link, recipients, expires } = await send({ recipients: [], expiryDays });
      assert.deepEqual(recipients, []);
      assert.equal(await (await fetch(link ?? '')).text(), 'a');
      const [made] = [...state.links.values()].slice(-1);
      assert.equal(made?.expires && Math.round((made.expires.getTime() - Date.now()) / DAY), expiryDays);
      assert.equal(expires && Math.round((expires - Date.now()) / DAY), expiryDays ?? undefined);
    }
    await assert.rejects(send({ recipients: [], items: items.slice(2) }), { code: 'invalid' });
    assert.deepEqual(mailed(), []);
  });

  it('is none of FileGenius’', async () => {
    await begin('filegenius');
    await assert.rejects(send({ recipients: [] }), { code: 'invalid' });
  });
});
