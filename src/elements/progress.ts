import { adoptStyles, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Outbound, UploadFile, Uploads, UppyFace } from '../uploads/queue.js';
import { totals } from '../uploads/totals.js';
import { FerryElement } from './element.js';
import { styles } from './progress.styles.js';
import { tokens } from './tokens.js';

/** Assistive technology hears of every so many steps of the whole. */
const STEPS = 20;

/**
 * A progress bar: on its own by `value`, bound to one upload by `upload` and `uploads`, or to a whole queue by `uploads` alone.
 * With none of them it shows the queue of the `<ferry-provider>` around it. With `delivery` it says in words, too, how far the delivery is
 * that the queue's files go out with.
 *
 * @csspart bar - The part that is filled.
 * @csspart phase - How far a delivery is, in words.
 * @cssproperty --ferry-accent - Colour of the filled part.
 * @cssproperty --ferry-line - Colour of the rest.
 */
export class FerryProgress extends FerryElement {
  static override styles = [tokens, styles];
  static override properties: PropertyDeclarations = {
    value: { type: Number },
    indeterminate: { type: Boolean },
    label: {},
    upload: { attribute: false },
    uploads: { attribute: false },
    delivery: { type: Boolean },
  };

  /** Between 0 and 1. */
  declare value: number | undefined;
  /** Something is under way, and nobody knows how much of it is done. */
  declare indeterminate: boolean;
  /** What progresses, for assistive technology. */
  declare label: string | undefined;
  /** One upload: the file as the queue has it, or its id. */
  declare upload: UploadFile | string | undefined;
  /** The queue that is shown, or that `upload` is in. */
  declare uploads: Uploads | UppyFace | undefined;

  /** Follows the latest delivery of the queue through its phases; or shows one that a page follows by itself. */
  declare delivery: boolean | Outbound;

  readonly #internals = this.attachInternals();
  #phases: typeof import('./progress.delivery.js') | undefined;

  constructor() {
    super();
    this.indeterminate = this.delivery = false;
    this.#internals.role = 'progressbar';
  }

  get #queue(): Uploads | UppyFace | undefined {
    return this.uploads ?? this.around.uploads;
  }

  #share(): number {
    if (this.value !== undefined) return this.value;
    const queue = this.#queue;
    this.follow(queue);
    const files = queue?.getState().files ?? {};
    if (!this.upload) return totals(Object.values(files)).progress;
    const id = typeof this.upload === 'string' ? this.upload : this.upload.id;
    const file = files[id] ?? (this.upload as UploadFile);
    return totals(typeof file === 'string' ? [] : [file]).progress;
  }

  /** Loads what only deliveries need. */
  async #load(): Promise<void> {
    const phases = await import('./progress.delivery.js');
    if (this.#phases) return;
    adoptStyles(this.renderRoot as ShadowRoot, [...FerryProgress.elementStyles, phases.styles]);
    this.#phases = phases;
    this.requestUpdate();
  }

  #delivery(given: true | Outbound): TemplateResult {
    const queue = this.#queue;
    this.follow(queue);
    // What is inside of a bar is not read out.
    Object.assign(this.#internals, { role: 'group', ariaLabel: null, ariaValueMin: null, ariaValueMax: null, ariaValueNow: null });
    if (!this.#phases) void this.#load();
    const { files = {}, deliveries } = queue?.getState() ?? {};
    const outbound = given === true ? deliveries?.at(-1) : given;
    const { language } = this;
    return this.#phases?.deliveryView(outbound, files, this.label ?? language.say('progress'), language) ?? html``;
  }

  protected override render(): TemplateResult {
    if (this.delivery) return this.#delivery(this.delivery);
    const wanted = this.#share();
    const share = Math.min(1, Math.max(0, wanted || 0));
    if (share !== wanted) console.warn(`<ferry-progress value="${String(wanted)}">: expected a number between 0 and 1.`);
    const coarse = Math.floor(share * STEPS) / STEPS;
    const { language } = this;
    Object.assign(this.#internals, {
      role: 'progressbar',
      ariaLabel: this.label ?? language.say('progress'),
      ariaValueMin: '0',
      ariaValueMax: '100',
      ariaValueNow: this.indeterminate ? null : String(coarse * 100),
    });
    return html`<div
      part="bar"
      class=${this.indeterminate ? 'moving' : ''}
      .style=${this.indeterminate ? '' : `inline-size:${String(share * 100)}%`}
    ></div>`;
  }
}

if (!customElements.get('ferry-progress')) customElements.define('ferry-progress', FerryProgress);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-progress': FerryProgress;
  }
}
