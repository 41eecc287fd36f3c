import type { State } from '@uppy/core';
import type { Store } from '@uppy/core/store-default';

type UppyState = State<Record<string, unknown>, Record<string, never>>;
type Files = UppyState['files'];
type Listener = Parameters<Store<UppyState>['subscribe']>[0];

/** Shortest time between two new identities of `files`, in milliseconds. Hidden tabs have no frames, so it is a timer. */
const INTERVAL = 16;

/**
 * Uppy's state with a table of files that changes in place and is published in bundles. Uppy copies the whole table for
 * every change of every file; here it is copied once for all changes of about 16 ms, or longer where copying takes longer.
 * Listeners see tables that never change under them: `prevState.files` is what was published last, `nextState.files` the new one.
 */
export class UploadState implements Store<UppyState> {
  #state = {} as UppyState;
  #published: Files = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #copyTime = 0;
  readonly #listeners = new Set<Listener>();

  getState = (): UppyState => this.#state;

  /** Publishes at once. Changes of single files that are still to be published stay so, unless the patch replaces the table. */
  setState(patch?: Partial<UppyState>): void {
    const before = this.#state;
    this.#state = { ...before, ...patch };
    if (!patch?.files) {
      this.#publish(before, patch);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const files = this.#published;
    this.#published = patch.files;
    this.#publish({ ...before, files }, patch);
  }

  /** Changes single files; listeners hear of it with the next bundle. */
  patchFiles(patches: Record<string, Partial<Files[string]>>): void {
    if (this.#timer === undefined) {
      const start = performance.now();
      this.#state = { ...this.#state, files: { ...this.#state.files } };
      this.#copyTime = performance.now() - start;
      this.#timer = setTimeout(
        () => {
          this.flush();
        },
        Math.max(INTERVAL, this.#copyTime * 8),
      );
    }
    const { files } = this.#state;
    for (const [id, patch] of Object.entries(patches)) {
      const file = files[id];
      if (file) files[id] = { ...file, ...patch } as Files[string];
    }
  }

  /** Publishes what is still to be published. */
  flush(): void {
    if (this.#timer !== undefined) this.setState({ files: this.#state.files });
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #publish(before: UppyState, patch: Partial<UppyState> | undefined): void {
    const files = this.#published;
    for (const listener of this.#listeners)
      listener({ ...before, files: patch?.files ? before.files : files }, { ...this.#state, files }, patch);
  }
}
