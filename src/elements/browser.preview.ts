import { html, nothing, type TemplateResult } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Item } from '../backend/item.js';
import { readStored } from '../uploads/read.js';
import { MOST_READ, MOST_TEXT, pictureOf, previewOf } from './browser.kinds.js';
import { iconButton, textButton } from './controls.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';
import { fullName, plainName } from './name.js';

/** What is seen of a file. A `frame` holds a PDF, which the browser's own viewer shows. */
type Shown =
  | { as: 'loading' | 'nothing' }
  | { as: 'image' | 'video' | 'audio' | 'frame'; url: string }
  | { as: 'text'; text: string }
  | { as: 'drawing'; canvas: HTMLCanvasElement };

/** Pixels of the longer side of a drawing that does not say how large it is, and of one that would be larger. */
const DRAWN = 512;
const LARGEST = 4096;

/** Whom a preview tells. */
export interface PreviewScene {
  language: Language;
  icons: Icons;
  /** Whether there is a file before it and after it. */
  canGo: { previous: boolean; next: boolean };
  canDownload: boolean;
  onGo: (step: 'previous' | 'next') => void;
  onDownload: (item: Item) => void;
  onClose: () => void;
}

/** Shows a file. Nothing in it ever runs: pages are shown as text, drawings on a canvas, the rest by elements that run nothing. */
export class Preview {
  item: Item | undefined;
  readonly #onChange: () => void;
  #shown: Shown = { as: 'loading' };
  #controller: AbortController | undefined;
  #url: string | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Shows this file, or with nothing no file. */
  show(item: Item | undefined, backend: Backend): void {
    this.#controller?.abort();
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
    this.#url = undefined;
    this.item = item;
    this.#shown = { as: 'loading' };
    this.#onChange();
    if (!item) return;
    const controller = (this.#controller = new AbortController());
    this.#load(item, backend, controller.signal)
      .catch((): Shown => ({ as: 'nothing' }))
      .then(
        (shown) => {
          if (controller.signal.aborted) return;
          this.#shown = shown;
          this.#onChange();
        },
        () => undefined,
      );
  }

  async #load(item: Item, backend: Backend, signal: AbortSignal): Promise<Shown> {
    const kind = previewOf(item);
    if (!kind) return { as: 'nothing' };
    if (kind === 'image' || kind === 'video' || kind === 'audio') {
      const [download] = await backend.download([item], { signal });
      return download ? { as: kind, url: download.url } : { as: 'nothing' };
    }
    const bytes = await readStored(backend, item, kind === 'text' ? MOST_TEXT : MOST_READ, signal);
    if (kind === 'text') return { as: 'text', text: await bytes.text() };
    if (kind === 'drawing') return { as: 'drawing', canvas: await draw(bytes) };
    // The type is ours and not the file's: whatever it is, it is handed to the viewer of PDF files, and to nothing else.
    if (!navigator.pdfViewerEnabled || !(await bytes.slice(0, 1024).text()).includes('%PDF-')) return { as: 'nothing' };
    if (signal.aborted) return { as: 'nothing' };
    this.#url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
    return { as: 'frame', url: this.#url };
  }

  /** It cannot be shown after all: the file is broken, or the page's policy is against it. */
  readonly #fail = (): void => {
    this.#shown = { as: 'nothing' };
    this.#onChange();
  };

  /** Draws it. */
  template(item: Item, scene: PreviewScene): TemplateResult {
    const { language, icons, canGo, canDownload, onGo, onDownload, onClose } = scene;
    const step = (to: 'previous' | 'next', name: 'back' | 'forward'): TemplateResult =>
      html`<button
        type="button"
        part="button"
        class="icon turned"
        title=${language.say(to)}
        aria-label=${language.say(to)}
        ?disabled=${!canGo[to]}
        @click=${() => onGo(to)}
      >
        ${icon(name, icons)}
      </button>`;
    return html`<div class="line">
        <h2 id="looked">${fullName(plainName(item.name))}</h2>
        ${step('previous', 'back')}${step('next', 'forward')}
        ${canDownload ? iconButton('download', icons, language.say('download'), () => onDownload(item)) : nothing}
        ${iconButton('close', icons, language.say('close'), onClose)}
      </div>
      <div class="stage" part="preview" @securitypolicyviolation=${this.#fail}>
        <slot name="preview">${this.#content(item, scene)}</slot>
      </div>`;
  }

  #content(item: Item, { language, icons, canDownload, onDownload }: PreviewScene): TemplateResult {
    const shown = this.#shown;
    const name = plainName(item.name);
    switch (shown.as) {
      case 'loading':
        return html`<p class="soft" role="status">${language.say('loading')}</p>`;
      case 'image':
        return html`<img src=${shown.url} alt=${name} @error=${this.#fail} />`;
      case 'video':
        return html`<video src=${shown.url} controls aria-label=${name} @error=${this.#fail}></video>`;
      case 'audio':
        return html`${icon('audio', icons)}<audio src=${shown.url} controls aria-label=${name} @error=${this.#fail}></audio>`;
      case 'frame':
        return html`<iframe src=${shown.url} title=${name}></iframe>`;
      case 'text':
        return html`<pre tabindex="0" aria-label=${name}>${shown.text}</pre>`;
      case 'drawing':
        return html`${shown.canvas}`;
      case 'nothing':
        return html`<div class="none">
          ${icon(pictureOf(item), icons)}
          <p>${language.say('noPreview')}</p>
          ${canDownload ? textButton(language.say('download'), () => onDownload(item), false, true) : nothing}
        </div>`;
    }
  }
}

/** Draws an SVG as an image, in which neither scripts nor references to elsewhere work; and an image of an image runs nowhere else. */
async function draw(bytes: Blob): Promise<HTMLCanvasElement> {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = image.naturalWidth || DRAWN;
    const height = image.naturalHeight || DRAWN;
    const scale = Math.min(LARGEST / Math.max(width, height), Math.max(1, devicePixelRatio, DRAWN / Math.max(width, height)));
    const canvas = document.createElement('canvas');
    canvas.role = 'img';
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(url);
  }
}
