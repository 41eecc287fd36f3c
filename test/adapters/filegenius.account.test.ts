import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileGenius, type FileGeniusOptions } from '../../src/adapters/filegenius.js';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { addFile } from '../services/filegenius/seed.js';
import { member, site, type Site } from './filegenius.ground.js';

const OPTIONS: FileGeniusOptions = { brand: 'tuyu', baseUrl: 'https://acme.example', apiKey: 'key', secret: 's3cr3t' };

describe('options', () => {
  it('that no site could follow are refused, and none of them is quoted', () => {
    for (const wrong of [
      { brand: 'other' },
      { apiKey: '' },
      { secret: '' },
      { secret: undefined },
      { baseUrl: 'http://acme.example' },
      { maxFileSize: 0 },
    ])
      assert.throws(
        () => fileGenius({ ...OPTIONS, ...wrong } as FileGeniusOptions),
        (error: Error & { code?: string }) => error.code === 'invalid' && !error.message.includes('s3cr3t'),
      );
  });

  it('in a page there is none: it says where it belongs', () => {
    Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
    try {
      assert.throws(() => fileGenius(OPTIONS), { name: 'BackendError', code: 'unsupported', message: /for servers.*relay\(\)/ });
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
    assert.ok(fileGenius(OPTIONS));
  });
});

describe('an auth code', () => {
  let ground: Site;

  beforeEach(async () => {
    ground = await site();
    member(ground, 'anna', '/Anna/');
    member(ground, 'bob', '/Bob/');
  });
  afterEach(() => ground.service.close());

  /** A code that stands for a user. */
  const codeFor = (username: string, code: string): string => {
    const { state } = ground.service;
    const user = [...state.users.values()].find((one) => one.username === username);
    state.authCodes.set(code, { userId: user?.id ?? 0, since: Date.now() });
    return code;
  };
  const rootNames = async (backend: Backend): Promise<string[]> => (await backend.list(ROOT, {})).items.map(({ name }) => name);

  it('acts as another user, in reads and in writes', async () => {
    const anna = ground.as('owner', { authCode: codeFor('anna', 'code of anna & co') });
    assert.deepEqual(await rootNames(anna), ['Anna']);
    assert.deepEqual(await rootNames(ground.backend), ['Anna', 'Bob']);
    const made = await anna.createFolder({ id: '/Anna/' }, 'made', { conflict: 'ask' });
    assert.equal(made.owner, 'anna');
    await assert.rejects(anna.createFolder({ id: '/Bob/' }, 'made', { conflict: 'ask' }), { code: 'not-found' });
  });

  it('that has ended is unauthorized, and a function is asked for the one of now', async () => {
    codeFor('anna', 'first');
    let code = 'first';
    const fixed = ground.as('owner', { authCode: 'first' });
    const renewed = ground.as('owner', { authCode: () => Promise.resolve(code) });
    assert.deepEqual(await rootNames(renewed), ['Anna']);
    ground.service.state.authCodes.clear();
    for (const backend of [fixed, renewed]) await assert.rejects(backend.list(ROOT, {}), { code: 'unauthorized' });
    code = codeFor('anna', 'second');
    await assert.rejects(fixed.list(ROOT, {}), { code: 'unauthorized' });
    assert.deepEqual(await rootNames(renewed), ['Anna']);
  });

  const accountOf = async (backend: Backend): Promise<string> => (await backend.capabilities({})).account;

  it('is part of who the account is, as are the site and the key, and none of them can be read from it', async () => {
    const accounts = await Promise.all(
      [
        ground.backend,
        ground.as('anna'),
        ground.as('owner', { authCode: 'one' }),
        ground.as('owner', { authCode: 'two' }),
        ground.as('owner', { user: 'one' }),
        ground.as('owner', { baseUrl: 'https://acme.example' }),
      ].map(accountOf),
    );
    assert.equal(new Set(accounts).size, accounts.length);
    for (const account of accounts) assert.match(account, /^filegenius:[0-9a-f]{16}$/);
    const again = [
      ground.as('owner'),
      ground.as('anna'),
      ground.as('owner', { authCode: () => 'one' }),
      ground.as('owner', { authCode: () => Promise.resolve('two') }),
    ];
    assert.deepEqual(await Promise.all(again.map(accountOf)), accounts.slice(0, 4));
  });

  it('may change under a user who has a name, and the account stays', async () => {
    let code = codeFor('anna', 'first');
    const anna = ground.as('owner', { authCode: () => code, user: 'anna' });
    const account = await accountOf(anna);
    const opened = await anna.init({ name: 'a.txt', size: 0, type: '' }, { folder: { id: '/Anna/' }, conflict: 'ask' });
    assert.ok('ticket' in opened);
    ground.service.state.authCodes.clear();
    code = codeFor('anna', 'second');
    assert.equal(await accountOf(anna), account);
    assert.deepEqual(await anna.parts(opened.ticket), { parts: [] });
  });

  it("keeps one user's uploads and operations from another's, under one key and in one store", async () => {
    const store = memoryStore();
    const as = (username: string): Backend => ground.as('owner', { store, authCode: codeFor(username, `code of ${username}`) });
    const [anna, bob] = [as('anna'), as('bob')];
    const opened = await anna.init({ name: 'a.txt', size: 0, type: '' }, { folder: { id: '/Anna/' }, conflict: 'ask' });
    assert.ok('ticket' in opened);
    const calls = [bob.parts(opened.ticket), bob.complete(opened.ticket, [], {}), bob.abort(opened.ticket)];
    for (const call of calls) await assert.rejects(call, { code: 'forbidden' });
    const draft = { recipients: [{ kind: 'email' as const, email: 'c@example.org' }], operation: 'the same' };
    for (const [backend, path] of [
      [anna, 'Anna'],
      [bob, 'Bob'],
    ] as const) {
      const id = await addFile(ground.service.state, `${path}/sent.txt`, path);
      await backend.send({ ...draft, items: [{ id: `/${path}/${id}` }] });
    }
    assert.equal(ground.service.state.mails.length, 2);
  });
});
