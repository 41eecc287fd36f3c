import { html, nothing, type TemplateResult } from 'lit';
import type { Speed, Totals } from '../uploads/totals.js';
import { advance, bar } from './advance.js';
import { iconButton, textButton } from './controls.js';
import type { IconName, Icons } from './icons.js';
import type { Language, Word } from './language.js';

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
  const under = !ended && !queued;
  const paused = phase === 'paused';
  const waiting = phase === 'waiting';
  const failed = counts.failed && language.say('failed', { n: counts.failed });
  const headline = under
    ? language.say('count', { part: language.number(counts.done), n: files })
    : queued
      ? language.say('ready', { n: files })
      : failed && !counts.done
        ? failed
        : language.say('done', { n: counts.done });
  const details = [
    (paused || waiting) && language.say(phase),
    waiting && language.say('byItself'),
    ...(under ? advance(sent, bytes, phase === 'sending' ? speed : undefined, language) : [!failed && language.size(bytes)]),
    failed !== headline && failed,
  ];
  const text = (deed: QueueDeed, word: Word, main = false): TemplateResult =>
    textButton(
      language.say(word),
      () => {
        onDeed(deed);
      },
      false,
      main,
    );
  const picture = (deed: QueueDeed, word: Word, name: IconName): TemplateResult =>
    iconButton(name, icons, language.say(word), () => {
      onDeed(deed);
    });
  const buttons = [
    queued && text('start', 'start', true),
    counts.failed && text('retry', 'retry'),
    ended && counts.done && text('clear', 'clear'),
    under && pausable && (paused ? picture('resume', 'resumeAll', 'play') : picture('pause', 'pauseAll', 'pause')),
    !ended && picture('cancel', 'cancelAll', 'close'),
  ];
  return html`<div class="line ${phase}" part="total">
    <div class="text">
      <div>${headline}</div>
      <div class="soft">${details.filter(Boolean).join(' · ')}</div>
    </div>
    ${disabled ? nothing : buttons.filter(Boolean)} ${under ? bar(progress, headline) : nothing}
  </div>`;
}
