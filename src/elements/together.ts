import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Delivery } from '../backend/delivery.js';
import type { Uploads } from '../uploads/queue.js';
import { textButton } from './controls.js';
import { emit } from './events.js';
import type { Language } from './language.js';
import { nameOf } from './row.js';
import './words/en.together.js';

/** What an element says and asks where files go out together, with a delivery. */
export class Together {
  readonly #host: LitElement;
  readonly #queue: () => Uploads | undefined;
  /** The file that is taken out, if the person says so. */
  #leaving: string | undefined;
  #told: Delivery | undefined;

  constructor(host: LitElement, queue: () => Uploads | undefined) {
    this.#host = host;
    this.#queue = queue;
    host.addEventListener('ferry-uploaded', ({ detail }) => {
      const { delivery } = detail.file.ferry ?? {};
      // All files of a delivery have the same one.
      if (delivery && delivery !== this.#told) emit(host, 'ferry-sent', { delivery: (this.#told = delivery) });
    });
  }

  /** Takes a file off the list; where others go again for it, the person is asked first. */
  async drop(id: string): Promise<void> {
    const host = this.#host;
    const uploads = this.#queue();
    if (!uploads?.sentAgain([id]).length) {
      uploads?.removeFiles([id]);
      return;
    }
    this.#leaving = id;
    host.requestUpdate();
    await host.updateComplete;
    // Its first button changes nothing.
    host.renderRoot.querySelector<HTMLElement>('[part=question] button')?.focus();
  }

  /** The question, while there is one. */
  question(language: Language): TemplateResult | typeof nothing {
    const id = this.#leaving ?? '';
    const uploads = this.#queue();
    const file = uploads?.getState().files[id];
    const n = uploads?.sentAgain([id]).length;
    if (!file || !n) {
      this.#leaving = undefined;
      return nothing;
    }
    const name = nameOf(file);
    const answer = (out: boolean): void => {
      this.#leaving = undefined;
      if (out) uploads.removeFiles([id]);
      this.#host.requestUpdate();
    };
    return html`<div class="box line" part="question" role="group" aria-label=${name}>
      <div class="text">
        <bdi>${name}</bdi>
        <p class="soft">${language.say('sentAgain', { n })}</p>
      </div>
      <div class="choose">
        ${textButton(language.say('keep'), () => {
          answer(false);
        })}
        ${textButton(language.say('takeOut'), () => {
          answer(true);
        })}
      </div>
    </div>`;
  }
}
