import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../../src/backend/store.js';

/** The keys under a prefix, in plain order. */
export const keysOf = async (store: Store, prefix: string): Promise<string[]> => {
  const keys = [];
  for await (const key of store.keys(prefix)) keys.push(key);
  return keys.sort();
};

/** Counts up by conditional writes, until it has counted `times`. */
export const count = async (store: Store, key: string, times: number): Promise<void> => {
  for (let done = 0; done < times;) {
    const stored = await store.get(key);
    if (await store.set(key, Number(stored?.value ?? 0) + 1, { ifVersion: stored?.version ?? null })) done++;
  }
};

/** What every store of a relay does; `make` answers an empty one. */
export function storeSuite(name: string, make: () => Store): void {
  describe(name, () => {
    it('answers what was set, and nothing for what was not or was deleted', async () => {
      const store = make();
      assert.equal(await store.get('a'), undefined);
      const version = await store.set('a', { deep: [1, null, 'x'] });
      assert.deepEqual(await store.get('a'), { value: { deep: [1, null, 'x'] }, version });
      await store.delete('a');
      await store.delete('a');
      assert.equal(await store.get('a'), undefined);
    });

    it('writes under a condition only where it holds', async () => {
      const store = make();
      const first = await store.set('a', 1, { ifVersion: null });
      assert.ok(first);
      assert.equal(await store.set('a', 2, { ifVersion: null }), undefined);
      const second = await store.set('a', 3, { ifVersion: first });
      assert.ok(second && second !== first);
      assert.equal(await store.set('a', 4, { ifVersion: first }), undefined);
      assert.equal((await store.get('a'))?.value, 3);
      await store.delete('a');
      assert.equal(await store.set('a', 5, { ifVersion: second }), undefined);
      assert.ok(await store.set('a', 6, { ifVersion: null }));
    });

    it('forgets what has lived its time, and lets it be written anew', async () => {
      const store = make();
      await store.set('a:short', 1, { ttl: 0.05 });
      await store.set('a:long', 1, { ttl: 100 });
      assert.equal((await store.get('a:short'))?.value, 1);
      await new Promise((resolve) => setTimeout(resolve, 80));
      assert.equal(await store.get('a:short'), undefined);
      assert.deepEqual(await keysOf(store, 'a:'), ['a:long']);
      assert.ok(await store.set('a:short', 2, { ifVersion: null }));
    });

    it('tells the keys under a prefix, whatever they hold', async () => {
      const store = make();
      const keys = ['x:1', 'x:2/../..', 'x:"ü"\n', `x:${'long'.repeat(200)}`, 'y:1', 'plain'];
      for (const key of keys) await store.set(key, key);
      for (const key of keys) assert.equal((await store.get(key))?.value, key);
      assert.deepEqual(await keysOf(store, 'x:'), keys.slice(0, 4).sort());
      assert.deepEqual(await keysOf(store, 'x:2'), ['x:2/../..']);
      assert.deepEqual(await keysOf(store, ''), [...keys].sort());
    });

    it('counts right when many count at once', async () => {
      const store = make();
      await Promise.all(Array.from({ length: 8 }, () => count(store, 'n', 5)));
      assert.equal((await store.get('n'))?.value, 40);
    });
  });
}
