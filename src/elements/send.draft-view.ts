import { html, nothing, type TemplateResult } from 'lit';
import type { SendCapability } from '../backend/capabilities.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Uploads } from '../uploads/queue.js';
import { textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { plainName } from './name.js';
import './progress.js';
import { piecesOf, type Cargo } from './send.cargo.js';
import type { SendDraft } from './send.draft.js';
import type { RecipientsField } from './send.recipients.js';
import type { Progress } from './send.sending.js';
import { failureOf } from './send.words.js';

/** What the form needs, and whom it tells. */
export interface DraftScene {
  language: Language;
  icons: Icons;
  /** Why nothing can be sent here. */
  problem: ErrorCode | undefined;
  send: SendCapability | undefined;
  cargo: Cargo;
  recipients: RecipientsField;
  draft: SendDraft;
  progress: Progress;
  uploads: Uploads | undefined;
  /** It can be sent as it is. */
  isReady: boolean;
  onChange: () => void;
  onSend: () => void;
  onCancel: () => void;
}

/** So many things are named; the rest is counted. */
const NAMED = 3;

/** The form in which somebody says what goes to whom. */
export function draftView(scene: DraftScene): TemplateResult {
  const { language, send, problem, recipients, progress, isReady, onSend, onCancel } = scene;
  const busy = progress.stage === 'uploading' || progress.stage === 'sending';
  const notice = problem ?? (progress.stage === 'draft' ? progress.failed : undefined);
  return html`<form
    novalidate
    aria-busy=${busy}
    @submit=${(event: Event) => {
      event.preventDefault();
      onSend();
    }}
  >
    <slot name="before"></slot>
    ${items(scene)}
    ${
      send
        ? html`<div class="fields" ?inert=${busy}>
            ${send.maxRecipients > 0 ? recipients.render() : nothing} ${send.subject ? subject(scene, send.subject.maxLength) : nothing}
            ${send.message ? message(scene) : nothing}
          </div>`
        : nothing
    }
    <slot name="after"></slot>
    ${notice ? html`<p part="notice" class="problem" role="alert">${failureOf(notice, language)}</p>` : nothing}
    ${busy ? progressOf(scene) : nothing}
    <div class="choose">
      ${textButton(language.say('cancel'), onCancel)}
      <button class="main" part="button" ?disabled=${!isReady || busy}>${language.say('send-now')}</button>
    </div>
  </form>`;
}

function items({ language, icons, cargo }: DraftScene): TemplateResult {
  const pieces = piecesOf(cargo);
  if (!pieces.length) return html`<p class="soft">${language.say('send-nothing')}</p>`;
  const more = pieces.length - NAMED;
  return html`<ul part="items" class="items" role="list">
    ${pieces.slice(0, NAMED).map(
      ({ name, size }) =>
        html`<li>
          ${icon('file', icons)} <bdi class="name">${plainName(name)}</bdi>
          <span class="soft">${size === undefined ? '' : language.size(size)}</span>
        </li>`,
    )}
    ${more > 0 ? html`<li class="soft">${language.say('more', { n: more })}</li>` : nothing}
  </ul>`;
}

function subject({ language, draft, onChange }: DraftScene, longest: number): TemplateResult {
  return html`<div class="field">
    <label for="subject">${language.say('send-subject')}</label>
    <input
      id="subject"
      type="text"
      maxlength=${longest}
      .value=${draft.wishes.subject ?? ''}
      @input=${({ target }: Event) => {
        draft.set('subject', (target as HTMLInputElement).value);
        onChange();
      }}
    />
  </div>`;
}

function message({ language, draft, onChange }: DraftScene): TemplateResult {
  return html`<div class="field">
    <label for="message">${language.say('send-message')}</label>
    <textarea
      id="message"
      rows="3"
      .value=${draft.wishes.message ?? ''}
      @input=${({ target }: Event) => {
        draft.set('message', (target as HTMLTextAreaElement).value);
        onChange();
      }}
    ></textarea>
  </div>`;
}

function progressOf({ language, progress, uploads }: DraftScene): TemplateResult {
  const uploading = progress.stage === 'uploading';
  const label = language.say(uploading ? 'send-uploading' : 'send-sending');
  return html`<div class="under-way">
    <p class="soft">${label}</p>
    <ferry-progress label=${label} ?indeterminate=${!uploading} .uploads=${uploads} .value=${uploading ? undefined : 0}></ferry-progress>
  </div>`;
}
