import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../tools/engines.js';
import { drop, ended } from './acting.js';
import { digests, openSite, type Site } from './site.js';

/** What only Chromium lets a test do: real drops of real folders, a slow line, a hidden tab. */
describe('in Chromium, as a person would', { concurrency: false }, () => {
  let site: Site;
  let browser: Browser;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ferrykit-dropped-'));
    site = await openSite();
    browser = await launch('chromium');
  });
  after(async () => {
    await browser.close();
    await site.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (query = 'multiple', prepare?: (page: Page) => Promise<unknown>): Promise<Page> => {
    const page = await browser.newPage();
    await prepare?.(page);
    await page.goto(`${site.url}/upload?${encodeURIComponent(query)}`);
    return page;
  };

  test('a folder of 1,500 files in folders, a 300 MB file and an empty one arrive byte for byte', async () => {
    const tree = join(folder, 'tree');
    for (let i = 0; i < 1500; i++) {
      const below = join(tree, `year ${String(2000 + (i % 5))}`, `month ${String(i % 12)}`);
      await mkdir(below, { recursive: true });
      await writeFile(join(below, `photo ${String(i)} ü.jpg`), randomBytes(200 + i));
    }
    await mkdir(join(tree, 'flat'));
    for (let i = 0; i < 320; i++) await writeFile(join(tree, 'flat', `${String(i)}.txt`), String(i));
    await writeFile(join(folder, 'film.mov'), randomBytes(300_000_000));
    await writeFile(join(folder, 'empty.txt'), '');
    const page = await open();
    const end = ended(page);
    await drop(page, [tree, join(folder, 'film.mov'), join(folder, 'empty.txt')]);
    assert.deepEqual(await end, { uploaded: 1822, failed: 0 });
    assert.deepEqual(await site.stored(), await digests(folder));
    await page.close();
  });

  test('after a reload the same file goes on where it was', async () => {
    const path = join(folder, 'long.bin');
    await writeFile(path, randomBytes(60_000_000));
    const page = await open('multiple conflict=rename', async (fresh) => {
      await fresh.addInitScript(() => {
        const moved = { sent: 0, answered: 0 };
        Object.assign(globalThis, { moved });
        // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the request
        const { send } = XMLHttpRequest.prototype;
        XMLHttpRequest.prototype.send = function (body) {
          const { size } = body as Blob;
          moved.sent += size;
          this.addEventListener('load', () => {
            if (this.status === 200) moved.answered += size;
          });
          send.call(this, body);
        };
      });
      const cdp = await fresh.context().newCDPSession(fresh);
      await cdp.send('Network.enable');
      await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: 20e6, uploadThroughput: 12e6 });
    });
    const input = page.locator('ferry-upload input[type=file]');
    await input.setInputFiles(path);
    const moved = (): Promise<{ sent: number; answered: number }> =>
      page.evaluate(() => ({ ...(globalThis as unknown as { moved: { sent: number; answered: number } }).moved }));
    while ((await moved()).answered === 0) await page.waitForTimeout(50);
    await page.waitForTimeout(600);
    const { answered: before } = await moved();
    await page.reload();
    await page.getByText(/long\.bin/).waitFor();
    const end = ended(page);
    await input.setInputFiles(path);
    assert.deepEqual(await end, { uploaded: 1, failed: 0 });
    assert.equal((await site.stored())['long.bin'], (await digests(folder))['long.bin']);
    // What was there before the reload is not sent again.
    const { sent } = await moved();
    assert.ok(sent > 0 && sent <= 60_000_000 - before, `${String(before)} bytes were there, ${String(sent)} were sent after`);
    await page.close();
  });

  for (const minutes of [-20, 20]) {
    test(`a clock that is ${String(minutes)} minutes off changes nothing`, async () => {
      const page = await open('multiple conflict=rename', (fresh) =>
        fresh.addInitScript((shift) => {
          const now = Date.now.bind(Date);
          Date.now = () => now() + shift * 60_000;
        }, minutes),
      );
      const end = ended(page);
      await page
        .locator('ferry-upload input[type=file]')
        .setInputFiles({ name: `clock ${String(minutes)}.bin`, mimeType: '', buffer: randomBytes(3_000_000) });
      assert.deepEqual(await end, { uploaded: 1, failed: 0 });
      await page.close();
    });
  }

  test('a hidden tab goes on, and tells when it is done', async () => {
    const page = await open('multiple conflict=rename');
    await page.evaluate(() => {
      // Headless tabs are never hidden by themselves: no frames from here on, and timers that come once a second.
      Object.defineProperty(document, 'hidden', { value: true });
      window.requestAnimationFrame = () => 0;
      const later = window.setTimeout.bind(window);
      window.setTimeout = ((work: () => void, wait = 0) => later(work, Math.max(1000, wait))) as typeof window.setTimeout;
    });
    const end = ended(page);
    await page
      .locator('ferry-upload input[type=file]')
      .setInputFiles(Array.from({ length: 50 }, (_, i) => ({ name: `hidden ${String(i)}.bin`, mimeType: '', buffer: randomBytes(1000) })));
    assert.deepEqual(await end, { uploaded: 50, failed: 0 });
    await page.close();
  });
});
