import { css } from 'lit';

// The height of a row (56 px) and how many are seen at once (12) stand in rows.ts as well.
export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 3);
    color: var(--_ink);
    font: var(--ferry-font, inherit);
    font-size: 15px;
    line-height: 20px;
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  .box {
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .line,
  .choose,
  li {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_space) * 2) calc(var(--_space) * 3);
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
  }
  .choose {
    padding: 0;
    gap: calc(var(--_space) * 2);
  }
  .text {
    flex: 1 1 150px;
    min-inline-size: 0;
    overflow-wrap: anywhere;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  /* English words on a right-to-left page, and the other way round. */
  .text > * {
    unicode-bidi: plaintext;
  }
  .soft {
    color: var(--_soft);
    font-size: 13px;
    line-height: 18px;
  }
  .soft::first-letter {
    text-transform: uppercase;
  }
  .drop {
    border-style: dashed;
    border-color: color-mix(in srgb, var(--_soft) 50%, var(--_line));
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
  svg {
    display: block;
    inline-size: 16px;
    block-size: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .empty > slot > svg {
    inline-size: 24px;
    block-size: 24px;
    stroke-width: 1.5;
    color: var(--_soft);
  }
  button {
    min-block-size: 32px;
    padding: 0 calc(var(--_space) * 3);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.6);
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  button:hover {
    background: var(--_raised);
  }
  button:disabled {
    background: none;
    color: var(--_soft);
    opacity: 0.6;
    cursor: default;
  }
  .main,
  .main:hover {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_surface);
  }
  .icon {
    padding: 7px;
    margin-inline: -4px;
    border-color: transparent;
    color: var(--_soft);
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
    border-radius: calc(var(--_radius) * 0.6);
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
  bdi[title] {
    display: inline-flex;
    max-inline-size: 100%;
    vertical-align: top;
    white-space: pre;
  }
  bdi :first-child,
  li .soft {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
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
  i {
    padding: 2px;
    border-radius: 50%;
    background: var(--_soft);
    color: var(--_surface);
  }
  i svg {
    inline-size: 10px;
    block-size: 10px;
    stroke-width: 4;
  }
  .picture i {
    position: absolute;
    inset-block-end: -4px;
    inset-inline-end: -4px;
    outline: 2px solid var(--_surface);
  }
  .done i {
    background: var(--_success);
  }
  .failed i {
    background: var(--_danger);
  }
  .failed .soft {
    color: var(--_danger);
  }
  ferry-progress {
    position: absolute;
    inset: auto 0 0;
    --ferry-line: transparent;
    block-size: 2px;
    border-radius: 0;
  }
  .paused ferry-progress,
  .waiting ferry-progress {
    --ferry-accent: var(--_soft);
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;
