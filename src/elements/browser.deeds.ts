import type { Backend } from '../backend/backend.js';
import type { Ancestor, Item, Ref } from '../backend/item.js';
import { Deed, type DeedOptions } from './browser.deed.js';
import { Undo } from './browser.undo.js';
import { refOf } from './ref.js';

/** What became of an item: gone without `after`, new without `before`, moved or copied with the folder that it went to. */
export interface Change {
  before?: Item;
  after?: Item | undefined;
  to?: Ref;
  /** It took the place of another item of its name. */
  replaced?: boolean;
}

/** What can be undone. */
export interface Undoable {
  kind: 'rename' | 'move';
  n: number;
  name: string;
}

/** Items that were cut or copied, and wait to be put somewhere. */
export interface Clipboard {
  items: readonly Item[];
  cut: boolean;
  /** The folder that was shown. */
  from: Ref;
}

/** What {@link Deeds} needs of its surroundings. */
export interface DeedsOptions {
  backend: () => Backend;
  /** Something has become of an item. */
  onDone: (change: Change) => void;
  /** A deed has ended. */
  onEnd: (deed: Deed) => void;
  onChange: () => void;
}

/** Whether a folder is one of these items, or lies in one of them; `ancestors` are those of the folder. */
export function liesIn(folder: Ref, ancestors: readonly Ancestor[], items: readonly Ref[]): boolean {
  const way = new Set([folder.id, ...ancestors.map(({ id }) => id)]);
  return items.some(({ id }) => way.has(id));
}

/** An item that has moved, and the folder that it lay in. */
interface Moved {
  item: Item;
  home: Ref;
}

/** What a person does with items: moves and copies them, deletes, renames, makes folders; and takes back what can be taken back. */
export class Deeds {
  /** What is under way, and what has ended otherwise than well. */
  current: Deed[] = [];
  clipboard: Clipboard | undefined;
  readonly undo: Undo<Undoable>;
  readonly #options: DeedsOptions;

  constructor(options: DeedsOptions) {
    this.#options = options;
    this.undo = new Undo(options.onChange);
  }

  /** Moves or copies into a folder. What has moved can be moved back, to where it lay or else to `from`. */
  async transfer(kind: 'move' | 'copy', items: readonly Item[], to: Ref, from?: Ref): Promise<void> {
    const moved = await this.#transfer(kind, items, to, from);
    const [first] = moved;
    if (first) this.undo.offer({ kind: 'move', n: moved.length, name: first.item.name }, () => void this.#moveBack(moved));
  }

  async #transfer(kind: 'move' | 'copy', items: readonly Item[], to: Ref, from?: Ref): Promise<Moved[]> {
    const backend = this.#options.backend();
    const moved: Moved[] = [];
    await this.#run({
      kind,
      items,
      call: (refs, how) => backend[kind](refs, { to: refOf(to), ...how }),
      onDone: (before, after, replaced) => {
        const home = before.parent ?? from;
        if (kind === 'copy') this.#tell({ after, to, replaced });
        else {
          if (after && !replaced && home && home.id !== to.id) moved.push({ item: after, home });
          this.#tell({ before, after, to, replaced });
        }
      },
    });
    return moved;
  }

  async #moveBack(moved: readonly Moved[]): Promise<void> {
    const homes = new Map(moved.map(({ home }) => [home.id, home]));
    for (const home of homes.values()) {
      const items = moved.filter((one) => one.home.id === home.id).map(({ item }) => item);
      await this.#transfer('move', items, home);
    }
  }

  /** Deletes, with all that is in folders. Nothing is offered to be undone then: it would be taken for what brings back what is deleted. */
  remove(items: readonly Item[]): Promise<void> {
    this.undo.end();
    const backend = this.#options.backend();
    return this.#run({
      kind: 'remove',
      items,
      call: (refs, { ticket }) => backend.remove(refs, { recursive: true, ...(ticket !== undefined && { ticket }) }),
      onDone: (before) => this.#tell({ before }),
    });
  }

  /** Gives an item another name, and answers it as it is then. Rejects when it cannot have it. */
  async rename(item: Item, name: string): Promise<Item> {
    const after = await this.#options.backend().rename(refOf(item), name);
    this.#tell({ before: item, after });
    this.undo.offer({ kind: 'rename', n: 1, name: item.name }, () => void this.#renameBack(after, item.name));
    return after;
  }

  #renameBack(item: Item, name: string): Promise<void> {
    const backend = this.#options.backend();
    return this.#run({
      kind: 'rename',
      items: [item],
      call: async (refs) => Promise.all(refs.map(async (ref) => ({ id: ref.id, item: await backend.rename(ref, name) }))),
      onDone: (before, after) => this.#tell({ before, after }),
    });
  }

  /** Makes a folder. Rejects when it cannot be made. */
  async createFolder(parent: Ref, name: string): Promise<Item> {
    const after = await this.#options.backend().createFolder(refOf(parent), name, { conflict: 'ask' });
    this.#tell({ after, to: parent });
    return after;
  }

  /** Tries again what has failed in a deed. */
  async retry(deed: Deed): Promise<void> {
    await deed.retry();
    this.#settle(deed);
  }

  /** Forgets what is told of a deed that has ended. */
  dismiss(deed: Deed): void {
    this.current = this.current.filter((one) => one !== deed);
    this.#options.onChange();
  }

  /** What waits to be put somewhere is known by what it is now. */
  #tell(change: Change): void {
    const { before, after } = change;
    const { clipboard } = this;
    if (before && clipboard?.items.some(({ id }) => id === before.id)) {
      const items = clipboard.items.flatMap((item) => (item.id === before.id ? (after ?? []) : item));
      this.clipboard = items.length ? { ...clipboard, items } : undefined;
    }
    this.#options.onDone(change);
  }

  async #run(options: Omit<DeedOptions, 'onChange'>): Promise<void> {
    const deed = new Deed({ ...options, onChange: this.#options.onChange });
    this.current = [...this.current, deed];
    await deed.run();
    this.#settle(deed);
  }

  /** What went well needs no more than a word. */
  #settle(deed: Deed): void {
    if (!deed.failed.length && !deed.stopped) this.current = this.current.filter((one) => one !== deed);
    this.#options.onEnd(deed);
    this.#options.onChange();
  }
}
