import { html, nothing, type TemplateResult } from 'lit';
import { TypeAhead } from './browser.type-ahead.js';
import { icon, type IconName, type Icons } from './icons.js';

/** One line of a menu. */
export interface MenuEntry {
  label: string;
  /** The name of a picture, or the `d` of a path. */
  icon?: string | undefined;
  /** Given: it cannot be chosen now, and why. */
  reason?: string | undefined;
  /** Given: it is one that is on or off. */
  checked?: boolean | undefined;
  /** As in `aria-keyshortcuts`. */
  keys?: string | undefined;
  /** It begins a new group. */
  group?: boolean | undefined;
  run: () => void;
}

/** Where a menu opens: below an element, or at a point of the window. */
export type MenuPlace = Element | { x: number; y: number };

/** Pixels between a menu and what it belongs to, and the edge of the window. */
const GAP = 4;

const isElement = (place: MenuPlace): place is Element => 'getBoundingClientRect' in place;

/** Draws any picture: one that has a name, or one that a page describes by its path. */
export const anyIcon = (drawn: string, icons: Icons): TemplateResult => {
  const name = drawn as IconName;
  return icon(name, /^m.*\d/i.test(drawn) ? { ...icons, [drawn]: drawn } : icons);
};

/** Shortcuts as people read them. */
const shown = (keys: string): string => keys.replace('Control', 'Ctrl').replace('Delete', 'Del');

/** A menu that floats over the page: opened at a place, moved through by keys, closed by Escape or a click elsewhere. */
export class Menu {
  readonly #onChange: () => void;
  readonly #find = new TypeAhead();
  #entries: MenuEntry[] = [];
  #label = '';
  #place: MenuPlace | undefined;
  /** What had the focus when it was opened. */
  #before: HTMLElement | undefined;
  #element: HTMLElement | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Opens with these lines. */
  open(label: string, entries: MenuEntry[], place: MenuPlace): void {
    if (!entries.length) return;
    this.#label = label;
    this.#entries = entries;
    this.#place = place;
    this.#onChange();
  }

  close(): void {
    if (this.#element?.matches(':popover-open')) this.#element.hidePopover();
    this.#giveBack();
  }

  /** Gives the focus back to what had it before; Chromium does so only outside of shadow roots. */
  #giveBack(): void {
    const { activeElement } = this.#element?.getRootNode() as ShadowRoot;
    if (!activeElement || this.#element?.contains(activeElement)) this.#before?.focus();
    this.#before = undefined;
  }

  /** Draws it; to be called in every `render()`. */
  template(icons: Icons): TemplateResult {
    return html`<div
      part="menu"
      class="menu"
      popover="auto"
      role="menu"
      aria-label=${this.#label || nothing}
      @keydown=${this.#onKey}
      @toggle=${this.#onToggle}
    >
      ${this.#entries.map((entry) => this.#line(entry, icons))}
    </div>`;
  }

  #line(entry: MenuEntry, icons: Icons): TemplateResult {
    const { label, reason, checked, keys, group, icon: drawn } = entry;
    return html`${group ? html`<hr />` : nothing}<button
        type="button"
        role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        tabindex="-1"
        aria-checked=${checked ?? nothing}
        aria-disabled=${reason === undefined ? nothing : 'true'}
        aria-keyshortcuts=${keys ?? nothing}
        @click=${() => {
          if (reason !== undefined) return;
          this.close();
          entry.run();
        }}
      >
        ${checked === undefined ? (drawn === undefined ? html`<span></span>` : anyIcon(drawn, icons)) : checked ? icon('check', icons) : html`<span></span>`}
        <span class="text"><span>${label}</span>${reason === undefined ? nothing : html`<span class="soft">${reason}</span>`}</span>
        ${keys === undefined ? nothing : html`<kbd aria-hidden="true">${shown(keys)}</kbd>`}
      </button>`;
  }

  /** Shows it when it was asked for; to be called after every drawing. */
  updated(root: ParentNode): void {
    this.#element = root.querySelector<HTMLElement>('.menu[popover]') ?? undefined;
    const place = this.#place;
    const element = this.#element;
    if (!place || !element) return;
    this.#place = undefined;
    this.#before = ((element.getRootNode() as ShadowRoot).activeElement as HTMLElement | null) ?? undefined;
    element.showPopover();
    const box = element.getBoundingClientRect();
    const rightToLeft = getComputedStyle(element).direction === 'rtl';
    const at = isElement(place) ? place.getBoundingClientRect() : { left: place.x, right: place.x, top: place.y, bottom: place.y };
    const left = rightToLeft ? at.right - box.width : at.left;
    const below = at.bottom + GAP + box.height <= innerHeight || at.top < box.height + GAP;
    const top = below ? at.bottom + GAP : at.top - GAP - box.height;
    element.style.left = `${String(Math.max(GAP, Math.min(left, innerWidth - box.width - GAP)))}px`;
    element.style.top = `${String(Math.max(GAP, Math.min(top, innerHeight - box.height - GAP)))}px`;
    this.#focus(0);
  }

  get #lines(): HTMLElement[] {
    return [...(this.#element?.querySelectorAll<HTMLElement>('button') ?? [])];
  }

  #focus(index: number): void {
    const lines = this.#lines;
    lines.at(index % lines.length)?.focus();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const lines = this.#lines;
    // Not `:focus`, which nothing is in a window that is not at the front.
    const here = lines.findIndex((line) => line === (line.getRootNode() as ShadowRoot).activeElement);
    const { key } = event;
    const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 };
    const to = steps[key];
    event.stopPropagation();
    if (to !== undefined) this.#focus(to);
    else if (key === 'Tab') this.close();
    else if (key.length === 1 && key !== ' ') {
      const names = this.#entries.map(({ label }) => ({ name: label }));
      const found = this.#find.type(key, names, here, event.timeStamp);
      if (found >= 0) this.#focus(found);
    } else return;
    event.preventDefault();
  };

  readonly #onToggle = (event: Event): void => {
    if ((event as ToggleEvent).newState !== 'closed') return;
    this.#giveBack();
    this.#entries = [];
    this.#onChange();
  };
}
