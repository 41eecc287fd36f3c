import { ContextProvider } from '@lit/context';
import { css, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { memory } from '../adapters/memory.js';
import type { Backend } from '../backend/backend.js';
import type { Ref } from '../backend/item.js';
import { relayBackend, type RelayBackendOptions } from '../relay/client.js';
import type { Uploads } from '../uploads/queue.js';
import { surroundings, type Surroundings } from './context.js';
import { FerryElement } from './element.js';
import { makeQueue } from './engine.js';
import type { Icons } from './icons.js';
import type { Words } from './language.js';

/**
 * Gives a backend, a queue, a folder and a language to the elements inside it. What it does not set comes from a provider around it.
 *
 * @slot - The elements that use it.
 */
export class FerryProvider extends FerryElement {
  static override styles = css`
    :host {
      display: contents;
    }
    :host([hidden]) {
      display: none;
    }
  `;
  static override properties: PropertyDeclarations = {
    relay: {},
    backend: {},
    credentials: {},
    token: {},
    folder: {},
    headers: { attribute: false },
    uploads: { attribute: false },
    icons: { attribute: false },
    words: { attribute: false },
  };

  /** Where the relay answers: a URL. */
  declare relay: string | undefined;
  /** A backend; or its name at the relay; or `memory`, which needs no server and forgets everything with the page. */
  declare backend: Backend | string | undefined;
  /** Headers of every call to the relay. */
  declare headers: RelayBackendOptions['headers'];
  /** Whether cookies go to a relay on another origin, as in `fetch`. */
  declare credentials: RequestCredentials | undefined;
  /** The token of a request for files: whoever has it may upload there without an account. */
  declare token: string | undefined;
  /** The folder that the elements start in: its id, or id and claim. */
  declare folder: string | Ref | undefined;
  /** The queue that the elements share; without one the provider makes it. */
  declare uploads: Uploads | undefined;
  /** Other pictures. */
  declare icons: Icons | undefined;
  /** Other words. */
  declare words: Partial<Words> | undefined;

  readonly #given = new ContextProvider(this, { context: surroundings, initialValue: {} });
  /** What the backend was made of. */
  #parts: unknown[] = [];
  #backend: Backend | undefined;
  #own: Uploads | undefined;

  /** Lets all elements inside ask the backend again. */
  refresh(): void {
    this.#given.setValue({ ...this.#gather() }, true);
  }

  override connectedCallback(): void {
    // Before the elements inside ask.
    this.#give();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Uploads under way go on; a queue with nothing in it is not missed.
    queueMicrotask(() => {
      if (this.isConnected || Object.keys(this.#own?.getState().files ?? {}).length) return;
      this.#own?.destroy();
      this.#own = undefined;
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#give();
  }

  #give(): void {
    const before = this.#given.value;
    const now = this.#gather();
    if ((Object.keys(now) as (keyof Surroundings)[]).some((key) => now[key] !== before[key])) this.#given.setValue(now);
  }

  #gather(): Surroundings {
    const { around, folder, icons, words } = this;
    const backend = this.#makeBackend();
    return {
      backend: backend ?? around.backend,
      uploads:
        this.uploads ??
        (backend
          ? (this.#own ??= makeQueue(() => {
              this.#give();
            }))
          : around.uploads),
      folder: folder ?? (backend ? undefined : around.folder),
      lang: this.lang || around.lang,
      icons: icons ?? around.icons,
      words: words ?? around.words,
    };
  }

  #makeBackend(): Backend | undefined {
    const { relay, backend, headers, credentials, token } = this;
    if (typeof backend === 'object') return backend;
    const parts = [relay, backend, headers, credentials, token];
    if (this.#parts.length && parts.every((part, index) => part === this.#parts[index])) return this.#backend;
    this.#parts = parts;
    const options = { ...(headers && { headers }), ...(credentials && { credentials }), ...(typeof token === 'string' && { token }) };
    if (backend === 'memory') this.#backend = memory();
    else if (relay && backend) this.#backend = relayBackend({ url: relay, backend, ...options });
    else {
      this.#backend = undefined;
      if (backend) console.warn(`<ferry-provider backend="${backend}">: expected a relay too, or backend="memory".`);
      if (relay) console.warn(`<ferry-provider relay="${relay}">: expected the name of a backend at this relay, such as backend="disk".`);
    }
    return this.#backend;
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

if (!customElements.get('ferry-provider')) customElements.define('ferry-provider', FerryProvider);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-provider': FerryProvider;
  }
}
