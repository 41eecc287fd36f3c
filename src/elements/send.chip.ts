import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';
import type { Entry } from './send.recipients.js';

/** What somebody is called, or what was typed in place of an address. */
export const nameOf = (entry: Entry | { text: string }): string =>
  plainName('recipient' in entry ? (entry.recipient.name ?? entry.recipient.email ?? entry.recipient.id ?? '') : entry.text);

/** What a chip needs, and whom it tells. */
export interface ChipScene {
  language: Language;
  icons: Icons | undefined;
  /** It is the one that the Tab key comes to. */
  isActive: boolean;
  onRemove: () => void;
  onEdit: () => void;
  onFocus: () => void;
}

/** One recipient: a name, and a button that takes it away. */
export function chip(entry: Entry, { language, icons, isActive, onRemove, onEdit, onFocus }: ChipScene): TemplateResult {
  const name = nameOf(entry);
  const email = 'recipient' in entry ? entry.recipient.email : undefined;
  const group = 'recipient' in entry && entry.recipient.kind === 'group';
  return html`<li part="recipient" class="chip ${entry.problem ? 'wrong' : ''}" title=${email ?? name} @dblclick=${onEdit}>
    ${group ? icon('people', icons) : nothing}<bdi>${name}</bdi>
    <button
      type="button"
      part="button"
      tabindex=${isActive ? 0 : -1}
      aria-label=${language.say('send-remove', { name })}
      @focus=${onFocus}
      @click=${onRemove}
    >
      ${icon('close', icons)}
    </button>
  </li>`;
}
