import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import type { Item, Ref } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import type { Ticket, UploadedPart } from '../../src/backend/upload.js';
import type { Grant } from '../../src/relay/authorize.js';
import { relay } from '../../src/relay/server.js';
import { memoryStore } from '../../src/relay/store.js';
import { byHeader, post, SECRET, ticketOf, wire, type Wire } from './wire.js';

const seed = { 'top.txt': 'top', anna: { 'a.txt': 'hello', deep: { deeper: { 'd.txt': 'deep' } } }, annabel: { 'b.txt': 'secret' } };
const grants: Record<string, Partial<Grant>> = {};
let files: Backend;
let served: Wire;
beforeEach(async () => {
  files = memory({ seed });
  served = await wire({ backends: { files, other: memory({ seed }) }, authorize: byHeader(grants) });
});
afterEach(() => served.close());

const find = async (backend: Backend, name: string, folder: Ref = ROOT): Promise<Item> => {
  const found = (await backend.list(folder, {})).items.find((item) => item.name === name);
  assert.ok(found, `there is no "${name}"`);
  return found;
};
const ref = ({ id, claim }: Ref): Ref => (claim === undefined ? { id } : { id, claim });
const file = { name: 'new.txt', size: 4, type: 'text/plain' };
const where = { folder: ROOT, conflict: 'ask' } as const;
const transfer = (to: Ref): { to: Ref; conflict: 'ask'; operation: string } => ({
  to,
  conflict: 'ask',
  operation: `operation ${String(Math.random())}`,
});

const put = async (
  backend: Backend,
  ticket: Ticket,
  part: { number: number; start: number; end: number },
  body: string,
): Promise<UploadedPart> => {
  const { url, method, headers } = await backend.part(ticket, part);
  const response = await fetch(url, { method, headers, body });
  assert.equal(response.status, 200, await response.clone().text());
  return { ...part, body: await response.text() };
};

describe('a second user', () => {
  it('gets 403 for everything that the first one was given', async () => {
    const [anna, bob] = [served.as('anna'), served.as('bob')];
    const item = await find(anna, 'top.txt');
    const folder = await find(anna, 'anna');
    const { ticket } = await ticketOf(anna.init(file, where));
    const part = await put(anna, ticket, { number: 1, start: 0, end: 4 }, 'data');
    const { cursor } = await anna.list(ROOT, { limit: 1 });
    assert.ok(cursor);
    const { ticket: his } = await ticketOf(bob.init(file, where));
    const tries: Record<string, (as: Backend) => Promise<unknown>> = {
      item: (as) => as.item(ref(item)),
      'a claim-less item': (as) => as.item({ id: item.id }),
      list: (as) => as.list(ref(folder), {}),
      init: (as) => as.init(file, { folder: ref(folder), conflict: 'ask' }),
      rename: (as) => as.rename(ref(item), 'mine'),
      move: (as) => as.move([ref(item)], transfer(ROOT)),
      'move into': (as) => as.move([], transfer(ref(folder))),
      copy: (as) => as.copy([ref(item)], transfer(ROOT)),
      remove: (as) => as.remove([ref(item)], { recursive: true }),
      download: (as) => as.download([ref(item)]),
      createFolder: (as) => as.createFolder(ref(folder), 'x', { conflict: 'ask' }),
      lock: (as) => as.lock(ref(item)),
      send: (as) => as.send({ items: [ref(item)], recipients: [], operation: 'operation' }),
      part: (as) => as.part(ticket, { number: 1, start: 0, end: 4 }),
      parts: (as) => as.parts(ticket),
      complete: (as) => as.complete(ticket, [part], {}),
      abort: (as) => as.abort(ticket),
      cursor: (as) => as.list(ROOT, { limit: 1, cursor }),
    };
    for (const [name, attempt] of Object.entries(tries)) await assert.rejects(attempt(bob), { code: 'forbidden' }, name);
    await assert.rejects(bob.complete(his, [part], {}), { code: 'forbidden' }, "the first one's part");
    const { status } = await post(served.url, [{ call: 'item', args: [ref(item)] }], { 'x-user': 'bob' });
    assert.equal(status, 403);
    // None of it has done anything, and the first one goes on.
    const completed = await anna.complete(ticket, [part], {});
    assert.ok('item' in completed);
    assert.equal((await anna.item(ref(item))).name, 'top.txt');
  });

  it('gets 403 at another backend and below another root for what is its own', async () => {
    const anna = served.as('anna');
    const item = await find(anna, 'top.txt');
    const { ticket } = await ticketOf(anna.init(file, where));
    await assert.rejects(served.as('anna', 'other').item(ref(item)), { code: 'forbidden' });
    await assert.rejects(served.as('anna', 'other').parts(ticket), { code: 'forbidden' });
    grants['anna'] = { root: (await find(anna, 'anna')).id };
    try {
      await assert.rejects(anna.item(ref(item)), { code: 'forbidden' });
      await assert.rejects(anna.parts(ticket), { code: 'forbidden' });
    } finally {
      delete grants['anna'];
    }
  });

  it('sees another name of the same account', async () => {
    const [anna, bob] = await Promise.all(['anna', 'bob'].map(async (user) => (await served.as(user).capabilities({})).account));
    assert.ok(anna && bob && anna !== bob);
    assert.equal((await served.as('anna').capabilities({})).account, anna);
    assert.notEqual((await served.as('anna', 'other').capabilities({})).account, anna);
  });
});

describe('tampering', () => {
  it('is refused for tickets and parts, and does nothing', async () => {
    const anna = served.as('anna');
    const { ticket } = await ticketOf(anna.init(file, where));
    const { ticket: another } = await ticketOf(anna.init({ ...file, name: 'second' }, where));
    const first = await put(anna, ticket, { number: 1, start: 0, end: 2 }, 'da');
    const second = await put(anna, ticket, { number: 2, start: 2, end: 4 }, 'ta');
    assert.ok(typeof ticket === 'string');
    const text = ticket;
    for (const wrong of [`${text.slice(0, -20)}AAAA${text.slice(-16)}`, '', null, { id: '1' }, 7, [text], first.body ?? '']) {
      await assert.rejects(anna.parts(wrong), { code: 'forbidden' }, JSON.stringify(wrong));
    }
    await assert.rejects(anna.complete(another, [first, second], {}), { code: 'forbidden' });
    await assert.rejects(anna.complete(ticket, [first, { ...second, body: first.body ?? '' }], {}), { code: 'forbidden' });
    await assert.rejects(anna.complete(ticket, [{ ...first, end: 4 }], {}), { code: 'forbidden' });
    await assert.rejects(anna.complete(ticket, [first, { number: 2, start: 2, end: 4, etag: '1' }], {}), { code: 'forbidden' });
    const completed = await anna.complete(ticket, [second, first], {});
    assert.ok('item' in completed);
  });

  it('of an address for bytes is refused', async () => {
    const anna = served.as('anna');
    const { ticket, first } = await ticketOf(anna.init(file, where));
    assert.ok(first);
    const response = await fetch(`${first.url.slice(0, -12)}AAAA${first.url.slice(-8)}`, { method: 'PUT', body: 'data' });
    assert.equal(response.status, 403);
    assert.deepEqual((await anna.parts(ticket)).parts, []);
  });
});

describe('a user with a root', () => {
  const as = async (name = 'anna'): Promise<Backend> => {
    grants['anna'] = { root: (await find(files, name)).id };
    return served.as('anna');
  };
  afterEach(() => delete grants['anna']);

  it('takes it for the whole, and sees nothing above', async () => {
    const anna = await as();
    const listing = await anna.list(ROOT, {});
    assert.deepEqual([listing.folder.id, listing.folder.name, listing.ancestors], ['', '', []]);
    assert.equal(listing.folder.parent, undefined);
    assert.deepEqual(
      listing.items.map(({ name }) => name),
      ['deep', 'a.txt'],
    );
    assert.deepEqual(
      listing.items.map(({ parent }) => parent?.id),
      ['', ''],
    );
    const deep = await anna.list(ref(await find(anna, 'deep')), {});
    assert.deepEqual(deep.ancestors, [{ id: '', name: '' }]);
    const deeper = await anna.list(ref(deep.items[0] ?? ROOT), {});
    assert.deepEqual(
      deeper.ancestors.map(({ id, name }) => [id === '', name]),
      [
        [true, ''],
        [false, 'deep'],
      ],
    );
    // Ancestors can be named.
    assert.equal((await anna.list(ref(deeper.ancestors[1]!), {})).folder.name, 'deep');
    assert.equal((await anna.item(ROOT)).name, '');
  });

  it('uploads, makes folders and finds in it', async () => {
    const anna = await as();
    await anna.createFolder(ROOT, 'made', { conflict: 'ask' });
    const { ticket } = await ticketOf(anna.init(file, where));
    const completed = await anna.complete(ticket, [await put(anna, ticket, { number: 1, start: 0, end: 4 }, 'data')], {});
    assert.ok('item' in completed && completed.item.parent?.id === '');
    const below = (await files.list({ id: (await find(files, 'anna')).id }, {})).items.map(({ name }) => name);
    assert.deepEqual(below, ['deep', 'made', 'a.txt', 'new.txt']);
  });

  it('can neither change nor remove the root itself', async () => {
    const anna = await as();
    assert.deepEqual(
      (await anna.list(ROOT, {})).folder.can.filter((one) => ['rename', 'move', 'copy', 'remove'].includes(one)),
      [],
    );
    await assert.rejects(anna.rename(ROOT, 'mine'), { code: 'forbidden' });
    await assert.rejects(anna.remove([ROOT], { recursive: true }), { code: 'forbidden' });
    await assert.rejects(anna.move([ROOT], transfer(ROOT)), { code: 'forbidden' });
    await find(files, 'anna');
  });

  it('has no way out to a sibling, by its id or after it was moved away', async () => {
    const sibling = await find(files, 'annabel');
    const everything = served.as('anna');
    const claimed = await find(everything, 'annabel');
    const anna = await as();
    await assert.rejects(anna.list({ id: sibling.id }, {}), { code: 'forbidden' });
    await assert.rejects(anna.list(ref(claimed), {}), { code: 'forbidden' });
    await assert.rejects(anna.list({ id: (await find(files, 'anna')).id }, {}), { code: 'forbidden' });
    const deep = await find(anna, 'deep');
    await files.move([{ id: deep.id }], { ...transfer(ROOT) });
    await assert.rejects(anna.list(ref(deep), {}), { code: 'forbidden' });
  });

  it('downloads the root as one ZIP', async () => {
    const anna = await as();
    const [download] = await anna.download([ROOT]);
    assert.deepEqual(download?.ids, ['']);
    assert.equal((await fetch(download.url)).headers.get('content-type'), 'application/zip');
  });
});

describe('authorize', () => {
  it('is asked for every call, with the call', async () => {
    const asked: string[] = [];
    const other = await wire({
      backends: { files },
      authorize: (request, { backend, call, args }) => {
        asked.push(`${String(request.headers.get('x-user'))} ${backend} ${call} ${JSON.stringify(args)}`);
        return call === 'quota' ? false : { user: 'anna' };
      },
    });
    try {
      const { lines } = await post(other.url, [
        { call: 'quota', args: [] },
        { call: 'item', args: [{ ...ROOT, surplus: 1 }] },
      ]);
      assert.deepEqual(asked.sort(), ['anna files item [{"id":""}]', 'anna files quota []']);
      assert.deepEqual(lines.map(({ n, error }) => [n, error?.code]).sort(), [
        [0, 'unauthorized'],
        [1, undefined],
      ]);
    } finally {
      await other.close();
    }
  });

  it('lets nobody in where it answers nothing, no user, or fails', async () => {
    const answers: (() => unknown)[] = [
      () => undefined,
      () => null,
      () => false,
      () => ({}),
      () => ({ user: '' }),
      () => ({ user: 7 }),
      () => ({ user: 'anna', root: 7 }),
      () => ({ user: 'anna', calls: 'quota' }),
      () => Promise.reject(new Error('the database is down')),
    ];
    for (const answer of answers) {
      const handler = relay({
        backends: { files },
        secret: SECRET,
        store: memoryStore(),
        report: () => undefined,
        authorize: answer as () => Grant,
      });
      const body = JSON.stringify([{ n: 0, backend: 'files', call: 'quota', args: [] }]);
      const response = await handler(
        new Request('http://relay/', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      );
      assert.ok([401, 500].includes(response.status), `${String(answer)}: ${String(response.status)}`);
    }
  });

  it('allows only the calls that it names, and capabilities and permissions say so', async () => {
    const calls: CallName[] = ['list', 'download', 'contacts.add'];
    grants['guest'] = { calls };
    const guest = served.as('guest');
    const can = await guest.capabilities({});
    assert.deepEqual(
      Object.entries(can)
        .filter(([, value]) => value !== false)
        .map(([name]) => name)
        .sort(),
      ['account', 'contacts', 'download', 'list'],
    );
    assert.deepEqual(can.contacts, { add: true, update: false, remove: false });
    const item = await find(guest, 'top.txt');
    assert.deepEqual(item.can, ['download', 'preview']);
    for (const call of [
      () => guest.quota(),
      () => guest.init(file, where),
      () => guest.remove([ref(item)], { recursive: true }),
      () => guest.contacts.remove({ id: '1' }),
    ]) {
      await assert.rejects(call(), { code: 'forbidden' });
    }
    assert.equal((await guest.download([ref(item)])).length, 1);
  });

  it('chooses the backends of each customer', async () => {
    const customers: Record<string, Backend> = { anna: memory({ seed: { 'of anna': '' } }), bob: memory({ seed: { 'of bob': '' } }) };
    const other = await wire({ backends: ({ user }) => Promise.resolve(user in customers ? { files: customers[user]! } : {}) });
    try {
      for (const user of ['anna', 'bob']) {
        const one = other.as(user);
        await find(one, `of ${user}`);
        const { ticket, first } = await ticketOf(one.init(file, where));
        const response = await fetch(first?.url ?? '', { method: 'PUT', body: 'data' });
        await one.complete(ticket, [{ number: 1, start: 0, end: 4, body: await response.text() }], {});
        assert.deepEqual(
          (await customers[user]!.list(ROOT, {})).items.map(({ name }) => name),
          ['new.txt', `of ${user}`],
        );
      }
      await assert.rejects(other.as('carol').quota(), { code: 'not-found' });
    } finally {
      await other.close();
    }
  });
});

describe('a secret', () => {
  it('can be changed while an upload runs', async () => {
    const NEW = `${SECRET} of this year`;
    const store = memoryStore();
    const [old, both, young] = await Promise.all(
      [SECRET, [NEW, SECRET], NEW].map((secret) => wire({ backends: { files }, store, secret })),
    );
    assert.ok(old && both && young);
    try {
      const { ticket, first } = await ticketOf(old.as('anna').init(file, where));
      const item = await find(old.as('anna'), 'top.txt');
      const sealed = /bytes\/.*/.exec(first?.url ?? '')?.[0] ?? '';
      const response = await fetch(`${both.url}/${sealed}`, { method: 'PUT', body: 'data' });
      assert.equal(response.status, 200);
      const part = { number: 1, start: 0, end: 4, body: await response.text() };
      await both.as('anna').item(ref(item));
      await assert.rejects(young.as('anna').item(ref(item)), { code: 'forbidden' });
      await assert.rejects(young.as('anna').complete(ticket, [part], {}), { code: 'forbidden' });
      assert.ok('item' in (await both.as('anna').complete(ticket, [part], {})));
    } finally {
      await Promise.all([old, both, young].map((one) => one.close()));
    }
  });
});
