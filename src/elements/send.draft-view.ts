import { html, nothing, type TemplateResult } from 'lit';
import type { SendCapability } from '../backend/capabilities.js';
import type { ErrorCode } from '../backend/errors.js';
import { phaseOf, type Uploads } from '../uploads/queue.js';
import { textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language, Word } from './language.js';
import { plainName } from './name.js';
import './progress.js';
import { piecesOf, type Cargo } from './send.cargo.js';
import type { Option, SendDraft } from './send.draft.js';
import { field, type FieldFault } from './send.field.js';
import type { RecipientsField } from './send.recipients.js';
import type { Progress } from './send.sending.js';
import { failureOf } from './send.words.js';

/** What the form needs, and whom it tells. */
export interface DraftScene {
  language: Language;
  icons: Icons;
  /** There is no backend. */
  missing: boolean;
  /** Why nothing can be sent here. */
  problem: ErrorCode | undefined;
  /** What the backend has against it as a whole. */
  objection: string | undefined;
  send: SendCapability | undefined;
  cargo: Cargo;
  recipients: RecipientsField;
  draft: SendDraft;
  progress: Progress;
  uploads: Uploads | undefined;
  /** What is wrong with an option, or worth knowing of it. */
  faultOf: (option: Option, id?: string) => FieldFault | undefined;
  /** What else a delivery can be asked for; loaded where it can. */
  options: TemplateResult | undefined;
  /** It is part of the page: there is nothing to close. */
  inline: boolean;
  /** New addresses can be kept, and whether they are to be. */
  keeping: boolean | undefined;
  onKeep: (keep: boolean) => void;
  onChange: () => void;
  onSend: () => void;
  /** It is to be sent though it may have been. */
  onAgain: () => void;
  /** The draft is looked at again, and nothing is sent. */
  onBack: () => void;
  onCancel: () => void;
}

/** So many things are named; the rest is counted. */
const NAMED = 3;

/** The form in which somebody says what goes to whom. */
export function draftView(scene: DraftScene): TemplateResult {
  const { language, send, problem, objection, recipients, progress, cargo, inline, onSend, onCancel } = scene;
  if (progress.stage === 'unsure') return unsure(scene);
  const busy = progress.stage === 'uploading' || progress.stage === 'sending';
  const notice = problem ?? (progress.stage === 'draft' ? progress.failed : undefined);
  return html`<form
    novalidate
    aria-busy=${busy}
    @submit=${(event: Event) => {
      event.preventDefault();
    }}
  >
    <slot name="before"></slot>
    ${scene.missing ? html`<p class="soft">${language.say('send-missing')}</p>` : items(scene)}
    ${
      send
        ? html`<div class="fields" ?inert=${busy}>
            ${send.maxRecipients > 0 ? recipients.render() : nothing} ${send.subject ? subject(scene, send.subject.maxLength) : nothing}
            ${send.message ? message(scene) : nothing} ${keep(scene)} ${scene.options ?? nothing}
          </div>`
        : nothing
    }
    <slot name="after"></slot>
    ${notice ? html`<p part="notice" class="problem" role="alert">${failureOf(notice, language)}</p>` : nothing}
    ${objection === undefined ? nothing : html`<p class="problem" role="alert"><bdi>${objection}</bdi></p>`}
    ${busy ? progressOf(scene) : nothing}
    <div class="choose end">
      ${inline && !busy ? nothing : textButton(language.say('cancel'), onCancel)}
      ${
        // Not by Enter in a field: nothing goes out before it is meant to.
        textButton(language.say(label(scene)), onSend, !send || busy || !piecesOf(cargo).length, true)
      }
    </div>
  </form>`;
}

/** Without recipients it is the link that is wanted. */
const label = ({ send, recipients }: DraftScene): Word =>
  send?.link && !recipients.recipients.length && !recipients.problems.length ? 'send-make-link' : 'send-now';

/** Offers to keep addresses that the address book does not have. */
function keep({ language, keeping, onKeep }: DraftScene): TemplateResult | typeof nothing {
  if (keeping === undefined) return nothing;
  return html`<label class="check"
    ><input
      type="checkbox"
      .checked=${keeping}
      @change=${({ target }: Event) => {
        onKeep((target as HTMLInputElement).checked);
      }}
    />
    <span>${language.say('send-keep')}</span></label
  >`;
}

/** It may have gone out: only the person can say whether it is to be done again. */
function unsure({ language, onAgain, onBack }: DraftScene): TemplateResult {
  return html`<div part="question" class="unsure" role="group" aria-labelledby="title">
    <p>${language.say('send-unsure')}</p>
    <div class="choose end">${textButton(language.say('send-back'), onBack)} ${textButton(language.say('send-anyway'), onAgain)}</div>
  </div>`;
}

function items({ language, icons, cargo }: DraftScene): TemplateResult {
  const pieces = piecesOf(cargo);
  if (!pieces.length) return html`<p class="soft">${language.say('send-nothing')}</p>`;
  const more = pieces.length - NAMED;
  return html`<ul part="items" class="items" role="list">
    ${pieces.slice(0, NAMED).map(
      ({ name, size, kind }) =>
        html`<li>
          ${icon(kind === 'folder' ? 'folder' : 'file', icons)} <bdi class="name">${plainName(name)}</bdi>
          <span class="soft">${size === undefined ? '' : language.size(size)}</span>
        </li>`,
    )}
    ${more > 0 ? html`<li class="soft">${language.say('more', { n: more })}</li>` : nothing}
  </ul>`;
}

function subject({ language, draft, send, faultOf, onChange }: DraftScene, longest: number): TemplateResult {
  return field({
    id: 'subject',
    label: language.say('send-subject'),
    needed: send?.required.includes('subject') ? language.say('send-needed') : undefined,
    fault: faultOf('subject'),
    input: ({ invalid, describedBy, required }) =>
      html`<input
        id="subject"
        type="text"
        maxlength=${longest}
        aria-invalid=${invalid}
        aria-describedby=${describedBy}
        ?required=${required}
        .value=${draft.wishes.subject ?? ''}
        @input=${({ target }: Event) => {
          draft.set('subject', (target as HTMLInputElement).value);
          onChange();
        }}
      />`,
  });
}

function message({ language, draft, send, faultOf, onChange }: DraftScene): TemplateResult {
  return field({
    id: 'message',
    label: language.say('send-message'),
    needed: send?.required.includes('message') ? language.say('send-needed') : undefined,
    fault: faultOf('message'),
    input: ({ invalid, describedBy, required }) =>
      html`<textarea
        id="message"
        rows="3"
        aria-invalid=${invalid}
        aria-describedby=${describedBy}
        ?required=${required}
        .value=${draft.wishes.message ?? ''}
        @input=${({ target }: Event) => {
          draft.set('message', (target as HTMLTextAreaElement).value);
          onChange();
        }}
      ></textarea>`,
  });
}

function progressOf({ language, icons, progress, cargo, uploads }: DraftScene): TemplateResult {
  const uploading = progress.stage === 'uploading';
  const files = uploads?.getState().files ?? {};
  const failed = cargo.coming.flatMap(({ id }) => files[id] ?? []).filter((file) => phaseOf(file) === 'failed').length;
  const label = language.say(uploading ? 'send-uploading' : 'send-sending');
  return html`<div class="under-way">
    <p class="soft">${label}</p>
    <ferry-progress label=${label} ?indeterminate=${!uploading} .uploads=${uploads} .value=${uploading ? undefined : 0}></ferry-progress>
    ${
      failed
        ? html`<div class="line failed">
            <i>${icon('alert', icons)}</i>
            <p class="text" role="alert">${language.say('failed', { n: failed })}</p>
            ${textButton(language.say('retry'), () => void uploads?.retryAll())}
          </div>`
        : nothing
    }
  </div>`;
}
