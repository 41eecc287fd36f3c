import { html, type TemplateResult } from 'lit';
import type { Speed } from '../uploads/totals.js';
import type { Language } from './language.js';

/** How far something is, in words: bytes, and where `speed` is given and known, how fast it goes and for how long. */
export function advance(sent: number, whole: number, speed: Speed | undefined, language: Language): string[] {
  const said = [language.say('of', { part: language.size(sent), whole: language.size(whole) })];
  const bytesPerSecond = speed?.bytesPerSecond;
  const left = speed?.secondsLeft(whole - sent);
  if (bytesPerSecond) said.push(language.size(bytesPerSecond, '-per-second'));
  if (left) said.push(language.say('left', { time: language.time(left) }));
  return said;
}

/** The same as a bar. */
export const bar = (share: number, label: string): TemplateResult =>
  html`<ferry-progress part="progress" .value=${share} .label=${label}></ferry-progress>`;
