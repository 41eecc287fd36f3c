import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import type { Item } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import type { Store } from '../../src/backend/store.js';
import type { Completed } from '../../src/backend/upload.js';
import type { Hooks } from '../../src/relay/outbox.js';
import { diskStore, memoryStore } from '../../src/relay/store.js';
import { ticketOf, wire, type Wire } from './wire.js';

let files: Backend;
let store: Store;
let served: Wire | undefined;
let told: { hook: string; id: string; [more: string]: unknown }[];
beforeEach(() => {
  files = memory({ seed: { 'a.txt': 'hello', 'b.txt': 'hello' } });
  store = memoryStore();
  told = [];
});
afterEach(() => served?.close());

/** Hooks that write down what they are told, and then do what the test wants. */
const listening = (then: Partial<Record<keyof Hooks, () => unknown>> = {}): Hooks =>
  Object.fromEntries(
    (['upload', 'completed', 'sent', 'removed'] as const).map((hook) => [
      hook,
      (what: { id: string }) => {
        told.push({ hook, ...what });
        return then[hook]?.();
      },
    ]),
  );

const start = async (on: Hooks, backend: Backend = files, by = store): Promise<Backend> => {
  served = await wire({ backends: { files: backend }, on, store: by });
  return served.as('anna');
};
const upload = async (anna: Backend, name = 'new.txt'): Promise<Completed> => {
  const { ticket, first } = await ticketOf(anna.init({ name, size: 4, type: 'text/plain' }, { folder: ROOT, conflict: 'ask' }));
  const response = await fetch(first?.url ?? '', { method: 'PUT', body: 'data' });
  return anna.complete(ticket, [{ number: 1, start: 0, end: 4, body: await response.text() }], {});
};
const names = async (): Promise<string[]> => (await files.list(ROOT, {})).items.map(({ name }) => name);
const outbox = async (by = store): Promise<string[]> => {
  const keys = [];
  for await (const key of by.keys('outbox:')) keys.push(key);
  return keys;
};
const find = async (backend: Backend, name: string): Promise<Item> => {
  const item = (await backend.list(ROOT, {})).items.find((one) => one.name === name);
  assert.ok(item);
  return item;
};

describe('hooks', () => {
  it('are told before an upload opens and once it is complete, under one id', async () => {
    const anna = await start(listening());
    await upload(anna);
    assert.deepEqual(
      told.map(({ hook }) => hook),
      ['upload', 'completed'],
    );
    const [before, done] = told;
    assert.equal(before?.id, done?.id);
    assert.deepEqual(before?.['file'], { name: 'new.txt', size: 4, type: 'text/plain' });
    assert.deepEqual([done?.['user'], done?.['backend'], done?.['root'], done?.['folder']], ['anna', 'files', '', { id: '' }]);
    // Ids are the backend's own, so that the host can use the backend itself.
    assert.equal((await files.item({ id: (done?.['item'] as Item).id })).name, 'new.txt');
    assert.ok(!('ticket' in (done ?? {})));
    assert.deepEqual(await outbox(), []);
  });

  it('refuse an upload, and nothing is opened', async () => {
    for (const [refuse, code] of [
      [() => false, 'forbidden'],
      [() => Promise.reject(new BackendError('quota', 'Pay first.')), 'quota'],
    ] as const) {
      const anna = await start(listening({ upload: refuse }), { ...files, init: () => assert.fail('it was opened') });
      await assert.rejects(upload(anna), { code });
      await served?.close();
    }
    assert.deepEqual(served?.reported, []);
  });

  it('refuse a file that has arrived, and it is removed', async () => {
    const anna = await start(listening({ completed: () => Promise.reject(new BackendError('not-allowed', 'A virus.')) }));
    await assert.rejects(upload(anna), { code: 'not-allowed', message: 'A virus.' });
    assert.deepEqual(await names(), ['a.txt', 'b.txt']);
    assert.deepEqual(await outbox(), []);
  });

  it('are told again by sweep when they failed, and the file stays', async () => {
    let fails = true;
    const anna = await start(listening({ completed: () => (fails ? Promise.reject(new Error('the database is down')) : undefined) }));
    await assert.rejects(upload(anna), { code: 'server', message: 'The relay failed; its log says why.' });
    assert.deepEqual(await names(), ['a.txt', 'b.txt', 'new.txt']);
    await served?.handler.sweep({ age: 0 });
    assert.equal(told.filter(({ hook }) => hook === 'completed').length, 2);
    assert.match(String(served?.reported.at(-1)), /database/);
    fails = false;
    await served?.handler.sweep({ age: 0 });
    await served?.handler.sweep({ age: 0 });
    const completed = told.filter(({ hook }) => hook === 'completed');
    assert.equal(completed.length, 3);
    assert.equal(new Set(completed.map(({ id }) => id)).size, 1);
    assert.deepEqual(await outbox(), []);
  });

  it("are told by the page's next question too, when they failed", async () => {
    let fails = true;
    const anna = await start(listening({ completed: () => (fails ? Promise.reject(new Error('down')) : undefined) }));
    const { ticket, first } = await ticketOf(anna.init({ name: 'x', size: 4, type: '' }, { folder: ROOT, conflict: 'ask' }));
    const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: 'data' })).text();
    await assert.rejects(anna.complete(ticket, [{ number: 1, start: 0, end: 4, body }], {}), { code: 'server' });
    await assert.rejects(anna.parts(ticket), { code: 'server' });
    fails = false;
    assert.equal((await anna.parts(ticket)).item?.name, 'x');
    await anna.parts(ticket);
    assert.equal(told.filter(({ hook }) => hook === 'completed').length, 3);
  });

  it('are told by another process after the relay died between the deed and the telling', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'ferrykit-outbox-'));
    try {
      const kept = diskStore(dir);
      let done = (): void => undefined;
      const dead = new Promise<void>((resolve) => (done = resolve));
      // It completes, and then this relay says nothing more for ever.
      const anna = await start(
        listening(),
        { ...files, complete: async (...args) => (await files.complete(...args), done(), new Promise<never>(() => undefined)) },
        kept,
      );
      void upload(anna).catch(() => undefined);
      await dead;
      await served?.close();
      assert.deepEqual(
        told.map(({ hook }) => hook),
        ['upload'],
      );

      served = await wire({ backends: { files }, on: listening(), store: diskStore(dir) });
      await served.handler.sweep();
      assert.equal(told.length, 1, 'too young: it may still be under way');
      await served.handler.sweep({ age: 0 });
      assert.deepEqual(
        told.map(({ hook }) => hook),
        ['upload', 'completed'],
      );
      assert.equal(told[0]?.id, told[1]?.id);
      assert.equal((told[1]?.['item'] as Item).name, 'new.txt');
      assert.deepEqual(await outbox(diskStore(dir)), []);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('are not told of an upload that was not completed', async () => {
    const anna = await start(listening(), { ...files, complete: () => Promise.reject(new BackendError('server', 'The disk is full.')) });
    await assert.rejects(upload(anna), { code: 'server' });
    assert.equal((await outbox()).length, 1, 'nobody knows yet');
    await served?.handler.sweep({ age: 0 });
    assert.deepEqual(
      told.map(({ hook }) => hook),
      ['upload'],
    );
    await served?.close();
    const other = await start(
      listening(),
      { ...files, complete: () => Promise.reject(new BackendError('invalid', 'A part is missing.')) },
      memoryStore(),
    );
    await assert.rejects(upload(other), { code: 'invalid' });
    assert.equal((await outbox()).length, 1);
  });

  it('are told of what was removed, and of nothing else', async () => {
    const anna = await start(listening());
    const item = await find(anna, 'a.txt');
    await anna.remove([item], { recursive: false });
    assert.deepEqual(
      told.map(({ hook, ids }) => [hook, ids]),
      [['removed', [item.id]]],
    );
    assert.deepEqual(await outbox(), []);
  });

  it('are told of a removal by sweep when the relay did not hear how it ended', async () => {
    const anna = await start(listening(), {
      ...files,
      remove: async ([first]) => {
        await files.remove(first ? [first] : [], { recursive: false });
        throw new BackendError('offline', 'The answer was lost.');
      },
    });
    const [a, b] = [await find(anna, 'a.txt'), await find(anna, 'b.txt')];
    await assert.rejects(anna.remove([a, b], { recursive: false }), { code: 'offline' });
    assert.deepEqual(told, []);
    await served?.handler.sweep({ age: 0 });
    assert.deepEqual(
      told.map(({ hook, ids }) => [hook, ids]),
      [['removed', [a.id]]],
    );
    assert.deepEqual(await outbox(), []);
  });

  it('are told of what was sent, without its password, once for every operation', async () => {
    const anna = await start(listening());
    const draft = {
      items: [await find(anna, 'a.txt')],
      recipients: [{ kind: 'email', email: 'x@example.com' }] as const,
      password: 'hunter2',
      operation: 'one sending',
    };
    const [first, second] = [
      await anna.send({ ...draft, recipients: [...draft.recipients] }),
      await anna.send({ ...draft, recipients: [...draft.recipients] }),
    ];
    assert.equal(first.id, second.id);
    assert.deepEqual(
      told.map(({ hook }) => hook),
      ['sent'],
    );
    assert.equal((told[0]?.['delivery'] as { id: string }).id, first.id);
    assert.ok(!JSON.stringify(told).includes('hunter2'));
  });

  it('do not undo what was sent when they fail, and are told again', async () => {
    let fails = true;
    const anna = await start(listening({ sent: () => (fails ? Promise.reject(new Error('down')) : undefined) }));
    const item = await find(anna, 'a.txt');
    const { id } = await anna.send({ items: [item], recipients: [], operation: 'one sending' });
    fails = false;
    await served?.handler.sweep({ age: 0 });
    assert.deepEqual(
      told.map(({ hook, delivery }) => [hook, (delivery as { id: string }).id]),
      [
        ['sent', id],
        ['sent', id],
      ],
    );
    assert.deepEqual(await outbox(), []);
  });

  it('cost the store nothing where nobody listens', async () => {
    const writes: string[] = [];
    const anna = await start({}, files, { ...store, set: (key, ...more) => (writes.push(key), store.set(key, ...more)) });
    await upload(anna);
    await anna.remove([await find(anna, 'new.txt')], { recursive: false });
    assert.deepEqual(writes, []);
  });
});
