/** Milliseconds for which something can be undone. */
const OFFERED = 10_000;

/** The last thing that was done and can be taken back, for ten seconds; longer while the person is about to. */
export class Undo<What> {
  /** What can be taken back now. */
  what: What | undefined;
  readonly #onChange: () => void;
  #back: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Offers to take something back, in place of what was offered before. */
  offer(what: What, back: () => void): void {
    this.what = what;
    this.#back = back;
    this.release();
    this.#onChange();
  }

  /** Takes it back. */
  run(): void {
    const back = this.#back;
    this.end();
    back?.();
  }

  /** The person looks at the offer: it stays. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** The ten seconds begin. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.what !== undefined) this.#timer = setTimeout(() => this.end(), OFFERED);
  }

  /** The offer ends. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.what === undefined) return;
    this.what = this.#back = undefined;
    this.#onChange();
  }
}
