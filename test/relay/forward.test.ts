import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { defineBackend, type Backend } from '../../src/backend/backend.js';
import { NOTHING } from '../../src/backend/capabilities.js';
import type { Item } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import type { PartTarget, Ticket, UploadCapability, UploadedPart } from '../../src/backend/upload.js';
import { ticketOf, wire, type Wire } from './wire.js';

const upload: UploadCapability = {
  partSize: { min: 1, max: 1e9, preferred: 1e6 },
  cuts: 'free',
  maxParts: 100,
  maxFileSize: 1e12,
  parallelParts: 4,
  parallelFiles: 4,
  retryParts: true,
  bytes: 'direct',
  resume: false,
  retryStatus: [],
  conflict: ['ask'],
  folders: false,
  needsDelivery: false,
  digest: false,
  sizeEnforced: 'complete',
};

interface Heard {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

let store: Server;
let at: string;
let heard: Heard[];
let answer: { status: number; headers?: Record<string, string>; body?: string; early?: boolean };
let target: Partial<PartTarget>;
let completed: UploadedPart[];
let tickets: Ticket[];
let served: Wire;
let anna: Backend;

const service = (bytes: 'direct' | 'relay', first?: PartTarget): Backend =>
  defineBackend({
    capabilities: () =>
      Promise.resolve({ ...NOTHING, account: 'store', upload: { ...upload, bytes }, item: true, download: { bytes, ranges: true } }),
    init: () => Promise.resolve({ ticket: 'ticket 1', path: 'a', upload: { ...upload, bytes }, ...(first && { first }) }),
    part: (ticket, part) => {
      tickets.push(ticket);
      return Promise.resolve({
        url: `${at}/put/${String(part.number)}`,
        method: 'PUT',
        headers: {},
        answer: 'etag',
        expires: 300,
        ...target,
      });
    },
    complete: (_, parts) => {
      completed = parts;
      return Promise.resolve({ item: { id: 'x', name: 'a', kind: 'file', size: 10, can: [] } });
    },
    item: ({ id }): Promise<Item> => Promise.resolve({ id, name: 'a.txt', kind: 'file', size: 10, can: [] }),
    download: () => Promise.resolve([{ ids: ['x'], url: `${at}/get`, expires: 60 }]),
  });

beforeEach(async () => {
  heard = [];
  tickets = [];
  target = {};
  answer = { status: 200, headers: { etag: '"tag"' } };
  store = createServer((request, response) => {
    void (async () => {
      if (request.method === 'GET') {
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
        response.writeHead(from ? 206 : 200);
        response.end('0123456789'.slice(Number(from ?? 0), Number(to ?? 9) + 1));
        return;
      }
      let body = '';
      if (!answer.early) for await (const chunk of request) body += String(chunk);
      heard.push({ method: request.method, headers: request.headers, body });
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    })().catch(() => undefined);
  });
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
  at = `http://127.0.0.1:${String((store.address() as AddressInfo).port)}`;
  served = await wire({ backends: { files: service('relay'), direct: service('direct') } });
  anna = served.as('anna');
});
afterEach(async () => {
  await served.close();
  store.closeAllConnections();
  store.close();
});

const begin = (backend = anna): ReturnType<typeof ticketOf> =>
  ticketOf(backend.init({ name: 'a "b".bin', size: 10, type: '' }, { folder: ROOT, conflict: 'ask' }));
const part = { number: 1, start: 0, end: 10 };
const put = async (url: string, body = '0123456789'): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(url, { method: 'PUT', body });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

describe('a part that is sent on', () => {
  it('arrives with the headers that the store wants, and its ETag is kept from the page', async () => {
    target = { method: 'POST', headers: { 'x-secret': 'hush', 'content-type': 'x/y' } };
    const { ticket, upload: narrowed } = await begin();
    assert.deepEqual([narrowed.bytes, narrowed.sizeEnforced], ['relay', 'stream']);
    const goes = await anna.part(ticket, part);
    assert.ok(goes.url.startsWith(served.url) && !JSON.stringify(goes).includes('hush'));
    const { status, text } = await put(goes.url);
    assert.equal(status, 200);
    assert.ok(!text.includes('tag'));
    const [one] = heard;
    assert.deepEqual(
      [one?.method, one?.body, one?.headers['x-secret'], one?.headers['content-type'], one?.headers['content-length']],
      ['POST', '0123456789', 'hush', 'x/y', '10'],
    );
    assert.equal(one?.headers['transfer-encoding'], undefined);
    await anna.complete(ticket, [{ ...part, body: text }], {});
    assert.deepEqual(completed, [{ ...part, etag: '"tag"' }]);
  });

  it('may be wanted as a form, and answered in its body or not at all', async () => {
    for (const [kind, kept] of [
      ['body', { body: 'a file id' }],
      ['none', {}],
    ] as const) {
      target = { method: 'POST', answer: kind, form: { fields: { key: 'v"1"', 'na"me': 'ü' }, file: 'upload' } };
      answer = { status: 201, body: 'a file id' };
      const { ticket } = await begin();
      const { text } = await put((await anna.part(ticket, part)).url);
      const { headers, body } = heard.pop() ?? assert.fail();
      assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
      const form = await new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
      assert.deepEqual([...form.keys()], ['key', 'na"me', 'upload']);
      assert.equal(form.get('na"me'), 'ü');
      const file = form.get('upload') as File;
      assert.deepEqual([file.name, await file.text()], ['a "b".bin', '0123456789']);
      await anna.complete(ticket, [{ ...part, body: text }], {});
      assert.deepEqual(completed, [{ ...part, ...kept }]);
    }
  });

  it('is called in a form what the backend wants it called', async () => {
    target = { method: 'POST', answer: 'none', form: { fields: {}, file: 'upload', filename: 'parked "1".bin' } };
    const { ticket } = await begin();
    await put((await anna.part(ticket, part)).url);
    const { headers, body } = heard.pop() ?? assert.fail();
    const form = await new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
    assert.equal((form.get('upload') as File).name, 'parked "1".bin');
  });

  it('is refused as the store refuses it, with its status and how long to wait', async () => {
    const { ticket } = await begin();
    for (const [status, code, says] of [
      [403, 'expired', 403],
      [413, 'too-large', 413],
      [429, 'rate-limited', 429],
      [503, 'server', 503],
      [418, 'invalid', 418],
      [302, 'server', 502],
    ] as const) {
      answer = { status, headers: { 'retry-after': '7' }, body: 'a secret of the store' };
      const { url } = await anna.part(ticket, part);
      const refused = await put(url);
      assert.deepEqual([refused.status, (JSON.parse(refused.text) as { code: string }).code], [says, code]);
      assert.ok(!refused.text.includes('secret'));
      if (status !== 302) assert.equal(refused.headers.get('retry-after'), '7');
    }
  });

  it('is refused for what the backend reads in the answer, whatever its status', async () => {
    const reading: Backend = {
      ...service('relay'),
      refusal: ({ status, body, size }) =>
        body.startsWith('no') && size === part.end
          ? { code: 'exists', message: `Taken, says ${String(status)}.`, retryAfter: 5 }
          : undefined,
    };
    const other = await wire({ backends: { files: reading } });
    try {
      const one = other.as('anna');
      const { ticket } = await begin(one);
      const sent = async (): ReturnType<typeof put> => put((await one.part(ticket, part)).url);
      for (const [headers, wait] of [
        [{ etag: '"tag"' }, '5'],
        [{ 'retry-after': '7' }, '7'],
      ] as const)
        for (const status of [200, 403, 500]) {
          answer = { status, headers, body: 'no: a secret of the store' };
          const refused = await sent();
          assert.deepEqual([refused.status, refused.headers.get('retry-after')], [409, wait]);
          assert.deepEqual(JSON.parse(refused.text), {
            code: 'exists',
            message: `Taken, says ${String(status)}.`,
            retryAfter: Number(wait),
          });
        }
      answer = { status: 403, body: 'something else' };
      assert.equal((JSON.parse((await sent()).text) as { code: string }).code, 'expired');
      answer = { status: 200, headers: { etag: '"tag"' } };
      assert.equal((await sent()).status, 200);
    } finally {
      await other.close();
    }
  });

  it('is refused where nobody listens, where no ETag is told, and where the store stops listening', async () => {
    const { ticket } = await begin();
    const codeOf = async (): Promise<unknown> =>
      (JSON.parse((await put((await anna.part(ticket, part)).url)).text) as { code: string }).code;
    answer = { status: 200 };
    assert.equal(await codeOf(), 'server');
    answer = { status: 413, early: true };
    assert.equal(await codeOf(), 'too-large');
    target = { url: 'http://127.0.0.1:9/' };
    assert.equal(await codeOf(), 'server');
  });

  it('never reaches the store whole when it is longer or shorter than announced', async () => {
    const { ticket } = await begin();
    const { url } = await anna.part(ticket, part);
    for (const body of ['short', 'much too long for it']) {
      const status = await new Promise<number | undefined>((resolve) => {
        const request = httpRequest(url, { method: 'PUT' }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.write(body.slice(0, 3));
        request.end(body.slice(3));
      });
      assert.equal(status, body === 'short' ? 400 : 413);
    }
    assert.deepEqual(heard, []);
  });

  it('uses the address that came with the upload, and the ticket that came with an address', async () => {
    const first: PartTarget = { url: `${at}/first`, method: 'PUT', headers: {}, answer: 'etag', expires: 300, ticket: 'ticket 2' };
    const other = await wire({ backends: { relayed: service('relay', first), direct: service('direct', first) } });
    try {
      const one = other.as('anna', 'relayed');
      const begun = await begin(one);
      assert.equal(begun.first?.ticket, undefined);
      assert.equal((await put(begun.first?.url ?? '')).status, 200);
      target = { ticket: 'ticket 3' };
      const { ticket } = await one.part(begun.ticket, part);
      assert.ok(typeof ticket === 'string' && ticket !== begun.ticket);
      await one.part(ticket, part);
      assert.deepEqual(tickets, ['ticket 2', 'ticket 3']);
      const direct = await begin(other.as('anna', 'direct'));
      assert.deepEqual(direct.first, { url: `${at}/first`, method: 'PUT', headers: {}, answer: 'etag', expires: 300 });
    } finally {
      await other.close();
    }
  });
});

describe('a store that a page can reach', () => {
  it('is sent to directly, unless the page asks for the way round, for any of the parts', async () => {
    const direct = served.as('anna', 'direct');
    const { ticket, upload: told } = await begin(direct);
    assert.equal(told.bytes, 'direct');
    assert.equal((await direct.part(ticket, { number: 1, start: 0, end: 4 })).url, `${at}/put/1`);
    const round = await direct.part(ticket, { number: 2, start: 4, end: 10, via: 'relay' });
    assert.ok(round.url.startsWith(served.url));
    const { text } = await put(round.url, '456789');
    await direct.complete(
      ticket,
      [
        { number: 1, start: 0, end: 4, etag: '"own"' },
        { number: 2, start: 4, end: 10, body: text },
      ],
      {},
    );
    assert.deepEqual(completed, [
      { number: 1, start: 0, end: 4, etag: '"own"' },
      { number: 2, start: 4, end: 10, etag: '"tag"' },
    ]);
  });

  it('gives downloads itself; one that it cannot reach is read through the relay, with ranges', async () => {
    const item = async (backend: Backend): Promise<Item> => {
      const { ticket } = await begin(backend);
      const { text } = await put((await backend.part(ticket, { ...part, via: 'relay' })).url);
      const done = await backend.complete(ticket, [{ ...part, body: text }], {});
      return 'item' in done ? done.item : assert.fail();
    };
    const direct = served.as('anna', 'direct');
    assert.deepEqual(await direct.download([await item(direct)]), [{ ids: ['x'], url: `${at}/get`, expires: 60 }]);
    const [download] = await anna.download([await item(anna)]);
    assert.ok(download);
    assert.ok(download.url.startsWith(served.url));
    assert.equal(await (await fetch(download.url)).text(), '0123456789');
    const ranged = await fetch(download.url, { headers: { range: 'bytes=3-5' } });
    assert.deepEqual([ranged.status, await ranged.text()], [206, '345']);
  });
});
