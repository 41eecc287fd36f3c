import type { Ref } from '../backend/item.js';
import type { ErrorCode } from '../backend/errors.js';
import { toBackendError } from '../uploads/queue.js';

/** A page of a backend's answer. */
export interface Page<T> {
  entries: T[];
  cursor?: string | undefined;
}

/** A list that a backend answers page by page, newest first. */
export class Paged<T extends Ref> {
  entries: readonly T[] = [];
  /** A page is being asked for. */
  loading = false;
  /** Why the last page did not come. */
  failed: ErrorCode | undefined;
  /** The first page has come. */
  known = false;
  readonly #ask: (cursor: string | undefined) => Promise<Page<T>>;
  readonly #onChange: () => void;
  #cursor: string | undefined;
  #turn = 0;

  /** `ask` answers the page of a cursor, the first without one. */
  constructor(ask: (cursor: string | undefined) => Promise<Page<T>>, onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
  }

  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Asks from the start; what is known stays until the answer is there. */
  async load(): Promise<void> {
    await this.#fetch(undefined);
  }

  /** Asks for the next page. */
  async more(): Promise<void> {
    if (this.loading || this.#cursor === undefined) return;
    await this.#fetch(this.#cursor);
    // The backend does not know the place any more.
    if (this.failed === 'expired') await this.load();
  }

  /** Puts one in the place of what it was before; a new one comes first. */
  put(entry: T): void {
    const isKnown = this.entries.some(({ id }) => id === entry.id);
    this.entries = isKnown ? this.entries.map((one) => (one.id === entry.id ? entry : one)) : [entry, ...this.entries];
    this.#onChange();
  }

  async #fetch(cursor: string | undefined): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    this.failed = undefined;
    this.#onChange();
    try {
      const page = await this.#ask(cursor);
      if (turn !== this.#turn) return;
      const before = cursor === undefined ? [] : this.entries;
      const there = new Set(before.map(({ id }) => id));
      this.entries = [...before, ...page.entries.filter(({ id }) => !there.has(id))];
      this.#cursor = page.cursor;
      this.known = true;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failed = toBackendError(thrown).code;
    }
    this.loading = false;
    this.#onChange();
  }
}
