import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { PAGE } from '../tools/page-bundle.js';

/** The folder of the page of an Uppy. */
export interface UppyPage {
  folder: string;
  remove: () => Promise<void>;
}

/** Bundles the page of an Uppy, as its integrator would. */
export async function makeUppyPage(): Promise<UppyPage> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrykit-uppy-'));
  await build({
    entryPoints: [fileURLToPath(new URL('pages/uppy.ts', import.meta.url))],
    outfile: join(folder, 'uppy.js'),
    ...PAGE,
  });
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Uppy</title><body><script type="module" src="/uppy.js"></script></body></html>',
  );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Gives the element files, as a person chooses them. */
export const choose = (page: Page, paths: string[]): Promise<void> =>
  page.locator('ferry-upload input[type=file]').first().setInputFiles(paths);

/** Resolves with what was done and what failed, once that many files have ended. */
export async function ended(page: Page, count: number): Promise<{ done: string[]; failed: string[] }> {
  await page.waitForFunction((wanted) => told.done.length + told.failed.length >= wanted, count, { timeout: 60_000 });
  return page.evaluate(() => ({ done: [...told.done].sort(), failed: told.failed }));
}
