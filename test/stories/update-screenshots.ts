// npm run screenshots: takes the picture of every story anew, and writes those that look different; -- name: of those whose id begins so.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { committedPictures, compare, encode, FOLDER, readPicture, takePicture, wantedPictures } from './screenshots.js';
import { openStorybook } from './storybook.js';

mkdirSync(FOLDER, { recursive: true });
const wanted = wantedPictures();
const kept = new Set(wanted.map(({ file }) => file));
for (const file of committedPictures().filter((name) => !kept.has(name))) {
  rmSync(join(FOLDER, file));
  console.log(`removed  ${file}`);
}
const storybook = await openStorybook();
try {
  const [begins = ''] = process.argv.slice(2);
  for (const { entry, variant, file } of wanted.filter((one) => one.entry.id.startsWith(begins))) {
    const picture = await takePicture(storybook, entry, variant);
    if (existsSync(join(FOLDER, file)) && !compare(readPicture(file), picture)) continue;
    writeFileSync(join(FOLDER, file), encode(picture));
    console.log(`written  ${file}`);
  }
} finally {
  await storybook.close();
}
