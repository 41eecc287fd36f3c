import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, type Ask } from './asking.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { addFile, CREDENTIALS } from './seed.js';
import { writeDate } from './parameters.js';

let service: FilesCom;
let site: Ask;

beforeEach(async () => {
  service = await startFilesCom();
  site = asking(service, { key: CREDENTIALS.siteKey });
});

afterEach(() => service.close());

const as = (username: string): Promise<Ask> => askingAs(service, username, CREDENTIALS.password);

const idOf = (username: string): number => [...service.state.users.values()].find((user) => user.username === username)!.id;

describe('signing in', () => {
  it('answers errors in today’s body and header', async () => {
    const { status, headers, body, type } = await asking(service, { key: 'wrong' })('GET', '/folders');
    assert.equal(status, 401);
    assert.equal(type, 'not-authenticated/invalid-credentials');
    const { instance, ...rest } = body;
    assert.deepEqual(rest, {
      error: 'Invalid credentials.',
      'http-code': 401,
      title: 'Invalid Credentials',
      type: 'not-authenticated/invalid-credentials',
    });
    assert.match(String(instance), /^[0-9a-f-]{36}$/);
    assert.ok(headers.has('x-request-id'));
    assert.equal((await asking(service)('GET', '/folders')).type, 'not-authenticated/authentication-required');
  });

  it('lets a session win over a key, and ends it by time', async () => {
    const { body } = await asking(service)('POST', '/sessions', { username: 'READER', password: CREDENTIALS.password });
    const both = await fetch(`${service.url}/api/rest/v1/site`, {
      headers: { 'x-filesapi-auth': String(body['id']), 'x-filesapi-key': CREDENTIALS.siteKey },
    });
    assert.equal(((await both.json()) as { user: { username: string } }).user.username, 'reader');
    service.knobs.sessionLifetime = -1;
    assert.equal((await asking(service, { session: String(body['id']) })('GET', '/folders')).type, 'not-authenticated/invalid-session');
  });

  it('wants a second factor where there is one', async () => {
    const login = (body: Record<string, unknown>) => asking(service)('POST', '/sessions', body);
    const first = await login({ username: 'careful', password: CREDENTIALS.password });
    assert.deepEqual([first.status, first.type], [403, 'not-authorized/two-factor-authentication-required']);
    const { partial_session_id } = first.body['data'] as Record<string, string>;
    assert.equal((await login({ partial_session_id, otp: '000000' })).type, 'not-authenticated/one-time-password-incorrect');
    assert.equal((await login({ partial_session_id, otp: CREDENTIALS.otp })).status, 201);
    assert.equal((await login({ username: 'careful', password: CREDENTIALS.password, otp: CREDENTIALS.otp })).status, 201);
  });

  it('says where a user starts, and that a second factor must be set up before anything else', async () => {
    const login = (username: string) => asking(service)('POST', '/sessions', { username, password: CREDENTIALS.password });
    assert.equal((await login('guest')).body['root_path'], 'team');
    const fresh = await login('fresh');
    assert.equal(fresh.body['two_factor_setup_needed'], true);
    const ask = asking(service, { session: String(fresh.body['id']) });
    assert.equal((await ask('GET', '/folders')).type, 'not-authorized/two-factor-authentication-required');
    assert.equal((await ask('DELETE', '/sessions')).status, 204);
    assert.deepEqual(Object.keys((await login('reader')).body), ['id', 'language', 'read_only', 'sftp_insecure_ciphers']);
  });

  it('refuses who is locked out, disabled, or brings a key along', async () => {
    const reader = service.state.users.get(idOf('reader'))!;
    const login = () => asking(service)('POST', '/sessions', { username: 'reader', password: CREDENTIALS.password });
    reader.lockedOut = true;
    assert.equal((await login()).type, 'not-authenticated/locked-out');
    Object.assign(reader, { lockedOut: false, disabled: true });
    assert.equal((await login()).type, 'not-authenticated/invalid-username-or-password');
    assert.equal((await site('POST', '/sessions', {})).type, 'not-authorized/cannot-login-while-using-key');
  });
});

describe('keys', () => {
  it('reach what their kind allows', async () => {
    const type = async (key: string, path: string): Promise<unknown> => {
      const { status, type } = await asking(service, { key })('GET', path);
      return type ?? status;
    };
    assert.equal(await type(CREDENTIALS.desktopKey, '/bundles'), 200);
    assert.equal(await type(CREDENTIALS.desktopKey, '/users'), 'not-authorized/api-key-only-for-desktop-app');
    assert.equal(await type(CREDENTIALS.filesKey, '/folders/docs'), 200);
    assert.equal(await type(CREDENTIALS.filesKey, '/bundles'), 'not-authorized/full-permission-required');
    assert.equal(await type(CREDENTIALS.officeKey, '/folders/docs/reports'), 200);
    assert.equal(await type(CREDENTIALS.officeKey, '/folders/team'), 'not-authorized/api-key-is-path-restricted');
    const office = asking(service, { key: CREDENTIALS.officeKey });
    const moved = await office('POST', '/file_actions/move/docs/hello.txt', { destination: 'team/hello.txt' });
    assert.equal(moved.type, 'not-authorized/api-key-is-path-restricted');
  });

  it('say what they are, never their text', async () => {
    const { body } = await asking(service, { key: CREDENTIALS.filesKey })('GET', '/api_key');
    assert.deepEqual([body['permission_set'], body['user_id'], 'key' in body], ['files_only', idOf('editor'), false]);
    const [key] = [...service.state.keys.values()].filter((entry) => entry.key === CREDENTIALS.filesKey);
    key!.expiresAt = new Date(0);
    assert.equal((await asking(service, { key: CREDENTIALS.filesKey })('GET', '/api_key')).status, 401);
  });
});

describe('permissions', () => {
  it('are the union of what users and their groups were granted, as letters', async () => {
    const letters = async (username: string, path: string): Promise<unknown> =>
      (await (await as(username))('GET', `/file_actions/metadata/${path}`)).body['permissions'];
    assert.equal(await letters('owner', 'docs/hello.txt'), 'lrwd');
    assert.equal(await letters('editor', 'docs/hello.txt'), 'lrwd');
    assert.equal(await letters('reader', 'docs/hello.txt'), 'lr');
    assert.equal(await letters('watcher', 'pictures/dot.svg'), 'lp');
    assert.equal(await letters('reader', 'team'), undefined);
    const everyone = [...service.state.groups.values()].find(({ name }) => name === 'everyone')!;
    const made = await site('POST', '/permissions', { path: 'docs', group_id: everyone.id, permission: 'writeonly', recursive: true });
    assert.equal(made.status, 201);
    assert.equal(await letters('reader', 'docs/hello.txt'), 'lrw');
    const seen = await (await as('reader'))('GET', '/permissions?path=docs');
    assert.deepEqual(seen.list.map(({ permission }) => permission).sort(), ['readonly', 'writeonly']);
    assert.equal((await site('GET', `/users/${String(idOf('reader'))}/permissions?include_groups=true`)).list.length, 2);
    assert.equal((await site('DELETE', `/permissions/${String(made.body['id'])}`)).status, 204);
    assert.equal(await letters('reader', 'docs/hello.txt'), 'lr');
  });

  it('hold below their folder only when recursive', async () => {
    const granted = await site('POST', '/permissions', { path: 'docs', username: 'reader', permission: 'full', recursive: false });
    assert.deepEqual([granted.body['recursive'], granted.body['username']], [false, 'reader']);
    const reader = await as('reader');
    assert.equal((await reader('GET', '/file_actions/metadata/docs')).body['permissions'], 'lrwd');
    assert.equal((await reader('GET', '/file_actions/metadata/docs/reports')).body['permissions'], 'lr');
  });

  it('keep users from what they may not do', async () => {
    const [reader, writer, watcher] = [await as('reader'), await as('writer'), await as('watcher')];
    assert.equal((await reader('POST', '/folders/docs/new')).type, 'not-authorized/write-permission-required');
    assert.equal((await reader('DELETE', '/files/docs/hello.txt')).type, 'not-authorized/full-permission-required');
    assert.equal((await writer('GET', '/folders/docs')).status, 403);
    assert.equal((await writer('POST', '/files/drop/a.txt', { action: 'put' })).status, 200);
    assert.equal((await watcher('GET', '/files/pictures/dot.svg')).type, 'not-authorized/read-permission-required');
    const preview = (await watcher('GET', '/folders/pictures?with_previews=true')).list[0]?.['preview'] as { download_uri: string };
    assert.match(await (await fetch(preview.download_uri)).text(), /^<svg/);
    assert.equal(
      (await reader('POST', '/permissions', { path: 'docs', user_id: 1 })).type,
      'not-authorized/folder-admin-permission-required',
    );
  });

  it('show in lists only what may be seen, and the folders on the way to it', async () => {
    assert.deepEqual(
      (await (await as('reader'))('GET', '/folders')).list.map(({ path }) => path),
      ['docs'],
    );
    await addFile(service.state, 'hidden/deep/inner.txt', 'x');
    const id = service.state.number();
    service.state.permissions.set(id, {
      id,
      path: 'hidden/deep',
      userId: idOf('reader'),
      groupId: null,
      permission: 'readonly',
      recursive: true,
    });
    assert.deepEqual(
      (await (await as('reader'))('GET', '/folders')).list.map(({ path }) => path),
      ['docs', 'hidden'],
    );
    assert.deepEqual(
      (await (await as('reader'))('GET', '/folders/hidden')).list.map(({ path }) => path),
      ['hidden/deep'],
    );
  });
});

describe('locks', () => {
  it('keep others from changing a file, until they are opened or time is up', async () => {
    const [owner, editor] = [await as('owner'), await as('editor')];
    const lock = await owner('POST', '/locks/docs/hello.txt', { exclusive: true, timeout: 600 });
    assert.deepEqual([lock.status, lock.body['scope'], lock.body['depth'], lock.body['username']], [201, 'exclusive', '0', 'owner']);
    assert.equal((await editor('POST', '/locks/docs/hello.txt')).type, 'processing-failure/resource-locked');
    assert.equal((await editor('GET', '/file_actions/metadata/docs/hello.txt')).body['is_locked'], true);
    const type = async (method: string, path: string, body?: Record<string, unknown>): Promise<unknown> =>
      (await editor(method, path, body)).type;
    assert.equal(await type('POST', '/files/docs/hello.txt', { action: 'put' }), 'processing-failure/file-locked');
    assert.equal(await type('PATCH', '/files/docs/hello.txt', { priority_color: 'red' }), 'processing-failure/file-locked');
    assert.equal(await type('DELETE', '/files/docs/hello.txt'), 'processing-failure/file-locked');
    assert.equal(await type('POST', '/file_actions/move/docs/hello.txt', { destination: 'docs/x.txt' }), 'processing-failure/file-locked');
    assert.equal(await type('DELETE', '/files/docs', { recursive: true }), 'processing-failure/folder-locked');
    assert.equal((await owner('POST', '/files/docs/hello.txt', { action: 'put' })).status, 200);
    const token = { token: lock.body['token'] };
    assert.equal((await editor('DELETE', '/locks/docs/hello.txt', token)).type, 'not-authorized/cant-act-for-other-user');
    assert.equal((await owner('GET', '/locks/docs?include_children=true')).list.length, 1);
    assert.equal((await owner('DELETE', '/locks/docs/hello.txt', token)).status, 204);
    assert.equal((await owner('DELETE', '/locks/docs/hello.txt', token)).status, 404);
    await owner('POST', '/locks/docs', { exclusive: true, recursive: true, timeout: 0 });
    service.state.locks.forEach((entry) => (entry.createdAt = new Date(0)));
    assert.equal(await type('PATCH', '/files/docs/hello.txt', { priority_color: 'red' }), null);
  });
});

describe('people and the past', () => {
  it('tells administrators of users and groups, others of themselves', async () => {
    assert.deepEqual(
      (await site('GET', '/users?search=edit')).list.map(({ username, password }) => [username, password]),
      [['editor', undefined]],
    );
    const reader = await as('reader');
    assert.equal((await reader('GET', '/users')).type, 'not-authorized/site-admin-required');
    assert.equal((await reader('GET', `/users/${String(idOf('reader'))}`)).body['attachments_permission'], true);
    assert.equal((await reader('GET', `/users/${String(idOf('editor'))}`)).status, 403);
    assert.deepEqual(
      (await reader('GET', '/groups')).list.map(({ name }) => name),
      ['everyone'],
    );
    assert.deepEqual(
      (await reader('GET', '/user/groups')).list.map(({ name, admin }) => [name, admin]),
      [['everyone', false]],
    );
    assert.deepEqual(
      (await site('GET', '/groups?filter[name]=editors')).list.map(({ usernames }) => usernames),
      ['owner,editor'],
    );
    assert.equal((await site('GET', `/group_users?user_id=${String(idOf('editor'))}`)).list.length, 2);
    service.knobs.usersForAll = true;
    assert.equal((await reader('GET', '/users?per_page=3')).list.length, 3);
  });

  it('tells what was done to a file, newest first', async () => {
    const editor = await as('editor');
    await editor('GET', '/files/docs/hello.txt');
    await editor('POST', '/file_actions/move/docs/hello.txt', { destination: 'docs/moved.txt' });
    const { list } = await editor('GET', '/history/files/docs/moved.txt');
    assert.deepEqual(
      list.map(({ action, username, source }) => [action, username, source]),
      [['move', 'editor', 'docs/hello.txt']],
    );
    assert.deepEqual(
      (await editor('GET', '/history/files/docs/hello.txt')).list.map(({ action }) => action),
      ['move', 'read'],
    );
    assert.equal((await editor('GET', `/history/folders/docs?end_at=${writeDate(new Date(0))}`)).list.length, 0);
    assert.equal((await (await as('reader'))('GET', '/history/files/docs/moved.txt')).type, 'not-authorized/history-permission-required');
    assert.ok((await site('GET', '/history/login')).list.every(({ action }) => action === 'login'));
    assert.equal((await editor('GET', '/history')).status, 403);
  });
});
