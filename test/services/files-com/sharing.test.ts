import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, type Ask } from './asking.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { CREDENTIALS } from './seed.js';

let service: FilesCom;
let editor: Ask;
let site: Ask;

beforeEach(async () => {
  service = await startFilesCom();
  site = asking(service, { key: CREDENTIALS.siteKey });
  editor = await askingAs(service, 'editor', CREDENTIALS.password);
});

afterEach(() => service.close());

const idOf = (username: string): number => [...service.state.users.values()].find((user) => user.username === username)!.id;

const share = async (body: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const answer = await editor('POST', '/bundles', { paths: ['docs/hello.txt'], ...body });
  assert.equal(answer.status, 201, answer.type ?? '');
  return answer.body;
};

/** Fills in the form of a public page, and follows its cookie. */
const enter = async (url: string, fields: Record<string, string>): Promise<{ status: number; cookie: string }> => {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
};

/** The text of a page, and the link to a file on it. */
const open = async (url: string, cookie = ''): Promise<{ status: number; text: string; link: string | undefined }> => {
  const response = await fetch(url, { headers: { cookie } });
  const text = await response.text();
  const link = /href="([^"]+download[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  return { status: response.status, text, link: link && new URL(link, url).href };
};

describe('share links', () => {
  it('are opened with their password by people without an account, who download through them', async () => {
    const { url: link, id } = await share({ password: 'sesame', description: 'For <you>', require_registration: true });
    const url = String(link);
    await editor('POST', `/bundles/${String(id)}/share`, {
      recipients: [{ recipient: 'b@example.com', name: 'B', company: 'C' }],
      note: 'hi',
    });
    assert.deepEqual(
      service.state.mails.map(({ to, note, url }) => ({ to, note, url })),
      [{ to: 'b@example.com', note: 'hi', url }],
    );
    const closed = await open(url);
    assert.match(closed.text, /type="password"/);
    assert.equal(closed.link, undefined);
    assert.equal((await enter(url, { password: 'wrong', name: 'B', email: 'b@example.com' })).status, 403);
    assert.equal((await enter(url, { password: 'sesame' })).status, 403);
    const { status, cookie } = await enter(url, { password: 'sesame', name: 'B', email: 'b@example.com' });
    assert.equal(status, 303);
    const page = await open(url, cookie);
    assert.match(page.text, /For &lt;you&gt;/);
    assert.equal((await fetch(page.link!)).status, 403);
    assert.equal(await (await fetch(page.link!, { headers: { cookie } })).text(), 'hello, ferry');
    const [registration] = (await editor('GET', `/bundle_registrations?bundle_id=${String(id)}`)).list;
    assert.equal(registration?.['email'], 'b@example.com');
    assert.deepEqual(
      (await editor('GET', `/bundle_downloads?bundle_id=${String(id)}`)).list.map(({ path }) => path),
      ['docs/hello.txt'],
    );
    assert.equal((await editor('GET', `/bundle_recipients?bundle_id=${String(id)}&filter[has_registrations]=true`)).list.length, 1);
  });

  it('end by date, by use and by hand, and begin when they say', async () => {
    const { url, id } = await share({ max_uses: 1, code: 'once' });
    assert.equal(url, `${service.url}/f/once`);
    assert.equal((await open(url)).status, 200);
    assert.equal((await open(url)).status, 403);
    await editor('PATCH', `/bundles/${String(id)}`, { max_uses: 9, expires_at: '2001-01-01 01:00:00 UTC' });
    assert.equal((await open(url)).status, 404);
    await editor('PATCH', `/bundles/${String(id)}`, { expires_at: null, start_access_on_date: '2999-01-01T00:00:00Z' });
    assert.equal((await open(url)).status, 404);
    const changed = await editor('PATCH', `/bundles/${String(id)}`, { start_access_on_date: null, note: 'inside', max_uses: null });
    assert.deepEqual([changed.body['note'], (await open(url)).status], ['inside', 200]);
    assert.equal((await editor('DELETE', `/bundles/${String(id)}`)).status, 204);
    assert.equal((await open(url)).status, 404);
    await share({ code: 'twice' });
    assert.equal((await editor('POST', '/bundles', { paths: ['docs'], code: 'twice' })).type, 'processing-failure/invalid-bundle-code');
  });

  it('admit only recipients where they say so', async () => {
    const { url, id } = await share({ require_share_recipient: true });
    assert.equal((await enter(String(url), { email: 'b@example.com' })).status, 403);
    await editor('POST', `/bundles/${String(id)}/share`, { to: ['b@example.com'] });
    assert.equal((await enter(String(url), { email: 'B@example.com' })).status, 303);
  });

  it('take files where they may, and give none', async () => {
    const { url } = await share({ paths: ['docs'], permissions: 'write' });
    assert.equal((await open(String(url))).link, undefined);
    const form = new FormData();
    form.set('file', new Blob(['mine']), 'hello.txt');
    assert.equal((await fetch(`${String(url)}/upload`, { method: 'POST', body: form })).status, 200);
    assert.equal(Buffer.from(await service.state.bytes('docs/hello (1).txt')).toString(), 'mine');
    assert.equal(
      (await editor('POST', '/bundles', { paths: ['docs/hello.txt'], permissions: 'write' })).type,
      'processing-failure/model-save-error',
    );
  });

  it('are refused without paths, without a right, or to who may not share at all', async () => {
    assert.equal((await editor('POST', '/bundles', { paths: [] })).type, 'bad-request/request-params-required');
    assert.equal((await editor('POST', '/bundles', { paths: ['docs/none.txt'] })).type, 'not-found');
    assert.equal((await editor('POST', '/bundles', { paths: ['pictures'] })).type, 'not-authorized/bundle-permission-required');
    const quiet = await askingAs(service, 'quiet', CREDENTIALS.password);
    assert.equal((await quiet('POST', '/bundles', { paths: ['docs'] })).type, 'not-authorized/not-allowed-to-create-bundle');
    const { id } = await share();
    assert.equal((await quiet('GET', `/bundles/${String(id)}`)).status, 404);
    assert.equal((await quiet('GET', '/bundles')).list.length, 0);
  });

  it('go to all recipients or to none', async () => {
    const { id } = await share();
    const send = async (body: Record<string, unknown>): Promise<unknown> =>
      (await editor('POST', `/bundles/${String(id)}/share`, body)).type;
    assert.equal(await send({}), 'bad-request/request-params-required');
    assert.equal(await send({ to: ['a@example.com', 'nobody'] }), 'processing-failure/model-save-error');
    assert.equal(await send({ to: ['a@example.com', 'A@example.com'] }), 'rate-limited/duplicate-share-recipient');
    assert.equal(service.state.mails.length, 0);
    assert.equal(await send({ to: ['a@example.com'] }), null);
    assert.equal(
      await send({ recipients: [{ recipient: 'b@example.com' }, { recipient: 'a@example.com' }] }),
      'processing-failure/recipient-already-shared',
    );
    service.knobs.shareLimit = 1;
    assert.equal(await send({ to: ['b@example.com'] }), 'rate-limited/too-many-shares');
    assert.deepEqual(
      service.state.mails.map(({ to }) => to),
      ['a@example.com'],
    );
    const later = { bundle_id: id, recipient: 'c@example.com' };
    assert.deepEqual((await editor('POST', '/bundle_recipients', later)).body['sent_at'], null);
    assert.equal((await editor('POST', '/bundle_recipients', later)).type, 'processing-failure/recipient-already-shared');
  });

  it('obey the policy of the site, which everybody can read', async () => {
    Object.assign(service.state.policy, {
      bundle_password_required: true,
      bundle_require_note: true,
      bundle_require_registration: true,
      bundle_require_share_recipient: true,
      bundle_expiration: 7,
      bundle_recipient_blacklist_domains: ['example.org'],
      bundle_recipient_blacklist_free_email_domains: true,
    });
    const { body } = await editor('GET', '/site');
    assert.deepEqual([body['bundle_password_required'], body['bundle_expiration']], [true, 7]);
    assert.equal((body['user'] as Record<string, unknown>)['username'], 'editor');
    const full = { password: 'p', note: 'n', require_registration: true, require_share_recipient: true };
    for (const name of Object.keys(full)) {
      const { type, body } = await editor('POST', '/bundles', { paths: ['docs'], ...full, [name]: undefined });
      assert.deepEqual([type, Object.keys(body['model-errors'] as object)], ['processing-failure/model-save-error', [name]]);
    }
    const far = await editor('POST', '/bundles', { paths: ['docs'], ...full, expires_at: '2999-01-01T00:00:00Z' });
    assert.deepEqual(Object.keys(far.body['model-errors'] as object), ['expires_at']);
    const bundle = await share(full);
    const days = (Date.parse(String(bundle['expires_at'])) - Date.parse(String(bundle['created_at']))) / 86_400_000;
    assert.equal(Math.round(days), 7);
    for (const to of ['a@example.org', 'a@gmail.com']) {
      assert.equal(
        (await editor('POST', `/bundles/${String(bundle['id'])}/share`, { to: [to] })).type,
        'processing-failure/model-save-error',
      );
    }
    service.knobs.siteForAll = false;
    assert.equal((await editor('GET', '/site')).type, 'not-authorized/site-admin-required');
  });
});

describe('inboxes', () => {
  it('show their texts and take files from people without an account', async () => {
    const inbox = [...service.state.behaviors.values()].find(({ behavior }) => behavior === 'inbox')!;
    const sent = await site('POST', '/inbox_recipients', {
      inbox_id: inbox.id,
      recipient: 'b@example.com',
      note: 'please',
      share_after_create: true,
    });
    assert.equal(sent.status, 201);
    const [mail] = service.state.mails;
    assert.deepEqual([mail?.kind, mail?.note], ['inbox', 'please']);
    const page = await open(mail!.url);
    for (const text of ['Drop files here', 'Whatever you like.', 'Ask us.']) assert.ok(page.text.includes(text));
    const form = new FormData();
    form.set('name', 'B');
    form.set('email', 'b@example.com');
    form.append('file', new Blob(['one']), 'same.txt');
    form.append('file', new Blob(['two']), 'same.txt');
    assert.equal((await fetch(mail!.url, { method: 'POST', body: form })).status, 200);
    assert.equal(Buffer.from(await service.state.bytes('drop/same (1).txt')).toString(), 'two');
    const uploads = await site('GET', `/inbox_uploads?filter[folder_behavior_id]=${String(inbox.id)}`);
    assert.deepEqual(
      uploads.list.map(({ path }) => path),
      ['drop/same.txt', 'drop/same (1).txt'],
    );
    assert.equal((await site('GET', '/inbox_registrations')).list[0]?.['inbox_title'], 'Drop files here');
    assert.equal((await site('GET', `/inbox_recipients?inbox_id=${String(inbox.id)}`)).list[0]?.['recipient'], 'b@example.com');
    inbox.value = { key: 'drop', require_registration: true };
    assert.equal((await fetch(mail!.url, { method: 'POST', body: new FormData() })).status, 403);
    assert.equal((await editor('GET', `/inbox_recipients?inbox_id=${String(inbox.id)}`)).status, 403);
    assert.equal((await site('GET', '/inbox_recipients?inbox_id=1')).type, 'not-found/inbox-not-found');
  });
});

describe('requests', () => {
  it('ask users and groups for a file, who see what is asked of them', async () => {
    const [group] = [...service.state.groups.values()].filter(({ name }) => name === 'everyone');
    const asked = await editor('POST', '/requests', {
      path: 'docs',
      destination: 'report',
      user_ids: String(idOf('reader')),
      group_ids: [group!.id],
    });
    assert.deepEqual([asked.status, asked.body['destination'], asked.body['user_display_name']], [201, 'report', 'The editor']);
    assert.deepEqual(service.state.mails.map(({ to, kind }) => `${to} ${kind}`).sort(), [
      'editor@example.com request',
      'owner@example.com request',
      'reader@example.com request',
      'writer@example.com request',
    ]);
    const [reader, quiet] = [
      await askingAs(service, 'reader', CREDENTIALS.password),
      await askingAs(service, 'quiet', CREDENTIALS.password),
    ];
    assert.equal((await reader('GET', '/requests')).list.length, 1);
    assert.equal((await quiet('GET', '/requests')).list.length, 0);
    assert.equal((await site('GET', '/requests')).list.length, 1);
    assert.equal((await site('GET', '/requests?mine=true')).list.length, 0);
    assert.equal((await reader('GET', '/requests/folders/docs')).list.length, 1);
    assert.equal((await reader('GET', '/requests/folders/team')).list.length, 0);
    assert.equal((await reader('DELETE', `/requests/${String(asked.body['id'])}`)).status, 403);
    assert.equal((await editor('DELETE', `/requests/${String(asked.body['id'])}`)).status, 204);
  });
});

describe('notifications and share groups', () => {
  it('are kept for who made them', async () => {
    const made = await editor('POST', '/notifications', { path: 'docs', send_interval: 'daily', notify_on_copy: true });
    assert.deepEqual(
      [made.status, made.body['username'], made.body['notify_on_copy'], made.body['notify_on_upload']],
      [201, 'editor', true, true],
    );
    const id = String(made.body['id']);
    assert.equal(
      (await editor('POST', '/notifications', { path: 'docs', send_interval: 'never' })).type,
      'processing-failure/model-save-error',
    );
    assert.equal(
      (await editor('POST', '/notifications', { path: 'docs', user_id: idOf('reader') })).type,
      'not-authorized/cant-act-for-other-user',
    );
    assert.equal((await editor('PATCH', `/notifications/${id}`, { send_interval: 'hourly' })).body['send_interval'], 'hourly');
    assert.equal((await editor('GET', '/notifications?path=docs/reports&include_ancestors=true')).list.length, 1);
    assert.equal((await editor('GET', '/notifications?path=docs/reports')).list.length, 0);
    assert.equal((await (await askingAs(service, 'reader', CREDENTIALS.password))('GET', `/notifications/${id}`)).status, 404);
    assert.equal((await editor('DELETE', `/notifications/${id}`)).status, 204);
  });

  it('keep lists of people', async () => {
    const members = [{ name: 'B', company: 'C', email: 'b@example.com' }];
    const { body } = await editor('POST', '/share_groups', { name: 'Friends', members });
    assert.deepEqual(
      (await editor('GET', '/share_groups')).list.map(({ members }) => members),
      [members],
    );
    assert.equal((await editor('PATCH', `/share_groups/${String(body['id'])}`, { notes: 'n' })).body['notes'], 'n');
    assert.equal((await (await askingAs(service, 'reader', CREDENTIALS.password))('GET', '/share_groups')).list.length, 0);
    assert.equal((await editor('DELETE', `/share_groups/${String(body['id'])}`)).status, 204);
    assert.equal((await editor('GET', `/share_groups/${String(body['id'])}`)).status, 404);
  });
});
