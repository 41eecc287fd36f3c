import { css, type CSSResult } from 'lit';
import { form } from './form.styles.js';

// The widths of the details (280 px) and heights of rows stand in browser.layout.ts as well.
const frame = css`
  :host {
    block-size: 520px;
    min-block-size: 200px;
    min-inline-size: 0;
  }
  .browser {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }
  .browser.over,
  .rows .over,
  .step.over {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
  }
  .top,
  .bar {
    flex: none;
    border-block-end: 1px solid var(--_line);
  }
  .top {
    gap: calc(var(--_space) * 2);
  }
  .ways,
  .find {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
  }
  .ways {
    gap: 0;
  }
  .find {
    flex: 1 1 220px;
    justify-content: flex-end;
    max-inline-size: 340px;
    margin-inline-start: auto;
  }
  .little .find {
    max-inline-size: none;
  }
  .icon {
    flex: none;
    min-inline-size: 32px;
  }
  .icon[aria-disabled],
  .worded[aria-disabled] {
    opacity: 0.5;
    cursor: default;
  }
  .worded {
    display: inline-flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
  }
  .turned:dir(rtl) svg,
  .divider:dir(rtl) svg {
    scale: -1 1;
  }
  .path {
    flex: 1 1 120px;
    min-inline-size: 0;
  }
  .path > div,
  .path [role='listitem'] {
    display: flex;
    align-items: center;
    min-inline-size: 0;
  }
  .path [role='listitem'] {
    flex: 0 1 auto;
  }
  .path .here {
    flex-shrink: 0.25;
    font-weight: 600;
  }
  .path .more {
    flex: none;
  }
  .path bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .here bdi {
    padding-inline: calc(var(--_space) * 2);
  }
  .step {
    min-inline-size: 32px;
    max-inline-size: 100%;
    padding-inline: calc(var(--_space) * 2);
    border-color: transparent;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--_soft);
  }
  .step bdi {
    display: block;
  }
  .divider {
    flex: none;
    color: var(--_soft);
  }
  .divider svg {
    inline-size: 12px;
    block-size: 12px;
  }
  .search {
    position: relative;
    flex: 1;
    min-inline-size: 0;
  }
  .search svg {
    position: absolute;
    inset-block-start: 8px;
    inset-inline-start: 10px;
    color: var(--_soft);
    pointer-events: none;
  }
  input[type='search'] {
    padding-inline-start: 34px;
  }
  .bar {
    min-block-size: 32px;
    flex-wrap: nowrap;
  }
  .bar.some {
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
  }
  .bar .text {
    flex: 1 1 0;
  }
  .whole {
    display: inline-block;
  }
  /* English words on a right-to-left page, and the other way round. */
  .whole,
  .row > .soft > span,
  .names > *,
  .state p,
  h2,
  dd,
  .choose > button {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  [part='undo'] .text,
  .foot .text {
    flex-basis: 96px;
  }
  .bar .choose {
    flex-wrap: nowrap;
    gap: calc(var(--_space) * 2);
  }
  .some .choose {
    gap: calc(var(--_space));
  }
  .middle {
    flex: 1;
    display: flex;
    position: relative;
    min-block-size: 0;
  }
  .strip,
  .foot,
  .box > [part='total'],
  .box > [part='question'],
  .box > [part='rejected'] {
    flex: none;
    border: 0;
    border-block-start: 1px solid var(--_line);
    border-radius: 0;
  }
  .foot {
    min-block-size: 20px;
  }
  .warning {
    margin-block-start: calc(var(--_space) * 3);
  }
  .names {
    max-block-size: 108px;
    overflow: auto;
    font-size: 13px;
    line-height: 18px;
  }
  .ghost {
    position: fixed;
    inset-block-start: -100px;
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_accent);
    color: var(--_surface);
  }
`;

const items = css`
  .list {
    flex: 1;
    min-inline-size: 0;
    overflow: auto;
    overscroll-behavior: contain;
    outline-offset: -2px;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    border-block-end: 1px solid var(--_line);
    background: var(--_surface);
    font-size: 13px;
  }
  .head,
  .list > .rows {
    min-inline-size: min-content;
  }
  .head .row {
    position: static;
    block-size: 35px;
    border: 0;
    color: var(--_soft);
  }
  .head button {
    display: flex;
    align-items: center;
    gap: var(--_space);
    max-inline-size: 100%;
    min-block-size: 28px;
    margin-inline: calc(var(--_space) * -2);
    padding-inline: calc(var(--_space) * 2);
    border-color: transparent;
    font: inherit;
  }
  .head span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .head svg {
    inline-size: 12px;
    block-size: 12px;
  }
  .rows {
    position: relative;
    block-size: calc(var(--lines) * var(--line));
  }
  .row,
  .tiles {
    position: absolute;
    inset-inline: 0;
    display: grid;
    grid-template-columns: var(--columns);
    box-sizing: border-box;
    block-size: var(--line);
    contain: strict;
  }
  .row {
    align-items: stretch;
    padding-inline: calc(var(--_space) * 3);
    border-block-end: 1px solid var(--_line);
  }
  .head .row {
    contain: none;
    align-items: center;
  }
  .row > * {
    display: flex;
    align-items: center;
    min-inline-size: 0;
    overflow: hidden;
    padding-inline-end: calc(var(--_space) * 3);
    white-space: nowrap;
  }
  .row > .figures {
    justify-content: flex-end;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .row > .soft {
    line-height: inherit;
  }
  .row > :last-child {
    padding-inline-end: 0;
  }
  .little .row {
    padding-inline: calc(var(--_space) * 2);
  }
  .little .row > .name {
    padding-inline-end: var(--_space);
  }
  /* The ring of the focus stands off what is in the cell. */
  .row > .name {
    gap: calc(var(--_space) * 2);
    margin-inline-start: calc(var(--_space) * -2);
    padding-inline-start: calc(var(--_space) * 2);
  }
  /* Above the pictures. */
  .head .row > :first-child {
    padding-inline-start: calc(var(--_space) * 6);
  }
  .name > svg {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
    color: var(--_soft);
    stroke-width: 1.5;
  }
  .row .text {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    overflow: hidden;
    padding-block: 2px;
  }
  :is(.row, .tile) .text .soft {
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .folder .name > svg,
  .folder .picture svg {
    fill: color-mix(in srgb, var(--_accent) 20%, transparent);
    color: var(--_accent);
  }
  .row:hover,
  .tile:hover {
    background: var(--_raised);
  }
  .head .row:hover {
    background: none;
  }
  .selected,
  .selected:hover {
    background: color-mix(in srgb, var(--_accent) 14%, var(--_surface));
  }
  /* What was cut is still to be read. */
  .cut .name > svg,
  .cut > .picture {
    opacity: 0.4;
  }
  .cut .text {
    color: var(--_soft);
    font-style: italic;
  }
  /* Not what has the focus: its ring is to be seen. */
  .barred > :not(.name),
  .barred > .name > * {
    opacity: 0.5;
  }
  .check {
    position: relative;
    flex: none;
    inline-size: 16px;
    block-size: 16px;
    border: 1px solid color-mix(in srgb, var(--_soft) 75%, var(--_line));
    border-radius: 4px;
    opacity: 0;
  }
  /* Larger than it looks, for fingers. */
  .check::before {
    position: absolute;
    inset: -8px;
    content: '';
  }
  .check::after {
    content: '';
    position: absolute;
    inset-inline-start: 5px;
    inset-block-start: 1px;
    inline-size: 4px;
    block-size: 9px;
    border: solid var(--_surface);
    border-width: 0 2px 2px 0;
    rotate: 45deg;
  }
  :hover > .check,
  :hover > * > .check,
  .choosing .check,
  .selected .check {
    opacity: 1;
  }
  .selected .check {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .badge svg {
    inline-size: 14px;
    block-size: 14px;
  }
  .badge {
    flex: none;
    color: var(--_soft);
  }
  .badge.danger,
  .tile .badge.danger {
    padding: 2px;
    border-radius: 50%;
    background: var(--_danger);
    color: var(--_surface);
  }
  .badge.danger svg {
    inline-size: 10px;
    block-size: 10px;
    stroke-width: 4;
  }
  .renaming {
    align-self: stretch;
    display: flex;
    flex-direction: column;
    gap: 2px;
  }
  .renaming input {
    min-block-size: 28px;
    user-select: text;
    -webkit-user-select: text;
  }
  .renaming .problem {
    line-height: 14px;
  }
  .row .renaming {
    flex-direction: row;
    align-items: center;
    gap: calc(var(--_space) * 2);
  }
  .row .renaming input {
    flex: 1 1 96px;
    min-inline-size: 96px;
  }
  .little .row .renaming {
    flex-direction: column;
    align-items: stretch;
    gap: 2px;
  }
  .little .row .renaming input {
    flex: none;
  }
  .blank {
    margin-inline-start: calc(var(--_space) * 6);
    inline-size: 40%;
    block-size: 10px;
    border-radius: 5px;
    background: var(--_raised);
  }
  .menu.icon {
    margin: 0;
  }
  .tiles {
    padding-inline: 8px;
  }
  .tile {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: calc(var(--_space));
    min-inline-size: 0;
    margin: 4px;
    padding: calc(var(--_space) * 2);
    border-radius: calc(var(--_radius) * 0.6);
    text-align: center;
  }
  .tile .picture {
    flex: 1;
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: 100%;
    min-block-size: 0;
    padding: 0;
    background: none;
    color: var(--_soft);
  }
  .tile .picture svg {
    inline-size: 48px;
    block-size: 48px;
    stroke-width: 1;
  }
  .compact .picture svg {
    inline-size: 32px;
    block-size: 32px;
  }
  .tile img {
    max-inline-size: 100%;
    max-block-size: 100%;
    border-radius: 4px;
  }
  .tile .text {
    flex: none;
    max-inline-size: 100%;
    inline-size: 100%;
  }
  .tile .text > .soft {
    display: block;
    min-block-size: 18px;
  }
  .tile .blank {
    margin-inline: 0;
  }
  .tile .check,
  .tile .menu,
  .tile .badge {
    position: absolute;
    inset-block-start: 8px;
    inset-inline-start: 8px;
    background: var(--_surface);
  }
  .tile .menu {
    inset-block-start: 0;
    inset-inline: auto 0;
    background: none;
  }
  .tile .badge {
    inset-block-start: 48px;
    inset-inline: auto 24px;
    border-radius: 50%;
    padding: 2px;
  }
  .tile.selected .check {
    background: var(--_accent);
  }
  .state {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: calc(var(--_space) * 2);
    box-sizing: border-box;
    min-block-size: 100%;
    padding: calc(var(--_space) * 8) calc(var(--_space) * 4);
    text-align: center;
    overflow-wrap: anywhere;
  }
  .state svg {
    inline-size: 32px;
    block-size: 32px;
    stroke-width: 1.5;
    color: var(--_soft);
  }
  .state .danger {
    padding: calc(var(--_space) * 3);
    border-radius: 50%;
    background: color-mix(in srgb, var(--_danger) 10%, var(--_surface));
  }
  .state .danger svg {
    inline-size: 24px;
    block-size: 24px;
    stroke-width: 2;
    color: inherit;
  }
  @media (pointer: coarse) {
    .check {
      opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .selected {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    .check::after {
      border-color: CanvasText;
    }
    .check:not(.selected *, .selected > *)::after {
      border-color: transparent;
    }
  }
`;

const floating = css`
  .details {
    flex: none;
    inline-size: 280px;
    box-sizing: border-box;
    overflow: auto;
    border-inline-start: 1px solid var(--_line);
    padding-block-end: calc(var(--_space) * 3);
    overflow-wrap: anywhere;
  }
  .browser:not(.wide) .details {
    position: absolute;
    inset: 0;
    inline-size: auto;
    border: 0;
    background: var(--_surface);
    z-index: 2;
  }
  h2,
  h3 {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    font-size: 15px;
    font-weight: 600;
  }
  h3 {
    margin: calc(var(--_space) * 4) calc(var(--_space) * 3) calc(var(--_space));
  }
  .details > p,
  .details > form,
  dl {
    margin: 0;
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
  }
  dl,
  form {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 2);
  }
  dt {
    color: var(--_soft);
    font-size: 13px;
    line-height: 18px;
  }
  dd {
    margin: 0;
  }
  .lines > * {
    display: flex;
    flex-direction: column;
    padding: calc(var(--_space)) calc(var(--_space) * 3);
  }
  .menu[popover] {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_ink);
    box-shadow: 0 8px 32px rgb(0 0 0 / 0.2);
  }
  .look:focus-visible {
    outline: 0;
    border-radius: var(--_radius);
  }
  dialog h2 {
    flex: none;
  }
  dialog form {
    gap: calc(var(--_space) * 4);
  }
  dialog .choose {
    justify-content: flex-end;
  }
  dialog .text {
    flex: none;
  }
  .target {
    flex: 1 1 360px;
    min-block-size: 160px;
    block-size: 360px;
  }
  .look {
    max-inline-size: min(1200px, calc(100vw - 32px));
    block-size: calc(100vh - 32px);
    padding: 0;
    gap: 0;
  }
  .look .line {
    flex: none;
    border-block-end: 1px solid var(--_line);
  }
  .look h2 {
    flex: 1;
  }
  .stage,
  .none {
    flex: 1;
    display: flex;
    align-items: center;
    justify-content: center;
    min-block-size: 0;
    overflow: auto;
  }
  .none {
    flex-direction: column;
    gap: calc(var(--_space) * 3);
    padding: calc(var(--_space) * 4);
    text-align: center;
  }
  .none svg,
  .stage > slot > svg {
    inline-size: 48px;
    block-size: 48px;
    stroke-width: 1;
    color: var(--_soft);
  }
  .stage img,
  .stage video,
  .stage canvas {
    position: static;
    inline-size: auto;
    block-size: auto;
    max-inline-size: 100%;
    max-block-size: 100%;
    border-radius: 0;
    object-fit: contain;
  }
  .stage iframe {
    inline-size: 100%;
    block-size: 100%;
    border: 0;
  }
  .stage pre {
    box-sizing: border-box;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    padding: calc(var(--_space) * 4);
    overflow: auto;
    font:
      13px/1.5 ui-monospace,
      monospace;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    text-align: start;
    unicode-bidi: plaintext;
  }
  .menu[popover] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: calc(var(--_space));
    min-inline-size: 180px;
    max-inline-size: min(320px, calc(100vw - 16px));
    max-block-size: calc(100vh - 16px);
    overflow: auto;
  }
  .menu[popover] button {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 3);
    inline-size: 100%;
    min-block-size: 32px;
    border-color: transparent;
    text-align: start;
  }
  .menu > button > span:first-child:empty {
    flex: none;
    inline-size: 16px;
  }
  .menu > button > svg {
    flex: none;
  }
  .menu .text {
    flex: 1;
    display: flex;
    flex-direction: column;
    padding-block: calc(var(--_space));
  }
  .menu .text .soft {
    white-space: normal;
  }
  .menu [aria-disabled] {
    cursor: default;
  }
  .menu [aria-disabled] .text > :first-child,
  .menu [aria-disabled] > svg {
    opacity: 0.6;
  }
  .menu kbd {
    color: var(--_soft);
    font: inherit;
    font-size: 13px;
  }
  .menu hr {
    margin: calc(var(--_space)) 0;
    border: 0;
    border-block-start: 1px solid var(--_line);
  }
`;

/** The look of the browser. */
export const styles: CSSResult[] = [form, frame, items, floating];
