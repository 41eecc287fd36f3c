import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import type { Completed, FileDescription, PartTarget, Ticket, UploadCapability, UploadedPart } from '../backend/upload.js';
import type { Line } from './line.js';
import { Cuts } from './parts.js';
import { sendPart, type Opened, type Road } from './part.js';
import type { Target, UploadDetail } from './queue.js';
import type { Remembered } from './resume.js';

/** Most parts of one file that may wait for a connection at once. */
const WORKERS = 8;

/** What one file's way needs of the uploader around it. */
export interface Surroundings {
  line: Line;
  road: Road;
  /** The folder that the file goes to, made where it is missing. */
  place(): Promise<Ref>;
  /** Shows what the file is doing. */
  show(detail: Partial<UploadDetail>): void;
  /** Tells how many bytes are out. */
  progress(bytes: number): void;
  /** Asks the person about a name that is taken. */
  ask(exists: Item): Promise<'rename' | 'replace' | 'skip'>;
  /** Called when the last byte is out: the next file may begin. Resolves when `complete` may be asked for. */
  sent(): Promise<void>;
  /** Keeps what a later page needs to go on; called after every part but a file's only one. */
  keep(ticket: Ticket, parts: UploadedPart[]): void;
}

/** One file on its way: `init`, parts, `complete`. It can be paused, and run again after it failed. */
export class Transfer {
  readonly #file: FileDescription;
  readonly #bytes: Blob;
  readonly #target: Target;
  readonly #around: Surroundings;
  #conflict;
  /** Kept when it fails, so that a retry sends only what is missing. */
  #opened: Opened | undefined;
  #folder: Ref | undefined;
  #item: Item | undefined;
  #failure: unknown;
  /** Bytes out of each part that is under way. */
  readonly #moving = new Map<number, number>();
  readonly #end = new AbortController();
  #halt = new AbortController();
  #going = Promise.resolve();
  #go: (() => void) | undefined;

  constructor(file: FileDescription, bytes: Blob, target: Target, around: Surroundings) {
    this.#file = file;
    this.#bytes = bytes;
    this.#target = target;
    this.#conflict = target.conflict;
    this.#around = around;
  }

  /** Aborted when the file was cancelled. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get paused(): boolean {
    return this.#go !== undefined;
  }

  /** Resolves once it is not paused. */
  get going(): Promise<void> {
    return this.#going;
  }

  /** Stops sending until {@link resume}; what was under way of a part is sent again. */
  pause(): void {
    if (this.#go) return;
    this.#going = new Promise((resolve) => {
      this.#go = resolve;
    });
    this.#halt.abort();
  }

  resume(): void {
    this.#halt = new AbortController();
    this.#go?.();
    this.#go = undefined;
  }

  /** Ends it for good and takes back what the backend has of it. */
  async cancel(): Promise<void> {
    this.#end.abort(new BackendError('aborted', `"${this.#file.name}" was cancelled.`));
    this.#halt.abort();
    this.#go?.();
    if (!this.#item) await this.#drop();
  }

  /** Sends the file; `remembered` is what an earlier page had sent of it. Answers the item, or nothing where there is none yet. */
  async run(remembered?: Remembered): Promise<Item | 'skipped' | undefined> {
    try {
      if (remembered && !this.#opened) await this.#pickUp(remembered);
      this.#opened ??= this.#item ? undefined : await this.#open();
      if (this.#item) return this.#item;
      if (!this.#opened) return 'skipped';
      await this.#sendParts(this.#opened);
      await this.#around.sent();
      const completed = await this.#complete(this.#opened);
      if ('skipped' in completed) return 'skipped';
      return (this.#item = 'item' in completed ? completed.item : undefined);
    } catch (error) {
      if (isDead(error)) void this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) await this.#target.backend.abort(opened.ticket).catch(() => undefined);
  }

  #persist<T>(call: () => Promise<T>): Promise<T> {
    return this.#around.line.persist(call, this.signal, this.#showWaiting);
  }

  readonly #showWaiting = (waiting: boolean): void => {
    this.#around.show({ phase: waiting ? 'waiting' : 'sending' });
  };

  async #pickUp({ ticket, parts }: Remembered): Promise<void> {
    const { backend, folder } = this.#target;
    const { signal } = this;
    try {
      const { upload } = await this.#persist(() => backend.capabilities({ folder }, { signal }));
      if (!upload || !upload.resume) return;
      const there = upload.resume === 'parts' ? await this.#persist(() => backend.parts(ticket, { signal })) : { parts };
      this.#item = 'item' in there ? there.item : undefined;
      this.#opened = openedWith(('ticket' in there && there.ticket) || ticket, upload, undefined, there.parts);
    } catch {
      // The store no longer knows of it: the file starts over.
      signal.throwIfAborted();
    }
  }

  /** Opens the upload; answers nothing when the name is taken and the person wants the file skipped. */
  async #open(): Promise<Opened | undefined> {
    const { backend } = this.#target;
    this.#folder ??= await this.#persist(() => this.#around.place());
    for (;;) {
      const where = { folder: this.#folder, conflict: this.#conflict };
      const answer = await this.#persist(() => backend.init(this.#file, where, { signal: this.signal }));
      if ('ticket' in answer) return openedWith(answer.ticket, answer.upload, answer.first, []);
      if ('skipped' in answer || !(await this.#choose(answer.exists))) return undefined;
    }
  }

  /** Asks what to do about a name that is taken; answers whether the file is wanted at all. */
  async #choose(exists: Item): Promise<boolean> {
    this.#conflict = await this.#around.ask(exists);
    this.signal.throwIfAborted();
    return this.#conflict !== 'skip';
  }

  async #sendParts(opened: Opened): Promise<void> {
    const { upload, parts } = opened;
    const { road, keep } = this.#around;
    this.#failure = undefined;
    if (this.#halt.signal.aborted && !this.paused) this.#halt = new AbortController();
    const cuts = new Cuts(this.#bytes.size, upload, [...parts.values()]);
    this.#around.show({ phase: 'sending' });
    const worker = async (): Promise<void> => {
      for (;;) {
        await this.#going;
        if (this.#failure !== undefined) return;
        this.signal.throwIfAborted();
        const part = cuts.take(road.pace.partSize(upload.partSize.preferred));
        if (!part) return;
        const bytes = this.#bytes.slice(part.start, part.end);
        try {
          parts.set(
            part.number,
            await sendPart(opened, part, bytes, {
              ...this.#around,
              whole: bytes.size === this.#bytes.size,
              backend: this.#target.backend,
              end: this.signal,
              going: () => this.#going,
              halt: () => this.#halt.signal,
              failed: () => this.#failure !== undefined,
              onWait: this.#showWaiting,
              onProgress: (out) => {
                this.#moving.set(part.number, out);
                this.#told();
              },
            }),
          );
          if (bytes.size < this.#bytes.size) keep(opened.ticket, [...parts.values()]);
        } catch (error) {
          this.#failure ??= error;
          // The other parts of a file that cannot arrive are not worth their connections.
          this.#halt.abort();
          return;
        } finally {
          this.#moving.delete(part.number);
          this.#told();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(upload.parallelParts, WORKERS)) }, worker));
    this.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #told(): void {
    let out = 0;
    for (const bytes of this.#moving.values()) out += bytes;
    for (const part of this.#opened?.parts.values() ?? []) out += part.end - part.start;
    this.#around.progress(out);
  }

  /** Completes. After a lost answer the backend is asked first whether it is done already. */
  async #complete({ ticket, upload, parts }: Opened): Promise<Completed> {
    const { backend } = this.#target;
    const { signal } = this;
    const all = [...parts.values()].sort((a, b) => a.number - b.number);
    for (let asked = false; ; ) {
      const answer = await this.#persist(async (): Promise<Completed> => {
        const item = asked && upload.resume === 'parts' ? (await backend.parts(ticket, { signal })).item : undefined;
        asked = true;
        return item ? { item } : backend.complete(ticket, all, { conflict: this.#conflict }, { signal });
      });
      if (!('exists' in answer)) return answer;
      asked = false;
      if (await this.#choose(answer.exists)) continue;
      await this.#drop();
      return { skipped: answer.exists };
    }
  }
}

/** Whether a failed upload must be begun anew: the backend does not want to know of it any more, or the file is another one. */
export const isDead = (error: unknown): boolean => /^(not-found|expired|forbidden|invalid|changed)$/.test(toBackendError(error).code);

const openedWith = (ticket: Ticket, upload: UploadCapability, first: PartTarget | undefined, parts: readonly UploadedPart[]): Opened => ({
  ticket,
  upload,
  first: first && { ...first, until: performance.now() + first.expires * 900 },
  parts: new Map(parts.map((part) => [part.number, part])),
});
