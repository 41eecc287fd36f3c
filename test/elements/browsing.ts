import { aTimeout, fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { memory, type MemoryBackend, type MemoryOptions, type MemorySeed } from '../../src/adapters/memory.js';
import { ROOT, type Item } from '../../src/backend/item.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import '../../src/elements/browser.js';

/** Waits until something holds, as long as a busy machine may take. */
export const until = (holds: () => unknown, message?: string): Promise<void> =>
  waitUntil(() => Promise.resolve(holds()).then(Boolean), message, { timeout: 8000, interval: 10 });

/** So many small files, by names that sort as they count. */
export const manyFiles = (count: number): MemorySeed =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`file ${String(index + 1).padStart(6, '0')}.txt`, 'x']));

/** A browser on a memory backend. What an earlier one has kept is forgotten. */
export async function stageBrowser(
  options: MemoryOptions = {},
  attributes: Record<string, string> = {},
): Promise<{ element: FerryBrowser; backend: MemoryBackend }> {
  localStorage.clear();
  const backend = memory(options);
  const element = document.createElement('ferry-browser');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.backend = backend;
  await fixture(html`<div>${element}</div>`);
  await until(() => shown(element, '.rows > *, .state:not(.loading)'), 'The folder is not shown.');
  return { element, backend };
}

/** What is in the element, by a selector. */
export const inside = (element: Element, selector: string): HTMLElement => {
  const found = element.shadowRoot!.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no "${selector}".`);
  return found;
};

export const shown = (element: Element, selector: string): boolean => element.shadowRoot!.querySelector(selector) !== null;

const cellsOf = (element: Element): HTMLElement[] => [...element.shadowRoot!.querySelectorAll<HTMLElement>('.rows .name, .rows .tile')];

const nameIn = (cell: Element | null | undefined): string => cell?.querySelector('[part=name]')?.textContent ?? '';

/** The names that are drawn, from top to bottom. */
export const namesIn = (element: Element): string[] => cellsOf(element).map(nameIn).filter(Boolean);

/** The cell of an item, by its name. */
export const cell = (element: Element, name: string): HTMLElement => {
  const found = cellsOf(element).find((one) => nameIn(one) === name);
  if (!found) throw new Error(`There is no item "${name}" but: ${namesIn(element).join(', ')}.`);
  return found;
};

/** Waits until an item is drawn, and answers its cell. */
export async function cellLater(element: Element, name: string): Promise<HTMLElement> {
  await until(() => namesIn(element).includes(name), `There is no item "${name}".`);
  return cell(element, name);
}

/** The name of the item that the keyboard is at. */
export const focusedName = (element: Element): string =>
  nameIn(element.shadowRoot!.activeElement?.closest('.row, .tile')) || (element.shadowRoot!.activeElement?.className ?? '');

/** Whether something in the element has the focus, by its selector. */
export const hasFocus = (element: Element, selector: string): boolean => !!element.shadowRoot!.activeElement?.matches(selector);

/** The names of what is selected. */
export const selectedIn = (element: FerryBrowser): string[] => element.selection.map(({ name }) => name);

/** Clicks as a mouse does. */
export function click(target: Element, held: MouseEventInit = {}): void {
  const how = { bubbles: true, composed: true, cancelable: true, ...held };
  target.dispatchEvent(new PointerEvent('pointerdown', { ...how, pointerType: 'mouse' }));
  target.dispatchEvent(new PointerEvent('pointerup', { ...how, pointerType: 'mouse' }));
  target.dispatchEvent(new MouseEvent('click', how));
}

/** Clicks twice. */
export function doubleClick(target: Element): void {
  click(target);
  target.dispatchEvent(new MouseEvent('dblclick', { bubbles: true, composed: true, cancelable: true }));
}

/** Opens the menu of the right button. */
export const rightClick = (target: Element): boolean =>
  target.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true, clientX: 50, clientY: 50 }));

/** The element that has the focus, through shadow roots. */
function focusedElement(): Element {
  let element = document.activeElement!;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/** Presses keys one after the other; `Control+a` holds one while the other is pressed. */
export async function keys(...pressed: string[]): Promise<void> {
  for (const chord of pressed) {
    const held = chord.length > 1 ? chord.split('+') : [chord];
    const last = held.pop()!;
    // After Alt the next key would go to Firefox's own menu.
    if (held.includes('Alt')) {
      focusedElement().dispatchEvent(
        new KeyboardEvent('keydown', { key: last, altKey: true, bubbles: true, composed: true, cancelable: true }),
      );
      continue;
    }
    for (const key of held) await sendKeys({ down: key });
    await sendKeys({ press: last });
    for (const key of held.reverse()) await sendKeys({ up: key });
  }
}

/** Gives the focus to the list, at an item. */
export async function goTo(element: FerryBrowser, name: string): Promise<void> {
  click(await cellLater(element, name));
  await until(() => focusedName(element) === name);
}

/** The lines of the menu that is open, with the reasons against them. */
export const menuLines = (element: Element): string[] =>
  [...element.shadowRoot!.querySelectorAll<HTMLElement>('.menu[popover] button')].map((line) =>
    [...line.querySelectorAll('.text > *')].map(({ textContent }) => textContent).join(': '),
  );

/** Chooses a line of the menu that is open. */
export async function choose(element: Element, label: string): Promise<void> {
  const find = (): HTMLElement | undefined =>
    [...element.shadowRoot!.querySelectorAll<HTMLElement>('.menu[popover] button')].find(
      (line) => line.querySelector('.text > *')?.textContent === label,
    );
  await until(find, `There is no line "${label}" in the menu.`);
  find()!.click();
}

/** The dialog that is open. */
export async function dialogOf(element: Element, which = '.ask'): Promise<HTMLDialogElement> {
  const dialog = inside(element, which) as HTMLDialogElement;
  await until(() => dialog.open, 'There is no dialog.');
  return dialog;
}

/** Presses a button in a dialog, by the words on it. */
export async function pressIn(dialog: Element, words: string): Promise<void> {
  const find = (): HTMLButtonElement | undefined =>
    [...dialog.querySelectorAll('button')].find(
      (one) => (one.ariaLabel ?? one.textContent).replace(/[\u2068\u2069]/g, '').trim() === words && !one.disabled,
    );
  await until(find, `There is no button "${words}".`);
  find()!.click();
}

/** What a folder of the backend holds. */
export const itemsOf = async (backend: MemoryBackend, folder: { id: string } = ROOT): Promise<Item[]> =>
  (await backend.list(folder, {})).items;

/** An item of the backend, by the names of the way to it. */
export async function itemAt(backend: MemoryBackend, ...way: string[]): Promise<Item> {
  let items = await itemsOf(backend);
  for (const [index, name] of way.entries()) {
    const found = items.find((item) => item.name === name);
    if (!found) throw new Error(`There is no "${way.join('/')}".`);
    if (index === way.length - 1) return found;
    items = await itemsOf(backend, found);
  }
  throw new Error('There is no way.');
}

/** The menu, once it is open. */
export async function menuOf(element: Element): Promise<HTMLElement> {
  const menu = inside(element, '.menu[popover]');
  await until(() => menu.matches(':popover-open') && menu.querySelector('button'), 'There is no menu.');
  return menu;
}

/** Drags one thing onto another and lets go; answers the other one as it was just before. */
export async function drag(from: HTMLElement, to: HTMLElement, held: DragEventInit = {}): Promise<Element> {
  const how = { dataTransfer: new DataTransfer(), bubbles: true, composed: true, cancelable: true, ...held };
  from.dispatchEvent(new DragEvent('dragstart', how));
  for (const type of ['dragenter', 'dragover']) to.dispatchEvent(new DragEvent(type, how));
  // It is drawn in its next turn.
  await aTimeout(0);
  const over = (to.closest('.row, .tile, .step') ?? to).cloneNode() as Element;
  to.dispatchEvent(new DragEvent('drop', how));
  from.dispatchEvent(new DragEvent('dragend', how));
  return over;
}

/** Drags files over a place in the browser and lets go. */
export function dropOn(target: Element, files: File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  for (const type of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
}
