import { html, nothing, type TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import { failureOf, sayOf } from './browser.words.js';
import { textButton } from './controls.js';
import type { Language } from './language.js';
import { plainName } from './name.js';

/** What a dialog asks. */
export type Asked =
  | { kind: 'remove'; items: readonly Item[] }
  | { kind: 'folder'; busy: boolean; problem: ErrorCode | undefined }
  | { kind: 'move' | 'copy'; items: readonly Item[]; to: Ref & { name: string } };

/** What the dialogs need, and whom they tell. */
export interface DialogScene {
  language: Language;
  backend: Backend;
  /** The folder that is shown. */
  here: Ref;
  onCancel: () => void;
  onRemove: (items: readonly Item[]) => void;
  onFolder: (name: string) => void;
  onTransfer: (kind: 'move' | 'copy', items: readonly Item[], to: Ref) => void;
  /** Another folder is chosen to move or copy to. */
  onTarget: (to: Ref & { name: string }) => void;
}

/** So many names are said; the rest is counted. */
const NAMED = 5;

/** The dialog's title. */
function titleOf(asked: Asked, language: Language): string {
  if (asked.kind === 'folder') return language.say('newFolder');
  const { items } = asked;
  if (asked.kind === 'remove') return sayOf('deleteOne', 'deleteMany', items, language);
  return asked.kind === 'move' ? sayOf('moveOne', 'moveMany', items, language) : sayOf('copyOne', 'copyMany', items, language);
}

/** What stands in the dialog. */
export function dialog(asked: Asked, scene: DialogScene): TemplateResult {
  const { language } = scene;
  const content =
    asked.kind === 'remove' ? removal(asked, scene) : asked.kind === 'folder' ? newFolder(asked, scene) : transfer(asked, scene);
  return html`<h2 id="asked">${titleOf(asked, language)}</h2>
    ${content}`;
}

const cancel = ({ language, onCancel }: DialogScene): TemplateResult => textButton(language.say('cancel'), onCancel);

function removal({ items }: Extract<Asked, { kind: 'remove' }>, scene: DialogScene): TemplateResult {
  const { language, onRemove } = scene;
  const more = items.length - NAMED;
  const names =
    items.length > 1 ? items.slice(0, NAMED).map(({ name }) => html`<div role="listitem"><bdi>${plainName(name)}</bdi></div>`) : [];
  return html`<div class="text">
      ${names.length ? html`<div role="list" class="names">${names}</div>` : nothing}
      ${more > 0 ? html`<p class="names">${language.say('more', { n: more })}</p>` : nothing}
      <p class="soft warning">
        ${items.some(({ kind }) => kind === 'folder') ? language.say('deleteFolders') : nothing} ${language.say('deleteForGood')}
      </p>
    </div>
    <div class="choose">
      ${cancel(scene)}
      <button type="button" part="button" class="danger" @click=${() => onRemove(items)}>${language.say('delete')}</button>
    </div>`;
}

function newFolder({ busy, problem }: Extract<Asked, { kind: 'folder' }>, scene: DialogScene): TemplateResult {
  const { language, onFolder } = scene;
  return html`<form
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const name = (event.target as HTMLFormElement).querySelector('input')?.value ?? '';
      if (name && !busy) onFolder(name);
    }}
  >
    <label class="field">
      <span>${language.say('folderName')}</span>
      <input type="text" autofocus autocomplete="off" ?readonly=${busy} aria-invalid=${problem ? 'true' : 'false'} />
    </label>
    ${problem ? html`<p role="alert" class="problem">${failureOf(problem, language)}</p>` : nothing}
    <div class="choose">${cancel(scene)}<button class="main" part="button" ?disabled=${busy}>${language.say('create')}</button></div>
  </form>`;
}

/** A browser of folders, in which the person goes to where the items shall be. */
function transfer({ kind, items, to }: Extract<Asked, { kind: 'move' | 'copy' }>, scene: DialogScene): TemplateResult {
  const { language, backend, here, onTransfer, onTarget } = scene;
  const name = plainName(to.name) || language.say('allFiles');
  const isThere = kind === 'move' && items.every(({ parent }) => (parent ?? here).id === to.id);
  return html`<ferry-browser
      class="target"
      picker="folders"
      .backend=${backend}
      .folder=${here}
      .barred=${new Set(items.map(({ id }) => id))}
      .onTarget=${onTarget}
    ></ferry-browser>
    <div class="choose">
      ${cancel(scene)}
      ${textButton(language.say(kind === 'move' ? 'moveHere' : 'copyHere', { name }), () => onTransfer(kind, items, to), isThere, true)}
    </div>`;
}
