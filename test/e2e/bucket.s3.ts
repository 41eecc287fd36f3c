import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { originOf } from '../../src/adapters/s3.api.js';
import { checkS3, s3, type S3Options } from '../../src/adapters/s3.js';
import { memoryStore } from '../../src/relay/store.js';
import { digest, ground, MIB } from '../adapters/s3.ground.js';
import { take } from '../contract/bytes.js';
import { ask, makeBucket } from '../tools/bucket.js';
import { launch } from '../tools/engines.js';
import { slowDown } from '../tools/slowing.js';
import { ended } from './acting.js';
import { openSite, type Site } from './site.js';

const { ceph, options } = await ground();

/** A rule as `checkS3` writes it. */
interface Rule {
  AllowedOrigins: string[];
  AllowedMethods: string[];
  AllowedHeaders: string[];
  ExposeHeaders: string[];
  MaxAgeSeconds: number;
}

/** The same as the store's own call takes it. */
function inXml({ AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders, MaxAgeSeconds }: Rule): string {
  const all = (name: string, values: string[]): string => values.map((value) => `<${name}>${value}</${name}>`).join('');
  const lists = [
    all('AllowedOrigin', AllowedOrigins),
    all('AllowedMethod', AllowedMethods),
    all('AllowedHeader', AllowedHeaders),
    all('ExposeHeader', ExposeHeaders),
  ];
  return `<CORSConfiguration><CORSRule>${lists.join('')}<MaxAgeSeconds>${String(MaxAgeSeconds)}</MaxAgeSeconds></CORSRule></CORSConfiguration>`;
}

/** `fetch` for names below `localhost`, which browsers know by themselves, and Node does not. */
const onThisMachine: typeof fetch = async (input, init) => {
  const asked = new Request(input, init);
  const { hostname, port, host, pathname, search } = new URL(asked.url);
  assert.ok(hostname.endsWith('.localhost'), hostname);
  const body = Buffer.from(await asked.arrayBuffer());
  const headers = { ...Object.fromEntries(asked.headers), host, 'content-length': body.length };
  const sent = request({ host: '127.0.0.1', port, path: pathname + search, method: asked.method, headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const came = await answer.toArray();
  const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(answer.statusCode === 204 ? null : Buffer.concat(came as Buffer[]), {
    status: answer.statusCode ?? 0,
    headers: told,
  });
};

describe('a bucket, on a page in Chromium', { concurrency: false }, () => {
  const contents: Record<string, Buffer> = { 'small.bin': randomBytes(1000), 'parts.bin': randomBytes(20 * MIB) };
  const names = Object.keys(contents);
  let files: string;
  let browser: Browser;
  let page: Page;
  let site: Site;
  /** Origins that took bytes. */
  let sent: Set<string>;
  before(async () => {
    files = await mkdtemp(join(tmpdir(), 'ferrykit-files-'));
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(files, name), bytes);
    browser = await launch('chromium');
  });
  beforeEach(async () => {
    page = await browser.newPage();
    sent = new Set();
    page.on('requestfinished', (request) => {
      const { origin, pathname } = new URL(request.url());
      if (pathname !== '/relay' && ['PUT', 'POST'].includes(request.method())) sent.add(origin);
    });
  });
  afterEach(async () => {
    await page.context().close();
    await site.remove();
  });
  after(async () => {
    await browser.close();
    await rm(files, { recursive: true, force: true });
  });

  /** Opens a page that uploads to a place. */
  const open = async (place: S3Options): Promise<void> => {
    site = await openSite({ backends: { s3: s3({ ...place, store: memoryStore() }) }, storage: [originOf(place)] });
    await page.goto(`${site.url}/upload/s3?multiple`);
  };
  const choose = (chosen: readonly string[]): Promise<void> =>
    page
      .locator('ferry-upload input[type=file]')
      .first()
      .setInputFiles(chosen.map((name) => join(files, name)));
  const arrived = async (place: S3Options): Promise<void> => {
    for (const name of names) {
      assert.equal(digest(await take(s3(place), { id: name })), digest(contents[name] ?? assert.fail()), name);
      await s3(place).remove([{ id: name }], { recursive: false });
    }
  };

  test('without CORS all goes through the relay, and with the rule that checkS3 tells to add straight to the store', async () => {
    const bucket = `closed-${randomUUID()}`;
    await makeBucket(ceph, bucket, '');
    const place = options({ bucket });
    await open(place);
    const missing = ended(page);
    await choose(names);
    assert.deepEqual(await missing, { uploaded: 2, failed: 0 });
    assert.deepEqual([...sent], [site.url]);
    await arrived(place);

    const [told = '', ...more] = await checkS3(place, { origin: site.url });
    assert.deepEqual(more, []);
    assert.match(told, /all of them go through the relay: its CORS rules do not allow PUT and POST from there\. Add this rule: \{/);
    await ask(ceph, 'PUT', `${bucket}?cors`, inXml(JSON.parse(told.slice(told.indexOf('{'))) as Rule));
    assert.deepEqual(await checkS3(place, { origin: site.url }), []);
    sent.clear();
    await page.reload();
    const added = ended(page);
    await choose(names);
    assert.deepEqual(await added, { uploaded: 2, failed: 0 });
    assert.deepEqual([...sent], [place.endpoint]);
    await arrived(place);
  });

  test('whose name is in that of its host takes all straight there', async () => {
    const below = options();
    const place: S3Options = {
      ...below,
      endpoint: below.endpoint.replace('127.0.0.1', 'localhost'),
      addressing: 'host',
      fetch: onThisMachine,
    };
    await open(place);
    const end = ended(page);
    await choose(names);
    assert.deepEqual(await end, { uploaded: 2, failed: 0 });
    assert.deepEqual([...sent], [`http://${place.bucket}.${new URL(place.endpoint).host}`]);
    await arrived(below);
  });

  test('a store that answers 503 SlowDown is asked again until it takes everything', async () => {
    const slowing = await slowDown(ceph.endpoint);
    const turnedAway: string[] = [];
    // Each part of bytes, each form and each call of the relay's is turned away at first.
    slowing.isTooMuch = (method, url) => {
      const what = `${method} ${url.replace(/\?.*?(partNumber=\d+|$).*/, ' $1')}`;
      if (method === 'OPTIONS' || turnedAway.includes(what)) return false;
      return turnedAway.push(what) > 0;
    };
    const place = options({ endpoint: slowing.endpoint });
    await open(place);
    const end = ended(page);
    await choose(names);
    assert.deepEqual(await end, { uploaded: 2, failed: 0 });
    assert.deepEqual([...sent], [slowing.endpoint]);
    assert.ok(
      ['PUT ', 'POST '].every((method) => turnedAway.some((what) => what.startsWith(method))),
      turnedAway.join('\n'),
    );
    slowing.isTooMuch = () => false;
    await arrived(place);
    await slowing.close();
  });

  test('a bucket that is deleted in the middle of an upload is told to the person', async () => {
    const bucket = `short-${randomUUID()}`;
    await makeBucket(ceph, bucket);
    await open(options({ bucket }));
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 5 * MIB });
    const end = ended(page);
    await choose(['parts.bin']);
    await page
      .locator('ferry-upload')
      .getByText(/^[1-9]\S* MB of 2/)
      .first()
      .waitFor();
    await ask(ceph, 'DELETE', bucket);
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    assert.deepEqual(await end, { uploaded: 0, failed: 1 });
    await page.locator('ferry-upload').getByRole('listitem').getByText('The folder is gone').waitFor();
  });
});
