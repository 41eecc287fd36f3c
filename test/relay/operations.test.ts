import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { memory, type MemoryBackend } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import type { Item } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { wire, type Wire } from './wire.js';

let files: MemoryBackend;
let served: Wire;
let anna: Backend;
let item: Item;
let sent: number;
/** Services that know nothing of operations do everything again. */
const forgetful = (backend: Backend): Backend => ({
  ...backend,
  send: (draft, options) => (sent++, backend.send({ ...draft, operation: `${draft.operation} ${String(sent)}` }, options)),
  copy: (refs, how, options) => (sent++, backend.copy(refs, { ...how, operation: `${how.operation} ${String(sent)}` }, options)),
});
beforeEach(async () => {
  sent = 0;
  files = memory({ seed: { 'a.txt': 'hello', folder: {} } });
  served = await wire({ backends: { files: forgetful(files) } });
  anna = served.as('anna');
  const found = (await anna.list(ROOT, {})).items.find(({ name }) => name === 'a.txt');
  assert.ok(found);
  item = found;
});
afterEach(() => served.close());

const to = async (name: string): Promise<Item> => {
  const found = (await anna.list(ROOT, {})).items.find((one) => one.name === name);
  assert.ok(found);
  return found;
};
const draft = { recipients: [], operation: 'operation 1' };

describe('an operation', () => {
  it('happens once, and is answered the same', async () => {
    const first = await anna.send({ ...draft, items: [item] });
    assert.deepEqual(await anna.send({ ...draft, items: [item] }), first);
    assert.equal(sent, 1);
    const how = { to: await to('folder'), conflict: 'rename', operation: 'operation 1' } as const;
    const copied = await anna.copy([item], how);
    assert.deepEqual(await anna.copy([item], how), copied);
    assert.equal(sent, 2);
    assert.equal((await anna.list(await to('folder'), {})).items.length, 1);
  });

  it('happens once when both ask at the same time', async () => {
    files.knobs.delay = 30;
    const [first, second] = await Promise.all([anna.send({ ...draft, items: [item] }), anna.send({ ...draft, items: [item] })]);
    assert.deepEqual(first, second);
    assert.equal(sent, 1);
  });

  it('is another one for another user', async () => {
    const bob = served.as('bob');
    await anna.send({ ...draft, items: [item] });
    await bob.send({ ...draft, items: (await bob.list(ROOT, {})).items.slice(-1) });
    assert.equal(sent, 2);
  });

  it('is kept when the page is gone before its answer', async () => {
    files.knobs.delay = 50;
    const controller = new AbortController();
    const call = anna.send({ ...draft, items: [item] }, { signal: controller.signal });
    while (sent === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await assert.rejects(call, { code: 'aborted' });
    await anna.send({ ...draft, items: [item] });
    assert.equal(sent, 1);
  });

  it("is of unknown outcome when the service's answer was lost, and is not done again", async () => {
    files.knobs.lose = (call) => (call === 'send' ? new BackendError('offline', 'Lost.') : undefined);
    await assert.rejects(anna.send({ ...draft, items: [item] }), { code: 'offline' });
    files.knobs.lose = undefined;
    await assert.rejects(anna.send({ ...draft, items: [item] }), { code: 'unknown-outcome' });
    assert.equal(sent, 1);
    // The person has decided: another operation.
    await anna.send({ ...draft, items: [item], operation: 'operation 2' });
    assert.equal(sent, 2);
  });

  it('is of unknown outcome when the relay died in between', async () => {
    const store = memoryStore();
    let begun = (): void => undefined;
    const dying = new Promise<void>((resolve) => (begun = resolve));
    const dead = await wire({ backends: { files: { ...files, send: () => (begun(), new Promise<never>(() => undefined)) } }, store });
    void dead
      .as('anna')
      .send({ ...draft, items: [item] })
      .catch(() => undefined);
    await dying;
    await dead.close();
    // Another process: it shares the store and nothing else.
    const alive = await wire({ backends: { files }, store: { ...store } });
    try {
      await assert.rejects(alive.as('anna').send({ ...draft, items: [item] }), { code: 'unknown-outcome' });
    } finally {
      await alive.close();
    }
  });

  it('can be tried again where the service refused it', async () => {
    files.knobs.fail = (call) => (call === 'send' ? new BackendError('quota', 'Nothing left.') : undefined);
    await assert.rejects(anna.send({ ...draft, items: [item] }), { code: 'quota' });
    files.knobs.fail = undefined;
    await anna.send({ ...draft, items: [item] });
    assert.equal(sent, 2);
  });

  it('needs a name that is no accident', async () => {
    await assert.rejects(anna.send({ ...draft, items: [item], operation: '' }), { code: 'invalid' });
  });
});

describe('a long deed', () => {
  it("goes on under a ticket of its own, which is nobody else's and good for nothing else", async () => {
    const many = await wire({ backends: { files: memory({ batch: 1, seed: { a: '', b: '', c: '', folder: {} } }) } });
    try {
      const [one, other] = [many.as('anna'), many.as('bob')];
      const [folder, a, b, c] = (await one.list(ROOT, {})).items;
      assert.ok(folder && a && b && c);
      const how = { to: folder, conflict: 'ask', operation: 'operation' } as const;
      const began = await one.copy([a, b, c], how);
      const pending = began.find((outcome) => 'pending' in outcome);
      assert.ok(pending && 'pending' in pending && typeof pending.pending.ticket === 'string');
      const { ticket } = pending.pending;
      // Asked again without the ticket, as after a lost answer, it says the same.
      assert.deepEqual(
        (await one.copy([a, b, c], how)).map((outcome) => 'pending' in outcome),
        began.map((outcome) => 'pending' in outcome),
      );
      const theirs = (await other.list(ROOT, {})).items;
      await assert.rejects(other.copy(theirs.slice(1), { ...how, to: theirs[0]!, ticket }), { code: 'forbidden' });
      await assert.rejects(one.move([b, c], { ...how, ticket }), { code: 'forbidden' });
      await assert.rejects(one.copy([b, c], { ...how, ticket: { done: 1 } }), { code: 'forbidden' });
      let left = began.filter((outcome) => 'pending' in outcome).map(({ id }) => [a, b, c].find((item) => item.id === id)!);
      let next = ticket;
      while (left.length > 0) {
        const outcomes = await one.copy(left, { ...how, ticket: next });
        left = left.filter((_, index) => 'pending' in outcomes[index]!);
        const more = outcomes.find((outcome) => 'pending' in outcome);
        if (more && 'pending' in more) next = more.pending.ticket as string;
      }
      assert.deepEqual(
        (await one.list(folder, {})).items.map(({ name }) => name),
        ['a', 'b', 'c'],
      );
    } finally {
      await many.close();
    }
  });
});

describe('deliveries under shared credentials', () => {
  it('are told to whoever sent them, and to nobody else', async () => {
    const everybody = await wire({
      backends: { files },
      authorize: (request) => ({
        user: request.headers.get('x-user') ?? '',
        ...(request.headers.get('x-user') === 'boss' && { deliveries: 'all' }),
      }),
    });
    try {
      const [one, bob, boss] = ['anna', 'bob', 'boss'].map((user) => everybody.as(user));
      assert.ok(one && bob && boss);
      const mine = await one.send({ items: (await one.list(ROOT, {})).items.slice(-1), recipients: [], operation: 'operation a' });
      const asked = await one.request({ folder: ROOT, title: 'Files, please', recipients: [], operation: 'operation b' });
      await bob.send({ items: (await bob.list(ROOT, {})).items.slice(-1), recipients: [], operation: 'operation a' });
      assert.deepEqual(
        (await one.deliveries({})).deliveries.map(({ id }) => id),
        [mine.id],
      );
      assert.deepEqual(
        (await one.requests({})).requests.map(({ id }) => id),
        [asked.id],
      );
      assert.deepEqual((await bob.requests({})).requests, []);
      assert.equal((await boss.deliveries({})).deliveries.length, 2);
      assert.equal((await one.delivery(mine)).id, mine.id);
      for (const call of [
        () => bob.delivery(mine),
        () => bob.revoke(mine),
        () => bob.change(mine, {}),
        () => bob.forward(mine, { recipients: [], operation: 'operation c' }),
      ]) {
        await assert.rejects(call(), { code: 'forbidden' });
      }
      // An item's claim is none on a delivery of the same number.
      await assert.rejects(one.item({ id: mine.id, claim: mine.claim ?? '' }), { code: 'forbidden' });
    } finally {
      await everybody.close();
    }
  });
});
