import type { PropertyDeclarations, PropertyValues } from 'lit';
import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import { ROOT, type UploadFile, type Uploads } from '../uploads/queue.js';
import { KeptChoices, type Choices } from './browser.choices.js';
import { possibleColumns, shownColumns, type BrowserColumn, type Column } from './browser.columns.js';
import { Deeds, type Change } from './browser.deeds.js';
import type { Deed } from './browser.deed.js';
import { FolderHistory } from './browser.history.js';
import { BY_NAME, type Order } from './browser.order.js';
import { isPickable } from './browser.picking.js';
import { Selection } from './browser.selection.js';
import { Source } from './browser.source.js';
import { FerryElement } from './element.js';
import { makeQueue } from './engine.js';
import { readLimits } from './limits.js';
import { Place } from './place.js';

/** Milliseconds after which a folder is listed anew when files have come into folders below it: several come together. */
const SOON = 400;

const WRONG: Readonly<Record<string, { allowed: readonly string[]; expected: string }>> = {
  view: { allowed: ['list', 'grid'], expected: 'list or grid' },
  picker: { allowed: ['files', 'folders'], expected: 'files or folders' },
};

/** Reads the attribute `sort`: a column's id, and `descending` behind it for the other direction. */
export function readOrder(text: string): Order | undefined {
  const [, by, direction = 'ascending'] = /^\s*(\S+)(?:\s+(ascending|descending))?\s*$/.exec(text) ?? [];
  return by ? { by, direction: direction as Order['direction'] } : undefined;
}

/** An element that shows a folder: which one, in what order, what is selected, and what is being done. Drawing is left to whoever extends it. */
export abstract class BrowsingElement extends FerryElement {
  static override properties: PropertyDeclarations = {
    backend: { attribute: false },
    uploads: { attribute: false },
    folder: {},
    view: {},
    sort: {},
    picker: { reflect: true },
    multiple: { type: Boolean },
    accept: {},
    readonly: { type: Boolean },
    name: { reflect: true },
    columns: { attribute: false },
  };

  /** What is shown. Comes before the provider's. */
  declare backend: Backend | undefined;
  /** The queue that dropped files go through. Comes before the provider's. */
  declare uploads: Uploads | undefined;
  /** The folder to begin in: its id, or id and claim. */
  declare folder: string | Ref | undefined;
  /** `list` (the default) or `grid`; the person can choose otherwise. */
  declare view: 'list' | 'grid' | undefined;
  /** What it is ordered by: `name` (the default), `size` or `modified`, and `descending` behind it for the other direction. */
  declare sort: string | undefined;
  /** Makes it a field that chooses `files` or `folders`. */
  declare picker: 'files' | 'folders' | undefined;
  /** A picker chooses several. */
  declare multiple: boolean;
  /** Which files a picker takes, as in `<input accept>`. */
  declare accept: string | undefined;
  /** Offers nothing that changes anything. */
  declare readonly: boolean;
  /** The name of the form field, and what the person's choices are kept under. */
  declare name: string | undefined;
  /** Columns: ids of built-in ones, and the page's own. */
  declare columns: readonly (string | BrowserColumn)[] | undefined;

  protected source: Source | undefined;
  protected readonly redraw = (): void => {
    this.requestUpdate();
  };
  protected readonly place = new Place(this.redraw);
  protected readonly trail = new FolderHistory();
  protected readonly chosen = new Selection(() => {
    this.onSelection();
    this.requestUpdate();
  });
  protected readonly deeds = new Deeds({
    backend: () => this.given.backend,
    onDone: (change) => {
      this.onDone(change);
    },
    onEnd: (deed) => {
      this.onDeedEnd(deed);
    },
    onChange: this.redraw,
  });
  /** Why the last deed with an item failed, by the item's id. */
  protected readonly failures = new Map<string, Deed['failed'][number]['code']>();
  #kept: KeptChoices | undefined;
  /** What the page had set when the folder was opened. */
  #opened: { backend: Backend; folder: string } | undefined;
  #can: Capabilities | undefined;
  #own: Uploads | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #accept: string[] | undefined;

  constructor() {
    super();
    this.multiple = this.readonly = false;
    const arrived = (given: UploadFile): void => {
      this.#onUploaded(this.queue?.getState().files[given.id] ?? given);
    };
    Object.assign(this.heard, { 'upload-success': arrived });
  }

  /** What is selected. */
  get selection(): Item[] {
    return this.chosen.items;
  }

  set selection(items: readonly Item[]) {
    this.chosen.only(items);
  }

  /** Opens a folder. */
  async open(folder: string | Ref): Promise<void> {
    await this.updateComplete;
    this.go(typeof folder === 'string' ? { id: folder } : folder);
    await this.updateComplete;
  }

  /** Lists the folder anew; selection and place are kept. */
  async refresh(): Promise<void> {
    await this.updateComplete;
    await this.source?.refresh();
  }

  /** Selects items of the folder by their ids, as far as they are loaded. */
  async select(ids: Iterable<string>): Promise<void> {
    await this.updateComplete;
    const wanted = new Set(ids);
    this.chosen.only(this.source?.rows.filter(({ id }) => wanted.has(id)) ?? []);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected || Object.keys(this.#own?.getState().files ?? {}).length) return;
      this.#own?.destroy();
      this.#own = undefined;
    });
  }

  /** The selection has changed. */
  protected abstract onSelection(): void;

  /** A deed has ended. */
  protected abstract onDeedEnd(deed: Deed): void;

  /** Another folder is shown. `from`: the one that was shown before. */
  protected abstract onFolder(from: Ref | undefined): void;

  get #keeping(): KeptChoices {
    return (this.#kept ??= new KeptChoices(this.name ?? this.id));
  }

  protected get choices(): Choices {
    return this.#keeping.now;
  }

  /** Takes note of a choice of the person. */
  protected choose(choice: Parameters<KeptChoices['choose']>[0]): void {
    this.#keeping.choose(choice);
    this.requestUpdate();
  }

  /** The backend and the folder to begin in. */
  protected get given(): { backend: Backend; root: Ref } {
    const backend = this.backend ?? this.around.backend;
    if (!backend) throw new Error('<ferry-browser>: expected a backend.');
    const folder = this.folder ?? this.around.folder ?? ROOT;
    return { backend, root: typeof folder === 'string' ? { id: folder } : folder };
  }

  /** Why nothing is known of the place. */
  protected get problem(): ErrorCode | undefined {
    return this.source?.problem ?? this.place.problem ?? (this.capabilities?.list === false ? 'unsupported' : undefined);
  }

  /** Asks anew what can be done here. */
  protected askAgain(): void {
    this.place.look(undefined, undefined, undefined);
    this.requestUpdate();
  }

  /** What can be done here. While it is asked for, what could be done in the folder before. */
  protected get capabilities(): Capabilities | undefined {
    return this.place.capabilities ?? this.#can;
  }

  /** The folder that is shown. */
  protected get here(): Ref {
    return this.source?.folder ?? this.trail.here ?? ROOT;
  }

  /** Files go through it that are dropped here. */
  protected get queue(): Uploads | undefined {
    return this.uploads ?? this.around.uploads ?? (this.#own ??= makeQueue(this.redraw));
  }

  protected get order(): Order {
    return this.source?.order ?? this.choices.order ?? (this.sort ? readOrder(this.sort) : undefined) ?? BY_NAME;
  }

  /** Every column that there can be. */
  protected get possible(): Column[] {
    return possibleColumns(this.source?.rows ?? [], this.columns);
  }

  /** The columns that are shown. */
  protected get shown(): Column[] {
    return shownColumns(this.possible, this.columns, this.choices.columns);
  }

  /** Whether an item can be the answer of a picker. */
  protected isPickable(item: Item): boolean {
    return !this.picker || isPickable(item, { picker: this.picker, accept: this.#accept });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#readAttributes(changed);
    const backend = this.backend ?? this.around.backend;
    if (!backend) {
      this.#opened = undefined;
      this.source?.close();
      this.source = undefined;
      this.place.look(undefined, undefined, undefined);
      return;
    }
    const { root } = this.given;
    const { backend: before, folder } = this.#opened ?? {};
    this.#opened = { backend, folder: root.id };
    // A page that follows names the folder that is shown already.
    if (before !== backend || (folder !== root.id && this.trail.here?.id !== root.id)) {
      this.#can = undefined;
      this.failures.clear();
      this.trail.start(root);
      this.#show(undefined);
    }
    const { capabilities } = this.place;
    this.place.look({ backend, folder: this.trail.here ?? root, conflict: 'ask' }, undefined, this.around);
    if (capabilities && !this.place.capabilities && this.source) void this.source.refresh();
    this.#can = this.place.capabilities ?? this.#can;
    this.#load(backend);
    this.follow(this.queue);
  }

  #readAttributes(changed: PropertyValues<this>): void {
    const complain = (wrong: string, expected: string): void => {
      console.warn(`<${this.localName} ${wrong}>: expected ${expected}.`);
    };
    if (changed.has('accept')) this.#accept = readLimits({ accept: this.accept }, complain).accept;
    for (const [name, { allowed, expected }] of Object.entries(WRONG)) {
      const value = this[name as 'view'];
      if (changed.has(name as 'view') && value && !allowed.includes(value)) complain(`${name}="${value}"`, expected);
    }
    const order = changed.has('sort') && this.sort ? readOrder(this.sort) : undefined;
    if (changed.has('sort') && this.sort && !order) complain(`sort="${this.sort}"`, 'a column such as "name", or "size descending"');
    // What the page sets later comes before what the person chose earlier.
    if (!this.hasUpdated) return;
    if (changed.has('view') && this.choices.view) this.choose({ view: undefined });
    if (order) void this.source?.sort(order);
  }

  /** Goes to a folder, and remembers from where. */
  protected go(folder: Ref): void {
    const from = this.trail.here;
    this.trail.go(folder);
    this.#show(from);
  }

  protected goBack(): void {
    const from = this.trail.here;
    if (this.trail.back()) this.#show(from);
  }

  protected goForward(): void {
    const from = this.trail.here;
    if (this.trail.forward()) this.#show(from);
  }

  /** Goes to the folder above. */
  protected goUp(): void {
    const above = this.source?.ancestors.at(-1);
    if (above) this.go(above);
  }

  #show(from: Ref | undefined): void {
    this.source?.close();
    this.source = undefined;
    this.chosen.clear();
    this.onFolder(from);
    this.requestUpdate();
  }

  /** Begins to list as soon as it is known how. */
  #load(backend: Backend): void {
    const list = this.capabilities?.list;
    if (this.source || !list) return;
    const columns = this.columns?.filter((one) => typeof one === 'object');
    this.source = new Source({
      backend,
      folder: this.trail.here ?? ROOT,
      list,
      order: this.order,
      columnValue: (id) => columns?.find((one) => one.id === id)?.value,
      foldersOnly: this.picker === 'folders',
      onChange: this.redraw,
    });
    void this.source.open();
  }

  /** Takes into the list what has become of an item. */
  protected onDone({ before, after, to, replaced }: Change): void {
    const { source } = this;
    if (before) this.failures.delete(before.id);
    if (!source) return;
    const elsewhere = to !== undefined && to.id !== this.here.id;
    if (after && !elsewhere) {
      if (replaced) this.#displace(after);
      source.put(after, before?.id);
      this.chosen.update(after, before?.id);
    } else if (before) {
      source.drop([before.id]);
      this.chosen.drop([before.id]);
    }
  }

  /** Takes out what an item has taken the place of. */
  #displace({ id, name }: Item): void {
    const gone = this.source?.rows.filter((one) => one.name === name && one.id !== id).map((one) => one.id) ?? [];
    this.source?.drop(gone);
    this.chosen.drop(gone);
  }

  #onUploaded({ ferry, meta }: UploadFile): void {
    if (!ferry || !this.source) return;
    const { item, folder, conflict } = ferry;
    if (item && (item.parent?.id ?? folder.id) === this.here.id && (item.parent || !meta.relativePath)) {
      this.onDone({ after: item, replaced: conflict === 'replace' });
      return;
    }
    if (folder.id !== this.here.id) return;
    // It went into a folder below, which may be new.
    if (this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.source?.refresh();
    }, SOON);
  }
}
