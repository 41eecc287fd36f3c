import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { ROOT } from '../../src/backend/item.js';
import { originRule } from '../../src/relay/origin.js';
import { post, wire, type Wire } from './wire.js';

const APP = 'https://app.example.com';
const files = memory();
let served: Wire;
before(async () => {
  served = await wire({ backends: { files }, origins: [APP] });
});
after(() => served.close());

const folder = (name: string): { call: string; args: unknown[] }[] => [{ call: 'createFolder', args: [ROOT, name, { conflict: 'ask' }] }];
const names = async (): Promise<string[]> => (await files.list(ROOT, {})).items.map(({ name }) => name);

describe('origins', () => {
  it("lets the relay's own pages, listed ones and programs call", async () => {
    const own = new URL(served.url).origin;
    assert.equal((await post(served.url, folder('program'))).status, 200);
    assert.equal((await post(served.url, folder('own'), { origin: own })).status, 200);
    assert.equal(
      (await post(served.url, folder('own by metadata'), { origin: 'https://public.example', 'sec-fetch-site': 'same-origin' })).status,
      200,
    );
    const { status, headers } = await post(served.url, folder('listed'), { origin: APP });
    assert.equal(status, 200);
    assert.equal(headers.get('access-control-allow-origin'), APP);
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
    assert.match(headers.get('vary') ?? '', /Origin/);
  });

  it('does nothing for a page of another origin', async () => {
    for (const origin of ['https://evil.example', 'null', `${APP}.evil.example`, 'http://app.example.com', `${APP}:8443`]) {
      const { status, lines, headers } = await post(served.url, folder(`from ${origin.length}`), { origin });
      assert.deepEqual([status, lines[0]?.error?.code], [403, 'forbidden'], origin);
      assert.equal(headers.get('access-control-allow-origin'), null);
    }
    const { status } = await post(served.url, folder('cross'), { 'sec-fetch-site': 'cross-site', origin: new URL(served.url).origin });
    assert.equal(status, 403);
    assert.ok(!(await names()).some((name) => name.startsWith('from') || name === 'cross'));
  });

  it("does nothing for another site's form, whatever it calls its content", async () => {
    const body = JSON.stringify([{ n: 0, backend: 'files', ...folder('by form')[0] }]);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; application/json',
      '',
    ]) {
      const { status } = await post(served.url, body, { 'content-type': type });
      assert.equal(status, 400, type);
    }
    assert.equal(
      (await post(served.url, body.replace('by form', 'charset'), { 'content-type': 'Application/JSON; charset=utf-8' })).status,
      200,
    );
    assert.ok(!(await names()).includes('by form'));
  });

  it('answers a browser that asks first, for listed origins only', async () => {
    const ask = (origin: string, method: string, path = ''): Promise<Response> =>
      fetch(served.url + path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization,content-type' },
      });
    for (const [method, path] of [
      ['POST', ''],
      ['PUT', '/bytes/x'],
      ['GET', '/download/x'],
    ] as const) {
      const yes = await ask(APP, method, path);
      assert.equal(yes.status, 204);
      assert.equal(yes.headers.get('access-control-allow-origin'), APP);
      assert.match(yes.headers.get('access-control-allow-methods') ?? '', new RegExp(method));
      assert.equal(yes.headers.get('access-control-allow-headers'), 'authorization,content-type');
      const no = await ask('https://evil.example', method, path);
      assert.equal(no.status, 403);
      assert.equal(no.headers.get('access-control-allow-origin'), null);
    }
  });

  it('compares hosts, as whoever ends the TLS connection knows the scheme', () => {
    const rule = originRule();
    const request = (headers: Record<string, string>): Request =>
      new Request('http://relay.example:8080/relay', { method: 'POST', headers });
    // A Request of the Web platform hides the host header, which is then its URL's.
    rule.check(request({ origin: 'https://relay.example:8080' }));
    assert.throws(() => rule.check(request({ origin: 'https://relay.example' })), { code: 'forbidden' });
  });
});
