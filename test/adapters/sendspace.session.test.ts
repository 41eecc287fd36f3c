import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { register, signIn, signOut } from '../../src/adapters/sendspace.js';
import { ROOT } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { put } from '../contract/bytes.js';
import { operation } from '../contract/stage.js';
import { rejects } from '../contract/witness.js';
import { ticketOf, wire } from '../relay/wire.js';
import { METHODS, type MethodName } from '../services/sendspace/documentation.js';
import { addFile, CREDENTIALS } from '../services/sendspace/seed.js';
import { ground, type Ground } from './sendspace.ground.js';

let here: Ground;

beforeEach(async () => {
  here = await ground();
});

afterEach(() => here.service.close());

/** The calls of one method that the service saw, in order. */
const seen = (method: MethodName): Readonly<Record<string, string>>[] =>
  here.service.state.calls.filter((call) => call.method.toLowerCase() === method.toLowerCase()).map((call) => call.arguments);

const place = () => ({ apiKey: CREDENTIALS.apiKey, baseUrl: here.service.url, website: here.service.siteUrl });
const person = () => ({ email: here.owner.email, password: CREDENTIALS.password });

describe('a session at sendspace', () => {
  it('begins with a token, and the password only as its digest', async () => {
    await here.as({ application: 'ferry-test' }).list(ROOT, {});
    assert.deepEqual(seen('auth.createToken'), [
      { api_key: CREDENTIALS.apiKey, api_version: '1.2', app_version: 'ferry-test', response_format: 'XML' },
    ]);
    const [login = {}] = seen('auth.login');
    assert.equal(login['user_name'], here.owner.email);
    assert.match(login['tokened_password'] ?? '', /^[0-9a-f]{32}$/);
    assert.match(login['token'] ?? '', /^[0-9a-z]{32}$/);
    assert.ok(!JSON.stringify(here.service.state.calls).includes(CREDENTIALS.password));
    assert.ok(
      here.service.knobs.requests.every(({ path }) => path === '/rest/'),
      'no secret stands in a URL',
    );
  });

  it('goes with every method of an account', async () => {
    const { backend, service, owner } = here;
    const [folder, target] = [
      await backend.createFolder(ROOT, 'folder', { conflict: 'ask' }),
      await backend.createFolder(ROOT, 'target', { conflict: 'ask' }),
    ];
    const { ticket } = await ticketOf(backend.init({ name: 'a.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }));
    const sent = await put(backend, ticket, { number: 1, start: 0, end: 1 }, new Uint8Array(1));
    const completed = await backend.complete(ticket, [sent.uploaded], {});
    assert.ok('item' in completed);
    const file = completed.item;
    const recipients = [{ kind: 'email' as const, email: 'one@example.com' }];
    await backend.describe(folder, { shared: true });
    await backend.send({ items: [file, folder], recipients, operation: operation() });
    await backend.download([file]);
    await backend.move([file, folder], { to: target, conflict: 'ask', operation: operation() });
    await backend.contacts.add({ email: 'a@example.com', name: 'A' });
    await backend.contacts.update({ id: 'a@example.com' }, { name: 'B' });
    await backend.recipients('', {});
    await backend.contacts.remove({ id: 'a@example.com' });
    await backend.quota();
    await backend.remove([file, folder], { recursive: true });
    await here.as({ publicFolders: [`${service.siteUrl}/folder/${target.id.slice('folder/'.length)}`] }).list(ROOT, {});
    const { session } = await signIn(place(), person());
    await signOut(place(), { session });
    const wanted = (Object.keys(METHODS) as MethodName[]).filter((name) => (METHODS[name] as readonly string[]).includes('session_key'));
    assert.equal(wanted.length, 22);
    for (const method of wanted) {
      const keys = seen(method).map(({ session_key }) => session_key);
      assert.ok(keys.length > 0, `${method} was never called`);
      assert.ok(
        keys.every((key) => key !== undefined && /^[0-9a-z]{32}$/.test(key)),
        method,
      );
    }
    assert.equal(seen('auth.logout')[0]?.['session_key'], session);
    assert.equal(service.state.used(owner), 0);
  });

  for (const code of [5, 6, 7] as const)
    it(`that is told dead with code ${String(code)} is renewed, and the person does not notice`, async () => {
      const { backend, service } = here;
      await backend.createFolder(ROOT, 'before', { conflict: 'ask' });
      service.knobs.deadSession = code;
      service.state.pass(30 * 60 + 1);
      await backend.createFolder(ROOT, 'after', { conflict: 'ask' });
      assert.deepEqual(
        (await backend.list(ROOT, {})).items.map(({ name }) => name),
        ['after', 'before'],
      );
      assert.equal(seen('auth.login').length, 2);
      service.state.pass(30 * 60 + 1);
      assert.ok((await backend.quota()).storageLeft, 'a session that checkSession calls expired is renewed too');
      assert.equal(seen('auth.login').length, 3);
    });

  it('of the host app ends with it', async () => {
    const { service } = here;
    const session = await signIn(place(), person());
    assert.deepEqual([session.email, session.membership, session.canUpload], [here.owner.email, 'max', true]);
    for (const given of [session, session.session]) {
      const backend = here.as({ session: given });
      await backend.createFolder(ROOT, 'mine', { conflict: 'skip' });
    }
    const accounts = [session, session.session].map((given) => here.as({ session: given }).capabilities({}));
    const [whole, bare, named] = (await Promise.all([...accounts, here.backend.capabilities({})])).map(({ account }) => account);
    assert.equal(whole, named, 'one account has one name');
    assert.notEqual(bare, whole);
    const logins = seen('auth.login').length;
    service.state.pass(30 * 60 + 1);
    await rejects(here.as({ session }).list(ROOT, {}), 'unauthorized');
    assert.equal(seen('auth.login').length, logins);
    await signOut(place(), session);
    await signOut(place(), { session: 'x'.repeat(32) });
  });

  it('is refused to a wrong key, a wrong password, and one too many', async () => {
    const { service } = here;
    await rejects(here.as({ apiKey: 'none' }).list(ROOT, {}), 'unauthorized');
    await rejects(here.as({ password: 'wrong' }).list(ROOT, {}), 'unauthorized');
    await rejects(here.as({ email: 'nobody@example.com' }).list(ROOT, {}), 'unauthorized');
    service.knobs.apiVersions = ['2.0'];
    await rejects(here.backend.list(ROOT, {}), 'unsupported');
    service.knobs.apiVersions = ['1.2'];
    service.knobs.maxSessions = 0;
    await rejects(here.backend.list(ROOT, {}), 'rate-limited');
    service.knobs.maxSessions = 1;
    await here.backend.list(ROOT, {});
  });

  it('decides what the account can do', async () => {
    const { owner } = here;
    const all = await here.backend.capabilities({});
    assert.ok(all.upload && all.list && all.describe && all.move && all.remove && all.download && all.contacts && all.send);
    const without = async (...names: (keyof typeof owner.capable)[]) => {
      for (const name of names) owner.capable[name] = false;
      const can = await here.as({}).capabilities({});
      for (const name of names) owner.capable[name] = true;
      return can;
    };
    assert.equal((await without('upload')).upload, false);
    assert.equal((await without('download')).download, false);
    const folders = await without('folders');
    assert.deepEqual([folders.list, folders.createFolder, folders.move, folders.upload], [false, false, false, false]);
    const files = await without('files');
    assert.deepEqual([files.describe, files.rename, files.remove, files.send, files.download], [false, false, false, false, false]);
    const book = await without('addressbook');
    assert.deepEqual([book.recipients, book.contacts], [false, false]);
  });

  it('tells what is left, and nothing where there is no end', async () => {
    const { owner, backend, service } = here;
    Object.assign(owner, { diskSpace: 1000, bandwidthLeft: 77 });
    await addFile(service.state, owner, 'a', 'x'.repeat(100));
    assert.deepEqual(await backend.quota(), { storageLeft: 900, bandwidthLeft: 77 });
    Object.assign(owner, { diskSpace: -1, bandwidthLeft: -1 });
    assert.deepEqual(await backend.quota(), {});
  });
});

describe('an account at sendspace', () => {
  it('is made, and works once its owner has followed the link', async () => {
    const { state } = here.service;
    await register(place(), { fullName: 'Jane Doe', email: 'jane@example.com', password: 'secret' });
    assert.deepEqual(seen('auth.register'), [
      { api_key: CREDENTIALS.apiKey, full_name: 'Jane Doe', email: 'jane@example.com', password: 'secret' },
    ]);
    await rejects(signIn(place(), { email: 'jane@example.com', password: 'secret' }), 'forbidden');
    await fetch(state.mails[0]?.links[0] ?? '');
    assert.equal((await signIn(place(), { email: 'jane@example.com', password: 'secret' })).email, 'jane@example.com');
    await register(place(), { fullName: 'John Doe', email: 'john@example.com' });
    assert.equal(seen('auth.register')[1]?.['password'], '');
  });

  it('is refused where something is wrong with it', async () => {
    const whole = { fullName: 'Jane Doe', email: 'jane@example.com', password: 'secret' };
    await rejects(register(place(), { ...whole, fullName: 'J4' }), 'invalid');
    await rejects(register(place(), { ...whole, password: 'abc' }), 'invalid');
    assert.equal(seen('auth.register').length, 0, 'what the document forbids is not even asked');
    await rejects(register(place(), { ...whole, email: here.owner.email }), 'invalid');
  });
});

describe('two relays with one store', () => {
  let relays: Awaited<ReturnType<typeof wire>>[] = [];
  let two: Ground;
  before(async () => {
    two = await ground();
    const store = memoryStore();
    relays = await Promise.all([wire({ backends: { files: two.as({ store }) } }), wire({ backends: { files: two.as({ store }) } })]);
  });
  after(async () => {
    await Promise.all(relays.map((relay) => relay.close()));
    await two.service.close();
  });

  it('renew a dead session once, though fifty calls find it dead at once', async () => {
    const { service, owner } = two;
    const files = await Promise.all(Array.from({ length: 10 }, (_, index) => addFile(service.state, owner, `${String(index)}.txt`, 'x')));
    const pages = relays.map((relay) => relay.as('anna'));
    const listed = await Promise.all(pages.map((page) => page.list(ROOT, {})));
    const logins = (): number => service.state.calls.filter(({ method }) => method === 'auth.login').length;
    assert.equal(logins(), 1, 'the first session is shared too');
    for (const code of [6, 7, 5] as const) {
      service.knobs.deadSession = code;
      service.state.pass(30 * 60 + 1);
      const before = logins();
      const refused = service.state.calls.length;
      const release = service.knobs.hold(/^api POST/);
      const calls = Array.from({ length: 50 }, (_, index) => pages[index % 2]!.item(listed[index % 2]!.items[index % files.length]!));
      // All fifty are at the door before the first of them is told that the session is dead.
      while (service.knobs.seen(/^api POST/).filter(({ status }) => status === undefined).length < 50)
        await new Promise((resolve) => setTimeout(resolve, 5));
      release();
      const items = await Promise.all(calls);
      assert.deepEqual(new Set(items.map(({ name }) => name)), new Set(files.map(({ name }) => name)));
      assert.equal(logins() - before, 1);
      assert.equal(service.state.calls.slice(refused).filter(({ method }) => method === 'files.getInfo').length, 100);
    }
  });
});
