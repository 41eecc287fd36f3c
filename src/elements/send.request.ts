import type { TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Capabilities, RequestCapability } from '../backend/capabilities.js';
import type { FileRequest, FileRequestDraft } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import { ROOT, toBackendError } from '../uploads/queue.js';
import type { Ref } from '../backend/item.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';
import { refOf } from './ref.js';
import type { DeliveryDeeds } from './send.deeds.js';
import { SendDraft } from './send.draft.js';
import { daysFault, type Fault } from './send.faults.js';
import { Outcome } from './send.outcome.js';
import { Paged } from './send.paged.js';
import type { RecipientsField } from './send.recipients.js';
import { requestForm, requestOutcome } from './send.request-view.js';
import { newOperation } from './operation.js';
import './words/en.sent.js';

/** Whom {@link RequestView} asks and tells. */
export interface RequestOptions {
  backend: () => Backend | undefined;
  capabilities: () => Capabilities | undefined;
  folder: () => Ref | undefined;
  recipients: RecipientsField;
  language: () => Language;
  onChange: () => void;
  /** Something else is seen: the focus goes to its heading, or back to the row that was opened. */
  onTurn: (to: 'title' | 'row') => void;
  /** Files were asked for. */
  onAsked: (request: FileRequest) => void;
  say: (text: string) => void;
}

/** What the view needs of the element around it. */
export interface RequestScene {
  language: Language;
  icons: Icons;
  deeds: DeliveryDeeds;
  /** Absent where it is part of the page. */
  onClose: (() => void) | undefined;
}

/** How far a request is. `unsure`: it may have gone out, and nobody can say. */
export type Asking = 'draft' | 'asking' | 'unsure';

/** Asks others for files: the form, what has come of it, and the requests that are open. */
export class RequestView {
  stage: Asking = 'draft';
  /** Why it could not be asked for. */
  failed: ErrorCode | undefined;
  /** The person has tried, so that what is missing is said. */
  tried = false;
  /** The request that is looked at: the one that was just made, or one of the list. */
  opened: FileRequest | undefined;
  help = '';
  /** What stands in the other fields; the title is its subject. */
  readonly draft = new SendDraft();
  readonly list: Paged<FileRequest>;
  /** The name of the folder that files come into. */
  folderName = '';
  /** The row that the Tab key comes to. */
  at = 0;
  readonly outcome: Outcome;
  readonly with: RequestOptions;
  #place: [Backend | undefined, string | undefined] | undefined;

  constructor(options: RequestOptions) {
    const { backend, folder, onChange } = options;
    this.with = options;
    this.outcome = new Outcome(onChange);
    this.list = new Paged(async (cursor) => {
      const where = folder();
      const { requests = [], cursor: next } =
        (await backend()?.requests({ ...(where && { folder: refOf(where) }), ...(cursor !== undefined && { cursor }) })) ?? {};
      return { entries: requests, cursor: next };
    }, onChange);
  }

  /** What a request can be made with here. */
  get can(): RequestCapability | undefined {
    const { request } = this.with.capabilities() ?? {};
    return request === false ? undefined : request;
  }

  /** What is wrong with the days until it ends. */
  get daysFault(): Fault | undefined {
    return daysFault(this.draft.wishes.expiryDays, this.can?.expiry ?? false);
  }

  title(language: Language): string {
    return this.opened ? this.opened.title : language.say('request-element');
  }

  /** Looks what is known of the folder, once for each. */
  look(): void {
    const { backend, capabilities, folder, onChange } = this.with;
    const place: [Backend | undefined, string | undefined] = [backend(), folder()?.id];
    const can = capabilities();
    if (!can || place.every((part, index) => part === this.#place?.[index])) return;
    this.#place = place;
    this.folderName = '';
    if (can.requests) void this.list.load();
    const where = folder();
    if (!can.item || !where) return;
    // Without its name nothing is lost.
    place[0]?.item(refOf(where)).then(
      ({ name }) => {
        if (place !== this.#place) return;
        this.folderName = name;
        onChange();
      },
      () => undefined,
    );
  }

  /** Asks, as the button does. */
  async ask(): Promise<void> {
    const { can } = this;
    const { backend, recipients, onChange } = this.with;
    const service = backend();
    if (!service || !can || this.stage === 'asking') return;
    recipients.commit();
    this.tried = true;
    const draft = this.#build(can);
    if (!draft.title || this.daysFault || recipients.problems.length || draft.recipients.length > can.maxRecipients) {
      this.with.onTurn('title');
      onChange();
      return;
    }
    this.#go('asking');
    try {
      this.#done(await service.request(draft));
    } catch (thrown) {
      const { code } = toBackendError(thrown);
      this.#go(code === 'unknown-outcome' ? 'unsure' : 'draft', code);
    }
  }

  /** Asks, though it may have gone out: that is another deed then. */
  async askAnyway(): Promise<void> {
    this.draft.operation = newOperation();
    this.#go('draft');
    await this.ask();
  }

  /** Looks at the form again. */
  back(): void {
    const wasListed = this.opened && this.stage === 'draft' && this.list.entries.some(({ id }) => id === this.opened?.id);
    this.opened = undefined;
    this.#go('draft');
    this.with.onTurn(wasListed ? 'row' : 'title');
  }

  /** Looks at a request. */
  open(request: FileRequest): void {
    this.opened = request;
    this.with.onChange();
    this.with.onTurn('title');
  }

  render(scene: RequestScene): TemplateResult {
    return this.opened ? requestOutcome(this, this.opened, scene) : requestForm(this, scene);
  }

  #build({ message: hasMessage, help: hasHelp, password: hasPassword, expiry }: RequestCapability): FileRequestDraft {
    const { subject: title = '', message, password, expiryDays } = this.draft.wishes;
    const help = this.help.trim();
    return {
      folder: refOf(this.with.folder() ?? ROOT),
      title: title.trim(),
      recipients: this.with.recipients.recipients,
      operation: this.draft.operation,
      ...(hasMessage && message !== undefined && { message }),
      ...(hasHelp && help && { help }),
      ...(hasPassword && password !== undefined && { password }),
      ...(expiry && expiryDays !== undefined && { expiryDays }),
    };
  }

  #done(request: FileRequest): void {
    const { recipients, onAsked, onTurn, say, language } = this.with;
    this.draft.clear();
    this.help = '';
    this.tried = false;
    recipients.recipients = [];
    this.opened = request;
    this.#go('draft');
    this.list.put(request);
    say(language().say('request-done'));
    onTurn('title');
    onAsked(request);
  }

  #go(stage: Asking, failed?: ErrorCode): void {
    this.stage = stage;
    this.failed = failed;
    this.with.onChange();
  }
}
