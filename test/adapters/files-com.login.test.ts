import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { filesCom, login, logout } from '../../src/adapters/files-com.js';
import { ROOT } from '../../src/backend/item.js';
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
