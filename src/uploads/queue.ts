import type { Backend } from '../backend/backend.js';
import type { Capabilities, SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item, Ref, Rules } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';

// What elements need of the contract beside its types.
export { OPTION_NEEDS } from '../backend/capabilities.js';
export { toBackendError } from '../backend/errors.js';
export { ROOT } from '../backend/item.js';

/** Why a file was not taken. `invalid`: its name; `exists`: it is in the list already. */
export type RejectionCode = 'too-large' | 'not-allowed' | 'too-many' | 'total-too-large' | 'invalid' | 'exists' | 'unreadable';

/** What the uploader knows of a file beyond Uppy's own fields. */
export interface UploadDetail {
  /** What it is doing, where Uppy's progress does not say. */
  phase?: 'sending' | 'waiting' | 'asking' | 'finishing' | 'held';
  /** Why it failed. */
  code?: ErrorCode;
  /** The item whose name is taken, while `phase` is `asking`. */
  exists?: Item;
  /** The stored item, once done. Absent where the service does not tell which it is of those that came with a delivery. */
  item?: Item;
  /** The delivery that it went out with, once done. */
  delivery?: Delivery;
  folder: Ref;
  conflict: Conflict;
}

/** A file in the queue: Uppy's own shape, as far as Ferrykit reads it. */
export interface UploadFile {
  id: string;
  name?: string;
  size: number | null;
  type?: string;
  /** Absent for a file that was restored without its bytes, and not a `Blob` for one that lies elsewhere. */
  data?: Blob | { size: number | null } | undefined;
  preview?: string;
  error?: string | null;
  isPaused?: boolean;
  meta: { name?: string; relativePath?: string | null; [key: string]: unknown };
  progress: {
    uploadStarted: number | null;
    uploadComplete?: boolean;
    bytesUploaded?: number | false;
    bytesTotal: number | null;
    percentage?: number;
  };
  ferry?: UploadDetail;
}

/** The one state that a file is in, for whoever draws it. `held`: it is there, and goes out when the other files of its delivery are. */
export type UploadPhase = 'queued' | 'sending' | 'paused' | 'waiting' | 'asking' | 'finishing' | 'held' | 'failed' | 'done';

/** What a page says of a delivery. Its files, and all that belongs to the deed itself, are the queue's. */
export type Draft = Partial<Omit<DeliveryDraft, 'items' | 'size' | 'delivery' | 'operation'>>;

/** How far a delivery is that files go out with. */
export interface Outbound {
  /** `opening`: it is made known before its files; `failed`: it could not be opened or sent. */
  phase: 'opening' | 'uploading' | 'sending' | 'sent' | 'failed';
  /** The ids of its files. */
  files: readonly string[];
  /** Why it failed. */
  code?: ErrorCode | undefined;
  /** What was sent. */
  delivery?: Delivery | undefined;
}

/** A file as it comes from a person: `path` is the folders that it lay in, `/` between them. */
export interface FileInput {
  file: File;
  path?: string;
}

/** What the page allows, checked before a byte is sent. Sizes in bytes. */
export interface Limits {
  /** As in `<input accept>`: extensions with a dot, media types, or `image/*`. */
  accept?: string[];
  maxSize?: number;
  maxTotal?: number;
  maxFiles?: number;
  rules?: Rules;
}

/** A file that was not taken, and the limit that it broke. */
export interface Rejection {
  file: File;
  code: RejectionCode;
  /** The limit, in the unit of the code: bytes, files, or the extensions that are taken. */
  limit?: number | string[];
  /** The one rule of the folder that it broke. */
  rule?: Rules;
}

/** Answer of `add`: ids of what was taken, and what was not. */
export interface Added {
  added: string[];
  rejected: Rejection[];
}

/** Where added files go. */
export interface Target {
  backend: Backend;
  folder: Ref;
  conflict: Conflict;
}

/** An upload that a closed page left behind: the same file must be chosen again to go on. */
export interface Unfinished {
  key: string;
  name: string;
  size: number;
  /** Bytes that the store has. */
  sent: number;
}

/** A file as Uppy is given it. */
export interface NewFile {
  name: string;
  type: string;
  data: File;
  source: string;
  meta: Record<string, unknown>;
  ferry?: UploadDetail;
}

/** What Ferrykit's elements need of any Uppy, ours or a plain one. Event names and payloads are Uppy's. */
export interface UppyFace {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  emit?(event: 'restore-confirmed'): void;
  /** `deliveries`: those of an {@link Uploads} that are under way, and the last that has ended, the latest last. */
  getState(): { files: Record<string, UploadFile>; currentUploads: Record<string, unknown>; deliveries?: readonly Outbound[] };
  getFile(id: string): UploadFile;
  addFiles(files: NewFile[]): void;
  /** Does beforehand what takes longest of adding a file, where an Uppy can. */
  prepare?(file: NewFile): void;
  removeFiles(ids: string[]): void;
  pauseResume(id: string): boolean | undefined;
  pauseAll(): void;
  resumeAll(): void;
  retryUpload(id: string): Promise<unknown>;
  retryAll(): Promise<unknown>;
  cancelAll(): void;
  upload(): Promise<unknown>;
  setOptions(options: { autoProceed?: boolean }): void;
}

/** The queue: an Uppy that stays fast and knows how to upload to a {@link Backend}. */
export interface Uploads extends UppyFace {
  /** Where files that are added from now on go. */
  target: Target | undefined;
  /** What the target can do; asked once for each target. */
  capabilities(): Promise<Capabilities>;
  /** Takes files in slices of at most 50 ms, checks them against the limits, and commits once. */
  add(files: readonly FileInput[], options?: { limits?: Limits; target?: Target; signal?: AbortSignal }): Promise<Added>;
  /** What a person chose for a name that is taken; `forAll`: for every later one too. */
  answer(id: string, choice: 'replace' | 'rename' | 'skip', forAll?: boolean): void;
  /**
   * Uploads everything that waits for its start, and what an earlier delivery of the page has failed with, and sends it as one delivery:
   * opened before the files where the backend wants that, else made of what has arrived. It is sent when every file has arrived or was taken
   * off the list. Rejects where it cannot be opened or sent, or no file is left of it.
   */
  deliver(draft: Draft): Promise<Delivery>;
  /**
   * The files that would go again from the start, with another delivery, if these were taken off the list: a file that has begun cannot be
   * taken out of an open delivery. Whoever lets a person take files off says so before.
   */
  sentAgain(ids: readonly string[]): string[];
  /** Uploads that an earlier page left behind for the target's account. */
  unfinished(): Promise<Unfinished[]>;
  /** Gives one of them up: what the store has of it is removed. */
  discard(unfinished: Unfinished): Promise<void>;
  destroy(): void;
}

/** Whether a backend sends only what is uploaded with the delivery. */
export const isAround = ({ when }: SendCapability): boolean => !when.includes('after-upload');

/** What a file is doing, from Uppy's fields and ours. */
export function phaseOf(file: UploadFile): UploadPhase {
  if (file.error) return 'failed';
  if (file.progress.uploadComplete) return 'done';
  if (!file.progress.uploadStarted) return 'queued';
  if (file.isPaused) return 'paused';
  if (file.ferry) return file.ferry.phase ?? 'queued';
  return 'sending';
}
