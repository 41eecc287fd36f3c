import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { filemail, signIn, signOut } from '../../src/adapters/filemail.js';
import { ROOT } from '../../src/backend/item.js';
import type { Store } from '../../src/backend/store.js';
import { memoryStore } from '../../src/relay/store.js';
import { rejects } from '../contract/witness.js';
import { wire } from '../relay/wire.js';
import { addUser, CREDENTIALS } from '../services/filemail/seed.js';
import { deliver, lastTransfer, site, type Site } from './filemail.ground.js';

let ground: Site;

beforeEach(async () => {
  ground = await site();
});

afterEach(() => ground.service.close());

const MEMBER = { email: 'member@example.com', password: CREDENTIALS.password };
const place = () => ({ apiKey: CREDENTIALS.ownerKey, baseUrl: ground.service.url });
const expire = () => {
  for (const login of ground.service.state.logins.values()) login.expires = 0;
};
const logins = () => ground.service.knobs.seen(/^api POST \/auth\/login$/).length;
const refreshes = () => ground.service.knobs.seen(/^api POST \/auth\/refreshtoken$/).length;
const nobody = async <T>(call: Promise<T>) => rejects(call, 'unauthorized');

describe('a session at Filemail', () => {
  it('is that of the key alone, of a login token, or of an address and a password', async () => {
    const { backend, as } = ground;
    const tokens = await signIn(place(), MEMBER);
    for (const [who, one] of [
      ['owner@example.com', backend],
      ['member@example.com', as(tokens)],
      ['member@example.com', as(MEMBER)],
    ] as const) {
      assert.equal((await one.capabilities({})).account, who);
      await deliver(one, { 'a.txt': 'a' });
      const sender = ground.service.state.users.get(lastTransfer(ground.service).userId ?? '');
      assert.equal(sender?.email, who);
    }
    assert.equal(logins(), 2);
  });

  it('ends when it is signed out, with its refresh token, and a second time without a word', async () => {
    const tokens = await signIn(place(), MEMBER);
    await signOut(place(), tokens);
    await signOut(place(), tokens);
    await nobody(ground.as(tokens).list(ROOT, {}));
    await assert.rejects(signIn(place(), { ...MEMBER, password: 'wrong' }), { code: 'unauthorized' });
    addUser(ground.service.state, 'careful', 'careful-key', { twoFactor: true });
    await assert.rejects(signIn(place(), { ...MEMBER, email: 'careful@example.com' }), { code: 'unauthorized', message: /second factor/ });
  });

  it('that has expired is renewed once by two relays, for 50 calls at once', async () => {
    const store = memoryStore();
    const tokens = await signIn(place(), MEMBER);
    const relays = await Promise.all(
      [1, 2].map(() => wire({ backends: { files: filemail({ ...place(), ...tokens, store }) }, store: memoryStore() })),
    );
    try {
      const pages = relays.map((one) => one.as('anna'));
      await Promise.all(pages.map((page) => page.deliveries({})));
      for (let round = 1; round <= 2; round += 1) {
        expire();
        const calls = Array.from({ length: 25 }, () => pages.map((page) => page.deliveries({}))).flat();
        assert.deepEqual(new Set((await Promise.all(calls)).map(({ deliveries }) => deliveries.length)), new Set([0]));
        assert.equal(calls.length, 50);
        assert.equal(refreshes(), round);
      }
      assert.equal(logins(), 1);
      // a relay that starts now finds the session that the others made
      assert.equal((await filemail({ ...place(), ...tokens, store }).capabilities({})).account, 'member@example.com');
      assert.equal(refreshes(), 2);
    } finally {
      await Promise.all(relays.map((one) => one.close()));
    }
  });

  it('without a refresh token, or with one that was used, ends with words that say so', async () => {
    const { as } = ground;
    const tokens = await signIn(place(), MEMBER);
    expire();
    await nobody(as({ loginToken: tokens.loginToken }).list(ROOT, {}));
    const backend = as(tokens);
    await backend.list(ROOT, {});
    // another store knows nothing of the renewal, and the token is spent
    await nobody(as(tokens).list(ROOT, {}));
    for (const login of ground.service.state.logins.values()) Object.assign(login, { expires: 0, refreshExpires: 0 });
    await nobody(backend.list(ROOT, {}));
  });

  it('of an address and a password begins anew when its refresh token is spent, or the answer to it was lost', async () => {
    const { as, service } = ground;
    const backend = as(MEMBER);
    await backend.list(ROOT, {});
    for (const login of service.state.logins.values()) Object.assign(login, { expires: 0, refreshExpires: 0 });
    await backend.list(ROOT, {});
    assert.deepEqual([logins(), refreshes()], [2, 1]);
    expire();
    service.knobs.next(/^api POST \/auth\/refreshtoken$/, 'lost-answer');
    await rejects(backend.list(ROOT, {}), 'offline');
    await backend.list(ROOT, {});
    assert.deepEqual([logins(), refreshes()], [3, 3]);
  });

  it('is never told to a store under a name that gives it away', async () => {
    const names: string[] = [];
    const kept = memoryStore();
    const store: Store = { ...kept, set: (key, ...rest) => (names.push(key), kept.set(key, ...rest)) };
    const tokens = await signIn(place(), MEMBER);
    expire();
    const backend = ground.as({ ...tokens, store });
    await deliver(backend, { 'a.txt': 'a' });
    assert.ok(names.some((name) => name.startsWith('filemail-session:')));
    for (const secret of [tokens.loginToken, tokens.refreshToken ?? '', CREDENTIALS.ownerKey, lastTransfer(ground.service).key])
      assert.ok(secret !== '' && !names.some((name) => name.includes(secret)));
  });

  it('cannot help a key that is wrong', async () => {
    const { as, service } = ground;
    await nobody(as({ apiKey: 'wrong' }).list(ROOT, {}));
    await nobody(as({ ...MEMBER, apiKey: 'wrong' }).capabilities({}));
    const tokens = await signIn(place(), MEMBER);
    const backend = as({ ...tokens, apiKey: 'wrong' });
    await nobody(backend.list(ROOT, {}));
    assert.equal(refreshes(), 0);
    service.knobs.dailyQuota = 0;
    await rejects(ground.backend.list(ROOT, {}), 'rate-limited');
  });
});
