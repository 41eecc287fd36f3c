import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';
import { committedPictures, compare, encode, FOLDER, readPicture, takePicture, wantedPictures } from './screenshots.js';
import { openStorybook, type Storybook } from './storybook.js';

/** What differs is put here to be looked at. */
const OUTPUT = join(FOLDER, 'output');
const AGAIN = 'Look at it, and if it is meant: npm run screenshots.';

let storybook: Storybook;
before(async () => {
  rmSync(OUTPUT, { recursive: true, force: true });
  storybook = await openStorybook();
});
after(() => storybook.close());

test('a new line is found, and a picture is like itself', () => {
  const white = new PNG({ width: 80, height: 40 });
  white.data.fill(255);
  const line = PNG.sync.read(PNG.sync.write(white));
  for (let x = 0; x < 80; x += 1) line.data.set([0, 0, 0, 255], (80 * 20 + x) * 4);
  assert.equal(compare(white, white), undefined);
  assert.match(compare(white, line)?.difference ?? '', /differs in 80 of 3200 pixels/);
  assert.match(compare(white, new PNG({ width: 80, height: 41 }))?.difference ?? '', /is 80 × 41 px, was 80 × 40 px/);
});

test('every committed picture has its story', () => {
  const wanted = new Set(wantedPictures().map(({ file }) => file));
  assert.deepEqual(
    committedPictures().filter((file) => !wanted.has(file)),
    [],
  );
});

for (const { entry, variant, file } of wantedPictures()) {
  test(`${entry.id} looks as before (${variant})`, { timeout: 60_000 }, async () => {
    assert.ok(existsSync(join(FOLDER, file)), `There is no test/screenshots/${file} yet. ${AGAIN}`);
    const actual = await takePicture(storybook, entry, variant);
    const found = compare(readPicture(file), actual);
    if (!found) return;
    mkdirSync(OUTPUT, { recursive: true });
    writeFileSync(join(OUTPUT, file), encode(actual));
    if (found.picture) writeFileSync(join(OUTPUT, file.replace('.png', '.difference.png')), PNG.sync.write(found.picture));
    assert.fail(`test/screenshots/${file} ${found.difference}; see test/screenshots/output. ${AGAIN}`);
  });
}
