import { expect } from '@open-wc/testing';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { press, said, text } from './acting.js';
import {
  cell,
  cellLater,
  click,
  dialogOf,
  drag,
  focusedName,
  goTo,
  inside,
  itemAt,
  itemsOf,
  keys,
  manyFiles,
  namesIn,
  pressIn,
  selectedIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const TREE = { Archive: {}, Projects: { Plans: {}, 'notes.txt': 'n' }, 'a.txt': 'aaa', 'b.txt': 'bb', 'c.txt': 'c' };

/** Opens a folder by the keyboard, and waits until it is shown. */
async function enter(element: FerryBrowser, name: string): Promise<void> {
  await goTo(element, name);
  await keys('Enter');
  await until(() => inside(element, '[aria-current]').textContent === name, `"${name}" is not open.`);
  await until(() => shown(element, '.rows > *, .state:not(.loading)'));
  await until(() => element.shadowRoot!.activeElement?.closest('.list'));
}

const namesOf = async (...[backend, folder]: Parameters<typeof itemsOf>): Promise<string[]> =>
  (await itemsOf(backend, folder)).map(({ name }) => name);

describe('cut, copy and paste in <ferry-browser>', () => {
  it('moves by the keyboard alone, and takes it back', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('Shift+ArrowDown', 'Control+x');
    expect(said(element)).to.equal('2 items cut');
    expect(cell(element, 'a.txt').closest('.cut')).to.not.equal(null);
    await enter(element, 'Archive');
    await keys('Control+v');
    await cellLater(element, 'b.txt');
    await until(() => said(element) === '2 items moved');
    expect(await namesOf(backend)).to.deep.equal(['Archive', 'Projects', 'c.txt']);
    await keys('Control+z');
    await until(() => namesIn(element).length === 0);
    expect(await namesOf(backend)).to.deep.equal(['Archive', 'Projects', 'a.txt', 'b.txt', 'c.txt']);
  });

  it('copies, and can be pasted again', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'c.txt');
    await keys('Control+c');
    await enter(element, 'Archive');
    await press(element, 'Paste');
    await cellLater(element, 'c.txt');
    expect(shown(element, '[part=undo]')).to.equal(false);
    await keys('Backspace');
    await cellLater(element, 'a.txt');
    await until(() => focusedName(element) === 'Archive');
    await keys('Control+v');
    await until(() => text(element, 'question').includes('c.txt is there already'));
    await press(element, 'Keep both');
    await cellLater(element, 'c (1).txt');
    expect(await namesOf(backend)).to.include.members(['c.txt', 'c (1).txt']);
  });

  it('says why what was cut cannot be put where it is', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('Control+x', 'Control+v');
    await until(() => said(element) === 'It is here already');
    await keys('Escape', 'Escape');
    await until(() => !cell(element, 'a.txt').closest('.cut'));
  });
});

describe('the dialog to move and copy of <ferry-browser>', () => {
  it('is a browser of folders, from which the target is chosen', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await press(element, 'Move to…');
    const dialog = await dialogOf(element);
    const inner = dialog.querySelector('ferry-browser')!;
    await cellLater(inner, 'Projects');
    expect(namesIn(inner)).to.deep.equal(['Archive', 'Projects']);
    await until(() => focusedName(inner) === 'Archive');
    const here = [...dialog.querySelectorAll<HTMLButtonElement>('.main')].at(-1)!;
    expect(here.textContent.replace(/[\u2068\u2069]/g, '')).to.equal('Move to All files');
    expect(here.disabled).to.equal(true);
    await expect(element).to.be.accessible();
    await goTo(inner, 'Projects');
    await keys('Enter');
    await cellLater(inner, 'Plans');
    await pressIn(dialog, 'Move to Projects');
    await until(() => !dialog.open && !namesIn(element).includes('a.txt'));
    expect(await namesOf(backend, await itemAt(backend, 'Projects'))).to.deep.equal(['Plans', 'a.txt', 'notes.txt']);
    await until(() => text(element, 'undo').includes('One item moved'));
    await press(element, 'Undo');
    await cellLater(element, 'a.txt');
  });

  it('copies into the folder that is selected in it, and Escape leaves everything', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'b.txt');
    await press(element, 'Copy to…');
    const dialog = await dialogOf(element);
    const inner = dialog.querySelector('ferry-browser')!;
    await goTo(inner, 'Archive');
    await pressIn(dialog, 'Copy to Archive');
    await until(async () => (await namesOf(backend, await itemAt(backend, 'Archive'))).includes('b.txt'));
    expect(namesIn(element)).to.include('b.txt');
    await goTo(element, 'c.txt');
    await press(element, 'Move to…');
    await dialogOf(element);
    await cellLater(dialog.querySelector('ferry-browser')!, 'Archive');
    await keys('Escape');
    await until(() => !dialog.open);
    await until(() => focusedName(element) === 'c.txt');
    expect(await namesOf(backend)).to.include('c.txt');
  });
});

describe('dragging within <ferry-browser>', () => {
  it('moves onto a folder and onto the way above, and copies with Ctrl', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    click(await cellLater(element, 'a.txt'));
    click(cell(element, 'b.txt'), { shiftKey: true });
    const over = await drag(cell(element, 'b.txt'), cell(element, 'Archive'));
    expect(over.closest('.over')).to.not.equal(null);
    await until(() => namesIn(element).join() === 'Archive,Projects,c.txt');
    expect(await namesOf(backend, await itemAt(backend, 'Archive'))).to.deep.equal(['a.txt', 'b.txt']);
    await enter(element, 'Archive');
    await drag(cell(element, 'a.txt'), inside(element, '.step'), { ctrlKey: true });
    await until(async () => (await namesOf(backend)).includes('a.txt'));
    expect(namesIn(element)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('does nothing on a file, on itself, where things are, or where they may not go', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    const before = JSON.stringify(await itemsOf(backend));
    await drag(await cellLater(element, 'a.txt'), cell(element, 'b.txt'));
    await drag(cell(element, 'Archive'), cell(element, 'Archive'));
    element.readonly = true;
    await element.updateComplete;
    await drag(cell(element, 'a.txt'), cell(element, 'Archive'));
    expect(JSON.stringify(await itemsOf(backend))).to.equal(before);
    expect(shown(element, '[part=deed], [part=outcome]')).to.equal(false);
  });
});

describe('conflicts in <ferry-browser>', () => {
  const TAKEN = { To: { 'a.txt': 'there', 'b.txt': 'there', 'c.txt': 'there' }, 'a.txt': 'aaa', 'b.txt': 'bb', 'c.txt': 'c', 'd.txt': 'd' };

  const begin = async (): ReturnType<typeof stageBrowser> => {
    const staged = await stageBrowser({ seed: TAKEN });
    const { element } = staged;
    await goTo(element, 'a.txt');
    await keys('Shift+End', 'Control+x');
    await enter(element, 'To');
    await keys('Control+v');
    await until(() => text(element, 'question').includes('a.txt is there already'));
    return staged;
  };

  it('are asked about one by one: replace, keep both, skip', async () => {
    const { element, backend } = await begin();
    await expect(element).to.be.accessible();
    await press(element, 'Replace');
    await until(() => text(element, 'question').includes('b.txt is there already'));
    await press(element, 'Keep both');
    await until(() => text(element, 'question').includes('c.txt is there already'));
    await press(element, 'Skip');
    await until(() => !shown(element, '[part=question]'));
    expect(namesIn(element)).to.deep.equal(['a.txt', 'b (1).txt', 'b.txt', 'c.txt', 'd.txt']);
    expect((await itemAt(backend, 'To', 'a.txt')).size).to.equal(3);
    expect(await namesOf(backend)).to.deep.equal(['To', 'c.txt']);
    await until(() => said(element) === '3 items moved · one skipped');
  });

  it('are answered for all at once', async () => {
    const { element, backend } = await begin();
    inside(element, '[part=question] input').click();
    await press(element, 'Keep both');
    await until(() => namesIn(element).length === 7);
    expect(await namesOf(backend)).to.deep.equal(['To']);
  });

  it('can be left by stopping', async () => {
    const { element, backend } = await begin();
    await press(element, 'Stop');
    await until(() => text(element, 'outcome').includes('stopped'));
    expect(await namesOf(backend)).to.deep.equal(['To', 'a.txt', 'b.txt', 'c.txt']);
  });
});

describe('work on many items in <ferry-browser>', () => {
  it('shows how far it is, names what failed, goes on after it, and tries it again', async () => {
    const { element, backend } = await stageBrowser({ seed: { To: {}, ...manyFiles(50) } });
    const move = backend.move.bind(backend);
    let bad = (await itemAt(backend, 'file 000007.txt')).id;
    backend.move = async (refs, how, options) => {
      const outcomes = await move(
        refs.filter(({ id }) => id !== bad),
        how,
        options,
      );
      return refs.map(({ id }) => outcomes.find((one) => one.id === id) ?? { id, error: { code: 'locked', message: 'Locked.' } });
    };
    await goTo(element, 'file 000001.txt');
    await keys('Shift+End', 'Control+x', 'Home');
    await enter(element, 'To');
    await keys('Control+v');
    await until(() => text(element, 'outcome').includes('49 items moved · one failed'));
    expect(text(element, 'outcome')).to.include('file 000007.txt · Locked by somebody');
    await until(() => said(element) === '49 items moved · one failed');
    await expect(element).to.be.accessible();
    await keys('Backspace');
    const row = await cellLater(element, 'file 000007.txt');
    expect(row.ariaLabel).to.include('Locked by somebody');
    bad = '';
    await press(element, 'Try again');
    await until(() => namesIn(element).join() === 'To');
    expect((await itemsOf(backend, await itemAt(backend, 'To'))).length).to.equal(50);
    expect(shown(element, '[part=outcome]')).to.equal(false);
  });

  it('can be stopped, and what is not done stays', async () => {
    let go: (() => void) | undefined;
    const { element, backend } = await stageBrowser({ seed: { To: {}, ...manyFiles(1000) } });
    const remove = backend.remove.bind(backend);
    let calls = 0;
    backend.remove = async (...args) => {
      if (++calls === 3) await new Promise<void>((resolve) => (go = resolve));
      return remove(...args);
    };
    await goTo(element, 'To');
    await keys('Control+a');
    await until(() => element.selection.length === 1001);
    click(cell(element, 'To'), { ctrlKey: true });
    await until(() => selectedIn(element).length === 1000);
    await keys('Delete');
    await pressIn(await dialogOf(element), 'Delete');
    await until(() => text(element, 'deed').includes('Deleting 50 of 1,000'));
    expect(inside(element, '[part=deed] ferry-progress').shadowRoot!.host.getAttribute('part')).to.equal('progress');
    await expect(element).to.be.accessible();
    await press(element, 'Stop');
    await until(() => text(element, 'deed').includes('Stopping…'));
    go!();
    await until(() => text(element, 'outcome').includes('75 items deleted · stopped'));
    expect((await itemsOf(backend)).length).to.equal(926);
  });
});
