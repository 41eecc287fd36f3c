import type { Backend } from '../backend/backend.js';
import type { ListCapability } from '../backend/capabilities.js';
import { toBackendError, type BackendError, type ErrorCode } from '../backend/errors.js';
import type { Ancestor, Item, Listing, Ref, SortKey } from '../backend/item.js';
import { plainly } from './browser.natural.js';
import { BY_NAME, type Order, type ValueOf } from './browser.order.js';
import { Pages } from './browser.pages.js';

/** Items that one request asks for at most. */
const PAGE = 1000;
/** A page is asked for when fewer loaded items than these are left ahead of what is seen. */
const AHEAD = 500;
/** How often in a row a listing starts over because its cursor was forgotten, before that is told. */
const TRIES = 3;

/** What a {@link Source} lists, and how. */
export interface SourceOptions {
  backend: Backend;
  folder: Ref;
  list: ListCapability;
  order?: Order | undefined;
  /** What the columns that a page has added hold, for ordering. */
  columnValue?: (column: string) => ValueOf | undefined;
  /** Files are left out. */
  foldersOnly?: boolean;
  /** Called when anything has changed. */
  onChange: () => void;
}

/**
 * One folder, loaded page by page as far as it is looked at. Knows nothing of how it is drawn.
 * What is there stays while it is listed anew: after a refresh, in another order, for a search.
 */
export class Source {
  folder: Item | undefined;
  ancestors: Ancestor[] = [];
  /** What there is to draw, in order. */
  rows: Item[] = [];
  /** Everything is loaded. */
  complete = false;
  /** A request is under way. */
  loading = false;
  /** Why the last request failed; nothing more is loaded until {@link Source.retry}. */
  problem: ErrorCode | undefined;
  order: Order;
  search = '';
  readonly #options: SourceOptions;
  readonly #list: ListCapability;
  #pages: Pages | undefined;
  #wanted = 1;
  #all = false;
  #turn = 0;
  #forgotten = 0;
  #controller: AbortController | undefined;
  /** The request that is under way. */
  #asking: Promise<void> | undefined;
  /** What was put in or taken out while a request is under way, whose answer may not know of it. */
  readonly #touched = new Map<string, Item | undefined>();

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#list = options.list;
    this.order = options.order ?? BY_NAME;
  }

  /** Where a search looks. `loaded`: the backend cannot search, so that only what is loaded is. */
  get searches(): 'folder' | 'tree' | 'loaded' {
    return this.#list.search || 'loaded';
  }

  /** How many items are loaded, whether they are shown or not. */
  get loaded(): number {
    return this.#pages?.items.length ?? 0;
  }

  /** Lines to draw: what is loaded, and places for what is not. A total is believed until the last page says better. */
  get count(): number {
    const { length } = this.rows;
    if (this.complete || !this.#pages || this.#narrowed) return length;
    return Math.max(length + 1, this.#pages.total ?? 0);
  }

  /** Whether {@link Source.count} is all that there is, as far as the backend tells the truth. */
  get counted(): boolean {
    return this.complete || this.#pages?.total !== undefined;
  }

  /** Whether the folder is in the order that was asked for, and not in the backend's own. */
  get ordered(): boolean {
    return this.complete || this.#sorts(this.order);
  }

  /** Lists from the start. */
  open(): Promise<void> {
    return this.#restart(1);
  }

  /** Says up to which line things are seen: what is missing there, and a little ahead, is loaded. */
  want(end: number): void {
    this.#wanted = end;
    void this.#fill();
  }

  /** Loads everything; resolves when it is there, or something is in the way: a problem, or {@link Source.enough}. */
  async everything(): Promise<void> {
    this.#all = true;
    while (this.#goesOn) await this.#fill();
  }

  /** Ends {@link Source.everything} before its time. */
  enough(): void {
    this.#all = false;
  }

  /** Goes on after a problem. */
  retry(): Promise<void> {
    this.problem = undefined;
    return this.#pages ? this.#fill() : this.open();
  }

  /** Lists anew, as far as things are seen. */
  refresh(): Promise<void> {
    return this.#restart(this.#wanted);
  }

  /** Orders by something else: at once where all is loaded, else by the backend, else when all is loaded, which this causes. */
  async sort(order: Order): Promise<void> {
    this.order = order;
    if (this.complete && this.#pages) this.#show(this.#pages);
    else if (this.#sorts(order)) await this.#restart(1);
    else await this.everything();
  }

  /** Shows what has this text in its name; `''`: everything again. */
  async find(search: string): Promise<void> {
    if (search === this.search) return;
    this.search = search;
    if (this.searches !== 'loaded') await this.#restart(1);
    else if (this.#pages) this.#show(this.#pages);
  }

  /** Puts an item in its place that has come or changed. `instead`: the id that it had before. */
  put(item: Item, instead = item.id): void {
    if (this.search && this.searches !== 'loaded' && !this.#matches(item)) return;
    if (instead !== item.id) this.#set(instead, undefined);
    this.#set(item.id, item);
    if (this.#pages) this.#show(this.#pages);
  }

  /** Takes items out that are gone. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) this.#set(id, undefined);
    if (this.#pages) this.#show(this.#pages);
  }

  /** Ends it. */
  close(): void {
    this.#all = false;
    this.#turn++;
    this.#controller?.abort();
  }

  #set(id: string, item: Item | undefined): void {
    if (this.loading) this.#touched.set(id, item);
    this.#pages?.set(id, item);
  }

  #sorts({ by }: Order): boolean {
    return this.#list.sort.includes(by as SortKey);
  }

  /** Everything is to be loaded, and can be. */
  get #goesOn(): boolean {
    return this.#all && !this.problem && !this.complete;
  }

  /** Only some of what is loaded is shown. */
  get #narrowed(): boolean {
    return this.search !== '' && this.searches === 'loaded';
  }

  #matches({ name }: Item): boolean {
    return plainly(name).includes(plainly(this.search));
  }

  async #fill(): Promise<void> {
    await this.#asking;
    const turn = this.#turn;
    while (turn === this.#turn && !this.loading && !this.problem) {
      const pages = this.#pages;
      const enough = this.#narrowed || this.rows.length >= this.#wanted + AHEAD;
      if (!pages || pages.complete || (enough && !this.#all)) return;
      await this.#ask(async (signal) => {
        await this.#add(pages, signal);
        this.#show(pages, signal);
      });
    }
  }

  /** Lists from the start until so many items are there. What is shown stays until then. */
  async #restart(least: number): Promise<void> {
    this.#controller?.abort();
    this.#turn++;
    this.problem = undefined;
    this.#touched.clear();
    const listed = this.#sorts(this.order) ? this.order : undefined;
    const { foldersOnly = false, columnValue } = this.#options;
    const pages = new Pages(listed, { foldersOnly, columnValue });
    await this.#ask(async (signal) => {
      do await this.#add(pages, signal);
      while (!pages.complete && !signal.aborted && pages.items.length < least);
      this.#show(pages, signal);
    });
    await this.#fill();
  }

  /** Makes a request the only one. */
  #ask(request: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const asking = this.#make(request).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    return (this.#asking = asking);
  }

  /** A cursor that the backend has forgotten makes it start over; any other failure is kept. */
  async #make(request: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const turn = this.#turn;
    const { signal } = (this.#controller = new AbortController());
    this.loading = true;
    this.#options.onChange();
    let failed: BackendError | undefined;
    try {
      await request(signal);
    } catch (thrown) {
      failed = toBackendError(thrown);
    }
    if (turn !== this.#turn) return;
    this.loading = false;
    this.#touched.clear();
    if (failed?.code === 'expired' && this.#forgotten++ < TRIES) {
      await this.#restart(this.rows.length);
      return;
    }
    this.problem = failed?.code;
    this.#options.onChange();
  }

  async #add(pages: Pages, signal: AbortSignal): Promise<void> {
    const { cursor } = pages;
    const listing = await this.#request(cursor, signal);
    if (signal.aborted) return;
    this.folder = listing.folder;
    this.ancestors = listing.ancestors;
    if (cursor !== undefined) this.#forgotten = 0;
    pages.add(listing);
    for (const [id, item] of this.#touched) pages.set(id, item);
    this.#touched.clear();
  }

  #request(cursor: string | undefined, signal: AbortSignal): Promise<Listing> {
    const { backend, folder } = this.#options;
    const { by, direction } = this.order;
    const page = {
      limit: Math.min(this.#list.pageSize || PAGE, PAGE),
      ...(cursor !== undefined && { cursor }),
      ...(this.#sorts(this.order) && { sort: { by: by as SortKey, direction } }),
      ...(this.search && !this.#narrowed && { search: this.search }),
    };
    return backend.list(folder, page, { signal });
  }

  #show(pages: Pages, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    if (pages.complete && pages.order !== this.order) pages.arrange(this.order);
    this.#pages = pages;
    this.complete = pages.complete;
    if (pages.complete) this.#all = false;
    this.rows = this.#narrowed ? pages.items.filter((item) => this.#matches(item)) : pages.items;
    this.#options.onChange();
  }
}
