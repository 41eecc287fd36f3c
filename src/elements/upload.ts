import { html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { phaseOf, type Rejection } from '../uploads/queue.js';
import { Speed } from '../uploads/totals.js';
import { Announcer } from './announcer.js';
import { base } from './base.styles.js';
import { textButton } from './controls.js';
import { DropZone } from './drop-zone.js';
import { chosen } from './drop.js';
import { report } from './field.js';
import { icon } from './icons.js';
import type { Word } from './language.js';
import { describe } from './limits.js';
import { leftBehind, question, refusal, refusals } from './panels.js';
import './progress.js';
import { nameOf, reasonOf, row, type Deed } from './row.js';
import { Rows } from './rows.js';
import { total } from './total.js';
import { styles } from './upload.styles.js';
import { UploadingElement } from './uploading.js';

const CHOICES = ['replace', 'rename', 'skip'] as const;

/** Milliseconds after which an element without a backend says that it has none: a page may set it late. */
const PATIENCE = 500;

/**
 * Uploads files: dropped, chosen or pasted, with whole folders, to the backend around it. In a form it is a field.
 *
 * @slot - Text of the drop area.
 * @slot empty - Picture above it, while there are no files.
 * @slot hint - What may be chosen; else the rules of the page and of the folder.
 * @csspart drop - The drop area.
 * @csspart hint - What may be chosen.
 * @csspart button - Every button.
 * @csspart total - The state of the whole queue.
 * @csspart question - The question what to do about a name that is taken, or about the other files of a delivery.
 * @csspart rejected - Files that were not taken.
 * @csspart unfinished - An upload that an earlier page left behind.
 * @csspart list - The files.
 * @csspart row - One file.
 * @csspart name - Its name.
 * @csspart detail - What it is doing.
 * @csspart progress - The bar of a file, or of the whole queue.
 * @cssproperty --ferry-accent - Colour of what is active.
 * @cssproperty --ferry-ink - Colour of text.
 * @cssproperty --ferry-ink-soft - Colour of text that matters less.
 * @cssproperty --ferry-surface - Background.
 * @cssproperty --ferry-surface-raised - Background of what stands out of it.
 * @cssproperty --ferry-line - Colour of lines.
 * @cssproperty --ferry-danger - Colour of what went wrong.
 * @cssproperty --ferry-success - Colour of what is done.
 * @cssproperty --ferry-radius - Radius of corners; smaller ones follow.
 * @cssproperty --ferry-space - A quarter of the usual distance.
 * @cssproperty --ferry-font - Font, when it is not the one of the page.
 * @cssproperty --ferry-focus - Colour of the ring around what has the focus.
 * @cssstate empty - There are no files.
 * @cssstate queued - Files wait for the start.
 * @cssstate sending - Files are under way.
 * @cssstate paused - Everything is paused.
 * @cssstate waiting - The backend cannot be reached; it goes on by itself.
 * @cssstate asking - A name is taken, and the person is asked.
 * @cssstate failed - Everything has ended, and something failed.
 * @cssstate done - Everything has arrived.
 * @cssstate dragging - Files hang over the element.
 * @fires {CustomEvent} ferry-before-add - Asks whether files may be added; can be prevented.
 * @fires {CustomEvent} ferry-rejected - Files were not taken.
 * @fires {CustomEvent} ferry-uploaded - A file has arrived.
 * @fires {CustomEvent} ferry-failed - A file could not be uploaded.
 * @fires {CustomEvent} ferry-sent - Everything that was started together has gone out, with one delivery.
 * @fires {CustomEvent} ferry-completed - Everything that was under way has ended.
 */
export class FerryUpload extends UploadingElement {
  static readonly formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [base, styles];
  static override properties: PropertyDeclarations = {
    noFolders: { type: Boolean, attribute: 'no-folders' },
    capture: {},
    required: { type: Boolean },
    disabled: { type: Boolean, reflect: true },
  };

  /** Takes no folders. */
  declare noFolders: boolean;
  /** Which camera a phone offers, as in `<input capture>`. */
  declare capture: string | undefined;
  /** The form cannot be sent without a file. */
  declare required: boolean;
  /** Takes no files. */
  declare disabled: boolean;

  readonly #internals = this.attachInternals();
  readonly #announcer = new Announcer();
  readonly #speed = new Speed();
  readonly #zone = new DropZone(this, (files, unreadable) => {
    this.reject(unreadable.map((name) => ({ file: new File([], name), code: 'unreadable' })));
    void this.add(files);
  });
  readonly #rows = new Rows((file, kept, active) => row(file, kept, active, { ...this.#scene, onDeed: this.#onDeed }));
  #missing = false;

  constructor() {
    super();
    this.noFolders = this.required = this.disabled = false;
    this.#internals.role = 'group';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    setTimeout(() => {
      if (this.placed || !this.isConnected) return;
      console.warn('<ferry-upload>: expected a backend: put it into a <ferry-provider>, or set `backend`, `uploads` or `uppy`.');
      this.#missing = true;
      this.requestUpdate();
    }, PATIENCE);
  }

  formDisabledCallback(disabled: boolean): void {
    this.#zone.disabled = disabled;
    this.requestUpdate();
  }

  formResetCallback(): void {
    this.takeOff(() => true);
  }

  protected override reject(rejected: Rejection[]): void {
    super.reject(rejected);
    const [first] = rejected;
    const { language } = this;
    if (first)
      this.#announcer.say(
        rejected.length > 1 ? language.say('refused', { n: rejected.length }) : `${first.file.name}: ${refusal(first, language)}`,
      );
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { now, failed, language } = this;
    if (now.phase === 'sending') this.#speed.note(now.sent, performance.now());
    else this.#speed.reset();
    this.#announcer.follow(now, failed ? `${nameOf(failed)}: ${reasonOf(failed, language)}` : '', language);
  }

  #hasFocus(): boolean {
    return !!this.shadowRoot?.activeElement;
  }

  protected override update(changed: PropertyValues<this>): void {
    const focused = this.#hasFocus();
    super.update(changed);
    const root = this.renderRoot;
    const choose = root.querySelector<HTMLElement>('.drop button') ?? undefined;
    this.#rows.draw(root.querySelector('ul') ?? undefined, this.files);
    // What had the focus is gone: the next row takes it, or the place to choose more.
    if (focused && !this.#hasFocus() && !this.#rows.focus()) choose?.focus();
    const { language } = this;
    const internals = this.#internals;
    internals.ariaLabel = internals.labels.length ? null : language.say('upload');
    report(internals, this.now, this.files, this.required, language, choose);
    try {
      internals.states.clear();
      internals.states.add(this.now.phase);
      if (this.#zone.over) internals.states.add('dragging');
    } catch {
      // Engines of before 2024 have no states, or take other names.
    }
  }

  protected override render(): TemplateResult {
    const { language, icons } = this.#scene;
    const { files, rejected } = this;
    const { capabilities, unfinished } = this.place;
    const asking = this.now.counts.asking ? files.find((file) => phaseOf(file) === 'asking') : undefined;
    const choices = CHOICES.filter((choice) => !capabilities?.upload || capabilities.upload.conflict.includes(choice));
    return html`
      ${this.#dropArea()} ${leftBehind(unfinished, language, (one) => void this.place.discard(one))}
      ${
        asking &&
        question(asking, choices, files.length > 1, language, (choice, forAll) => {
          this.ours?.answer(asking.id, choice, forAll);
        })
      }
      ${this.together?.question(language)}
      ${
        rejected.length
          ? refusals(rejected, icons, language, () => {
              this.takeOff(() => false);
            })
          : nothing
      }
      ${files.length ? this.#list() : nothing}
      <p role="status" class="said">${this.#announcer.said}</p>
    `;
  }

  #dropArea(): TemplateResult {
    const { language, icons, disabled } = this.#scene;
    const { capabilities, problem } = this.place;
    const { multiple } = this;
    const reading = this.reading ?? this.#zone.reading;
    const empty = !this.files.length;
    const folders = multiple && !this.noFolders;
    const flat = folders && !!capabilities?.upload && !capabilities.upload.folders;
    const choose = (word: Word, folder: boolean): TemplateResult =>
      textButton(
        language.say(word),
        () => {
          this.#choose(folder);
        },
        disabled || !this.placed,
      );
    const hint = problem
      ? [language.say(`error-${problem}`)]
      : !this.placed && this.#missing
        ? [language.say('missing')]
        : describe(this.allLimits, flat, language);
    const text = reading ? language.say('reading', { n: reading }) : language.say(folders ? 'drop' : multiple ? 'dropFiles' : 'dropFile');
    return html`<div part="drop" class="box line drop ${empty ? 'empty' : ''} ${this.#zone.over ? 'over' : ''}">
        ${empty ? html`<slot name="empty">${icon('upload', icons)}</slot>` : nothing}
        <div class="text">
          <slot>${text}</slot>
          <p part="hint" class="soft"><slot name="hint">${hint.join(' · ')}</slot></p>
        </div>
        <div class="choose">
          ${choose(multiple ? 'chooseFiles' : 'chooseFile', false)}
          ${folders && !flat && 'webkitdirectory' in HTMLInputElement.prototype ? choose('chooseFolder', true) : nothing}
        </div>
      </div>
      <input
        type="file"
        hidden
        accept=${this.limits.accept?.join() ?? nothing}
        capture=${this.capture ?? nothing}
        ?multiple=${multiple}
        @change=${this.#onChoose}
      />`;
  }

  #list(): TemplateResult {
    const many = this.files.length > 1 || (this.manual && this.now.phase === 'queued');
    const { onScroll, onFocus, onKey } = this.#rows;
    return html`<div class="box">
      ${
        many
          ? total(this.now, {
              ...this.#scene,
              speed: this.#speed,
              onDeed: (deed) => {
                this[deed]();
                this.requestUpdate();
              },
            })
          : nothing
      }
      <ul
        part="list"
        role="list"
        tabindex="-1"
        aria-label=${this.language.say('files')}
        @scroll=${onScroll}
        @focusin=${onFocus}
        @keydown=${onKey}
      ></ul>
    </div>`;
  }

  get #scene(): { language: FerryUpload['language']; icons: FerryUpload['around']['icons']; pausable: boolean; disabled: boolean } {
    const { capabilities } = (this.queue?.getState() ?? {}) as { capabilities?: { resumableUploads?: boolean } };
    return { language: this.language, icons: this.around.icons, pausable: !!capabilities?.resumableUploads, disabled: this.#zone.disabled };
  }

  readonly #onDeed = (deed: Deed, id: string): void => {
    const { queue } = this;
    if (deed === 'retry') this.run(queue?.retryUpload(id));
    else if (deed === 'pause' || deed === 'resume') queue?.pauseResume(id);
    else if (this.together) void this.together.drop(id);
    else queue?.removeFiles([id]);
    this.requestUpdate();
  };

  #choose(folder: boolean): void {
    const input = this.renderRoot.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) return;
    input.webkitdirectory = folder;
    input.click();
  }

  readonly #onChoose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    void this.add(chosen(input.files ?? []));
    // The same file may be chosen again.
    input.value = '';
  };
}

if (!customElements.get('ferry-upload')) customElements.define('ferry-upload', FerryUpload);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-upload': FerryUpload;
  }
}
