import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { base } from './base.styles.js';
import { iconButton } from './controls.js';
import { focusedElement } from './focus.js';
import { draftView } from './send.draft-view.js';
import { DeliveryDeeds } from './send.deeds.js';
import type { Outcome } from './send.outcome.js';
import { offerSending } from './senders.js';
import { styles } from './send.styles.js';
import { titleOf } from './send.words.js';
import { WritingElement } from './send.writing.js';

/** What is shown: what is being written or has been sent. */
export type View = 'draft' | 'outcome';

/**
 * Sends files to people: what a page gives it, what a person chose in a `<ferry-browser>` beside it, or what goes through the queue.
 * A dialog, or with `inline` a part of the page.
 *
 * @slot before - More above the fields.
 * @slot after - More below the fields.
 * @csspart dialog - The dialog.
 * @csspart button - Every button.
 * @csspart items - What is sent.
 * @csspart recipients - The field for recipients.
 * @csspart recipient - One recipient.
 * @csspart notice - What went wrong.
 * @csspart outcome - What has become of it.
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
 * @cssstate sending - Something is under way.
 * @cssstate sent - It was sent.
 * @fires {CustomEvent} ferry-before-send - Asks whether the draft may be sent; can be prevented.
 * @fires {CustomEvent} ferry-sent - A delivery was sent.
 */
export class FerrySend extends WritingElement {
  static readonly formAssociated = true;
  static override styles = [base, styles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    inline: { type: Boolean, reflect: true },
    name: { reflect: true },
  };

  /** The dialog is open. */
  declare open: boolean;
  /** It is part of the page instead of a dialog. */
  declare inline: boolean;
  /** The name of the form field. */
  declare name: string | undefined;

  readonly #internals = this.attachInternals();
  readonly #deeds = new DeliveryDeeds({
    backend: () => this.service,
    capabilities: () => this.capabilities,
    recipients: this.makeRecipients(() => undefined),
    onChange: this.redraw,
    onDone: (kind, delivery) => {
      this.sending.replace(delivery);
      this.say(this.language.say(`send-deed-${kind}`));
    },
  });
  /** Draws what has become of what was sent; loaded when something is. */
  #outcome: Outcome | undefined;
  /** The outcome was shown. */
  #seen = false;
  /** Which view was drawn last. */
  #shown: string | undefined;
  /** The focus was in the element when it was drawn. */
  #hadFocus = false;
  /** What had the focus when the dialog was opened. */
  #before: HTMLElement | undefined;

  constructor() {
    super();
    this.open = this.inline = false;
    this.#internals.role = 'group';
  }

  /** What a form sends: the delivery that was sent as JSON, its `id`, `claim` and `link`; empty before. */
  get value(): string {
    const { progress } = this.sending;
    return progress.stage === 'sent' ? JSON.stringify(progress.delivery, ['id', 'claim', 'link']) : '';
  }

  formResetCallback(): void {
    this.startAnew();
  }

  formDisabledCallback(disabled: boolean): void {
    this.inert = disabled;
  }

  /** Opens the dialog. */
  show(): void {
    // What has become of the last one is seen first, where it ended behind the scenes.
    if (this.#seen) this.startAnew();
    this.open = true;
  }

  /** Closes the dialog. What was written stays until it is sent; what is under way goes on. */
  close(): void {
    this.open = false;
  }

  get #view(): View {
    return this.sending.progress.stage === 'sent' ? 'outcome' : 'draft';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    offerSending(this, false);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.isConnected) offerSending(this, this.service);
    if (changed.has('open') && this.open && !this.inline) this.#before = focusedElement();
    if (this.sending.busy || this.#view === 'outcome') void this.#loadOutcome();
  }

  async #loadOutcome(): Promise<void> {
    if (this.#outcome) return;
    const { Outcome } = await import('./send.outcome.js');
    this.#outcome ??= new Outcome(this.redraw);
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues<this>): void {
    this.#hadFocus = this.matches(':focus-within');
    super.update(changed);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.open && !dialog.open) dialog.showModal();
    else if (dialog?.open && !this.open) dialog.close();
    this.#seen = this.#view === 'outcome' && (this.#seen || this.open);
    this.#guideFocus();
    const internals = this.#internals;
    internals.ariaLabel = this.language.say('send-element');
    if (internals.form) internals.setFormValue(this.value || null);
    try {
      internals.states.clear();
      if (this.sending.busy) internals.states.add('sending');
      if (this.#view === 'outcome') internals.states.add('sent');
    } catch {
      // Engines of before 2024 have no states, or take other names.
    }
  }

  /** The focus goes to what a person does next: to recipients in a dialog that was opened, and to the outcome where the form is gone. */
  #guideFocus(): void {
    const root = this.renderRoot as ShadowRoot;
    const title = root.querySelector<HTMLElement>('#title');
    const now = `${this.#view} ${this.sending.progress.stage === 'unsure' ? 'unsure' : ''}`;
    if (this.#shown !== now && this.#shown !== undefined && this.#hadFocus && !root.activeElement?.matches('#title')) title?.focus();
    this.#shown = now;
    if (this.open && this.#view === 'draft' && (root.activeElement === title || root.activeElement?.matches('dialog')))
      this.recipients.focus();
  }

  protected override render(): TemplateResult {
    const said = html`<p role="status" class="said">${this.announcer.said}</p>`;
    if (this.inline)
      return html`<div class="box send">${this.#content()}</div>
        ${said}`;
    return html`<dialog part="dialog" class="send" aria-labelledby="title" @close=${this.#onClose}>
      ${this.open ? this.#content() : nothing} ${said}
    </dialog>`;
  }

  #content(): TemplateResult {
    const { language, icons, inline, cargo } = this;
    const close = (): void => {
      this.close();
    };
    return html`<div class="head">
        <h2 id="title" tabindex="-1">${titleOf(cargo, this.sending.progress, language)}</h2>
        ${inline ? nothing : iconButton('close', icons, language.say('send-close'), close)}
      </div>
      ${this.#view === 'outcome' ? this.#outcomeView() : this.#draftView()}`;
  }

  #draftView(): TemplateResult {
    const { language, icons, can: send, cargo, recipients, draft, options, faultOf, queue, sending, inline } = this;
    const { progress } = sending;
    return draftView({
      language,
      icons,
      missing: !this.service,
      problem: this.place.problem ?? (this.capabilities && !send ? 'unsupported' : undefined),
      objection: this.objection,
      send,
      cargo,
      recipients,
      draft,
      progress,
      uploads: queue,
      faultOf,
      options,
      inline,
      keeping: this.newcomers.length ? this.keeps : undefined,
      onKeep: (keep) => {
        this.keeps = keep;
        this.requestUpdate();
      },
      onChange: this.redraw,
      onSend: () => void this.send(),
      onAgain: () => {
        this.sendAgain();
      },
      onBack: () => {
        sending.reset();
      },
      onCancel: () => {
        if (sending.busy) sending.cancel();
        else this.close();
      },
    });
  }

  #outcomeView(): TemplateResult | typeof nothing {
    const { language, icons, can: send, inline, sending } = this;
    const { progress } = sending;
    if (progress.stage !== 'sent' || !send || !this.#outcome) return nothing;
    const { delivery, failed } = progress;
    return this.#outcome.render({
      language,
      icons,
      send,
      delivery,
      canRepeat: sending.canRepeat,
      failed,
      deeds: this.#deeds,
      inline,
      say: (text) => {
        this.say(text);
      },
      onAgain: () => void sending.again(),
      onNew: () => {
        this.items = [];
        this.startAnew();
      },
      onClose: () => {
        this.close();
      },
    });
  }

  readonly #onClose = (event: Event): void => {
    // An event of the one before may come late.
    if ((event.target as HTMLDialogElement).open) return;
    this.open = false;
    this.#before?.focus();
    this.#before = undefined;
  };
}

if (!customElements.get('ferry-send')) customElements.define('ferry-send', FerrySend);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-send': FerrySend;
  }
}
