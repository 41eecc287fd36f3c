import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Column } from './browser.columns.js';
import { pictureOf } from './browser.kinds.js';
import { failureOf } from './browser.words.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { fullName, plainName } from './name.js';

/** A name that is being given. */
export interface Renaming {
  id: string;
  /** It is on its way. */
  busy: boolean;
  /** Why it was not taken. */
  problem: ErrorCode | undefined;
}

/** What all rows have in common. */
export interface RowScene {
  language: Language;
  icons: Icons;
  columns: readonly Column[];
  /** There is room for one column: the others stand below the name. */
  narrow: boolean;
  /** A line of menus at the end of each row. */
  menus: boolean;
  isSelected: (id: string) => boolean;
  isCut: (id: string) => boolean;
  /** What cannot be picked, or is what is being moved. */
  isBarred: (item: Item) => boolean;
  /** Why the last deed with it failed. */
  failure: (id: string) => ErrorCode | undefined;
  /** The folder that something hangs over. */
  droppingOn: string | undefined;
  renaming: Renaming | undefined;
  /** A name was given, or with nothing none; `left`: by leaving the field. */
  onRename: (name: string | undefined, left: boolean) => void;
  /** Where the keyboard is: at which item, in which of its cells. */
  active: () => number;
  cell: () => number;
}

/** What an item is, for those who only hear it; `details` are what is seen beside its name. */
function spoken(item: Item, details: string, { language, failure }: RowScene): string {
  const failed = failure(item.id);
  const said = [
    plainName(item.name),
    details,
    item.kind === 'folder' && language.say('kind-folder'),
    item.locked && language.say('locked'),
    failed && failureOf(failed, language),
  ];
  return said.filter(Boolean).join(', ');
}

const isRenamed = ({ id }: Item, { renaming }: RowScene): boolean => renaming?.id === id;

/** The name, or the field for a new one. */
function nameCell(item: Item, scene: RowScene): TemplateResult {
  const { language, renaming, onRename } = scene;
  if (!isRenamed(item, scene)) return fullName(plainName(item.name));
  return html`<span class="renaming">
    <input
      part="rename"
      .value=${item.name}
      aria-label=${language.say('newName', { name: plainName(item.name) })}
      aria-invalid=${renaming?.problem ? 'true' : 'false'}
      ?readonly=${renaming?.busy}
      @keydown=${(event: KeyboardEvent) => {
        event.stopPropagation();
        const field = event.target as HTMLInputElement;
        // While a word is being composed, Enter belongs to it.
        if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
        event.preventDefault();
        onRename(event.key === 'Enter' ? field.value : undefined, false);
      }}
      @blur=${({ target }: FocusEvent) => onRename((target as HTMLInputElement).value, true)}
      ${ref(focusName)}
    />
    ${renaming?.problem ? html`<span role="alert" class="problem">${failureOf(renaming.problem, language)}</span>` : nothing}
  </span>`;
}

/** Selects the name without its extension. */
function focusName(element: Element | undefined): void {
  const field = element as HTMLInputElement | undefined;
  if (!field || field === (field.getRootNode() as ShadowRoot).activeElement) return;
  // Once it is in the page.
  queueMicrotask(() => {
    field.focus();
    const end = field.value.lastIndexOf('.');
    field.setSelectionRange(0, end > 0 ? end : field.value.length);
  });
}

const badges = (item: Item, { icons, language, failure }: RowScene): TemplateResult | typeof nothing => {
  const failed = failure(item.id);
  if (failed) return html`<span class="badge danger" title=${failureOf(failed, language)}>${icon('alert', icons)}</span>`;
  if (!item.locked) return nothing;
  const { owner } = item.locked;
  const title = owner === undefined ? language.say('locked') : language.say('lockedBy', { name: owner });
  return html`<span class="badge" title=${title}>${icon('lock', icons)}</span>`;
};

const classes = (item: Item, { isSelected, isCut, isBarred, droppingOn }: RowScene): string =>
  [
    isSelected(item.id) ? 'selected' : '',
    isCut(item.id) ? 'cut' : '',
    isBarred(item) ? 'barred' : '',
    droppingOn === item.id ? 'over' : '',
    item.kind,
  ]
    .filter(Boolean)
    .join(' ');

const menuButton = (item: Item, { icons, language }: RowScene, tabIndex: number): TemplateResult =>
  html`<button
    type="button"
    class="icon menu"
    aria-haspopup="menu"
    aria-label=${language.say('actionsFor', { name: plainName(item.name) })}
    tabindex=${tabIndex}
  >
    ${icon('more', icons)}
  </button>`;

/** One row of the list. */
export function listRow(item: Item, index: number, element: HTMLElement, scene: RowScene): TemplateResult {
  const { columns, language, icons, narrow, menus, active, cell, isSelected, isBarred } = scene;
  element.className = `row ${classes(item, scene)}`;
  const selected = isSelected(item.id);
  element.ariaSelected = String(selected);
  element.ariaDisabled = isBarred(item) ? 'true' : null;
  element.draggable = !isRenamed(item, scene);
  const tab = (at: number): number => (index === active() && cell() === at ? 0 : -1);
  const others = columns.slice(1);
  const shown = narrow ? [] : others;
  const details = narrow
    ? others
        .map(({ text }) => text(item, language, true))
        .filter(Boolean)
        .join(' · ')
    : '';
  return html`<div
      role="gridcell"
      class="name"
      aria-colindex="1"
      tabindex=${tab(0)}
      aria-selected=${selected}
      aria-label=${isRenamed(item, scene) ? nothing : spoken(item, details, scene)}
    >
      <span class="check"></span>${icon(pictureOf(item), icons)}
      <span class="text">
        ${nameCell(item, scene)} ${narrow && !isRenamed(item, scene) ? html`<span class="soft">${details}</span>` : nothing}
      </span>
      ${badges(item, scene)}
    </div>
    ${shown.map(
      ({ text, figures }, at) =>
        html`<div role="gridcell" class=${figures ? 'soft figures' : 'soft'} aria-colindex=${at + 2} tabindex=${tab(at + 1)}>
          <span>${text(item, language)}</span>
        </div>`,
    )}
    ${
      menus ? html`<div role="gridcell" aria-colindex=${shown.length + 2}>${menuButton(item, scene, tab(shown.length + 1))}</div>` : nothing
    }`;
}

/** A place for a row that is not loaded yet. */
export function emptyRow(index: number, element: HTMLElement, { language, active }: RowScene): TemplateResult {
  element.className = 'row waiting';
  element.ariaSelected = null;
  element.ariaDisabled = null;
  element.draggable = false;
  return html`<div
    role="gridcell"
    class="name"
    aria-colindex="1"
    tabindex=${index === active() ? 0 : -1}
    aria-label=${language.say('loadingMore')}
  >
    <span class="blank"></span>
  </div>`;
}

/** One tile of the grid. */
export function tile(item: Item | undefined, index: number, column: number, scene: RowScene): TemplateResult {
  const { language, icons, active, isSelected, isBarred, columns, menus } = scene;
  const tab = index === active() ? 0 : -1;
  if (!item)
    return html`<div role="gridcell" class="tile waiting" aria-colindex=${column} tabindex=${tab} aria-label=${language.say('loadingMore')}>
      <span class="blank"></span>
    </div>`;
  const details = columns
    .slice(1, 2)
    .map(({ text }) => text(item, language, true))
    .join('');
  return html`<div
    role="gridcell"
    class="tile ${classes(item, scene)}"
    draggable=${isRenamed(item, scene) ? 'false' : 'true'}
    aria-colindex=${column}
    tabindex=${tab}
    aria-selected=${isSelected(item.id)}
    aria-disabled=${isBarred(item) ? 'true' : nothing}
    aria-label=${isRenamed(item, scene) ? nothing : spoken(item, details, scene)}
  >
    <span class="check"></span>
    <span class="picture"
      >${item.thumbnail ? html`<img src=${item.thumbnail} alt="" loading="lazy" />` : icon(pictureOf(item), icons)}</span
    >
    <span class="text">${nameCell(item, scene)} <span class="soft">${details}</span></span>
    ${badges(item, scene)} ${menus ? menuButton(item, scene, -1) : nothing}
  </div>`;
}
