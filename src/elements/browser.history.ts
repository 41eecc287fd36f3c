import type { Ref } from '../backend/item.js';

/** The folders that a person has been to, as in a browser's window. */
export class FolderHistory {
  #back: Ref[] = [];
  #forward: Ref[] = [];
  #here: Ref | undefined;

  get here(): Ref | undefined {
    return this.#here;
  }

  get canGoBack(): boolean {
    return this.#back.length > 0;
  }

  get canGoForward(): boolean {
    return this.#forward.length > 0;
  }

  /** Starts anew. */
  start(folder: Ref): void {
    this.#back = [];
    this.#forward = [];
    this.#here = folder;
  }

  /** Goes to a folder; where that is where one is already, nothing is remembered. */
  go(folder: Ref): void {
    if (this.#here && this.#here.id !== folder.id) {
      this.#back.push(this.#here);
      this.#forward = [];
    }
    this.#here = folder;
  }

  back(): Ref | undefined {
    return this.#step(this.#back, this.#forward);
  }

  forward(): Ref | undefined {
    return this.#step(this.#forward, this.#back);
  }

  #step(from: Ref[], to: Ref[]): Ref | undefined {
    const folder = from.pop();
    if (folder && this.#here) to.push(this.#here);
    if (folder) this.#here = folder;
    return folder;
  }
}
