import { deepEqual, equal, ok } from 'node:assert/strict';
import { mock, test } from 'node:test';
import { exclusively } from '../../src/adapters/lock.js';
import { shortMemory } from '../../src/adapters/short-memory.js';
import type { Store } from '../../src/backend/store.js';

/** Lets seconds pass, and all that happens in them. */
async function pass(seconds: number): Promise<void> {
  for (let tenths = 0; tenths < seconds * 10; tenths += 1) {
    mock.timers.tick(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a lock is kept as long as the deed takes, and free again after it', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'] });
  t.after(() => mock.timers.reset());
  const store = shortMemory();
  const done: string[] = [];
  let end = (): void => undefined;
  const first = exclusively(store, 'name', () => new Promise<void>((resolve) => (end = resolve))).then(() => done.push('first'));
  await pass(1);
  const second = exclusively(store, 'name', () => Promise.resolve()).then(() => done.push('second'));
  await pass(50);
  deepEqual(done, []);
  ok(await store.get('name'));
  end();
  await pass(1);
  await Promise.all([first, second]);
  deepEqual(done, ['first', 'second']);
  equal(await store.get('name'), undefined);
});

test('a lock of a process that died is free after twenty seconds', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'] });
  t.after(() => mock.timers.reset());
  const store = shortMemory();
  let isDone = false;
  // It takes the lock, and is never heard of again.
  let isDead = false;
  const dying: Store = { ...store, set: (...args) => (isDead ? Promise.reject(new Error('dead')) : store.set(...args)) };
  void exclusively(dying, 'name', () => new Promise<never>(() => (isDead = true)));
  await pass(0.1);
  equal(isDead, true);
  const waiting = exclusively(store, 'name', () => Promise.resolve()).then(() => (isDone = true));
  await pass(19);
  equal(isDone, false);
  await pass(2);
  await waiting;
  equal(isDone, true);
});
