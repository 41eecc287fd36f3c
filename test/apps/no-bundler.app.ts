import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../tools/engines.js';
import { installApp } from './installed.js';
import { uploadOn } from './opened.js';

let browser: Browser;
before(async () => {
  browser = await launch('chromium');
});
after(() => browser.close());

test('a page with nothing but the script tag uploads: property and event work', async () => {
  const folder = await installApp('no-bundler');
  await uploadOn(browser, folder, '/', async (shown) => {
    assert.equal(await shown('kept'), 'hello.txt 5');
  });
});
