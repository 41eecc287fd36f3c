import type { Delivery, DeliveryDraft, FileRequest } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { FileInput, Rejection, UploadFile } from '../uploads/queue.js';

/**
 * Every event of every element, and its detail. `ferry-before-…` asks and can be prevented; the others tell what has happened.
 * All bubble and leave shadow roots.
 */
export interface FerryEvents {
  /** Files were dropped, chosen or pasted. Prevented: none of them is taken. */
  'ferry-before-add': { files: FileInput[] };
  /** A person opens an item. */
  'ferry-before-open': { item: Item };
  /** Another folder is shown. */
  'ferry-opened': { folder: Item };
  /** A person sends. */
  'ferry-before-send': { delivery: DeliveryDraft };
  /** A person deletes items. */
  'ferry-before-remove': { items: Item[] };
  /** Files were not taken; each says which limit it broke. */
  'ferry-rejected': { rejected: Rejection[] };
  /** A file has arrived. `item` is what the backend stored, absent where it does not tell which item of a delivery it is. */
  'ferry-uploaded': { file: UploadFile; item?: Item | undefined };
  /** A file could not be uploaded. `code` is absent when another uploader than Ferrykit's carried it. */
  'ferry-failed': { file: UploadFile; code?: ErrorCode | undefined };
  /** Everything that was under way has ended, well or not. */
  'ferry-completed': { uploaded: UploadFile[]; failed: UploadFile[] };
  /** Items were selected. */
  'ferry-selected': { items: Item[] };
  /** A delivery was sent. */
  'ferry-sent': { delivery: Delivery };
  /** Others were asked for files. */
  'ferry-requested': { request: FileRequest };
}

/** The same table for `addEventListener`. */
export type FerryEventMap = { [Name in keyof FerryEvents]: CustomEvent<FerryEvents[Name]> };

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the table above is the only place where names are written
  interface HTMLElementEventMap extends FerryEventMap {}
}

/** Dispatches one of the events above; `false` when it asked and somebody prevented it. */
export const emit = <Name extends keyof FerryEvents>(target: EventTarget, name: Name, detail: FerryEvents[Name]): boolean =>
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name.startsWith('ferry-before') }));
