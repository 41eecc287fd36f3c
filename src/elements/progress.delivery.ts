import { css, html, type TemplateResult } from 'lit';
import type { Outbound, UploadFile } from '../uploads/queue.js';
import { totals } from '../uploads/totals.js';
import type { Language } from './language.js';
import './words/en.delivery.js';

/** The look of a bar with words below it. */
export const styles = css`
  :host {
    block-size: auto;
    overflow: visible;
    background: none;
    color: var(--_ink);
    font: var(--ferry-font, inherit);
    font-size: 13px;
    line-height: 18px;
    text-align: start;
  }
  .track {
    block-size: 4px;
    overflow: hidden;
    border-radius: 2px;
    background: var(--_line);
  }
  .words {
    display: flex;
    justify-content: space-between;
    gap: calc(var(--_space) * 3);
    margin: var(--_space) 0 0;
    color: var(--_soft);
    font-variant-numeric: tabular-nums;
  }
  .words span {
    unicode-bidi: plaintext;
  }
  .sent [part='bar'] {
    background: var(--_success);
  }
  .failed [part='bar'] {
    background: var(--_danger);
  }
  .failed + .words {
    color: var(--_danger);
  }
  @media (forced-colors: active) {
    :host {
      outline: none;
    }
    .track {
      outline: 1px solid CanvasText;
      outline-offset: -1px;
    }
  }
`;

/** What of a delivery is seen now. */
interface Seen {
  phase: Outbound['phase'];
  words: string;
  /** How much of its files has arrived; nothing where nobody knows how long it takes. */
  share?: number;
}

function seen({ phase, code, files: ids }: Outbound, all: Readonly<Record<string, UploadFile>>, language: Language): Seen {
  const files = ids.flatMap((id) => all[id] ?? []);
  const { phase: doing, progress } = totals(files);
  switch (phase) {
    case 'uploading': {
      // It goes on when the person has said what is to become of a file that failed.
      const failed = doing === 'failed' ? files.find(({ error }) => error) : undefined;
      if (failed) return { phase: 'failed', words: failure(failed.ferry?.code, language), share: progress };
      const words = language.say(doing === 'paused' || doing === 'waiting' ? doing : 'delivery-uploading');
      return { phase, words, share: progress };
    }
    case 'failed':
      return { phase, words: failure(code, language), share: 1 };
    case 'sent':
      return { phase, words: language.say('delivery-sent'), share: 1 };
    default:
      return { phase, words: language.say(`delivery-${phase}`) };
  }
}

const failure = (code: Outbound['code'], language: Language): string =>
  language.say('delivery-failed', { reason: language.say(`error-${code ?? 'server'}`) });

/** A bar, and below it in words how far a delivery is. They are said aloud when they change; the share is only seen. */
export function deliveryView(
  outbound: Outbound | undefined,
  files: Readonly<Record<string, UploadFile>>,
  label: string,
  language: Language,
): TemplateResult {
  const { phase, words, share }: Partial<Seen> = outbound ? seen(outbound, files, language) : { share: 0 };
  const moving = share === undefined;
  const percent = phase === 'uploading' && share !== undefined ? language.percent(share) : '';
  return html`<div
      class="track ${phase ?? ''}"
      role="progressbar"
      aria-label=${label}
      aria-valuemin="0"
      aria-valuemax="100"
      .ariaValueNow=${moving ? null : String(Math.floor(share * 20) * 5)}
    >
      <div part="bar" class=${moving ? 'moving' : ''} .style=${moving ? '' : `inline-size:${String(share * 100)}%`}></div>
    </div>
    <p class="words"><span part="phase" role="status">${words}</span> <span aria-hidden="true">${percent}</span></p>`;
}
