import { css, type CSSResult } from 'lit';
import { form } from './form.styles.js';

const frame = css`
  :host(:not([inline])) {
    display: contents;
  }
  .send {
    max-inline-size: min(560px, calc(100vw - 32px));
  }
  .box.send {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 4);
    padding: calc(var(--_space) * 4);
    max-inline-size: none;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: calc(var(--_space) * 2) calc(var(--_space) * 3);
    container-type: inline-size;
  }
  /* The way to what was sent leaves a narrow first line to the title. */
  @container (max-width: 360px) {
    .past {
      order: 1;
      flex: 0 0 100%;
    }
  }
  h2 {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    padding-block: 6px;
    font-size: 15px;
    font-weight: 600;
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  h2:focus {
    outline: 0;
  }
  .people .soft::first-letter,
  .outcome p > .soft::first-letter {
    text-transform: none;
  }
  /* What to do is in view however long the form is. */
  dialog .end {
    position: sticky;
    inset-block-end: calc(var(--_space) * -4);
    margin: calc(var(--_space) * -2) calc(var(--_space) * -4) calc(var(--_space) * -4);
    padding: calc(var(--_space) * 3) calc(var(--_space) * 4);
    border-block-start: 1px solid var(--_line);
    background: var(--_surface);
    z-index: 1;
  }
  form,
  .fields,
  .outcome {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 4);
    min-inline-size: 0;
  }
  .field > label {
    color: var(--_soft);
    font-size: 13px;
    line-height: 18px;
  }
  textarea {
    resize: vertical;
  }
  .choose.end {
    justify-content: flex-end;
  }
  .end > .choose {
    flex: 1;
  }
  .needed {
    color: var(--_danger);
    padding-inline-start: 2px;
  }
  .check {
    display: flex;
    align-items: flex-start;
    gap: calc(var(--_space) * 2);
    min-block-size: 24px;
    padding-block: 2px;
  }
  .check input {
    flex: none;
    margin: 2px 0;
    inline-size: 16px;
    block-size: 16px;
    accent-color: var(--_accent);
  }
  .field > .check {
    color: inherit;
    font-size: inherit;
    line-height: inherit;
  }
  .joined {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space);
  }
  .joined > :is(input, select) {
    flex: 1 1 120px;
    inline-size: 0;
    min-inline-size: 0;
  }
  .joined .icon {
    margin: 0;
  }
  details > summary {
    min-block-size: 24px;
    color: var(--_accent);
    cursor: pointer;
  }
  details[open] > summary {
    margin-block-end: calc(var(--_space) * 3);
  }
  .worded,
  a.button {
    display: inline-flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
  }
  a.button {
    min-block-size: 30px;
    padding: 0 calc(var(--_space) * 3);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.6);
    color: inherit;
    text-decoration: none;
  }
  a.button:hover {
    background: var(--_raised);
  }
  .link,
  .unsure {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 3);
  }
  .code {
    inline-size: 192px;
    block-size: 192px;
    align-self: center;
    border: 1px solid var(--_line);
    fill: #000;
    stroke: none;
    forced-color-adjust: none;
  }
  .code .ground {
    fill: #fff;
  }
  .summary .soft {
    display: block;
  }
  .outcome li .soft {
    overflow-wrap: anywhere;
    white-space: normal;
  }
  /* English words on a right-to-left page, and the other way round. */
  .summary,
  .summary .soft,
  .items .soft,
  .problem,
  .field > .soft,
  .unsure > p,
  .deed p {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .open {
    flex: none;
    box-sizing: border-box;
    inline-size: 14px;
    block-size: 14px;
    border: 2px solid var(--_soft);
    background: none;
  }
  .deed {
    padding: calc(var(--_space) * 3);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.6);
  }
  .items,
  .outcome ul {
    display: flex;
    flex-direction: column;
    list-style: none;
  }
  .items li,
  .outcome li {
    flex-wrap: nowrap;
    padding: calc(var(--_space)) 0;
  }
  .items svg {
    flex: none;
    color: var(--_soft);
  }
  .items .name {
    flex: 0 1 auto;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .items .soft {
    flex: none;
  }
  .under-way {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 2);
  }
  .under-way ferry-progress {
    position: static;
    --ferry-line: initial;
    block-size: 4px;
    border-radius: 2px;
  }
`;

const recipients = css`
  .recipients {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space);
    padding: 3px;
    border: 1px solid color-mix(in srgb, var(--_soft) 75%, var(--_line));
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    cursor: text;
  }
  .recipients:focus-within {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  .recipients ul {
    display: contents;
    list-style: none;
  }
  .recipients input:not([type='checkbox']) {
    flex: 1 1 120px;
    inline-size: 0;
    min-inline-size: 80px;
    min-block-size: 26px;
    padding-block: 0;
    padding-inline: calc(var(--_space) * 1.25);
    border: 0;
    background: none;
    outline: 0;
  }
  .chip {
    flex-wrap: nowrap;
    gap: 0;
    min-inline-size: 0;
    max-inline-size: 100%;
    box-sizing: border-box;
    padding: 0;
    padding-inline-start: calc(var(--_space) * 2);
    border: 1px solid var(--_line);
    border-radius: 13px;
    background: var(--_raised);
    font-size: 13px;
    line-height: 24px;
    cursor: default;
  }
  .chip > svg {
    flex: none;
    inline-size: 14px;
    block-size: 14px;
    margin-inline-end: var(--_space);
    color: var(--_soft);
  }
  .chip bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .chip button {
    flex: none;
    min-block-size: 24px;
    inline-size: 24px;
    padding: 0 6px;
    border: 0;
    border-radius: 12px;
    color: var(--_soft);
  }
  .chip button svg {
    inline-size: 12px;
    block-size: 12px;
  }
  .chip.wrong {
    border-color: var(--_danger);
    background: color-mix(in srgb, var(--_danger) 10%, var(--_surface));
    color: var(--_danger);
  }
  .rest {
    min-block-size: 26px;
    padding-inline: calc(var(--_space) * 2);
    border-color: transparent;
    color: var(--_accent);
    font-size: 13px;
  }
  .people {
    position: absolute;
    inset-inline: -1px;
    inset-block-start: calc(100% + 4px);
    z-index: 2;
    box-sizing: border-box;
    max-block-size: 264px;
    overflow: auto;
    padding: var(--_space);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    box-shadow: 0 8px 32px rgb(0 0 0 / 0.2);
    cursor: default;
  }
  .people [role='option'] {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    min-block-size: 32px;
    padding: calc(var(--_space)) calc(var(--_space) * 2);
    border-radius: calc(var(--_radius) * 0.4);
  }
  .people [role='option'] svg {
    flex: none;
    color: var(--_soft);
  }
  .people .text {
    display: flex;
    flex-direction: column;
  }
  .people [aria-selected='true'] {
    background: color-mix(in srgb, var(--_accent) 14%, var(--_surface));
    outline: 1px solid var(--_accent);
    outline-offset: -1px;
  }
  .people [role='option']:hover {
    background: var(--_raised);
  }
`;

const listed = css`
  .listed {
    display: flex;
    flex-direction: column;
    gap: calc(var(--_space) * 3);
  }
  h3 {
    margin: 0;
    font-size: 13px;
    line-height: 18px;
    font-weight: 600;
  }
  .rows {
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  .rows li {
    padding: 0;
  }
  .rows li + li {
    border-block-start: 1px solid var(--_line);
  }
  button.row {
    flex: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 2px calc(var(--_space) * 3);
    min-inline-size: 0;
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border: 0;
    border-radius: 0;
    text-align: start;
  }
  .row .text > * {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .row .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(var(--_space) * 3);
  }
  /* English words on a right-to-left page, and the other way round. */
  .row .facts > *,
  .listed p,
  .plain {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
`;

/** The look of sending. */
export const styles: CSSResult[] = [form, frame, recipients, listed];
