import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend, type RelayBackendOptions } from '../../src/relay/client.js';
import { NDJSON, type Entry } from '../../src/relay/protocol.js';

const closers: (() => void)[] = [];
after(() => closers.forEach((close) => close()));

interface Heard {
  entries: Entry[];
  headers: IncomingMessage['headers'];
  /** The page has gone. */
  gone: Promise<unknown>;
}

/** A server that tells what it heard, and answers as it is told to. */
async function server(
  answer: (heard: Heard, response: ServerResponse) => void | Promise<void>,
): Promise<{ url: string; heard: Heard[]; backend: (more?: Partial<RelayBackendOptions>) => Backend }> {
  const heard: Heard[] = [];
  const one = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const now = { entries: JSON.parse(body) as Entry[], headers: request.headers, gone: once(response, 'close') };
      heard.push(now);
      response.setHeader('content-type', NDJSON);
      await answer(now, response);
    })();
  });
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  closers.push(() => {
    one.closeAllConnections();
    one.close();
  });
  const url = `http://127.0.0.1:${String((one.address() as AddressInfo).port)}/relay`;
  return { url, heard, backend: (more) => relayBackend({ url, backend: 'files', ...more }) };
}

const echo = ({ entries }: Heard, response: ServerResponse): void => {
  for (const { n, call, args } of entries) response.write(`${JSON.stringify({ n, value: { call, args } })}\n`);
  response.end();
};

const file = { name: 'a', size: 1, type: '' };
const where = { folder: ROOT, conflict: 'ask' } as const;
const rejected = async (call: Promise<unknown>): Promise<{ code: string; message: string; retryAfter?: number }> =>
  call.then(
    () => assert.fail('it should have been rejected'),
    (error: unknown) => error as { code: string; message: string },
  );

describe('relayBackend', () => {
  it('sends calls of the same moment in one request, and each call its own arguments', async () => {
    const { heard, backend } = await server(echo);
    const one = backend();
    const answers = await Promise.all([
      one.quota(),
      one.item({ id: '1' }),
      one.contacts.remove({ id: '2' }),
      one.parts('t', { signal: new AbortController().signal }),
    ]);
    assert.deepEqual(answers, [
      { call: 'quota', args: [] },
      { call: 'item', args: [{ id: '1' }] },
      { call: 'contacts.remove', args: [{ id: '2' }] },
      { call: 'parts', args: ['t'] },
    ]);
    assert.equal(heard.length, 1);
    await one.quota();
    assert.equal(heard.length, 2);
  });

  it('sends 100 calls at a time, and a million bytes', async () => {
    const { heard, backend } = await server(echo);
    const one = backend();
    await Promise.all(Array.from({ length: 250 }, (_, number) => one.init({ ...file, name: String(number) }, where)));
    assert.deepEqual(heard.map(({ entries }) => entries.length).sort(), [100, 100, 50]);
    await Promise.all(Array.from({ length: 10 }, () => one.rename({ id: '1' }, 'x'.repeat(100_000))));
    assert.deepEqual(
      heard
        .slice(3)
        .map(({ entries }) => entries.length)
        .sort(),
      [1, 3, 3, 3],
    );
  });

  it('gives list, copy, move and send requests of their own', async () => {
    const { heard, backend } = await server(echo);
    const one = backend();
    const transfer = { to: ROOT, conflict: 'ask', operation: 'operation' } as const;
    await Promise.all([one.quota(), one.list(ROOT, {}), one.copy([], transfer), one.item(ROOT), one.move([], transfer)]);
    const sent = heard.map(({ entries }) => entries.map(({ call }) => call).join()).sort();
    assert.deepEqual(sent, ['copy', 'list', 'move', 'quota,item']);
  });

  it('settles each call as soon as its line is there', async () => {
    const { backend } = await server(({ entries }, response) => {
      const line = (index: number): string => `${JSON.stringify({ n: entries[index]?.n, value: index })}\n`;
      // An empty line is the relay's way to keep the connection alive; lines need not come in whole pieces.
      response.write(`\n${line(1)}${line(2).slice(0, 5)}`);
      setTimeout(() => response.write(line(2).slice(5)), 30);
      setTimeout(() => response.end(line(0)), 150);
    });
    const one = backend();
    const order: number[] = [];
    await Promise.all([0, 1, 2].map(async (index) => order.push((await one.item({ id: String(index) })) as unknown as number)));
    assert.deepEqual(order, [1, 2, 0]);
  });

  it('reads the names of files in any language, however the pieces fall', async () => {
    const { backend } = await server(({ entries }, response) => {
      const bytes = Buffer.from(`${JSON.stringify({ n: entries[0]?.n, value: '日本語 – ü 🚢' })}\n`);
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    assert.equal(await backend().quota(), '日本語 – ü 🚢');
  });

  it('asks for headers anew each time, and sends them with its own', async () => {
    const { heard, backend } = await server(echo);
    let count = 0;
    const one = backend({ headers: () => Promise.resolve({ authorization: `Bearer ${String(++count)}` }) });
    await one.quota();
    await one.quota();
    assert.deepEqual(
      heard.map(({ headers }) => headers.authorization),
      ['Bearer 1', 'Bearer 2'],
    );
    assert.equal(heard[0]?.headers['content-type'], 'application/json');
    await backend({ headers: { authorization: 'none' }, token: 'of a request' }).quota();
    assert.deepEqual([heard[2]?.headers.authorization, heard[2]?.headers['x-ferry-link']], ['none', 'of a request']);
    const failing = backend({ headers: () => Promise.reject(new Error('no token')) });
    assert.ok(await rejected(failing.quota()));
  });

  it("turns the relay's own addresses into the page's, and nothing that looks like one", async () => {
    const { url, backend } = await server(({ entries }, response) => {
      const value = { url: './bytes/x', name: '"url":"./bytes/x"', first: { url: './bytes/y' } };
      response.end(`${JSON.stringify({ n: entries[0]?.n, value })}\n`);
    });
    assert.deepEqual(await backend({ url: `${url}/?tenant=1` }).quota(), {
      url: `${url}/bytes/x`,
      name: '"url":"./bytes/x"',
      first: { url: `${url}/bytes/y` },
    });
  });

  it('says what a call was refused with', async () => {
    const { backend } = await server(({ entries }, response) => {
      response.end(`${JSON.stringify({ n: entries[0]?.n, error: { code: 'rate-limited', message: 'slower', retryAfter: 3 } })}\n`);
    });
    const error = await rejected(backend().quota());
    assert.deepEqual([error.code, error.message, error.retryAfter], ['rate-limited', 'slower', 3]);
  });

  it('passes on to every call what the whole request was refused with', async () => {
    const { backend } = await server((_, response) => {
      response.statusCode = 403;
      response.end(`${JSON.stringify({ error: { code: 'forbidden', message: 'another site' } })}\n`);
    });
    const one = backend();
    const errors = await Promise.all([rejected(one.quota()), rejected(one.item(ROOT))]);
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['forbidden', 'forbidden'],
    );
  });

  it('says offline where nobody answers, the answer breaks off, or leaves a call out', async () => {
    const nobody = relayBackend({ url: 'http://127.0.0.1:9/relay', backend: 'files' });
    assert.equal((await rejected(nobody.quota())).code, 'offline');
    const cut = await server(({ entries }, response) => {
      response.write(`${JSON.stringify({ n: entries[0]?.n, value: 1 })}\n`);
      setTimeout(() => response.destroy(), 20);
    });
    const one = cut.backend();
    const [first, second] = await Promise.all([one.quota(), rejected(one.item(ROOT))]);
    assert.equal(first, 1);
    assert.equal(second.code, 'offline');
    const short = await server((_, response) => void response.end());
    assert.equal((await rejected(short.backend().quota())).code, 'offline');
  });

  it('understands what proxies and login pages answer', async () => {
    for (const [status, code] of [
      [502, 'server'],
      [401, 'unauthorized'],
      [404, 'not-found'],
      [413, 'too-large'],
      [200, 'server'],
    ] as const) {
      const { backend } = await server((_, response) => {
        response.statusCode = status;
        response.setHeader('content-type', 'text/html');
        response.setHeader('retry-after', '7');
        response.end('<h1>Hello</h1>');
      });
      const error = await rejected(backend().quota());
      assert.equal(error.code, code);
      assert.equal(error.retryAfter, 7);
      assert.ok(!error.message.includes('Hello'));
    }
  });

  it('drops an aborted call, and ends the request when nobody waits for it any more', async () => {
    const { heard, backend } = await server(() => undefined);
    const one = backend();
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [rejected(one.item(ROOT, { signal: first.signal })), rejected(one.quota({ signal: second.signal }))];
    while (!heard[0]) await new Promise((resolve) => setTimeout(resolve, 5));
    first.abort();
    assert.equal((await calls[0])?.code, 'aborted');
    let gone = false;
    void heard[0].gone.then(() => (gone = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!gone, 'the other call still waits');
    second.abort();
    assert.equal((await calls[1])?.code, 'aborted');
    await heard[0].gone;
  });

  it('sends nothing for what is aborted before it leaves', async () => {
    const { heard, backend } = await server(echo);
    const one = backend();
    const controller = new AbortController();
    const call = rejected(one.quota({ signal: controller.signal }));
    controller.abort();
    assert.equal((await call).code, 'aborted');
    assert.equal((await rejected(one.quota({ signal: AbortSignal.abort() }))).code, 'aborted');
    await one.quota();
    assert.deepEqual(
      heard.map(({ entries }) => entries.length),
      [1],
    );
  });

  it('aborts an upload that opens after nobody waits for it any more', async () => {
    const controller = new AbortController();
    const { heard, backend } = await server(({ entries }, response) => {
      if (entries[0]?.call === 'init') controller.abort();
      for (const { n, call } of entries) response.write(`${JSON.stringify({ n, value: call === 'init' ? { ticket: 'T' } : 'late' })}\n`);
      setTimeout(() => response.end(), 20);
    });
    const one = backend();
    const [code, late] = await Promise.all([rejected(one.init(file, where, { signal: controller.signal })), one.quota()]);
    assert.equal(code.code, 'aborted');
    assert.equal(late, 'late');
    while (!heard[1]) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(
      heard[1].entries.map(({ call, args }) => [call, args]),
      [['abort', ['T']]],
    );
  });
});
