import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { openLink, type Link, type LinkOptions } from './link.js';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A server that answers what it was sent, at the far end of a link. */
async function open(context: TestContext, options: LinkOptions): Promise<Link> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = await openLink((server.address() as AddressInfo).port, options);
  context.after(async () => {
    await link.close();
    server.closeAllConnections();
    server.close();
  });
  return link;
}

const echo = async (link: Link, body: Buffer<ArrayBuffer>): Promise<string> => {
  const response = await fetch(link.url, { method: 'POST', body });
  return digest(new Uint8Array(await response.arrayBuffer()));
};

test('bytes go through a link unchanged and in order, there and back', async (context) => {
  const link = await open(context, { delay: 2, each: 50e6 });
  const bodies = [Buffer.alloc(0), randomBytes(1), randomBytes(3_000_000), randomBytes(700_001)];
  assert.deepEqual(await Promise.all(bodies.map((body) => echo(link, body))), bodies.map(digest));
});

test('a link takes at least its time: to be opened, for each way, and for its bytes', async (context) => {
  const link = await open(context, { delay: 30, each: 1e6 });
  const start = performance.now();
  await echo(link, randomBytes(100_000));
  // 60 ms to be opened, 30 ms there, 100 ms for the bytes, 30 ms back.
  assert.ok(performance.now() - start > 210);
});

test('a link shares its speed among its connections, and can be changed', async (context) => {
  const link = await open(context, { delay: 1, all: 1e6 });
  const body = randomBytes(50_000);
  const start = performance.now();
  await Promise.all([echo(link, body), echo(link, body), echo(link, body)]);
  assert.ok(performance.now() - start > 140);
  link.pace(100e6);
  assert.equal(await echo(link, randomBytes(10_000_000)).then(() => link.cuts), 0);
});

test('connections are cut after so many bytes, at the same places for the same seed', async (context) => {
  const run = async (seed: number): Promise<string> => {
    const link = await open(context, { delay: 0, cutAfter: 2_000_000, seed });
    const body = randomBytes(1_000_000);
    const outcomes: string[] = [];
    for (let round = 0; round < 20; round++) outcomes.push((await echo(link, body).catch(() => 'cut')) === 'cut' ? 'cut' : 'there');
    assert.equal(outcomes.filter((one) => one === 'cut').length, link.cuts);
    assert.ok(link.cuts > 0 && link.cuts < 20);
    return outcomes.join();
  };
  assert.equal(await run(7), await run(7));
});
