import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { s3, type S3Options } from '../../src/adapters/s3.js';
import { originOf } from '../../src/adapters/s3.api.js';
import { ROOT } from '../../src/backend/item.js';
import { digest, ground, MIB } from '../adapters/s3.ground.js';
import { take } from '../contract/bytes.js';
import { launch } from '../tools/engines.js';
import { ended } from './acting.js';
import { startDemo } from './demo-process.js';
import { complaintsOf } from './demo-site.js';

/** A picture of one dot. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const { ceph, options } = await ground();
/** A name of the same machine that the demo's policy lets nobody through to, unless the environment names it. */
const place = options({ endpoint: ceph.endpoint.replace('127.0.0.1', 'localhost') });

/** The environment variables that name a bucket. */
const environment = ({ endpoint, region, bucket, prefix = '', credentials }: S3Options): Record<string, string> => ({
  S3_ENDPOINT: endpoint,
  S3_REGION: region,
  S3_BUCKET: bucket,
  S3_PREFIX: prefix,
  S3_ACCESS_KEY_ID: credentials.accessKeyId,
  S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

const stop = async (demo: ChildProcess): Promise<void> => {
  const gone = once(demo, 'exit');
  demo.kill('SIGTERM');
  await gone;
};

describe('the demo, with a bucket that the environment names', { concurrency: false }, () => {
  const contents: Record<string, Buffer> = {
    'dot.png': PICTURE,
    'ü 日本 a b+c%.bin': randomBytes(1000),
    'parts.bin': randomBytes(12 * MIB),
  };
  const names = Object.keys(contents);
  const backend = s3(place);
  let files: string;
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  /** Addresses that were sent bytes. */
  const sent = new Set<string>();
  before(async () => {
    files = await mkdtemp(join(tmpdir(), 'ferrykit-demo-'));
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(files, name), bytes);
    const started = await startDemo(join(files, 'root'), environment(place));
    demo = started.demo;
    browser = await launch('chromium');
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    complaints = complaintsOf(page);
    page.on('request', (request) => {
      if (!request.url().endsWith('/relay') && ['PUT', 'POST'].includes(request.method())) sent.add(new URL(request.url()).origin);
    });
    await page.goto(started.url);
  });
  after(async () => {
    await browser.close();
    await stop(demo);
    await rm(files, { recursive: true, force: true });
  });

  /** An item, by the beginning of what it says of itself: its name. */
  const item = (name: string): Locator => page.locator('ferry-browser').getByRole('gridcell', { name }).first();

  test('offers it, and uploads straight to it, byte for byte', async () => {
    await page.getByLabel('Files go to').selectOption({ label: 'S3' });
    await page.getByText(`straight to the bucket “${place.bucket}” at ${place.endpoint}`).waitFor();
    await page.locator('ferry-browser').getByRole('group').getByText('This folder is empty').waitFor();
    const end = ended(page);
    await page
      .locator('ferry-upload input[type=file]')
      .first()
      .setInputFiles(names.map((name) => join(files, name)));
    assert.deepEqual(await end, { uploaded: 3, failed: 0 });
    for (const name of names) {
      await item(name).waitFor();
      assert.equal(digest(await take(backend, { id: name })), digest(contents[name] ?? assert.fail()), name);
    }
    assert.deepEqual([...sent], [place.endpoint]);
    assert.deepEqual(await readdir(join(files, 'root')), ['.ferrykit'], 'nothing came to the folder');
  });

  test('shows a picture from it', async () => {
    await item('dot.png').dblclick();
    const shown = page.locator('ferry-browser').getByRole('dialog').locator('img');
    await shown.waitFor();
    await page.waitForFunction((image) => (image as HTMLImageElement).naturalWidth === 1, await shown.elementHandle());
    await page.keyboard.press('Escape');
  });

  test('downloads from it under the name, byte for byte', async () => {
    for (const name of names.slice(1)) {
      // It opens beside the page, as the store's own answer says that it is to be saved.
      const coming = page.context().waitForEvent('download');
      await item(name).click({ button: 'right' });
      await page.locator('ferry-browser').getByRole('menuitem', { name: 'Download' }).click();
      const download = await coming;
      assert.equal(new URL(download.url()).origin, place.endpoint);
      assert.equal(download.suggestedFilename(), name);
      assert.equal(digest(await readFile(await download.path())), digest(contents[name] ?? assert.fail()));
    }
  });

  test('deletes from it, and the page complains of nothing', async () => {
    for (const name of names) {
      await item(name).click();
      await page.keyboard.press('Delete');
      await page.locator('ferry-browser').getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await item(name).waitFor({ state: 'detached' });
    }
    assert.deepEqual((await backend.list(ROOT, {})).items, []);
    assert.deepEqual(complaints, []);
  });
});

test('the demo’s policy lets through to the bucket where the adapter signs for', async () => {
  const files = await mkdtemp(join(tmpdir(), 'ferrykit-demo-'));
  const aws = { ...place, endpoint: 'https://s3.eu-central-1.amazonaws.com' };
  for (const [addressing, origin] of [
    ['path', 'https://s3.eu-central-1.amazonaws.com'],
    ['host', 'https://files.s3.eu-central-1.amazonaws.com'],
  ] as const) {
    assert.equal(originOf({ ...aws, addressing }), origin);
    const { demo, url } = await startDemo(files, { ...environment(aws), S3_ADDRESSING: addressing });
    const page = await (await fetch(url)).text();
    for (const directive of ['connect-src', 'img-src', 'media-src'])
      assert.match(page, new RegExp(`${directive} [^;]*http://127\\.0\\.0\\.1:\\* ${origin}[ ;]`));
    await stop(demo);
  }
  await rm(files, { recursive: true, force: true });
});
