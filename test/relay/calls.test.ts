import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { defineBackend } from '../../src/backend/backend.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { relay } from '../../src/relay/server.js';
import { memoryStore } from '../../src/relay/store.js';
import { post, SECRET, ticketOf, wire, type Wire } from './wire.js';

let served: Wire;
before(async () => {
  served = await wire({
    backends: {
      files: memory({ seed: { 'a.txt': 'hello' } }),
      broken: defineBackend({
        capabilities: () => Promise.resolve({ ...NOTHING, account: 'broken' }),
        quota: () => Promise.reject(new Error('password hunter2 at /srv/files')),
        rules: () => Promise.reject(new BackendError('rate-limited', 'Slower.', { retryAfter: 2.5 })),
      }),
    },
  });
});
after(() => served.close());

const quota = { call: 'quota', args: [] };
const one = async (body: Parameters<typeof post>[1], headers?: Record<string, string>): Promise<[number, string | undefined, string]> => {
  const { status, lines } = await post(served.url, body, headers);
  return [status, lines[0]?.error?.code, lines[0]?.error?.message ?? ''];
};

/** Sends a body piece by piece, without saying how long it will be, and answers the status. */
const trickle = (url: string, piece: string, pieces: number): Promise<{ status: number | undefined; sent: number }> =>
  new Promise((resolve, reject) => {
    let sent = 0;
    const request = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', 'x-user': 'anna' } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, sent });
      request.destroy();
    });
    request.on('error', (error) => {
      if (!request.destroyed) reject(error);
    });
    const send = (): void => {
      if (request.destroyed || sent >= pieces) return;
      sent++;
      request.write(piece, () => setImmediate(send));
    };
    send();
  });

describe('a relay', () => {
  it('refuses to start without what keeps strangers out', () => {
    const good = { backends: {}, authorize: () => ({ user: 'anna' }), secret: SECRET, store: memoryStore() };
    relay(good);
    for (const name of ['backends', 'authorize', 'secret', 'store'] as const) {
      assert.throws(() => relay({ ...good, [name]: undefined }), new RegExp(`"${name}" is missing`), name);
    }
    assert.throws(() => relay({ ...good, secret: 'short' }), /5 bytes/);
    assert.throws(() => relay({ ...good, authorize: true as unknown as (typeof good)['authorize'] }), /"authorize" must be a function/);
    assert.throws(() => relay({ ...good, origins: ['https://app.example.com/'] }), /is no origin/);
    assert.throws(() => relay({ ...good, origins: ['*'] }), /is no origin/);
  });

  it('answers 100 calls of one request, each under its own number', async () => {
    const file = { name: 'x', size: 1, type: '' };
    const entries = Array.from({ length: 100 }, (_, n) => ({
      n: 1000 + n,
      call: 'init',
      args: [
        { ...file, name: String(n) },
        { folder: ROOT, conflict: 'ask' },
      ],
    }));
    const { status, lines } = await post(served.url, entries);
    assert.equal(status, 200);
    assert.equal(new Set(lines.map(({ n }) => n)).size, 100);
    assert.ok(lines.every(({ value }) => typeof (value as { ticket: unknown }).ticket === 'string'));
  });

  it('answers in order of finishing, and one that fails leaves the others alone', async () => {
    const { status, lines } = await post(served.url, [
      { call: 'item', args: [{ id: 'nonsense' }] },
      quota,
      { call: 'nonsense', args: [] },
      { call: 'quota', args: [1] },
      quota,
    ]);
    assert.equal(status, 200);
    const codes = new Map(lines.map(({ n, error }) => [n, error?.code]));
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((n) => codes.get(n)),
      ['forbidden', undefined, 'invalid', 'invalid', undefined],
    );
  });

  it('refuses what is no list of calls', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '{}',
      '[]',
      '[1]',
      '[{}]',
      '[{"n":-1,"backend":"files","call":"quota","args":[]}]',
      '[{"n":1,"backend":"files","call":"quota","args":{}}]',
    ]) {
      assert.deepEqual((await one(body)).slice(0, 2), [400, 'invalid'], body);
    }
    assert.deepEqual((await one(Array.from({ length: 101 }, () => quota))).slice(0, 2), [400, 'invalid']);
  });

  it('refuses unknown backends and calls, and those that never cross the wire', async () => {
    for (const backend of ['nobody', '', '__proto__', 'constructor', 'toString']) {
      assert.deepEqual((await one([{ ...quota, backend }])).slice(0, 2), [404, 'not-found'], backend);
    }
    for (const call of ['nonsense', 'write', 'read', 'contacts', 'constructor', '__proto__', 'contacts.constructor']) {
      assert.deepEqual((await one([{ call, args: [] }])).slice(0, 2), [400, 'invalid'], call);
    }
  });

  it('refuses arguments that differ from the contract, and says which', async () => {
    const wrong: [string, unknown[]][] = [
      ['list', [ROOT]],
      ['list', [ROOT, {}, {}]],
      ['list', ['', {}]],
      ['list', [ROOT, { sort: { by: 'colour', direction: 'ascending' } }]],
      [
        'init',
        [
          { name: 'a', size: -1, type: '' },
          { folder: ROOT, conflict: 'ask' },
        ],
      ],
      [
        'init',
        [
          { name: 'a', size: 1.5, type: '' },
          { folder: ROOT, conflict: 'ask' },
        ],
      ],
      [
        'init',
        [
          { name: 'a', size: '1', type: '' },
          { folder: ROOT, conflict: 'ask' },
        ],
      ],
      [
        'init',
        [
          { name: 'a', size: 1, type: '' },
          { folder: ROOT, conflict: 'always' },
        ],
      ],
      ['part', ['t', { number: 0, start: 0, end: 1 }]],
      ['part', ['t', { number: 1, start: 2, end: 1 }]],
      ['complete', ['t', [{ number: 1, start: 0 }], {}]],
      ['move', [[ROOT], { to: ROOT, conflict: 'ask' }]],
      ['remove', [[{ claim: 'x' }], { recursive: true }]],
      ['send', [{ items: [], recipients: [{ kind: 'robot' }], operation: 'operation' }]],
    ];
    for (const [call, args] of wrong) assert.deepEqual((await one([{ call, args }])).slice(0, 2), [400, 'invalid'], JSON.stringify(args));
    const [, , message] = await one([
      {
        call: 'init',
        args: [
          { name: 'a', size: 'SECRET', type: '' },
          { folder: ROOT, conflict: 'ask' },
        ],
      },
    ]);
    assert.match(message, /"0\.size"/);
    assert.ok(!message.includes('SECRET'));
  });

  it('refuses names and paths that lead somewhere else', async () => {
    const anna = served.as('anna');
    for (const name of ['', '.', '..', '../x', 'a/b', '/etc', '..\\x', 'a\0b']) {
      await assert.rejects(anna.init({ name, size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }), { code: 'invalid' }, name);
      await assert.rejects(anna.createFolder(ROOT, name, { conflict: 'ask' }), { code: 'invalid' }, name);
    }
    for (const path of ['..', 'a/../b', '/a', 'a/', 'a//b', './a', 'a/..\\b']) {
      await assert.rejects(anna.init({ name: 'x', size: 1, type: '', path }, { folder: ROOT, conflict: 'ask' }), { code: 'invalid' }, path);
    }
    await ticketOf(anna.init({ name: '...x', size: 1, type: '', path: 'a b/..c' }, { folder: ROOT, conflict: 'ask' }));
  });

  it('refuses bodies that are too long, and does not read them to their end', async () => {
    const long = (bytes: number): string => JSON.stringify([{ n: 0, backend: 'files', call: 'quota', args: ['x'.repeat(bytes)] }]);
    assert.deepEqual((await one(long(1_000_001))).slice(0, 2), [413, 'too-large']);
    assert.deepEqual((await one(long(4_000_001))).slice(0, 2), [413, 'too-large']);
    const { status, sent } = await trickle(served.url, ' '.repeat(100_000), 400);
    assert.equal(status, 413);
    assert.ok(sent < 200, `it took ${String(sent)} pieces of 400`);
    assert.equal((await one([quota]))[0], 200);
  });

  it('takes a complete of 10,000 parts', async () => {
    const anna = served.as('anna');
    const { ticket } = await ticketOf(anna.init({ name: 'many', size: 10_000, type: '' }, { folder: ROOT, conflict: 'ask' }));
    const parts = Array.from({ length: 10_000 }, (_, index) => ({
      number: index + 1,
      start: index,
      end: index + 1,
      body: 'x'.repeat(200),
    }));
    // They are no parts of this relay: what counts is that it got to see them.
    await assert.rejects(anna.complete(ticket, parts, {}), { code: 'forbidden' });
  });

  it('lets long calls travel alone', async () => {
    assert.deepEqual((await one([quota, { call: 'list', args: [ROOT, {}] }])).slice(0, 2), [400, 'invalid']);
  });

  it('refuses what it has no answer for', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/bytes/x'],
      ['GET', '/bytes/x'],
      ['PUT', '/download/x'],
    ] as const) {
      const response = await fetch(served.url + path, { method, headers: { 'x-user': 'anna' } });
      assert.equal(response.status, 400, `${method} ${path}`);
      assert.match(await response.text(), /"unsupported"/);
    }
  });

  it('says nothing of what went wrong inside, and reports it', async () => {
    const [status, code, message] = await one([{ ...quota, backend: 'broken' }]);
    assert.deepEqual([status, code], [500, 'server']);
    assert.ok(!message.includes('hunter2') && !message.includes('/srv'));
    assert.match(String(served.reported.at(-1)), /hunter2/);
  });

  it('passes on a call that the backend does not have, and how long to wait', async () => {
    assert.deepEqual((await one([{ call: 'list', args: [ROOT, {}], backend: 'broken' }])).slice(0, 2), [400, 'unsupported']);
    const { status, headers } = await post(served.url, [{ call: 'rules', args: [ROOT], backend: 'broken' }]);
    assert.equal(status, 429);
    assert.equal(headers.get('retry-after'), '3');
  });

  it('sends headers that let nothing be guessed, run or kept', async () => {
    const { headers } = await post(served.url, [quota]);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
    assert.equal(headers.get('access-control-allow-origin'), null);
  });

  it('cancels what a page does not wait for any more, and aborts an upload that then opens', async () => {
    const slow = memory({ delay: 60 });
    const aborted: unknown[] = [];
    let opened = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (opened = resolve));
    const other = await wire({
      backends: {
        files: {
          ...slow,
          // A service that does not stop for anybody.
          init: async (file, where) => {
            opened();
            return slow.init(file, where);
          },
          abort: (ticket) => {
            aborted.push(ticket);
            return slow.abort(ticket);
          },
        },
      },
    });
    try {
      const controller = new AbortController();
      const call = other
        .as('anna')
        .init({ name: 'a', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }, { signal: controller.signal });
      await hanging;
      controller.abort();
      await assert.rejects(call, { code: 'aborted' });
      while (aborted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(aborted.length, 1);
    } finally {
      await other.close();
    }
  });
});
