import type { Item } from '../backend/item.js';

/**
 * What a person has selected. Items are kept by id, so that a selection outlives pages, refreshes and other orders.
 * A range runs from the item that was last chosen by itself.
 */
export class Selection {
  readonly #items = new Map<string, Item>();
  readonly #onChange: () => void;
  #anchor: string | undefined;
  /** Items of the last range: the next one takes their place. */
  #range = new Set<string>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get items(): Item[] {
    return [...this.#items.values()];
  }

  get size(): number {
    return this.#items.size;
  }

  /** Bytes of all that tell theirs. */
  get bytes(): number {
    let sum = 0;
    for (const { size = 0 } of this.#items.values()) sum += size;
    return sum;
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  /** Selects these and nothing else. */
  only(items: readonly Item[]): void {
    this.#items.clear();
    for (const item of items) this.#items.set(item.id, item);
    this.#start(items.at(-1)?.id);
  }

  /** Selects one besides the others, or no longer. */
  toggle(item: Item): void {
    if (!this.#items.delete(item.id)) this.#items.set(item.id, item);
    this.#start(item.id);
  }

  /** Selects these besides the others. */
  add(items: readonly Item[]): void {
    for (const item of items) this.#items.set(item.id, item);
    this.#onChange();
  }

  /** Selects from where the last choice was, or without one from the row `from`, to the row `end`. `besides`: what else is selected stays so. */
  extend(rows: readonly Item[], end: number, besides = false, from = end): void {
    const found = rows.findIndex(({ id }) => id === this.#anchor);
    const start = found < 0 ? from : found;
    const range = rows.slice(Math.min(start, end), Math.max(start, end) + 1);
    if (besides) for (const id of this.#range) this.#items.delete(id);
    else this.#items.clear();
    for (const item of range) this.#items.set(item.id, item);
    this.#range = new Set(range.map(({ id }) => id));
    this.#anchor = rows[start]?.id;
    this.#onChange();
  }

  clear(): void {
    if (!this.#items.size) return;
    this.#items.clear();
    this.#start(undefined);
  }

  /** Takes note that an item has changed; `instead`: the id that it had before. */
  update(item: Item, instead = item.id): void {
    if (!this.#items.delete(instead)) return;
    this.#items.set(item.id, item);
    if (this.#anchor === instead) this.#anchor = item.id;
    this.#onChange();
  }

  /** Forgets what is gone. */
  drop(ids: Iterable<string>): void {
    let changed = false;
    for (const id of ids) changed = this.#items.delete(id) || changed;
    if (changed) this.#onChange();
  }

  #start(anchor: string | undefined): void {
    this.#anchor = anchor;
    this.#range.clear();
    this.#onChange();
  }
}
