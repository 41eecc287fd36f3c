import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Hono } from 'hono';
import { knobs, type Knobbed } from './knobs.js';
import { serveOrigin, type Origin } from './origin.js';

const running: Origin[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((origin) => origin.close()));
});

/** A service of one origin that keeps what is put to it. */
async function start(): Promise<{ url: string; turn: Knobbed; kept: Map<string, string> }> {
  const turn = knobs();
  const kept = new Map<string, string>();
  const app = new Hono()
    .put('/:name', async (c) => {
      kept.set(c.req.param('name'), await c.req.text());
      return c.json({ kept: c.req.param('name') }, 201, { 'x-size': '1' });
    })
    .get('/:name', (c) => c.text(kept.get(c.req.param('name')) ?? '', kept.has(c.req.param('name')) ? 200 : 404));
  const origin = await serveOrigin({
    name: 'api',
    fetch: (request) => app.fetch(request),
    knobs: turn,
    cors: { methods: ['GET', 'PUT'], headers: ['x-key'], exposed: ['X-Size'] },
    refuse: (status) => Response.json({ refused: status }, { status }),
  });
  running.push(origin);
  return { url: origin.url, turn, kept };
}

const put = (url: string, body: string): Promise<Response> => fetch(url, { method: 'PUT', body });

describe('a simulated service', () => {
  it('writes down every request, without bodies', async () => {
    const { url, turn } = await start();
    await put(`${url}/a?x=1`, 'three');
    await (await fetch(`${url}/a`)).text();
    assert.deepEqual(
      turn.requests.map(({ origin, method, path, status, received, sent }) => ({ origin, method, path, status, received, sent })),
      [
        { origin: 'api', method: 'PUT', path: '/a?x=1', status: 201, received: 5, sent: 12 },
        { origin: 'api', method: 'GET', path: '/a', status: 200, received: 0, sent: 5 },
      ],
    );
    assert.equal(turn.seen(/^api PUT \/a\?/)[0]?.headers['content-length'], '5');
    turn.clear();
    assert.equal(turn.requests.length, 0);
  });

  it('fails the next request that matches in its own way, with nothing done', async () => {
    const { url, turn, kept } = await start();
    turn.next(/PUT \/b/, 'error');
    turn.next(/PUT \/b/, 'rate-limited');
    turn.retryAfter = 7;
    assert.equal((await put(`${url}/a`, 'a')).status, 201);
    const failed = await put(`${url}/b`, 'b');
    assert.deepEqual([failed.status, await failed.json()], [503, { refused: 503 }]);
    const limited = await put(`${url}/b`, 'b');
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.deepEqual([...kept.keys()], ['a']);
    assert.equal((await put(`${url}/b`, 'b')).status, 201);
  });

  it('cuts a request with nothing done', async () => {
    const { url, turn, kept } = await start();
    turn.next(/PUT/, 'cut');
    await assert.rejects(put(`${url}/a`, 'x'.repeat(1_000_000)), TypeError);
    assert.equal(kept.size, 0);
    assert.deepEqual([turn.requests[0]?.status, turn.requests[0]?.fault], [undefined, 'cut']);
  });

  it('does what was asked and loses the answer', async () => {
    const { url, turn, kept } = await start();
    turn.next(/PUT/, 'lost-answer');
    await assert.rejects(put(`${url}/a`, 'x'), TypeError);
    assert.equal(kept.get('a'), 'x');
  });

  it('cuts an answer in the middle', async () => {
    const { url, turn, kept } = await start();
    kept.set('a', 'y'.repeat(1000));
    turn.next(/GET/, 'cut-answer');
    const response = await fetch(`${url}/a`);
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), TypeError);
    assert.equal(turn.requests[0]?.sent, 500);
  });

  it('repeats its faults from the same seed, at the rate asked for', async () => {
    const { url, turn } = await start();
    const run = async (seed: number): Promise<string> => {
      turn.seed(seed);
      turn.clear();
      for (let i = 0; i < 60; i++) await put(`${url}/a`, 'a').catch(() => undefined);
      return turn.requests.map(({ fault }) => fault ?? '-').join(' ');
    };
    turn.errorRate = 0.4;
    const first = await run(3);
    assert.equal(await run(3), first);
    assert.notEqual(await run(4), first);
    const faults = first.split(' ').filter((fault) => fault !== '-');
    assert.ok(faults.length > 12 && faults.length < 36, `${String(faults.length)} of 60 failed`);
    assert.deepEqual([...new Set(faults)].sort(), ['cut', 'error', 'rate-limited']);
    turn.strikes = /GET/;
    assert.doesNotMatch(await run(3), /[a-z]/);
  });

  it('keeps a request at the door until it is let in', async () => {
    const { url, turn, kept } = await start();
    const release = turn.hold(/PUT \/slow/);
    const slow = put(`${url}/slow`, 'late');
    await put(`${url}/quick`, 'now');
    assert.deepEqual([...kept.keys()], ['quick']);
    release();
    assert.equal((await slow).status, 201);
  });

  it('lets pages of other origins in, unless its knob says no', async () => {
    const { url, turn } = await start();
    const ask = async (): Promise<Response> =>
      fetch(`${url}/a`, { method: 'OPTIONS', headers: { origin: 'http://page.test', 'access-control-request-method': 'PUT' } });
    const allowed = await ask();
    assert.deepEqual(
      ['allow-origin', 'allow-methods', 'allow-headers'].map((name) => allowed.headers.get(`access-control-${name}`)),
      ['*', 'GET, PUT', 'x-key'],
    );
    assert.equal((await put(`${url}/a`, 'a')).headers.get('access-control-expose-headers'), 'X-Size');
    turn.next(/PUT/, 'error');
    assert.equal((await put(`${url}/a`, 'a')).headers.get('access-control-allow-origin'), '*');
    turn.cors['api'] = false;
    assert.equal((await ask()).status, 403);
    assert.equal((await put(`${url}/a`, 'a')).headers.get('access-control-allow-origin'), null);
  });
});
