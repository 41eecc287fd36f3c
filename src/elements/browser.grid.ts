import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type Range,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { render, type TemplateResult } from 'lit';
import type { Item } from '../backend/item.js';
import type { Step } from './browser.keys.js';

/** Lines drawn above and below those that are seen. */
const SPARE = 2;

/** How items are laid out. A line is a row of the list, or a row of tiles. */
export interface Layout {
  /** Items, and places for items to come. */
  count: number;
  perLine: number;
  /** Pixels. */
  lineHeight: number;
  /** Pixels that a head takes, which stays above the lines. */
  head: number;
  /** Cells of an item that the arrows reach. */
  cells: number;
}

/** What a {@link Grid} draws with. */
export interface GridOptions {
  /** What stands in a line; sets what else the line's element needs. */
  line: (line: number, element: HTMLElement) => TemplateResult;
  /** Items up to this one are seen. */
  onSeen: (end: number) => void;
}

/**
 * Lines of any number, of which only those that are seen are drawn, and always the one with the active cell, so that it never loses
 * the focus. For the tab key all of it is one stop.
 */
export class Grid {
  /** Index of the item that the keyboard is at. */
  active = 0;
  /** Which of its cells. */
  cell = 0;
  /** The active item is to come into view with the next drawing. */
  reveal = false;
  readonly #options: GridOptions;
  readonly #lines = new Map<number, HTMLElement>();
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  #scroller: HTMLElement | null = null;
  #body: HTMLElement | undefined;
  #rows: readonly Item[] = [];
  #activeId: string | undefined;
  /** The first item that was seen when something was last drawn, and how far it was scrolled then. */
  #top: { id: string; line: number; scrolled: number } | undefined;
  /** Pixels that were seen then, and whether the active item was. */
  #height = 0;
  #seesActive = false;
  #layout: Layout = { count: 0, perLine: 1, lineHeight: 1, head: 0, cells: 1 };

  constructor(options: GridOptions) {
    this.#options = options;
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>(this.#settings());
  }

  #settings(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const { lineHeight, head } = this.#layout;
    return {
      count: this.#lineCount,
      getScrollElement: () => this.#scroller,
      estimateSize: () => lineHeight,
      scrollMargin: head,
      overscan: SPARE,
      // Another function each time: the answer is kept for the same one, and the active item may be another.
      rangeExtractor: (range) => this.#range(range),
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => {
        this.#paint(false);
      },
    };
  }

  get #lineCount(): number {
    return Math.ceil(this.#layout.count / this.#layout.perLine);
  }

  #range(range: Range): number[] {
    const lines = defaultRangeExtractor(range);
    const active = this.#lineOf(this.active);
    if (active < (lines[0] ?? 0)) lines.unshift(active);
    else if (active > (lines.at(-1) ?? 0)) lines.push(active);
    return lines;
  }

  #lineOf(index: number): number {
    return Math.floor(index / this.#layout.perLine);
  }

  /** Draws everything anew, in `body`, which lies in what scrolls. */
  draw(scroller: HTMLElement | null, body: HTMLElement | null, rows: readonly Item[], layout: Layout): void {
    if (body !== (this.#body ?? null)) this.#lines.clear();
    const before = this.#layout;
    this.#scroller = scroller;
    this.#body = body ?? undefined;
    this.#rows = rows;
    this.#layout = layout;
    if (body) body.style.setProperty('--lines', String(this.#lineCount));
    // Before anything is drawn at other places.
    if (before.lineHeight !== layout.lineHeight || before.perLine !== layout.perLine) this.#keepSight(before);
    this.#virtual.setOptions(this.#settings());
    if (before.lineHeight !== layout.lineHeight) this.#virtual.measure();
    this.#keepPlace();
    this.#virtual._willUpdate();
    if (this.reveal && layout.count) this.#showActive();
    this.reveal = false;
    this.#paint(true);
  }

  /** Forgets where it was: other items are shown. `id`: the item to begin at, where it is there. */
  reset(id?: string): void {
    this.active = this.cell = 0;
    this.#activeId = id;
    this.#top = undefined;
    if (this.#scroller) this.#scroller.scrollTop = 0;
  }

  /** An item has another id: where it is active, it stays so. */
  follow(before: string, after: string): void {
    if (this.#activeId === before) this.#activeId = after;
  }

  /** Lets go of the page. */
  close(): void {
    this.#scroller = null;
    this.#virtual._willUpdate();
  }

  /** What was seen is seen when the lines have another height or hold more. */
  #keepSight({ perLine }: Layout): void {
    if (!this.#scroller || !this.#top) return;
    if (this.#seesActive) this.reveal = true;
    this.#scroller.scrollTop = this.#lineOf(this.#top.line * perLine) * this.#layout.lineHeight;
    this.#top = undefined;
  }

  /** Where the active item and the first one that is seen have gone, there it goes too. */
  #keepPlace(): void {
    const rows = this.#rows;
    const { count, perLine, lineHeight } = this.#layout;
    if (this.#activeId !== undefined && rows[this.active]?.id !== this.#activeId) {
      const found = rows.findIndex(({ id }) => id === this.#activeId);
      if (found >= 0) this.active = found;
    }
    this.active = Math.max(0, Math.min(this.active, count - 1));
    this.#activeId = rows[this.active]?.id ?? this.#activeId;
    const scroller = this.#scroller;
    const top = this.#top;
    // Scrolled meanwhile, or at the very beginning, where what is new is to be seen.
    if (!scroller || !top?.line || scroller.scrollTop !== top.scrolled || rows[top.line * perLine]?.id === top.id) return;
    const found = rows.findIndex(({ id }) => id === top.id);
    if (found >= 0) scroller.scrollTop += (this.#lineOf(found) - top.line) * lineHeight;
  }

  /** Draws the lines that are seen; those that were drawn before only with `all`. */
  #paint(all: boolean): void {
    const body = this.#body;
    if (!body) return;
    const seen = this.#virtual.getVirtualItems();
    const wanted = new Set(seen.map(({ index }) => index));
    const free: HTMLElement[] = [];
    for (const [line, element] of this.#lines) {
      if (wanted.has(line)) continue;
      this.#lines.delete(line);
      free.push(element);
    }
    const anchor = this.#lines.get(this.#lineOf(this.active));
    let previous: Element | undefined;
    for (const { index, start } of seen) {
      let element = this.#lines.get(index);
      if (!element || all) {
        element ??= free.pop() ?? document.createElement('div');
        this.#lines.set(index, element);
        element.style.top = `${String(start - this.#layout.head)}px`;
        render(this.#options.line(index, element), element);
      }
      // What has the focus is never moved, or it would lose it: the others are moved around it.
      if (element !== anchor) {
        if (previous) {
          if (previous.nextElementSibling !== element) previous.after(element);
        } else if (body.firstElementChild !== element) body.prepend(element);
      }
      previous = element;
    }
    for (const element of free) element.remove();
    const scroller = this.#scroller;
    const { perLine, lineHeight } = this.#layout;
    const height = scroller?.clientHeight ?? 0;
    // What appears around the list may take the room of the item that one is at.
    if (this.#seesActive && height < this.#height) this.#showActive();
    this.#height = height;
    const scrolled = scroller?.scrollTop ?? 0;
    this.#seesActive = this.#distance === 0;
    const top = Math.floor(scrolled / lineHeight);
    const first = this.#rows[top * perLine];
    this.#top = first && { id: first.id, line: top, scrolled };
    this.#options.onSeen((top + Math.ceil(height / lineHeight) + 1) * perLine);
  }

  /** The element of a cell of an item, where it is drawn. */
  cellOf(index: number, cell = 0): HTMLElement | undefined {
    const line = this.#lines.get(this.#lineOf(index));
    const { perLine, cells } = this.#layout;
    const cellsOf = line?.querySelectorAll<HTMLElement>('[role=gridcell]');
    return cellsOf?.[perLine > 1 || cells === 1 ? index % perLine : cell];
  }

  /** Makes a cell the active one and gives it the focus, with `reveal` in view; `false` when there is none. */
  focus(index = this.active, cell = this.cell, reveal = true): boolean {
    const { count, cells } = this.#layout;
    if (!count) return false;
    this.activate(index, Math.max(0, Math.min(cell, cells - 1)));
    if (reveal) this.#showActive();
    this.#paint(true);
    const element = this.cellOf(this.active, this.cell);
    // A cell that is nothing but a button leaves the focus to it.
    (element?.querySelector<HTMLElement>(':scope > button:only-child') ?? element)?.focus({ preventScroll: true });
    if (reveal && element) this.#revealSideways(element);
    return element !== undefined;
  }

  /** Pixels to scroll at least for the active item to be seen. */
  get #distance(): number {
    const { scrollTop = 0, clientHeight = 0 } = this.#scroller ?? {};
    const { lineHeight, head } = this.#layout;
    const start = this.#lineOf(this.active) * lineHeight - scrollTop;
    return start < 0 ? start : Math.max(0, start + lineHeight + head - clientHeight);
  }

  #showActive(): void {
    if (this.#scroller) this.#scroller.scrollTop += this.#distance;
  }

  /** Scrolls a cell into view where there are more columns than there is room for. */
  #revealSideways(cell: HTMLElement): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const box = scroller.getBoundingClientRect();
    const { left, right } = cell.getBoundingClientRect();
    if (left < box.left) scroller.scrollLeft -= box.left - left;
    else if (right > box.right) scroller.scrollLeft += Math.min(right - box.right, left - box.left);
  }

  /** Whether this is in the active cell. */
  hasFocus(element: Element | null): boolean {
    return !!element && !!this.cellOf(this.active, this.cell)?.contains(element);
  }

  /** Makes an item the active one, without more. */
  activate(index: number, cell = 0): void {
    this.active = Math.max(0, Math.min(index, this.#layout.count - 1));
    this.cell = cell;
    this.#activeId = this.#rows[this.active]?.id;
    this.#virtual.setOptions(this.#settings());
  }

  /** Where a step leads from the active cell. Home and End lead to the ends of a row, and from there to the ends of everything. */
  towards(step: Step): [index: number, cell: number] {
    const { count, perLine, lineHeight, head, cells } = this.#layout;
    const here = this.active;
    const { cell } = this;
    const inRow = perLine === 1 && cells > 1;
    const page = Math.max(1, Math.floor(((this.#scroller?.clientHeight ?? 0) - head) / lineHeight)) * perLine;
    const steps: Record<Step, [number, number]> = {
      up: [here - perLine < 0 ? here : here - perLine, cell],
      down: [Math.min(here + perLine, this.#lineOf(here) < this.#lineCount - 1 ? count - 1 : here), cell],
      next: inRow ? [here, Math.min(cell + 1, cells - 1)] : [here + 1, cell],
      previous: inRow ? [here, Math.max(0, cell - 1)] : [here - 1, cell],
      pageUp: [here - page, cell],
      pageDown: [here + page, cell],
      start: inRow && cell > 0 ? [here, 0] : [0, 0],
      end: inRow && cell > 0 ? [here, cells - 1] : [count - 1, 0],
      first: [0, 0],
      last: [count - 1, 0],
    };
    const [index, to] = steps[step];
    return [Math.max(0, Math.min(index, count - 1)), to];
  }
}
