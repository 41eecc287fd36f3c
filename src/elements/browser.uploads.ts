import { nothing, type TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Ref } from '../backend/item.js';
import { phaseOf, type FileInput, type Limits, type Rejection, type UploadFile, type Uploads } from '../uploads/queue.js';
import { Speed, totals } from '../uploads/totals.js';
import { loadQueue } from './engine.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';
import { narrow } from './limits.js';
import { question, refusals, type Choice } from './panels.js';
import { total, type QueueDeed } from './total.js';

/** Whom {@link DroppedFiles} asks. */
export interface DroppedOptions {
  queue: () => Uploads | undefined;
  /** Asks the page whether these may be added. */
  mayAdd: (files: FileInput[]) => boolean;
  onRejected: (rejected: Rejection[]) => void;
  onChange: () => void;
}

const CHOICES: Choice[] = ['replace', 'rename', 'skip'];

/** The files that were dropped on the browser or chosen in it, on their way through the queue. */
export class DroppedFiles {
  readonly #options: DroppedOptions;
  readonly #speed = new Speed();
  readonly #ids = new Set<string>();
  #rejected: Rejection[] = [];

  constructor(options: DroppedOptions) {
    this.#options = options;
  }

  /** Uploads files into a folder, as far as its rules and those of the backend let them. */
  async add(inputs: FileInput[], unreadable: readonly string[], backend: Backend, folder: Ref): Promise<void> {
    this.reject(unreadable.map((name) => ({ file: new File([], name), code: 'unreadable' as const })));
    if (!inputs.length || !this.#options.mayAdd(inputs)) return;
    await loadQueue();
    const queue = this.#options.queue();
    if (!queue) return;
    const limits = await limitsOf(backend, folder);
    const { added, rejected } = await queue.add(inputs, { limits, target: { backend, folder, conflict: 'ask' } });
    for (const id of added) this.#ids.add(id);
    this.reject(rejected);
    this.#options.onChange();
  }

  /** Tells what was not taken. */
  reject(rejected: Rejection[]): void {
    if (!rejected.length) return;
    this.#rejected = [...rejected, ...this.#rejected];
    this.#options.onRejected(rejected);
    this.#options.onChange();
  }

  get #files(): UploadFile[] {
    const { files = {} } = this.#options.queue()?.getState() ?? {};
    return [...this.#ids].flatMap((id) => files[id] ?? []);
  }

  /** How far they are, and what they need a person for. What has arrived is in the list above. */
  template(language: Language, icons: Icons): (TemplateResult | typeof nothing)[] {
    const files = this.#files;
    const now = totals(files);
    if (now.phase === 'done') this.#ids.clear();
    if (now.phase === 'sending') this.#speed.note(now.sent, performance.now());
    else this.#speed.reset();
    const asking = files.find((file) => phaseOf(file) === 'asking');
    const under = files.length > 0 && now.phase !== 'done';
    return [
      this.#rejected.length
        ? refusals(this.#rejected, icons, language, () => {
            this.#rejected = [];
            this.#options.onChange();
          })
        : nothing,
      asking
        ? question(asking, CHOICES, now.counts.asking > 1, language, (choice, forAll) => {
            this.#options.queue()?.answer(asking.id, choice, forAll);
          })
        : nothing,
      under ? total(now, { language, icons, speed: this.#speed, pausable: true, disabled: false, onDeed: this.#onDeed }) : nothing,
    ];
  }

  readonly #onDeed = (deed: QueueDeed): void => {
    const queue = this.#options.queue();
    const files = this.#files;
    const ids = (wanted: (file: UploadFile) => boolean): string[] => files.filter(wanted).map(({ id }) => id);
    if (deed === 'retry') for (const id of ids(({ error }) => !!error)) queue?.retryUpload(id).catch(() => undefined);
    else if (deed === 'start') queue?.upload().catch(() => undefined);
    else if (deed === 'pause' || deed === 'resume') {
      const paused = deed === 'resume';
      for (const id of ids((file) => !file.progress.uploadComplete && !file.error && !!file.isPaused === paused)) queue?.pauseResume(id);
    } else if (deed === 'clear') this.#ids.clear();
    else queue?.removeFiles(ids(({ progress }) => !progress.uploadComplete));
    this.#options.onChange();
  };
}

async function limitsOf(backend: Backend, folder: Ref): Promise<Limits> {
  const capabilities = await backend.capabilities({ folder }).catch(() => undefined);
  const rules = capabilities?.rules ? await backend.rules(folder).catch(() => undefined) : undefined;
  return narrow({}, capabilities, rules);
}
