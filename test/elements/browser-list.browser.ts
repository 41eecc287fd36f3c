import { expect, fixture, html } from '@open-wc/testing';
import { BackendError } from '../../src/backend/errors.js';
import type { Permission } from '../../src/backend/item.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { button, hear, press, said, text, warnings } from './acting.js';
import {
  cell,
  cellLater,
  click,
  focusedName,
  goTo,
  inside,
  itemAt,
  keys,
  manyFiles,
  namesIn,
  selectedIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const TREE = {
  Projects: { Harbour: { Plans: { North: { 'pier.dwg': 'x' } } }, 'notes.txt': 'n' },
  'a.txt': 'aaa',
  'b.txt': 'bb',
  'c.txt': 'c',
};

/** All elements, through shadow roots. */
const nodes = (root: ParentNode): number =>
  [...root.querySelectorAll('*')].reduce((sum, node) => sum + 1 + (node.shadowRoot ? nodes(node.shadowRoot) : 0), 0);

const list = (element: FerryBrowser): HTMLElement => inside(element, '[part=list]');

const path = (element: FerryBrowser): string => inside(element, '[part=path]').innerText.replace(/\s+/g, ' ').trim();

describe('the list of <ferry-browser>', () => {
  it('shows a folder, and is a grid that says how large it is', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    expect(namesIn(element)).to.deep.equal(['Projects', 'a.txt', 'b.txt', 'c.txt']);
    const grid = list(element);
    expect([grid.role, grid.ariaRowCount, grid.ariaColCount, grid.ariaMultiSelectable]).to.deep.equal(['grid', '5', '4', 'true']);
    const row = cell(element, 'b.txt').closest('[role=row]')!;
    expect([row.ariaRowIndex, row.ariaSelected]).to.deep.equal(['4', 'false']);
    expect(row.textContent).to.include('2 bytes');
    expect(text(element, 'foot').trim()).to.equal('4 items');
    await expect(element).to.be.accessible();
  });

  it('draws few nodes for a hundred thousand items, loads the first page, and more where it is looked at', async () => {
    let lists = 0;
    const { element } = await stageBrowser({
      seed: manyFiles(100_000),
      fail: (call) => {
        if (call === 'list') lists++;
        return undefined;
      },
    });
    expect(lists).to.equal(1);
    expect(nodes(element.shadowRoot!)).to.be.at.most(500);
    expect(list(element).ariaRowCount).to.equal('100001');
    list(element).scrollTop = 1500 * 44;
    await cellLater(element, 'file 001505.txt');
    expect(lists).to.equal(3);
    expect(nodes(element.shadowRoot!)).to.be.at.most(500);
  });

  it('is one stop for the tab key, and arrows, Home, End and the page keys move in it', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(100) });
    await goTo(element, 'file 000001.txt');
    for (const [key, name] of [
      ['ArrowDown', 'file 000002.txt'],
      ['End', 'file 000100.txt'],
      ['ArrowDown', 'file 000100.txt'],
      ['ArrowUp', 'file 000099.txt'],
      ['Home', 'file 000001.txt'],
      ['ArrowUp', 'file 000001.txt'],
    ] as const) {
      await keys(key);
      expect(focusedName(element), key).to.equal(name);
    }
    await keys('PageDown');
    const page = Number(/\d+/.exec(focusedName(element))![0]) - 1;
    expect(page).to.be.within(5, 12);
    await keys('PageDown', 'PageUp');
    expect(focusedName(element)).to.equal(`file ${String(page + 1).padStart(6, '0')}.txt`);
    expect(element.shadowRoot!.querySelectorAll('.rows [tabindex="0"]').length).to.equal(1);
    const after = document.createElement('button');
    element.after(after);
    await keys('Tab');
    expect(document.activeElement).to.equal(after);
  });

  it('reaches every cell by the arrows, and in right-to-left writing the other way round', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    const column = (): string | null => element.shadowRoot!.activeElement!.closest('[role=gridcell]')!.ariaColIndex;
    await keys('ArrowRight');
    expect(column()).to.equal('2');
    expect(element.shadowRoot!.activeElement!.textContent.trim()).to.equal('3 bytes');
    await keys('ArrowDown', 'End');
    expect([column(), focusedName(element)]).to.deep.equal(['4', 'b.txt']);
    expect(element.shadowRoot!.activeElement!.ariaLabel).to.include('Actions for');
    await keys('Home');
    expect([column(), focusedName(element)]).to.deep.equal(['1', 'b.txt']);
    element.dir = 'rtl';
    await keys('ArrowLeft');
    expect(column()).to.equal('2');
  });

  it('scrolls sideways where there are more columns than room, and the arrows bring each cell into view', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    element.style.inlineSize = '640px';
    element.columns = ['size', 'modified', 'created', 'owner', 'permissions', 'downloads', 'expires'];
    await goTo(element, 'a.txt');
    const name = cell(element, 'a.txt').getBoundingClientRect();
    expect(name.width).to.be.greaterThan(100);
    expect(list(element).scrollWidth).to.be.greaterThan(list(element).clientWidth);
    for (let column = 2; column <= 9; column++) {
      await keys('ArrowRight');
      const here = element.shadowRoot!.activeElement!.closest('[role=gridcell]')!;
      expect(here.ariaColIndex).to.equal(String(column));
      expect(here.getBoundingClientRect().right).to.be.at.most(list(element).getBoundingClientRect().right + 1);
    }
    await keys('Home');
    expect(cell(element, 'a.txt').getBoundingClientRect().left).to.be.at.least(list(element).getBoundingClientRect().left);
    await expect(element).to.be.accessible();
  });

  it('selects with the keys: what is gone to, ranges, one by one, everything, and nothing', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(30) });
    await goTo(element, 'file 000001.txt');
    await keys('ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
    expect(selectedIn(element)).to.deep.equal(['file 000002.txt', 'file 000003.txt', 'file 000004.txt']);
    await keys('Control+ArrowDown', 'Control+ArrowDown', ' ');
    expect(selectedIn(element).at(-1)).to.equal('file 000006.txt');
    expect(text(element, 'bar')).to.include('4 selected · 4 bytes');
    expect(said(element)).to.include('4 selected');
    await keys('Control+a');
    await until(() => element.selection.length === 30);
    await keys('Escape');
    expect(element.selection).to.deep.equal([]);
  });

  it('selects by clicks, with Ctrl and with Shift, and tells the page', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const told = hear(element, 'ferry-selected');
    click(cell(element, 'a.txt'));
    expect((await told).items.map(({ name }) => name)).to.deep.equal(['a.txt']);
    click(cell(element, 'c.txt'), { shiftKey: true });
    expect(selectedIn(element)).to.deep.equal(['a.txt', 'b.txt', 'c.txt']);
    click(cell(element, 'b.txt'), { ctrlKey: true });
    expect(selectedIn(element)).to.deep.equal(['a.txt', 'c.txt']);
    await element.updateComplete;
    expect(cell(element, 'a.txt').closest('[role=row]')!.ariaSelected).to.equal('true');
    await expect(element).to.be.accessible();
    await press(element, 'Clear selection');
    expect(element.selection).to.deep.equal([]);
  });

  it('selects by a long press of a finger, then by taps; a tap alone opens', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const finger = (target: Element, type: string): boolean =>
      target.dispatchEvent(new PointerEvent(type, { pointerType: 'touch', bubbles: true, composed: true, clientX: 5, clientY: 5 }));
    const tap = (target: Element): void => {
      finger(target, 'pointerdown');
      finger(target, 'pointerup');
      target.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    };
    finger(cell(element, 'b.txt'), 'pointerdown');
    await until(() => selectedIn(element).includes('b.txt'));
    finger(cell(element, 'b.txt'), 'pointerup');
    cell(element, 'b.txt').dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    expect(selectedIn(element)).to.deep.equal(['b.txt']);
    tap(cell(element, 'c.txt'));
    expect(selectedIn(element)).to.deep.equal(['b.txt', 'c.txt']);
    element.selection = [];
    await element.updateComplete;
    tap(cell(element, 'Projects'));
    await cellLater(element, 'notes.txt');
  });

  it('selects everything, also what is not loaded yet, and can be stopped', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(3500) });
    await goTo(element, 'file 000001.txt');
    await keys('Control+a');
    await until(() => element.selection.length === 3500);
    await until(() => text(element, 'bar').includes('3,500 selected'));
    list(element).scrollTop = 3000 * 44;
    await cellLater(element, 'file 003005.txt');
    expect(element.selection.length).to.equal(3500);
  });

  it('keeps selection and place when it is refreshed', async () => {
    const { element, backend } = await stageBrowser({ seed: manyFiles(300) });
    list(element).scrollTop = 150 * 44;
    click(await cellLater(element, 'file 000155.txt'));
    const before = cell(element, 'file 000155.txt').getBoundingClientRect().top;
    await backend.remove([await itemAt(backend, 'file 000002.txt')], { recursive: false });
    await element.refresh();
    await element.updateComplete;
    expect(selectedIn(element)).to.deep.equal(['file 000155.txt']);
    expect(Math.abs(cell(element, 'file 000155.txt').getBoundingClientRect().top - before)).to.be.at.most(2);
    expect(focusedName(element)).to.equal('file 000155.txt');
  });

  it('keeps in view what the keyboard is at, and else what was seen, when rows get another height', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(300) });
    element.style.inlineSize = '700px';
    await goTo(element, 'file 000001.txt');
    await keys('PageDown', 'PageDown', 'PageDown');
    const name = focusedName(element);
    const isSeen = (cell: HTMLElement): boolean => {
      const [box, all] = [cell, list(element)].map((one) => one.getBoundingClientRect());
      return box!.top >= all!.top - 1 && box!.bottom <= all!.bottom + 1;
    };
    for (const width of ['400px', '700px']) {
      element.style.inlineSize = width;
      await until(() => shown(element, '.head') === (width === '700px'));
      await until(() => namesIn(element).includes(name) && isSeen(cell(element, name)), `It is out of view at ${width}.`);
    }
    list(element).scrollTop = 200 * 44;
    await cellLater(element, 'file 000203.txt');
    element.style.inlineSize = '400px';
    await until(() => !shown(element, '.head'));
    await until(() => namesIn(element).includes('file 000203.txt') && isSeen(cell(element, 'file 000203.txt')));
  });

  it('sorts by a press on a column, says so, and keeps it for the next time', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    await press(element, 'Size');
    await until(() => namesIn(element).join() === 'Projects,c.txt,b.txt,a.txt');
    await until(() => said(element) === 'Sorted by Size, ascending');
    await press(element, 'Size');
    await until(() => namesIn(element).join() === 'Projects,a.txt,b.txt,c.txt');
    expect(button(element, 'Size')!.closest('[role=columnheader]')!.ariaSort).to.equal('descending');
    const again = await fixture<FerryBrowser>(html`<ferry-browser .backend=${element.backend}></ferry-browser>`);
    await until(() => namesIn(again).length);
    expect(button(again, 'Size')!.closest('[role=columnheader]')!.ariaSort).to.equal('descending');
  });

  it('goes into folders and back: by Enter, Backspace, Alt and the arrows, and the way above the list', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    await goTo(element, 'Projects');
    await keys('Enter');
    await cellLater(element, 'Harbour');
    await until(() => focusedName(element) === 'Harbour');
    await keys('Enter');
    await until(() => focusedName(element) === 'Plans');
    expect(path(element)).to.equal('All files Projects Harbour');
    await keys('Backspace');
    await until(() => focusedName(element) === 'Harbour');
    await keys('Alt+ArrowLeft');
    await until(() => path(element) === 'All files Projects Harbour');
    await keys('Alt+ArrowRight');
    await until(() => path(element) === 'All files Projects');
    await press(element, 'All files');
    await until(() => path(element) === 'All files');
    await press(element, 'Back');
    await until(() => path(element) === 'All files Projects');
  });

  it('tells the page which folder is shown, and stays there when the page names it', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    const told: string[] = [];
    element.addEventListener('ferry-opened', ({ detail: { folder } }) => {
      told.push(folder.name);
      element.folder = folder;
    });
    await goTo(element, 'Projects');
    await keys('Enter');
    await cellLater(element, 'Harbour');
    await press(element, 'Back');
    await cellLater(element, 'a.txt');
    await press(element, 'Forward');
    await cellLater(element, 'Harbour');
    expect(told).to.deep.equal(['Projects', '', 'Projects']);
    element.folder = await itemAt(backend, 'Projects', 'Harbour');
    await cellLater(element, 'Plans');
    expect(button(element, 'Back')!.disabled).to.equal(true);
  });

  it('puts the folders in between into a menu where there is no room for them', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    element.style.inlineSize = '400px';
    await element.open(await itemAt(backend, 'Projects', 'Harbour', 'Plans', 'North'));
    await until(() => path(element) === 'North');
    await press(element, 'Folders in between');
    await until(() => inside(element, '.menu[popover]').matches(':popover-open'));
    expect([...element.shadowRoot!.querySelectorAll('[role=menuitem]')].map(({ textContent }) => textContent.trim())).to.deep.equal([
      'All files',
      'Projects',
      'Harbour',
      'Plans',
    ]);
    await keys('ArrowDown');
    await until(() => element.shadowRoot!.activeElement?.textContent.trim() === 'Projects');
    await keys('Enter');
    await until(() => path(element) === 'All files Projects');
  });

  it('finds names by their first letters', async () => {
    const { element } = await stageBrowser({ seed: { ...TREE, 'be careful.txt': '', 'beacon.txt': '' } });
    await goTo(element, 'Projects');
    await keys('b');
    expect(focusedName(element)).to.equal('b.txt');
    await keys('e', 'a');
    expect(focusedName(element)).to.equal('beacon.txt');
    expect(selectedIn(element)).to.deep.equal(['beacon.txt']);
  });

  it('searches where the backend can, and says where it has looked', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    inside(element, 'input[type=search]').focus();
    await keys('p', 'i', 'e');
    await until(() => namesIn(element).join() === 'pier.dwg');
    await until(() => text(element, 'foot').includes('Found in this folder and below'));
    await expect(element).to.be.accessible();
    await keys('x');
    await until(() => list(element).innerText.includes('Nothing found'));
  });

  it('searches what is loaded where the backend cannot, says so, and loads the rest when it is told to', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(3000), capabilities: { list: { search: false } } });
    const field = inside(element, 'input[type=search]') as HTMLInputElement;
    field.value = '2999';
    field.dispatchEvent(new Event('input'));
    await until(() => text(element, 'foot').includes('Searched in the 1,000 items that are loaded'));
    expect(namesIn(element)).to.deep.equal([]);
    await press(element, 'Load everything');
    await cellLater(element, 'file 002999.txt');
  });
});

describe('what <ferry-browser> says when there is nothing to show', () => {
  it('a folder that is empty, and how to fill it', async () => {
    const { element } = await stageBrowser();
    expect(list(element).innerText).to.include('This folder is empty').and.include('Drop files here');
    expect(list(element).role).to.equal('group');
    await expect(element).to.be.accessible();
  });

  it('a folder that may not be seen, and one that cannot be reached; and tries again', async () => {
    const { element, backend } = await stageBrowser({
      seed: TREE,
      fail: (call) => (call === 'list' ? new BackendError('forbidden', 'No.') : undefined),
    });
    expect(list(element).innerText).to.include('You may not do this');
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    await press(element, 'Try again');
    await cellLater(element, 'a.txt');
  });

  it('no backend, until it has one', async () => {
    const element = await fixture<FerryBrowser>(html`<ferry-browser></ferry-browser>`);
    expect(list(element).innerText).to.include('No files can be shown here yet.');
    await expect(element).to.be.accessible();
    element.backend = (await stageBrowser({ seed: TREE })).backend;
    await cellLater(element, 'a.txt');
  });

  it('warns of what it does not understand, and works without it', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const heard = await warnings(async () => {
      element.setAttribute('view', 'cube');
      element.setAttribute('picker', 'anything');
      element.setAttribute('sort', 'by size, please');
      element.setAttribute('accept', 'pdf');
      await element.updateComplete;
    });
    expect(heard.length).to.equal(4);
    expect(namesIn(element)).to.include('Projects');
  });
});

describe('permissions in <ferry-browser>', () => {
  it('a folder that may not be opened stays closed, and says why', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    const list = backend.list.bind(backend);
    backend.list = async (...args) => {
      const page = await list(...args);
      const can: Permission[] = ['download'];
      return { ...page, items: page.items.map((item) => ({ ...item, can })) };
    };
    await element.refresh();
    await goTo(element, 'Projects');
    await keys('Enter');
    await until(() => said(element).includes('You may not do this here'));
    expect(namesIn(element)).to.include('Projects');
  });
});
