import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { Item, Ref } from '../backend/item.js';
import { ActingElement } from './browser.acting.js';
import type { Density, View } from './browser.choices.js';
import type { Change } from './browser.deeds.js';
import { Grid } from './browser.grid.js';
import { layoutOf, type Arrangement } from './browser.layout.js';
import { emptyRow, listRow, tile, type RowScene } from './browser.row.js';
import type { Step } from './browser.top.js';

/** An element that lays its items out as a list or a grid, and draws those that are seen. What is around them is left to whoever extends it. */
export abstract class RowsElement extends ActingElement {
  protected readonly grid = new Grid({
    line: (line, element) => this.#line(line, element),
    onSeen: (end) => this.source?.want(end),
  });
  protected layout!: Arrangement;
  /** Pixels that the element is wide. */
  protected width = 0;
  readonly #resized = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width === this.width) return;
    this.width = width;
    this.requestUpdate();
  });
  #scene!: RowScene;
  /** The item to be at when it is there. */
  #goal: string | undefined;
  /** The list is to get the focus. */
  #toFocus = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.grid.close();
  }

  /** Closes what is not asked any more: it gives the focus back, before something else takes it. */
  protected abstract closeDialogs(): void;

  /** The folder under what is dragged. */
  protected abstract get droppingOn(): string | undefined;

  protected get shownAs(): View {
    return this.choices.view ?? (this.view === 'grid' ? 'grid' : 'list');
  }

  protected get density(): Density {
    return this.choices.density ?? 'comfortable';
  }

  protected get showsDetails(): boolean {
    return !!this.choices.details && !this.picker;
  }

  /** Every item has a button for its menu. */
  protected get menus(): boolean {
    return !this.picker;
  }

  /** From the root to the folder that is shown. */
  protected get way(): Step[] {
    const { source } = this;
    return source?.folder ? [...source.ancestors, source.folder] : [];
  }

  protected get scroller(): HTMLElement | undefined {
    return this.renderRoot.querySelector<HTMLElement>('.list') ?? undefined;
  }

  protected override onFolder(from: Ref | undefined): void {
    this.selecting = false;
    this.renaming = undefined;
    this.#goal = from?.id;
    this.grid.reset();
  }

  /** Some backends know an item by its path, and so by another id after each new name. */
  protected override onDone(change: Change): void {
    const { before, after } = change;
    if (before && after) this.grid.follow(before.id, after.id);
    super.onDone(change);
  }

  protected override focusItem(id?: string): void {
    this.#goal = id ?? this.#goal;
    this.#toFocus = true;
    this.requestUpdate();
  }

  protected override focusBeyond(items: readonly Item[]): void {
    const rows = this.source?.rows ?? [];
    const going = new Set(items.map(({ id }) => id));
    const stays = ({ id }: Item): boolean => !going.has(id);
    const { active } = this.grid;
    this.focusItem((rows.slice(active).find(stays) ?? rows.slice(0, active).findLast(stays))?.id);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.layout = layoutOf({
      view: this.shownAs,
      density: this.density,
      width: this.width || this.clientWidth,
      details: this.showsDetails,
      columns: this.shown,
      menus: this.menus,
      count: this.source?.count ?? 0,
    });
  }

  protected override update(changed: PropertyValues<this>): void {
    const focused = (): Element | null => this.shadowRoot?.activeElement ?? null;
    const inList = !!this.scroller?.contains(focused());
    const inHead = !!focused()?.closest('.head, .state');
    super.update(changed);
    this.closeDialogs();
    const { scroller, source } = this;
    const rows = source?.rows ?? [];
    this.#scene = this.#rowScene();
    this.#goTo(rows);
    this.grid.draw(scroller ?? null, this.renderRoot.querySelector<HTMLElement>('.rows'), rows, this.layout);
    // What had the focus is gone or shows another item, or was the list while nothing was in it.
    const kept = focused() !== scroller && (inHead || this.grid.hasFocus(focused()));
    if ((this.#toFocus || (inList && !kept)) && !this.renaming && !this.asked && !this.grid.focus(undefined, undefined, this.#toFocus))
      scroller?.focus();
    if (source && !source.loading) this.#toFocus = false;
  }

  /** Makes the item active that was asked for, when it is there. */
  #goTo(rows: readonly Item[]): void {
    if (this.#goal === undefined) return;
    const index = rows.findIndex(({ id }) => id === this.#goal);
    if (index >= 0) {
      this.grid.activate(index);
      this.grid.reveal = true;
    }
    if (index >= 0 || (this.source && !this.source.loading)) this.#goal = undefined;
  }

  #rowScene(): RowScene {
    const { language, icons, chosen, failures, renaming, barred } = this;
    const { clipboard } = this.deeds;
    const cut = new Set(clipboard?.cut ? clipboard.items.map(({ id }) => id) : []);
    return {
      language,
      icons,
      columns: this.shown,
      narrow: this.layout.narrow,
      menus: this.menus,
      isSelected: (id) => chosen.has(id),
      isCut: (id) => cut.has(id),
      isBarred: (item) => !!barred?.has(item.id) || (!this.isPickable(item) && item.kind === 'file'),
      failure: (id) => failures.get(id),
      droppingOn: this.droppingOn,
      renaming,
      onRename: (name, left) => void this.rename(name, left),
      active: () => this.grid.active,
      cell: () => this.grid.cell,
    };
  }

  /** Line of the head included, counted from 1. */
  #rowIndex(line: number): number {
    return line + (this.layout.head ? 2 : 1);
  }

  #line(line: number, element: HTMLElement): TemplateResult {
    const { perLine, count } = this.layout;
    const rows = this.source?.rows ?? [];
    element.role = 'row';
    element.ariaRowIndex = String(this.#rowIndex(line));
    if (this.shownAs === 'list') {
      const item = rows[line];
      return item ? listRow(item, line, element, this.#scene) : emptyRow(line, element, this.#scene);
    }
    element.className = 'tiles';
    const start = line * perLine;
    const columns = Array.from({ length: Math.min(perLine, count - start) }, (_, column) => column);
    return html`${columns.map((column) => tile(rows[start + column], start + column, column + 1, this.#scene))}`;
  }

  /** The item that is drawn at a place of the page, by its index; -1: none. */
  protected indexAt(path: EventTarget[]): number {
    const elements = path.filter((target): target is HTMLElement => target instanceof HTMLElement);
    const row = elements.find((element) => element.parentElement?.classList.contains('rows'));
    if (!row) return -1;
    const line = Number(row.ariaRowIndex) - this.#rowIndex(0);
    if (this.shownAs === 'list') return line;
    const cell = elements.find((element) => element.classList.contains('tile'));
    return cell ? line * this.layout.perLine + Number(cell.ariaColIndex) - 1 : -1;
  }
}
