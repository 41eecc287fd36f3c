import { ContextConsumer } from '@lit/context';
import { LitElement, type PropertyDeclarations } from 'lit';
import type { UppyFace } from '../uploads/queue.js';
import { surroundings, type Surroundings } from './context.js';
import { Language } from './language.js';

/** Shortest time between two drawings of what a queue does by itself, in milliseconds: nobody reads faster, and bytes go faster without. */
const TELL = 200;

const NOWHERE: Surroundings = {};

/** What Ferrykit's elements share: the provider around them, the language, and a queue that they draw a few times a second. */
export abstract class FerryElement extends LitElement {
  static override properties: PropertyDeclarations = { lang: { reflect: true } };

  /** The language of words and figures, as a tag such as `de` or `pt-BR`; else that of the page at this place. */
  declare lang: string;

  readonly #context = new ContextConsumer(this, { context: surroundings, subscribe: true });
  #queue: UppyFace | undefined;
  #due = false;
  #drawn = 0;
  #language: [key: string, own: unknown, language: Language] | undefined;

  /** What the nearest provider gives. */
  protected get around(): Surroundings {
    return this.#context.value ?? NOWHERE;
  }

  /** The language of the page at this place. */
  protected get language(): Language {
    const { lang, words } = this.around;
    const tags = [this.closest<HTMLElement>('[lang]')?.lang, lang, document.documentElement.lang];
    const tag = tags.find(Boolean) ?? 'en';
    if (this.#language?.[0] !== tag || this.#language[1] !== words) this.#language = [tag, words, new Language(tag, words)];
    return this.#language[2];
  }

  /** Listeners on the queue that is followed, by Uppy's names. */
  protected readonly heard: Record<string, (...args: never[]) => void> = {
    'state-update': () => {
      if (this.#due) return;
      this.#due = true;
      const wait = this.#drawn + TELL - performance.now();
      const draw = (): void => {
        this.#due = false;
        this.#drawn = performance.now();
        this.requestUpdate();
      };
      // Hidden pages have no frames.
      if (document.hidden || wait > 0) setTimeout(draw, Math.max(wait, 0));
      else requestAnimationFrame(draw);
    },
    complete: () => {
      this.requestUpdate();
    },
  };

  /** Listens to this queue, and to no other any more. */
  protected follow(queue: UppyFace | undefined): void {
    if (queue === this.#queue) return;
    for (const [event, listener] of Object.entries(this.heard)) {
      this.#queue?.off(event, listener);
      queue?.on(event, listener);
    }
    this.#queue = queue;
  }

  readonly #onWords = (): void => {
    this.#language = undefined;
    this.requestUpdate();
  };

  constructor() {
    super();
    this.addController({
      hostConnected: () => {
        this.requestUpdate();
        globalThis.addEventListener('ferry-words', this.#onWords);
        // A provider that is defined later has not heard the question: ask again.
        if (customElements.get('ferry-provider')) return;
        void customElements.whenDefined('ferry-provider').then(() => {
          if (this.isConnected) this.#context.hostConnected();
        });
      },
      hostDisconnected: () => {
        globalThis.removeEventListener('ferry-words', this.#onWords);
        this.follow(undefined);
      },
    });
  }
}
