import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Delivery, DeliveryPatch } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import { toBackendError } from '../uploads/queue.js';
import { newOperation } from './operation.js';
import { refOf } from './ref.js';
import type { RecipientsField } from './send.recipients.js';

/** What can still be done with what was sent. */
export type DeliveryDeed = Delivery['can'][number];

/** Deeds that are asked about first. Whoever was missed is sent to again at once: it reaches nobody twice. */
export type AskedDeed = Exclude<DeliveryDeed, 'retry'>;

/** A deed that is being asked about, or done. */
export interface OpenDeed {
  kind: DeliveryDeed;
  delivery: Delivery;
  busy: boolean;
  /** Why it was not done. */
  failed: ErrorCode | undefined;
}

/** What {@link DeliveryDeeds} needs, and whom it tells. */
export interface DeedsOptions {
  backend: () => Backend | undefined;
  capabilities: () => Capabilities | undefined;
  /** Where the people to forward to are written. */
  recipients: RecipientsField;
  onChange: () => void;
  /** A deed is done. Revoked, the delivery is as it was but for `revoked`. */
  onDone: (kind: DeliveryDeed, delivery: Delivery) => void;
}

/** Deeds in the order in which they are offered. */
const KINDS: readonly AskedDeed[] = ['forward', 'change', 'revoke'];

/** Forwards, changes, revokes and retries deliveries: one at a time. */
export class DeliveryDeeds {
  open: OpenDeed | undefined;
  /** The people to forward to. */
  readonly recipients: RecipientsField;
  readonly #with: DeedsOptions;
  #operation = newOperation();

  constructor(options: DeedsOptions) {
    this.#with = options;
    this.recipients = options.recipients;
  }

  /** What can be done with a delivery, when it is asked about. */
  offers({ can }: Delivery): AskedDeed[] {
    const has = this.#with.capabilities();
    return KINDS.filter((kind) => can.includes(kind) && has?.[kind]);
  }

  /** How many of those who were missed can be sent to again. */
  missed({ can, recipients }: Delivery): number {
    return can.includes('retry') && this.#with.capabilities()?.retry ? recipients.filter(({ retryable }) => retryable).length : 0;
  }

  /** Asks about a deed. */
  ask(kind: AskedDeed, delivery: Delivery): void {
    this.recipients.recipients = [];
    this.#operation = newOperation();
    this.#show({ kind, delivery, busy: false, failed: undefined });
  }

  /** Does nothing. */
  close(): void {
    this.#show(undefined);
  }

  /** Sends it to more people: to those in {@link recipients}. A repetition reaches nobody twice; one that is told to may. */
  forward(message: string): Promise<void> {
    // The person knows that it may have gone out, and wants it again.
    if (this.open?.failed === 'unknown-outcome') this.#operation = newOperation();
    const operation = this.#operation;
    this.recipients.commit();
    const { recipients } = this.recipients;
    if (!recipients.length || this.recipients.problems.length) return Promise.resolve();
    return this.#do(async (backend, delivery) => {
      const states = await backend.forward(refOf(delivery), { recipients, operation, ...(message && { message }) });
      return { ...delivery, recipients: [...delivery.recipients, ...states] };
    });
  }

  /** Changes what can be changed of it. */
  change(patch: DeliveryPatch): Promise<void> {
    if (!Object.keys(patch).length) {
      this.close();
      return Promise.resolve();
    }
    return this.#do((backend, delivery) => backend.change(refOf(delivery), patch));
  }

  /** Sends again to those who were missed. */
  retry(delivery: Delivery): Promise<void> {
    if (this.open?.busy) return Promise.resolve();
    this.open = { kind: 'retry', delivery, busy: false, failed: undefined };
    return this.#do((backend) => backend.retry(refOf(delivery)));
  }

  /** Ends it. */
  revoke(): Promise<void> {
    return this.#do(async (backend, delivery) => {
      await backend.revoke(refOf(delivery));
      const revoked: Delivery = { ...delivery, revoked: true, can: [] };
      delete revoked.link;
      return revoked;
    });
  }

  #show(open: OpenDeed | undefined): void {
    this.open = open;
    this.#with.onChange();
  }

  async #do(deed: (backend: Backend, delivery: Delivery) => Promise<Delivery>): Promise<void> {
    const backend = this.#with.backend();
    const { open } = this;
    if (!backend || !open || open.busy) return;
    this.#show({ ...open, busy: true, failed: undefined });
    try {
      const after = await deed(backend, open.delivery);
      this.#show(undefined);
      this.#with.onDone(open.kind, after);
    } catch (thrown) {
      this.#show({ ...open, failed: toBackendError(thrown).code });
    }
  }
}
