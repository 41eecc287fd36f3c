import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import type { Browser, Page } from 'playwright-core';
import { sha256 } from './site.js';
import { launch } from '../tools/engines.js';
import { serveFolder } from '../tools/static.js';
import { choose, ended, makeUppyPage, type UppyPage } from './uppy.page.js';

const MIB = 2 ** 20;

/** A server on a free port. */
async function listen(server: HttpServer): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('<ferry-upload> as the face of Uppy’s own uploaders', { concurrency: false }, () => {
  let browser: Browser;
  let page: Page;
  let pages: UppyPage;
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let folder: string;
  const closing: (() => unknown)[] = [];
  before(async () => {
    pages = await makeUppyPage();
    site = await serveFolder(pages.folder);
    folder = await mkdtemp(join(tmpdir(), 'ferrykit-uppy-'));
    browser = await launch('chromium');
  });
  // Each test is a visitor of its own, who has left nothing behind.
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.context().close());
  after(async () => {
    await browser.close();
    await site.close();
    for (const close of closing) await close();
    await pages.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Files of random bytes. */
  const make = async (sizes: Record<string, number>): Promise<string[]> => {
    for (const [name, size] of Object.entries(sizes)) await writeFile(join(folder, name), randomBytes(size));
    return Object.keys(sizes).map((name) => join(folder, name));
  };
  /** SHA-256 of what a folder holds, in no order. */
  const kept = async (directory: string): Promise<string[]> => {
    const names = (await readdir(directory)).filter((name) => !name.endsWith('.json'));
    return (await Promise.all(names.map((name) => sha256(join(directory, name))))).sort();
  };
  const wanted = async (paths: string[]): Promise<string[]> => (await Promise.all(paths.map(sha256))).sort();

  describe('@uppy/tus and @tus/server', { concurrency: false }, () => {
    let [directory, endpoint] = ['', ''];
    /** Requests by method. */
    const seen: string[] = [];
    /** Resolves each chunk's permission to be taken; while it is closed, the server answers no PATCH. */
    let gate: Promise<void> = Promise.resolve();
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ferrykit-tus-'));
      const tus = new Server({ path: '/tus', datastore: new FileStore({ directory }) });
      const server = createServer((request, response) => {
        seen.push(request.method ?? '');
        void (request.method === 'PATCH' ? gate : Promise.resolve()).then(() => tus.handle(request, response));
      });
      endpoint = `${await listen(server)}/tus`;
      closing.push(
        () => server.closeAllConnections(),
        () => server.close(),
        () => rm(directory, { recursive: true, force: true }),
      );
    });
    const patches = (): number => seen.filter((method) => method === 'PATCH').length;

    test('uploads, pauses and goes on', async () => {
      const paths = await make({ 'empty.bin': 0, 'one.bin': 1, 'large.bin': 3 * MIB });
      let open = (): void => undefined;
      await page.goto(`${site.origin}/?kind=tus&endpoint=${encodeURIComponent(endpoint)}`);
      gate = new Promise((resolve) => (open = resolve));
      await choose(page, paths.slice(2));
      await page.waitForFunction(() => Object.values(queue.getState().files).some(({ progress }) => progress.uploadStarted));
      const button = (name: string) => page.locator('ferry-upload').getByRole('button', { name });
      await button('Pause: large.bin').click();
      open();
      await button('Resume: large.bin').waitFor();
      // What was on its way may still come; then it is quiet.
      let before: number;
      do {
        before = patches();
        await page.waitForTimeout(500);
      } while (before !== patches());
      assert.deepEqual(await page.evaluate(() => told.done), []);
      await button('Resume: large.bin').click();
      await choose(page, paths.slice(0, 2));
      assert.deepEqual(await ended(page, 3), { done: ['empty.bin', 'large.bin', 'one.bin'], failed: [] });
      assert.deepEqual(await kept(directory), await wanted(paths));
    });

    test('goes on after a reload where it was', async () => {
      for (const name of await readdir(directory)) await rm(join(directory, name));
      const [path = ''] = await make({ 'kept.bin': 4 * MIB });
      await page.goto(`${site.origin}/?kind=tus&endpoint=${encodeURIComponent(endpoint)}`);
      seen.length = 0;
      // The first five chunks are taken, and then none.
      let waiting = 0;
      let open = (): void => undefined;
      const closed = new Promise<void>((resolve) => (open = resolve));
      gate = {
        then: (done: () => void) => {
          waiting += 1;
          return (waiting <= 5 ? Promise.resolve() : closed).then(done);
        },
      } as Promise<void>;
      await choose(page, [path]);
      while (patches() < 6) await page.waitForTimeout(20);
      // Golden Retriever writes what it knows twice a second at most.
      await page.waitForTimeout(1000);
      await page.reload();
      gate = Promise.resolve();
      open();
      assert.deepEqual(await ended(page, 1), { done: ['kept.bin'], failed: [] });
      assert.deepEqual(await kept(directory), [await sha256(path)]);
      assert.equal(seen.filter((method) => method === 'POST').length, 1, 'it was not begun anew');
    });
  });

  test('@uppy/xhr-upload and a form’s server', async () => {
    const bodies: Buffer[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          if (request.method === 'POST') bodies.push(Buffer.concat(chunks));
          response
            .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'application/json' })
            .end('{"url":"http://127.0.0.1/x"}');
        });
    });
    const endpoint = await listen(server);
    closing.push(() => server.close());
    const [path = ''] = await make({ 'form.bin': MIB });
    await page.goto(`${site.origin}/?kind=xhr&endpoint=${encodeURIComponent(endpoint)}`);
    await choose(page, [path]);
    assert.deepEqual(await ended(page, 1), { done: ['form.bin'], failed: [] });
    assert.ok(bodies[0]?.includes(await readFile(path)), 'every byte has come');
  });
});
