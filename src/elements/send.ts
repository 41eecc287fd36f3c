import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { base } from './base.styles.js';
import { iconButton, textButton } from './controls.js';
import { emit } from './events.js';
import { focusedElement } from './focus.js';
import { draftView } from './send.draft-view.js';
import { DeliveryDeeds } from './send.deeds.js';
import type { Outcome } from './send.outcome.js';
import { offerSending } from './senders.js';
import type { RequestView } from './send.request.js';
import type { SentView } from './send.sent.js';
import { styles } from './send.styles.js';
import { titleOf } from './send.words.js';
import { WritingElement } from './send.writing.js';

/** What is shown: what is being written, what has become of it, all that was sent, or what is asked of others. */
export type View = 'draft' | 'outcome' | 'sent' | 'request';

/**
 * Sends files to people: what a page gives it, what a person chose in a `<ferry-browser>` beside it, or what goes through the queue.
 * A dialog, or with `inline` a part of the page. With `request` it asks others for files.
 *
 * @slot before - More above the fields.
 * @slot after - More below the fields.
 * @csspart dialog - The dialog.
 * @csspart button - Every button.
 * @csspart items - What is sent.
 * @csspart recipients - The field for recipients.
 * @csspart recipient - One recipient.
 * @csspart row - One of the deliveries that were sent, or of the requests that are open.
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
 * @fires {CustomEvent} ferry-requested - Others were asked for files.
 */
export class FerrySend extends WritingElement {
  static readonly formAssociated = true;
  static override styles = [base, styles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    inline: { type: Boolean, reflect: true },
    request: { type: Boolean, reflect: true },
    name: { reflect: true },
  };

  /** The dialog is open. */
  declare open: boolean;
  /** It is part of the page instead of a dialog. */
  declare inline: boolean;
  /** It asks others for files, which come into the folder, instead of sending. */
  declare request: boolean;
  /** The name of the form field. */
  declare name: string | undefined;

  readonly #internals = this.attachInternals();
  readonly #deeds = new DeliveryDeeds({
    backend: () => this.service,
    capabilities: () => this.capabilities,
    recipients: this.makeRecipients(() => undefined),
    onChange: this.redraw,
    onDone: (kind, delivery) => {
      if (this.#view === 'sent') this.#sent?.replace(delivery);
      else this.sending.replace(delivery);
      this.say(this.language.say(`send-deed-${kind}`));
      // What has become of them stands below the title; the button may be gone.
      if (kind === 'retry') void this.#turn('h2');
    },
  });
  /** Draws what has become of what was sent; loaded when something is. */
  #outcome: Outcome | undefined;
  /** All that was sent; loaded when it is looked at. */
  #sent: SentView | undefined;
  #looksBack = false;
  /** Draws what is asked of others; loaded where somebody asks. */
  #asks: RequestView | undefined;
  /** The outcome was shown. */
  #seen = false;
  /** Which view was drawn last. */
  #shown: string | undefined;
  /** The focus was in the element when it was drawn. */
  #hadFocus = false;
  /** The focus is to go to what a person does next, which may not be drawn yet. */
  #guides = false;
  /** What the browser gave the focus to when the dialog was opened. */
  #chosen: Element | null = null;
  /** What had the focus when the dialog was opened. */
  #before: HTMLElement | undefined;

  constructor() {
    super();
    this.open = this.inline = this.request = false;
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
    this.#looksBack = false;
    this.open = true;
  }

  /** Shows what was sent, with what can still be done with it. */
  async showSent(): Promise<void> {
    if (!this.inline) this.open = true;
    const { SentView } = await import('./send.sent.js');
    this.#sent ??= new SentView({
      backend: () => this.service,
      capabilities: () => this.capabilities,
      onChange: this.redraw,
      onTurn: (to) => {
        void this.#turn(to === 'title' ? 'h2' : '.row[tabindex="0"]');
      },
    });
    this.#looksBack = true;
    this.#sent.load();
    await this.#turn('h2');
  }

  /** Sends what is written, as the button does. Resolves when it was sent or could not be. */
  override async send(): Promise<void> {
    if (!this.request) return super.send();
    await this.updateComplete;
    await this.place.known;
    return this.#asks?.ask();
  }

  async #loadRequests(): Promise<void> {
    if (this.#asks) return;
    const { RequestView } = await import('./send.request.js');
    this.#asks ??= new RequestView({
      backend: () => this.service,
      capabilities: () => this.capabilities,
      folder: () => this.where,
      recipients: this.recipients,
      language: () => this.language,
      onChange: this.redraw,
      onTurn: (to) => {
        void this.#turn(...(to === 'row' ? ['.row[tabindex="0"]'] : ['[aria-invalid=true]']), 'h2');
      },
      onAsked: (request) => {
        emit(this, 'ferry-requested', { request });
      },
      say: (text) => {
        this.say(text);
      },
    });
    this.requestUpdate();
  }

  /** Gives the focus to what is seen now. */
  async #turn(...selectors: string[]): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    const [found] = selectors.flatMap((selector) => this.renderRoot.querySelector<HTMLElement>(selector) ?? []);
    found?.focus();
  }

  /** Closes the dialog. What was written stays until it is sent; what is under way goes on. */
  close(): void {
    this.open = false;
  }

  get #view(): View {
    if (this.request) return 'request';
    if (this.#looksBack && this.#sent) return 'sent';
    return this.sending.progress.stage === 'sent' ? 'outcome' : 'draft';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    offerSending(this, false);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.isConnected) offerSending(this, this.request ? false : this.service);
    if (changed.has('open') && this.open && !this.inline) this.#before = focusedElement();
    if (this.sending.busy || this.#view === 'outcome') void this.#loadOutcome();
    if (this.request) {
      void this.#loadRequests();
      this.#asks?.look();
    }
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
    if (dialog && this.open && !dialog.open) {
      dialog.showModal();
      this.#guides = true;
      // Engines differ in what they choose.
      this.#chosen = (this.renderRoot as ShadowRoot).activeElement;
    } else if (dialog?.open && !this.open) dialog.close();
    this.#seen = this.#view === 'outcome' && (this.#seen || this.open);
    this.#guideFocus();
    const internals = this.#internals;
    internals.ariaLabel = this.#asks && this.request ? this.language.say('request-element') : this.language.say('send-element');
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
    if (this.#shown !== now && this.#shown !== undefined && this.#hadFocus && !root.activeElement?.matches('#title')) {
      title?.focus();
      this.#guides = this.open;
    }
    this.#shown = now;
    const next = this.#view === 'draft' ? '[role=combobox]' : this.#view === 'request' && !this.#asks?.opened && '#request-title';
    // Whoever has gone elsewhere meanwhile stays there.
    const isIdle = [null, title, this.#chosen].includes(root.activeElement) || root.activeElement?.matches('dialog');
    if (!this.open || !isIdle) this.#guides = false;
    if (!this.#guides || !next) return;
    const field = root.querySelector<HTMLElement>(next);
    field?.focus();
    this.#guides = !field;
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

  #requestView(asks: RequestView): TemplateResult {
    const { language, icons, inline } = this;
    const close = (): void => {
      this.close();
    };
    const head = html`<div class="head">
      ${
        asks.opened
          ? textButton(language.say('sent-back'), () => {
              asks.back();
            })
          : nothing
      }
      <h2 id="title" tabindex="-1">${asks.title(language)}</h2>
      ${inline ? nothing : iconButton('close', icons, language.say('send-close'), close)}
    </div>`;
    return html`${head} ${asks.render({ language, icons, deeds: this.#deeds, onClose: inline ? undefined : close })}`;
  }

  #content(): TemplateResult | typeof nothing {
    if (this.request) return this.#asks ? this.#requestView(this.#asks) : nothing;
    const { language, icons, inline, cargo } = this;
    const close = (): void => {
      this.close();
    };
    const sent = this.#view === 'sent' ? this.#sent : undefined;
    const back = (): void => {
      this.#deeds.close();
      if (sent?.opened) sent.back();
      else {
        this.#looksBack = false;
        void this.#turn('h2');
      }
    };
    return html`<div class="head">
        ${sent ? textButton(language.say('sent-back'), back) : nothing}
        <h2 id="title" tabindex="-1">${sent ? sent.title(language) : titleOf(cargo, this.sending.progress, language)}</h2>
        ${
          this.capabilities?.deliveries && !sent
            ? html`<div class="past">${textButton(language.say('send-sent'), () => void this.showSent())}</div>`
            : nothing
        }
        ${inline ? nothing : iconButton('close', icons, language.say('send-close'), close)}
      </div>
      ${sent ? this.#sentView(sent) : this.#view === 'outcome' ? this.#outcomeView() : this.#draftView()}`;
  }

  #sentView(sent: SentView): TemplateResult | typeof nothing {
    const { language, icons, capabilities } = this;
    if (!capabilities) return nothing;
    return sent.render({
      language,
      icons,
      capabilities,
      deeds: this.#deeds,
      say: (text) => {
        this.say(text);
      },
    });
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
    const { delivery } = progress;
    return this.#outcome.render({
      language,
      icons,
      send,
      delivery,
      deeds: this.#deeds,
      say: (text) => {
        this.say(text);
      },
      onNew: () => {
        this.items = [];
        this.startAnew();
      },
      onClose: inline
        ? undefined
        : () => {
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
