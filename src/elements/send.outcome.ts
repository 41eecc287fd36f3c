import { html, nothing, type TemplateResult } from 'lit';
import type { Delivery, RecipientState } from '../backend/delivery.js';
import { textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { nameOf } from './send.chip.js';
import { deedButtons, deedForm, retryButton, type DeedsScene } from './send.deeds-view.js';
import type { DeliveryDeeds } from './send.deeds.js';
import { LinkBox } from './send.link.js';

/** What the outcome needs, and whom it tells. */
export interface OutcomeScene {
  language: Language;
  icons: Icons;
  send: DeedsScene['send'];
  delivery: Delivery;
  deeds: DeliveryDeeds;
  /** How everybody fared, where it is to be said otherwise. */
  summary?: string | undefined;
  say: (text: string) => void;
  onNew?: () => void;
  /** Absent where it is part of the page: there is nothing to close. */
  onClose?: (() => void) | undefined;
}

/** So many recipients are shown before the rest is asked for. */
const SHOWN = 20;

/** Whether somebody got nothing. */
export const isMissed = ({ state }: RecipientState): boolean => state === 'dropped' || state === 'bounced';

/** Whether its time is over. */
export const isOver = ({ expires }: Delivery): boolean => expires !== undefined && expires <= Date.now();

/** How everybody fared, in one sentence. */
export function summaryOf({ recipients, link }: Delivery, language: Language): string {
  const missed = recipients.filter(isMissed).length;
  const unknown = recipients.filter(({ state }) => state === 'unknown').length;
  const reached = recipients.length - missed - unknown;
  const said = [
    reached ? language.say('send-reached', { n: reached }) : '',
    missed ? language.say('send-missed', { n: missed }) : '',
    unknown ? language.say('send-not-told', { n: unknown }) : '',
    !recipients.length && link ? language.say('send-link-only') : '',
  ];
  return said.filter(Boolean).join(' ');
}

/** What has become of a delivery: of each recipient what the service says, and no more; and what can be done with it now. */
export class Outcome {
  readonly #link: LinkBox;
  readonly #onChange: () => void;
  #whole = false;
  /** The delivery that was shown last. */
  #shown = '';

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#link = new LinkBox(onChange);
  }

  render(scene: OutcomeScene): TemplateResult {
    const { language, icons, delivery, send, deeds, summary, say, onNew, onClose } = scene;
    if (this.#shown !== delivery.id) {
      this.#shown = delivery.id;
      this.#whole = false;
      this.#link.reset();
    }
    const { link, expires, revoked, subject } = delivery;
    const works = !revoked && !isOver(delivery);
    // Whoever was missed stands first.
    const recipients = [...delivery.recipients.filter(isMissed), ...delivery.recipients.filter((one) => !isMissed(one))];
    const shown = this.#whole ? recipients : recipients.slice(0, SHOWN);
    const hidden = recipients.length - shown.length;
    const form = deedForm(delivery, { language, send, deeds });
    const asked = form !== nothing;
    return html`<div part="outcome" class="outcome">
      <p class="summary">
        ${revoked ? language.say('send-revoked') : (summary ?? summaryOf(delivery, language))}
        ${expires && works ? html`<span class="soft">${language.say('send-until-day', { date: language.date(expires, true) })}</span>` : nothing}
      </p>
      ${
        shown.length
          ? html`<ul role="list" aria-label=${language.say('send-people')}>
              ${shown.map((one) => recipient(one, language, icons))}
            </ul>`
          : nothing
      }
      ${
        hidden
          ? html`<div class="choose">
              ${textButton(language.say('send-all', { n: hidden }), () => {
                this.#whole = true;
                this.#onChange();
              })}
            </div>`
          : nothing
      }
      ${asked ? nothing : retryButton(delivery, { language, send, deeds })}
      ${link && works ? this.#link.render({ language, icons, link, subject, say }) : nothing} ${form}
      ${
        asked
          ? nothing
          : html`<div class="choose end">
              ${deedButtons(delivery, { language, send, deeds })}
              ${onNew ? textButton(language.say('send-new'), onNew, false, !onClose) : nothing}
              ${onClose ? textButton(language.say('send-close'), onClose, false, true) : nothing}
            </div>`
      }
    </div>`;
  }
}

const recipient = (one: RecipientState, language: Language, icons: Icons): TemplateResult => {
  const { state, reason } = one;
  const email = one.recipient.name ? one.recipient.email : undefined;
  const kind = isMissed(one) ? 'failed' : state === 'unknown' || state === 'accepted' ? '' : 'done';
  const sign = kind ? html`<i>${icon(kind === 'failed' ? 'close' : 'check', icons)}</i>` : html`<i class="open"></i>`;
  return html`<li part="recipient" class=${kind}>
    ${sign}
    <div class="text">
      <p><bdi>${nameOf(one)}</bdi>${email === undefined ? nothing : html` <span class="soft"><bdi>${email}</bdi></span>`}</p>
      <p class="soft">${language.say(`send-state-${state}`)}${reason ? html` · <bdi>${reason}</bdi>` : nothing}</p>
    </div>
  </li>`;
};
