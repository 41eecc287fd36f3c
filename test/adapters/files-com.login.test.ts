import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { filesCom, login, logout } from '../../src/adapters/files-com.js';
import { ROOT } from '../../src/backend/item.js';
import { operation } from '../contract/stage.js';
import { addFile, addUser, CREDENTIALS, grant } from '../services/files-com/seed.js';
import { site, type Site } from './files-com.ground.js';

let at: Site;

beforeEach(async () => {
  at = await site();
  await addFile(at.service.state, 'docs/a.txt', 'a');
});

afterEach(() => at.service.close());

describe('signing in at Files.com', () => {
  const signIn = (username: string, otp?: string): ReturnType<typeof login> =>
    login(username, CREDENTIALS.password, otp, { url: at.service.url });

  it('gives a session that begins in the folder of its user', async () => {
    const user = addUser(at.service.state, 'guest', { rootPath: 'docs' });
    grant(at.service.state, user, 'docs', 'full');
    await addFile(at.service.state, 'secret.txt', 'secret');
    const signedIn = await signIn('guest');
    assert.equal(signedIn.root, 'docs');
    const backend = filesCom({ url: at.service.url, ...signedIn });
    const { items, folder, ancestors } = await backend.list(ROOT, {});
    assert.deepEqual([folder.id, folder.name, ancestors], ['', '', []]);
    assert.deepEqual(
      items.map(({ id }) => id),
      ['a.txt'],
    );
    for (const id of ['../secret.txt', '/secret.txt', 'docs/a.txt']) await assert.rejects(backend.item({ id }), { code: 'not-found' });
  });

  it('shows nothing above that folder, in whatever is told of it', async () => {
    const { state } = at.service;
    const user = addUser(state, 'guest', { rootPath: 'docs', siteAdmin: true });
    await addFile(state, 'secret/b.txt', 'b');
    for (const path of ['docs', 'secret']) {
      const [behavior, request] = [state.number(), state.number()];
      const rule = { name: '', description: '', recursive: true, disableParent: false };
      state.behaviors.set(behavior, { id: behavior, path, behavior: 'inbox', value: { key: path, title: `Inbox of ${path}` }, ...rule });
      state.requests.set(request, { id: request, path, destination: `${path}.pdf`, userIds: [user.id], groupIds: [], by: null });
    }
    const whole = at.as({});
    const moved = await whole.move([{ id: 'secret/b.txt' }], { to: { id: 'docs' }, conflict: 'ask', operation: operation() });
    assert.ok(moved[0] && 'item' in moved[0]);
    await addFile(state, 'secret/c.txt', 'c');
    const items = [{ id: 'docs/b.txt' }, { id: 'secret/c.txt' }];
    const { id } = await whole.send({ items, recipients: [], operation: operation() });
    const backend = filesCom({ url: at.service.url, ...(await signIn('guest')) });
    assert.deepEqual((await backend.requests({})).requests.map(({ title }) => title).sort(), ['Inbox of docs', 'docs.pdf']); // prettier-ignore
    assert.deepEqual(
      (await backend.delivery({ id })).items?.map((item) => item.id),
      ['b.txt'],
    );
    const history = await backend.activity({ id: 'b.txt' });
    const arrival = history.find(({ action }) => action === 'moved');
    assert.deepEqual([arrival?.from, arrival?.to], [undefined, 'b.txt']);
    assert.ok(!JSON.stringify(history).includes('secret'));
  });

  it('tells that a second factor must be set up, before anything is tried', async () => {
    addUser(at.service.state, 'fresh', { twoFactorSetupNeeded: true });
    const { twoFactorSetupNeeded, sessionId } = await signIn('fresh');
    assert.equal(twoFactorSetupNeeded, true);
    await assert.rejects(at.as({ sessionId }).list(ROOT, {}), { code: 'unauthorized' });
    assert.equal((await signIn('owner')).twoFactorSetupNeeded, false);
  });

  it('wants the code of a second factor where there is one', async () => {
    addUser(at.service.state, 'careful', { otp: '246810' });
    await assert.rejects(signIn('careful'), { code: 'unauthorized', message: /second factor/ });
    await assert.rejects(signIn('careful', '000000'), { code: 'unauthorized' });
    assert.ok((await signIn('careful', '246810')).sessionId);
  });

  it('is over after signing out, twice is once', async () => {
    const { sessionId } = await signIn('owner');
    const backend = filesCom({ url: at.service.url, sessionId });
    assert.ok(await backend.list(ROOT, {}));
    await logout(sessionId, { url: at.service.url });
    await assert.rejects(backend.list(ROOT, {}), { code: 'unauthorized' });
    await logout(sessionId, { url: at.service.url });
  });

  it('refuses a wrong password, and says no word of it', async () => {
    const refused = login('owner', 'wrong-password', undefined, { url: at.service.url });
    await assert.rejects(refused, (error: Error) => {
      assert.match(JSON.stringify(error), /unauthorized/);
      assert.doesNotMatch(error.message + String(error.stack), /wrong-password/);
      return true;
    });
  });
});
