import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { audit } from './audit.js';
import { compare, encode, FOLDER, pictureOf, readPicture, VARIANTS, wantedPictures, type Variant } from './screenshots.js';
import { openStorybook, type Storybook } from './storybook.js';

/** What differs is put here to be looked at. */
const OUTPUT = join(FOLDER, 'output');
const AGAIN = 'Look at it, and if it is meant: npm run screenshots.';

/** What is wrong with a picture, if anything. */
function difference(file: string, actual: PNG): string[] {
  if (!existsSync(join(FOLDER, file))) return [`There is no test/screenshots/${file} yet. ${AGAIN}`];
  const found = compare(readPicture(file), actual);
  if (!found) return [];
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(join(OUTPUT, file), encode(actual));
  if (found.picture) writeFileSync(join(OUTPUT, file.replace('.png', '.difference.png')), PNG.sync.write(found.picture));
  return [`test/screenshots/${file} ${found.difference}; see test/screenshots/output. ${AGAIN}`];
}

/** Tags of elements that nobody has defined, and stories that draw nothing. */
async function emptiness(page: Page): Promise<string[]> {
  const { bare, drawn } = await page.evaluate(() => ({
    bare: [...document.querySelectorAll('#storybook-root :not(:defined)')].map(({ localName }) => localName),
    drawn: [...document.querySelectorAll('#storybook-root *')].some(({ shadowRoot }) => shadowRoot?.childElementCount),
  }));
  return [...bare.map((tag) => `<${tag}> is not defined`), ...(drawn ? [] : ['no element drew anything'])];
}

/** Every story in one variant: it renders without an error, looks as before, and axe finds nothing where that depends on the variant. */
export function lookAt(variant: Variant): void {
  let storybook: Storybook;
  before(async () => {
    storybook = await openStorybook();
  });
  after(() => storybook.close());

  for (const { entry, file } of wantedPictures().filter((wanted) => wanted.variant === variant)) {
    rmSync(join(OUTPUT, file), { force: true });
    const audited = variant === 'light' || variant === 'dark';
    test(`${entry.id} (${variant}) looks as before${audited ? ', and axe finds nothing' : ''}`, { timeout: 60_000 }, async () => {
      const { page, errors } = await storybook.open(entry, VARIANTS[variant]);
      const problems = [...difference(file, await pictureOf(page)), ...(await emptiness(page)), ...(audited ? await audit(page) : [])];
      assert.deepEqual([...errors, ...problems], []);
    });
  }
}
