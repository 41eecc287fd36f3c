import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Backend } from '../../src/backend/backend.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { launch } from '../tools/engines.js';
import { startCatcher, type Catcher } from '../tools/smtp.js';
import { openSite, type Site } from './site.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a link, in Chromium', { concurrency: false }, () => {
  const content = randomBytes(300_000);
  let catcher: Catcher;
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let backend: Backend;
  let operations = 0;
  before(async () => {
    catcher = await startCatcher();
    site = await openSite({ mail: { smtp: catcher.url, from: 'Files <files@example.com>' } });
    browser = await launch('chromium');
    context = await browser.newContext();
    backend = relayBackend({ url: `${site.url}/relay`, backend: 'disk' });
    await writeFile(join(site.root, 'large.bin'), content);
    await writeFile(join(site.root, 'תמונה.txt'), 'picture');
  });
  after(async () => {
    await browser.close();
    await site.remove();
    await catcher.close();
  });

  const send = async (over: Partial<DeliveryDraft> = {}): Promise<string> => {
    const { items } = await backend.list(ROOT, {});
    const sent = await backend.send({ items, recipients: [], operation: `operation ${(operations += 1)}`, ...over });
    assert.ok(sent.link);
    return sent.link;
  };
  /** What axe finds on a page, one line for each rule. It is put in around the page's policy. */
  const audit = async (url: string, act?: (page: Page) => Promise<void>): Promise<string[]> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ bypassCSP: true, colorScheme, viewport: { width: 280, height: 600 } });
      await page.goto(url);
      await act?.(page);
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(
        (rules) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(rules),
        RULES,
      );
      found.push(...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${colorScheme}: wider than 280 px`);
      await page.close();
    }
    return found;
  };
  const open = async (url: string): Promise<{ page: Page; complaints: string[] }> => {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.location().url}: ${message.text()}`);
    });
    await page.goto(url);
    return { page, complaints };
  };
  const saved = async (page: Page, button: string): Promise<{ name: string; bytes: Buffer }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };

  test('leads from the mail to the same bytes, with the right password, by keyboard', async () => {
    await send({ recipients: [{ kind: 'email', email: 'one@example.com' }], password: 'right', subject: 'Harbour' });
    const [link = ''] = /http:\/\/\S+/.exec(catcher.mails.at(-1)?.text ?? '') ?? [];
    const { page, complaints } = await open(link);
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('This is not the password').waitFor();
    await page.keyboard.type('right');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Harbour' }).waitFor();
    const file = await saved(page, 'Download large.bin');
    assert.deepEqual([file.name, digest(file.bytes)], ['large.bin', digest(content)]);
    assert.equal((await saved(page, 'Download תמונה.txt')).name, 'תמונה.txt');
    const zip = await saved(page, 'Download all (ZIP)');
    assert.ok(zip.bytes.includes(content), 'stored as it is');
    // Chromium's own words about the status of the wrong password's answer, which it says whenever it has the time.
    assert.deepEqual(
      complaints.filter((text) => !(text.startsWith(`${link}: `) && text.includes('403'))),
      [],
    );
    await page.close();
  });

  test('has pages on which axe finds nothing, as narrow as can be', async () => {
    const { items } = await backend.list(ROOT, {});
    const open = await send({ message: 'Hello.', sender: 'anna@example.com' });
    const locked = await send({ password: 'right' });
    const request = await backend.request({
      folder: ROOT,
      title: 'Photos',
      message: 'All.',
      help: 'Ask Ada.',
      recipients: [],
      operation: 'a request to look at',
    });
    assert.ok(items.length > 0);
    assert.deepEqual(await audit(open), []);
    assert.deepEqual(await audit(locked), []);
    const guess = async (page: Page): Promise<void> => {
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button').click();
      await page.getByRole('alert').waitFor();
    };
    assert.deepEqual(await audit(locked, guess), []);
    assert.deepEqual(await audit(`${open.slice(0, -1)}!`), []);
    assert.deepEqual(
      await audit(request.link ?? '', (page) => page.locator('ferry-upload input[type=file]').first().waitFor({ state: 'attached' })),
      [],
    );
  });

  test('of a request takes files without an account, and keeps to its policy', async () => {
    const request = await backend.request({
      folder: ROOT,
      title: 'Your photos',
      recipients: [],
      password: 'right',
      operation: 'a request to fulfil',
    });
    const { page, complaints } = await open(request.link ?? '');
    await page.getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your photos' }).waitFor();
    const input = page.locator('ferry-upload input[type=file]').first();
    await input.waitFor({ state: 'attached' });
    const arrived = page.evaluate(
      () =>
        new Promise<string | undefined>((resolve) => {
          document.body.addEventListener('ferry-uploaded', ({ detail }) => resolve(detail.item?.name), { once: true });
        }),
    );
    await input.setInputFiles({ name: 'large.bin', mimeType: '', buffer: Buffer.from('from somebody else') });
    assert.equal(await arrived, 'large (1).bin');
    assert.equal(await readFile(join(site.root, 'large (1).bin'), 'utf8'), 'from somebody else');
    assert.equal(digest(await readFile(join(site.root, 'large.bin'))), digest(content), 'what is there stays');
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
