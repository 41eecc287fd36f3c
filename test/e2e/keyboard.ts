import { setTimeout as delay } from 'node:timers/promises';
import type { Window } from './window.js';

/** What a person who sees the page would say of `<ferry-browser>`. */
export interface Seen {
  /** Items that are drawn. */
  names: string[];
  selected: string[];
  /** What the keyboard is at: an item, else what a button or a field is called. */
  focus: string;
  /** Folders from the root to the one that is shown. */
  path: string;
  /** What was said aloud last. */
  said: string;
  /** Lines of the menu that is open. */
  menu: string[];
  /** The text of the dialog that is open, and the items in it. */
  dialog: string;
  choices: string[];
  /** Columns, and the one that it is sorted by. */
  columns: string[];
  sorted: string;
  view: string;
  /** What stands below the list. */
  strips: string;
  details: string;
  /** What is wrong with what was typed. */
  problem: string;
  foot: string;
  /** Names of what was handed over to be sent, and of what a picker has answered. */
  sent: string[];
  picked: string[];
  /** Name → sha-256 of what was downloaded. */
  fetched: Record<string, string>;
}

/** Runs in the page: writes down what the page hears, and fetches what would be saved. */
const LISTEN = `
  await customElements.whenDefined('ferry-browser');
  localStorage.clear();
  window.heard = { sent: [], picked: [], fetched: {} };
  const browser = document.querySelector('ferry-browser');
  browser.addEventListener('ferry-before-send', (event) => {
    event.preventDefault();
    heard.sent = browser.selection.map(({ name }) => name);
  });
  browser.addEventListener('ferry-selected', ({ detail }) => {
    if (browser.picker) heard.picked = detail.items.map(({ name }) => name);
  });
  // Where a browser would save it is its own affair, and none of its engines asks in the same way.
  HTMLAnchorElement.prototype.click = async function () {
    const bytes = await (await fetch(this.href)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    heard.fetched[this.download] = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };
`;

/** Runs in the page: what is seen now. */
const LOOK = `
  const browser = document.querySelector('ferry-browser');
  const root = browser.shadowRoot;
  const plain = (text) => (text ?? '').replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
  const text = (selector) => plain([...root.querySelectorAll(selector)].map((one) => one.innerText).join(' '));
  const namesIn = (within) => [...within.querySelectorAll('.rows [part=name]')].map(({ textContent }) => textContent);
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const dialog = root.querySelector('dialog[open]');
  const menu = root.querySelector('.menu:popover-open');
  const sorted = root.querySelector('[aria-sort]');
  return {
    names: namesIn(root),
    selected: browser.selection.map(({ name }) => name),
    focus: at?.matches('button, input') ? plain(at.ariaLabel || at.innerText) || at.name || at.localName
      : at?.closest('.row, .tile')?.querySelector('[part=name]')?.textContent ?? at?.localName ?? '',
    path: text('[part=path] bdi'),
    said: plain(root.querySelector('.said[role=status]')?.textContent),
    menu: menu ? [...menu.querySelectorAll('button .text > :first-child')].map(({ textContent }) => plain(textContent)) : [],
    dialog: plain(dialog?.innerText),
    choices: dialog?.querySelector('ferry-browser') ? namesIn(dialog.querySelector('ferry-browser').shadowRoot) : [],
    columns: [...root.querySelectorAll('[role=columnheader]')].map(({ innerText }) => plain(innerText)).filter(Boolean),
    sorted: sorted ? plain(sorted.innerText) + ' ' + sorted.ariaSort : '',
    view: root.querySelector('.list')?.classList.contains('grid') ? 'grid' : 'list',
    strips: text('.strip'),
    details: text('[part=details]'),
    problem: text('.problem'),
    foot: text('[part=foot]'),
    ...heard,
  };
`;

/** Somebody who has nothing but a keyboard. */
export interface Typist {
  /** Opens the page, and goes to the list by the tab key. */
  begin(url: string): Promise<void>;
  press(...keys: string[]): Promise<void>;
  /** Types letters, one key each. */
  type(text: string): Promise<void>;
  /** Presses the tab key until the focus is at what has this name. */
  tabTo(name: string, back?: boolean): Promise<void>;
  /** Opens the menu of the item that the keyboard is at, and chooses a line in it. */
  choose(line: string): Promise<void>;
  /** Waits until what is seen is as it should be. */
  sees(holds: (seen: Seen) => unknown): Promise<Seen>;
}

/** Somebody who has nothing but a keyboard, at a window. */
export function typist(window: Window): Typist {
  const look = async (): Promise<Seen> => (await window.evaluate(LOOK)) as Seen;
  const sees: Typist['sees'] = async (holds) => {
    let seen = await look();
    for (const end = Date.now() + 15_000; !holds(seen); seen = await look()) {
      if (Date.now() > end) throw new Error(`Never seen: ${String(holds)}, but: ${JSON.stringify(seen)}`);
      await delay(20);
    }
    return seen;
  };
  /** Keys do their work before the next look. */
  const press: Typist['press'] = (...keys) => window.press(...keys);
  const tabTo: Typist['tabTo'] = async (name, back = false) => {
    const passed: string[] = [];
    for (let presses = 0; presses < 60; presses++) {
      await press(back ? 'Shift+Tab' : 'Tab');
      const { focus } = await look();
      if (focus === name) return;
      passed.push(focus);
    }
    throw new Error(`The tab key never came to "${name}", but to: ${passed.join(', ')}`);
  };
  return {
    press,
    tabTo,
    sees,
    type: (text) => press(...Array.from(text, (letter) => (letter === ' ' ? 'Space' : letter))),
    begin: async (url) => {
      await window.goto(url);
      await window.evaluate(LISTEN);
      const { names } = await sees((seen) => seen.names.length);
      await window.evaluate("document.querySelector('button').focus()");
      await tabTo(names[0] ?? '');
    },
    choose: async (line) => {
      await press('Shift+F10');
      const { menu } = await sees((seen) => seen.menu.length);
      const index = menu.indexOf(line);
      if (index < 0) throw new Error(`There is no line "${line}" but: ${menu.join(', ')}`);
      for (let presses = 0; presses < index; presses++) await press('ArrowDown');
      await press('Enter');
      await sees((seen) => !seen.menu.length);
    },
  };
}
