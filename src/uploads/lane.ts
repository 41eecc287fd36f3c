import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Ref } from '../backend/item.js';
import { Folders } from './folders.js';
import { Line } from './line.js';
import { Road } from './pace.js';
import type { Transfer } from './transfer.js';

/** Files that may be open before their bytes move, so that no connection ever waits for an `init`. */
const AHEAD = 32;
/** Completions of about one moment travel in one request, in milliseconds. */
const MOMENT = 40;

/** A file that waits for its turn, or has it. */
export interface Job {
  transfer: Transfer;
  run: () => Promise<void>;
}

/** All files on their way to one backend. */
export class Lane {
  readonly line: Line;
  readonly folders: Folders;
  readonly road = new Road();
  readonly #backend: Backend;
  readonly #capabilities = new Map<string, Promise<Capabilities>>();
  readonly #waiting = new Set<Job>();
  /** Jobs that are open and still have bytes to send. */
  readonly #ahead = new Set<Job>();
  #parallel = AHEAD;
  #moment: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.line = new Line(backend);
    this.folders = new Folders(backend);
  }

  /** What can be done in a folder; asked once. */
  capabilities(folder: Ref): Promise<Capabilities> {
    let asked = this.#capabilities.get(folder.id);
    if (!asked) {
      asked = this.#backend.capabilities({ folder });
      this.#capabilities.set(folder.id, asked);
      asked.then(
        ({ upload }) => {
          if (!upload) return;
          this.road.shared = upload.bytes === 'relay';
          this.#parallel = upload.parallelFiles;
        },
        () => this.#capabilities.delete(folder.id),
      );
    }
    return asked;
  }

  /** Runs a job when it is its turn. */
  enqueue(job: Job): void {
    this.#waiting.add(job);
    this.#pump();
  }

  /** The job sends no more bytes for now (all are out, it is paused, or a person must answer): the next may open. */
  yield(job: Job): void {
    if (this.#ahead.delete(job)) this.#pump();
  }

  /** Resolves together for all who ask within a moment; at once for the last file, whom nobody joins. */
  moment(): Promise<void> {
    if (!this.#moment && !this.#ahead.size && !this.#waiting.size) return Promise.resolve();
    return (this.#moment ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#moment = undefined;
        resolve();
      }, MOMENT);
    }));
  }

  #pump(): void {
    const most = Math.min(AHEAD, this.#parallel);
    // Half a lane at a time, so that what is asked for its files travels together.
    if (this.#ahead.size > most / 2) return;
    for (const job of this.#waiting) {
      if (this.#ahead.size >= most) return;
      this.#waiting.delete(job);
      void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    // A paused file gives its turn away and queues up again.
    if (job.transfer.paused) {
      await job.transfer.going;
      this.enqueue(job);
      return;
    }
    this.#ahead.add(job);
    try {
      await job.run();
    } finally {
      this.#ahead.delete(job);
      this.#pump();
    }
  }
}
