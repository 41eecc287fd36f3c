import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../tools/engines.js';
import { installApp } from './installed.js';
import { uploadOn } from './opened.js';
import { viteBuild } from './vite.js';

let browser: Browser;
before(async () => {
  browser = await launch('chromium');
});
after(() => browser.close());

test('an app of Vite and React uploads: property and event work', async () => {
  const folder = await installApp('vite-react');
  viteBuild(folder);
  await uploadOn(browser, join(folder, 'dist'), '/', async (shown) => {
    assert.equal(await shown('kept'), 'hello.txt 5');
  });
});
