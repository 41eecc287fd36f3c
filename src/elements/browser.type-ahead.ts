import { plainly } from './browser.natural.js';

/** Milliseconds after which the next letter begins a new word. */
const PAUSE = 1000;

/** Finds names by their first letters. The same letter again and again goes from one name to the next. */
export class TypeAhead {
  #typed = '';
  #at = -Infinity;

  /** Whether a word has been begun, so that a space belongs to it. */
  isTyping(now: number): boolean {
    return this.#typed !== '' && now - this.#at < PAUSE;
  }

  /** Takes a letter; answers the row that it leads to from the row `here`, or -1. `now` in milliseconds. */
  type(letter: string, rows: readonly { name: string }[], here: number, now: number): number {
    if (!this.isTyping(now)) this.#typed = '';
    this.#at = now;
    this.#typed += plainly(letter);
    const [first = ''] = this.#typed;
    const same = this.#typed === first.repeat(this.#typed.length);
    const wanted = same ? first : this.#typed;
    // A longer word may be the name that one is at; a first letter means the next one.
    const start = same ? here + 1 : here;
    for (let step = 0; step < rows.length; step++) {
      const index = (Math.max(start, 0) + step) % rows.length;
      if (plainly(rows[index]?.name ?? '').startsWith(wanted)) return index;
    }
    return -1;
  }
}
