import type { PropertyDeclarations, PropertyValues } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Ref } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';
import { addTo } from '../uploads/add.js';
import {
  phaseOf,
  ROOT,
  type Added,
  type FileInput,
  type Limits,
  type Rejection,
  type Target,
  type UploadFile,
  type Uploads,
  type UppyFace,
} from '../uploads/queue.js';
import { totals, type Totals } from '../uploads/totals.js';
import { FerryElement } from './element.js';
import { loadQueue, makeQueue } from './engine.js';
import { emit } from './events.js';
import { valueOf } from './field.js';
import { narrow, readLimits } from './limits.js';
import { Place } from './place.js';
import type { Together } from './together.js';

const CONFLICTS = ['ask', 'rename', 'replace', 'skip'];
const LIMITS = ['accept', 'maxSize', 'maxTotal', 'maxFiles'] as const;

/** An element that uploads: where its files go, through which queue, within which limits. Drawing is left to whoever extends it. */
export abstract class UploadingElement extends FerryElement {
  static override properties: PropertyDeclarations = {
    backend: { attribute: false },
    uploads: { attribute: false },
    uppy: { attribute: false },
    folder: {},
    accept: {},
    maxSize: { attribute: 'max-size' },
    maxTotal: { attribute: 'max-total' },
    maxFiles: { attribute: 'max-files' },
    multiple: { type: Boolean },
    conflict: {},
    manual: { type: Boolean },
    name: { reflect: true },
  };

  /** Where files go. Comes before the provider's. */
  declare backend: Backend | undefined;
  /** The queue that files go through. Comes before the provider's. */
  declare uploads: Uploads | undefined;
  /** A plain Uppy with an uploader of its own: then this element is its face, and nothing more. */
  declare uppy: UppyFace | undefined;
  /** The folder that files go to: its id, or id and claim. */
  declare folder: string | Ref | undefined;
  /** What may be chosen, as in `<input accept>`. */
  declare accept: string | undefined;
  /** Largest file: bytes, `10MB` or `1.5 GiB`. */
  declare maxSize: string | number | undefined;
  /** Largest sum of all files: bytes, `10MB` or `1.5 GiB`. */
  declare maxTotal: string | number | undefined;
  /** How many files at most. */
  declare maxFiles: string | number | undefined;
  /** Takes several files, and folders. Without it a second file takes the place of the first. */
  declare multiple: boolean;
  /** What to do when a name is taken: `ask` (the default), `rename`, `replace` or `skip`. */
  declare conflict: Conflict | undefined;
  /** Files wait for `start()` or the button. */
  declare manual: boolean;
  /** The name of the form field. A field has a queue of its own, so that two in one form do not share their files. */
  declare name: string | undefined;

  protected queue: UppyFace | undefined;
  protected files: UploadFile[] = [];
  protected now: Totals = totals([]);
  protected rejected: Rejection[] = [];
  /** The file that failed last. */
  protected failed: UploadFile | undefined;
  /** How many files are being prepared. */
  protected reading: number | undefined;
  /** What is said and asked where files go out together; loaded where they do. */
  protected together: Together | undefined;
  readonly #redraw = (): void => {
    this.requestUpdate();
  };
  protected readonly place = new Place(this.#redraw);
  /** The limits of the page. */
  protected limits: Limits = {};
  /** The queue that this element made itself. */
  #own: Uploads | undefined;
  #target: Target | undefined;
  /** Settles when all that is being added is there. */
  #adding: Promise<unknown> = Promise.resolve();

  constructor() {
    super();
    this.multiple = this.manual = false;
    const now = ({ id }: UploadFile): UploadFile | undefined => this.queue?.getState().files[id];
    Object.assign(this.heard, {
      'upload-success': (given: UploadFile) => {
        const file = now(given) ?? given;
        emit(this, 'ferry-uploaded', { file, item: file.ferry?.item });
      },
      'upload-error': (given: UploadFile) => {
        const file = (this.failed = now(given) ?? given);
        emit(this, 'ferry-failed', { file, code: file.ferry?.code });
      },
      complete: ({ successful = [], failed = [] }: { successful?: UploadFile[]; failed?: UploadFile[] }) => {
        emit(this, 'ferry-completed', { uploaded: successful, failed });
        this.requestUpdate();
      },
      restored: this.#goOn,
      'files-added': this.#goOn,
    });
  }

  /** Goes on with what Golden Retriever has brought back over a reload, once every file has its bytes again. */
  readonly #goOn = (): void => {
    const { queue } = this;
    const { recoveredState, files } = (queue?.getState() ?? {}) as {
      recoveredState?: unknown;
      files?: Record<string, { isGhost?: boolean }>;
    };
    if (recoveredState && !this.manual && !Object.values(files ?? {}).some(({ isGhost }) => isGhost)) queue?.emit?.('restore-confirmed');
  };

  /** What a form sends: the stored items as JSON, for `verifyItems` on the server. Empty before anything has arrived. */
  get value(): string {
    return valueOf(this.#all());
  }

  /** Adds files as if they had been dropped: the page is asked, the limits are checked. */
  add(files: Iterable<File | FileInput>): Promise<Added> {
    const adding = this.#add(files);
    this.#adding = Promise.allSettled([this.#adding, adding]);
    return adding;
  }

  async #add(files: Iterable<File | FileInput>): Promise<Added> {
    const inputs = Array.from(files, (file) => (file instanceof File ? { file } : file));
    await this.updateComplete;
    if (!this.queue && this.#target) {
      await loadQueue();
      await this.updateComplete;
    }
    const { queue, multiple } = this;
    if (!queue || !inputs.length || !emit(this, 'ferry-before-add', { files: inputs })) return { added: [], rejected: [] };
    const replaced = multiple || inputs.length > 1 ? [] : this.#all().map(({ id }) => id);
    this.reading = inputs.length;
    this.requestUpdate();
    try {
      // Who is quicker than the rules waits for them, so that nothing is sent that they refuse.
      await this.place.known;
      const limits = { ...this.allLimits, ...(!multiple && { maxFiles: replaced.length + 1 }) };
      const target = this.#target;
      const answer = await (this.ours?.add(inputs, { limits, ...(target && { target }) }) ?? addTo(queue, inputs, { limits }));
      if (answer.added.length && replaced.length) queue.removeFiles(replaced);
      this.reject(answer.rejected);
      return answer;
    } finally {
      this.reading = undefined;
      void this.place.findUnfinished();
    }
  }

  /** Starts what waits for it, once what is just being added is there as well. */
  start(): void {
    void this.#adding.then(() => {
      this.run(this.queue?.upload());
    });
  }

  /** Pauses everything that is under way. */
  pause(): void {
    this.queue?.pauseAll();
  }

  /** Goes on with everything that is paused. */
  resume(): void {
    this.queue?.resumeAll();
  }

  /** Stops everything that has not arrived, and takes it off the list. */
  cancel(): void {
    this.takeOff((file) => phaseOf(file) !== 'done');
  }

  /** Tries again what has failed. */
  retry(): void {
    this.run(this.queue?.retryAll());
  }

  /** Takes off the list what has arrived, and what was not taken. What is stored stays. */
  clear(): void {
    this.takeOff((file) => phaseOf(file) === 'done');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A queue with nothing in it is not missed; one with files goes on, and is there when the element comes back.
    queueMicrotask(() => {
      if (this.isConnected || this.#all().length) return;
      this.#own?.destroy();
      this.#own = undefined;
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { around } = this;
    this.#readAttributes(changed);
    const backend = this.backend ?? around.backend;
    const folder = this.folder ?? around.folder ?? ROOT;
    const conflict = this.conflict && CONFLICTS.includes(this.conflict) ? this.conflict : 'ask';
    this.#target = backend && { backend, folder: typeof folder === 'string' ? { id: folder } : folder, conflict };
    const queue =
      this.uppy ?? this.uploads ?? (this.name ? undefined : around.uploads) ?? (backend && (this.#own ??= makeQueue(this.#redraw)));
    if (queue !== this.queue || changed.has('manual')) queue?.setOptions({ autoProceed: !this.manual });
    this.queue = queue;
    this.follow(queue);
    const { ours } = this;
    if (ours && this.#target) ours.target = this.#target;
    this.place.look(this.#target, ours, around);
    const { upload } = this.place.capabilities ?? {};
    if (upload && upload.needsDelivery && !this.together) void this.#loadTogether();
    this.files = this.#all();
    this.now = totals(this.files);
  }

  async #loadTogether(): Promise<void> {
    const { Together } = await import('./together.js');
    this.together ??= new Together(this, () => this.ours);
  }

  #readAttributes(changed: PropertyValues<this>): void {
    const complain = (wrong: string, expected: string): void => {
      console.warn(`<${this.localName} ${wrong}>: expected ${expected}.`);
    };
    if (LIMITS.some((name) => changed.has(name))) this.limits = readLimits(this, complain);
    if (changed.has('conflict') && !CONFLICTS.includes(this.conflict ?? 'ask'))
      complain(`conflict="${String(this.conflict)}"`, CONFLICTS.join(', '));
  }

  #all(): UploadFile[] {
    return Object.values(this.queue?.getState().files ?? {});
  }

  /** Whether there is a place for files to go to. */
  protected get placed(): boolean {
    return !!(this.queue ?? this.#target);
  }

  /** The queue, where it is one of Ferrykit's. */
  protected get ours(): Uploads | undefined {
    return this.queue && 'answer' in this.queue ? (this.queue as Uploads) : undefined;
  }

  /** The limits of the page, the backend and the folder. */
  protected get allLimits(): Limits {
    return narrow(this.limits, this.place.capabilities, this.place.rules);
  }

  /** Takes files off the list, and forgets what was not taken. */
  protected takeOff(which: (file: UploadFile) => boolean): void {
    this.rejected = [];
    const ids = this.#all()
      .filter(which)
      .map(({ id }) => id);
    this.queue?.removeFiles(ids);
    this.requestUpdate();
  }

  /** Tells what was not taken. */
  protected reject(rejected: Rejection[]): void {
    if (!rejected.length) return;
    this.rejected = [...rejected, ...this.rejected];
    emit(this, 'ferry-rejected', { rejected });
    this.requestUpdate();
  }

  /** Uppy tells its failures by events; its promises repeat them. */
  protected run(promise: Promise<unknown> | undefined): void {
    promise?.catch(() => undefined);
  }
}
