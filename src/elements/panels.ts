import { html, nothing, type TemplateResult } from 'lit';
import type { Rejection, Unfinished, UploadFile } from '../uploads/queue.js';
import { iconButton, textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { describe } from './limits.js';
import { nameOf } from './row.js';

/** What a person can answer when a name is taken. */
export type Choice = 'replace' | 'rename' | 'skip';

/** Asks what to do with a file whose name is taken. `more`: such questions may follow. */
export function question(
  file: UploadFile,
  choices: Choice[],
  more: boolean,
  language: Language,
  onAnswer: (choice: Choice, forAll: boolean) => void,
): TemplateResult {
  const there = file.ferry?.exists;
  const name = nameOf(file);
  const line = (...said: (string | 0 | undefined)[]): TemplateResult => html`<p class="soft">${said.filter(Boolean).join(' · ')}</p>`;
  const facts = (word: 'there' | 'yours', size: number | null = 0, at = 0): TemplateResult =>
    line(language.say(word), language.size(size ?? 0), at && language.date(at));
  return html`<div class="box line" part="question" role="group" aria-label="${language.say('asking')}: ${name}">
    <div class="text">
      <bdi>${name}</bdi>
      ${line(language.say('asking'))}
      ${there && [facts('there', there.size, there.modified), facts('yours', file.size, (file.data as Partial<File>).lastModified)]}
    </div>
    <div class="choose">
      ${choices.map((choice) =>
        textButton(language.say(choice), ({ target }) => {
          onAnswer(choice, !!(target as Element).parentElement?.querySelector('input')?.checked);
        }),
      )}
      ${more ? html`<label><input type="checkbox" /> ${language.say('forAll')}</label>` : nothing}
    </div>
  </div>`;
}

/** Why a file was not taken, in words that name the rule. */
export function refusal({ code, limit, rule }: Rejection, language: Language): string {
  const n = typeof limit === 'number' ? limit : 0;
  const rules = describe(rule ? { rules: rule } : Array.isArray(limit) ? { accept: limit } : {}, false, language);
  return [language.say(`rejected-${code}`, { n, limit: language.size(n) }), ...rules].join(': ');
}

/** How many files are named; the rest is counted. */
const NAMED = 3;

/** Says which files were not taken, and why. */
export function refusals(rejected: Rejection[], icons: Icons | undefined, language: Language, onDismiss: () => void): TemplateResult {
  const more = rejected.length - NAMED;
  return html`<div class="box line failed" part="rejected">
    <i>${icon('alert', icons)}</i>
    <div class="text">
      ${rejected.slice(0, NAMED).map((one) => html`<p><bdi>${one.file.name}</bdi> · ${refusal(one, language)}</p>`)}
      ${more > 0 ? html`<p>${language.say('more', { n: more })}</p>` : nothing}
    </div>
    ${iconButton('close', icons, language.say('dismiss'), onDismiss)}
  </div>`;
}

/** Says what an earlier page left behind, and how to go on with it. */
export const leftBehind = (unfinished: Unfinished[], language: Language, onDiscard: (one: Unfinished) => void): TemplateResult[] =>
  unfinished.slice(0, NAMED).map(
    (one) =>
      html`<div class="box line" part="unfinished">
        <div class="text">
          <bdi>${one.name}</bdi>
          <p class="soft">${language.say('unfinished', { percent: language.percent(one.sent / one.size) })}</p>
        </div>
        ${textButton(language.say('discard'), () => {
          onDiscard(one);
        })}
      </div>`,
  );
