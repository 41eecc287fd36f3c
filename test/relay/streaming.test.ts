import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { defineBackend } from '../../src/backend/backend.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import type { PartTarget } from '../../src/backend/upload.js';
import { take } from '../../src/relay/bytes.js';
import { forwardByNode } from '../../src/relay/forward.js';
import type { BytesPass } from '../../src/relay/pass.js';
import { seals } from '../../src/relay/seal.js';
import { SECRET } from './wire.js';

const MIB = 2 ** 20;
const SIZE = 192 * MIB;
/** What sockets and streams may hold between the page and the store, of this machine's kernel too. */
const HELD = 48 * MIB;

const backend = defineBackend({ capabilities: () => Promise.resolve({ ...NOTHING, account: 'store' }) });

for (const [what, form] of [
  ['', undefined],
  [' in a form', { fields: { key: 'value' }, file: 'upload' }],
] as const)
  test(`a part goes on${what} no faster than the store takes it`, async () => {
    let pulled = 0;
    let received = 0;
    let most = 0;
    const store = createServer((request, response) => {
      void (async () => {
        for await (const chunk of request as AsyncIterable<Uint8Array>) {
          received += chunk.length;
          most = Math.max(most, pulled - received);
          // Gives a sender that does not wait every chance to run ahead.
          for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
        }
        response.end('taken');
      })();
    });
    await once(store.listen(0, '127.0.0.1'), 'listening');
    try {
      const target: PartTarget = {
        url: `http://127.0.0.1:${String((store.address() as AddressInfo).port)}/`,
        method: 'POST',
        headers: {},
        answer: 'body',
        expires: 60,
        ...(form && { form }),
      };
      const pass: BytesPass = {
        backend: 'store',
        user: 'anna',
        root: '',
        upload: 'one',
        name: 'large.bin',
        number: 1,
        start: 0,
        end: SIZE,
        most: SIZE,
        startBy: Date.now() + 60_000,
        ticket: null,
        target,
      };
      const chunk = new Uint8Array(64 * 1024);
      const incoming = {
        next: () => {
          if (pulled >= SIZE) return Promise.resolve({ done: true, value: undefined } as const);
          pulled += chunk.length;
          return Promise.resolve({ done: false, value: chunk } as const);
        },
      };
      const request = new Request('http://relay.example/bytes/x', { method: 'PUT', headers: { 'content-length': String(SIZE) } });
      const answer = await take(request, incoming, pass, backend, { seals: seals(SECRET) }, forwardByNode);
      assert.equal(answer.status, 200);
      assert.ok(received >= SIZE, `${String(received)} bytes came`);
      assert.ok(most < HELD, `${String(Math.round(most / MIB))} MiB were held between the page and the store`);
    } finally {
      store.closeAllConnections();
      store.close();
    }
  });
