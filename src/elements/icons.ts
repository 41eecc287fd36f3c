import { html, type TemplateResult } from 'lit';
import type { browserIcons } from './browser.icons.js';
import type { sendIcons } from './send.icons.js';

/**
 * The pictures, drawn with a line of two units in a square of 24.
 * From Lucide (lucide.dev): ISC License, Copyright (c) Lucide Icons and Contributors; `upload`, `check`, `close` and `retry` derive from
 * Feather: MIT License, Copyright (c) 2013-present Cole Bemis.
 */
const ICONS = {
  upload: 'M12 3v12m5-7-5-5-5 5m14 7v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4',
  file: 'M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8l6 6v12a2 2 0 0 1-2 2zm8-20v5a1 1 0 0 0 1 1h5',
  check: 'M20 6 9 17l-5-5',
  alert: 'M12 4v9m0 6h.01',
  close: 'M18 6 6 18M6 6l12 12',
  pause: 'M14 4h4v16h-4zM6 4h4v16H6z',
  play: 'm6 3 14 9-14 9z',
  retry: 'M21 12a9 9 0 1 1-9-9c2.5 0 4.9 1 6.7 2.7L21 8m0-5v5h-5',
};

/** Names of the icons that a page can replace. */
export type IconName = keyof typeof ICONS | keyof typeof browserIcons | keyof typeof sendIcons;

/** Other pictures: the `d` of a path in a square of 24, or a template of any kind. */
export type Icons = Partial<Record<IconName, string | TemplateResult>>;

/** Draws an icon, or what is in `own` in its place. It is silent: whatever stands around it says what it means. */
export function icon(name: IconName, own: Icons | undefined): TemplateResult {
  const drawn = own?.[name] ?? ICONS[name as keyof typeof ICONS];
  return typeof drawn === 'string' ? html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${drawn} /></svg>` : drawn;
}
