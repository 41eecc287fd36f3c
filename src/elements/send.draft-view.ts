import { html, nothing, type TemplateResult } from 'lit';
import type { SendCapability } from '../backend/capabilities.js';
import type { ErrorCode } from '../backend/errors.js';
import { phaseOf, type Uploads } from '../uploads/queue.js';
import { textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language, Word } from './language.js';
import './progress.js';
import { piecesOf, type Cargo } from './send.cargo.js';
import type { Option, SendDraft } from './send.draft.js';
import { field, textIn, type FieldFault, type TextScene } from './send.field.js';
import { pieceList } from './send.naming.js';
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
            ${send.maxRecipients > 0 ? recipients.render() : nothing}
            ${send.subject ? words('subject', scene, { longest: send.subject.maxLength }) : nothing}
            ${send.message ? words('message', scene, { rows: 3 }) : nothing} ${keep(scene)} ${scene.options ?? nothing}
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
  return pieces.length ? pieceList(pieces, language, icons) : html`<p class="soft">${language.say('send-nothing')}</p>`;
}

/** A field for words of the person's own: of one line, or with `rows` of more. */
function words(
  option: 'subject' | 'message',
  { language, draft, send, faultOf, onChange }: DraftScene,
  size: Pick<TextScene, 'rows' | 'longest'>,
) {
  return field({
    id: option,
    label: language.say(`send-${option}`),
    needed: send?.required.includes(option) ? language.say('send-needed') : undefined,
    fault: faultOf(option),
    input: (shared) =>
      textIn(option, shared, {
        ...size,
        value: draft.wishes[option] ?? '',
        onInput: (value) => {
          draft.set(option, value);
          onChange();
        },
      }),
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
