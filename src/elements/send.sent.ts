import { html, nothing, type TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Capabilities, SendCapability } from '../backend/capabilities.js';
import type { Delivery } from '../backend/delivery.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';
import { refOf } from './ref.js';
import type { DeliveryDeeds } from './send.deeds.js';
import { people, pieceList } from './send.naming.js';
import { isMissed, isOver, Outcome } from './send.outcome.js';
import { Paged } from './send.paged.js';
import { rows } from './send.rows.js';
import './words/en.sent.js';

/** What the view needs, and whom it tells. */
export interface SentScene {
  language: Language;
  icons: Icons;
  capabilities: Capabilities;
  deeds: DeliveryDeeds;
  say: (text: string) => void;
}

/** Whom {@link SentView} asks and tells. */
export interface SentOptions {
  backend: () => Backend | undefined;
  capabilities: () => Capabilities | undefined;
  onChange: () => void;
  /** Something else is seen: the focus goes to its heading, or back to the row that was opened. */
  onTurn: (to: 'title' | 'row') => void;
}

/** Where a backend sends nothing by itself any more, what it sent is looked at all the same. */
const READ_ONLY: Pick<SendCapability, 'subject' | 'message' | 'password' | 'expiry' | 'downloadLimit'> = {
  subject: false,
  message: false,
  password: false,
  expiry: false,
  downloadLimit: false,
};

/** What was sent, page by page, and one delivery of it with what can still be done. */
export class SentView {
  /** The delivery that is looked at. */
  opened: Delivery | undefined;
  readonly list: Paged<Delivery>;
  readonly #with: SentOptions;
  readonly #outcome: Outcome;
  #at = 0;

  constructor(options: SentOptions) {
    const { backend, onChange } = options;
    this.#with = options;
    this.#outcome = new Outcome(onChange);
    this.list = new Paged(async (cursor) => {
      const { deliveries = [], cursor: next } = (await backend()?.deliveries(cursor === undefined ? {} : { cursor })) ?? {};
      return { entries: deliveries, cursor: next };
    }, onChange);
  }

  /** What is looked at: the list, or a delivery by its subject. */
  title(language: Language): string {
    return this.opened ? titleOf(this.opened, language) : language.say('sent-title');
  }

  /** Shows the list, asked for anew. */
  load(): void {
    this.opened = undefined;
    void this.list.load();
  }

  /** Shows the list again. */
  back(): void {
    this.opened = undefined;
    this.#with.onChange();
    this.#with.onTurn('row');
  }

  /** A deed has changed a delivery. */
  replace(delivery: Delivery): void {
    if (this.opened?.id === delivery.id) this.opened = delivery;
    this.list.put(delivery);
  }

  async #open(delivery: Delivery): Promise<void> {
    this.opened = delivery;
    this.#with.onChange();
    this.#with.onTurn('title');
    const backend = this.#with.backend();
    if (!backend || !this.#with.capabilities()?.delivery) return;
    // What the list says of it is shown as long as nobody knows more.
    const whole = await backend.delivery(refOf(delivery)).catch(() => undefined);
    if (!whole) return;
    if (this.opened.id === whole.id) this.opened = whole;
    this.list.put(whole);
  }

  render(scene: SentScene): TemplateResult {
    const { language, icons, capabilities, deeds, say } = scene;
    const { opened: delivery } = this;
    if (!delivery)
      return rows({
        language,
        list: this.list,
        label: 'sent-title',
        empty: 'sent-none',
        at: this.#at,
        row: (one) => row(one, language),
        onAt: (at) => {
          if (at === this.#at) return;
          this.#at = at;
          this.#with.onChange();
        },
        onOpen: (one) => void this.#open(one),
      });
    return html`${facts(delivery, language)} ${delivery.items?.length ? pieceList(delivery.items, language, icons) : nothing}
    ${this.#outcome.render({
      language,
      icons,
      send: capabilities.send || READ_ONLY,
      delivery,
      deeds,
      say,
    })}`;
  }
}

/** What a delivery is called. */
function titleOf({ subject, items = [] }: Delivery, language: Language): string {
  const [first] = items;
  if (subject) return subject;
  return first ? plainName(first.name) : language.say('sent-untitled');
}

/** How a delivery stands, in a word; nothing where there is nothing to say. */
function standing(delivery: Delivery, language: Language): { words: string; wrong?: boolean } | undefined {
  const { revoked, recipients, downloads = 0 } = delivery;
  const missed = recipients.filter(isMissed).length;
  if (revoked) return { words: language.say('sent-revoked') };
  if (isOver(delivery)) return { words: language.say('sent-over') };
  if (missed) return { words: language.say('sent-missed', { n: missed }), wrong: true };
  return downloads ? { words: language.say('sent-downloads', { n: downloads }) } : undefined;
}

function row(delivery: Delivery, language: Language): TemplateResult {
  const { created, recipients } = delivery;
  const { words, wrong } = standing(delivery, language) ?? {};
  return html`<span class="text">
      <bdi class="name">${titleOf(delivery, language)}</bdi>
      <span class="soft">${people(recipients, language)}</span>
    </span>
    <span class="facts soft">
      ${created === undefined ? nothing : html`<time datetime=${new Date(created).toISOString()}>${language.date(created, true)}</time>`}
      ${words === undefined ? nothing : html`<span class=${wrong ? 'danger' : ''}>${words}</span>`}
    </span>`;
}

/** When it was sent, and what has become of it since. */
function facts(delivery: Delivery, language: Language): TemplateResult | typeof nothing {
  const { created, expires = 0, downloads = 0, revoked } = delivery;
  const said = [
    created === undefined ? '' : language.say('sent-on', { date: language.date(created) }),
    downloads ? language.say('sent-downloads', { n: downloads }) : '',
    isOver(delivery) && !revoked ? language.say('sent-over-since', { date: language.date(expires) }) : '',
  ].filter(Boolean);
  return said.length ? html`<p class="soft plain">${said.join(' · ')}</p>` : nothing;
}
