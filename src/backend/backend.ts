import type { Caller } from './caller.js';
import type { Capabilities } from './capabilities.js';
import type {
  Contact,
  Delivery,
  DeliveryDraft,
  DeliveryPatch,
  DraftProblem,
  FileRequest,
  FileRequestDraft,
  Recipient,
  RecipientState,
} from './delivery.js';
import { BackendError, type ErrorInfo } from './errors.js';
import type { ActivityEntry, Download, Item, ItemPatch, Json, Listing, Outcome, Quota, Ref, Rules, Sort } from './item.js';
import type {
  Completed,
  Conflict,
  FileDescription,
  Initiated,
  Part,
  PartRequest,
  PartsState,
  PartTarget,
  Ticket,
  UploadedPart,
} from './upload.js';

/** The last argument of every call. An aborted signal rejects with code `aborted`. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Server side only, never on the wire: for whom a relay asks. Absent where a backend is used directly. */
  by?: Caller | undefined;
}

/** What `move` and `copy` need besides the items. */
export interface TransferOptions {
  to: Ref;
  conflict: Conflict;
  /** Made once by the caller and kept over repeats: the same one has one effect. */
  operation: string;
  /** From a `pending` outcome: go on instead of starting. */
  ticket?: Json;
}

/**
 * A service seen through one interface. Arguments and answers are plain JSON, so that the relay can put the same calls on a wire.
 * An adapter is `name(options) => Backend`, made with {@link defineBackend}; it keeps no state beyond its options.
 *
 * Every call rejects with a {@link BackendError}. A call that `capabilities` does not have rejects with `unsupported`.
 * Calls that name an item that is not there reject with `not-found`; calls on many items answer one {@link Outcome} each instead.
 */
export interface Backend {
  /** What this backend can do for this user in this folder. Cheap: asked often. */
  capabilities(where: { folder?: Ref }, options?: CallOptions): Promise<Capabilities>;
  /** Bytes left and used. */
  quota(options?: CallOptions): Promise<Quota>;

  /** Opens an upload. Nothing is visible before `complete`. May be repeated: an upload that nobody completes is swept. */
  init(file: FileDescription, where: { folder: Ref; conflict: Conflict; delivery?: Ticket }, options?: CallOptions): Promise<Initiated>;
  /** Says where a part's bytes go. Asked again when the URL has expired. A backend with `write` has none of its own. */
  part(ticket: Ticket, part: PartRequest, options?: CallOptions): Promise<PartTarget>;
  /**
   * The parts that the store has, or the item when the upload is finished. Asked first after every lost answer.
   * Where `upload.resume` is `'kept'` it need tell the item alone; where it is `false` the call is refused.
   */
  parts(ticket: Ticket, options?: CallOptions): Promise<PartsState>;
  /**
   * Makes the parts one item. The same ticket twice answers the same item; where it is `pending`, the item that it became when its delivery
   * was sent. Missing or wrong parts: `invalid`, and the ticket lives on.
   */
  complete(ticket: Ticket, parts: UploadedPart[], how: { conflict?: Conflict }, options?: CallOptions): Promise<Completed>;
  /** Ends an upload or a delivery and leaves nothing behind. Twice is once; what is complete stays. */
  abort(ticket: Ticket, options?: CallOptions): Promise<void>;

  /**
   * One page of a folder. A cursor is good whatever comes and goes between pages: nothing is repeated, nothing skipped.
   * One that the backend no longer knows rejects with `expired`: start over.
   */
  list(folder: Ref, page: { cursor?: string; limit?: number; sort?: Sort; search?: string }, options?: CallOptions): Promise<Listing>;
  /** All that is known of one item. */
  item(item: Ref, options?: CallOptions): Promise<Item>;
  /** Changes what {@link ItemPatch} names, as far as `capabilities.describe` has it. */
  describe(item: Ref, patch: ItemPatch, options?: CallOptions): Promise<Item>;
  /** What may be put into a folder, to be said before anything is chosen. */
  rules(folder: Ref, options?: CallOptions): Promise<Rules>;
  /** Makes a folder. A taken name: `exists` under `ask`, a numbered one under `rename`, the one that is there under `skip` and `replace`; a file's is `exists` there too. */
  createFolder(parent: Ref, name: string, how: { conflict: Conflict }, options?: CallOptions): Promise<Item>;
  /** Gives one item another name in its folder. A taken name rejects with `exists`; its own is nothing. */
  rename(item: Ref, name: string, options?: CallOptions): Promise<Item>;
  /**
   * Puts items into another folder. Outcomes are in the order of the items, each under the id that was given. A taken name: `exists` under
   * `ask`, and wherever a file and a folder meet; a folder that replaces one brings what is in it. Into itself or below: `invalid`.
   */
  move(items: Ref[], transfer: TransferOptions, options?: CallOptions): Promise<Outcome[]>;
  /** As {@link Backend.move}, and the items stay. */
  copy(items: Ref[], transfer: TransferOptions, options?: CallOptions): Promise<Outcome[]>;
  /** Deletes. What is gone already counts as removed. A folder that is not empty needs `recursive`, else it is `invalid`. The root stays. */
  remove(items: Ref[], how: { recursive: boolean; ticket?: Json }, options?: CallOptions): Promise<Outcome[]>;
  /** URLs without headers: one each, or one for all. A backend with `read` needs none of its own. */
  download(items: Ref[], options?: CallOptions): Promise<Download[]>;
  /** History of one item, newest first. */
  activity(item: Ref, options?: CallOptions): Promise<ActivityEntry[]>;
  lock(item: Ref, options?: CallOptions): Promise<Item>;
  unlock(item: Ref, options?: CallOptions): Promise<Item>;

  /** Users, groups and contacts that match what was typed. */
  recipients(text: string, where: { folder?: Ref }, options?: CallOptions): Promise<Recipient[]>;
  contacts: {
    add(contact: { name: string; email: string }, options?: CallOptions): Promise<Contact>;
    update(contact: Ref, patch: { name?: string; email?: string }, options?: CallOptions): Promise<Contact>;
    remove(contact: Ref, options?: CallOptions): Promise<void>;
  };
  /** Opens a delivery before its bytes, where `send.when` has `'around-upload'`. */
  open(draft: DeliveryDraft, options?: CallOptions): Promise<{ ticket: Ticket }>;
  /** What `send` would refuse or drop. Sends nothing. */
  check(draft: DeliveryDraft, options?: CallOptions): Promise<DraftProblem[]>;
  /** Sends. Claims for each recipient only what the service confirmed. */
  send(draft: DeliveryDraft, options?: CallOptions): Promise<Delivery>;
  deliveries(page: { cursor?: string }, options?: CallOptions): Promise<{ deliveries: Delivery[]; cursor?: string }>;
  delivery(delivery: Ref, options?: CallOptions): Promise<Delivery>;
  change(delivery: Ref, patch: DeliveryPatch, options?: CallOptions): Promise<Delivery>;
  /** Sends to more people. A revoked delivery rejects with `not-allowed`. */
  forward(
    delivery: Ref,
    people: { recipients: Recipient[]; message?: string; operation: string },
    options?: CallOptions,
  ): Promise<RecipientState[]>;
  /**
   * Sends again to those who are `retryable`, and to nobody who may have been reached. With nobody to try it does nothing. A revoked delivery
   * rejects with `not-allowed`.
   */
  retry(delivery: Ref, options?: CallOptions): Promise<Delivery>;
  /** Ends a delivery: its link works no more. Twice is once. */
  revoke(delivery: Ref, options?: CallOptions): Promise<void>;
  request(draft: FileRequestDraft, options?: CallOptions): Promise<FileRequest>;
  /** Open requests, of a folder where one is given. `mine`: only those that are for this user to fulfil or that this user made. */
  requests(
    page: { cursor?: string; folder?: Ref; mine?: boolean },
    options?: CallOptions,
  ): Promise<{ requests: FileRequest[]; cursor?: string }>;

  /**
   * Server side only, never on the wire: takes a part's bytes. A backend with `write` needs no `part`.
   * Rejects with `invalid` when the stream does not hold exactly `end - start` bytes; the part is then not there.
   */
  write?(ticket: Ticket, part: Part, bytes: ReadableStream<Uint8Array>, options?: CallOptions): Promise<UploadedPart>;
  /** Server side only: a file's bytes from `start` up to and without `end`. */
  read?(item: Ref, range: { start: number; end?: number }, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  /** Server side only: why a store did not take a part, out of its answer, for stores whose status does not say it; `size`: bytes of the part. Nothing: the status decides. */
  refusal?(answer: { status: number; body: string; size: number }): ErrorInfo | undefined;
  /** Server side only: signs one request of an S3 client in the page, for stores that speak S3. `folder`: what the key of a new object is below. */
  presign?(asked: Presigning, folder: Ref, options?: CallOptions): Promise<Presigned>;
}

/** A request that an S3 client in a page wants to make by itself; as `signRequest` of `@uppy/aws-s3` is asked. */
export interface Presigning {
  /** Of a new object the page's choice, a path below its folder; of what is under way the key that {@link Presigned} told. */
  key: string;
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Of a multipart upload that is under way. */
  uploadId?: string;
  partNumber?: number;
}

/** The URL that makes such a request, and the key in the bucket. */
export interface Presigned {
  url: string;
  key: string;
}

/** What never crosses the wire. */
export type ServerSide = 'write' | 'read' | 'refusal' | 'presign';

/** A call by the name that it has on the wire. */
export type CallName = Exclude<keyof Backend, 'contacts' | ServerSide> | `contacts.${keyof Backend['contacts']}`;

const refuse = (call: string) => (): Promise<never> => Promise.reject(new BackendError('unsupported', `This backend has no "${call}".`));

/** Fills in the calls that an adapter does not have: they reject with `unsupported`. */
export function defineBackend(calls: Partial<Backend> & Pick<Backend, 'capabilities'>): Backend {
  return {
    quota: refuse('quota'),
    init: refuse('init'),
    part: refuse('part'),
    parts: refuse('parts'),
    complete: refuse('complete'),
    abort: refuse('abort'),
    list: refuse('list'),
    item: refuse('item'),
    describe: refuse('describe'),
    rules: refuse('rules'),
    createFolder: refuse('createFolder'),
    rename: refuse('rename'),
    move: refuse('move'),
    copy: refuse('copy'),
    remove: refuse('remove'),
    download: refuse('download'),
    activity: refuse('activity'),
    lock: refuse('lock'),
    unlock: refuse('unlock'),
    recipients: refuse('recipients'),
    contacts: { add: refuse('contacts.add'), update: refuse('contacts.update'), remove: refuse('contacts.remove') },
    open: refuse('open'),
    check: refuse('check'),
    send: refuse('send'),
    deliveries: refuse('deliveries'),
    delivery: refuse('delivery'),
    change: refuse('change'),
    forward: refuse('forward'),
    retry: refuse('retry'),
    revoke: refuse('revoke'),
    request: refuse('request'),
    requests: refuse('requests'),
    ...calls,
  };
}
