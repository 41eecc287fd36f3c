import type { Backend } from '../backend/backend.js';
import type { Ref } from '../backend/item.js';

/**
 * Makes the folders of dropped trees on a backend that does not make them by itself: each once, parents first, however many
 * files ask for it at once. A folder that is there already is used.
 */
export class Folders {
  readonly #backend: Backend;
  readonly #made = new Map<string, Promise<Ref>>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The folder at `path` below `root`, made where it is missing. */
  at(root: Ref, path: string): Promise<Ref> {
    const cut = path.lastIndexOf('/');
    const name = path.slice(cut + 1);
    if (!name) return Promise.resolve(root);
    const key = JSON.stringify([root.id, path]);
    let made = this.#made.get(key);
    if (!made) {
      const parent = cut > 0 ? this.at(root, path.slice(0, cut)) : Promise.resolve(root);
      made = parent.then((ref) => this.#backend.createFolder(ref, name, { conflict: 'skip' }));
      made.catch(() => this.#made.delete(key));
      this.#made.set(key, made);
    }
    return made;
  }
}
