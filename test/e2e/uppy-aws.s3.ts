import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { s3 } from '../../src/adapters/s3.js';
import { digest, ground, MIB } from '../adapters/s3.ground.js';
import { take } from '../contract/bytes.js';
import { launch } from '../tools/engines.js';
import { serveFolder } from '../tools/static.js';
import { makeRole, STS } from '../tools/sts.js';
import { startAnswering, type Answering } from './answering.js';
import { startCompanion } from './companion.js';
import { choose, ended, makeUppyPage, type UppyPage } from './uppy.page.js';

const { ceph, options } = await ground({ gateway: STS });

describe('<ferry-upload> as the face of @uppy/aws-s3', { concurrency: false }, () => {
  const contents: Record<string, Buffer> = {
    'empty.bin': Buffer.alloc(0),
    'one.bin': randomBytes(1),
    'ü 日本 a b+c%.bin': randomBytes(1000),
    'parts.bin': randomBytes(12 * MIB + 1),
  };
  const names = Object.keys(contents);
  const place = options();
  const below = `${place.prefix ?? ''}up/`;
  const kept = s3({ ...place, prefix: below });
  let pages: UppyPage;
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let files: string;
  let browser: Browser;
  let page: Page;
  /** The site's own server, which gives whoever it knows credentials of a role. */
  let credentials: Answering;
  let companion: Answering;
  before(async () => {
    pages = await makeUppyPage();
    site = await serveFolder(pages.folder);
    files = await mkdtemp(join(tmpdir(), 'ferrykit-files-'));
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(files, name), bytes);
    const give = await makeRole(ceph, `${place.bucket}/${below}`);
    credentials = await startAnswering(async () => ({ credentials: await give(), region: ceph.region }));
    companion = await startCompanion(ceph, place.bucket, below);
    browser = await launch('chromium');
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
  });
  afterEach(() => page.context().close());
  after(async () => {
    await browser.close();
    for (const server of [site, credentials, companion]) await server.close();
    await pages.remove();
    await rm(files, { recursive: true, force: true });
  });

  const row = (name: string): Locator => page.locator('ferry-upload').getByRole('listitem').filter({ hasText: name });
  const pathOf = (name: string): string => join(files, name);
  const open = async (kind: string, endpoint: string, more: Record<string, string> = {}): Promise<void> => {
    const query = new URLSearchParams({ kind, endpoint, store: `${ceph.endpoint}/${place.bucket}`, below, ...more });
    await page.goto(`${site.origin}/?${query.toString()}`);
  };

  const ways = [
    { label: 'temporary credentials that the site gives', kind: 'credentials', server: () => credentials, refusal: 'Sign in first.' },
    { label: 'a Companion', kind: 'companion', server: () => companion, refusal: 'Companion request failed: Forbidden' },
  ];
  for (const { label, kind, server, refusal } of ways)
    describe(`with ${label}`, { concurrency: false }, () => {
      test('brings empty, small and large files byte for byte, and shows how far they are', async () => {
        await open(kind, server().url);
        const cdp = await page.context().newCDPSession(page);
        await cdp.send('Network.enable');
        await cdp.send('Network.emulateNetworkConditions', {
          offline: false,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: 10 * MIB,
        });
        await choose(page, names.map(pathOf));
        await row('parts.bin')
          .getByText(/^[1-9]\S* MB of 12\.\d MB/)
          .waitFor();
        assert.deepEqual(await ended(page, names.length), { done: [...names].sort(), failed: [] });
        await page.locator('ferry-upload').getByText('4 files uploaded').first().waitFor();
        for (const name of names) {
          assert.equal(digest(await take(kept, { id: name })), digest(contents[name] ?? assert.fail()), name);
          assert.deepEqual(await kept.remove([{ id: name }], { recursive: false }), [{ id: name, removed: true }]);
        }
      });

      test('who is refused is told so, in the words of the uploader, and goes on by hand', async () => {
        await open(kind, server().url);
        server().refuses = 403;
        await choose(page, ['parts.bin', 'one.bin'].map(pathOf));
        assert.deepEqual(await ended(page, 2), { done: [], failed: [refusal, refusal] });
        await row('parts.bin').getByText(refusal).waitFor();
        server().refuses = undefined;
        for (const name of ['parts.bin', 'one.bin']) {
          await row(name)
            .getByRole('button', { name: `Try again: ${name}` })
            .click();
          await page.waitForFunction((wanted) => told.done.includes(wanted), name);
          assert.equal(digest(await take(kept, { id: name })), digest(contents[name] ?? assert.fail()), name);
        }
      });
    });

  test('credentials of a role let nobody write elsewhere, and the element says so', async () => {
    await open('credentials', credentials.url, { below: `${place.prefix ?? ''}elsewhere/` });
    await choose(page, ['one.bin', 'parts.bin'].map(pathOf));
    const { done, failed } = await ended(page, 2);
    assert.deepEqual(done, []);
    for (const words of failed) assert.match(words, /^S3 returned 403/);
    await row('parts.bin')
      .getByText(/S3 returned 403/)
      .waitFor();
  });
});
