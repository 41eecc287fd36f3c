import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { ROOT } from '../tools/checkout.mjs';
import { readEntries, type Entry, type Storybook } from './storybook.js';

/** Where the committed pictures are, one for each story and variant. */
export const FOLDER = join(ROOT, 'test', 'screenshots');

/** How every story is looked at. */
export const VARIANTS = {
  light: { width: 800, globals: {} },
  dark: { width: 800, globals: { theme: 'dark' } },
  rtl: { width: 800, globals: { direction: 'rtl' } },
  280: { width: 280, globals: {} },
  1600: { width: 1600, globals: {} },
} as const;

/** One name of {@link VARIANTS}. */
export type Variant = `${keyof typeof VARIANTS}`;

/** Every picture that there should be. */
export const wantedPictures = (): { entry: Entry; variant: Variant; file: string }[] =>
  readEntries()
    .filter(({ type }) => type === 'story')
    .flatMap((entry) => Object.keys(VARIANTS).map((name) => ({ entry, variant: name as Variant, file: `${entry.id}.${name}.png` })));

/** The pictures that are committed, without folder. */
export const committedPictures = (): string[] => (existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.png')) : []);

/** Cuts off the rows below the story that are all of one colour, so that a picture is as high as what it shows. */
const cropBelow = (picture: PNG): PNG => {
  const { width, height, data } = picture;
  const row = (y: number): Buffer => data.subarray(y * width * 4, (y + 1) * width * 4);
  const last = row(height - 1);
  let end = height;
  while (end > 1 && row(end - 2).equals(last)) end -= 1;
  const cropped = new PNG({ width, height: end });
  data.copy(cropped.data, 0, 0, width * end * 4);
  return cropped;
};

/** The picture of a page that has rendered. */
export const pictureOf = async (page: Page): Promise<PNG> => {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return cropBelow(PNG.sync.read(await page.screenshot({ fullPage: true, animations: 'disabled', scale: 'css' })));
};

/** Takes the picture of one story; rejects when the story had an error. */
export const takePicture = async (storybook: Storybook, entry: Entry, variant: Variant): Promise<PNG> => {
  const { page, errors } = await storybook.open(entry, VARIANTS[variant]);
  if (errors.length > 0) throw new Error(`${entry.id} has errors: ${errors.join('; ')}`);
  return pictureOf(page);
};

/** The bytes of a picture as they are committed: no transparency, packed hard. */
export const encode = (picture: PNG): Buffer =>
  PNG.sync.write(picture, { colorType: 2, inputHasAlpha: true, deflateLevel: 9, deflateStrategy: 0, filterType: 0 });

/** A committed picture. */
export const readPicture = (file: string): PNG => PNG.sync.read(readFileSync(join(FOLDER, file)));

/** How many pixels may differ: what two builds of one browser draw differently at the edges of letters, and not a word more. */
const TOLERANCE = 60;

/** Compares two pictures: what is different in words, with a picture of it, or nothing. */
export const compare = (expected: PNG, actual: PNG): { difference: string; picture?: PNG } | undefined => {
  if (expected.width !== actual.width || expected.height !== actual.height) {
    return { difference: `is ${actual.width} × ${actual.height} px, was ${expected.width} × ${expected.height} px` };
  }
  const { width, height } = expected;
  const picture = new PNG({ width, height });
  const pixels = pixelmatch(expected.data, actual.data, picture.data, width, height, { threshold: 0.15 });
  return pixels > TOLERANCE ? { difference: `differs in ${pixels} of ${width * height} pixels`, picture } : undefined;
};
