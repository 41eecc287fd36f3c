import type { Backend } from '../backend/backend.js';
import type { Recipient } from '../backend/delivery.js';
import type { Ref } from '../backend/item.js';

/** Milliseconds after the last letter until the backend is asked. */
const PAUSE = 200;
/** So many are offered; whoever looks for another types on. */
const MOST = 8;

/** What {@link Suggestions} asks, and whom it tells. */
export interface SuggestionsOptions {
  /** The backend, where it knows people. */
  backend: () => Backend | undefined;
  folder: () => Ref | undefined;
  /** Whether somebody is among the recipients already. */
  isTaken: (recipient: Recipient) => boolean;
  onChange: () => void;
}

/** People that match what is typed: asked for after a pause, and no more when something else is typed meanwhile. */
export class Suggestions {
  /** What is offered now. */
  offered: Recipient[] = [];
  /** The one that Enter takes, by its place; -1: none. */
  active = -1;
  readonly #options: SuggestionsOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;

  constructor(options: SuggestionsOptions) {
    this.#options = options;
  }

  /** Something else is typed. */
  look(text: string): void {
    this.#stop();
    const wanted = text.trim();
    if (!wanted) this.close();
    else this.#timer = setTimeout(() => void this.#ask(wanted), PAUSE);
  }

  async #ask(text: string): Promise<void> {
    const { backend, folder, isTaken, onChange } = this.#options;
    const asking = (this.#asking = new AbortController());
    const where = folder();
    // Without suggestions an address is typed.
    const found = await Promise.resolve(backend()?.recipients(text, where ? { folder: where } : {}, { signal: asking.signal })).catch(
      () => undefined,
    );
    if (asking.signal.aborted) return;
    this.offered = (found ?? []).filter((one) => !isTaken(one)).slice(0, MOST);
    this.active = -1;
    onChange();
  }

  /** Goes to the next one, or the one before; beyond the last is none, which is what was typed. */
  move(step: 1 | -1): void {
    const places = this.offered.length + 1;
    this.active = ((this.active + 1 + step + places) % places) - 1;
    this.#options.onChange();
  }

  /** Offers nothing any more. */
  close(): void {
    this.#stop();
    if (!this.offered.length) return;
    this.offered = [];
    this.active = -1;
    this.#options.onChange();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }
}
