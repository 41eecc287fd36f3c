import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Delivery } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Completed, UploadCapability } from '../backend/upload.js';
import { discardDelivery } from './delivery-notes.js';
import { Outgoing } from './outgoing.js';
import type { Draft, Target, UploadFile } from './queue.js';
import { canRemember, keyOf, Note } from './resume.js';
import { isDead, type Transfer } from './transfer.js';
import { RESUMABLE, type Trip, type Uploader } from './uploader.js';

/** Files that were started together: where files go out with a delivery, these go out with one. */
export interface Batch {
  /** Those of its files that are still wanted. */
  ids: Set<string>;
  /** What a page asked for; without it nobody is written to. */
  draft?: Draft;
  /** Told of what became of `draft`. */
  sent?: (delivery: Delivery) => void;
  failed?: (error: unknown) => void;
  outgoing?: Outgoing;
}

/** One try of a file. */
interface Attempt {
  transfer: Transfer;
  /** Which of the deliveries of its batch it is for. */
  turn: number;
  /** Whether bytes of it may have left. */
  begun: boolean;
  /** Completes it once more. */
  complete?: () => Promise<Completed>;
}

/** What files go out with, for backends that keep files only in deliveries, and for pages that send what is dropped. */
export class Deliveries {
  readonly #uploader: Uploader;
  readonly #batches = new Map<string, Batch>();
  readonly #started = new WeakMap<readonly string[], Map<Backend, Batch>>();
  readonly #attempts = new Map<string, Attempt>();

  constructor(uploader: Uploader) {
    this.#uploader = uploader;
  }

  /** Whether a file is to go out as a page has said. */
  wants(id: string): boolean {
    return this.#batches.has(id);
  }

  /** Starts files that go out with one delivery; answers it when it is sent. */
  deliver(ids: readonly string[], draft: Draft, start: () => Promise<unknown>): Promise<Delivery> {
    return new Promise((resolve, failed) => {
      if (!ids.length) throw new BackendError('invalid', 'There is nothing to deliver: add files that are not started yet.');
      const batch: Batch = { ids: new Set(ids), draft, sent: resolve, failed };
      for (const id of ids) this.#batches.set(id, batch);
      start().catch(failed);
    });
  }

  /** The files that would go again if these were taken off the list. */
  sentAgain(ids: readonly string[]): string[] {
    const isIn = (id: string, batch?: Batch): boolean => !!this.#attempts.get(id)?.begun && !!batch?.outgoing?.whole;
    const left = new Set(
      ids.flatMap((id) => this.#batches.get(id) ?? []).filter((batch) => ids.some((id) => batch.ids.has(id) && isIn(id, batch))),
    );
    return [...left].flatMap((batch) => [...batch.ids].filter((id) => !ids.includes(id) && isIn(id, batch)));
  }

  /** What was started together goes on without a file. */
  leave(id: string): void {
    const batch = this.#batches.get(id);
    const begun = this.#attempts.get(id)?.begun ?? false;
    this.#batches.delete(id);
    this.#attempts.delete(id);
    if (!batch) return;
    batch.ids.delete(id);
    if (batch.outgoing) batch.outgoing.leave(id, begun);
    else if (!batch.ids.size) batch.failed?.(new BackendError('aborted', 'No file is left of the delivery.'));
  }

  /** Hears that a file goes once more. */
  retried(id: string): void {
    this.#batches.get(id)?.outgoing?.retried();
  }

  /** Gives up a delivery that an earlier page opened. */
  discard(key: string, account: string, backend: Backend): Promise<void> {
    return discardDelivery(key, account, backend);
  }

  /** Uploads a file, again from the start if its delivery must be another one; ends when it has gone out, or failed. */
  async run(id: string, trip: Trip, target: Target, can: Capabilities): Promise<void> {
    const batch = this.#batchOf(id, trip.together, target.backend);
    const outgoing = (batch.outgoing ??= this.#outgoing(batch, trip, target, can));
    const run = (): Promise<boolean> => this.#attempt(id, trip, target, can, outgoing);
    let again = await run();
    while (again)
      again = await new Promise<boolean>((resolve) => {
        trip.lane.yield(trip.job);
        trip.job = { transfer: trip.job.transfer, run: () => run().then(resolve) };
        // Made now, as the lane looks whether it is paused.
        this.#present(id, trip, target, can, outgoing);
        trip.lane.enqueue(trip.job);
      });
  }

  #batchOf(id: string, together: readonly string[], backend: Backend): Batch {
    const known = this.#batches.get(id);
    if (known) return known;
    const started = this.#started.get(together) ?? new Map<Backend, Batch>();
    this.#started.set(together, started);
    let batch = started.get(backend);
    // What failed after it was sent goes by itself.
    if (!batch?.ids.has(id)) {
      const all = batch ? [id] : together.filter((one) => this.#uploader.targetOf(one)?.backend === backend);
      started.set(backend, (batch = { ids: new Set(all) }));
      for (const one of all) this.#batches.set(one, batch);
    }
    return batch;
  }

  #outgoing(batch: Batch, { lane }: Trip, { backend }: Target, { account, upload, send }: Capabilities): Outgoing {
    const files = (): UploadFile[] => [...batch.ids].flatMap((id) => this.#uploader.file(id) ?? []);
    const isKept = (): boolean => !!upload && !!upload.resume && canRemember() && files().some(({ size }) => (size ?? 0) > RESUMABLE);
    return new Outgoing({
      batch,
      backend,
      line: lane.line,
      account,
      send,
      around: (upload && upload.needsDelivery) || (send && !send.when.includes('after-upload')),
      files,
      keys: () => (isKept() ? files().map((file) => keyOf(account, file)) : undefined),
      show: (id, detail) => {
        this.#uploader.show(id, detail);
      },
    });
  }

  /** One try of a file; answers whether it must go again. */
  async #attempt(id: string, trip: Trip, target: Target, can: Capabilities, outgoing: Outgoing): Promise<boolean> {
    const uploader = this.#uploader;
    const { account, upload } = can;
    const file = uploader.file(id);
    const attempt = this.#present(id, trip, target, can, outgoing);
    if (!file || !upload || !attempt) return false;
    const { turn, transfer } = attempt;
    const isOver = (): boolean => outgoing.turn !== turn;
    outgoing.running.add(transfer);
    try {
      await outgoing.ticket();
      if (isOver()) return !!uploader.file(id);
      const isKept = !!upload.resume && canRemember() && (file.size ?? 0) > RESUMABLE;
      const note = (trip.note ??= isKept ? new Note(account, file, outgoing.key) : undefined);
      const remembered = await note?.recall();
      if (remembered) attempt.begun = true;
      const item = await transfer.run(remembered);
      if (item === 'skipped') {
        this.leave(id);
        await uploader.finish(id, item);
        return false;
      }
      const arrived = await outgoing.arrived(id, item, attempt.complete);
      this.#batches.delete(id);
      this.#attempts.delete(id);
      await uploader.finish(id, arrived.item, arrived.delivery);
      return false;
    } catch (thrown) {
      if (isOver()) return !!uploader.file(id);
      const error = toBackendError(thrown);
      if (transfer.signal.aborted || outgoing.lost(error)) return !!uploader.file(id);
      if (isDead(error)) trip.note?.forget();
      uploader.fail(id, error);
      return false;
    } finally {
      outgoing.running.delete(transfer);
    }
  }

  /** The present try of a file, to a backend that knows of its delivery. */
  #present(id: string, trip: Trip, target: Target, { upload }: Capabilities, outgoing: Outgoing): Attempt | undefined {
    const uploader = this.#uploader;
    const file = uploader.file(id);
    const before = this.#attempts.get(id);
    if (!file || !upload || before?.turn === outgoing.turn) return before;
    const attempt: Attempt = { transfer: trip.job.transfer, turn: outgoing.turn, begun: false };
    const backend = this.#into(target.backend, upload, outgoing, attempt);
    trip.note?.forget();
    trip.note = undefined;
    attempt.transfer = trip.job.transfer = uploader.transfer(file, { ...target, backend }, trip);
    if (file.isPaused) attempt.transfer.pause();
    this.#attempts.set(id, attempt);
    if (!before) return attempt;
    uploader.show(id, {});
    const { size, progress } = file;
    const uploadStarted = progress.uploadStarted ?? 0;
    uploader.uppy.emit('upload-progress', uploader.uppy.getFile(id), { uploadStarted, bytesUploaded: 0, bytesTotal: size ?? 0 });
    return attempt;
  }

  /** The backend as one file's way sees it: its delivery goes with it, and it is never taken back by itself. */
  #into(backend: Backend, { conflict: modes, needsDelivery }: UploadCapability, outgoing: Outgoing, attempt: Attempt): Backend {
    const into = Object.create(backend) as Backend;
    const fit = <T extends { conflict?: Target['conflict'] }>(how: T): T =>
      how.conflict && !modes.includes(how.conflict) && modes.includes('rename') ? { ...how, conflict: 'rename' } : how;
    into.init = async (file, where, options) => {
      const delivery = await outgoing.ticket();
      const answer = await backend.init(file, fit(delivery === undefined ? where : { ...where, delivery }), options);
      if ('first' in answer) attempt.begun = true;
      return answer;
    };
    into.part = (...args) => {
      attempt.begun = true;
      return backend.part(...args);
    };
    into.complete = (ticket, parts, how, options) => {
      attempt.complete = () => backend.complete(ticket, parts, fit(how));
      return backend.complete(ticket, parts, fit(how), options);
    };
    if (needsDelivery) into.abort = () => Promise.resolve();
    const write = backend.write?.bind(backend);
    if (write)
      into.write = (...args) => {
        attempt.begun = true;
        return write(...args);
      };
    return into;
  }
}
