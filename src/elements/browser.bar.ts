import { html, nothing, type TemplateResult } from 'lit';
import type { Offer } from './browser.actions.js';
import { anyIcon, type MenuEntry } from './browser.menu.js';
import { reasonOf } from './browser.words.js';
import { iconButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';

/** What the bar shows, and whom it tells. */
export interface BarScene {
  language: Language;
  icons: Icons;
  /** Pixels. */
  width: number;
  offers: readonly Offer[];
  /** How many items are selected, and their bytes. */
  selected: number;
  bytes: number;
  /** The rest of what is to be selected is being loaded. */
  selecting: boolean;
  onRun: (id: string) => void;
  onDeselect: () => void;
  onMore: (button: Element) => void;
}

export const labelOf = ({ label }: Offer, language: Language): string => (typeof label === 'string' ? language.say(label) : label.text);

/** What is offered, as lines of a menu. */
export function entriesOf(offers: readonly Offer[], language: Language, onRun: (id: string) => void): MenuEntry[] {
  return offers.map((offer) => ({
    label: labelOf(offer, language),
    icon: offer.icon,
    keys: offer.keys,
    reason: offer.reason && reasonOf(offer.reason, language),
    group: ['rename', 'cut', 'remove', 'selectAll'].includes(offer.id) && offer !== offers[0],
    run: () => onRun(offer.id),
  }));
}

/** Pixels that a button with words on it takes, about; that one with a picture takes; and that the sentence before them takes. */
const WORDED = 140;
const PICTURED = 36;
const SENTENCE = 200;

/** What can be done now: with the folder, or while something is selected, with that. */
export function bar(scene: BarScene): TemplateResult {
  const { language, icons, width, offers, selected, bytes, selecting, onDeselect, onMore } = scene;
  const buttons = offers.filter((offer) => offer.bar);
  const room = selected ? Math.floor((width - SENTENCE) / PICTURED) : Math.floor((width - PICTURED) / WORDED);
  const shown = buttons.slice(0, Math.max(1, room));
  const rest = offers.some((offer) => !shown.includes(offer));
  const said = [language.say(selecting ? 'selecting' : 'selected', { n: selected }), bytes ? language.size(bytes) : ''];
  return html`<div class="line bar ${selected ? 'some' : ''}" part="bar">
    ${
      selected
        ? html`${iconButton('close', icons, language.say('deselect'), onDeselect)}
            <div class="text">
              ${said.filter(Boolean).map((part, index) => html`${index ? ' · ' : ''}<span class="whole">${part}</span>`)}
            </div>`
        : nothing
    }
    <div class="choose" role="group" aria-label=${language.say('toolbar')}>
      ${shown.map((offer) => button(offer, !!selected, scene))}
      ${
        rest
          ? html`<button
              type="button"
              part="button"
              class="icon"
              aria-haspopup="menu"
              title=${language.say('moreActions')}
              aria-label=${language.say('moreActions')}
              @click=${({ currentTarget }: Event) => onMore(currentTarget as Element)}
            >
              ${icon('more', icons)}
            </button>`
          : nothing
      }
    </div>
    <slot name="toolbar"></slot>
  </div>`;
}

/** One that cannot be pressed now opens the menu, where everybody can read why. */
function button(offer: Offer, pictured: boolean, { language, icons, onRun, onMore }: BarScene): TemplateResult {
  const label = labelOf(offer, language);
  const reason = offer.reason && reasonOf(offer.reason, language);
  return html`<button
    type="button"
    part="button"
    class=${pictured ? 'icon' : 'worded'}
    title=${[label, reason].filter(Boolean).join(': ')}
    aria-label=${pictured || reason ? [label, reason].filter(Boolean).join(': ') : nothing}
    aria-disabled=${reason ? 'true' : nothing}
    aria-keyshortcuts=${offer.keys ?? nothing}
    @click=${({ currentTarget }: Event) => {
      if (reason) onMore(currentTarget as Element);
      else onRun(offer.id);
    }}
  >
    ${offer.icon === undefined ? nothing : anyIcon(offer.icon, icons)}${pictured && offer.icon !== undefined ? nothing : html`<span>${label}</span>`}
  </button>`;
}
