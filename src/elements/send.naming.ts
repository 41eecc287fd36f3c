import { html, nothing, type TemplateResult } from 'lit';
import type { RecipientState } from '../backend/delivery.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';
import type { Piece } from './send.cargo.js';
import { nameOf } from './send.chip.js';

/** So many are named; the rest is counted. */
const NAMED = 3;

/** What goes out, or has gone out, by its names. */
export function pieceList(pieces: readonly Piece[], language: Language, icons: Icons): TemplateResult {
  const more = pieces.length - NAMED;
  return html`<ul part="items" class="items" role="list">
    ${pieces.slice(0, NAMED).map(
      ({ name, size, kind }) =>
        html`<li>
          ${icon(kind === 'folder' ? 'folder' : 'file', icons)} <bdi class="name">${plainName(name)}</bdi>
          <span class="soft">${size === undefined ? '' : language.size(size)}</span>
        </li>`,
    )}
    ${more > 0 ? html`<li class="soft">${language.say('more', { n: more })}</li>` : nothing}
  </ul>`;
}

/** Whom it went to, in a line. */
export function people(recipients: readonly RecipientState[], language: Language): TemplateResult {
  const more = recipients.length - NAMED;
  return html`${
    recipients.length
      ? recipients.slice(0, NAMED).map((one, index) => html`${index ? ', ' : ''}<bdi>${nameOf(one)}</bdi>`)
      : language.say('sent-by-link')
  }
  ${more > 0 ? language.say('sent-others', { n: more }) : nothing}`;
}
