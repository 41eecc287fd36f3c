import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { diskStore, memoryStore } from '../../src/relay/store.js';
import { storeSuite } from './store.suite.js';

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferrykit-store-'));
});
after(() => rm(dir, { recursive: true, force: true }));

storeSuite('memoryStore', memoryStore);
storeSuite('diskStore', () => diskStore(join(dir, String(Math.random()))));

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
