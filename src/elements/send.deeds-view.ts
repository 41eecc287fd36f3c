import { html, nothing, type TemplateResult } from 'lit';
import type { SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryPatch } from '../backend/delivery.js';
import { textButton } from './controls.js';
import type { Language } from './language.js';
import type { AskedDeed, DeliveryDeeds, OpenDeed } from './send.deeds.js';
import { failureOf } from './send.words.js';

/** What the deeds need to be drawn. */
export interface DeedsScene {
  language: Language;
  send: Pick<SendCapability, 'subject' | 'message' | 'password' | 'expiry' | 'downloadLimit'>;
  deeds: DeliveryDeeds;
}

const DAY = 86_400_000;

/** Buttons for what can still be done with a delivery; nothing, where nothing can. */
export function deedButtons(delivery: Delivery, { language, deeds }: DeedsScene): TemplateResult | typeof nothing {
  const offered = deeds.offers(delivery);
  if (!offered.length) return nothing;
  return html`<div class="choose">
    ${offered.map((kind) =>
      textButton(
        language.say(`send-${kind}`),
        () => {
          deeds.ask(kind, delivery);
        },
        deeds.open?.busy,
      ),
    )}
  </div>`;
}

/** The button that sends again to those who were missed, and why that has failed; nothing, where nobody can be tried. */
export function retryButton(delivery: Delivery, { language, deeds }: DeedsScene): TemplateResult | typeof nothing {
  const missed = deeds.missed(delivery);
  if (!missed) return nothing;
  const { open } = deeds;
  const failed = open?.kind === 'retry' && open.delivery.id === delivery.id ? open.failed : undefined;
  return html`${failed ? html`<p part="notice" class="problem" role="alert">${failureOf(failed, language)}</p>` : nothing}
    <div class="choose">${textButton(language.say('send-again', { n: missed }), () => void deeds.retry(delivery))}</div>`;
}

/** The form of the deed that is asked about, while it is about this delivery. */
export function deedForm(delivery: Delivery, scene: DeedsScene): TemplateResult | typeof nothing {
  const { deeds, language } = scene;
  const { open } = deeds;
  if (open?.delivery.id !== delivery.id) return nothing;
  const { kind, busy, failed } = open;
  if (kind === 'retry') return nothing;
  const problem = failed && (failed === 'unknown-outcome' ? language.say('send-forward-unsure') : failureOf(failed, language));
  return html`<form
    part="deed"
    class="deed"
    novalidate
    aria-busy=${busy}
    aria-label=${language.say(`send-${kind}`)}
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      act(open, event.target as HTMLFormElement, deeds);
    }}
  >
    <div class="fields" ?inert=${busy}>${FIELDS[kind](scene, delivery)}</div>
    ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
    <div class="choose">
      ${textButton(language.say('cancel'), () => {
        deeds.close();
      })}
      <button part="button" class=${kind === 'revoke' ? 'danger' : 'main'} ?disabled=${busy}>
        ${language.say(failed === 'unknown-outcome' ? 'send-anyway' : `send-do-${kind}`)}
      </button>
    </div>
  </form>`;
}

const FIELDS: Record<AskedDeed, (scene: DeedsScene, delivery: Delivery) => TemplateResult> = {
  forward: ({ language, deeds, send }) =>
    html`${deeds.recipients.render()}
    ${
      send.message
        ? html`<div class="field">
            <label for="deed-message">${language.say('send-message')}</label><textarea id="deed-message" name="message" rows="3"></textarea>
          </div>`
        : nothing
    }`,
  change: (scene, delivery) => html`
    ${scene.send.subject ? textField(scene, 'subject', delivery.subject, scene.send.subject.maxLength) : nothing}
    ${
      scene.send.message
        ? html`<div class="field">
            <label for="deed-message">${scene.language.say('send-message')}</label>
            <textarea id="deed-message" name="message" rows="3" .value=${delivery.message ?? ''}></textarea>
          </div>`
        : nothing
    }
    ${scene.send.password ? password(scene) : nothing} ${scene.send.expiry ? expiry(scene, delivery, scene.send.expiry) : nothing}
    ${scene.send.downloadLimit ? limit(scene) : nothing}
  `,
  revoke: ({ language }) => html`<p>${language.say('send-revoke-sure')}</p>`,
};

const textField = ({ language }: DeedsScene, name: 'subject', value = '', longest: number): TemplateResult =>
  html`<div class="field">
    <label for="deed-${name}">${language.say(`send-${name}`)}</label>
    <input id="deed-${name}" name=${name} type="text" maxlength=${longest} .value=${value} />
  </div>`;

/** What stands cannot be read back: empty, it stays. */
const password = ({ language }: DeedsScene): TemplateResult =>
  html`<div class="field">
    <label for="deed-password">${language.say('send-new-password')}</label>
    <input
      id="deed-password"
      name="password"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      placeholder=${language.say('send-stays')}
    />
    <label class="check"><input type="checkbox" name="no-password" /> ${language.say('send-no-password')}</label>
  </div>`;

function expiry(
  { language }: DeedsScene,
  { expires }: Delivery,
  { days, max, never }: Exclude<SendCapability['expiry'], false>,
): TemplateResult {
  const offered = days.filter((each) => each <= max);
  return html`<div class="field">
    <label for="deed-expiry">${language.say('send-expiry')}</label>
    <select id="deed-expiry" name="expiry">
      <option value="">
        ${expires === undefined ? language.say('send-stays') : language.say('send-until', { date: language.date(expires, true) })}
      </option>
      ${offered.map((each) => html`<option value=${each}>${language.say('send-days-from-now', { n: each })}</option>`)}
      ${never ? html`<option value="never">${language.say('send-never')}</option>` : nothing}
    </select>
  </div>`;
}

const limit = ({ language }: DeedsScene): TemplateResult =>
  html`<div class="field">
    <label for="deed-limit">${language.say('send-limit')}</label>
    <input id="deed-limit" name="limit" type="number" min="1" step="1" placeholder=${language.say('send-stays')} />
  </div>`;

/** Does what the form says. */
function act({ kind, delivery }: OpenDeed, form: HTMLFormElement, deeds: DeliveryDeeds): void {
  const given = new FormData(form);
  const text = (name: string): string | undefined => {
    const value = given.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  if (kind === 'forward') void deeds.forward(text('message')?.trim() ?? '');
  else if (kind === 'revoke') void deeds.revoke();
  else void deeds.change(patchOf(text, delivery));
}

/** What a form asks to be changed; what it leaves as it is is not in it. */
export function patchOf(
  text: (name: string) => string | undefined,
  { subject = '', message = '' }: Delivery,
  now = Date.now(),
): DeliveryPatch {
  const patch: DeliveryPatch = {};
  const [newSubject, newMessage, newPassword] = [text('subject'), text('message'), text('password')];
  if (newSubject !== undefined && newSubject !== subject) patch.subject = newSubject;
  if (newMessage !== undefined && newMessage !== message) patch.message = newMessage;
  if (text('no-password')) patch.password = null;
  else if (newPassword) patch.password = newPassword;
  const days = text('expiry');
  if (days) patch.expires = days === 'never' ? null : now + Number(days) * DAY;
  const most = Number(text('limit') ?? 0);
  if (most > 0) patch.downloadLimit = Math.floor(most);
  return patch;
}
