import { html, nothing, type TemplateResult } from 'lit';
import type { Speed, Totals } from '../uploads/totals.js';
import { iconButton, textButton } from './controls.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';

/** What a person can do with the whole queue. */
export type QueueDeed = 'start' | 'pause' | 'resume' | 'cancel' | 'retry' | 'clear';

/** What surrounds the totals. */
export interface TotalScene {
  language: Language;
  icons: Icons | undefined;
  speed: Speed;
  /** The uploader can pause. */
  pausable: boolean;
  disabled: boolean;
  onDeed: (deed: QueueDeed) => void;
}

/** How far the whole queue is: a headline, a line of details, what can be done, and a bar. */
export function total(
  { phase, counts, files, bytes, sent, progress }: Totals,
  { language, icons, speed, pausable, disabled, onDeed }: TotalScene,
): TemplateResult {
  const ended = phase === 'done' || phase === 'failed';
  const queued = phase === 'queued';
  const sending = phase === 'sending';
  const bytesPerSecond = sending && speed.bytesPerSecond;
  const left = sending && speed.secondsLeft(bytes - sent);
  const headline = ended
    ? counts.done
      ? language.say('done', { n: counts.done })
      : language.say('failed', { n: counts.failed })
    : queued
      ? language.say('ready', { n: files })
      : language.say('count', { part: language.number(counts.done), n: files });
  const details = [
    (phase === 'paused' || phase === 'waiting') && language.say(phase),
    phase === 'waiting' && language.say('byItself'),
    phase === 'failed'
      ? ''
      : ended || queued
        ? language.size(bytes)
        : language.say('of', { part: language.size(sent), whole: language.size(bytes) }),
    bytesPerSecond && language.size(bytesPerSecond, '-per-second'),
    left && language.say('left', { time: language.time(left) }),
    !!(counts.failed && counts.done) && language.say('failed', { n: counts.failed }),
  ];
  const deed = (deed: QueueDeed): (() => void) => {
    return () => {
      onDeed(deed);
    };
  };
  const buttons = disabled
    ? nothing
    : [
        queued && textButton(language.say('start'), deed('start'), false, true),
        !!counts.failed && textButton(language.say('retry'), deed('retry')),
        ended && !!counts.done && textButton(language.say('clear'), deed('clear')),
        !ended && !queued && pausable && phase === 'paused' && iconButton('play', icons, language.say('resumeAll'), deed('resume')),
        !ended && !queued && pausable && phase !== 'paused' && iconButton('pause', icons, language.say('pauseAll'), deed('pause')),
        !ended && iconButton('close', icons, language.say('cancelAll'), deed('cancel')),
      ].filter(Boolean);
  return html`<div class="line ${phase}" part="total">
    <div class="text">
      <div>${headline}</div>
      <div class="soft">${details.filter(Boolean).join(' · ')}</div>
    </div>
    ${buttons} ${ended || queued ? nothing : html`<ferry-progress part="progress" .value=${progress} .label=${headline}></ferry-progress>`}
  </div>`;
}
