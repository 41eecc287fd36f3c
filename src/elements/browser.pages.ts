import type { Item, Listing } from '../backend/item.js';
import { BY_NAME, comparison, inOrder, placeIn, type Order, type ValueOf } from './browser.order.js';

/** How the pages of a listing are joined. */
export interface PagesOptions {
  /** Files are left out. */
  foldersOnly: boolean;
  columnValue: ((column: string) => ValueOf | undefined) | undefined;
}

/** The pages of one listing, joined into one list. An item that comes twice is there once. */
export class Pages {
  items: Item[] = [];
  cursor: string | undefined;
  /** All that there is has come. */
  complete = false;
  /** How many items there are, as the backend says. */
  total: number | undefined;
  /** The order that the items are in; nothing where it is the backend's own. */
  order: Order | undefined;
  readonly #ids = new Set<string>();
  readonly #options: PagesOptions;

  /** `order` is the one that the backend is asked for. */
  constructor(order: Order | undefined, options: PagesOptions) {
    this.order = order;
    this.#options = options;
  }

  /** Adds the next page. */
  add({ items, cursor, total }: Listing): void {
    const { foldersOnly } = this.#options;
    for (const item of items) {
      if (this.#ids.has(item.id) || (foldersOnly && item.kind === 'file')) continue;
      this.#ids.add(item.id);
      this.items.push(item);
    }
    // Folders come first, so that the first file says that there are no more of them.
    const enough = foldersOnly && this.order && items.some(({ kind }) => kind === 'file');
    this.complete = cursor === undefined || !!enough;
    this.cursor = cursor;
    this.total = foldersOnly ? undefined : total;
  }

  /** Takes out what has this id, and puts this item where it belongs. What belongs behind all that is loaded comes with its own page. */
  set(id: string, item: Item | undefined): void {
    if (this.#ids.delete(id)) {
      const at = this.items.findIndex((one) => one.id === id);
      this.items.splice(at, 1);
      if (this.total !== undefined) this.total--;
    }
    if (!item || (this.#options.foldersOnly && item.kind === 'file')) return;
    if (this.total !== undefined) this.total++;
    const order = this.order ?? BY_NAME;
    const place = placeIn(this.items, item, comparison(order, this.#options.columnValue?.(order.by)));
    if (place === this.items.length && !this.complete) return;
    this.items.splice(place, 0, item);
    this.#ids.add(item.id);
  }

  /** Puts everything in this order, as a new list. */
  arrange(order: Order): void {
    this.order = order;
    this.items = inOrder(this.items, order, this.#options.columnValue?.(order.by));
  }
}
