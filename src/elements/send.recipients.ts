import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Backend } from '../backend/backend.js';
import type { Recipient } from '../backend/delivery.js';
import type { Ref } from '../backend/item.js';
import { chip, nameOf } from './send.chip.js';
import { keyOf, parseAddresses, type AddressProblem } from './send.addresses.js';
import { Suggestions } from './send.suggestions.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';

/** What the field needs to know, and whom it tells. */
export interface RecipientsOptions {
  /** The element that it is drawn in. */
  host: LitElement;
  /** The backend, where it knows people who match what is typed. */
  backend: () => Backend | undefined;
  folder: () => Ref | undefined;
  /** What is wrong with who is there, in words. */
  fault: () => string | undefined;
  language: () => Language;
  icons: () => Icons | undefined;
  /** Says something aloud. */
  say: (text: string) => void;
  /** The recipients are others now. */
  onChange: () => void;
}

/** An entry of the field: somebody, or a text that is no address and waits for being corrected. */
export type Entry = { recipient: Recipient; problem?: string | undefined } | { text: string; problem: AddressProblem };

/** What is wrong with what was entered. */
export interface RecipientProblem {
  text: string;
  problem: AddressProblem;
}

/** So many chips are drawn before the rest is asked for. */
const DRAWN = 20;
/** So many who will not be written to are named. */
const NAMED = 3;

/** The field for recipients: chips, a text to type or paste in, and people who match it. */
export class RecipientsField {
  #entries: Entry[] = [];
  readonly #keys = new Set<string>();
  readonly #with: RecipientsOptions;
  readonly #suggestions: Suggestions;
  /** All chips are drawn, not only the first. */
  #whole = false;
  /** The chip that keys go to, by its place. */
  #at = -1;
  #typed = '';

  constructor(options: RecipientsOptions) {
    this.#with = options;
    const { backend, folder, host } = options;
    this.#suggestions = new Suggestions({
      backend,
      folder,
      isTaken: (one) => this.#keys.has(keyOf(one)),
      onChange: () => {
        host.requestUpdate();
      },
    });
  }

  /** Who was entered. What is no address is not among them but in {@link problems}. */
  get recipients(): Recipient[] {
    return this.#entries.flatMap((entry) => ('recipient' in entry ? entry.recipient : []));
  }

  set recipients(recipients: readonly Recipient[]) {
    this.#entries = [];
    this.#whole = false;
    this.#keys.clear();
    this.#typed = '';
    this.#suggestions.close();
    for (const recipient of recipients) this.#put(recipient);
    this.#changed();
  }

  /** What was entered and is no address, and what is still being typed. */
  get problems(): RecipientProblem[] {
    return this.#entries.flatMap((entry) => ('text' in entry ? entry : []));
  }

  /** Takes a list, as it is typed or pasted. */
  add(text: string): void {
    let added = 0;
    let twice = 0;
    for (const parsed of parseAddresses(text)) {
      if ('text' in parsed) this.#entries.push(parsed);
      else if (this.#put(parsed.recipient)) added++;
      else twice++;
    }
    const { language, say } = this.#with;
    const said = [added && language().say('send-added', { n: added }), twice && language().say('send-twice', { n: twice })];
    say(said.filter(Boolean).join('. '));
    this.#changed();
  }

  /** Takes what is still being typed, as if it had been entered. */
  commit(): void {
    const typed = this.#typed.trim();
    this.#typed = '';
    this.#suggestions.close();
    if (typed) this.add(typed);
  }

  /** Takes note of who will not be written to, and why; drawn with the next {@link render}. */
  mark(reasons: ReadonlyMap<string, string>): void {
    for (const entry of this.#entries) if ('recipient' in entry) entry.problem = reasons.get(keyOf(entry.recipient));
  }

  /** The entries that have a chip. */
  get #drawn(): Entry[] {
    return this.#whole ? this.#entries : this.#entries.slice(0, DRAWN);
  }

  #put(recipient: Recipient): boolean {
    const key = keyOf(recipient);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.#entries.push({ recipient });
    return true;
  }

  #changed(): void {
    this.#with.onChange();
    this.#with.host.requestUpdate();
  }

  #remove(index: number): void {
    const [entry] = this.#entries.splice(index, 1);
    if (!entry) return;
    if ('recipient' in entry) this.#keys.delete(keyOf(entry.recipient));
    const { language, say } = this.#with;
    say(language().say('send-removed', { name: nameOf(entry) }));
    this.#changed();
    this.#focus(Math.min(index, this.#entries.length - 1));
  }

  /** Puts an address back to where it is typed. */
  #edit(index: number): void {
    const entry = this.#entries[index];
    if (!entry || ('recipient' in entry && entry.recipient.kind !== 'email')) return;
    this.commit();
    this.#typed = 'text' in entry ? entry.text : [entry.recipient.name, entry.recipient.email].filter(Boolean).join(' ');
    this.#remove(index);
    this.#focus(-1);
  }

  #input(): HTMLInputElement | null {
    return this.#with.host.renderRoot.querySelector<HTMLInputElement>('[role=combobox]');
  }

  /** Gives the focus to a chip; to the text, where there is none. */
  #focus(index: number): void {
    const { host } = this.#with;
    this.#at = index;
    if (index >= DRAWN) this.#whole = true;
    host.requestUpdate();
    void host.updateComplete.then(() => {
      const chips = host.renderRoot.querySelectorAll<HTMLElement>('.chip button');
      (index < 0 ? this.#input() : (chips[index] ?? this.#input()))?.focus();
    });
  }

  #take(recipient: Recipient): void {
    this.#typed = '';
    this.#suggestions.close();
    this.#put(recipient);
    const { language, say } = this.#with;
    say(language().say('send-added', { n: 1 }));
    this.#changed();
  }

  render(): TemplateResult {
    const { language, icons, fault } = this.#with;
    const words = language();
    const { offered, active } = this.#suggestions;
    const entries = this.#drawn;
    const hidden = this.#entries.length - entries.length;
    const wrong = this.problems[0];
    const problem = wrong ? words.say(`send-address-${wrong.problem}`, { name: wrong.text }) : fault();
    const dropped = this.#entries.filter((entry) => 'recipient' in entry && entry.problem !== undefined);
    return html`<div class="field">
      <label for="to">${words.say('send-to')}</label>
      <div part="recipients" class="recipients" @keydown=${this.#onKey} @click=${this.#onClick}>
        ${
          entries.length
            ? html`<ul role="list" aria-label=${words.say('send-people')}>
                ${entries.map((entry, index) =>
                  chip(entry, {
                    language: words,
                    icons: icons(),
                    isActive: index === Math.min(this.#at < 0 ? Infinity : this.#at, entries.length - 1),
                    onRemove: () => {
                      this.#remove(index);
                    },
                    onEdit: () => {
                      this.#edit(index);
                    },
                    onFocus: () => {
                      this.#at = index;
                    },
                  }),
                )}
              </ul>`
            : nothing
        }
        ${
          hidden
            ? html`<button type="button" part="button" class="rest" @click=${this.#onWhole}>
                ${words.say('send-all', { n: hidden })}
              </button>`
            : nothing
        }
        <input
          id="to"
          type="text"
          inputmode="email"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-autocomplete="list"
          aria-expanded=${offered.length > 0}
          aria-controls=${offered.length ? 'people' : nothing}
          aria-activedescendant=${active < 0 ? nothing : `person-${String(active)}`}
          aria-invalid=${problem ? 'true' : 'false'}
          aria-describedby=${problem ? 'to-problem' : nothing}
          .value=${live(this.#typed)}
          @input=${this.#onInput}
          @paste=${this.#onPaste}
          @blur=${this.#onBlur}
        />
        ${offered.length ? this.#list(words) : nothing}
      </div>
      ${problem ? html`<p id="to-problem" class="problem" role="alert">${problem}</p>` : nothing}
      ${dropped
        .slice(0, NAMED)
        .map((entry) => html`<p class="problem" role="alert"><bdi>${nameOf(entry)}</bdi>: <bdi>${entry.problem}</bdi></p>`)}
      ${dropped.length > NAMED ? html`<p class="problem">${words.say('more', { n: dropped.length - NAMED })}</p>` : nothing}
    </div>`;
  }

  #list(language: Language): TemplateResult {
    const { offered, active } = this.#suggestions;
    return html`<div id="people" role="listbox" class="people" aria-label=${language.say('send-people')}>
      ${offered.map(
        (one, index) =>
          html`<div
            id="person-${index}"
            role="option"
            aria-selected=${index === active}
            @pointerdown=${(event: Event) => {
              // The text keeps the focus.
              event.preventDefault();
            }}
            @click=${() => {
              this.#take(one);
            }}
          >
            ${icon(one.kind === 'group' ? 'people' : 'person', this.#with.icons())}
            <span class="text"
              ><bdi>${nameOf({ recipient: one })}</bdi>${
                one.name && one.email ? html`<span class="soft"><bdi>${one.email}</bdi></span>` : nothing
              }</span
            >
          </div>`,
      )}
    </div>`;
  }

  readonly #onWhole = (): void => {
    this.#whole = true;
    this.#focus(DRAWN);
  };

  /** A click beside the chips is meant for the text. */
  readonly #onClick = (event: Event): void => {
    if (event.target === event.currentTarget) this.#input()?.focus();
  };

  readonly #onInput = (event: Event): void => {
    this.#typed = (event.target as HTMLInputElement).value;
    this.#at = -1;
    // What ends an address, when it is one already: names may have commas too.
    if (/[,;]$/.test(this.#typed) && parseAddresses(this.#typed).every((parsed) => 'recipient' in parsed)) this.commit();
    else this.#suggestions.look(this.#typed);
    this.#with.host.requestUpdate();
  };

  readonly #onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!text.includes('@')) return;
    event.preventDefault();
    this.#typed += text;
    this.commit();
  };

  readonly #onBlur = (): void => {
    this.commit();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { key, target } = event;
    const chosen = (target as Element).closest('.chip');
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (chosen) this.#onChipKey(event);
    else if ((target as Element).matches('input') && this.#onTextKey(key, target as HTMLInputElement)) event.preventDefault();
  };

  /** What a key does in the text; `false`: it is left to the browser. */
  #onTextKey(key: string, input: HTMLInputElement): boolean {
    const { offered, active } = this.#suggestions;
    const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
    const back = getComputedStyle(input).direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    if (key === 'Enter') {
      const one = offered[active];
      if (one) this.#take(one);
      else if (this.#typed.trim()) this.commit();
      return true;
    }
    if (offered.length && (key === 'ArrowDown' || key === 'ArrowUp')) {
      this.#suggestions.move(key === 'ArrowDown' ? 1 : -1);
      return true;
    }
    if (offered.length && key === 'Escape') {
      this.#suggestions.close();
      return true;
    }
    if (isAtStart && this.#entries.length && (key === 'Backspace' || key === back)) {
      this.#focus(this.#drawn.length - 1);
      return true;
    }
    return false;
  }

  #onChipKey(event: KeyboardEvent): void {
    const { key, target } = event;
    const rtl = getComputedStyle(target as Element).direction === 'rtl';
    const last = this.#drawn.length - 1;
    const step = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 }[key];
    if (step) this.#focus(this.#at + step > last ? -1 : Math.max(0, this.#at + step));
    else if (key === 'Home' || key === 'End') this.#focus(key === 'Home' ? 0 : last);
    else if (key === 'Backspace' || key === 'Delete') this.#remove(this.#at);
    else if (key === 'Enter') this.#edit(this.#at);
    else return;
    event.preventDefault();
  }
}
