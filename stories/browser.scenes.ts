import type { MemoryBackend, MemorySeed } from '../src/adapters/memory.js';
import type { Backend } from '../src/backend/backend.js';
import type { ErrorCode } from '../src/backend/errors.js';
import type { Item } from '../src/backend/item.js';
import type { FerryBrowser } from '../src/elements/browser.js';
import { DAY, picture } from './scenes.js';

const DAYS = 86_400_000;

/** What items say of themselves beyond what a memory can know: it has no gigabytes and no past. */
type Facts = Readonly<Record<string, Partial<Item>>>;

/** A folder of every kind of thing. */
export const SHELF: MemorySeed = {
  Contracts: { Drafts: { 'lease.docx': '' } },
  'Harbour project': { Plans: { North: { 'pier.dwg': '' } } },
  'Press photos': {},
  'agenda.docx': '',
  'budget 2026.xlsx': '',
  'fog horn.mp3': '',
  'harbour.png': '',
  'interview-uncut.mov': '',
  'logo.svg': '',
  'minutes.md': '',
  'report.pdf': '',
  'site photos.zip': '',
};

/** How large and how old these things are. */
export const SHELF_FACTS: Facts = {
  Contracts: { count: 18 },
  'agenda.docx': { size: 48_200, modified: DAY - DAYS },
  'budget 2026.xlsx': { size: 86_500, modified: DAY - 3 * DAYS },
  'fog horn.mp3': { size: 4.1e6, modified: DAY - 40 * DAYS },
  'harbour.png': { size: 3.4e6, modified: DAY - 12 * DAYS },
  'interview-uncut.mov': { size: 4.2e9, modified: DAY - 9 * DAYS },
  'logo.svg': { size: 8_900, modified: DAY - 300 * DAYS },
  'minutes.md': { size: 2_300, modified: DAY },
  'report.pdf': { size: 1.4e6, modified: DAY - 2 * DAYS },
  'site photos.zip': { size: 640e6, modified: DAY - 30 * DAYS },
};

/** Many files, by names that sort as they count. */
export const many = (count: number): MemorySeed =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`measurement ${String(index + 1).padStart(6, '0')}.csv`, '']));

/** Small pictures, each with itself as its thumbnail. */
export const pictures = (count: number): MemorySeed =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const blob = new Blob([picture(index)], { type: 'image/bmp' });
      return [`photo ${String(index + 1).padStart(2, '0')}.bmp`, [blob, { thumbnail: URL.createObjectURL(blob) }] as const];
    }),
  );

/** A backend whose items have these facts, by their names, and dates that never change. */
export function dressed(backend: MemoryBackend, facts: Facts = SHELF_FACTS): Backend {
  const dress = (item: Item): Item => ({ ...item, created: DAY - 400 * DAYS, modified: DAY - 5 * DAYS, ...facts[item.name] });
  return {
    ...backend,
    list: async (...args) => {
      const page = await backend.list(...args);
      return { ...page, folder: dress(page.folder), items: page.items.map(dress) };
    },
    item: async (...args) => dress(await backend.item(...args)),
    move: async (...args) =>
      (await backend.move(...args)).map((outcome) => ('item' in outcome ? { ...outcome, item: dress(outcome.item) } : outcome)),
    activity: async (...args) => (await backend.activity(...args)).map((entry, index) => ({ ...entry, at: DAY - index * DAYS })),
  };
}

/** Lets what is done with items of these names fail. */
export function stubborn(backend: Backend, failures: Readonly<Record<string, ErrorCode>>): Backend {
  return {
    ...backend,
    move: async (refs, transfer, options) => {
      const names = await Promise.all(refs.map(async (ref) => (await backend.item(ref)).name));
      const outcomes = await backend.move(
        refs.filter((_, index) => !failures[names[index]!]),
        transfer,
        options,
      );
      return refs.map(({ id }, index) => {
        const code = failures[names[index]!];
        return code ? { id, error: { code, message: 'The story lets it fail.' } } : outcomes.find((one) => one.id === id)!;
      });
    },
  };
}

/** Waits until the story shows what it is about. */
export const until = async (shown: () => unknown): Promise<void> => {
  while (!shown()) await new Promise(requestAnimationFrame);
};

/** A person in a story, who acts on the browser in it. */
export interface Person {
  element: FerryBrowser;
  /** What is in the element, by a selector; waits until it is there. */
  find: (selector: string) => Promise<HTMLElement>;
  /** Clicks on an item, by its name. */
  click: (name: string, held?: MouseEventInit) => Promise<void>;
  /** Presses a key where the focus is. */
  key: (key: string, held?: KeyboardEventInit) => Promise<void>;
  /** Presses a button, by the words on it. */
  press: (words: string) => Promise<void>;
}

/** Takes hold of the browser of a story, when its folder is shown. */
export async function personIn(canvas: HTMLElement): Promise<Person> {
  const element = canvas.querySelector('ferry-browser');
  const root = element?.shadowRoot;
  if (!element || !root) throw new Error('The story has no <ferry-browser>.');
  const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
  const find = async (selector: string, matches: (found: HTMLElement) => boolean = () => true): Promise<HTMLElement> => {
    await until(() => all(selector).some(matches));
    return all(selector).find(matches)!;
  };
  await find('.rows > *, .state:not(.loading)');
  return {
    element,
    find,
    click: async (name, held = {}) => {
      const isIt = (cell: HTMLElement): boolean => cell.querySelector('[part=name]')?.textContent === name;
      const list = await find('[part=list]');
      await until(() => {
        if (all('[role=gridcell]').some(isIt)) return true;
        // Only what is seen is drawn.
        const isEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
        list.scrollTop = isEnd ? 0 : list.scrollTop + list.clientHeight / 2;
        return false;
      });
      const hit = await find('[role=gridcell]', isIt);
      for (const type of ['pointerdown', 'pointerup', 'click'])
        hit.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, cancelable: true, pointerType: 'mouse', ...held }));
      await element.updateComplete;
    },
    key: async (key, held = {}) => {
      root.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...held }));
      await element.updateComplete;
    },
    press: async (words) => {
      const plain = (button: HTMLElement): string => (button.ariaLabel ?? button.textContent).replace(/[\u2068\u2069]/g, '').trim();
      const isIt = (button: HTMLElement): boolean => plain(button) === words;
      // Where there is no room for it, it is in the menu.
      if (!all('button').some(isIt)) (await find('button', (button) => plain(button) === 'More actions')).click();
      (await find('button', (button) => isIt(button) || button.querySelector('.text > *')?.textContent === words)).click();
      await element.updateComplete;
    },
  };
}
