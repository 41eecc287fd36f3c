import type { Capabilities } from '../backend/capabilities.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Rules } from '../backend/item.js';
import { toBackendError, type Target, type Unfinished, type Uploads } from '../uploads/queue.js';

/** Milliseconds until a backend that could not be reached is asked again. */
const AGAIN = 5000;

/** What is known of the place that files go to. */
export class Place {
  capabilities: Capabilities | undefined;
  rules: Rules | undefined;
  /** Why nothing is known. */
  problem: ErrorCode | undefined;
  /** What an earlier page left behind here, and this one has not taken up again. */
  unfinished: Unfinished[] = [];
  /** Resolves when the backend was asked, whatever it said. */
  known: Promise<void> | undefined;
  readonly #onChange: () => void;
  #asked: unknown[] = [];
  #uploads: Uploads | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onChange` is called when more is known. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Asks what can be done at the target, once for the same one; `reason`, when it is another, asks again. */
  look(target: Target | undefined, uploads: Uploads | undefined, reason: unknown): void {
    const asked = [target?.backend, target?.folder.id, uploads, reason];
    if (asked.every((part, index) => part === this.#asked[index])) return;
    this.#asked = asked;
    this.#uploads = uploads;
    clearTimeout(this.#timer);
    this.capabilities = this.rules = this.problem = undefined;
    this.known = target && this.#ask(target, asked);
  }

  async #ask(target: Target, asked: unknown[]): Promise<void> {
    const { backend, folder } = target;
    try {
      const capabilities = await backend.capabilities({ folder });
      const rules = capabilities.rules ? await backend.rules(folder) : undefined;
      if (asked !== this.#asked) return;
      Object.assign(this, { capabilities, rules, problem: undefined });
      await this.findUnfinished();
    } catch (thrown) {
      if (asked !== this.#asked) return;
      const { code, retryable } = toBackendError(thrown);
      this.problem = code;
      if (retryable) this.#timer = setTimeout(() => void this.#ask(target, asked), AGAIN);
    }
    this.#onChange();
  }

  /** Looks for unfinished uploads again. */
  async findUnfinished(): Promise<void> {
    // Without them nothing is lost but a hint.
    const uploads = this.#uploads;
    const unfinished = await uploads?.unfinished().catch(() => []);
    if (uploads !== this.#uploads) return;
    this.unfinished = unfinished ?? [];
    this.#onChange();
  }

  /** Gives an unfinished upload up. */
  async discard(one: Unfinished): Promise<void> {
    await this.#uploads?.discard(one).catch(() => undefined);
    await this.findUnfinished();
  }
}
