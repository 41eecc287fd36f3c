import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Capabilities, SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import type { Item, Ref } from '../backend/item.js';
import { phaseOf, ROOT, type Uploads } from '../uploads/queue.js';
import { Announcer } from './announcer.js';
import { FerryElement } from './element.js';
import { emit } from './events.js';
import type { Icons } from './icons.js';
import { plainName } from './name.js';
import { newOperation } from './operation.js';
import { Place } from './place.js';
import { keyOf } from './send.addresses.js';
import { cargoOf, type Cargo } from './send.cargo.js';
import { DraftCheck } from './send.check.js';
import { optionsOf, SendDraft, type Option } from './send.draft.js';
import { faultsOf, type Fault } from './send.faults.js';
import type { FieldFault } from './send.field.js';
import { sendIcons } from './send.icons.js';
import { RecipientsField } from './send.recipients.js';
import { Sending } from './send.sending.js';
import './send.words.js';

type OptionsModule = typeof import('./send.options.js');

/** An element in which somebody says what goes to whom, and sends it. Drawing is left to whoever extends it. */
export abstract class WritingElement extends FerryElement {
  static override properties: PropertyDeclarations = {
    backend: { attribute: false },
    uploads: { attribute: false },
    items: { attribute: false },
    folder: {},
  };

  /** What sends. Comes before the provider's. */
  declare backend: Backend | undefined;
  /** The queue whose files are sent where there are no `items`. Comes before the provider's. */
  declare uploads: Uploads | undefined;
  /** What is sent. */
  declare items: readonly Item[];
  /** The folder that people are looked up for: its id, or id and claim. */
  declare folder: string | Ref | undefined;

  protected readonly redraw = (): void => {
    this.requestUpdate();
  };
  protected readonly announcer = new Announcer();
  protected readonly place = new Place(this.redraw);
  protected readonly draft = new SendDraft();
  protected readonly recipients = this.makeRecipients(() => this.#wordsOf(this.#faults.find(({ field }) => field === 'recipients')));
  protected readonly sending = new Sending({
    onChange: this.redraw,
    onSent: (delivery) => {
      this.onSent(delivery);
    },
  });
  /** New addresses go to the address book. */
  protected keeps = false;
  /** Files of the queue that were sent. */
  readonly #gone = new Set<string>();
  #known: { backend: Backend; capabilities: Capabilities } | undefined;
  readonly #check = new DraftCheck(this.redraw);
  #options: OptionsModule | undefined;
  #loads = false;
  /** What is missing is said: the person has tried to send. */
  #tried = false;
  #faults: Fault[] = [];
  /** What the backend has said of options. */
  #told: ReadonlyMap<string, string> = new Map();
  #allIcons: { own: Icons | undefined; all: Icons } | undefined;

  constructor() {
    super();
    this.items = [];
  }

  /** The draft as it would be sent now; what is set fills the fields. */
  get delivery(): DeliveryDraft {
    const { recipients } = this.recipients;
    const items = this.cargo.items;
    return this.can
      ? this.draft.build(this.can, items, recipients)
      : { ...this.draft.wishes, items: [...items], recipients, operation: this.draft.operation };
  }

  set delivery(draft: Partial<DeliveryDraft>) {
    this.draft.take(draft);
    this.recipients.recipients = draft.recipients ?? [];
    this.requestUpdate();
  }

  /** Sends what is written, as the button does. Resolves when it was sent or could not be. */
  async send(): Promise<void> {
    await this.updateComplete;
    await this.place.known;
    const { service: backend, can: send, cargo } = this;
    if (!backend || !send || this.sending.busy || !(cargo.items.length + cargo.coming.length)) return;
    this.recipients.commit();
    this.#tried = true;
    this.#look();
    if (this.recipients.problems.length || this.#faults.some(({ mild }) => !mild)) {
      this.requestUpdate();
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    const draft = this.delivery;
    if (!emit(this, 'ferry-before-send', { delivery: draft })) return;
    await this.sending.start({ backend, uploads: this.queue, send, cargo, draft });
  }

  /** A field for recipients; `fault`: what is wrong with who is there, in words. */
  protected makeRecipients(fault: () => string | undefined): RecipientsField {
    return new RecipientsField({
      host: this,
      backend: () => (this.capabilities?.recipients ? this.service : undefined),
      folder: () => this.where,
      fault,
      language: () => this.language,
      icons: () => this.icons,
      say: (text) => {
        this.say(text);
      },
      onChange: this.redraw,
    });
  }

  /** The backend that is asked. */
  protected get service(): Backend | undefined {
    return this.backend ?? this.around.backend;
  }

  protected get queue(): Uploads | undefined {
    return this.uploads ?? this.around.uploads;
  }

  protected get where(): Ref | undefined {
    const folder = this.folder ?? this.around.folder;
    return typeof folder === 'string' ? { id: folder } : folder;
  }

  /** What can be done here. While it is asked for anew, what could be done before. */
  protected get capabilities(): Capabilities | undefined {
    return this.place.capabilities ?? (this.#known?.backend === this.service ? this.#known?.capabilities : undefined);
  }

  /** What a delivery can be asked for here. */
  protected get can(): SendCapability | undefined {
    const { send } = this.capabilities ?? {};
    return send === false ? undefined : send;
  }

  protected get cargo(): Cargo {
    return this.sending.cargo ?? cargoOf(this.items, this.queue, this.can, this.#gone);
  }

  /** Our own pictures, and those that the page puts in their place. */
  protected get icons(): Icons {
    const own = this.around.icons;
    if (!this.#allIcons || this.#allIcons.own !== own) this.#allIcons = { own, all: { ...sendIcons, ...own } };
    return this.#allIcons.all;
  }

  protected say(text: string): void {
    this.announcer.say(text);
    this.requestUpdate();
  }

  /** Addresses that the address book does not have, where they can be put there. */
  protected get newcomers(): { name: string; email: string }[] {
    const { contacts } = this.capabilities ?? {};
    if (!contacts || !contacts.add) return [];
    return this.recipients.recipients.flatMap(({ kind, email, name }) =>
      kind === 'email' && email !== undefined ? { email, name: name ?? email } : [],
    );
  }

  protected onSent(delivery: Delivery): void {
    const backend = this.service;
    // Nothing is lost where one cannot be kept: it was written to all the same.
    if (this.keeps && backend) void Promise.allSettled(this.newcomers.map((one) => backend.contacts.add(one)));
    if (!this.items.length)
      for (const file of Object.values(this.queue?.getState().files ?? {})) if (phaseOf(file) === 'done') this.#gone.add(file.id);
    emit(this, 'ferry-sent', { delivery });
    this.say(this.language.say('send-done'));
  }

  /** After something was sent: an empty draft, of nothing. */
  protected startAnew(): void {
    this.#tried = this.keeps = false;
    this.draft.clear();
    this.recipients.recipients = [];
    this.sending.reset();
  }

  /** Sends, though it may have been sent: that is another deed then. */
  protected sendAgain(): void {
    this.draft.operation = newOperation();
    this.sending.reset();
    void this.send();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const backend = this.service;
    // What is given after something was sent is for another delivery.
    if (changed.has('items') && this.sending.progress.stage === 'sent' && this.items.length) this.startAnew();
    this.place.look(backend && { backend, folder: this.where ?? ROOT, conflict: 'ask' }, undefined, this.around);
    const { capabilities } = this.place;
    if (backend && capabilities) this.#known = { backend, capabilities };
    this.follow(this.queue);
    this.#look();
    this.#load();
  }

  /** Looks at what is written: by itself, and by the backend, where it can say. */
  #look(): void {
    const { can, cargo, capabilities } = this;
    const draft = this.delivery;
    this.#faults = can ? faultsOf(draft, can, Date.now()) : [];
    const isWorth = !!capabilities?.check && this.sending.progress.stage === 'draft' && draft.recipients.length > 0;
    this.#check.look(this.service, isWorth ? draft : undefined);
    const { problems } = this.#check;
    this.recipients.mark(new Map(problems.flatMap(({ recipient, reason }) => (recipient ? [[keyOf(recipient), reason] as const] : []))));
    // Nothing is there before it is uploaded.
    const told = problems.filter(({ option }) => option !== undefined && !(option === 'items' && cargo.coming.length));
    this.#told = new Map(told.map(({ option, reason }) => [option ?? '', reason]));
  }

  #wordsOf(fault: Fault | undefined): string | undefined {
    if (!fault || (!this.#tried && MISSING.has(fault.word))) return undefined;
    const { name, n } = fault.values ?? {};
    return this.language.say(fault.word, { n, ...(name !== undefined && { name: plainName(name) }) });
  }

  /** What is wrong with an option, or worth knowing of it. */
  protected readonly faultOf = (option: Option, id?: string): FieldFault | undefined => {
    const fault = this.#faults.find((one) => one.field === option && (id === undefined || one.id === id));
    const text = this.#wordsOf(fault);
    if (text !== undefined) return { text, mild: !!fault?.mild };
    const told = this.#told.get(option);
    // What is only missing is said when the person has tried.
    return told === undefined || fault || (!this.#tried && this.draft.wishes[option] === undefined)
      ? undefined
      : { text: told, mild: false };
  };

  /** What the backend has against the draft as a whole. */
  protected get objection(): string | undefined {
    return this.#told.get('items');
  }

  /** Loads what draws the options, where there are any. */
  #load(): void {
    const { can } = this;
    if (this.#loads || !can || !optionsOf(can).some((option) => option !== 'subject' && option !== 'message')) return;
    this.#loads = true;
    import('./send.options.js').then(
      (loaded) => {
        this.#options = loaded;
        this.requestUpdate();
      },
      () => {
        this.#loads = false;
      },
    );
  }

  /** What else a delivery can be asked for. */
  protected get options(): TemplateResult | undefined {
    const { language, icons, can: send, draft, faultOf } = this;
    if (!send || !this.#options) return undefined;
    return this.#options.optionFields({
      language,
      icons,
      send,
      draft,
      faultOf,
      onChange: this.redraw,
      say: (text) => {
        this.say(text);
      },
    });
  }
}

/** Not said before the person has tried to send. */
const MISSING: ReadonlySet<string> = new Set(['send-needed', 'send-nobody']);
