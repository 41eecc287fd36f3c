import { html, nothing, type TemplateResult } from 'lit';
import type { ErrorCode } from '../backend/errors.js';
import { failureOf } from './browser.words.js';
import { textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';

/** Why there are no items to be seen, and whom to tell. */
export interface StateScene {
  language: Language;
  icons: Icons;
  /** Nothing is known yet. */
  loading: boolean;
  /** There is no backend. */
  missing: boolean;
  problem: ErrorCode | undefined;
  search: string;
  foldersOnly: boolean;
  /** Files can be dropped here. */
  takesFiles: boolean;
  canGoBack: boolean;
  onRetry: () => void;
  onBack: () => void;
}

/** What is seen where there are no items. */
export function emptiness(scene: StateScene): TemplateResult {
  const { language, icons, loading, missing, problem, search, foldersOnly, takesFiles, canGoBack, onRetry, onBack } = scene;
  if (missing) return html`<div class="state"><p>${language.say('noBackend')}</p></div>`;
  if (problem)
    return html`<div class="state" role="alert">
      <span class="danger">${icon('alert', icons)}</span>
      <p>${language.say('cannotList')}</p>
      <p class="soft">${failureOf(problem, language)}</p>
      <div class="choose">
        ${problem === 'unsupported' ? nothing : textButton(language.say('retry'), onRetry)}${canGoBack ? textButton(language.say('back'), onBack) : nothing}
      </div>
    </div>`;
  if (loading) return html`<div class="state loading"><p class="soft">${language.say('loading')}</p></div>`;
  if (search) return html`<div class="state"><p>${language.say('nothingFound')}</p></div>`;
  return html`<div class="state">
    <slot name="empty">
      ${icon('folder', icons)}
      <p>${language.say(foldersOnly ? 'noFoldersHere' : 'emptyFolder')}</p>
      ${takesFiles ? html`<p class="soft">${language.say('emptyHint')}</p>` : nothing}
    </slot>
  </div>`;
}
