import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Item, ItemPatch, Permission } from '../backend/item.js';
import { pictureOf } from './browser.kinds.js';
import type { Knowledge } from './browser.knowledge.js';
import { form } from './browser.form.js';
import { iconButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language, Word } from './language.js';
import { plainName } from './name.js';

/** What the panel shows, and whom it tells. */
export interface DetailsScene {
  language: Language;
  icons: Icons;
  selected: readonly Item[];
  bytes: number;
  capabilities: Capabilities | undefined;
  readonly: boolean;
  knowledge: Knowledge;
  onSave: (patch: ItemPatch) => void;
  onClose: () => void;
}

/** Permissions that a person understands by the name of the deed. */
const DEEDS: Partial<Record<Permission, Word>> = {
  list: 'open',
  upload: 'upload',
  createFolder: 'newFolder',
  download: 'download',
  preview: 'preview',
  rename: 'renameIt',
  move: 'move',
  copy: 'copy',
  remove: 'delete',
  describe: 'change',
  lock: 'lock',
  send: 'send',
};

/** What is known of the selection. */
export function details(scene: DetailsScene): TemplateResult {
  const { language, icons, selected, bytes, knowledge, onClose } = scene;
  const { item } = knowledge;
  const [first] = selected;
  const content =
    selected.length === 1 && first
      ? one(item?.id === first.id ? item : first, scene)
      : html`<p class="soft">
          ${
            selected.length
              ? [language.say('selected', { n: selected.length }), bytes ? language.size(bytes) : ''].filter(Boolean).join(' · ')
              : language.say('noDetails')
          }
        </p>`;
  return html`<section part="details" class="details" aria-label=${language.say('details')} aria-busy=${knowledge.loading} tabindex="0">
    <div class="line">
      <h2>${language.say('details')}</h2>
      ${iconButton('close', icons, language.say('close'), onClose)}
    </div>
    ${content}
  </section>`;
}

function one(item: Item, scene: DetailsScene): TemplateResult {
  const { language, icons, capabilities, readonly, knowledge, onSave } = scene;
  const { history, deliveries } = knowledge;
  // What was typed about one item is never said of another: each has a form of its own.
  const can = !readonly && item.can.includes('describe') && capabilities?.describe ? capabilities.describe : undefined;
  return html`<div class="line">
      <span class="picture">${icon(pictureOf(item), icons)}</span>
      <bdi class="text">${plainName(item.name)}</bdi>
    </div>
    <dl>
      ${facts(item, language).map(
        ([term, fact]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
    ${can ? keyed(item.id, form(item, can, knowledge, language, onSave)) : nothing}
    ${section(
      'deliveries',
      deliveries?.map(
        ({ subject = '', created, recipients }) =>
          html`<bdi>${subject}</bdi>
            <span class="soft"
              >${[created && language.date(created), language.say('recipients', { n: recipients.length })].filter(Boolean).join(' · ')}</span
            >`,
      ),
      language,
    )}
    ${section(
      'history',
      history?.map(
        ({ action, at, by, from, to }) =>
          html`<span>${language.say(`activity-${action}`)}${way(from, to)}</span>
            <span class="soft">${[language.date(at), by].filter(Boolean).join(' · ')}</span>`,
      ),
      language,
    )}`;
}

/** From where to where, or from what name to what name. */
const way = (from: string | undefined, to: string | undefined): TemplateResult | typeof nothing =>
  from || to
    ? html`: ${[from, to].filter(Boolean).map((name, index) => html`${index ? ' → ' : ''}<bdi>${plainName(name ?? '')}</bdi>`)}`
    : nothing;

const section = (word: Word, lines: TemplateResult[] | undefined, language: Language): TemplateResult | typeof nothing =>
  lines?.length
    ? html`<h3>${language.say(word)}</h3>
        <div role="list" class="lines">${lines.map((line) => html`<div role="listitem">${line}</div>`)}</div>`
    : nothing;

/** Everything that an item tells of itself and that cannot be changed here. */
function facts(item: Item, language: Language): [string, unknown][] {
  const { size, modified, created, type, owner, downloads, expires, count, locked, shared, publicUrl } = item;
  const told: [Word, unknown][] = [
    ['kind', type ?? language.say(`kind-${item.kind}`)],
    ['size', size === undefined ? undefined : language.size(size)],
    ['inside', count === undefined ? undefined : language.number(count)],
    ['modified', modified === undefined ? undefined : language.date(modified)],
    ['created', created === undefined ? undefined : language.date(created)],
    ['owner', owner],
    ['downloads', downloads === undefined ? undefined : language.number(downloads)],
    ['ends', expires === undefined ? undefined : language.date(expires)],
    ['shared', shared === undefined ? undefined : language.say(shared ? 'yes' : 'no')],
    ['publicUrl', publicUrl === undefined ? undefined : html`<bdi class="address">${publicUrl}</bdi>`],
    [
      'locked',
      locked &&
        [locked.owner ?? language.say('lockedByOther'), locked.expires && language.date(locked.expires)].filter(Boolean).join(' · '),
    ],
    ['mayDo', language.list(item.can.flatMap((deed) => (DEEDS[deed] ? [language.say(DEEDS[deed])] : [])))],
  ];
  return told.filter(([, fact]) => fact !== undefined && fact !== '').map(([word, fact]) => [language.say(word), fact]);
}
