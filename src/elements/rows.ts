import { render, type TemplateResult } from 'lit';
import { Speed } from '../uploads/totals.js';
import type { UploadFile } from '../uploads/queue.js';

/** Height of every row in pixels, as upload.styles.ts has it. */
const HEIGHT = 56;
/** Rows that are seen at once before the list scrolls, as upload.styles.ts has it. */
const SEEN = 12;
/** Rows drawn above and below those. */
const SPARE = 2;

/** What a row keeps for as long as it is drawn. */
export interface Row {
  element: HTMLLIElement;
  speed: Speed;
  thumbnail?: HTMLCanvasElement;
}

/** Draws the content of one row; `active`: the one that the tab key reaches. */
export type RowTemplate = (file: UploadFile, row: Row, active: boolean) => TemplateResult;

/**
 * A list of any length that draws only the rows that are seen, and always the active one, so that it never loses the focus.
 * Arrows, Home, End and the page keys move through it; for the tab key it is one stop.
 */
export class Rows {
  readonly #template: RowTemplate;
  readonly #rows = new Map<string, Row>();
  #list: HTMLElement | undefined;
  #files: UploadFile[] = [];
  #active = 0;
  #activeId: string | undefined;

  constructor(template: RowTemplate) {
    this.#template = template;
  }

  /** Draws these files into the list; without a list, forgets what was drawn. */
  draw(list: HTMLElement | undefined, files: UploadFile[]): void {
    if (list !== this.#list) this.#rows.clear();
    this.#list = list;
    this.#files = files;
    if (!list) return;
    this.#keepActive();
    const top = list.scrollTop / HEIGHT;
    const first = Math.max(0, Math.floor(top) - SPARE);
    const last = Math.min(files.length, Math.ceil(top + Math.max(SEEN, list.clientHeight / HEIGHT)) + SPARE);
    list.style.setProperty('--rows', String(files.length));
    const gone = new Set(this.#rows.keys());
    let previous: Element | undefined;
    const drawRow = (index: number): void => {
      const file = files[index];
      if (!file) return;
      gone.delete(file.id);
      const { element } = this.#row(file, index);
      // Rows never change their order, so that none that has the focus is ever moved.
      if (element.parentNode !== list) {
        if (previous) previous.after(element);
        else list.prepend(element);
      }
      previous = element;
    };
    if (this.#active < first) drawRow(this.#active);
    for (let index = first; index < last; index++) drawRow(index);
    if (this.#active >= last) drawRow(this.#active);
    for (const id of gone) {
      this.#rows.get(id)?.element.remove();
      this.#rows.delete(id);
    }
  }

  /** The active file, or where it is gone, the one that took its place. */
  #keepActive(): void {
    const files = this.#files;
    if (files[this.#active]?.id === this.#activeId) return;
    const found = files.findIndex(({ id }) => id === this.#activeId);
    this.#active = found < 0 ? Math.max(0, Math.min(this.#active, files.length - 1)) : found;
    this.#activeId = files[this.#active]?.id;
  }

  #row(file: UploadFile, index: number): Row {
    let row = this.#rows.get(file.id);
    if (!row) {
      const element = document.createElement('li');
      element.part.add('row');
      this.#rows.set(file.id, (row = { element, speed: new Speed() }));
    }
    const { element } = row;
    const active = index === this.#active;
    element.tabIndex = active ? 0 : -1;
    element.ariaSetSize = String(this.#files.length);
    element.ariaPosInSet = String(index + 1);
    element.style.top = `${String(index * HEIGHT)}px`;
    render(this.#template(file, row, active), element);
    return row;
  }

  /** Brings a row into view and gives it the focus; `false` when there is none. */
  focus(index = this.#active): boolean {
    const list = this.#list;
    const at = Math.max(0, Math.min(index, this.#files.length - 1));
    const file = this.#files[at];
    if (!list || !file) return false;
    const top = at * HEIGHT;
    list.scrollTop = Math.min(Math.max(list.scrollTop, top + HEIGHT - list.clientHeight), top);
    this.#active = at;
    this.#activeId = file.id;
    this.draw(list, this.#files);
    this.#rows.get(file.id)?.element.focus({ preventScroll: true });
    return true;
  }

  /** Draws what has come into view. */
  readonly onScroll = (): void => {
    this.draw(this.#list, this.#files);
  };

  readonly onFocus = (event: FocusEvent): void => {
    const index = Number((event.target as Element).closest('li')?.ariaPosInSet) - 1;
    if (index < 0 || index === this.#active) return;
    this.#active = index;
    this.#activeId = this.#files[index]?.id;
    this.onScroll();
  };

  readonly onKey = (event: KeyboardEvent): void => {
    const here = this.#active;
    const page = Math.floor((this.#list?.clientHeight ?? 0) / HEIGHT);
    const moves: Record<string, number> = {
      ArrowUp: here - 1,
      ArrowDown: here + 1,
      PageUp: here - page,
      PageDown: here + page,
      Home: 0,
      End: Infinity,
    };
    const to = moves[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.focus(to);
  };
}
