import { html, nothing, type TemplateResult } from 'lit';
import type { Item, ItemPatch, NotifyInterval } from '../backend/item.js';
import type { Knowledge } from './browser.knowledge.js';
import { failureOf } from './browser.words.js';
import type { Language, Word } from './language.js';

/** What `capabilities.describe` says. */
interface Describing {
  fields: (keyof ItemPatch)[];
  colours?: string[];
}

const INTERVALS: readonly NotifyInterval[] = ['five-minutes', 'fifteen-minutes', 'hourly', 'daily'];

/** A point in time as `<input type="datetime-local">` has it, which knows no time zones. */
export function toLocal(at: number | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  const shifted = new Date(at - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

const fromLocal = (text: string): number | null => (text ? new Date(text).getTime() : null);

/** What each field writes into the patch, of the text that stands in it; `undefined`: nothing. */
const READ: { [Field in keyof ItemPatch]-?: (text: string) => ItemPatch[Field] | undefined } = {
  description: (text) => text || null,
  password: (text) => text || undefined,
  colour: (text) => text || null,
  modified: (text) => fromLocal(text) ?? undefined,
  downloadLimit: (text) => (text ? Number(text) : null),
  expires: fromLocal,
  notify: (text) => (text ? (text as NotifyInterval) : null),
  shared: (text) => text === 'on',
};

/** What has been changed in the form. */
export function patchOf(form: HTMLFormElement): ItemPatch {
  const patch: Record<string, unknown> = {};
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) continue;
    const read = READ[field.name as keyof ItemPatch] as ((text: string) => unknown) | undefined;
    const now = field.type === 'checkbox' && !(field as HTMLInputElement).checked ? '' : field.value;
    if (!read || now === field.dataset['before']) continue;
    const value = read(now);
    if (value !== undefined) patch[field.name] = value;
  }
  return patch;
}

/** A form of what can be changed about an item. */
export function form(
  item: Item,
  { fields, colours }: Describing,
  { saving, saved, problem }: Knowledge,
  language: Language,
  onSave: (patch: ItemPatch) => void,
): TemplateResult {
  const shown = fields.map((field) => row(field, item, colours, language)).filter((one) => one !== nothing);
  return shown.length
    ? html`<form
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const patch = patchOf(event.target as HTMLFormElement);
          if (Object.keys(patch).length) onSave(patch);
        }}
      >
        ${shown}
        <div class="choose">
          <button part="button" ?disabled=${saving}>${language.say('save')}</button>
          <span class="soft" role="status">${saved ? language.say('saved') : nothing}</span>
        </div>
        ${problem ? html`<p role="alert" class="problem">${failureOf(problem, language)}</p>` : nothing}
      </form>`
    : html``;
}

const labelled = (label: string, field: TemplateResult): TemplateResult => html`<label class="field"><span>${label}</span>${field}</label>`;

function row(field: keyof ItemPatch, item: Item, colours: string[] | undefined, language: Language): TemplateResult | typeof nothing {
  const say = (word: Word): string => language.say(word);
  const input = (word: Word, type: string, value: string): TemplateResult =>
    labelled(
      say(word),
      html`<input name=${field} type=${type} .value=${value} data-before=${value} min=${type === 'number' ? '1' : nothing} />`,
    );
  const select = (word: Word, now: string, options: [value: string, label: string][]): TemplateResult =>
    labelled(
      say(word),
      html`<select name=${field} data-before=${now}>
        ${options.map(([value, label]) => html`<option value=${value} ?selected=${value === now}>${label}</option>`)}
      </select>`,
    );
  switch (field) {
    case 'description': {
      const { description = '' } = item;
      return labelled(
        say('description'),
        html`<textarea name="description" rows="3" .value=${description} data-before=${description}></textarea>`,
      );
    }
    case 'password':
      return labelled(
        say('password'),
        html`<input
          name="password"
          type="password"
          autocomplete="new-password"
          data-before=""
          placeholder=${item.protected ? say('password-set') : nothing}
        />`,
      );
    case 'colour':
      return colours
        ? select('colour', item.colour ?? '', [['', say('none')], ...colours.map((one): [string, string] => [one, one])])
        : input('colour', 'text', item.colour ?? '');
    case 'modified':
      return input('modified', 'datetime-local', toLocal(item.modified));
    case 'expires':
      return input('ends', 'datetime-local', toLocal(item.expires));
    case 'downloadLimit':
      return item.kind === 'file' ? input('downloadLimit', 'number', '') : nothing;
    case 'notify': {
      const options = INTERVALS.map((one): [string, string] => [one, say(`notify-${one}`)]);
      return item.kind === 'folder' ? select('notify', item.notify ?? '', [['', say('notify-never')], ...options]) : nothing;
    }
    case 'shared':
      return html`<label class="choice">
        <input name="shared" type="checkbox" .checked=${!!item.shared} data-before=${item.shared ? 'on' : ''} /> ${say('shared')}
      </label>`;
  }
}
