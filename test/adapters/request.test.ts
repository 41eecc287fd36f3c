import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { createService, kindOf, receivedOf, retryAfterOf, type Ask, type ServiceOptions } from '../../src/adapters/request.js';
import type { BackendError } from '../../src/backend/errors.js';

type Deed = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
let deed: Deed = (_, response) => void response.end();
const server = createServer((request, response) => void deed(request, response));
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
after(() => {
  server.closeAllConnections();
  server.close();
});

const SECRET = 'k3y-that-nobody-may-see';
const ask = (over: Partial<Ask> & Partial<ServiceOptions> = {}) => {
  const { name = 'Acme', fetch, timeLimit, largest, meaning, ...rest } = over;
  const service = createService({ name, fetch, timeLimit, largest, meaning });
  return service({ deed: 'Listing "docs"', url, headers: { 'x-key': SECRET }, ...rest });
};
const refused = async (asked: Promise<unknown>): Promise<BackendError> => {
  const error = await asked.then(
    () => assert.fail('It should have been refused.'),
    (reason: unknown) => reason as BackendError,
  );
  assert.equal(error.name, 'BackendError');
  assert.ok(!JSON.stringify([error.message, String(error.cause)]).includes(SECRET), 'no secret in the error');
  return error;
};
const answer = (status: number, headers: Record<string, string> = {}, body = ''): void => {
  deed = (_, response) => void response.writeHead(status, headers).end(body);
};

test('sends what it is asked to, and reads the answer', async () => {
  const heard: unknown[] = [];
  deed = async (request, response) => {
    heard.push([request.method, request.headers['content-type'], request.headers['x-key'], await text(request)]);
    response.writeHead(201, { 'x-next': 'b' }).end('{"ä":1}');
  };
  const plain = await ask();
  await ask({ body: { json: { a: [1] } } });
  await ask({ method: 'DELETE', body: { json: {} } });
  await ask({ body: { form: { 'a b': 'c&d' } } });
  await ask({ body: { text: '<a/>', type: 'text/xml' }, headers: {} });
  assert.deepEqual(heard, [
    ['GET', undefined, SECRET, ''],
    ['POST', 'application/json', SECRET, '{"a":[1]}'],
    ['DELETE', 'application/json', SECRET, '{}'],
    ['POST', 'application/x-www-form-urlencoded', SECRET, 'a+b=c%26d'],
    ['POST', 'text/xml', undefined, '<a/>'],
  ]);
  assert.deepEqual([plain.status, plain.headers.get('x-next'), plain.json()], [201, 'b', { ä: 1 }]);
});

test('asks by the fetch that it is given', async () => {
  const asked: unknown[] = [];
  const answered = await ask({
    fetch: (input, init) => {
      asked.push([input, init?.credentials, init?.redirect]);
      return Promise.resolve(new Response('here'));
    },
  });
  assert.equal(answered.text, 'here');
  assert.deepEqual(asked, [[url, 'omit', 'manual']]);
});

const CODES: [number, string][] = [
  [302, 'server'],
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [408, 'server'],
  [409, 'invalid'],
  [413, 'too-large'],
  [422, 'invalid'],
  [423, 'locked'],
  [429, 'rate-limited'],
  [500, 'server'],
  [503, 'server'],
  [507, 'quota'],
];
for (const [status, code] of CODES) {
  test(`takes ${String(status)} for ${code}, without the body's words`, async () => {
    answer(status, { location: `${url}/elsewhere` }, `a body with ${SECRET}`);
    const error = await refused(ask());
    assert.equal(error.code, code);
    assert.equal(error.message, `Listing "docs" failed: Acme answered ${String(status)}.`);
    assert.equal(kindOf(error), undefined);
  });
}

test('follows no redirect, so that a key goes nowhere else', async () => {
  let asked = 0;
  deed = (_, response) => {
    asked += 1;
    response.writeHead(307, { location: `${url}/elsewhere` }).end();
  };
  assert.equal((await refused(ask())).code, 'server');
  assert.equal(asked, 1);
});

test('reads Retry-After as seconds and as a date', async () => {
  answer(429, { 'retry-after': '7' });
  assert.equal((await refused(ask())).retryAfter, 7);
  answer(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
  const { retryAfter = 0 } = await refused(ask());
  assert.ok(retryAfter > 50 && retryAfter <= 60, String(retryAfter));
  const told = (value: string) => retryAfterOf(new Headers({ 'retry-after': value }));
  assert.equal(told(new Date(0).toUTCString()), 0);
  assert.equal(told('soon'), undefined);
  assert.equal(retryAfterOf(new Headers()), undefined);
});

test("lets the adapter read the service's own errors, whatever the status", async () => {
  const meaning: ServiceOptions['meaning'] = ({ text: body }) =>
    body.startsWith('no:') ? { code: 'exists', kind: body.slice(3), reason: 'the name is taken', retryAfter: 3 } : undefined;
  answer(200, {}, 'no:taken');
  const error = await refused(ask({ meaning }));
  assert.deepEqual([error.code, kindOf(error), error.retryAfter], ['exists', 'taken', 3]);
  assert.equal(error.message, 'Listing "docs" failed: the name is taken (taken).');
  answer(422, { 'retry-after': '9' }, 'no:taken');
  assert.equal((await refused(ask({ meaning }))).retryAfter, 9);
  answer(422, {}, 'yes');
  assert.equal((await refused(ask({ meaning }))).code, 'invalid');
  answer(200, {}, 'yes');
  assert.equal((await ask({ meaning })).text, 'yes');
});

test('says that it is no JSON only to who wants JSON', async () => {
  answer(200, {}, `<html>${SECRET}</html>`);
  const answered = await ask();
  assert.throws(
    () => answered.json(),
    (error: BackendError) => error.code === 'server' && error.message.includes('not JSON') && !error.message.includes(SECRET),
  );
});

test('reads no more than it is allowed to, and still knows what a failure was', async () => {
  answer(200, {}, 'x'.repeat(1001));
  const error = await refused(ask({ largest: 1000 }));
  assert.equal(error.code, 'server');
  assert.match(error.message, /more than 1000 bytes/);
  answer(404, {}, 'x'.repeat(1001));
  assert.equal((await refused(ask({ largest: 1000 }))).code, 'not-found');
  answer(200, {}, 'x'.repeat(1000));
  assert.equal((await ask({ largest: 1000 })).text.length, 1000);
});

test('is offline where nobody listens, and where the connection breaks', async () => {
  const gone = await refused(ask({ url: 'http://127.0.0.1:1' }));
  assert.equal(gone.code, 'offline');
  deed = (request) => void request.socket.destroy();
  assert.equal((await refused(ask())).code, 'offline');
  deed = (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  const cut = await refused(ask());
  assert.equal(cut.code, 'offline');
  assert.match(cut.message, /^Listing "docs" failed: Acme cannot be reached, or the connection broke/);
});

test('keeps what came of an answer that broke off, where nobody comes upon it', async () => {
  deed = (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write(`{"id":"${SECRET}"`, () => setImmediate(() => response.destroy()));
  };
  const cut = await refused(ask());
  assert.equal(receivedOf(cut), `{"id":"${SECRET}"`);
  assert.ok(!inspect(cut).includes(SECRET));
  assert.equal(receivedOf(new Error('another')), undefined);
});

test('is aborted with its signal, before, while waiting and while reading', async () => {
  const aborted = async (controller: AbortController) => {
    const error = await refused(ask({ signal: controller.signal }));
    assert.equal(error.code, 'aborted');
    assert.equal(error.message, 'Listing "docs" was aborted.');
  };
  const before = new AbortController();
  before.abort();
  await aborted(before);
  const waiting = new AbortController();
  deed = () => {
    waiting.abort();
  };
  await aborted(waiting);
  const reading = new AbortController();
  deed = (_, response) => {
    response.write('half', () => {
      reading.abort();
    });
  };
  await aborted(reading);
});

test('waits no longer than its time limit', async () => {
  deed = () => undefined;
  const silent = await refused(ask({ timeLimit: 20 }));
  assert.equal(silent.code, 'server');
  assert.match(silent.message, /did not answer within 0.02 s/);
  deed = (_, response) => void response.write('half');
  assert.equal((await refused(ask({ timeLimit: 100 }))).code, 'server');
});

test('refuses a key that no header can hold, without saying it', async () => {
  const error = await refused(ask({ headers: { 'x-key': `${SECRET}€` } }));
  assert.equal(error.code, 'invalid');
  assert.match(error.message, /a key or header holds characters/);
});
