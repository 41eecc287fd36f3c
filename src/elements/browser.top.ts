import { html, nothing, type TemplateResult } from 'lit';
import type { Ref } from '../backend/item.js';
import type { View } from './browser.choices.js';
import type { MenuEntry } from './browser.menu.js';
import { iconButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';

/** One step of the way from the root to the folder that is shown, which is the last one. */
export interface Step extends Ref {
  name: string;
}

/** What the line above everything shows, and whom it tells. */
export interface TopScene {
  language: Language;
  icons: Icons;
  /** Pixels. */
  width: number;
  way: readonly Step[];
  canGoBack: boolean;
  canGoForward: boolean;
  search: string;
  view: View;
  /** The step that something hangs over. */
  droppingOn: string | undefined;
  onBack: () => void;
  onForward: () => void;
  onGo: (folder: Ref) => void;
  onSearch: (text: string) => void;
  onView: (view: View) => void;
  /** Opens a menu below a button. */
  onMenu: (label: string, entries: MenuEntry[], button: Element) => void;
  onViewMenu: (button: Element) => void;
}

/** How many steps of the way there is room for. */
const stepsIn = (width: number): number => (width < 520 ? 2 : width < 1000 ? 3 : 5);

const nameOf = ({ name }: Step, language: Language): string => plainName(name) || language.say('allFiles');

/** Where one is: the first step and the last ones; those in between are in a menu. */
function crumbs({ way, width, language, icons, droppingOn, onGo, onMenu }: TopScene): TemplateResult {
  const most = stepsIn(width);
  const hidden = way.length > most ? way.slice(most > 2 ? 1 : 0, way.length - Math.max(1, most - 2)) : [];
  const shown = way.filter((step) => !hidden.includes(step));
  const divider = html`<span class="divider" aria-hidden="true">${icon('forward', icons)}</span>`;
  const more = hidden.length
    ? html`<div role="listitem" class="more">
        <button
          type="button"
          class="icon"
          part="button"
          aria-haspopup="menu"
          aria-label=${language.say('hiddenFolders')}
          title=${language.say('hiddenFolders')}
          @click=${({ currentTarget }: Event) => {
            const entries = hidden.map((step) => ({ label: nameOf(step, language), icon: 'folder', run: () => onGo(step) }));
            onMenu(language.say('hiddenFolders'), entries, currentTarget as Element);
          }}
        >
          ${icon('more', icons)}</button
        >${divider}
      </div>`
    : nothing;
  const steps = shown.map((step) => {
    const name = nameOf(step, language);
    return step === way.at(-1)
      ? html`<div role="listitem" class="here"><bdi aria-current="page" title=${name}>${name}</bdi></div>`
      : html`<div role="listitem">
          <button
            type="button"
            class=${droppingOn === step.id ? 'step over' : 'step'}
            data-step=${way.indexOf(step)}
            @click=${() => onGo(step)}
          >
            <bdi title=${name}>${name}</bdi></button
          >${divider}
        </div>`;
  });
  // Not a landmark: there may be several browsers on a page.
  return html`<div part="path" class="path" role="group" aria-label=${language.say('path')}>
    <div role="list">${hidden.length && most > 2 ? [steps[0], more, ...steps.slice(1)] : [more, ...steps]}</div>
  </div>`;
}

/** The line above everything: back and forward, where one is, search, and how it is shown. */
export function top(scene: TopScene): TemplateResult {
  const { language, icons, search, view, canGoBack, canGoForward, onBack, onForward, onSearch, onView, onViewMenu } = scene;
  const step = (name: 'back' | 'forward', can: boolean, go: () => void): TemplateResult =>
    html`<button
      type="button"
      part="button"
      class="icon turned"
      title=${language.say(name)}
      aria-label=${language.say(name)}
      ?disabled=${!can}
      @click=${go}
    >
      ${icon(name, icons)}
    </button>`;
  const other = view === 'list' ? 'grid' : 'list';
  return html`<div class="line top">
    <div class="ways">${step('back', canGoBack, onBack)}${step('forward', canGoForward, onForward)}</div>
    ${crumbs(scene)}
    <div class="find">
      <label class="search">
        ${icon('search', icons)}
        <input
          type="search"
          part="search"
          placeholder=${language.say('search')}
          aria-label=${language.say('search')}
          .value=${search}
          @input=${({ target }: Event) => onSearch((target as HTMLInputElement).value)}
        />
      </label>
      ${iconButton(other, icons, language.say(other), () => onView(other))}
      <button
        type="button"
        part="button"
        class="icon"
        aria-haspopup="menu"
        title=${language.say('view')}
        aria-label=${language.say('view')}
        @click=${({ currentTarget }: Event) => onViewMenu(currentTarget as Element)}
      >
        ${icon('view', icons)}
      </button>
    </div>
  </div>`;
}
