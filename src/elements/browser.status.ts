import { html, nothing, type TemplateResult } from 'lit';
import { bar } from './advance.js';
import type { Choice, Deed } from './browser.deed.js';
import type { Undoable } from './browser.deeds.js';
import { failureOf, resultOf } from './browser.words.js';
import { iconButton, textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';

/** What the strips below the list show, and whom they tell. */
export interface StatusScene {
  language: Language;
  icons: Icons;
  deeds: readonly Deed[];
  undo: Undoable | undefined;
  /** What went wrong where no deed tells it. */
  notice: string | undefined;
  onUnderstood: () => void;
  onStop: (deed: Deed) => void;
  onAnswer: (deed: Deed, choice: Choice, forAll: boolean) => void;
  onRetry: (deed: Deed) => void;
  onDismiss: (deed: Deed) => void;
  onUndo: () => void;
  onHold: () => void;
  onRelease: () => void;
}

/** So many failures are named; the rest is counted. */
const NAMED = 100;

const CHOICES = ['replace', 'rename', 'skip'] as const;

/** Everything that is being done, what has ended otherwise than well, and what can be undone. */
export const status = (scene: StatusScene): TemplateResult[] => [
  ...scene.deeds.map((deed) =>
    deed.question ? question(deed, scene) : deed.state === 'ended' ? ended(deed, scene) : working(deed, scene),
  ),
  ...(scene.notice === undefined ? [] : [noticed(scene.notice, scene)]),
  ...(scene.undo ? [undoable(scene.undo, scene)] : []),
];

function working(deed: Deed, { language, icons, onStop }: StatusScene): TemplateResult {
  const text =
    deed.state === 'stopping'
      ? language.say('stopping')
      : language.say(`doing-${deed.kind}`, { done: language.number(deed.settled), total: language.number(deed.total) });
  return html`<div class="line strip" part="deed">
    <div class="text">
      <div>${text}</div>
      ${deed.failed.length ? html`<div class="soft">${language.say('wasFailed', { n: deed.failed.length })}</div>` : nothing}
    </div>
    ${deed.state === 'stopping' ? nothing : iconButton('close', icons, language.say('stop'), () => onStop(deed))}
    ${bar(deed.settled / Math.max(1, deed.total), text)}
  </div>`;
}

function question(deed: Deed, { language, onAnswer, onStop }: StatusScene): TemplateResult {
  const name = plainName(deed.question?.item.name ?? '');
  return html`<div class="line strip" part="question" role="group" aria-label=${language.say('nameTaken', { name })}>
    <div class="text"><div>${language.say('nameTaken', { name })}</div></div>
    <div class="choose">
      ${CHOICES.map((choice) =>
        textButton(language.say(choice), ({ target }) => {
          onAnswer(deed, choice, !!(target as Element).parentElement?.querySelector('input')?.checked);
        }),
      )}
      ${textButton(language.say('stop'), () => onStop(deed))}
      ${deed.question?.more ? html`<label><input type="checkbox" /> ${language.say('forAll')}</label>` : nothing}
    </div>
  </div>`;
}

function ended(deed: Deed, { language, icons, onRetry, onDismiss }: StatusScene): TemplateResult {
  const more = deed.failed.length - NAMED;
  const names = deed.failed
    .slice(0, NAMED)
    .map(({ item, code }) => html`<p><bdi>${plainName(item.name)}</bdi> · ${failureOf(code, language)}</p>`);
  return html`<div class="line strip ${deed.failed.length ? 'failed' : ''}" part="outcome">
    ${deed.failed.length ? html`<i>${icon('alert', icons)}</i>` : nothing}
    <div class="text">
      <div>${resultOf(deed, language)}</div>
      ${names.length ? html`<div class="names" tabindex="0" role="group" aria-label=${language.say('wasFailed', { n: deed.failed.length })}>${names}${more > 0 ? html`<p>${language.say('more', { n: more })}</p>` : nothing}</div>` : nothing}
    </div>
    ${deed.failed.length ? textButton(language.say('retry'), () => onRetry(deed)) : nothing}
    ${iconButton('close', icons, language.say('dismiss'), () => onDismiss(deed))}
  </div>`;
}

const noticed = (notice: string, { language, icons, onUnderstood }: StatusScene): TemplateResult =>
  html`<div class="line strip failed" part="notice">
    <i>${icon('alert', icons)}</i>
    <div class="text"><div>${notice}</div></div>
    ${iconButton('close', icons, language.say('dismiss'), onUnderstood)}
  </div>`;

function undoable({ kind, n, name }: Undoable, { language, onUndo, onHold, onRelease }: StatusScene): TemplateResult {
  const text = kind === 'rename' ? language.say('wasRenamed', { name: plainName(name) }) : language.say('done-move', { n });
  return html`<div
    class="line strip"
    part="undo"
    @focusin=${onHold}
    @focusout=${onRelease}
    @pointerenter=${onHold}
    @pointerleave=${onRelease}
  >
    <div class="text"><div>${text}</div></div>
    ${textButton(language.say('undo'), onUndo)}
  </div>`;
}
