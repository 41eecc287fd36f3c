import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Capabilities, SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import type { Item, Ref } from '../backend/item.js';
import { ROOT, type Uploads } from '../uploads/queue.js';
import { Announcer } from './announcer.js';
import { base } from './base.styles.js';
import { iconButton } from './controls.js';
import { FerryElement } from './element.js';
import { emit } from './events.js';
import type { Icons } from './icons.js';
import { Place } from './place.js';
import { cargoOf, type Cargo } from './send.cargo.js';
import { draftView } from './send.draft-view.js';
import { SendDraft } from './send.draft.js';
import { sendIcons } from './send.icons.js';
import { outcomeView } from './send.outcome.js';
import { RecipientsField } from './send.recipients.js';
import { Sending } from './send.sending.js';
import { styles } from './send.styles.js';
import { titleOf } from './send.words.js';

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
export class FerrySend extends FerryElement {
  static override styles = [base, styles];
  static override properties: PropertyDeclarations = {
    backend: { attribute: false },
    uploads: { attribute: false },
    items: { attribute: false },
    folder: {},
    open: { type: Boolean, reflect: true },
    inline: { type: Boolean, reflect: true },
  };

  /** What sends. Comes before the provider's. */
  declare backend: Backend | undefined;
  /** The queue whose files are sent where there are no `items`. Comes before the provider's. */
  declare uploads: Uploads | undefined;
  /** What is sent. */
  declare items: readonly Item[];
  /** The folder that people are looked up for: its id, or id and claim. */
  declare folder: string | Ref | undefined;
  /** The dialog is open. */
  declare open: boolean;
  /** It is part of the page instead of a dialog. */
  declare inline: boolean;

  readonly #internals = this.attachInternals();
  readonly #announcer = new Announcer();
  readonly #place = new Place(() => {
    this.requestUpdate();
  });
  readonly #draft = new SendDraft();
  readonly #recipients = new RecipientsField({
    host: this,
    backend: () => (this.#place.capabilities?.recipients ? this.#backend : undefined),
    folder: () => this.#folder,
    most: () => this.#can?.maxRecipients ?? Infinity,
    language: () => this.language,
    icons: () => this.#icons,
    say: (text) => {
      this.#say(text);
    },
    onChange: () => {
      this.requestUpdate();
    },
  });
  readonly #sending = new Sending({
    onChange: () => {
      this.requestUpdate();
    },
    onSent: (delivery) => {
      this.#onSent(delivery);
    },
  });
  /** What had the focus when the dialog was opened. */
  #before: HTMLElement | undefined;
  #allIcons: { own: Icons | undefined; all: Icons } | undefined;

  constructor() {
    super();
    this.items = [];
    this.open = this.inline = false;
    this.#internals.role = 'group';
  }

  /** The draft as it would be sent now; what is set fills the fields. */
  get delivery(): DeliveryDraft {
    const send = this.#can;
    const { recipients } = this.#recipients;
    const items = this.#cargo.items;
    return send
      ? this.#draft.build(send, items, recipients)
      : { ...this.#draft.wishes, items: [...items], recipients, operation: this.#draft.operation };
  }

  set delivery(draft: Partial<DeliveryDraft>) {
    this.#draft.take(draft);
    this.#recipients.recipients = draft.recipients ?? [];
    this.requestUpdate();
  }

  /** Opens the dialog. */
  show(): void {
    if (this.#sending.progress.stage === 'sent') this.#startAnew();
    this.open = true;
  }

  /** Closes the dialog. What was written stays until it is sent; what is under way goes on. */
  close(): void {
    this.open = false;
  }

  /** Sends what is written, as the button does. Resolves when it was sent or could not be. */
  async send(): Promise<void> {
    await this.updateComplete;
    await this.#place.known;
    const backend = this.#backend;
    const send = this.#can;
    if (!backend || !send || this.#sending.busy) return;
    this.#recipients.commit();
    const cargo = this.#cargo;
    const draft = this.#draft.build(send, cargo.items, this.#recipients.recipients);
    if (!this.#isReady || !emit(this, 'ferry-before-send', { delivery: draft })) return;
    await this.#sending.start({ backend, uploads: this.#queue, send, cargo, draft });
  }

  get #backend(): Backend | undefined {
    return this.backend ?? this.around.backend;
  }

  get #queue(): Uploads | undefined {
    return this.uploads ?? this.around.uploads;
  }

  get #folder(): Ref | undefined {
    const folder = this.folder ?? this.around.folder;
    return typeof folder === 'string' ? { id: folder } : folder;
  }

  get #capabilities(): Capabilities | undefined {
    return this.#place.capabilities;
  }

  /** What a delivery can be asked for here. */
  get #can(): SendCapability | undefined {
    const { send } = this.#capabilities ?? {};
    return send === false ? undefined : send;
  }

  get #cargo(): Cargo {
    return cargoOf(this.items, this.#queue, this.#can);
  }

  get #isReady(): boolean {
    const { items, coming } = this.#cargo;
    const { recipients, problems, tooMany } = this.#recipients;
    return items.length + coming.length > 0 && !problems.length && !tooMany && (recipients.length > 0 || !!this.#can?.link);
  }

  /** Our own pictures, and those that the page puts in their place. */
  get #icons(): Icons {
    const own = this.around.icons;
    if (!this.#allIcons || this.#allIcons.own !== own) this.#allIcons = { own, all: { ...sendIcons, ...own } };
    return this.#allIcons.all;
  }

  get #view(): View {
    return this.#sending.progress.stage === 'sent' ? 'outcome' : 'draft';
  }

  #say(text: string): void {
    this.#announcer.say(text);
    this.requestUpdate();
  }

  #onSent(delivery: Delivery): void {
    emit(this, 'ferry-sent', { delivery });
    this.#say(this.language.say('send-done'));
  }

  /** After something was sent: an empty draft, of nothing. */
  #startAnew(): void {
    this.#draft.clear();
    this.#recipients.recipients = [];
    this.#sending.reset();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const backend = this.#backend;
    // What is given after something was sent is for another delivery.
    if (changed.has('items') && this.#sending.progress.stage === 'sent' && this.items.length) this.#startAnew();
    this.#place.look(backend && { backend, folder: this.#folder ?? ROOT, conflict: 'ask' }, undefined, this.around);
    this.follow(this.#queue);
    if (changed.has('open') && this.open && !this.inline) this.#before = focusedElement();
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.open && !dialog.open) dialog.showModal();
    else if (dialog?.open && !this.open) dialog.close();
    const internals = this.#internals;
    internals.ariaLabel = this.language.say('send-element');
    try {
      internals.states.clear();
      if (this.#sending.busy) internals.states.add('sending');
      if (this.#view === 'outcome') internals.states.add('sent');
    } catch {
      // Engines of before 2024 have no states, or take other names.
    }
  }

  protected override render(): TemplateResult {
    const said = html`<p role="status" class="said">${this.#announcer.said}</p>`;
    if (this.inline)
      return html`<div class="box send">${this.#content()}</div>
        ${said}`;
    return html`<dialog part="dialog" class="send" aria-labelledby="title" @close=${this.#onClose}>
      ${this.open ? this.#content() : nothing} ${said}
    </dialog>`;
  }

  #content(): TemplateResult {
    const { language } = this;
    const { progress } = this.#sending;
    const cargo = this.#cargo;
    return html`<div class="head">
        <h2 id="title">${titleOf(cargo, progress, language)}</h2>
        ${
          this.inline
            ? nothing
            : iconButton('close', this.#icons, language.say('send-close'), () => {
                this.close();
              })
        }
      </div>
      ${progress.stage === 'sent' ? outcomeView({ language, icons: this.#icons, delivery: progress.delivery }) : this.#draftView(cargo)}`;
  }

  #draftView(cargo: Cargo): TemplateResult {
    const send = this.#can;
    return draftView({
      language: this.language,
      icons: this.#icons,
      problem: this.#place.problem ?? (this.#capabilities && !send ? 'unsupported' : undefined),
      send,
      cargo,
      recipients: this.#recipients,
      draft: this.#draft,
      progress: this.#sending.progress,
      uploads: this.#queue,
      isReady: this.#isReady,
      onChange: () => {
        this.requestUpdate();
      },
      onSend: () => void this.send(),
      onCancel: () => {
        if (this.#sending.busy) this.#sending.cancel();
        else this.close();
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

/** What has the focus, also inside of other elements. */
function focusedElement(): HTMLElement | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : undefined;
}

if (!customElements.get('ferry-send')) customElements.define('ferry-send', FerrySend);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-send': FerrySend;
  }
}
