import { html, type TemplateResult } from 'lit';
import type { Delivery, RecipientState } from '../backend/delivery.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';
import { nameOf } from './send.chip.js';

/** What the outcome needs. */
export interface OutcomeScene {
  language: Language;
  icons: Icons;
  delivery: Delivery;
}

/** What has become of a delivery: of each recipient what the service says, and no more. */
export function outcomeView({ language, delivery }: OutcomeScene): TemplateResult {
  return html`<div part="outcome" class="outcome">
    <ul role="list">
      ${delivery.recipients.map((one) => recipient(one, language))}
    </ul>
  </div>`;
}

const recipient = ({ recipient: one, state, reason }: RecipientState, language: Language): TemplateResult =>
  html`<li class=${state === 'dropped' || state === 'bounced' ? 'failed' : ''}>
    <bdi class="name">${nameOf({ recipient: one })}</bdi>
    <span class="soft">${[language.say(`send-state-${state}`), reason].filter(Boolean).join(' · ')}</span>
  </li>`;
