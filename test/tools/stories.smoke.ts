import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { openStorybook, readEntries, type Storybook } from './storybook.js';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/** What axe finds in a story, one line for each rule. */
const audit = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (rules) =>
      (globalThis as unknown as { axe: { run(context: string, options: RunOptions): Promise<AxeResults> } }).axe.run(
        '#storybook-root',
        rules,
      ),
    RULES,
  );
  return violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
};

let storybook: Storybook;
before(async () => {
  storybook = await openStorybook();
});
after(() => storybook.close());

test('there are stories', () => {
  assert.ok(readEntries().some(({ type }) => type === 'story'));
});

for (const entry of readEntries()) {
  if (entry.type === 'docs') {
    test(`the docs of ${entry.id} render without an error`, { timeout: 60_000 }, async () => {
      const { page, errors } = await storybook.open(entry);
      await page.close();
      assert.deepEqual(errors, []);
    });
    continue;
  }
  for (const theme of ['light', 'dark']) {
    test(`${entry.id} renders in ${theme} and axe finds nothing`, { timeout: 60_000 }, async () => {
      const { page, errors } = await storybook.open(entry, { globals: { theme } });
      const found = await audit(page);
      const bare = await page.evaluate(() =>
        [...document.querySelectorAll('#storybook-root :not(:defined)')].map(({ localName }) => localName),
      );
      const drawn = await page.evaluate(() =>
        [...document.querySelectorAll('#storybook-root *')].some(({ shadowRoot }) => shadowRoot?.childElementCount),
      );
      await page.close();
      assert.deepEqual([...errors, ...found, ...bare.map((tag) => `<${tag}> is not defined`)], []);
      assert.ok(drawn, 'an element drew something');
    });
  }
}
