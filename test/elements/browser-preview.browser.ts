import { expect } from '@open-wc/testing';
import type { MemorySeed } from '../../src/adapters/memory.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { press } from './acting.js';
import {
  cell,
  dialogOf,
  doubleClick,
  focusedName,
  goTo,
  inside,
  keys,
  cellLater,
  pressIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

/** A picture of one red point. */
const PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);

/** Opens a preview of an item, and waits for what is seen of it. */
async function look(element: FerryBrowser, name: string, seen: string): Promise<HTMLElement> {
  doubleClick(await cellLater(element, name));
  const dialog = await dialogOf(element, '.look');
  await until(() => dialog.querySelector(seen), `There is no "${seen}" of "${name}".`);
  return dialog.querySelector<HTMLElement>(seen)!;
}

const seed: MemorySeed = {
  Folder: {},
  'a.png': new Blob([PNG], { type: 'image/png' }),
  'b.txt': 'Plain\ntext',
  'c.bin': new Blob(['xx']),
  'd.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="red"/></svg>',
};

describe('the preview of <ferry-browser>', () => {
  it('shows pictures, texts and drawings, and of everything else says that it cannot', async () => {
    const { element } = await stageBrowser({ seed });
    const picture = (await look(element, 'a.png', 'img')) as HTMLImageElement;
    await until(() => picture.naturalWidth === 1);
    expect(picture.alt).to.equal('a.png');
    await expect(element).to.be.accessible();
    await press(element, 'Next');
    await until(() => shown(element, '.look pre'));
    expect(inside(element, '.look pre').textContent).to.equal('Plain\ntext');
    await expect(element).to.be.accessible();
    await press(element, 'Next');
    await until(() => inside(element, '.look').innerText.includes('There is no preview of this file.'));
    await press(element, 'Next');
    await until(() => shown(element, '.look canvas'));
    const canvas = inside(element, '.look canvas') as HTMLCanvasElement;
    expect([...canvas.getContext('2d')!.getImageData(1, 1, 1, 1).data]).to.deep.equal([255, 0, 0, 255]);
    expect(canvas.width / canvas.height).to.equal(2);
  });

  it('is opened by Enter, goes on by the arrows, and Escape gives the focus to the file that was seen last', async () => {
    const { element } = await stageBrowser({ seed });
    await goTo(element, 'a.png');
    await keys('Enter');
    const dialog = await dialogOf(element, '.look');
    const title = (): string => dialog.querySelector('h2')!.textContent;
    expect(title()).to.equal('a.png');
    await keys('ArrowRight');
    await until(() => title() === 'b.txt');
    await keys('ArrowLeft');
    await until(() => title() === 'a.png');
    await keys('ArrowLeft');
    expect(title()).to.equal('a.png');
    await keys('ArrowRight');
    await until(() => title() === 'b.txt');
    await keys('Escape');
    await until(() => !dialog.open);
    await until(() => focusedName(element) === 'b.txt');
    expect(shown(element, '.look img')).to.equal(false);
  });

  it('stays closed when it is closed in the moment in which the file arrives', async () => {
    const { element } = await stageBrowser({ seed });
    await goTo(element, 'a.png');
    await keys('Enter');
    const dialog = await dialogOf(element, '.look');
    // As Escape does: the event that tells comes later.
    dialog.close();
    element.requestUpdate();
    await element.updateComplete;
    expect(dialog.open).to.equal(false);
    await until(() => !dialog.querySelector('h2'));
    await keys('Enter');
    await until(() => dialog.open);
  });

  it('is left to the page where that has something else in mind', async () => {
    const { element } = await stageBrowser({ seed });
    element.addEventListener('ferry-before-open', (event) => event.preventDefault());
    doubleClick(await cellLater(element, 'b.txt'));
    doubleClick(cell(element, 'Folder'));
    await element.updateComplete;
    expect(shown(element, 'dialog[open]')).to.equal(false);
    expect(shown(element, '[aria-current]') && inside(element, '[aria-current]').textContent).to.equal('All files');
  });

  it('shows no text of more than a million bytes, nor what cannot be read', async () => {
    const { element, backend } = await stageBrowser({ seed: { 'long.txt': 'x'.repeat(1_000_001), 'lost.txt': 'x' } });
    await look(element, 'long.txt', '.none');
    await pressIn(inside(element, '.look'), 'Close');
    await backend.remove((await backend.list({ id: '' }, {})).items, { recursive: true });
    await look(element, 'lost.txt', '.none');
  });

  it('hands to the viewer of PDF files what is one, as nothing but that', async () => {
    const script = '<script>top.ferryRan = true</script>';
    const { element } = await stageBrowser({ seed: { 'real.pdf': `%PDF-1.4\n${script}`, 'sham.pdf': script } });
    if (navigator.pdfViewerEnabled) {
      const frame = (await look(element, 'real.pdf', 'iframe')) as HTMLIFrameElement;
      expect(frame.src).to.match(/^blob:/);
      const { type } = await (await fetch(frame.src)).blob();
      expect(type).to.equal('application/pdf');
      await pressIn(inside(element, '.look'), 'Close');
    }
    await look(element, 'sham.pdf', '.none');
    expect('ferryRan' in window).to.equal(false);
  });
});
