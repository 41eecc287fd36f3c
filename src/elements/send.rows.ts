import { html, nothing, type TemplateResult } from 'lit';
import type { Ref } from '../backend/item.js';
import { textButton } from './controls.js';
import type { Language, Word } from './language.js';
import './progress.js';
import type { Paged } from './send.paged.js';
import { failureOf } from './send.words.js';

/** What a list of rows needs, and whom it tells. */
export interface RowsScene<T extends Ref> {
  language: Language;
  list: Paged<T>;
  /** What the list is, and what is said of an empty one. */
  label: Word;
  empty: Word;
  /** The row that the Tab key comes to, by its place. */
  at: number;
  row: (entry: T) => TemplateResult;
  onAt: (at: number) => void;
  onOpen: (entry: T) => void;
}

/** Rows of a paged list, each a button: one is in the order of the Tab key, arrows go to the others. */
export function rows<T extends Ref>(scene: RowsScene<T>): TemplateResult {
  const { language, list, label, empty, row, onAt, onOpen } = scene;
  const { entries, failed, loading, known } = list;
  const at = Math.min(scene.at, entries.length - 1);
  return html`<div class="listed" aria-busy=${loading}>
    ${known && !entries.length && !loading ? html`<p class="soft none">${language.say(empty)}</p>` : nothing}
    ${
      entries.length
        ? html`<ul role="list" class="rows" aria-label=${language.say(label)} @keydown=${onKey}>
            ${entries.map(
              (entry, index) =>
                html`<li>
                  <button
                    type="button"
                    part="button row"
                    class="row"
                    tabindex=${index === at ? 0 : -1}
                    @focus=${() => {
                      onAt(index);
                    }}
                    @click=${() => {
                      onOpen(entry);
                    }}
                  >
                    ${row(entry)}
                  </button>
                </li>`,
            )}
          </ul>`
        : nothing
    }
    ${loading ? waiting(language) : nothing}
    ${
      failed && !loading
        ? html`<p part="notice" class="problem" role="alert">${failureOf(failed, language)}</p>
            <div class="choose">${textButton(language.say('retry'), () => void (known && list.hasMore ? list.more() : list.load()))}</div>`
        : nothing
    }
    ${
      list.hasMore && !loading && !failed
        ? html`<div class="choose">${textButton(language.say('sent-more'), () => void list.more())}</div>`
        : nothing
    }
  </div>`;
}

/** Something is being asked for. */
export const waiting = (language: Language): TemplateResult =>
  html`<div class="under-way">
    <p class="soft" role="status">${language.say('sent-loading')}</p>
    <ferry-progress indeterminate label=${language.say('sent-loading')}></ferry-progress>
  </div>`;

function onKey(event: KeyboardEvent): void {
  const all = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('.row')];
  const at = all.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
}
