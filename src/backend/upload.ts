import type { Item, Json } from './item.js';

/** The backend's own handle of an open upload or delivery. Opaque to everybody else. */
export type Ticket = Json;

/** What to do when the name is taken. `ask` changes nothing and answers `exists`. */
export type Conflict = 'ask' | 'rename' | 'replace' | 'skip';

/** What a backend is told of a file before its bytes. */
export interface FileDescription {
  name: string;
  /** Bytes. */
  size: number;
  /** Media type; `''` where unknown. */
  type: string;
  /** Last change, milliseconds since 1970. */
  modified?: number;
  /** Folders below the target folder, `/` between them, no leading or trailing one, where `upload.folders` is `'path'` or `'in-name'`. */
  path?: string;
}

/** How bytes travel. What `init` answers may be narrower than what `capabilities` promised. */
export interface UploadCapability {
  /** Bytes. Only the last part may be smaller than `min`. */
  partSize: { min: number; max: number; preferred: number };
  /** `'equal'`: every part has one size, chosen before the first, and only the last may be smaller. `'free'`: each cut is the caller's. */
  cuts: 'equal' | 'free';
  maxParts: number;
  /** Bytes. */
  maxFileSize: number;
  /** How many parts of one file may be under way at once. */
  parallelParts: number;
  /** How many files may be between `init` and their last byte at once; paused ones do not count. */
  parallelFiles: number;
  /**
   * Whether a part may simply be sent again after it failed. Where it may not and `resume` is `'parts'`, it goes again only after
   * `parts` has not told of it; else not at all.
   */
  retryParts: boolean;
  /** `'relay'`: a page cannot reach the place where bytes go. */
  bytes: 'direct' | 'relay';
  /** `'parts'`: `parts(ticket)` tells which are there. `'kept'`: the page must remember them itself. */
  resume: 'parts' | 'kept' | false;
  /** HTTP statuses that mean: send this part again. Besides them 408, 429 and 5xx always do. */
  retryStatus: number[];
  /** Empty: names never meet, as every file is on its own; then any mode will do. */
  conflict: Conflict[];
  /** How a dropped tree is kept: in `FileDescription.path`, by `createFolder`, flattened into the name, or not at all. */
  folders: 'path' | 'create' | 'in-name' | false;
  /** Bytes can go nowhere before a delivery is open. */
  needsDelivery: boolean;
  /** The digest of each part that the store checks. */
  digest: 'md5' | 'crc32' | 'crc64nvme' | 'sha1' | 'sha256' | false;
  /** When a file of another size than announced is found out; `false`: by nobody but the relay, where bytes pass it. */
  sizeEnforced: 'stream' | 'complete' | false;
}

/** A slice of a file: `end` is exclusive, as in `Blob.slice`. Numbers count from 1. */
export interface Part {
  number: number;
  start: number;
  end: number;
}

/** Which part's bytes are to go where; `via: 'relay'` asks for the way round for a page that cannot reach the store. */
export interface PartRequest extends Part {
  digest?: string;
  via?: 'relay';
  /** How often this part has failed so far, for a service with several places where bytes can go. */
  retry?: number;
}

/** Where a part's bytes go. */
export interface PartTarget {
  url: string;
  method: string;
  headers: Record<string, string>;
  /**
   * Given: send multipart/form-data with these fields and the bytes under the name `file`, as the last one. `filename` is what the bytes
   * are called there, where the service keeps them under it.
   */
  form?: { fields: Record<string, string>; file: string; filename?: string };
  /** What of the answer makes the uploaded part; `etag-if-shown`: the etag where the sender can read it, and the part is good without. */
  answer: 'etag' | 'etag-if-shown' | 'body' | 'none';
  /** Seconds from this answer until the URL stops working. */
  expires: number;
  /** Given: use this ticket from now on instead of the one that was passed. */
  ticket?: Ticket;
}

/** What the store answered for a part. */
export interface UploadedPart extends Part {
  etag?: string;
  body?: string;
}

/** Answer of `init`. */
export type Initiated =
  | {
      ticket: Ticket;
      /** Where the file is expected to end; the item that `complete` answers is the truth. */
      path: string;
      upload: UploadCapability;
      /** Where part 1 goes, where the service says so at once. */
      first?: PartTarget;
    }
  /** The name is taken and `conflict` was `'ask'`. Nothing was opened. */
  | { exists: Item }
  /** The name is taken and `conflict` was `'skip'`. Nothing was opened. */
  | { skipped: Item };

/** Answer of `parts`. */
export interface PartsState {
  parts: UploadedPart[];
  /** Given when the upload is complete already. */
  item?: Item;
  ticket?: Ticket;
}

/** Answer of `complete`. */
export type Completed =
  | { item: Item }
  /** The name was taken meanwhile and `conflict` is `'ask'`: the ticket lives on, ask and complete again. */
  | { exists: Item }
  | { skipped: Item }
  /** Items exist only after the delivery is sent: `complete` tells of this one then. */
  | { pending: true };
