import type { ReactiveControllerHost } from 'lit';
import type { FileInput } from '../uploads/queue.js';
import { readDrop } from './drop.js';

const EVENTS = ['dragenter', 'dragover', 'dragleave', 'drop', 'paste'] as const;

/** What a drop zone needs of its element. */
export interface DropHost extends HTMLElement, ReactiveControllerHost {
  noFolders: boolean;
}

/** Is given what was dropped or pasted, by the event that it came with. */
type OnFiles = (files: FileInput[], unreadable: string[], event: Event) => void;

/** Takes files that are dropped on an element, or pasted while the focus is in it. */
export class DropZone {
  /** Files hang over the element. */
  over = false;
  /** While a drop is read: how many files were found so far. */
  reading: number | undefined;
  /** Takes nothing. */
  disabled = false;
  readonly #host: DropHost;
  readonly #onFiles: OnFiles;
  /** Entering a child comes before leaving its parent, so both are counted. */
  #depth = 0;

  constructor(host: DropHost, onFiles: OnFiles) {
    this.#host = host;
    this.#onFiles = onFiles;
    for (const type of EVENTS) host.addEventListener(type, this.#onEvent);
  }

  readonly #onEvent = (event: DragEvent | ClipboardEvent): void => {
    const transfer = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
    const { type } = event;
    if (!transfer?.types.includes('Files')) return;
    // Without this the browser would leave the page and open the file, on a disabled element too.
    event.preventDefault();
    if (type === 'dragover') transfer.dropEffect = this.disabled ? 'none' : 'copy';
    else if (type === 'dragenter') this.#depth++;
    else if (type === 'dragleave') this.#depth--;
    else {
      this.#depth = 0;
      if (!this.disabled) void this.#read(transfer, event);
    }
    this.over = this.#depth > 0 && !this.disabled;
    this.#host.requestUpdate();
  };

  async #read(transfer: DataTransfer, event: Event): Promise<void> {
    const { files, unreadable } = await readDrop(transfer, !this.#host.noFolders, (count) => {
      this.reading = count;
      this.#host.requestUpdate();
    });
    this.reading = undefined;
    this.#onFiles(files, unreadable, event);
  }
}
