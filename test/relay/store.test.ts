import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Store } from '../../src/backend/store.js';
import { diskStore, memoryStore } from '../../src/relay/store.js';

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferrykit-store-'));
});
after(() => rm(dir, { recursive: true, force: true }));

const keysOf = async (store: Store, prefix: string): Promise<string[]> => {
  const keys = [];
  for await (const key of store.keys(prefix)) keys.push(key);
  return keys.sort();
};

/** Counts up by conditional writes, until it has counted `times`. */
const count = async (store: Store, key: string, times: number): Promise<void> => {
  for (let done = 0; done < times;) {
    const stored = await store.get(key);
    if (await store.set(key, Number(stored?.value ?? 0) + 1, { ifVersion: stored?.version ?? null })) done++;
  }
};

for (const [name, make] of [
  ['memoryStore', memoryStore],
  ['diskStore', () => diskStore(join(dir, String(Math.random())))],
] as const) {
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

describe('diskStore', () => {
  it('counts right when several processes count at once', async () => {
    const place = join(dir, 'shared');
    const code = `
      const { diskStore } = await import(${JSON.stringify(new URL('../../src/relay/store.ts', import.meta.url).href)});
      const store = diskStore(${JSON.stringify(place)});
      for (let done = 0; done < 40;) {
        const stored = await store.get('n');
        if (await store.set('n', Number(stored?.value ?? 0) + 1, { ifVersion: stored?.version ?? null })) done++;
      }`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: 'inherit' }),
    );
    const ends = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as unknown));
    assert.deepEqual(ends, [0, 0, 0]);
    assert.equal((await diskStore(place).get('n'))?.value, 120);
  });

  it('goes on where a process died while it held a lock, and leaves no litter', async () => {
    const place = join(dir, 'dead');
    const store = diskStore(place);
    await store.set('a:1', 1);
    const [file] = await readdir(join(place, 'a'));
    const lock = join(place, 'a', `${String(file)}.lock`);
    await writeFile(lock, 'somebody else');
    await utimes(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    assert.ok(await store.set('a:1', 2));
    assert.equal((await store.get('a:1'))?.value, 2);
    assert.deepEqual(await readdir(join(place, 'a')), [file]);
  });

  it('keeps what it holds from other users of the machine', async () => {
    const place = join(dir, 'modes');
    await diskStore(place).set('a:1', 1);
    const { stat } = await import('node:fs/promises');
    const [file] = await readdir(join(place, 'a'));
    assert.equal((await stat(join(place, 'a', String(file)))).mode & 0o77, 0);
  });
});
