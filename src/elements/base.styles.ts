import { css } from 'lit';
import { tokens } from './tokens.js';

/** The look of what several elements are made of: lines of text and buttons in a frame, names, what is only said aloud. */
export const base = [
  tokens,
  css`
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
    button:hover:not(:disabled, .main) {
      background: var(--_raised);
    }
    button:disabled {
      color: var(--_soft);
      opacity: 0.6;
      cursor: default;
    }
    .main {
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
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `,
];
