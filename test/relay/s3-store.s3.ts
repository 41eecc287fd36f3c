import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { s3, s3Store } from '../../src/adapters/s3.js';
import { isBackendError } from '../../src/backend/errors.js';
import { encoded, take } from '../contract/bytes.js';
import { ground, upload } from '../adapters/s3.ground.js';
import { ask } from '../tools/bucket.js';
import { count, keysOf, storeSuite } from './store.suite.js';

const { ceph, options } = await ground();

storeSuite('s3Store', () => s3Store(options()));

describe('s3Store', () => {
  it('counts right when several relays count at once', async () => {
    const place = options();
    await Promise.all(Array.from({ length: 4 }, () => count(s3Store(place), 'n', 10)));
    assert.equal((await s3Store(place).get('n'))?.value, 40);
  });

  it('gives a key to one of several relays alone', async () => {
    const place = options();
    const relays = Array.from({ length: 4 }, () => s3Store(place));
    for (let turn = 0; turn < 5; turn += 1) {
      const won = await Promise.all(relays.map((store) => store.set(`lock:${String(turn)}`, true, { ifVersion: null, ttl: 60 })));
      assert.equal(won.filter((version) => version !== undefined).length, 1);
    }
  });

  it('takes away what has been over for a day, and lets it be written anew', async () => {
    const place = options();
    const store = s3Store(place);
    await store.set('a:old', 1, { ttl: -90_000 });
    await store.set('a:over', 1, { ttl: -10 });
    await store.set('a:live', 1);
    assert.deepEqual(await keysOf(store, 'a:'), ['a:live']);
    const left = await ask(ceph, 'GET', `files?list-type=2&prefix=${encodeURIComponent(place.prefix ?? '')}`);
    assert.deepEqual(
      ['old', 'over', 'live'].map((name) => left.includes(name)),
      [false, true, true],
    );
    assert.ok(await store.set('a:old', 2, { ifVersion: null }));
    assert.equal((await store.get('a:old'))?.value, 2);
  });
});

describe('a store that does not honour conditional writes', () => {
  it('is found out by s3Store, and worked around by s3', async (t) => {
    const place = options();
    // As a store that ignores the conditions: it takes every write of what the relays share.
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(request.method === 'DELETE' ? 204 : 200, { etag: '"1"' }).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as { port: number };
    const ignoring: typeof fetch = (url, init) => {
      const { pathname } = new URL(typeof url === 'string' || url instanceof URL ? url : url.url);
      return fetch(pathname.includes('/.ferrykit/store/') ? `http://127.0.0.1:${String(port)}${pathname}` : url, init);
    };
    const store = s3Store({ ...place, prefix: `${place.prefix ?? ''}.ferrykit/store/`, fetch: ignoring });
    for (const call of [store.get('a'), store.set('a', 1)])
      await assert.rejects(
        call,
        (error) => isBackendError(error) && error.code === 'unsupported' && error.message.includes('If-None-Match'),
      );
    const backend = s3({ ...place, fetch: ignoring });
    const item = await upload(backend, 'file.txt', encoded('arrived'));
    assert.equal(Buffer.from(await take(backend, item)).toString(), 'arrived');
  });
});
