import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../tools/checkout.mjs';
import { launch } from '../tools/engines.js';
import { serveFolder } from '../tools/static.js';
import { installApp } from './installed.js';
import { viteBuild } from './vite.js';

/** The examples of the README, as they stand there. */
const examples = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({
  language,
  code: code!,
}));
const pages = examples.filter(({ language }) => language === 'html').map(({ code }) => code);
const component = examples.find(({ language }) => language === 'jsx')?.code;

let browser: Browser;
let page: Page;
before(async () => {
  browser = await launch('chromium');
  page = await browser.newPage();
});
after(() => browser.close());

/** Chooses a file on the page that is open, and waits until the page says that it is there. */
const uploadOne = async (): Promise<void> => {
  const uploaded = page.evaluate(
    () =>
      new Promise<string | undefined>((told) =>
        document.body.addEventListener('ferry-uploaded', ({ detail }) => told(detail.item?.name), { once: true }),
      ),
  );
  await page
    .locator('ferry-upload input[type=file]')
    .first()
    .setInputFiles([{ name: 'hello.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }]);
  assert.equal(await uploaded, 'hello.txt');
};

test('the page with a script tag uploads without a server', { timeout: 120_000 }, async () => {
  const folder = await installApp('no-bundler');
  writeFileSync(join(folder, 'readme.html'), pages[0]!);
  const server = await serveFolder(folder);
  await page.goto(`${server.origin}/readme.html`);
  await uploadOne();
  await server.close();
});

/** Runs the installed command; answers its address when it says so. */
const start = (folder: string, args: string[]): Promise<{ command: ChildProcess; url: string }> =>
  new Promise((resolve, reject) => {
    const command = spawn(process.execPath, ['node_modules/ferrykit/dist/relay/command.js', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    command.stdout.on('data', (chunk: Buffer) => {
      const url = /http:\/\/[\d.]+:\d+/.exec((said += chunk.toString()))?.[0];
      if (url) resolve({ command, url });
    });
    command.once('exit', (code) => reject(new Error(`The command ended with ${String(code)}.`)));
  });

test('the page with a server uploads into the folder', { timeout: 120_000 }, async () => {
  const folder = await installApp('no-bundler');
  const site = mkdtempSync(join(tmpdir(), 'ferrykit-readme-'));
  mkdirSync(join(site, 'files'));
  writeFileSync(join(site, 'index.html'), pages[1]!);
  const { command, url } = await start(folder, ['serve', '--root', join(site, 'files'), '--pages', site, '--port', '0']);
  try {
    await page.goto(url);
    await uploadOne();
    assert.equal(readFileSync(join(site, 'files', 'hello.txt'), 'utf8'), 'hello');
  } finally {
    command.kill();
    rmSync(site, { recursive: true });
  }
});

test('the page that browses shows what was uploaded, at once', { timeout: 120_000 }, async () => {
  const folder = await installApp('no-bundler');
  const site = mkdtempSync(join(tmpdir(), 'ferrykit-readme-'));
  mkdirSync(join(site, 'files'));
  writeFileSync(join(site, 'files', 'before.txt'), 'before');
  writeFileSync(join(site, 'index.html'), pages[2]!);
  const { command, url } = await start(folder, ['serve', '--root', join(site, 'files'), '--pages', site, '--port', '0']);
  try {
    await page.goto(url);
    await page.getByRole('gridcell', { name: 'before.txt' }).first().waitFor();
    await uploadOne();
    await page.getByRole('gridcell', { name: 'hello.txt' }).first().waitFor();
  } finally {
    command.kill();
    rmSync(site, { recursive: true });
  }
});

test('the React component uploads', { timeout: 120_000 }, async () => {
  const folder = await installApp('vite-react');
  writeFileSync(join(folder, 'src', 'page.jsx'), component!);
  const main = `import { createRoot } from 'react-dom/client';
    import { Page } from './page.jsx';
    createRoot(document.getElementById('root')).render(<Page />);`;
  writeFileSync(join(folder, 'src', 'main.jsx'), main);
  viteBuild(folder);
  const server = await serveFolder(join(folder, 'dist'));
  await page.goto(server.origin);
  await page.locator('ferry-upload').waitFor();
  await uploadOne();
  await server.close();
});
