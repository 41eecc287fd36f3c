import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { engines } from '../tools/engines.js';
import { typist, type Typist } from './keyboard.js';
import { openSite, type Site } from './site.js';
import { openWindow, type Window } from './window.js';

const FILES = { 'Archive/old.txt': 'old', 'Projects/Harbour/pier.txt': 'pier', 'a.txt': 'aaa', 'b.txt': 'bb', 'beacon.txt': 'c' };

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

for (const engine of engines)
  describe(`<ferry-browser> by keyboard alone, in ${engine}`, { concurrency: false }, () => {
    let site: Site;
    let window: Window;
    let person: Typist;
    before(async () => {
      site = await openSite();
      window = await openWindow(engine);
      person = typist(window);
    });
    after(async () => {
      await window.close();
      await site.remove();
    });
    beforeEach(async () => {
      for (const name of await readdir(site.root)) if (!name.startsWith('.')) await rm(join(site.root, name), { recursive: true });
      for (const [path, text] of Object.entries(FILES)) {
        await mkdir(dirname(join(site.root, path)), { recursive: true });
        await writeFile(join(site.root, path), text);
      }
      await person.begin(`${site.url}/browser`);
    });
    /** Paths of all files that are kept. */
    const kept = async (): Promise<string[]> => Object.keys(await site.stored()).sort();
    /** Goes down until an item is reached. */
    const goTo = async (name: string): Promise<void> => {
      const { names, focus } = await person.sees((seen) => seen.names.includes(name) && seen.names.includes(seen.focus));
      for (let steps = names.indexOf(name) - names.indexOf(focus); steps > 0; steps--) await person.press('ArrowDown');
      await person.sees((seen) => seen.focus === names.find((one) => one === name));
    };

    it('is one stop for the tab key, which leads on to what comes after it', async () => {
      await person.tabTo('After');
      await person.tabTo('Archive', true);
      await person.tabTo('Before', true);
    });

    it('opens folders, and goes back, forward, up, and to what is named above the list', async () => {
      await goTo('Projects');
      await person.press('Enter');
      await person.sees(({ path, focus }) => path === 'All files Projects' && focus === 'Harbour');
      await person.press('Enter');
      await person.sees(({ path, focus }) => path === 'All files Projects Harbour' && focus === 'pier.txt');
      await person.press('Alt+ArrowLeft');
      await person.sees(({ path, focus }) => path === 'All files Projects' && focus === 'Harbour');
      await person.press('Alt+ArrowRight');
      await person.sees(({ path, focus }) => path === 'All files Projects Harbour' && focus === 'pier.txt');
      await person.press('Backspace');
      await person.sees(({ path, focus }) => path === 'All files Projects' && focus === 'Harbour');
      await person.tabTo('All files', true);
      await person.press('Enter');
      await person.sees(({ path, names }) => path === 'All files' && names.includes('a.txt'));
      await person.tabTo('Back', true);
      await person.press('Enter');
      await person.sees(({ path }) => path === 'All files Projects');
      await person.tabTo('Forward');
      await person.press('Space');
      await person.sees(({ path }) => path === 'All files');
    });

    it('finds by first letters, and searches', async () => {
      await person.type('be');
      await person.sees(({ focus, selected }) => focus === 'beacon.txt' && selected.join() === 'beacon.txt');
      await person.tabTo('Search', true);
      await person.type('pier');
      await person.sees(({ names, foot }) => names.join() === 'pier.txt' && foot.includes('Found in this folder and below'));
      await person.tabTo('pier.txt');
      await person.choose('Show in its folder');
      await person.sees(({ path }) => path === 'All files Projects Harbour');
    });

    it('selects: one, ranges, one by one, everything, nothing', async () => {
      await goTo('a.txt');
      await person.sees(({ selected }) => selected.join() === 'a.txt');
      await person.press('Shift+ArrowDown');
      await person.sees(({ selected }) => selected.join() === 'a.txt,b.txt');
      await person.press('Control+ArrowUp', 'Control+ArrowUp', 'Space');
      await person.sees(({ selected }) => [...selected].sort().join() === 'Projects,a.txt,b.txt');
      await person.press('Space');
      await person.sees(({ selected }) => selected.join() === 'a.txt,b.txt');
      await person.press('Control+a');
      await person.sees(({ selected, said }) => selected.length === 5 && said === '5 selected');
      await person.press('Escape');
      await person.sees(({ selected }) => !selected.length);
      await person.press('Shift+End');
      await person.sees(({ selected }) => selected.length === 4);
    });

    it('looks at a file, and at the next one', async () => {
      await goTo('a.txt');
      await person.press('Enter');
      await person.sees(({ dialog }) => dialog.includes('a.txt') && dialog.includes('aaa'));
      await person.press('ArrowRight');
      await person.sees(({ dialog }) => dialog.includes('b.txt'));
      await person.press('Escape');
      await person.sees(({ dialog, focus }) => !dialog && focus === 'b.txt');
    });

    it('downloads one and many', async () => {
      await goTo('a.txt');
      await person.choose('Download');
      await person.sees(({ fetched }) => fetched['a.txt'] === digestOf('aaa'));
      await person.press('Shift+ArrowDown');
      await person.tabTo('Download', true);
      await person.press('Enter');
      // Several come packed together, under the server's name.
      await person.sees(({ fetched }) => Object.keys(fetched).length === 2);
    });

    it('renames, is told that a name is taken, and takes it back', async () => {
      await goTo('a.txt');
      await person.press('F2');
      await person.sees(({ focus }) => focus.startsWith('New name'));
      await person.type('b');
      await person.press('Enter');
      await person.sees(({ focus, problem }) => focus.startsWith('New name') && problem === 'The name is taken');
      await person.press('End');
      for (let letters = 0; letters < 5; letters++) await person.press('Backspace');
      await person.type('z z.md');
      await person.press('Enter');
      await person.sees(({ focus, strips }) => focus === 'z z.md' && strips.includes('has a new name'));
      assert.ok((await kept()).includes('z z.md'));
      await person.press('Control+z');
      await person.sees(({ names, focus }) => names.includes('a.txt') && focus === 'a.txt');
      assert.deepEqual(await kept(), Object.keys(FILES).sort());
    });

    it('makes a folder', async () => {
      await person.press('Escape');
      await person.tabTo('New folder', true);
      await person.press('Enter');
      await person.sees(({ dialog }) => dialog.includes('New folder'));
      await person.type('Made here');
      await person.press('Enter');
      await person.sees(({ dialog, focus }) => !dialog && focus === 'Made here');
      assert.ok((await readdir(site.root)).includes('Made here'));
    });

    for (const [does, word, done, left] of [
      ['moves', 'Move to', 'moved', false],
      ['copies', 'Copy to', 'copied', true],
    ] as const)
      it(`${does} by a dialog, into a folder of a folder`, async () => {
        await goTo('a.txt');
        await person.press('Shift+ArrowDown');
        await person.choose(`${word}…`);
        await person.sees(({ choices, focus }) => choices.join() === 'Archive,Projects' && focus === 'Archive');
        await person.press('ArrowDown', 'Enter');
        await person.sees(({ choices, focus }) => choices.join() === 'Harbour' && focus === 'Harbour');
        await person.press('Space');
        await person.tabTo(`${word} Harbour`);
        await person.press('Enter');
        await person.sees(({ dialog, said }) => !dialog && said === `2 items ${done}`);
        assert.deepEqual(
          (await kept()).filter((path) => /[ab]\.txt$/.test(path)),
          ['Projects/Harbour/a.txt', 'Projects/Harbour/b.txt', ...(left ? ['a.txt', 'b.txt'] : [])],
        );
      });

    it('cuts, copies and pastes, answers what becomes of a taken name, and undoes', async () => {
      await goTo('a.txt');
      await person.press('Shift+ArrowDown', 'Control+x', 'Home', 'Enter');
      await person.sees(({ path, focus }) => path === 'All files Archive' && focus === 'old.txt');
      await person.press('Control+v');
      await person.sees(({ names, strips }) => names.includes('b.txt') && strips.includes('2 items moved'));
      assert.ok((await kept()).includes('Archive/a.txt'));
      await person.press('Control+z');
      await person.sees(({ names }) => names.join() === 'old.txt');
      assert.deepEqual(await kept(), Object.keys(FILES).sort());
      await person.press('Control+c', 'Control+v');
      await person.sees(({ strips }) => strips.includes('old.txt is there already'));
      await person.tabTo('Keep both');
      await person.press('Enter');
      await person.sees(({ names }) => names.length === 2);
      assert.equal((await kept()).filter((path) => path.startsWith('Archive/')).length, 2);
    });

    it('deletes, when it is confirmed', async () => {
      await goTo('a.txt');
      await person.press('Shift+ArrowDown', 'Delete');
      await person.sees(({ dialog }) => dialog.includes('Delete 2 items?') && dialog.includes('a.txt') && dialog.includes('b.txt'));
      await person.press('Escape');
      await person.sees(({ dialog }) => !dialog);
      assert.deepEqual(await kept(), Object.keys(FILES).sort());
      await person.press('Delete');
      await person.sees(({ dialog }) => dialog);
      await person.tabTo('Delete');
      await person.press('Enter');
      await person.sees(({ names, focus, said }) => !names.includes('a.txt') && focus === 'beacon.txt' && said === '2 items deleted');
      assert.deepEqual(await kept(), ['Archive/old.txt', 'Projects/Harbour/pier.txt', 'beacon.txt']);
    });

    it('hands over what is to be sent', async () => {
      await goTo('a.txt');
      await person.press('Shift+ArrowDown');
      await person.choose('Send');
      await person.sees(({ sent }) => sent.join() === 'a.txt,b.txt');
    });

    it('shows details, goes into them, and closes them', async () => {
      await goTo('b.txt');
      await person.press('Alt+Enter');
      await person.sees(({ details }) => details.includes('b.txt') && details.includes('2 bytes'));
      await person.tabTo('Close');
      await person.press('Enter');
      await person.sees(({ details }) => !details);
    });

    it('sorts, chooses columns, and turns the list into a grid and back', async () => {
      await person.tabTo('Size', true);
      await person.press('Enter');
      await person.sees(({ sorted, said }) => sorted === 'Size ascending' && said === 'Sorted by Size, ascending');
      await person.press('Enter');
      await person.sees(({ sorted }) => sorted === 'Size descending');
      await person.tabTo('View', true);
      await person.press('Enter');
      const { menu } = await person.sees((seen) => seen.menu.length);
      for (let line = menu.indexOf('Modified'); line > 0; line--) await person.press('ArrowDown');
      await person.press('Enter');
      await person.sees(({ columns }) => !columns.includes('Modified'));
      await person.tabTo('Grid', true);
      await person.press('Enter');
      const { names } = await person.sees(({ view }) => view === 'grid');
      await person.tabTo(names[0] ?? '');
      await person.press('ArrowRight');
      await person.sees(({ focus, selected }) => focus === selected.join() && focus !== '');
      await person.tabTo('List', true);
      await person.press('Space');
      await person.sees(({ view }) => view === 'list');
    });

    it('picks, by Enter and by the button', async () => {
      await person.begin(`${site.url}/browser?picker=files`);
      await goTo('a.txt');
      await person.press('Enter');
      await person.sees(({ picked }) => picked.join() === 'a.txt');
      await person.press('ArrowDown');
      await person.tabTo('Choose');
      await person.press('Enter');
      await person.sees(({ picked }) => picked.join() === 'b.txt');
    });

    it('and the page complains of nothing', () => {
      // Chromium tells of the name that was taken, and of the copy.
      const others = window.complaints.filter((complaint) => !complaint.includes('409 (Conflict)'));
      assert.deepEqual(others, []);
    });
  });
