import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { serveFolder } from '../tools/static.js';

/** The text that a page's own code shows, by the id of its element. */
export type Shown = (id: string) => Promise<string>;

/**
 * Serves a folder, opens a page of it, gives a file to its `<ferry-upload>` as a person would, and waits until the page itself
 * (its listener of `ferry-uploaded`) says its name. Fails on any error in the page.
 */
export const uploadOn = async (browser: Browser, folder: string, path = '/', then?: (shown: Shown) => Promise<void>): Promise<void> => {
  const server = await serveFolder(folder);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  page.on('requestfailed', (request) => errors.push(`failed: ${request.url()}`));
  try {
    await page.goto(server.origin + path);
    const input = page.locator('ferry-upload input[type=file]').first();
    await input.setInputFiles([{ name: 'hello.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }], { timeout: 15_000 });
    await page.getByText('uploaded: hello.txt').waitFor({ timeout: 15_000 });
    await then?.((id) => page.locator(`#${id}`).innerText());
    assert.deepEqual(errors, []);
  } catch (error) {
    throw errors.length > 0 ? new Error(`The page had errors: ${errors.join('; ')}`, { cause: error }) : error;
  } finally {
    await page.close();
    await server.close();
  }
};
