import { expect } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import '../../src/elements/send.js';
import { button, press, said, text } from './acting.js';
import {
  cell,
  cellLater,
  choose,
  dialogOf,
  focusedName,
  goTo,
  hasFocus,
  inside,
  itemAt,
  itemsOf,
  keys,
  manyFiles,
  menuLines,
  menuOf,
  namesIn,
  pressIn,
  rightClick,
  selectedIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const TREE = { Projects: { 'notes.txt': 'n' }, 'a.txt': 'aaa', 'b.txt': 'bb', 'c.txt': 'c' };

/** The field for a new name, once it has the focus. */
async function fieldIn(element: FerryBrowser): Promise<HTMLInputElement> {
  await until(() => hasFocus(element, '[part=rename]'), 'There is no field for a name.');
  return inside(element, '[part=rename]') as HTMLInputElement;
}

const names = async (backend: Parameters<typeof itemsOf>[0]): Promise<string[]> => (await itemsOf(backend)).map(({ name }) => name);

describe('a new name in <ferry-browser>', () => {
  it('is given in the list, by F2 and Enter, without touching the extension', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('F2');
    const field = await fieldIn(element);
    expect(field.value.slice(field.selectionStart!, field.selectionEnd!)).to.equal('a');
    expect(field.ariaLabel).to.include('New name of').and.include('a.txt');
    await expect(element).to.be.accessible();
    await keys('z', 'Enter');
    await until(() => focusedName(element) === 'z.txt');
    expect(namesIn(element)).to.deep.equal(['Projects', 'b.txt', 'c.txt', 'z.txt']);
    expect(await names(backend)).to.deep.equal(['Projects', 'b.txt', 'c.txt', 'z.txt']);
    expect(selectedIn(element)).to.deep.equal(['z.txt']);
    expect(said(element)).to.include('has a new name');
  });

  it('is given up by Escape, and keys in the field do nothing else', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('F2');
    await fieldIn(element);
    await keys('x', 'Home', 'Delete', 'Backspace', 'Control+a', 'Escape');
    await until(() => focusedName(element) === 'a.txt' && !shown(element, '[part=rename]'));
    expect(await names(backend)).to.deep.equal(['Projects', 'a.txt', 'b.txt', 'c.txt']);
    expect(selectedIn(element)).to.deep.equal(['a.txt']);
  });

  it('is followed to where it belongs, also where the item has another id by it, and back again', async () => {
    const { element, backend } = await stageBrowser({ seed: manyFiles(200) });
    const rename = backend.rename.bind(backend);
    const own = new Map<string, string>();
    backend.rename = async ({ id }, name) => {
      const item = await rename({ id: own.get(id) ?? id }, name);
      own.set(`named ${name}`, item.id);
      return { ...item, id: `named ${name}` };
    };
    await goTo(element, 'file 000001.txt');
    await keys('F2');
    await fieldIn(element);
    await keys('z', 'Enter');
    await until(() => focusedName(element) === 'z.txt');
    expect(selectedIn(element)).to.deep.equal(['z.txt']);
    await keys('Control+z');
    await until(() => focusedName(element) === 'file 000001.txt');
  });

  it('that is taken is said to be, and the field stays for another one', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('F2');
    await fieldIn(element);
    await keys('b', 'Enter');
    await until(() => inside(element, '.rows').innerText.includes('The name is taken'));
    expect((await fieldIn(element)).ariaInvalid).to.equal('true');
    await expect(element).to.be.accessible();
    await keys('b', 'Enter');
    await cellLater(element, 'bb.txt');
  });

  it('is taken back by Ctrl+Z, and by the button that says so', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    for (const undo of [() => keys('Control+z'), () => press(element, 'Undo')]) {
      await goTo(element, 'a.txt');
      await keys('F2');
      await fieldIn(element);
      await keys('z', 'Enter');
      await until(() => focusedName(element) === 'z.txt');
      expect(text(element, 'undo')).to.include('has a new name');
      await undo();
      await cellLater(element, 'a.txt');
      expect(await names(backend))
        .to.include('a.txt')
        .and.not.include('z.txt');
      expect(shown(element, '[part=undo]')).to.equal(false);
    }
  });
});

describe('deleting in <ferry-browser>', () => {
  it('names what goes, and asks before it goes', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'Projects');
    await keys('Shift+ArrowDown', 'Delete');
    const dialog = await dialogOf(element);
    expect(dialog.innerText)
      .to.include('Delete 2 items?')
      .and.include('Projects')
      .and.include('a.txt')
      .and.include('Folders go with everything in them.')
      .and.include('This cannot be undone.');
    await expect(element).to.be.accessible();
    await keys('Escape');
    await until(() => !dialog.open);
    expect((await names(backend)).length).to.equal(4);
    await keys('Delete');
    await pressIn(await dialogOf(element), 'Delete');
    await until(() => namesIn(element).join() === 'b.txt,c.txt');
    expect(await names(backend)).to.deep.equal(['b.txt', 'c.txt']);
    await until(() => said(element) === '2 items deleted');
    expect(shown(element, '[part=undo]')).to.equal(false);
    await until(() => focusedName(element) === 'b.txt');
  });

  it('is done by the keyboard alone, on the item that it is at', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('Escape', 'Delete');
    const dialog = await dialogOf(element);
    expect(dialog.innerText).to.include('Delete').and.include('a.txt');
    await keys('Tab', 'Enter');
    await until(async () => !(await names(backend)).includes('a.txt'));
  });

  it('can be kept from happening by the page, before anybody is asked', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    let asked: string[] = [];
    element.addEventListener('ferry-before-remove', (event) => {
      asked = event.detail.items.map(({ name }) => name);
      event.preventDefault();
    });
    await goTo(element, 'a.txt');
    await keys('Delete');
    expect(asked).to.deep.equal(['a.txt']);
    expect(shown(element, 'dialog[open]')).to.equal(false);
  });
});

describe('a new folder in <ferry-browser>', () => {
  it('is made by its name in a dialog, and has the focus then', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await press(element, 'New folder');
    const dialog = await dialogOf(element);
    await until(() => hasFocus(element, 'dialog input'));
    await expect(element).to.be.accessible();
    await keys('a', '.', 't', 'x', 't', 'Enter');
    await until(() => dialog.innerText.includes('The name is taken'));
    await keys('Backspace', 'Enter');
    await until(() => !dialog.open && focusedName(element) === 'a.tx');
    expect((await itemAt(backend, 'a.tx')).kind).to.equal('folder');
    expect(said(element)).to.include('was made');
  });
});

describe('what <ferry-browser> offers', () => {
  it('stands in the menu of an item: by the right button, Shift+F10, and its own button', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    element.after(Object.assign(document.createElement('ferry-send'), { backend }));
    rightClick(await cellLater(element, 'b.txt'));
    await menuOf(element);
    expect(selectedIn(element)).to.deep.equal(['b.txt']);
    const lines = menuLines(element);
    expect(lines).to.include.members(['Preview', 'Download', 'Send', 'Rename', 'Move to…', 'Copy to…', 'Cut', 'Copy', 'Delete', 'Details']);
    expect(lines).to.not.include('Open');
    await expect(element).to.be.accessible();
    await keys('Escape');
    await until(() => !shown(element, '.menu:popover-open'));
    await until(() => focusedName(element) === 'b.txt');
    await keys('Shift+F10');
    await menuOf(element);
    expect(menuLines(element)).to.deep.equal(lines);
    await keys('Escape');
    await press(element, 'Actions for b.txt');
    await menuOf(element);
    expect(menuLines(element)).to.deep.equal(lines);
    await choose(element, 'Delete');
    expect((await dialogOf(element)).innerText).to.include('b.txt');
  });

  it('says why something cannot be done now, in the menu, on its button, and aloud', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    const list = backend.list.bind(backend);
    backend.list = async (...args) => {
      const page = await list(...args);
      return {
        ...page,
        items: page.items.map((item) => (item.name === 'b.txt' ? { ...item, can: ['download'], locked: { owner: 'Ines' } } : item)),
      };
    };
    await element.refresh();
    await goTo(element, 'b.txt');
    await keys('F2');
    await until(() => said(element) === 'Locked by \u2068Ines\u2069');
    expect(shown(element, '[part=rename]')).to.equal(false);
    const rename = button(element, 'Rename: Locked by Ines')!;
    expect(rename.ariaDisabled).to.equal('true');
    await expect(element).to.be.accessible();
    rename.click();
    await menuOf(element);
    expect(menuLines(element)).to.include('Rename: Locked by \u2068Ines\u2069').and.include('Download');
    await choose(element, 'Rename');
    expect(shown(element, '[part=rename]')).to.equal(false);
  });

  it('is what the backend can, and nothing that changes anything where all is read only', async () => {
    const { element } = await stageBrowser({ seed: TREE, capabilities: { rename: false, send: false, lock: false } });
    rightClick(await cellLater(element, 'b.txt'));
    await menuOf(element);
    expect(menuLines(element)).to.include('Delete').and.not.include('Rename').and.not.include('Send').and.not.include('Lock');
    await keys('Escape');
    element.readonly = true;
    await element.updateComplete;
    rightClick(cell(element, 'b.txt'));
    await menuOf(element);
    expect(menuLines(element)).to.deep.equal(['Preview', 'Download', 'Details']);
    await keys('Escape');
    await goTo(element, 'b.txt');
    await keys('Delete', 'F2');
    expect(shown(element, 'dialog[open], [part=rename]')).to.equal(false);
  });

  it('is added to by the page, and changed by it', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const ran: string[] = [];
    element.actions = [
      {
        id: 'sign',
        label: 'Sign',
        icon: 'M3 20 20 3',
        when: ({ items: [item] }) => (item?.kind === 'folder' ? false : item?.name === 'a.txt' ? 'It is signed already' : !!item),
        run: ({ items }) => ran.push(...items.map(({ name }) => name)),
      },
      { id: 'download', label: 'Fetch', run: () => ran.push('fetched') },
    ];
    rightClick(await cellLater(element, 'b.txt'));
    await menuOf(element);
    expect(menuLines(element)).to.include('Fetch').and.not.include('Download');
    await choose(element, 'Sign');
    await press(element, 'Fetch');
    expect(ran).to.deep.equal(['b.txt', 'fetched']);
    rightClick(cell(element, 'a.txt'));
    await menuOf(element);
    expect(menuLines(element)).to.include('Sign: It is signed already');
    await keys('Escape');
    rightClick(cell(element, 'Projects'));
    await menuOf(element);
    expect(menuLines(element)).to.not.include('Sign');
  });

  it('locks and unlocks', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    rightClick(await cellLater(element, 'b.txt'));
    await choose(element, 'Lock');
    await until(async () => (await itemAt(backend, 'b.txt')).locked);
    await until(() => cell(element, 'b.txt').ariaLabel!.includes('Locked'));
    rightClick(cell(element, 'b.txt'));
    await choose(element, 'Unlock');
    await until(() => !cell(element, 'b.txt').ariaLabel!.includes('Locked'));
  });

  it('hands what is to be sent to a <ferry-send> with its backend, and offers it only while there is one', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await keys('Shift+ArrowDown');
    expect(button(element, 'Send')).to.equal(undefined);
    const stranger = Object.assign(document.createElement('ferry-send'), { backend: memory() });
    element.after(stranger);
    await stranger.updateComplete;
    await element.updateComplete;
    expect(button(element, 'Send')).to.equal(undefined);
    const sender = Object.assign(document.createElement('ferry-send'), { backend });
    element.after(sender);
    await press(element, 'Send');
    expect(sender.items.map(({ name }) => name)).to.deep.equal(['a.txt', 'b.txt']);
    expect([sender.open, stranger.open]).to.deep.equal([true, false]);
    await until(() => sender.shadowRoot!.querySelector('dialog:modal'));
    sender.close();
    await until(() => !sender.shadowRoot!.querySelector('dialog:modal'));
    expect(focusedName(element)).to.equal('b.txt');
    let draft: unknown[] = [];
    element.addEventListener('ferry-before-send', (event) => {
      draft = event.detail.delivery.items;
      event.preventDefault();
    });
    await press(element, 'Send');
    expect(draft).to.deep.equal([await itemAt(backend, 'a.txt'), await itemAt(backend, 'b.txt')].map(({ id }) => ({ id })));
    expect(sender.open).to.equal(false);
    sender.remove();
    await until(() => !button(element, 'Send'));
  });

  it('downloads what is selected, each under its name, and says what went wrong', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    const fetched: string[] = [];
    Object.defineProperty(HTMLAnchorElement.prototype, 'click', {
      configurable: true,
      value(this: HTMLAnchorElement) {
        fetched.push(this.download);
        expect(this.href).to.match(/^blob:/);
      },
    });
    try {
      await goTo(element, 'a.txt');
      await keys('Shift+ArrowDown');
      await press(element, 'Download');
      await until(() => fetched.length === 2);
      expect(fetched).to.deep.equal(['a.txt', 'b.txt']);
    } finally {
      Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click');
    }
    backend.knobs.fail = (call) => (call === 'download' ? new BackendError('offline', 'Gone.') : undefined);
    await press(element, 'Download');
    await until(() => text(element, 'notice').includes('No connection'));
    await expect(element).to.be.accessible();
    await press(element, 'Dismiss');
    expect(shown(element, '[part=notice]')).to.equal(false);
  });
});
