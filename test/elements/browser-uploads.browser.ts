import { expect, fixture, html } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import '../../src/elements/provider.js';
import { file, hear, paste, press, stored, text } from './acting.js';
import { cell, cellLater, dropOn, goTo, inside, keys, namesIn, shown, stageBrowser, until } from './browsing.js';

const TREE = { Archive: {}, 'a.txt': 'aaa', 'b.txt': 'bb' };

describe('uploading in <ferry-browser>', () => {
  it('takes what is dropped into the folder, and what is dropped on a folder in it', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    dropOn(inside(element, '.list'), [file('new.txt')]);
    await cellLater(element, 'new.txt');
    dropOn(cell(element, 'Archive'), [file('old.txt')]);
    await until(async () => (await stored(backend)).includes('Archive/old.txt'));
    await until(() => !shown(element, '[part=total]'));
    expect(namesIn(element)).to.deep.equal(['Archive', 'a.txt', 'b.txt', 'new.txt']);
  });

  it('shows the folder that files hang over', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file('new.txt'));
    const over = (type: string, target: Element): boolean =>
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    over('dragenter', cell(element, 'Archive'));
    over('dragover', cell(element, 'Archive'));
    await element.updateComplete;
    expect(cell(element, 'Archive').closest('.over')).to.not.equal(null);
    over('dragover', cell(element, 'a.txt'));
    await element.updateComplete;
    expect(cell(element, 'Archive').closest('.rows .over')).to.equal(null);
    expect(inside(element, '.browser').classList.contains('over')).to.equal(true);
    over('dragleave', cell(element, 'Archive'));
  });

  it('takes what is chosen and what is pasted', async () => {
    const { element } = await stageBrowser({ seed: TREE });
    const input = inside(element, 'input[type=file]') as HTMLInputElement;
    const transfer = new DataTransfer();
    transfer.items.add(file('chosen.txt'));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
    await cellLater(element, 'chosen.txt');
    await goTo(element, 'a.txt');
    paste(element.shadowRoot!.activeElement!, [file('pasted.txt')]);
    await cellLater(element, 'pasted.txt');
  });

  it('asks about a name that is taken', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    dropOn(inside(element, '.list'), [file('a.txt', 7)]);
    await until(() => text(element, 'question').includes('This name is taken'));
    await expect(element).to.be.accessible();
    await press(element, 'Replace');
    await until(() => cell(element, 'a.txt').closest('.row')!.textContent.includes('7 bytes'));
    expect(await stored(backend)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('keeps to the rules of the folder, and says which files were not taken', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE, rules: { extensions: ['pdf'] } });
    const told = hear(element, 'ferry-rejected');
    dropOn(inside(element, '.list'), [file('song.mp3'), file('paper.pdf')]);
    expect((await told).rejected.map(({ file: { name } }) => name)).to.deep.equal(['song.mp3']);
    await until(() => text(element, 'rejected').includes('song.mp3'));
    await cellLater(element, 'paper.pdf');
    expect(await stored(backend)).to.not.include('song.mp3');
    await press(element, 'Dismiss');
    expect(shown(element, '[part=rejected]')).to.equal(false);
  });

  it('takes nothing where nothing can be put, or the page is against it', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    element.addEventListener('ferry-before-add', (event) => event.preventDefault(), { once: true });
    dropOn(inside(element, '.list'), [file('no.txt')]);
    element.readonly = true;
    await element.updateComplete;
    dropOn(inside(element, '.list'), [file('no.txt')]);
    dropOn(cell(element, 'Archive'), [file('no.txt')]);
    element.readonly = false;
    await element.updateComplete;
    dropOn(inside(element, '.list'), [file('yes.txt')]);
    await cellLater(element, 'yes.txt');
    expect(await stored(backend)).to.deep.equal(['a.txt', 'b.txt', 'yes.txt']);
  });

  it('shows at once what an upload element beside it has uploaded, in the folder and below', async () => {
    localStorage.clear();
    const provider = await fixture(html`
      <ferry-provider .backend=${memory({ seed: TREE })}>
        <ferry-upload multiple></ferry-upload>
        <ferry-browser></ferry-browser>
      </ferry-provider>
    `);
    const browser = provider.querySelector<FerryBrowser>('ferry-browser')!;
    await cellLater(browser, 'a.txt');
    const upload = provider.querySelector('ferry-upload')!;
    await upload.add([file('new.txt'), { file: file('deep.txt'), path: 'Below/deep.txt' }]);
    await cellLater(browser, 'new.txt');
    await cellLater(browser, 'Below');
    await goTo(browser, 'Below');
    await keys('Enter');
    await cellLater(browser, 'deep.txt');
  });
});
