import { expect, fixture, html } from '@open-wc/testing';
import { BackendError } from '../../src/backend/errors.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { button, press, said, text } from './acting.js';
import {
  cell,
  cellLater,
  choose,
  click,
  focusedName,
  goTo,
  inside,
  keys,
  manyFiles,
  namesIn,
  selectedIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const TREE = { Empty: {}, Projects: { 'one.txt': '', 'two.txt': '' }, 'a.txt': 'aaa', 'b.txt': 'bb' };

const list = (element: Element): HTMLElement => inside(element, '.list');

describe('the grid of <ferry-browser>', () => {
  it('is moved through in two directions, and is a grid of rows and columns for those who do not see it', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(100) }, { view: 'grid' });
    element.style.inlineSize = '700px';
    await until(() => list(element).ariaColCount === '4');
    expect(list(element).ariaRowCount).to.equal('25');
    await goTo(element, 'file 000001.txt');
    for (const [key, name] of [
      ['ArrowRight', 'file 000002.txt'],
      ['ArrowDown', 'file 000006.txt'],
      ['ArrowLeft', 'file 000005.txt'],
      ['ArrowLeft', 'file 000004.txt'],
      ['ArrowUp', 'file 000004.txt'],
      ['End', 'file 000100.txt'],
      ['Home', 'file 000001.txt'],
    ] as const) {
      await keys(key);
      await until(() => focusedName(element) === name, `${key} leads to ${focusedName(element)}.`);
    }
    await keys('ArrowRight', 'ArrowDown');
    const tile = element.shadowRoot!.activeElement!;
    expect([tile.role, tile.ariaColIndex, tile.closest('[role=row]')!.ariaRowIndex]).to.deep.equal(['gridcell', '2', '2']);
    await keys('Shift+ArrowDown');
    expect(selectedIn(element).length).to.equal(5);
    await expect(element).to.be.accessible();
  });
});

describe('what a person chooses in <ferry-browser>', () => {
  it('is kept for the next time, apart from what is chosen in another one', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { name: 'one' });
    const { backend } = element;
    for (const line of ['Compact', 'Modified', 'Details']) {
      await press(element, 'View');
      await choose(element, line);
      await until(() => !shown(element, '.menu:popover-open'));
    }
    await press(element, 'Grid');
    await until(() => shown(element, '.list.grid.compact'));
    const open = async (name: string): Promise<FerryBrowser> => {
      const again = await fixture<FerryBrowser>(html`<ferry-browser name=${name} .backend=${backend}></ferry-browser>`);
      await until(() => namesIn(again).length);
      return again;
    };
    const again = await open('one');
    expect(shown(again, '.list.grid.compact')).to.equal(true);
    expect(shown(again, '[part=details]')).to.equal(true);
    await press(again, 'Close');
    await press(again, 'List');
    await until(() => shown(again, '.list.list.compact .head'));
    expect(button(again, 'Size')).to.not.equal(undefined);
    expect(button(again, 'Modified')).to.equal(undefined);
    const other = await open('two');
    expect(shown(other, '.list.list.comfortable')).to.equal(true);
    expect(button(other, 'Modified')).to.not.equal(undefined);
  });
});

describe('a folder of many pages in <ferry-browser>', () => {
  it('starts over when the backend has forgotten where it was, and keeps selection and place', async () => {
    let forgotten = 0;
    let forgetful = false;
    const { element } = await stageBrowser({
      seed: manyFiles(2000),
      capabilities: { list: { pageSize: 500 } },
      fail: (call, [, page]) => {
        if (call !== 'list' || !forgetful || (page as { cursor?: string }).cursor === undefined) return undefined;
        forgetful = false;
        forgotten++;
        return new BackendError('expired', 'Which cursor?');
      },
    });
    list(element).scrollTop = 400 * 44;
    click(await cellLater(element, 'file 000405.txt'));
    const before = cell(element, 'file 000405.txt').getBoundingClientRect().top;
    forgetful = true;
    list(element).scrollTop = 900 * 44;
    await cellLater(element, 'file 000905.txt');
    await until(() => forgotten === 1);
    expect(selectedIn(element)).to.deep.equal(['file 000405.txt']);
    list(element).scrollTop = 400 * 44;
    await cellLater(element, 'file 000406.txt');
    await until(() => cell(element, 'file 000405.txt').closest('[role=row]')!.ariaSelected === 'true');
    expect(Math.abs(cell(element, 'file 000405.txt').getBoundingClientRect().top - before)).to.be.at.most(2);
    await keys('ArrowDown');
    await until(() => focusedName(element) === 'file 000406.txt');
  });

  it('is selected in ranges that reach from page to page, and says how many and how much', async () => {
    const { element } = await stageBrowser({ seed: manyFiles(2000), capabilities: { list: { pageSize: 500 } } });
    click(await cellLater(element, 'file 000003.txt'));
    list(element).scrollTop = 900 * 44;
    click(await cellLater(element, 'file 000905.txt'), { shiftKey: true });
    await until(() => element.selection.length === 903);
    await until(() => text(element, 'bar').includes('903 selected · 903 bytes'));
    expect(said(element)).to.equal('903 selected');
  });
});

describe('what <ferry-browser> says aloud', () => {
  it('is how many items there are in a folder that one goes to', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    expect(said(element)).to.equal('');
    await goTo(element, 'Projects');
    await keys('Enter');
    await until(() => said(element) === '2 items');
    await keys('Backspace');
    await until(() => said(element) === '4 items');
    await goTo(element, 'Empty');
    await keys('Enter');
    await until(() => said(element) === 'This folder is empty');
  });
});
