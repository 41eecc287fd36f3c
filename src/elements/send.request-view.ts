import { html, nothing, type TemplateResult } from 'lit';
import type { RequestCapability, SendCapability } from '../backend/capabilities.js';
import type { FileRequest } from '../backend/delivery.js';
import { textButton } from './controls.js';
import type { Language } from './language.js';
import type { Option } from './send.draft.js';
import { field, textIn, type FieldFault } from './send.field.js';
import { people } from './send.naming.js';
import { optionFields } from './send.options.js';
import { summaryOf } from './send.outcome.js';
import type { RequestScene, RequestView } from './send.request.js';
import { rows, waiting } from './send.rows.js';
import { failureOf } from './send.words.js';

/** Longest title, as the subject of a mail. */
const LONGEST = 200;

/** What a delivery would need to have for the fields that a request shares with it. */
const asSend = ({ password, expiry, maxRecipients }: RequestCapability): SendCapability => ({
  when: ['after-upload'],
  unit: 'items',
  sender: false,
  subject: false,
  message: false,
  note: false,
  password,
  startDate: false,
  expiry,
  downloadReceipt: false,
  requireLogin: false,
  bcc: false,
  confirmation: false,
  notify: false,
  downloadLimit: false,
  customFields: [],
  link: true,
  required: [],
  maxRecipients,
});

/** The form in which somebody says what is asked for, and the requests that are open. */
export function requestForm(view: RequestView, { language, icons, onClose }: RequestScene): TemplateResult {
  const { can, stage, failed, folderName, draft } = view;
  const { capabilities, recipients, onChange, say } = view.with;
  const here = capabilities();
  if (!here) return waiting(language);
  if (!can) return html`<p part="notice" class="soft">${language.say('request-missing')}</p>`;
  if (stage === 'unsure') return unsure(view, language);
  const busy = stage === 'asking';
  const faultOf = (option: Option): FieldFault | undefined => {
    const fault = option === 'expiryDays' ? view.daysFault : undefined;
    return fault && { text: language.say(fault.word, { n: fault.values?.n }), mild: false };
  };
  return html`<form
      novalidate
      aria-busy=${busy}
      @submit=${(event: Event) => {
        event.preventDefault();
        void view.ask();
      }}
    >
      <slot name="before"></slot>
      ${folderName ? html`<p class="soft plain">${language.say('request-into', { name: folderName })}</p>` : nothing}
      <div class="fields" ?inert=${busy}>
        ${titleField(view, language)} ${can.message ? messageField(view, language) : nothing}
        ${can.maxRecipients > 0 ? recipients.render() : nothing} ${can.help ? helpField(view, language) : nothing}
        ${optionFields({
          language,
          icons,
          send: asSend(can),
          draft,
          faultOf,
          onChange,
          say,
        })}
      </div>
      <slot name="after"></slot>
      ${failed ? html`<p part="notice" class="problem" role="alert">${failureOf(failed, language)}</p>` : nothing}
      ${
        busy
          ? html`<div class="under-way">
              <p class="soft">${language.say('request-making')}</p>
              <ferry-progress indeterminate label=${language.say('request-making')}></ferry-progress>
            </div>`
          : nothing
      }
      <div class="choose end">
        ${onClose ? textButton(language.say('cancel'), onClose) : nothing}
        <button class="main" part="button" ?disabled=${busy}>
          ${language.say(recipients.recipients.length ? 'request-send' : 'request-make')}
        </button>
      </div>
    </form>
    ${here.requests ? openRequests(view, language) : nothing}`;
}

function titleField({ draft, tried, with: { onChange } }: RequestView, language: Language): TemplateResult {
  const { subject = '' } = draft.wishes;
  return field({
    id: 'request-title',
    label: language.say('request-title'),
    needed: language.say('request-untitled'),
    fault: tried && !subject.trim() ? { text: language.say('request-untitled'), mild: false } : undefined,
    input: (shared) =>
      textIn('request-title', shared, {
        longest: LONGEST,
        value: subject,
        onInput: (value) => {
          draft.set('subject', value);
          onChange();
        },
      }),
  });
}

const messageField = ({ draft, with: { onChange } }: RequestView, language: Language): TemplateResult =>
  field({
    id: 'request-message',
    label: language.say('request-message'),
    input: (shared) =>
      textIn('request-message', shared, {
        rows: 3,
        value: draft.wishes.message ?? '',
        onInput: (value) => {
          draft.set('message', value);
          onChange();
        },
      }),
  });

const helpField = (view: RequestView, language: Language): TemplateResult =>
  field({
    id: 'request-help',
    label: language.say('request-help'),
    input: (shared) =>
      textIn('request-help', shared, {
        value: view.help,
        onInput: (value) => {
          view.help = value;
        },
      }),
  });

/** What is to be decided when nobody knows whether it went out. */
const unsure = (view: RequestView, language: Language): TemplateResult =>
  html`<div part="notice" class="unsure" role="alert">
    <p>${language.say('request-unsure')}</p>
    <div class="choose end">
      ${textButton(language.say('send-back'), () => {
        view.back();
      })}
      ${textButton(language.say('request-anyway'), () => void view.askAnyway(), false, true)}
    </div>
  </div>`;

function openRequests(view: RequestView, language: Language): TemplateResult {
  return html`<section class="listed">
    <h3>${language.say('request-open')}</h3>
    ${rows({
      language,
      list: view.list,
      label: 'request-open',
      empty: 'request-none',
      at: view.at,
      row: (one) => row(one, language),
      onAt: (at) => {
        if (at === view.at) return;
        view.at = at;
        view.with.onChange();
      },
      onOpen: (one) => {
        view.open(one);
      },
    })}
  </section>`;
}

const standing = ({ expires }: FileRequest, language: Language): string =>
  expires === undefined ? language.say('request-forever') : language.say('request-until', { date: language.date(expires, true) });

const row = (request: FileRequest, language: Language): TemplateResult =>
  html`<span class="text">
      <bdi class="name">${request.title}</bdi>
      <span class="soft">${people(request.recipients, language)}</span>
    </span>
    <span class="facts soft">${standing(request, language)}</span>`;

/** A request with its link, and whom it went to. */
export function requestOutcome(view: RequestView, request: FileRequest, { language, icons, deeds, onClose }: RequestScene): TemplateResult {
  const { id, title, message, help, link, expires, recipients } = request;
  const summary = recipients.length
    ? summaryOf({ id, recipients, can: [] }, language)
    : language.say(link === undefined ? 'request-no-link' : 'request-link-only');
  return html`${message ? html`<p class="soft"><bdi>${message}</bdi></p>` : nothing}
  ${help ? html`<p class="soft"><bdi>${help}</bdi></p>` : nothing}
  ${view.outcome.render({
    language,
    icons,
    send: asSend(view.can ?? { message: false, help: false, password: false, expiry: false, maxRecipients: 0 }),
    delivery: { id, subject: title, recipients, can: [], ...(link !== undefined && { link }), ...(expires !== undefined && { expires }) },
    deeds,
    summary,
    say: view.with.say,
    onClose,
  })}`;
}
