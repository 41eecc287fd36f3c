import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { committedPictures, compare, wantedPictures } from './screenshots.js';

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
