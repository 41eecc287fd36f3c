import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import type { Item, Json, Ref } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { FileDescription } from '../backend/upload.js';
import { BackendError, isBackendError } from '../backend/errors.js';
import type { Bearer } from './seal.js';

/** What every hook is told. Ids are the backend's own, so that the host can use the backend with them. */
export interface Told extends Bearer {
  /** The same one each time the same thing is told. */
  id: string;
}

/** A file that is about to be opened. */
export interface UploadTold extends Told {
  file: FileDescription;
  folder: Ref;
}

/** A file that has arrived. */
export interface CompletedTold extends UploadTold {
  item: Item;
}

/** Something that was sent. */
export interface SentTold extends Told {
  /** What was to be sent, without its password. */
  draft: Omit<DeliveryDraft, 'password'>;
  /** Absent where the relay ended before it heard the answer: it may have been sent or not. */
  delivery?: Delivery;
}

/** Items that are gone. */
export interface RemovedTold extends Told {
  ids: string[];
}

type Reply = unknown;

/**
 * What the host app wants to hear, and to have a say in. Each is awaited. Refusing is to answer `false` or to throw a `BackendError`;
 * any other error counts as not having been told, and `sweep()` tells it again.
 */
export interface Hooks {
  /** Before an upload opens; refused, nothing is opened. */
  upload?: (told: UploadTold) => Reply;
  /** A file is complete; refused, it is removed again. Told at least once. */
  completed?: (told: CompletedTold) => Reply;
  /** Items were sent; a refusal is passed on, but takes nothing back. Told at least once. */
  sent?: (told: SentTold) => Reply;
  /** Items were removed; a refusal is passed on, but brings nothing back. Told at least once. */
  removed?: (told: RemovedTold) => Reply;
}

/** A deed that is written down before it is done, with what its hook is going to be told, as far as it is known. */
export type Deed =
  /** The backend's ticket tells later whether it was done. */
  { kind: 'completed'; told: UploadTold; ticket: Json } | { kind: 'sent'; told: SentTold } | { kind: 'removed'; told: RemovedTold };

interface Noted {
  at: number;
  deed: Deed;
}

/** Seconds after which a deed that could not be told is forgotten. */
const KEPT = 30 * 86_400;

/** Deeds that the host must hear of, kept in the store from before they are done until the host was told. */
export interface Outbox {
  readonly hooks: Hooks;
  /** Writes a deed down, where anybody listens; overwrites what was noted under the same id. */
  note(deed: Deed): Promise<void>;
  /** Strikes a deed out that was not done, or was told. */
  strike(deed: Deed): Promise<void>;
  /** Whether a deed is noted, and so has not been told. */
  noted(deed: Deed): Promise<boolean>;
  /** Deeds that were noted at least `age` seconds ago. */
  left(age: number): AsyncIterable<Deed>;
}

const keyOf = ({ told }: Deed): string => `outbox:${told.id}`;

/** The outbox of a relay. */
export const outbox = (store: Store, hooks: Hooks): Outbox => ({
  hooks,
  async note(deed) {
    const noted: Noted = { at: Date.now(), deed };
    // Plain JSON, as everything in it has crossed the wire or comes from a backend.
    if (hooks[deed.kind]) await store.set(keyOf(deed), noted as unknown as Json, { ttl: KEPT });
  },
  async strike(deed) {
    if (hooks[deed.kind]) await store.delete(keyOf(deed));
  },
  noted: async (deed) => hooks[deed.kind] !== undefined && (await store.get(keyOf(deed))) !== undefined,
  async *left(age) {
    for await (const key of store.keys('outbox:')) {
      const noted = (await store.get(key))?.value as unknown as Noted | undefined;
      if (noted && noted.at <= Date.now() - age * 1000) yield noted.deed;
    }
  },
});

/** Tells a hook; rejects with its refusal, a `BackendError`. */
export async function tell<T>(hook: ((told: T) => Reply) | undefined, told: T, what: string): Promise<void> {
  if (hook && (await hook(told)) === false) throw new BackendError('forbidden', `${what} was refused.`);
}

/** Whether an error of a hook is its answer, and not a failure to take the message. */
export const isRefusal = isBackendError;
