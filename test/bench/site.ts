import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { PAGE } from '../tools/page-bundle.js';
import { serveFolder } from '../tools/static.js';
import type { Bench } from './bench.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Bundles pages as an integrator would, each with a document of its own, into a folder below the bench's; answers that folder. */
export async function makePages({ folder, profiles }: Bench, entries: readonly string[]): Promise<string> {
  const pages = join(folder, 'pages');
  await mkdir(pages, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: entries.map((entry) => join(HERE, entry)),
    outdir: pages,
    entryNames: '[name]',
    ...PAGE,
    write: false,
    // Names, where somebody is to read a profile.
    minify: profiles === undefined,
  });
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  for (const entry of entries) {
    const name = basename(entry).replace(/\.\w+$/, '');
    const style = outputFiles.some(({ path }) => basename(path) === `${name}.css`) ? `<link rel="stylesheet" href="${name}.css">` : '';
    const head = `<meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">${style}`;
    await writeFile(
      join(pages, `${name}.html`),
      `<!doctype html><html lang="en">${head}<body><main></main><script type="module" src="${name}.js"></script></html>`,
    );
  }
  return pages;
}

/** Serves bundled pages that need no relay; answers their address. */
export async function servePages(bench: Bench, entries: readonly string[]): Promise<string> {
  const { origin, close } = await serveFolder(await makePages(bench, entries));
  bench.atEnd(close);
  return origin;
}

/** Opens a page in a browser context of its own. What goes wrong in it is said. */
export async function openPage(bench: Bench, url: string): Promise<Page> {
  const browser = await bench.browser();
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(0);
  page.on('pageerror', ({ message }) => {
    bench.say(`The page failed: ${message}`);
  });
  await page.goto(url, { timeout: 60_000 });
  return page;
}
