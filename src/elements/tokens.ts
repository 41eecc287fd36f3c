import { css } from 'lit';

/**
 * The look of all elements: what a page sets as `--ferry-…`, and what stands where it sets nothing.
 * Dark colours follow the `color-scheme` of the page.
 */
export const tokens = css`
  :host {
    --_accent: var(--ferry-accent, light-dark(#0b5cd6, #7db2ff));
    --_ink: var(--ferry-ink, light-dark(#1b1f24, #e8eaed));
    --_soft: var(--ferry-ink-soft, light-dark(#59636e, #a0a8b2));
    --_surface: var(--ferry-surface, light-dark(#fff, #16181c));
    --_raised: var(--ferry-surface-raised, light-dark(#f5f7f9, #202329));
    --_line: var(--ferry-line, light-dark(#d5dae0, #383d45));
    --_danger: var(--ferry-danger, light-dark(#b3261e, #ff9a90));
    --_success: var(--ferry-success, light-dark(#1a7f37, #5cc97b));
    --_radius: var(--ferry-radius, 10px);
    --_space: var(--ferry-space, 4px);
    --_focus: var(--ferry-focus, var(--_accent));
  }
`;
