import { html, nothing, type TemplateResult } from 'lit';
import type { Item } from '../backend/item.js';
import type { Source } from './browser.source.js';
import { failureOf } from './browser.words.js';
import { textButton } from './controls.js';
import type { Language } from './language.js';

/** What the line below everything shows, and whom it tells. */
export interface FootScene {
  language: Language;
  source: Source;
  picker: 'files' | 'folders' | undefined;
  picked: readonly Item[];
  onAnswer: () => void;
}

/** How many items there are, as far as that is known; nothing where there are none. */
export const countOf = ({ rows, count, counted }: Source, language: Language): string =>
  count ? language.say(counted ? 'items' : 'itemsSoFar', { n: counted ? count : rows.length }) : '';

/** How many items there are and what is not loaded; of a picker, its answer. */
export function foot({ language, source, picker, picked, onAnswer }: FootScene): TemplateResult {
  const { count, folder, problem, search, searches, complete } = source;
  if (!folder) return html`${nothing}`;
  const part = search && searches === 'loaded' && !complete;
  const said = [
    countOf(source, language),
    search ? language.say(`searched-${part ? 'loaded' : searches === 'loaded' ? 'folder' : searches}`, { n: source.loaded }) : '',
    problem && count ? `${language.say('cannotLoad')}: ${failureOf(problem, language)}` : '',
  ].filter(Boolean);
  if (!said.length && !picker) return html`${nothing}`;
  return html`<div class="line foot" part="foot">
    <div class="text"><div class="soft">${said.join(' · ')}</div></div>
    ${problem && count ? textButton(language.say('retry'), () => void source.retry()) : nothing}
    ${part && !problem ? textButton(language.say('loadAll'), () => void source.everything(), source.loading) : nothing}
    ${picker ? textButton(language.say('choose'), onAnswer, picker === 'files' && !picked.length, true) : nothing}
  </div>`;
}
