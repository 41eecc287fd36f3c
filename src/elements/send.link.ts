import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';

/** What the box needs, and whom it tells. */
export interface LinkScene {
  language: Language;
  icons: Icons;
  link: string;
  /** What a mail with the link is about. */
  subject?: string | undefined;
  say: (text: string) => void;
}

/** What a mail program is asked to write. */
export const mailTo = (link: string, subject = ''): string =>
  `mailto:?${subject ? `subject=${encodeURIComponent(subject)}&` : ''}body=${encodeURIComponent(link)}`;

/** Puts text on the clipboard; pages without a secure context have another way, from a field. */
export async function copyText(text: string, field: HTMLInputElement | undefined): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (!field) return false;
    const { type } = field;
    field.type = 'text';
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where `navigator.clipboard` is refused
    const done = document.execCommand('copy');
    field.type = type;
    return done;
  }
}

/** A link with all ways to hand it on: copy it, mail it, share it, scan it. */
export class LinkBox {
  readonly #onChange: () => void;
  #shows = false;
  #qr: typeof import('./send.qr.js') | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Hides the code again. */
  reset(): void {
    this.#shows = false;
  }

  render({ language, icons, link, subject, say }: LinkScene): TemplateResult {
    const code = language.say('send-code');
    const copy = async ({ target }: Event): Promise<void> => {
      const field = (target as Element).closest('.link')?.querySelector('input') ?? undefined;
      say(language.say((await copyText(link, field)) ? 'send-copied' : 'send-not-copied'));
    };
    return html`<div part="link" class="link">
      <div class="field">
        <label for="link">${language.say('send-link')}</label>
        <div class="joined">
          <input
            id="link"
            type="text"
            readonly
            dir="ltr"
            .value=${link}
            @focus=${({ target }: Event) => {
              (target as HTMLInputElement).select();
            }}
          />
          <button type="button" part="button" class="main worded" @click=${copy}>
            ${icon('copy', icons)} ${language.say('send-copy')}
          </button>
        </div>
      </div>
      <div class="choose">
        <a part="button" class="button worded" href=${mailTo(link, subject)}>${icon('mail', icons)} ${language.say('send-mail')}</a>
        ${
          // Node, and desktops without a sheet for it.
          'share' in globalThis.navigator
            ? html`<button type="button" part="button" class="worded" @click=${() => void share(link, subject)}>
                ${icon('share', icons)} ${language.say('send-share')}
              </button>`
            : nothing
        }
        <button type="button" part="button" class="worded" aria-expanded=${this.#shows} @click=${() => void this.#toggle()}>
          ${icon('qr', icons)} ${code}
        </button>
      </div>
      ${this.#shows && this.#qr ? this.#qr.qrCode(link, language.say('send-code-of-link')) : nothing}
    </div>`;
  }

  async #toggle(): Promise<void> {
    this.#shows = !this.#shows;
    this.#onChange();
    // Without its code there is none to see; the link is there all the same.
    this.#qr ??= await import('./send.qr.js').catch(() => undefined);
    this.#onChange();
  }
}

/** Opens the system's sheet; that the person closes it again is no error. */
const share = (url: string, title = ''): Promise<void> => navigator.share({ url, ...(title && { title }) }).catch(() => undefined);
