import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import type { Completed, Conflict, FileDescription, Part, PartTarget, Ticket, UploadCapability, UploadedPart } from '../backend/upload.js';
import { backOff, sleep, type Line } from './line.js';
import { MOST, type Road } from './pace.js';
import { Cuts } from './parts.js';
import { handOver, put, SMALL, statusOf } from './put.js';
import type { Target, UploadDetail } from './queue.js';
import type { Remembered } from './resume.js';

/** Parts of one file that are cut at once where all connections may carry them: for each one that waits with its address in hand. */
const WORKERS = 10;
/** Tries of one part, besides those that an absent backend explains. */
const TRIES = 6;

/** Milliseconds between two tellings of bytes: each connection has news every 50, which add up to more work than sending. */
const TELL = 100;

/** A target and until when it works, on the clock of `performance.now`: nobody can set that one wrong. */
type TimedTarget = PartTarget & { until: number };

/** An upload that is open at the backend. */
interface Opened {
  ticket: Ticket;
  upload: UploadCapability;
  /** Where part 1 goes, if it is the whole file. */
  first?: TimedTarget | undefined;
  parts: Map<number, UploadedPart>;
}

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

/** Chromium alone (and no other engine has this) fails the request of a file that is gone. WebKit sends nothing, Firefox waits for ever. */
const TELLS = 'navigator' in globalThis && 'userAgentData' in navigator;

const timed = (target: PartTarget, asked: number): TimedTarget => ({ ...target, until: asked + target.expires * 900 });

const originOf = ({ url }: PartTarget): string => new URL(url, 'location' in globalThis ? location.href : undefined).origin;

/** Whether a failed upload must be begun anew: the backend does not want to know of it any more, or the file is another one. */
export const isDead = (error: unknown): boolean => /^(not-found|expired|forbidden|invalid|changed)$/.test(toBackendError(error).code);

/** One file on its way: `init`, parts, `complete`. It can be paused, and run again after it failed. */
export class Transfer {
  readonly #file: FileDescription;
  readonly #bytes: Blob;
  readonly #target: Target;
  readonly #around: Surroundings;
  #conflict: Conflict;
  /** Kept when it fails, so that a retry sends only what is missing. */
  #opened: Opened | undefined;
  #item: Item | undefined;
  #failure: unknown;
  /** Where the last part went, or was to go. */
  #origin = '';
  /** Parts that failed and may be there all the same, where that must be known before they go again. */
  readonly #doubtful = new Set<number>();
  /** Bytes out of each part that is under way. */
  readonly #moving = new Map<number, number>();
  /** When it was last told how many bytes are out. */
  #told = -TELL;
  readonly #end = new AbortController();
  /** Aborted when what is under way is to stop: a pause, or another part that failed. */
  #halt = new AbortController();
  #go: (() => void) | undefined;
  /** Resolves once the file is not paused. */
  going = Promise.resolve();

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
    return !!this.#go;
  }

  /** Stops sending until {@link resume}; what was under way of a part is sent again. */
  pause(): void {
    if (this.#go) return;
    this.going = new Promise((resolve) => {
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
  cancel(): void {
    this.#end.abort(new BackendError('aborted', `"${this.#file.name}" was cancelled.`));
    this.#halt.abort();
    this.#go?.();
    this.#go = undefined;
    if (!this.#item) this.#drop();
  }

  /** Takes a free name where the backend knows no other way with one that is taken, such as for strangers. */
  fit(ways: readonly Conflict[]): void {
    if (!ways.includes(this.#conflict) && ways.includes('rename')) this.#conflict = 'rename';
  }

  /** Sends the file; `remembered` is what an earlier page had sent of it. Answers the item, or nothing where there is none yet. */
  async run(remembered?: Remembered): Promise<Item | 'skipped' | undefined> {
    try {
      if (remembered && !this.#opened) await this.#pickUp(remembered);
      if (this.#item || !(this.#opened ??= await this.#open())) return this.#item ?? 'skipped';
      await this.#sendParts(this.#opened);
      await this.#around.sent();
      const completed = await this.#complete(this.#opened);
      if ('skipped' in completed) return 'skipped';
      return (this.#item = 'item' in completed ? completed.item : undefined);
    } catch (error) {
      // Where a part may not go twice and nobody can tell whether it is there, only a new upload helps.
      const stuck = this.#doubtful.size > 0 && this.#opened?.upload.resume !== 'parts';
      if (isDead(error) || stuck) this.#drop();
      throw error;
    }
  }

  #drop(): void {
    if (this.#opened) this.#target.backend.abort(this.#opened.ticket).catch(() => undefined);
    this.#opened = undefined;
    this.#doubtful.clear();
  }

  readonly #wait = (waiting: boolean): void => {
    this.#around.show({ phase: waiting ? 'waiting' : 'sending' });
  };

  #persist<T>(call: () => Promise<T>): Promise<T> {
    return this.#around.line.persist(call, this.signal, this.#wait);
  }

  async #pickUp({ ticket, parts }: Remembered): Promise<void> {
    const { backend, folder } = this.#target;
    const { signal } = this;
    try {
      const { upload } = await this.#persist(() => backend.capabilities({ folder }, { signal }));
      if (!upload || !upload.resume) return;
      const there = upload.resume === 'parts' ? await this.#persist(() => backend.parts(ticket, { signal })) : { parts };
      this.#item = 'item' in there ? there.item : undefined;
      this.#opened = {
        ticket: 'ticket' in there ? there.ticket : ticket,
        upload,
        parts: new Map(there.parts.map((part) => [part.number, part])),
      };
    } catch {
      // The store no longer knows of it: the file starts over.
      signal.throwIfAborted();
    }
  }

  /** Opens the upload; answers nothing when the name is taken and the person wants the file skipped. */
  async #open(): Promise<Opened | undefined> {
    const folder = await this.#persist(() => this.#around.place());
    for (;;) {
      const where = { folder, conflict: this.#conflict };
      const answer = await this.#persist(() => this.#target.backend.init(this.#file, where, { signal: this.signal }));
      if ('ticket' in answer) return { ...answer, first: answer.first && timed(answer.first, performance.now()), parts: new Map() };
      if ('skipped' in answer || !(await this.#wants(answer.exists))) return undefined;
    }
  }

  /** Asks what to do about a name that is taken; answers whether the file is wanted at all. */
  async #wants(exists: Item): Promise<boolean> {
    this.#conflict = await this.#around.ask(exists);
    this.signal.throwIfAborted();
    return this.#conflict !== 'skip';
  }

  async #sendParts(opened: Opened): Promise<void> {
    const { upload, parts } = opened;
    const { road } = this.#around;
    const cuts = new Cuts(this.#bytes.size, upload, [...parts.values()]);
    this.#wait(false);
    // A retry is not halted by what failed before.
    if (this.#failure) this.#halt = new AbortController();
    this.#failure = undefined;
    const worker = async (): Promise<void> => {
      for (;;) {
        await this.going;
        const part =
          !this.#failure && !this.signal.aborted && cuts.take(road.partSize(upload.partSize.preferred, cuts.left, upload.parallelParts));
        if (!part) return;
        try {
          parts.set(part.number, await this.#sendPart(opened, part));
          if (part.end - part.start < this.#bytes.size) this.#around.keep(opened.ticket, [...parts.values()]);
        } catch (error) {
          this.#failure ??= error;
          // The other parts of a file that cannot arrive are not worth their connections.
          this.#halt.abort();
        }
        this.#tell(part.number);
      }
    };
    await Promise.all(Array.from({ length: upload.parallelParts < MOST ? Math.max(1, upload.parallelParts) : WORKERS }, worker));
    this.signal.throwIfAborted();
    if (this.#failure) throw this.#failure as Error;
  }

  /** Tells how many bytes are out; `moving` of them of the part `number`, which is under way. */
  #tell(number: number, moving?: number): void {
    if (moving) this.#moving.set(number, moving);
    else this.#moving.delete(number);
    const now = performance.now();
    if (now - this.#told < TELL) return;
    this.#told = now;
    let out = 0;
    for (const bytes of this.#moving.values()) out += bytes;
    for (const part of this.#opened?.parts.values() ?? []) out += part.end - part.start;
    this.#around.progress(out);
  }

  /** Sends one part until the store has it: over pauses, lost connections, expired URLs and busy stores. */
  async #sendPart(opened: Opened, part: Part): Promise<UploadedPart> {
    const { upload } = opened;
    for (let tries = 0; ;) {
      await this.going;
      const halt = this.#halt.signal;
      try {
        this.signal.throwIfAborted();
        return (await this.#there(opened, part)) ?? (await this.#sendOnce(opened, part, halt, tries));
      } catch (thrown) {
        this.#tell(part.number);
        if (!upload.retryParts) this.#doubtful.add(part.number);
        if (this.#failure || this.signal.aborted) throw thrown;
        if (halt.aborted) continue;
        const error = toBackendError(thrown);
        const status = statusOf(thrown);
        const expired = error.code === 'expired';
        if (!upload.retryParts && upload.resume !== 'parts' && !expired) throw error;
        if (status === 0) {
          if (await this.#explainsSilence(opened, part, tries)) continue;
        } else if (!error.retryable && !upload.retryStatus.includes(status ?? -1)) throw error;
        if (++tries >= TRIES) throw expired ? new BackendError('forbidden', error.message) : error;
        // A fresh URL is all that an expired one needs; and silence, once: some stores say "expired" without CORS.
        if (expired || (status === 0 && tries === 1)) continue;
        this.#around.road.cut();
        this.#wait(true);
        await sleep(backOff(tries, error), this.signal);
        this.#wait(false);
      }
    }
  }

  /** A part whose answer was lost, where the store has it and must not be sent it twice. */
  async #there({ ticket, upload }: Opened, { number, start, end }: Part): Promise<UploadedPart | undefined> {
    if (!this.#doubtful.has(number) || upload.resume !== 'parts') return undefined;
    const { parts } = await this.#persist(() => this.#target.backend.parts(ticket, { signal: this.signal }));
    return parts.find((part) => part.number === number && part.start === start && part.end === end);
  }

  /** Tells apart why a request ended without a status. Answers whether the part may go again at once, as if nothing had been. */
  async #explainsSilence({ upload }: Opened, part: Part, tries: number): Promise<boolean> {
    const { line, road } = this.#around;
    await this.#readable(part);
    if (!(await line.answers())) {
      this.#wait(true);
      await line.back();
      this.#wait(false);
      return true;
    }
    const origin = this.#origin;
    if (!tries || upload.bytes === 'relay' || road.reached.has(origin) || road.unreachable.has(origin)) return false;
    road.unreachable.add(origin);
    return true;
  }

  /** A part's bytes; rejects with `changed` where they cannot be read any more. Of a small part all is as quickly read as a byte. */
  async #readable(part: Part): Promise<Blob> {
    const bytes = this.#slice(part);
    try {
      await (bytes.size > SMALL ? bytes.slice(0, 1) : bytes).arrayBuffer();
      return bytes;
    } catch {
      throw new BackendError('changed', `"${this.#file.name}" was changed or removed after it was chosen.`);
    }
  }

  /** Cut only where it must be, as each cut waits for another process of the browser: a file that has a type would send it along. */
  #slice({ start, end }: Part): Blob {
    const whole = end - start === this.#bytes.size && (!this.#bytes.type || this.#target.backend.write !== undefined);
    return whole ? this.#bytes : this.#bytes.slice(start, end);
  }

  async #sendOnce(opened: Opened, part: Part, signal: AbortSignal, retry: number): Promise<UploadedPart> {
    const { road } = this.#around;
    const sending = {
      signal,
      onProgress: (moving: number) => {
        this.#tell(part.number, moving);
      },
    };
    const { backend } = this.#target;
    if (backend.write) return road.hold(() => handOver(backend, opened.ticket, part, this.#slice(part), sending), signal);
    const bytes = TELLS ? this.#slice(part) : await this.#readable(part);
    let target = await this.#targetOf(opened, part, retry);
    return road.hold(async () => {
      // It may have waited long for its turn.
      if (performance.now() > target.until) target = await this.#targetOf(opened, part, retry);
      const origin = (this.#origin = originOf(target));
      const start = performance.now();
      const uploaded = await put(target, part, bytes, sending);
      road.reached.add(origin);
      road.note(bytes.size, performance.now() - start);
      return uploaded;
    }, signal);
  }

  async #targetOf(opened: Opened, part: Part, retry: number): Promise<TimedTarget> {
    const { first } = opened;
    opened.first = undefined;
    if (first && part.end === this.#bytes.size && performance.now() < first.until) return first;
    const ask = async (via?: { via: 'relay' }): Promise<TimedTarget> => {
      const asked = performance.now();
      const target = await this.#persist(() =>
        this.#target.backend.part(opened.ticket, { ...part, ...via, ...(retry && { retry }) }, { signal: this.signal }),
      );
      if (target.ticket !== undefined) opened.ticket = target.ticket;
      return timed(target, asked);
    };
    const target = await ask();
    return this.#around.road.unreachable.has(originOf(target)) ? ask({ via: 'relay' }) : target;
  }

  /** Completes. After a lost answer the backend is asked first whether it is done already. */
  async #complete({ ticket, upload, parts }: Opened): Promise<Completed> {
    const { backend } = this.#target;
    const { signal } = this;
    const all = [...parts.values()].sort((a, b) => a.number - b.number);
    for (let asked = false; ;) {
      const answer = await this.#persist(async (): Promise<Completed> => {
        const item = asked && upload.resume === 'parts' ? (await backend.parts(ticket, { signal })).item : undefined;
        asked = true;
        return item ? { item } : backend.complete(ticket, all, { conflict: this.#conflict }, { signal });
      });
      if (!('exists' in answer)) return answer;
      asked = false;
      if (await this.#wants(answer.exists)) continue;
      this.#drop();
      return { skipped: answer.exists };
    }
  }
}
