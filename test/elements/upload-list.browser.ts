import { expect, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { FerryUpload } from '../../src/elements/upload.js';
import { button, drop, file, names, press, stage } from './acting.js';

const many = (count: number): File[] =>
  Array.from({ length: count }, (_, index) => file(`${String(index + 1).padStart(5, '0')}.txt`, 1, 'text/plain'));

const list = (element: FerryUpload): HTMLElement => element.shadowRoot!.querySelector('ul')!;

/** All elements, through shadow roots. */
const nodes = (root: ParentNode): number =>
  [...root.querySelectorAll('*')].reduce((sum, node) => sum + 1 + (node.shadowRoot ? nodes(node.shadowRoot) : 0), 0);

/** The name in the row that has the focus. */
const focused = (element: FerryUpload): string | undefined =>
  element.shadowRoot!.activeElement?.closest('li')?.querySelector('[part=name]')?.textContent ?? undefined;

describe('the list of <ferry-upload>', () => {
  it('draws few nodes for ten thousand files, and the last ones too', async () => {
    const { element } = await stage({}, 'multiple manual');
    drop(element, many(10_000));
    await waitUntil(() => names(element).includes('00012.txt'), 'the first rows', { timeout: 5000 });
    expect(nodes(element.shadowRoot!)).to.be.at.most(500);
    list(element).scrollTop = 1e9;
    await waitUntil(() => names(element).includes('10000.txt'));
    expect(nodes(element.shadowRoot!)).to.be.at.most(500);
    const last = [...list(element).children].at(-1)!;
    const { top, bottom } = last.getBoundingClientRect();
    const frame = list(element).getBoundingClientRect();
    expect(top >= frame.top && bottom <= frame.bottom + 1).to.equal(true);
    expect([last.ariaPosInSet, last.ariaSetSize]).to.deep.equal(['10000', '10000']);
    await expect(element).to.be.accessible();
  });

  it('is one stop for the tab key; arrows, Home, End and the page keys move in it', async () => {
    const { element } = await stage({}, 'multiple manual');
    drop(element, many(100));
    await waitUntil(() => names(element).length);
    button(element, 'Choose a folder')!.focus();
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Tab' });
    expect(focused(element)).to.equal('00001.txt');
    for (const [key, name] of [
      ['ArrowDown', '00002.txt'],
      ['End', '00100.txt'],
      ['ArrowUp', '00099.txt'],
      ['PageUp', '00087.txt'],
      ['Home', '00001.txt'],
      ['PageDown', '00013.txt'],
    ] as const) {
      await sendKeys({ press: key });
      expect(focused(element), key).to.equal(name);
    }
    await sendKeys({ press: 'Tab' });
    expect(element.shadowRoot!.activeElement).to.equal(button(element, 'Remove: 00013.txt'));
    const after = document.createElement('button');
    element.after(after);
    await sendKeys({ press: 'Tab' });
    expect(document.activeElement).to.equal(after);
  });

  it('keeps the focus on its row while the list is scrolled away', async () => {
    const { element } = await stage({}, 'multiple manual');
    drop(element, many(1000));
    await waitUntil(() => names(element).length);
    element.shadowRoot!.querySelector('li')!.focus({ preventScroll: true });
    list(element).scrollTop = 30_000;
    await waitUntil(() => names(element).includes('00540.txt'));
    expect(focused(element)).to.equal('00001.txt');
    await sendKeys({ press: 'ArrowDown' });
    expect(focused(element)).to.equal('00002.txt');
  });

  it('hands the focus on when a row goes away: to the next row, then to the place to choose more', async () => {
    const { element } = await stage({}, 'multiple manual');
    drop(element, many(2));
    await waitUntil(() => names(element).length === 2);
    element.shadowRoot!.querySelector('li')!.focus();
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => names(element).join() === '00002.txt');
    expect(focused(element)).to.equal('00002.txt');
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => names(element).length === 0);
    expect(element.shadowRoot!.activeElement).to.equal(button(element, 'Choose files'));
  });

  it('keeps the focus in the row when its button is no longer there', async () => {
    const { element } = await stage({ speed: 30_000 });
    drop(element, [file('slow.bin', 30_000)]);
    await waitUntil(() => button(element, 'Pause: slow.bin'));
    button(element, 'Pause: slow.bin')!.focus();
    await waitUntil(() => button(element, 'Remove: slow.bin'), 'done', { timeout: 5000 });
    expect(focused(element)).to.equal('slow.bin');
    expect(element.shadowRoot!.activeElement!.localName, 'not on a button that does something else').to.equal('li');
  });

  it('isolates names, shows their end, and lets no mark turn an extension around', async () => {
    const { element } = await stage({}, 'multiple manual');
    const long = `${'very '.repeat(60)}long name-v3.docx`;
    drop(element, [file(long), file('\u062A\u0642\u0631\u064A\u0631.pdf'), file('photo\u202Egpj.exe'), file('<b>"&\u{1F6A2}.png')]);
    await waitUntil(() => names(element).length === 4);
    expect(names(element)).to.deep.equal([long, '\u062A\u0642\u0631\u064A\u0631.pdf', 'photogpj.exe', '<b>"&\u{1F6A2}.png']);
    const [name] = element.shadowRoot!.querySelectorAll('bdi');
    const end = name!.lastElementChild!.getBoundingClientRect();
    expect(name!.lastElementChild!.textContent).to.equal('e-v3.docx');
    expect(end.right <= list(element).getBoundingClientRect().right && end.width > 20).to.equal(true);
    expect(document.documentElement.scrollWidth).to.be.at.most(innerWidth);
  });

  it('draws small pictures of images', async () => {
    const { element } = await stage({}, 'multiple manual');
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext('2d')!.fillRect(0, 0, 300, 200);
    drop(element, [new File([await canvas.convertToBlob()], 'black.png', { type: 'image/png' }), file('broken.png', 9, 'image/png')]);
    await waitUntil(() => element.shadowRoot!.querySelector('canvas')?.height === 64);
    expect(element.shadowRoot!.querySelector('canvas')!.width).to.equal(96);
    expect(element.shadowRoot!.querySelectorAll('canvas')[1]!.height).to.equal(0);
  });

  it('shows the row of a file that is retried in its place', async () => {
    const { element } = await stage({}, 'multiple manual');
    drop(element, many(3));
    await press(element, 'Remove: 00002.txt');
    await waitUntil(() => names(element).join() === '00001.txt,00003.txt');
  });
});
