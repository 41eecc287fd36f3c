import { aTimeout, expect } from '@open-wc/testing';
import type { MemoryBackend } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import type { Item } from '../../src/backend/item.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { press, said, text } from './acting.js';
import {
  cell,
  cellLater,
  click,
  dialogOf,
  doubleClick,
  drag,
  focusedName,
  goTo,
  hasFocus,
  inside,
  itemAt,
  itemsOf,
  keys,
  manyFiles,
  namesIn,
  pressIn,
  rightClick,
  menuOf,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const LONG = 'x'.repeat(251) + '.txt';
const MARKUP = '<img src=x onerror="window.ferryRan=true">';

/** Lets every item of a listing go through a hand. */
function through(backend: MemoryBackend, change: (items: Item[]) => Item[], total?: number): void {
  const list = backend.list.bind(backend);
  backend.list = async (...args) => {
    const page = await list(...args);
    return { ...page, items: change(page.items), ...(total !== undefined && { total }) };
  };
}

const ran = (): boolean => 'ferryRan' in window;

describe('bad input of <ferry-browser>', () => {
  afterEach(() => {
    delete (window as { ferryRan?: true }).ferryRan;
  });

  it('names with markup are drawn as text, in every place that they stand in', async () => {
    const { element } = await stageBrowser({ seed: { [MARKUP]: { [`${MARKUP}.txt`]: 'x' } } });
    expect(namesIn(element)).to.deep.equal([MARKUP]);
    expect(cell(element, MARKUP).ariaLabel).to.include(MARKUP);
    await goTo(element, MARKUP);
    await keys('Delete');
    expect((await dialogOf(element)).querySelector('h2')!.textContent).to.include(MARKUP);
    await keys('Escape');
    await until(() => !shown(element, 'dialog[open]') && focusedName(element) === MARKUP);
    await keys('Enter');
    await cellLater(element, `${MARKUP}.txt`);
    expect(inside(element, '[aria-current]').textContent).to.equal(MARKUP);
    await keys('Control+x');
    rightClick(cell(element, `${MARKUP}.txt`));
    expect((await menuOf(element)).ariaLabel).to.include(MARKUP);
    await keys('Escape');
    await press(element, 'Details');
    await until(() => text(element, 'details').includes(MARKUP));
    await aTimeout(0);
    expect(element.shadowRoot!.querySelector('img, [onerror]')).to.equal(null);
    expect(ran()).to.equal(false);
  });

  it('right-to-left marks cannot turn a name or a sentence around', async () => {
    const { element } = await stageBrowser({ seed: { '\u202Egpj.exe': '', '\u05D3\u05D5\u05D7.pdf': '' } });
    expect(namesIn(element).sort()).to.deep.equal(['gpj.exe', '\u05D3\u05D5\u05D7.pdf']);
    for (const name of element.shadowRoot!.querySelectorAll('.rows [part=name]')) expect(name.localName).to.equal('bdi');
    await goTo(element, 'gpj.exe');
    await keys('Delete');
    const title = (await dialogOf(element)).querySelector('h2')!.textContent;
    expect(title).to.equal('Delete \u2068gpj.exe\u2069?');
  });

  it('a name of 255 characters finds room, and its end stays in view', async () => {
    for (const view of ['list', 'grid']) {
      const { element } = await stageBrowser({ seed: { [LONG]: '', Folder: {} } }, { view });
      const name = cell(element, LONG).querySelector<HTMLElement>('[part=name]')!;
      expect(name.title).to.equal(LONG);
      const box = cell(element, LONG).getBoundingClientRect();
      const end = name.lastElementChild!.getBoundingClientRect();
      expect(end.right).to.be.within(box.left, box.right);
      expect(end.width).to.be.greaterThan(0);
      expect(inside(element, '.list').scrollWidth).to.be.at.most(inside(element, '.list').clientWidth);
      await expect(element).to.be.accessible();
    }
  });

  it('leading spaces are seen, kept, and can be given', async () => {
    const { element, backend } = await stageBrowser({ seed: { '  b.txt': '', 'a.txt': '' } });
    const [space, other] = ['  b.txt', 'a.txt'].map((name) => {
      const range = document.createRange();
      const { firstChild } = cell(element, name).querySelector('[part=name] > span')!;
      range.selectNodeContents(firstChild!.nodeType === Node.TEXT_NODE ? firstChild! : firstChild!.nextSibling!);
      return range.getBoundingClientRect().width;
    });
    expect(space).to.be.greaterThan(other! + 4);
    await goTo(element, 'a.txt');
    await keys('F2');
    const field = inside(element, '[part=rename]') as HTMLInputElement;
    await until(() => hasFocus(element, '[part=rename]'));
    field.value = ' a.txt';
    await keys('Enter');
    await cellLater(element, ' a.txt');
    expect((await itemsOf(backend)).map(({ name }) => name)).to.include(' a.txt');
  });

  it('two items of one name are two: one is selected, renamed and deleted without the other', async () => {
    const { element, backend } = await stageBrowser({ seed: { 'a.txt': 'aaa', 'b.txt': 'b' } });
    const twin = await itemAt(backend, 'b.txt');
    through(backend, (items) => items.map((item) => (item.id === twin.id ? { ...item, name: 'a.txt' } : item)));
    await element.refresh();
    await until(() => namesIn(element).join() === 'a.txt,a.txt');
    click(cell(element, 'a.txt'));
    await element.updateComplete;
    expect(element.selection.length).to.equal(1);
    expect(element.shadowRoot!.querySelectorAll('.rows .selected').length).to.equal(1);
    const [chosen] = element.selection;
    await keys('Delete');
    await pressIn(await dialogOf(element), 'Delete');
    await until(() => namesIn(element).length === 1);
    const left = (await itemsOf(backend)).map(({ id }) => id);
    expect(left.length).to.equal(1);
    expect(left).to.not.include(chosen!.id);
  });

  describe('an item that vanished between listing and deed', () => {
    const vanish = async (): Promise<{ element: FerryBrowser; backend: MemoryBackend }> => {
      const staged = await stageBrowser({ seed: { Folder: {}, 'a.txt': 'a', 'b.txt': 'b' } });
      await goTo(staged.element, 'a.txt');
      await staged.backend.remove([await itemAt(staged.backend, 'a.txt')], { recursive: false });
      return staged;
    };

    it('cannot be renamed: it is taken out, and that is said', async () => {
      const { element } = await vanish();
      await keys('F2');
      await until(() => hasFocus(element, '[part=rename]'));
      await keys('z', 'Enter');
      await until(() => !namesIn(element).includes('a.txt') && !shown(element, '[part=rename]'));
      await until(() => said(element).includes('It is not there any more'));
      expect(namesIn(element)).to.deep.equal(['Folder', 'b.txt']);
    });

    it('counts as deleted when it is deleted', async () => {
      const { element } = await vanish();
      await keys('Delete');
      await pressIn(await dialogOf(element), 'Delete');
      await until(() => namesIn(element).join() === 'Folder,b.txt');
      await until(() => said(element) === 'One item deleted');
    });

    it('fails alone when it is moved with others', async () => {
      const { element, backend } = await vanish();
      await keys('Shift+ArrowDown');
      await drag(cell(element, 'a.txt'), cell(element, 'Folder'));
      await until(() => text(element, 'outcome').includes('a.txt · It is not there any more'));
      expect(namesIn(element)).to.deep.equal(['Folder']);
      expect((await itemsOf(backend, await itemAt(backend, 'Folder'))).map(({ name }) => name)).to.deep.equal(['b.txt']);
    });

    it('cannot be looked at or downloaded', async () => {
      const { element } = await vanish();
      await press(element, 'Download');
      await until(() => text(element, 'notice').includes('It is not there any more'));
      doubleClick(cell(element, 'a.txt'));
      await until(() => inside(element, '.look').innerText.includes('There is no preview'));
    });

    it('as a folder, cannot be opened, and one comes back from there', async () => {
      const { element, backend } = await vanish();
      await backend.remove([await itemAt(backend, 'Folder')], { recursive: true });
      doubleClick(cell(element, 'Folder'));
      await until(() => inside(element, '.list').innerText.includes('It is not there any more'));
      await expect(element).to.be.accessible();
      [...element.shadowRoot!.querySelectorAll<HTMLElement>('.state button')].at(-1)!.click();
      await cellLater(element, 'b.txt');
    });
  });

  describe('a folder moved into itself', () => {
    const TREE = { Outer: { Inner: {} }, 'a.txt': 'a' };

    it('cannot be pasted there, and it is said why', async () => {
      const { element } = await stageBrowser({ seed: TREE });
      await goTo(element, 'Outer');
      await keys('Control+x', 'Enter');
      await cellLater(element, 'Inner');
      await until(() => element.shadowRoot!.activeElement?.closest('.rows'));
      await keys('Control+v');
      await until(() => said(element) === 'A folder cannot go into itself');
      expect(namesIn(element)).to.deep.equal(['Inner']);
    });

    it('cannot be dropped on itself, nor gone into in the dialog', async () => {
      const { element, backend } = await stageBrowser({ seed: TREE });
      await drag(await cellLater(element, 'Outer'), cell(element, 'Outer'));
      await goTo(element, 'Outer');
      await press(element, 'Move to…');
      const inner = (await dialogOf(element)).querySelector('ferry-browser')!;
      await cellLater(inner, 'Outer');
      expect(cell(inner, 'Outer').closest<HTMLElement>('[role=row]')!.ariaDisabled).to.equal('true');
      doubleClick(cell(inner, 'Outer'));
      await inner.updateComplete;
      expect(inside(inner, '[aria-current]').textContent).to.equal('All files');
      expect(inner.selection).to.deep.equal([]);
      expect((await itemAt(backend, 'Outer', 'Inner')).kind).to.equal('folder');
    });

    it('is refused by the backend where the page cannot know, and that is told', async () => {
      const { element, backend } = await stageBrowser({ seed: TREE });
      const field = inside(element, 'input[type=search]') as HTMLInputElement;
      field.value = 'er';
      field.dispatchEvent(new Event('input'));
      await until(() => namesIn(element).join() === 'Inner,Outer');
      await drag(cell(element, 'Outer'), cell(element, 'Inner'));
      await until(() => text(element, 'outcome').includes('Outer · This is not possible'));
      expect((await itemAt(backend, 'Outer', 'Inner')).kind).to.equal('folder');
    });
  });

  it('a listing that fails at page 7 keeps what is there, and goes on when it is told to', async () => {
    let asked = 0;
    const { element } = await stageBrowser({
      seed: manyFiles(1000),
      capabilities: { list: { pageSize: 100 } },
      fail: (call) => (call === 'list' && ++asked === 7 ? new BackendError('offline', 'Gone.') : undefined),
    });
    inside(element, '.list').scrollTop = 1e7;
    await until(() => text(element, 'foot').includes('Not everything could be loaded: No connection'));
    expect(inside(element, '.list').ariaRowCount).to.equal('1001');
    inside(element, '.list').scrollTop = 0;
    await cellLater(element, 'file 000001.txt');
    await press(element, 'Try again');
    inside(element, '.list').scrollTop = 1e7;
    await cellLater(element, 'file 001000.txt');
  });

  for (const [said, total] of [
    ['too many', 5000],
    ['too few', 3],
  ] as const)
    it(`a total that is wrong, ${said}, is corrected by what comes`, async () => {
      const { element, backend } = await stageBrowser({ seed: manyFiles(1500), capabilities: { list: { pageSize: 500 } } });
      through(backend, (items) => items, total);
      await element.refresh();
      await until(() => text(element, 'foot').includes(total > 1500 ? '5,000 items' : 'items'));
      const list = inside(element, '.list');
      await until(() => {
        list.scrollTop = 1e7;
        return namesIn(element).includes('file 001500.txt');
      });
      await until(() => text(element, 'foot').trim() === '1,500 items');
      expect(list.ariaRowCount).to.equal('1501');
      click(cell(element, 'file 001500.txt'));
      await keys('End');
      expect(element.shadowRoot!.activeElement!.ariaLabel).to.equal('file 001500.txt');
    });

  describe('a preview of a hostile file', () => {
    const SCRIPT = 'window.ferryRan=true;top.ferryRan=true;parent.ferryRan=true';
    const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40" onload="${SCRIPT}">
      <script>${SCRIPT}</script><image xlink:href="x:" onerror="${SCRIPT}"/><animate onbegin="${SCRIPT}" attributeName="x" dur="1s"/>
      <foreignObject width="40" height="40"><body xmlns="http://www.w3.org/1999/xhtml"><img src="x:" onerror="${SCRIPT}"/>
      <iframe src="javascript:${SCRIPT}"></iframe><script>${SCRIPT}</script></body></foreignObject></svg>`;
    const HTML = `<!doctype html><html><body onload="${SCRIPT}"><script>${SCRIPT}</script><img src="x:" onerror="${SCRIPT}"></body></html>`;

    for (const [kind, name, content, seen] of [
      ['SVG', 'logo.svg', SVG, 'canvas, .none'],
      ['HTML', 'page.html', HTML, 'pre'],
      ['HTML by the name of a picture', 'page.png', HTML, '.none'],
      ['HTML by the name of a PDF', 'page.pdf', HTML, '.none'],
      ['HTML by the name of a video', 'page.mp4', HTML, '.none'],
      ['HTML by no name at all', 'page', HTML, 'pre, .none'],
    ] as const)
      it(`of ${kind} runs nothing`, async () => {
        const type = name === 'page' ? 'text/html' : '';
        const { element } = await stageBrowser({ seed: { [name]: new Blob([content], { type }) } });
        doubleClick(await cellLater(element, name));
        const look = await dialogOf(element, '.look');
        await until(() => look.querySelector(seen), `Nothing is seen of "${name}".`);
        // What would run would have been loaded by then.
        await aTimeout(100);
        expect(ran()).to.equal(false);
        expect(look.querySelector('iframe, object, embed, svg script, stage script')).to.equal(null);
      });
  });
});
