import type { Backend } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import { isAround, phaseOf, toBackendError, type UploadFile, type Uploads } from '../uploads/queue.js';
import { refOf } from './ref.js';
import type { Cargo } from './send.cargo.js';

/** How far a delivery is. `unsure`: it may have gone out, and nobody can say. */
export type Progress =
  { stage: 'draft'; failed?: ErrorCode } | { stage: 'uploading' | 'sending' | 'unsure' } | { stage: 'sent'; delivery: Delivery };

/** What goes out, through what. */
export interface Errand {
  backend: Backend;
  uploads: Uploads | undefined;
  send: SendCapability;
  cargo: Cargo;
  /** Without its items, which are not there before everything is uploaded. */
  draft: DeliveryDraft;
}

/** Whom {@link Sending} tells. */
export interface SendingOptions {
  onChange: () => void;
  onSent: (delivery: Delivery) => void;
}

/** After these the service may have sent all the same. */
const UNSURE: ReadonlySet<ErrorCode> = new Set(['unknown-outcome', 'aborted']);

/** Brings a draft on its way: waits for what is still being uploaded, sends, and keeps how it went. */
export class Sending {
  progress: Progress = { stage: 'draft' };
  readonly #with: SendingOptions;
  #errand: Errand | undefined;
  #end = new AbortController();

  constructor(options: SendingOptions) {
    this.#with = options;
  }

  /** Whether something is under way. */
  get busy(): boolean {
    return this.progress.stage === 'uploading' || this.progress.stage === 'sending';
  }

  /** What is under way. */
  get cargo(): Cargo | undefined {
    return this.busy ? this.#errand?.cargo : undefined;
  }

  #go(progress: Progress): void {
    this.progress = progress;
    this.#with.onChange();
  }

  /** Sends; what failed before has no effect twice, as long as the draft keeps its operation. */
  async start(errand: Errand): Promise<void> {
    this.#errand = errand;
    this.#end = new AbortController();
    const { signal } = this.#end;
    const { uploads, send, cargo, draft, backend } = errand;
    try {
      let items = cargo.items;
      if (cargo.coming.length && uploads) {
        this.#go({ stage: 'uploading' });
        if (isAround(send)) {
          this.#sent(await uploads.deliver(draft), signal);
          return;
        }
        items = [...items, ...(await arrival(uploads, cargo.coming, signal))];
      }
      this.#go({ stage: 'sending' });
      this.#sent(await backend.send({ ...draft, items: items.map(refOf) }, { signal }), signal);
    } catch (thrown) {
      const { code } = toBackendError(thrown);
      const isUnsure = UNSURE.has(code) && this.progress.stage === 'sending';
      this.#go(isUnsure ? { stage: 'unsure' } : code === 'aborted' ? { stage: 'draft' } : { stage: 'draft', failed: code });
    }
  }

  #sent(delivery: Delivery, { aborted }: AbortSignal): void {
    if (aborted) return;
    this.#go({ stage: 'sent', delivery });
    this.#with.onSent(delivery);
  }

  /** Stops. What is uploaded stays in the queue; what was opened for a delivery is taken back with its files. */
  cancel(): void {
    const { cargo, uploads, send } = this.#errand ?? {};
    if (this.progress.stage === 'uploading' && send && isAround(send)) uploads?.removeFiles(cargo?.coming.map(({ id }) => id) ?? []);
    this.#end.abort(new DOMException('The person has stopped it.', 'AbortError'));
  }

  /** A deed has changed what was sent. */
  replace(delivery: Delivery): void {
    this.#go({ stage: 'sent', delivery });
  }

  /** Goes back to the draft. */
  reset(): void {
    this.#go({ stage: 'draft' });
  }
}

/**
 * Starts files of a queue that wait for it, waits until all of them have arrived or were taken off the list, and answers their items. One
 * that fails can be tried again, as long as the person wants.
 */
function arrival(uploads: Uploads, files: readonly UploadFile[], signal: AbortSignal): Promise<Item[]> {
  const stop = new AbortController();
  return new Promise<Item[]>((resolve, reject) => {
    const look = (): void => {
      const now = files.flatMap(({ id }) => uploads.getState().files[id] ?? []);
      if (!now.length) reject(new DOMException('Nothing is left of it.', 'AbortError'));
      else if (now.every((file) => phaseOf(file) === 'done')) resolve(now.flatMap(({ ferry }) => ferry?.item ?? []));
    };
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { signal: stop.signal },
    );
    for (const event of ['state-update', 'complete', 'file-removed']) {
      uploads.on(event, look);
      stop.signal.addEventListener('abort', () => uploads.off(event, look));
    }
    // What is said of a file that fails stands in the queue.
    uploads.upload().catch(() => undefined);
    look();
  }).finally(() => {
    stop.abort();
  });
}
