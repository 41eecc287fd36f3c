import { css } from 'lit';

/** The look of fields and dialogs. */
export const form = css`
  input:not([type='checkbox']),
  textarea,
  select {
    box-sizing: border-box;
    inline-size: 100%;
    min-block-size: 32px;
    padding: calc(var(--_space)) calc(var(--_space) * 2);
    border: 1px solid color-mix(in srgb, var(--_soft) 75%, var(--_line));
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  ::placeholder {
    color: var(--_soft);
    opacity: 1;
  }
  .field {
    display: flex;
    flex-direction: column;
    gap: var(--_space);
  }
  .field > span {
    color: var(--_soft);
    font-size: 13px;
    line-height: 18px;
  }
  .problem {
    color: var(--_danger);
    font-size: 13px;
    line-height: 18px;
  }
  .danger {
    color: var(--_danger);
  }
  button.danger {
    border-color: var(--_danger);
    background: var(--_danger);
    color: var(--_surface);
  }
  .main:disabled {
    border-color: var(--_line);
    background: var(--_raised);
  }
  dialog {
    box-sizing: border-box;
    max-inline-size: min(480px, calc(100vw - 32px));
    inline-size: 100%;
    max-block-size: calc(100vh - 32px);
    padding: calc(var(--_space) * 4);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_ink);
    box-shadow: 0 8px 32px rgb(0 0 0 / 0.2);
    flex-direction: column;
    gap: calc(var(--_space) * 4);
    overflow-wrap: anywhere;
  }
  dialog[open] {
    display: flex;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
`;
