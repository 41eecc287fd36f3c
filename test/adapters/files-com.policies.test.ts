import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { login } from '../../src/adapters/files-com.js';
import type { Backend } from '../../src/backend/backend.js';
import type { SendCapability } from '../../src/backend/capabilities.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { operation } from '../contract/stage.js';
import type { Grant, SitePolicy, User } from '../services/files-com/records.js';
import { addFile, addKey, addUser, CREDENTIALS, grant } from '../services/files-com/seed.js';
import { site, type Site } from './files-com.ground.js';

let at: Site;

beforeEach(async () => {
  at = await site();
  await addFile(at.service.state, 'docs/a.txt', 'a');
});

afterEach(() => at.service.close());

const policy = (changed: Partial<SitePolicy>): SitePolicy => Object.assign(at.service.state.policy, changed);

const sendOf = async (backend: Backend = at.backend): Promise<SendCapability> => {
  const { send } = await backend.capabilities({});
  assert.ok(send);
  return send;
};

const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [{ id: 'docs/a.txt' }],
  recipients: [],
  operation: operation(),
  ...over,
});

/** A user who was granted something on `docs`, and their backend. */
const granted = (permission: Grant, more: Partial<User> = {}): Backend => {
  const { state } = at.service;
  const user = addUser(state, 'granted', more);
  grant(state, user, 'docs', permission);
  addKey(state, 'key-of-the-granted-0123456789', { userId: user.id });
  return at.as({ apiKey: 'key-of-the-granted-0123456789' });
};

const REQUIRED: readonly [demand: Partial<SitePolicy>, option: keyof DeliveryDraft, draft: Partial<DeliveryDraft>][] = [
  [{ bundle_password_required: true }, 'password', { password: 'open sesame' }],
  [{ bundle_require_note: true }, 'note', { note: 'for the auditors' }],
  [{ bundle_require_registration: true }, 'requireLogin', { requireLogin: true }],
  [{ bundle_expiration: 14 }, 'expiryDays', { expiryDays: 14 }],
];

describe('what a site demands of share links', () => {
  it('is nothing where it demands nothing', async () => {
    const { required, link, expiry } = await sendOf();
    assert.deepEqual([required, link], [[], true]);
    assert.ok(expiry && expiry.never);
    assert.ok((await at.backend.send(draft())).link);
  });

  for (const [demand, option, given] of REQUIRED) {
    it(`is known before anybody is asked: ${option}`, async () => {
      policy(demand);
      assert.deepEqual((await sendOf()).required, [option]);
      const problems = await at.backend.check(draft());
      assert.deepEqual(
        problems.map((problem) => [problem.option, problem.effect]),
        [[option, 'refused']],
      );
      await assert.rejects(at.backend.send(draft()), { code: 'invalid', message: new RegExp(option) });
      assert.equal(at.service.state.bundles.size, 0);
      assert.deepEqual(await at.backend.check(draft(given)), []);
      assert.ok((await at.backend.send(draft(given))).link);
    });
  }

  it('limits the days', async () => {
    policy({ bundle_expiration: 10 });
    assert.deepEqual((await sendOf()).expiry, { days: [1, 3, 7, 10], default: 10, max: 10, never: false });
    for (const expiryDays of [11, null, 0]) await assert.rejects(at.backend.send(draft({ expiryDays })), { code: 'invalid' });
    const { id } = await at.backend.send(draft({ expiryDays: 10 }));
    await assert.rejects(at.backend.change({ id }, { expires: null }), { code: 'invalid' });
    await assert.rejects(at.backend.change({ id }, { expires: Date.now() + 30 * 86_400_000 }), { code: 'invalid' });
  });

  it('lets no password be taken away where there must be one', async () => {
    policy({ bundle_password_required: true });
    const { id } = await at.backend.send(draft({ password: 'open sesame' }));
    await assert.rejects(at.backend.change({ id }, { password: null }), { code: 'invalid' });
    assert.equal(at.service.state.bundles.get(Number(id))?.password, 'open sesame');
  });

  it('can be that there are recipients', async () => {
    policy({ bundle_require_share_recipient: true });
    assert.equal((await sendOf()).link, false);
    await assert.rejects(at.backend.send(draft()), { code: 'invalid', message: /without recipients/ });
    const { recipients } = await at.backend.send(draft({ recipients: [{ kind: 'email', email: 'anna@example.com' }] }));
    assert.deepEqual(
      recipients.map(({ state }) => state),
      ['sent'],
    );
  });

  it('can bar domains, and everybody else is written to', async () => {
    policy({ bundle_recipient_blacklist_domains: ['rival.example', 'Other.example'] });
    const recipients = ['a@Rival.example', 'b@other.example', 'c@example.com'].map((email) => ({ kind: 'email' as const, email }));
    const problems = await at.backend.check(draft({ recipients }));
    assert.deepEqual(
      problems.map(({ recipient }) => recipient?.email),
      ['a@Rival.example', 'b@other.example'],
    );
    await assert.rejects(at.backend.send(draft({ recipients })), { code: 'not-allowed' });
    const { id } = await at.backend.send(draft({ recipients: recipients.slice(2) }));
    const forwarded = at.backend.forward({ id }, { recipients: recipients.slice(0, 1), operation: operation() });
    await assert.rejects(forwarded, { code: 'not-allowed' });
    assert.deepEqual(
      at.service.state.mails.map(({ to }) => to),
      ['c@example.com'],
    );
  });

  it('is told of each recipient where only the service knows', async () => {
    policy({ bundle_recipient_blacklist_free_email_domains: true });
    const recipients = ['a@gmail.com', 'c@example.com'].map((email) => ({ kind: 'email' as const, email }));
    const sent = await at.backend.send(draft({ recipients }));
    assert.deepEqual(
      sent.recipients.map(({ state }) => state),
      ['dropped', 'sent'],
    );
  });

  it('leaves the last word to the service where a user may not read it', async () => {
    policy({ bundle_password_required: true });
    at.service.knobs.siteForAll = false;
    const backend = granted('full');
    assert.deepEqual((await sendOf(backend)).required, []);
    await assert.rejects(backend.send(draft()), { code: 'invalid' });
    assert.equal(at.service.state.bundles.size, 0);
  });

  it('is asked for once, and not for every look', async () => {
    for (let times = 0; times < 3; times += 1) await at.backend.capabilities({});
    assert.equal(at.service.knobs.seen(/^api GET \S*\/site/).length, 1);
  });
});

describe('who may send from Files.com', () => {
  const cannot = async (backend: Backend): Promise<void> => {
    const { send, check, deliveries, forward, revoke } = await backend.capabilities({});
    assert.deepEqual([send, check, deliveries, forward, revoke], [false, false, false, false, false]);
    assert.ok(!(await backend.item({ id: 'docs/a.txt' })).can.includes('send'));
    await assert.rejects(backend.send(draft()), { code: 'unsupported' });
  };

  it('is not who lacks the permission for attachments', () => cannot(granted('full', { attachmentsPermission: false })));

  it('is not who lacks it and has signed in, though they may look for no users', async () => {
    const { state } = at.service;
    const user = addUser(state, 'quiet', { attachmentsPermission: false });
    grant(state, user, 'docs', 'full');
    const session = await login('quiet', CREDENTIALS.password, undefined, { url: at.service.url });
    await cannot(at.as(session));
    assert.equal(at.service.knobs.seen(/^api GET \S*\/users/).length, 0);
  });

  it('is nobody where the site has turned sharing off', () => {
    policy({ sharing_enabled: false });
    return cannot(at.backend);
  });

  it('is no key that is for files only', () => {
    addKey(at.service.state, 'key-for-files-0123456789', { userId: at.owner.id, permissionSet: 'files_only' });
    return cannot(at.as({ apiKey: 'key-for-files-0123456789' }));
  });

  it('is who may read', async () => {
    const backend = granted('readonly');
    assert.ok((await backend.item({ id: 'docs/a.txt' })).can.includes('send'));
    assert.ok((await backend.send(draft())).link);
  });
});

const CAN: Partial<Record<Grant, [file: string, folder: string]>> = {
  full: [
    'download preview copy rename move remove describe lock send activity',
    'list upload createFolder copy rename move remove describe lock send activity',
  ],
  readonly: ['download preview copy send activity', 'list copy send activity'],
  previewonly: ['preview activity', 'list activity'],
  list: ['activity', 'list activity'],
};

describe('what is offered at Files.com', () => {
  for (const [permission, [file, folder]] of Object.entries(CAN)) {
    it(`follows the letters of an item: ${permission}`, async () => {
      const backend = granted(permission as Grant);
      assert.equal((await backend.item({ id: 'docs/a.txt' })).can.join(' '), file);
      assert.equal((await backend.item({ id: 'docs' })).can.join(' '), folder);
      const { upload, createFolder } = await backend.capabilities({ folder: { id: 'docs' } });
      assert.deepEqual([!!upload, createFolder], [permission === 'full', permission === 'full']);
    });
  }

  it('is a preview and no download to who may only look', async () => {
    await addFile(at.service.state, 'docs/dot.png', 'picture');
    const backend = granted('previewonly');
    const { items } = await backend.list({ id: 'docs' }, {});
    const picture = items.find(({ name }) => name === 'dot.png');
    assert.equal(await (await fetch(picture?.thumbnail ?? '')).text(), 'picture');
    await assert.rejects(backend.download([{ id: 'docs/dot.png' }]), { code: 'forbidden' });
  });
});
