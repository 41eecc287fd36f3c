import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { launch } from '../tools/engines.js';
import { startDemo } from './demo-process.js';
import { digests } from './site.js';

describe('the demo', { concurrency: false }, () => {
  let files: string;
  let demo: ChildProcess;
  let url: string;
  let browser: Browser;
  before(async () => {
    files = await mkdtemp(join(tmpdir(), 'ferrykit-demo-'));
    ({ demo, url } = await startDemo(files));
    browser = await launch('chromium');
  });
  after(async () => {
    await browser.close();
    const ended = once(demo, 'exit');
    demo.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], 'the demo ends by itself');
    await rm(files, { recursive: true, force: true });
  });

  /** Opens the page; answers what it complains of too. */
  const open = async (): Promise<{ page: Page; complaints: string[] }> => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(url);
    return { page, complaints };
  };
  const upload = async (page: Page, name: string): Promise<void> => {
    await page
      .locator('ferry-upload input[type=file]')
      .first()
      .setInputFiles({ name, mimeType: '', buffer: Buffer.from(name) });
    await item(page, name).waitFor();
  };
  /** An item of the browser. */
  const item = (page: Page, name: string): Locator => page.locator('ferry-browser').getByRole('gridcell', { name: new RegExp(`^${name}`) });

  test('offers the folder first', async () => {
    const { page, complaints } = await open();
    await page.getByText('beside package.json').waitFor();
    await upload(page, 'on disk.txt');
    assert.deepEqual(Object.keys(await digests(files)), ['on disk.txt']);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('goes by keyboard to a simulated service, keeps to its policy there, and remembers the choice', async () => {
    const { page, complaints } = await open();
    await page.getByLabel('Files go to').focus();
    await page.keyboard.type('Files.com');
    await page.getByText('straight to the storage').waitFor();
    await item(page, 'docs').dblclick();
    await item(page, 'hello.txt').waitFor();
    await upload(page, 'at the service.txt');
    assert.deepEqual(Object.keys(await digests(files)), ['on disk.txt']);
    await page.reload();
    await item(page, 'docs').waitFor();
    assert.equal(await page.getByLabel('Files go to').inputValue(), 'files-com');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('uploads into the folder that is shown, and says its rules', async () => {
    const { page, complaints } = await open();
    await page.getByLabel('Files go to').selectOption({ label: 'Files.com' });
    await item(page, 'rules').dblclick();
    await item(page, 'tables').dblclick();
    await page.getByText('Takes xls and csv').waitFor();
    await upload(page, 'figures.csv');
    await page.getByRole('button', { name: 'All files' }).click();
    await page.getByText('Takes xls and csv').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('shows the mails that it sends', async () => {
    const backend = relayBackend({ url: `${url}/relay`, backend: 'disk' });
    const { items } = await backend.list(ROOT, {});
    const { link = '' } = await backend.send({
      items,
      recipients: [{ kind: 'email', email: 'one@example.com' }],
      subject: 'Figures & <more>',
      operation: 'mail to look at',
    });
    const { page, complaints } = await open();
    await page.getByRole('link', { name: 'Mail' }).click();
    await page.getByRole('heading', { name: 'Figures & <more>' }).waitFor();
    await page.getByRole('link', { name: 'Open the link' }).click();
    assert.equal(page.url(), link);
    await page.getByText('on disk.txt').waitFor();
    const [mail] = (await (await fetch(`${url}/mail.json`)).json()) as { recipient: string; html: string }[];
    assert.equal(mail?.recipient, 'one@example.com');
    assert.ok(mail.html.includes(link));
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('goes to sendspace, with an account and without one', async () => {
    const { page, complaints } = await open();
    await page.getByLabel('Files go to').selectOption({ label: 'sendspace' });
    await item(page, 'docs').dblclick();
    await item(page, 'hello.txt').waitFor();
    await upload(page, 'at sendspace.txt');
    await page.getByLabel('Files go to').selectOption({ label: 'sendspace, without an account' });
    await page.getByText('only whoever has their links').waitFor();
    await page.getByText('This folder cannot be shown').waitFor();
    await page.getByText('Not possible here').waitFor();
    const arrived = page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener(
            'ferry-uploaded',
            (event) => resolve((event as CustomEvent<{ item: { name: string } }>).detail.item.name),
            {
              once: true,
            },
          );
        }),
    );
    const files = [{ name: 'nobody.txt', mimeType: '', buffer: Buffer.from('nobody') }];
    await page.locator('ferry-upload input[type=file]').first().setInputFiles(files);
    assert.equal(await arrived, 'nobody.txt');
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
