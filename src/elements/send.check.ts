import type { Backend } from '../backend/backend.js';
import type { DeliveryDraft, DraftProblem } from '../backend/delivery.js';

/** Milliseconds after the last change until the backend is asked. */
const PAUSE = 500;

/** What a backend says beforehand that it would refuse or drop: asked after a pause, and no more when the draft changes meanwhile. */
export class DraftCheck {
  problems: readonly DraftProblem[] = [];
  readonly #onChange: () => void;
  #asked = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The draft is this now; without a backend that can say, or a draft worth asking about, nothing is known. */
  look(backend: Backend | undefined, draft: DeliveryDraft | undefined): void {
    const asked = backend && draft ? JSON.stringify(draft) : '';
    if (asked === this.#asked) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    if (backend && draft) this.#timer = setTimeout(() => void this.#ask(backend, draft), PAUSE);
    else this.problems = [];
  }

  async #ask(backend: Backend, draft: DeliveryDraft): Promise<void> {
    const { signal } = (this.#asking = new AbortController());
    // Without an answer it is found out when it is sent.
    const problems = await backend.check(draft, { signal }).catch(() => []);
    if (signal.aborted) return;
    this.problems = problems;
    this.#onChange();
  }
}
