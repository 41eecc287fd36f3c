import { BasePlugin, type Uppy } from '@uppy/core';
import type { Backend } from '../backend/backend.js';
import type { Delivery } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { FileDescription } from '../backend/upload.js';
import type { Arrived, Deliveries } from './deliveries.js';
import { Lane, type Job } from './lane.js';
import type { Target, UploadDetail, UploadFile } from './queue.js';
import { canRemember, Note } from './resume.js';
import { isDead, Transfer } from './transfer.js';

type Meta = Record<string, unknown>;
type Body = Record<string, never>;
type QueuedFile = ReturnType<Uppy<Meta, Body>['getFile']>;
type Choice = 'rename' | 'replace' | 'skip';

/** Smaller files are sent again whole rather than resumed, in bytes. */
export const RESUMABLE = 1024 * 1024;

/** A file that is not done yet: failed ones stay, for a retry to go on from. */
export interface Trip {
  lane: Lane;
  job: Job;
  note: Note | undefined;
  /** Ids of the files that were started with it: one list for all of them. */
  together: readonly string[];
}

/** What the plugin is made with. */
export interface UploaderOptions {
  id?: string;
  /** Where a file goes. */
  targetOf: (file: UploadFile) => Target | undefined;
}

/** The Uppy plugin that uploads to a {@link Backend}: one {@link Transfer} for each file, one {@link Lane} for each backend. */
export class Uploader extends BasePlugin<UploaderOptions, Meta, Body> {
  readonly #lanes = new Map<Backend, Lane>();
  readonly #trips = new Map<string, Trip>();
  /** What files go out with: there is none before a backend keeps files only in deliveries, or a page asks for one. */
  deliveries: Deliveries | undefined;
  readonly #asked = new Map<string, (choice: Choice) => void>();
  #forAll: Choice | undefined;
  readonly #skipped = new Set<string>();
  #cleared: Promise<void> | undefined;

  constructor(uppy: Uppy<Meta, Body>, options: UploaderOptions) {
    super(uppy, options);
    this.id = options.id ?? 'FerryUploader';
    this.type = 'uploader';
  }

  override install(): void {
    const { uppy } = this;
    uppy.addUploader(this.#upload);
    uppy.setState({ capabilities: { ...uppy.getState().capabilities, resumableUploads: true, individualCancellation: true } });
    this.#listen('on');
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
    this.#listen('off');
  }

  #listen(how: 'on' | 'off'): void {
    const { uppy } = this;
    uppy[how]('file-removed', this.#onRemoved);
    uppy[how]('upload-pause', this.#onPause);
    uppy[how]('pause-all', this.#onPauseAll);
    uppy[how]('resume-all', this.#onPauseAll);
  }

  /** The lane of a backend. */
  lane(backend: Backend): Lane {
    let lane = this.#lanes.get(backend);
    if (!lane) this.#lanes.set(backend, (lane = new Lane(backend)));
    return lane;
  }

  /** Loads what few backends need. */
  async loadDeliveries(): Promise<Deliveries> {
    const { Deliveries } = await import('./deliveries.js');
    return (this.deliveries ??= new Deliveries(this));
  }

  /** Answers the question of a file whose name is taken. */
  answer(id: string, choice: Choice, forAll: boolean): void {
    if (forAll) this.#forAll = choice;
    for (const [asked, resolve] of this.#asked) {
      if (forAll || asked === id) resolve(choice);
    }
  }

  #file(id: string): UploadFile | undefined {
    return this.uppy.getState().files[id];
  }

  /** Shows what a file is doing: where it goes stays, the rest is what `detail` says. */
  #show(id: string, detail: Partial<UploadDetail>): void {
    const { ferry } = this.#file(id) ?? {};
    if (ferry) this.uppy.patchFilesState({ [id]: { ferry: { folder: ferry.folder, conflict: ferry.conflict, ...detail } } as object });
  }

  readonly #upload = async (ids: string[]): Promise<void> => {
    const files = this.uppy
      .getFilesByIds(ids)
      .filter((file: QueuedFile | undefined) => file?.data instanceof Blob && !file.progress.uploadComplete);
    this.uppy.emit('upload-start', files);
    const together = files.map(({ id }) => id);
    await Promise.all(together.map((id) => this.#enqueue(id, together)));
    if (!this.#asked.size) this.#forAll = undefined;
  };

  #enqueue(id: string, together: string[]): Promise<void> {
    const file = this.#file(id);
    const target = file && this.opts.targetOf(file);
    if (!target) {
      this.#fail(id, new BackendError('invalid', 'There is no backend to upload to: set one on <ferry-provider> or <ferry-upload>.'));
      return Promise.resolve();
    }
    this.uppy.patchFilesState({ [id]: { isPaused: false, ferry: { folder: target.folder, conflict: target.conflict } } as object });
    const lane = this.lane(target.backend);
    const trip = this.#trips.get(id) ?? this.#trip(file, target, lane, together);
    this.#trips.set(id, trip);
    return new Promise((resolve) => {
      trip.job.run = () => this.#run(id, trip, target).then(resolve);
      lane.enqueue(trip.job);
    });
  }

  async #run(id: string, trip: Trip, target: Target): Promise<void> {
    const { transfer } = trip.job;
    try {
      const can = await trip.lane.line.persist(
        () => trip.lane.capabilities(target.folder),
        transfer.signal,
        (waiting) => {
          this.#show(id, waiting ? { phase: 'waiting' } : {});
        },
      );
      const { account, upload } = can;
      const file = this.#file(id);
      if (upload) transfer.fit(upload.conflict);
      const goesOut = upload && (upload.needsDelivery || this.deliveries?.wants(id));
      if (!goesOut && !trip.note && file && upload && upload.resume && canRemember() && (file.size ?? 0) > RESUMABLE)
        trip.note = new Note(account, file);
      const { item, delivery } = goesOut
        ? await (await this.loadDeliveries()).run(id, trip, target, can)
        : ({ item: await transfer.run(await trip.note?.recall()) } as Arrived);
      trip.note?.forget();
      this.#trips.delete(id);
      if (item === 'skipped') await this.#clearSoon(id);
      else this.#succeed(id, item, delivery);
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (isDead(error)) trip.note?.forget();
      // Not that of the beginning, where it had to go again.
      if (!trip.job.transfer.signal.aborted) this.#fail(id, error);
    }
  }

  #succeed(id: string, item: Item | undefined, delivery: Delivery | undefined): void {
    this.#show(id, { ...(item && { item }), ...(delivery && { delivery }) });
    const body = (item ? { item } : {}) as Body;
    this.uppy.emit('upload-success', this.uppy.getFile(id), { status: 200, body });
  }

  #fail(id: string, error: BackendError): void {
    this.#show(id, { code: error.code });
    this.uppy.emit('upload-error', this.uppy.getFile(id), error);
  }

  /** Skipped files leave the list together: Uppy copies its table for each removal. */
  #clearSoon(id: string): Promise<void> {
    this.#skipped.add(id);
    return (this.#cleared ??= new Promise((resolve) => {
      setTimeout(() => {
        const ids = [...this.#skipped];
        this.#skipped.clear();
        this.#cleared = undefined;
        this.uppy.removeFiles(ids);
        resolve();
      }, 50);
    }));
  }

  /** The way of one file to its backend. */
  #trip(file: UploadFile, target: Target, lane: Lane, together: string[]): Trip {
    const trip: Trip = { lane, job: {} as Job, note: undefined, together };
    trip.job.transfer = this.transfer(file, target, trip);
    return trip;
  }

  /** A try to bring a file to its backend, with everything that it tells and asks. */
  transfer(file: UploadFile, target: Target, trip: Trip): Transfer {
    const { id } = file;
    const { lane } = trip;
    const size = file.size ?? 0;
    const { folder } = target;
    const path = (file.meta.relativePath ?? '').split('/').filter(Boolean).slice(0, -1).join('/');
    const description: FileDescription = { name: file.meta.name ?? file.name ?? '', size, type: file.type ?? '' };
    if (file.data instanceof File) description.modified = file.data.lastModified;
    const transfer = new Transfer(description, file.data as Blob, target, {
      line: lane.line,
      road: lane.road,
      place: async () => {
        const { upload } = await lane.capabilities(folder);
        if (!upload) throw new BackendError('unsupported', `"${description.name}": this backend takes no uploads.`);
        if (path && upload.folders === 'create') return lane.folders.at(folder, path);
        if (path && upload.folders) description.path = path;
        return folder;
      },
      show: (detail) => {
        this.#show(id, detail);
      },
      progress: (bytes) => {
        const known = this.#file(id);
        if (!known || transfer.signal.aborted) return;
        // Never 100 %: Uppy takes that for the end, which is only when the backend has completed it.
        const bytesUploaded = Math.min(bytes, Math.floor(size * 0.994));
        this.uppy.emit('upload-progress', this.uppy.getFile(id), {
          uploadStarted: known.progress.uploadStarted ?? 0,
          bytesUploaded,
          bytesTotal: size,
        });
      },
      ask: (exists) => this.#ask(id, trip, exists),
      sent: async () => {
        lane.yield(trip.job);
        this.#show(id, { phase: 'finishing' });
        if (!target.backend.write) await lane.moment();
      },
      keep: (ticket, parts) => trip.note?.keep(ticket, parts),
    });
    return transfer;
  }

  async #ask(id: string, { lane, job }: Trip, exists: Item): Promise<Choice> {
    if (this.#forAll) return this.#forAll;
    this.#show(id, { phase: 'asking', exists });
    lane.yield(job);
    const choice = await new Promise<Choice>((resolve) => {
      this.#asked.set(id, resolve);
    });
    this.#asked.delete(id);
    this.#show(id, { phase: 'sending' });
    return choice;
  }

  readonly #onRemoved = ({ id }: { id: string }): void => {
    const trip = this.#trips.get(id);
    this.#trips.delete(id);
    trip?.note?.forget();
    trip?.job.transfer.cancel();
    this.#asked.get(id)?.('skip');
  };

  readonly #onPause = (file: { id: string } | undefined, isPaused: boolean): void => {
    const trip = file && this.#trips.get(file.id);
    if (trip) this.#setPaused(trip, isPaused);
  };

  readonly #onPauseAll = (): void => {
    for (const [id, trip] of this.#trips) this.#setPaused(trip, this.#file(id)?.isPaused === true);
  };

  #setPaused({ lane, job }: Trip, isPaused: boolean): void {
    if (!isPaused) job.transfer.resume();
    else {
      job.transfer.pause();
      lane.yield(job);
    }
  }
}
