import { css } from 'lit';

// The height of a row (56 px) and how many are seen at once (12) stand in rows.ts as well.
export const styles = css`
  .drop {
    border: 1px dashed color-mix(in srgb, var(--_soft) 50%, var(--_line));
    padding: calc(var(--_space) * 3);
  }
  .empty {
    flex-direction: column;
    padding: calc(var(--_space) * 8) calc(var(--_space) * 4);
    text-align: center;
  }
  .empty * {
    flex: none;
    justify-content: center;
  }
  .over {
    border: 1px solid var(--_accent);
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
  }
  .empty > slot > svg {
    inline-size: 24px;
    block-size: 24px;
    stroke-width: 1.5;
    color: var(--_soft);
  }
  ul {
    position: relative;
    max-block-size: 672px;
    overflow: hidden auto;
  }
  ul::before {
    display: block;
    block-size: calc(var(--rows) * 56px);
    content: '';
  }
  li {
    position: absolute;
    inset-inline: 0;
    flex-wrap: nowrap;
    box-sizing: border-box;
    block-size: 56px;
    border-block-start: 1px solid var(--_line);
  }
  ul:first-child li:first-child {
    border-color: transparent;
  }
  .picture {
    position: relative;
    flex: none;
    padding: 8px;
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_raised);
    color: var(--_soft);
  }
  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
    object-fit: cover;
  }
  .picture i {
    position: absolute;
    inset-block-end: -4px;
    inset-inline-end: -4px;
    outline: 2px solid var(--_surface);
  }
`;
