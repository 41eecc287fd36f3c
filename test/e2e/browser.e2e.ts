import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Download, Locator, Page } from 'playwright-core';
import { unzip } from '../relay/unzip.js';
import { launch } from '../tools/engines.js';
import { complaintsOf, openDemoSite } from './demo-site.js';
import { dropAt } from './acting.js';
import { rows, type Kept } from './browser.rows.js';
import { digests, type Site } from './site.js';

/** Fifty files; one is large, one has a name that means something to others, one is going to be spoiled. */
const LARGE = 'large film.txt';
const DIFFICULT = 'ünï & 100%20 +a=b #1 日本 $x.txt';
const SPOILED = 'file 20.txt';
const NAMES = [LARGE, DIFFICULT, ...Array.from({ length: 48 }, (_, index) => `file ${String(index + 10)}.txt`)];

let browser: Browser;
let folder: string;
/** What was on the person's machine: name → sha-256. */
let local: Record<string, string>;

before(async () => {
  browser = await launch('chromium');
  folder = await mkdtemp(join(tmpdir(), 'ferrykit-browsed-'));
  await mkdir(join(folder, 'files'));
  // Text, so that a ZIP of them can be read as text.
  for (const name of NAMES) await writeFile(join(folder, 'files', name), randomBytes(name === LARGE ? 6_000_000 : 300).toString('base64'));
  local = await digests(join(folder, 'files'));
});
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const digestOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

for (const row of rows)
  describe(`<ferry-browser> on ${row.name}, through the relay`, { concurrency: false }, () => {
    let kept: Kept;
    let site: Site;
    let page: Page;
    let complaints: string[];
    const downloads: Download[] = [];
    /** What is left of what was uploaded, by its name now. */
    let left: Record<string, string>;

    before(async () => {
      left = { ...local };
      kept = await row.open(() => site.root);
      site = await openDemoSite([row.name], kept.backend ? { backends: { [row.name]: kept.backend } } : {});
      const context = await browser.newContext({ viewport: { width: 1200, height: 1400 } });
      // Where storage has an address of its own, what it gives opens beside the page.
      context.on('page', (opened) => opened.on('download', (download) => downloads.push(download)));
      page = await context.newPage();
      complaints = complaintsOf(page);
      await page.goto(site.url);
    });
    after(async () => {
      await page.context().close();
      await site.remove();
      await kept.close();
    });

    const element = (): Locator => page.locator('ferry-browser');
    /** An item, by the beginning of what it says of itself: its name. */
    const item = (name: string): Locator =>
      element()
        .getByRole('gridcell', { name: `${name},` })
        .or(element().getByRole('gridcell', { name, exact: true }))
        .first();
    const button = (name: string): Locator => element().getByRole('button', { name, exact: true });
    const dialog = (): Locator => element().getByRole('dialog');
    const crumb = (name: string): Promise<void> => element().locator('[part=path]').getByRole('button', { name }).click();
    const foot = (text: string): Promise<void> => element().locator('[part=foot]').getByText(text, { exact: true }).waitFor();
    const choose = async (name: string): Promise<void> => {
      await item(name).click({ button: 'right' });
    };
    const inMenu = (label: string): Promise<void> => element().getByRole('menuitem', { name: label }).click();
    /** What lies in a folder, behind the page. */
    const keptIn = async (path: string): Promise<Record<string, string>> => {
      const all = Object.entries(await kept.files());
      return Object.fromEntries(all.flatMap(([at, digest]) => (at.startsWith(`${path}/`) ? [[at.slice(path.length + 1), digest]] : [])));
    };
    /** Waits for so many downloads, and answers name → sha-256 of what came, out of a ZIP too. */
    const downloaded = async (begin: () => Promise<void>, count: number): Promise<Record<string, string>> => {
      downloads.length = 0;
      await begin();
      const all: Record<string, string> = {};
      for (let read = 0; Object.keys(all).length < count;) {
        const download = downloads[read];
        if (!download) {
          await page.waitForTimeout(20);
          continue;
        }
        read++;
        const bytes = await readFile(await download.path());
        const name = download.suggestedFilename();
        if (!name.endsWith('.zip')) all[name] = digestOf(bytes);
        else for (const [path, text] of unzip(bytes)) all[path] = digestOf(text ?? assert.fail(`"${path}" is no file.`));
      }
      return all;
    };

    it('makes folders', async () => {
      for (const name of ['In <b> ü', 'Archive']) {
        await button('New folder').click();
        await dialog().getByLabel('Name of the folder').fill(name);
        await page.keyboard.press('Enter');
        await item(name).waitFor();
        await element().getByRole('button', { name: 'Clear selection' }).click();
      }
    });

    it('takes into a folder what is dropped on it, byte for byte', async () => {
      const end = page.evaluate(
        (count) =>
          new Promise<void>((resolve) => {
            let missing = count;
            document.addEventListener('ferry-uploaded', () => {
              if (--missing === 0) resolve();
            });
          }),
        NAMES.length,
      );
      await dropAt(
        page,
        item('In <b> ü'),
        NAMES.map((name) => join(folder, 'files', name)),
      );
      await end;
      assert.deepEqual(await keptIn('In <b> ü'), left);
      await item('In <b> ü').dblclick();
      await foot('50 items');
    });

    it('renames', async () => {
      await item('file 10.txt').click();
      await page.keyboard.press('F2');
      await page.keyboard.type('first of all');
      await page.keyboard.press('Enter');
      await element().locator('[part=undo]').getByText('has a new name').waitFor();
      left['first of all.txt'] = left['file 10.txt'] ?? assert.fail();
      delete left['file 10.txt'];
      assert.deepEqual(await keptIn('In <b> ü'), left);
    });

    it('moves fifty items of which one cannot be moved, and says which and why', async () => {
      await kept.spoil(`In <b> ü/${SPOILED}`);
      await item('first of all.txt').click();
      await page.keyboard.press('Control+a');
      await element().locator('[part=bar]').getByText('50 selected').waitFor();
      await choose('first of all.txt');
      await inMenu('Move to…');
      await dialog().getByRole('button', { name: 'All files' }).click();
      await dialog().getByRole('gridcell', { name: 'Archive' }).click();
      await dialog()
        .getByRole('button', { name: /Move to .*Archive/ })
        .click();
      const outcome = element().locator('[part=outcome]');
      await outcome.getByText('49 items moved · one failed').waitFor();
      assert.match(await outcome.innerText(), new RegExp(`${SPOILED} · ${row.failure}`));
      const { [SPOILED]: stayed, ...moved } = left;
      assert.deepEqual(await keptIn('Archive'), moved);
      assert.deepEqual(await keptIn('In <b> ü'), row.stays ? { [SPOILED]: stayed } : {});
      await element()
        .getByText(row.stays ? 'One item' : 'This folder is empty', { exact: true })
        .waitFor();
      if (row.stays)
        await element()
          .getByRole('gridcell', { name: new RegExp(`^${SPOILED}.*${row.failure}`) })
          .waitFor();
      await outcome.getByRole('button', { name: 'Dismiss' }).click();
      left = moved;
    });

    it('searches, and says where', async () => {
      await crumb('All files');
      await item('Archive').dblclick();
      await foot('49 items');
      await element().getByRole('searchbox').fill('film');
      await element().locator('[part=foot]').getByText(row.searched).waitFor();
      await item(LARGE).waitFor();
      assert.equal(
        await element()
          .getByRole('gridcell', { name: /file \d/ })
          .count(),
        0,
      );
      await element().getByRole('searchbox').fill('');
      await item('file 11.txt').waitFor();
    });

    it('downloads one file, byte for byte', async () => {
      const came = await downloaded(async () => {
        await choose(LARGE);
        await inMenu('Download');
      }, 1);
      assert.deepEqual(Object.values(came), [left[LARGE]]);
    });

    it('downloads many files, byte for byte', async () => {
      await item(LARGE).click();
      await page.keyboard.press('End');
      for (let more = 0; more < 3; more++) await page.keyboard.press('Shift+ArrowUp');
      await element().locator('[part=bar]').getByText('4 selected').waitFor();
      const bar = element().locator('[part=bar]');
      const came = await downloaded(() => bar.getByRole('button', { name: 'Download' }).click(), 4);
      const wanted = [LARGE, DIFFICULT, 'first of all.txt', 'file 57.txt'];
      assert.deepEqual(Object.values(came).sort(), wanted.map((name) => left[name]).sort());
    });

    it('deletes what is confirmed, and only then', async () => {
      const gone = ['file 11.txt', 'file 12.txt', 'file 13.txt'];
      await item(LARGE).click();
      await page.keyboard.press('Home');
      await item('file 11.txt').click();
      await item('file 13.txt').click({ modifiers: ['Shift'] });
      await page.keyboard.press('Delete');
      await dialog().getByText('Delete 3 items?').waitFor();
      for (const name of gone) await dialog().getByText(name).waitFor();
      await page.keyboard.press('Escape');
      assert.deepEqual(await keptIn('Archive'), left);
      await page.keyboard.press('Delete');
      await dialog().getByRole('button', { name: 'Delete' }).click();
      await foot('46 items');
      left = Object.fromEntries(Object.entries(left).filter(([name]) => !gone.includes(name)));
      assert.deepEqual(await keptIn('Archive'), left);
      await crumb('All files');
      await item('Archive').click();
      await page.keyboard.press('Delete');
      await dialog().getByText('Folders go with everything in them.').waitFor();
      await dialog().getByRole('button', { name: 'Delete' }).click();
      await item('Archive').waitFor({ state: 'detached' });
      assert.deepEqual(await keptIn('Archive'), {});
    });

    it('and the page complains of nothing', () => {
      assert.deepEqual(complaints, []);
    });
  });
