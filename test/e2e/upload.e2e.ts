import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { engines } from '../tools/engines.js';
import { digests, openSite, type Site } from './site.js';
import { openWindow, type Window } from './window.js';

const INPUT = "return document.querySelector('ferry-upload').shadowRoot.querySelector('input[type=file]')";

/** Body of a page script: keeps a promise of the end of the next upload, and what it told on the way. */
const WATCH = `
  const upload = document.querySelector('ferry-upload');
  window.told = { uploaded: [], failed: [], rejected: [] };
  upload.addEventListener('ferry-uploaded', ({ detail }) => told.uploaded.push(detail.item.name));
  upload.addEventListener('ferry-failed', ({ detail }) => told.failed.push([detail.file.name, detail.code]));
  upload.addEventListener('ferry-rejected', ({ detail }) => told.rejected.push(...detail.rejected.map(({ file, code }) => [file.name, code])));
  window.completed = new Promise((resolve) => upload.addEventListener('ferry-completed', () => resolve(told), { once: true }));
`;

interface Told {
  uploaded: string[];
  failed: [string, string][];
  rejected: [string, string][];
}

const folders: string[] = [];

/** Writes files into a new folder of their own and answers the folder. */
async function lay(files: Record<string, Buffer | string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrykit-chosen-'));
  folders.push(folder);
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

for (const engine of engines) {
  describe(`uploading in ${engine}`, { concurrency: false }, () => {
    let site: Site;
    let window: Window;
    before(async () => {
      site = await openSite();
      window = await openWindow(engine);
    });
    after(async () => {
      await window.close();
      await site.remove();
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
    });
    const open = async (query = 'multiple'): Promise<void> => {
      await window.goto(`${site.url}/upload?${encodeURIComponent(query)}`);
      await window.evaluate(`await customElements.whenDefined('ferry-upload'); ${WATCH}`);
    };
    const completed = async (): Promise<Told> => (await window.evaluate('return window.completed')) as Told;

    test('chosen files arrive byte for byte, and the page keeps to the strictest policy', async () => {
      const folder = await lay({
        'empty.bin': '',
        'one byte.txt': 'x',
        'film.mov': randomBytes(40_000_000),
        'ünï cödé 日本 😀.txt': 'names',
      });
      await open();
      await window.evaluate(
        "window.broken = []; document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => broken.push(violatedDirective + ' ' + blockedURI))",
      );
      const wanted = await digests(folder);
      await window.chooseFiles(
        INPUT,
        Object.keys(wanted).map((name) => join(folder, name)),
      );
      const told = await completed();
      assert.deepEqual(told.failed, []);
      assert.deepEqual(await site.stored(), wanted);
      assert.deepEqual(await window.evaluate('return window.broken'), []);
      assert.deepEqual(window.complaints, []);
    });

    test('names are kept as they are, or refused in words, and the others go on', async () => {
      await open('multiple conflict=rename');
      const names = [
        '<img src=x onerror=alert(1)>.txt',
        '"quoted" \'name\'.txt',
        '\u202egpj.exe',
        'e\u0301.txt',
        '\u00e9.txt',
        'a+b %41 #?&.txt',
        ' leading.txt',
      ];
      const refused = `${'n'.repeat(300)}.txt`;
      await window.evaluate(
        "document.querySelector('ferry-upload').add(arguments[0].map((name, i) => new File([name], name, { lastModified: 1000 + i })))",
        [...names, refused],
      );
      const told = await completed();
      assert.deepEqual(told.uploaded.sort(), [...names].sort());
      assert.deepEqual([...told.failed, ...told.rejected], [[refused, 'invalid']]);
      const stored = await site.stored();
      for (const name of names) assert.ok(stored[name], `"${name}" is not there`);
    });

    test('a file that was deleted after it was chosen fails in words, and the others go on', async () => {
      const folder = await lay({ 'gone.txt': 'gone', 'stays.txt': 'stays' });
      await open('multiple manual');
      await window.chooseFiles(INPUT, [join(folder, 'gone.txt'), join(folder, 'stays.txt')]);
      await rm(join(folder, 'gone.txt'));
      await window.evaluate("document.querySelector('ferry-upload').start()");
      const told = await completed();
      assert.deepEqual(told.uploaded, ['stays.txt']);
      assert.deepEqual(told.failed, [['gone.txt', 'changed']]);
    });

    test('while the relay is away it waits, and goes on by itself', async () => {
      const folder = await lay({ 'patient.bin': randomBytes(3_000_000) });
      await open('multiple manual');
      await window.chooseFiles(INPUT, [join(folder, 'patient.bin')]);
      await site.stop();
      try {
        await window.evaluate("document.querySelector('ferry-upload').start()");
        await window.evaluate(`
          const shown = () => document.querySelector('ferry-upload').shadowRoot.textContent;
          while (!/waiting/i.test(shown())) await new Promise((resolve) => setTimeout(resolve, 50));
        `);
      } finally {
        await site.start();
      }
      const told = await completed();
      assert.deepEqual(told.uploaded, ['patient.bin']);
      assert.equal((await site.stored())['patient.bin'], (await digests(folder))['patient.bin']);
    });

    test('a page with a backend in memory needs no server', async () => {
      await window.goto(`${site.url}/memory?multiple`);
      await window.evaluate(`await customElements.whenDefined('ferry-upload'); ${WATCH}`);
      await window.evaluate("document.querySelector('ferry-upload').add([new File(['a'], 'a.txt'), new File([], 'b.txt')])");
      assert.deepEqual((await completed()).uploaded.sort(), ['a.txt', 'b.txt']);
      assert.match((await window.evaluate("return document.querySelector('ferry-upload').value")) as string, /a\.txt/);
    });
  });
}
