import { html, nothing, type TemplateResult } from 'lit';
import type { SendCapability } from '../backend/capabilities.js';
import { iconButton } from './controls.js';
import type { Icons } from './icons.js';
import type { Language } from './language.js';
import { optionsOf, type Option, type SendDraft } from './send.draft.js';
import { field, textIn, type FieldFault, type TextScene } from './send.field.js';
import { makePassword } from './send.password.js';

/** What the options need, and whom they tell. */
export interface OptionsScene {
  language: Language;
  icons: Icons;
  send: SendCapability;
  draft: SendDraft;
  /** What is wrong with an option, or worth knowing of it. */
  faultOf: (option: Option, id?: string) => FieldFault | undefined;
  onChange: () => void;
  say: (text: string) => void;
}

type Drawn = (scene: OptionsScene) => TemplateResult;

/** Options that stand in the form; those that are required stand there too. */
const FREQUENT: ReadonlySet<Option> = new Set(['password', 'expiryDays']);
const ELSEWHERE: ReadonlySet<Option> = new Set(['subject', 'message']);

/** What a person can ask a delivery for besides words: only what this backend has. */
export function optionFields(scene: OptionsScene): TemplateResult {
  const { send, language, faultOf } = scene;
  const all = optionsOf(send).filter((option) => !ELSEWHERE.has(option));
  const needed = (option: Option): boolean =>
    send.required.includes(option) || (option === 'customFields' && send.customFields.some(({ required }) => required));
  const shown = all.filter((option) => FREQUENT.has(option) || needed(option));
  const folded = all.filter((option) => !shown.includes(option));
  // What is wrong is not hidden.
  const open = folded.some((option) => faultOf(option) !== undefined);
  return html`${shown.map((option) => DRAW[option](scene))}
  ${
    folded.length
      ? html`<details ?open=${open}>
          <summary>${language.say('send-more-options')}</summary>
          <div class="fields">${folded.map((option) => DRAW[option](scene))}</div>
        </details>`
      : nothing
  }`;
}

const required = ({ send }: OptionsScene, option: Option): boolean => send.required.includes(option);

/** A field for a text or a number. */
const text =
  (option: 'sender' | 'note' | 'downloadLimit', size: Pick<TextScene, 'rows' | 'type' | 'autocomplete' | 'least'>): Drawn =>
  (scene) => {
    const { language, draft, faultOf, onChange } = scene;
    return field({
      id: option,
      label: language.say(`send-${option}`),
      needed: required(scene, option) ? language.say('send-needed') : undefined,
      fault: faultOf(option),
      input: (shared) =>
        textIn(option, shared, {
          ...size,
          value: String(draft.wishes[option] ?? ''),
          onInput: (value) => {
            if (option === 'downloadLimit') draft.set(option, value === '' ? undefined : Number(value));
            else draft.set(option, value);
            onChange();
          },
        }),
    });
  };

/** A wish that is either there or not. One that the service demands is there. */
const choice =
  (option: 'downloadReceipt' | 'requireLogin' | 'bcc' | 'confirmation' | 'notify'): Drawn =>
  (scene) => {
    const { language, draft, faultOf, onChange } = scene;
    const demanded = required(scene, option);
    const fault = faultOf(option);
    return html`<div class="field">
      <label class="check"
        ><input
          type="checkbox"
          .checked=${demanded || !!draft.wishes[option]}
          ?disabled=${demanded}
          aria-describedby=${fault ? `${option}-fault` : nothing}
          @change=${({ target }: Event) => {
            draft.set(option, (target as HTMLInputElement).checked || undefined);
            onChange();
          }}
        />
        <span
          >${language.say(`send-${option}`)}${demanded ? html` <span class="soft">${language.say('send-demanded')}</span>` : nothing}</span
        ></label
      >
      ${fault ? html`<p id="${option}-fault" class=${fault.mild ? 'soft' : 'problem'} role="alert">${fault.text}</p>` : nothing}
    </div>`;
  };

const DRAW: Readonly<Record<Option, Drawn>> = {
  sender: text('sender', { type: 'email', autocomplete: 'email' }),
  subject: () => html``,
  message: () => html``,
  note: text('note', { rows: 2 }),
  password: (scene) => {
    const { language, icons, draft, faultOf, onChange, say } = scene;
    const { password = '' } = draft.wishes;
    return field({
      id: 'password',
      label: language.say('send-password'),
      needed: required(scene, 'password') ? language.say('send-needed') : undefined,
      fault: faultOf('password'),
      input: ({ invalid, describedBy, required: isRequired }) =>
        html`<div class="joined">
          <input
            id="password"
            type=${draft.shown ? 'text' : 'password'}
            autocomplete="new-password"
            autocapitalize="off"
            spellcheck="false"
            aria-invalid=${invalid}
            aria-describedby=${describedBy}
            ?required=${isRequired}
            .value=${password}
            @input=${({ target }: Event) => {
              draft.set('password', (target as HTMLInputElement).value);
              onChange();
            }}
          />
          ${iconButton(draft.shown ? 'hide' : 'show', icons, language.say(draft.shown ? 'send-hide' : 'send-show'), () => {
            draft.shown = !draft.shown;
            onChange();
          })}
          ${iconButton('generate', icons, language.say('send-generate'), () => {
            draft.set('password', makePassword());
            draft.shown = true;
            say(language.say('send-generated'));
            onChange();
          })}
          ${
            password
              ? iconButton('copy', icons, language.say('send-copy-password'), () => {
                  void navigator.clipboard.writeText(password).then(
                    () => {
                      say(language.say('send-copied'));
                    },
                    () => undefined,
                  );
                })
              : nothing
          }
        </div>`,
    });
  },
  startDate: (scene) => {
    const { language, draft, faultOf, onChange } = scene;
    const { startDate } = draft.wishes;
    return field({
      id: 'startDate',
      label: language.say('send-startDate'),
      needed: required(scene, 'startDate') ? language.say('send-needed') : undefined,
      fault: faultOf('startDate'),
      input: ({ invalid, describedBy, required: isRequired }) =>
        html`<input
          id="startDate"
          type="date"
          min=${dayOf(Date.now())}
          aria-invalid=${invalid}
          aria-describedby=${describedBy}
          ?required=${isRequired}
          .value=${startDate === undefined ? '' : dayOf(startDate)}
          @change=${({ target }: Event) => {
            const { value } = target as HTMLInputElement;
            // Midnight where the person is.
            draft.set('startDate', value ? new Date(`${value}T00:00`).getTime() : undefined);
            onChange();
          }}
        />`,
    });
  },
  expiryDays: (scene) => (scene.send.expiry ? expiry(scene, scene.send.expiry) : html``),
  downloadReceipt: choice('downloadReceipt'),
  requireLogin: choice('requireLogin'),
  bcc: choice('bcc'),
  confirmation: choice('confirmation'),
  notify: choice('notify'),
  downloadLimit: text('downloadLimit', { type: 'number', autocomplete: 'off', least: 1 }),
  customFields: ({ language, send, draft, faultOf, onChange }) =>
    html`${send.customFields.map(({ id, label, required: isNeeded }) =>
      field({
        id: `custom-${id}`,
        label,
        needed: isNeeded ? language.say('send-needed') : undefined,
        fault: faultOf('customFields', id),
        input: (shared) =>
          textIn(`custom-${id}`, shared, {
            value: draft.wishes.customFields?.find((one) => one.id === id)?.value ?? '',
            onInput: (value) => {
              const others = draft.wishes.customFields?.filter((one) => one.id !== id) ?? [];
              const all = value ? [...others, { id, value }] : others;
              draft.set('customFields', all.length ? all : undefined);
              onChange();
            },
          }),
      }),
    )}`,
};

/** A day as `<input type="date">` has it, where the person is. */
function dayOf(at: number): string {
  const date = new Date(at);
  return [String(date.getFullYear()), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
}

const OTHER = 'other';

function expiry(scene: OptionsScene, { days, default: usual, max, never }: Exclude<SendCapability['expiry'], false>): TemplateResult {
  const { language, draft, faultOf, onChange } = scene;
  const { expiryDays = usual } = draft.wishes;
  const offered = [...new Set([...days, usual])].filter((each) => each <= max).sort((a, b) => a - b);
  const isOther = draft.otherDays || (expiryDays !== null && !offered.includes(expiryDays));
  const chosen = isOther ? OTHER : expiryDays === null ? 'never' : String(expiryDays);
  const option = (value: string, words: string): TemplateResult =>
    html`<option value=${value} ?selected=${value === chosen}>${words}</option>`;
  return field({
    id: 'expiryDays',
    label: language.say('send-expiry'),
    needed: required(scene, 'expiryDays') ? language.say('send-needed') : undefined,
    fault: faultOf('expiryDays'),
    input: ({ invalid, describedBy }) =>
      html`<div class="joined">
        <select
          id="expiryDays"
          aria-describedby=${describedBy}
          @change=${({ target }: Event) => {
            const { value } = target as HTMLSelectElement;
            draft.otherDays = value === OTHER;
            draft.set('expiryDays', value === 'never' ? null : value === OTHER ? (expiryDays ?? usual) : Number(value));
            onChange();
          }}
        >
          ${offered.map((each) => option(String(each), language.say('send-days', { n: each })))}
          ${never ? option('never', language.say('send-never')) : nothing}
          ${max > (offered.at(-1) ?? 0) ? option(OTHER, language.say('send-other-days')) : nothing}
        </select>
        ${
          isOther
            ? html`<input
                type="number"
                min="1"
                max=${max}
                aria-label=${language.say('send-number-of-days', { n: max })}
                aria-invalid=${invalid}
                aria-describedby=${describedBy}
                .value=${String(expiryDays ?? usual)}
                @input=${({ target }: Event) => {
                  draft.set('expiryDays', Number((target as HTMLInputElement).value));
                  onChange();
                }}
              />`
            : nothing
        }
      </div>`,
  });
}
