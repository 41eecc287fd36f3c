import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Delivery } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Completed, UploadCapability } from '../backend/upload.js';
import { discardDelivery } from './delivery-notes.js';
import { aborted, Outgoing } from './outgoing.js';
import { isAround, type Draft, type Outbound, type Target, type UploadDetail, type UploadFile } from './queue.js';
import { canRemember, keyOf, Note } from './resume.js';
import type { Transfer } from './transfer.js';
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

/** A file that has gone out, or is not wanted. */
export interface Arrived {
  item: Item | 'skipped' | undefined;
  delivery?: Delivery | undefined;
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
  readonly #told = new Map<Batch, Outbound>();

  constructor(uploader: Uploader) {
    this.#uploader = uploader;
    const { uppy } = uploader;
    uppy.on('file-removed', ({ id }) => {
      this.#leave(id);
    });
    uppy.on('upload-retry', ({ id }) => this.#batches.get(id)?.outgoing?.retried());
    uppy.on('retry-all', (files) => {
      for (const { id } of files) this.#batches.get(id)?.outgoing?.retried();
    });
  }

  #file(id: string): UploadFile | undefined {
    return (this.#uploader.uppy.getState().files as Record<string, UploadFile>)[id];
  }

  /** Shows what a file is doing, as the uploader does. */
  readonly #show = (id: string, detail: Partial<UploadDetail>): void => {
    const { folder, conflict } = this.#file(id)?.ferry ?? {};
    if (folder) this.#uploader.uppy.patchFilesState({ [id]: { ferry: { folder, conflict, ...detail } } as object });
  };

  /** Tells how far a delivery is; of those that have ended only the last is kept. */
  #tell(batch: Batch, now: Omit<Outbound, 'files'> | undefined): void {
    this.#told.delete(batch);
    if (now) {
      for (const [other, { phase }] of this.#told) if (phase === 'sent' || phase === 'failed') this.#told.delete(other);
      this.#told.set(batch, { ...now, files: [...batch.ids] });
    }
    this.#uploader.uppy.setState({ deliveries: [...this.#told.values()] });
  }

  /** Whether a file is to go out as a page has said. */
  wants(id: string): boolean {
    return this.#batches.has(id);
  }

  /** Starts what waits, and again what a delivery has failed with, to go out with one delivery; answers that when it is sent. */
  deliver(draft: Draft): Promise<Delivery> {
    const { uppy } = this.#uploader;
    const { files, currentUploads } = uppy.getState();
    const busy = new Set(Object.values(currentUploads).flatMap(({ fileIDs }) => fileIDs));
    const waiting = Object.values(files).filter(({ id, progress, error }) => !progress.uploadStarted && !error && !busy.has(id));
    const again = Object.values(files).filter(({ id, error }) => error && this.#batches.get(id)?.draft);
    return new Promise((sent, failed) => {
      if (!waiting.length && !again.length)
        throw new BackendError('invalid', 'There is nothing to deliver: add files that are not started yet.');
      const batch: Batch = { ids: new Set([...waiting, ...again].map(({ id }) => id)), draft, sent, failed };
      for (const { id } of again) this.#leave(id);
      for (const id of batch.ids) this.#batches.set(id, batch);
      for (const { id } of again) uppy.retryUpload(id).catch(failed);
      if (waiting.length) uppy.upload().catch(failed);
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
  #leave(id: string): void {
    const batch = this.#batches.get(id);
    const begun = this.#attempts.get(id)?.begun ?? false;
    this.#batches.delete(id);
    this.#attempts.delete(id);
    if (!batch) return;
    batch.ids.delete(id);
    if (batch.outgoing) batch.outgoing.leave(id, begun);
    else if (!batch.ids.size) batch.failed?.(new BackendError('aborted', 'No file is left of the delivery.'));
  }

  /** Gives up a delivery that an earlier page opened. */
  discard(key: string, account: string, backend: Backend): Promise<void> {
    return discardDelivery(key, account, backend);
  }

  /** Uploads a file, again from the start whenever its delivery must be another one; answers when it has gone out. */
  async run(id: string, trip: Trip, target: Target, can: Capabilities): Promise<Arrived> {
    const batch = this.#batchOf(id, trip.together, target.backend);
    const outgoing = (batch.outgoing ??= this.#outgoing(batch, trip, target, can));
    const run = (): Promise<Arrived | undefined> => this.#attempt(id, trip, target, can, outgoing);
    let arrived = await run();
    while (!arrived)
      arrived = await new Promise<Arrived | undefined>((resolve, reject) => {
        trip.lane.yield(trip.job);
        trip.job = { transfer: trip.job.transfer, run: () => run().then(resolve, reject) };
        // Made now, as the lane looks whether it is paused.
        this.#present(id, trip, target, can, outgoing);
        trip.lane.enqueue(trip.job);
      });
    this.#batches.delete(id);
    this.#attempts.delete(id);
    return arrived;
  }

  #batchOf(id: string, together: readonly string[], backend: Backend): Batch {
    const known = this.#batches.get(id);
    if (known) return known;
    const started = this.#started.get(together) ?? new Map<Backend, Batch>();
    this.#started.set(together, started);
    let batch = started.get(backend);
    // What failed after it was sent goes by itself.
    if (!batch?.ids.has(id)) {
      const isHere = (file: UploadFile | undefined): boolean => !!file && this.#uploader.opts.targetOf(file)?.backend === backend;
      const all = batch ? [id] : together.filter((one) => isHere(this.#file(one)));
      started.set(backend, (batch = { ids: new Set(all) }));
      for (const one of all) this.#batches.set(one, batch);
    }
    return batch;
  }

  #outgoing(batch: Batch, { lane }: Trip, { backend }: Target, { account, upload, send }: Capabilities): Outgoing {
    const files = (): UploadFile[] => [...batch.ids].flatMap((id) => this.#file(id) ?? []);
    const isKept = (): boolean => !!upload && !!upload.resume && canRemember() && files().some(({ size }) => (size ?? 0) > RESUMABLE);
    return new Outgoing({
      batch,
      backend,
      line: lane.line,
      account,
      send,
      around: (upload && upload.needsDelivery) || (send && isAround(send)),
      files,
      keys: () => (isKept() ? files().map((file) => keyOf(account, file)) : undefined),
      show: this.#show,
      tell: (now) => {
        this.#tell(batch, now);
      },
    });
  }

  /** One try of a file; answers nothing where it must go again. */
  async #attempt(id: string, trip: Trip, target: Target, can: Capabilities, outgoing: Outgoing): Promise<Arrived | undefined> {
    const { account, upload } = can;
    const file = this.#file(id);
    const attempt = this.#present(id, trip, target, can, outgoing);
    if (!file || !upload || !attempt) throw aborted();
    const { turn, transfer } = attempt;
    outgoing.running.add(transfer);
    try {
      await outgoing.ticket();
      if (outgoing.turn !== turn) throw aborted();
      const isKept = !!upload.resume && canRemember() && (file.size ?? 0) > RESUMABLE;
      const note = (trip.note ??= isKept ? new Note(account, file, outgoing.key) : undefined);
      const remembered = await note?.recall();
      if (remembered) attempt.begun = true;
      const item = await transfer.run(remembered);
      if (item === 'skipped') {
        this.#leave(id);
        return { item };
      }
      return await outgoing.arrived(id, item, attempt.complete);
    } catch (error) {
      const again = outgoing.turn !== turn || (!transfer.signal.aborted && outgoing.lost(toBackendError(error)));
      if (again && this.#file(id)) return undefined;
      if (outgoing.sent) this.#leave(id);
      throw error;
    } finally {
      outgoing.running.delete(transfer);
    }
  }

  /** The present try of a file, to a backend that knows of its delivery. */
  #present(id: string, trip: Trip, target: Target, { upload }: Capabilities, outgoing: Outgoing): Attempt | undefined {
    const file = this.#file(id);
    const before = this.#attempts.get(id);
    if (!file || !upload || before?.turn === outgoing.turn) return before;
    const attempt: Attempt = { transfer: trip.job.transfer, turn: outgoing.turn, begun: false };
    const backend = this.#into(target.backend, upload, outgoing, attempt);
    trip.note?.forget();
    trip.note = undefined;
    attempt.transfer = trip.job.transfer = this.#uploader.transfer(file, { ...target, backend }, trip);
    if (file.isPaused) attempt.transfer.pause();
    this.#attempts.set(id, attempt);
    if (!before) return attempt;
    this.#show(id, {});
    const { size, progress } = file;
    const { uppy } = this.#uploader;
    uppy.emit('upload-progress', uppy.getFile(id), {
      uploadStarted: progress.uploadStarted ?? 0,
      bytesUploaded: 0,
      bytesTotal: size ?? 0,
    });
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
