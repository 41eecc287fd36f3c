import { html, type TemplateResult } from 'lit';
import { icon, type IconName, type Icons } from './icons.js';

/** A button with a word on it; `main`: the one that a person is most likely to want. */
export const textButton = (text: string, onClick: (event: Event) => void, disabled = false, main = false): TemplateResult =>
  html`<button type="button" part="button" class=${main ? 'main' : ''} ?disabled=${disabled} @click=${onClick}>${text}</button>`;

/** A button with a picture. `title` is seen on hover; `label` is its name, and says of which thing. */
export const iconButton = (
  name: IconName,
  icons: Icons | undefined,
  title: string,
  onClick: () => void,
  label = title,
  tabIndex = 0,
): TemplateResult =>
  html`<button type="button" part="button" class="icon" title=${title} aria-label=${label} tabindex=${tabIndex} @click=${onClick}>
    ${icon(name, icons)}
  </button>`;
