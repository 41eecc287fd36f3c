import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../tools/checkout.mjs';
import { launch } from '../tools/engines.js';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Elements</title><script type="module" src="/script.js"></script>
<main><label for="field">Your papers</label><ferry-upload id="field" multiple></ferry-upload><ferry-progress value="0.42" label="Backup"></ferry-progress></main></html>`;

const SCRIPT = `
import { memory } from './src/adapters/memory.js';
import './src/elements/upload.js';
document.querySelector('ferry-upload').backend = memory({ seed: { 'taken.txt': 'old' }, delay: 60 });
`;

let browser: Browser;
let server: Server;

before(async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['browser', 'production'],
    tsconfig: join(ROOT, 'tsconfig.json'),
  });
  const script = outputFiles[0]!.contents;
  server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/script.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/script.js' ? script : PAGE);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  browser = await launch('chromium');
});

after(async () => {
  await browser.close();
  server.close();
});

const open = async (): Promise<Page> => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  return page;
};

interface Node {
  role: string;
  name: string;
  value: string;
  live: string;
}

/** The accessibility tree as the browser hands it to assistive technology, without what is ignored. */
const tree = async (page: Page): Promise<Node[]> => {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  await cdp.detach();
  const property = (node: (typeof nodes)[number], name: string): string =>
    String(node.properties?.find((one) => one.name === name)?.value.value ?? '');
  return nodes
    .filter(({ ignored }) => !ignored)
    .map((node) => ({
      role: String(node.role?.value),
      name: String(node.name?.value ?? '').replace(/[\u2068\u2069]/g, ''),
      value: String(property(node, 'valuetext') || (node.value?.value ?? '')),
      live: property(node, 'live'),
    }));
};

/** Waits for a text in the live region of the accessibility tree, and answers all that it held on the way. */
const listen = async (page: Page, last: RegExp): Promise<string[]> => {
  const cdp = await page.context().newCDPSession(page);
  const heard: string[] = [];
  for (let tries = 0; tries < 300; tries++) {
    const { nodes } = await cdp.send('Accessibility.getFullAXTree');
    const region = nodes.find(({ role }) => role?.value === 'status');
    const below = nodes.filter(({ parentId, role }) => parentId === region?.nodeId && role?.value === 'StaticText');
    const text = below
      .map(({ name }) => String(name?.value))
      .join('')
      .replace(/[\u2068\u2069]/g, '');
    if (text && heard.at(-1) !== text) heard.push(text);
    if (last.test(text)) return heard;
    await page.waitForTimeout(20);
  }
  throw new Error(`"${String(last)}" was never said, but: ${heard.join(' | ')}`);
};

test('the element is a group with the name of its label, and the bar a progress bar with a value', async () => {
  const page = await open();
  const nodes = await tree(page);
  assert.ok(nodes.some(({ role, name }) => role === 'group' && name === 'Your papers'));
  const bar = nodes.find(({ role }) => role === 'progressbar');
  assert.equal(bar?.name, 'Backup');
  // In steps: nobody wants to hear each percent.
  assert.equal(bar.value, '40');
  await page.close();
});

test('the start, the way and the end are announced politely', async () => {
  const page = await open();
  const [heard] = await Promise.all([
    listen(page, /40 files uploaded/),
    page.locator('ferry-upload').evaluate((element: HTMLElementTagNameMap['ferry-upload']) => {
      void element.add(Array.from({ length: 40 }, (_, index) => new File(['x'], `${String(index)}.txt`)));
    }),
  ]);
  assert.match(heard.join(' | '), /Uploading 40 files.*(25|50|75)%.*40 files uploaded/);
  assert.equal((await tree(page)).find(({ role }) => role === 'status')?.live, 'polite');
  await page.close();
});

test('every row says what it is, where it stands in the list, and what its buttons act on', async () => {
  const page = await open();
  await page.locator('ferry-upload').evaluate((element: HTMLElementTagNameMap['ferry-upload']) => {
    element.manual = true;
    void element.add(['one.txt', 'two.txt'].map((name) => new File(['x'], name)));
  });
  await page.getByRole('button', { name: /Remove: .*two\.txt/ }).waitFor();
  const nodes = await tree(page);
  assert.deepEqual(
    nodes.filter(({ role }) => role === 'listitem').map(({ name }) => name),
    ['one.txt, Queued, 1 byte', 'two.txt, Queued, 1 byte'],
  );
  assert.ok(nodes.some(({ role, name }) => role === 'list' && name === 'Files'));
  await page.close();
});

test('a question and a failure are announced, and the question can be answered by keyboard alone', async () => {
  const page = await open();
  const [heard] = await Promise.all([
    listen(page, /This name is taken/),
    page.locator('ferry-upload').evaluate((element: HTMLElementTagNameMap['ferry-upload']) => {
      void element.add([new File(['new'], 'taken.txt')]);
    }),
  ]);
  assert.ok(heard.length);
  assert.ok((await tree(page)).some(({ role, name }) => role === 'group' && name === 'This name is taken: taken.txt'));
  for (let tabs = 0; tabs < 20; tabs++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent.trim());
    if (name === 'Replace') break;
  }
  await page.keyboard.press('Enter');
  await listen(page, /One file uploaded/);
  await page.close();
});
