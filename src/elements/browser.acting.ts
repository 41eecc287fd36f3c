import type { PropertyDeclarations } from 'lit';
import { toBackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import { offers, type ActionContext, type ActionId, type BrowserAction, type FullContext, type Offer } from './browser.actions.js';
import type { Deed } from './browser.deed.js';
import { liesIn } from './browser.deeds.js';
import type { Asked } from './browser.dialogs.js';
import { fetchFiles } from './browser.downloads.js';
import { browserIcons } from './browser.icons.js';
import { Knowledge } from './browser.knowledge.js';
import { Preview } from './browser.preview.js';
import type { Renaming } from './browser.row.js';
import { DroppedFiles } from './browser.uploads.js';
import { failureOf, resultOf } from './browser.words.js';
import { Announcer } from './announcer.js';
import { BrowsingElement } from './browsing.js';
import { emit } from './events.js';
import type { Icons } from './icons.js';
import { plainName } from './name.js';
import { newOperation } from './operation.js';
import { refusal } from './panels.js';
import { refOf } from './ref.js';
import { SENDERS_CHANGED, senderFor, type Sender } from './senders.js';

/** An element that shows a folder and does what a person asks for. Drawing is left to whoever extends it. */
export abstract class ActingElement extends BrowsingElement {
  static override properties: PropertyDeclarations = { actions: { attribute: false }, barred: { attribute: false } };

  /** Actions of the page, besides the built-in ones or in place of those of the same id. */
  declare actions: readonly BrowserAction[];
  /**
   * Ids of items that cannot be chosen or opened: those that are being moved.
   * @internal
   */
  declare barred: ReadonlySet<string> | undefined;

  protected readonly announcer = new Announcer();
  protected readonly preview = new Preview(this.redraw);
  protected readonly knowledge = new Knowledge(this.redraw);
  protected readonly dropped = new DroppedFiles({
    queue: () => this.queue,
    mayAdd: (files) => emit(this, 'ferry-before-add', { files }),
    onRejected: (rejected) => {
      emit(this, 'ferry-rejected', { rejected });
      const [first] = rejected;
      const { language } = this;
      if (first)
        this.say(rejected.length > 1 ? language.say('refused', { n: rejected.length }) : `${first.file.name}: ${refusal(first, language)}`);
    },
    onChange: this.redraw,
  });
  /** What the dialog asks. */
  protected asked: Asked | undefined;
  protected renaming: Renaming | undefined;
  /** What went wrong, where no item of the list is to tell it. */
  protected notice: string | undefined;
  /** The rest of the folder is being loaded, to be selected. */
  protected selecting = false;
  #selected = 0;
  #icons: { own: Icons | undefined; all: Icons } | undefined;

  constructor() {
    super();
    this.actions = [];
    this.addController({
      hostConnected: () => {
        window.addEventListener(SENDERS_CHANGED, this.redraw);
      },
      hostDisconnected: () => {
        window.removeEventListener(SENDERS_CHANGED, this.redraw);
      },
    });
  }

  /** Gives the focus to an item of the list, or to the list. */
  protected abstract focusItem(id?: string): void;

  /** Gives the focus to the next item that is none of these, which are going to leave the list. */
  protected abstract focusBeyond(items: readonly Item[]): void;

  /** A person opens an item; the page may have something else in mind. */
  protected abstract mayOpen(item: Item): boolean;

  /** Opens the dialog for files. */
  protected abstract chooseFiles(): void;

  /** The picker has been answered. */
  protected abstract answer(items: readonly Item[]): void;

  /** Says something aloud. */
  protected say(text: string): void {
    this.announcer.say(text);
    this.requestUpdate();
  }

  /** Our own pictures, and those that the page puts in their place. */
  protected get icons(): Icons {
    const own = this.around.icons;
    if (!this.#icons || this.#icons.own !== own) this.#icons = { own, all: { ...browserIcons, ...own } };
    return this.#icons.all;
  }

  protected context(items: readonly Item[] = this.chosen.items): FullContext {
    const { source, capabilities, place, deeds, picker } = this;
    const { clipboard } = deeds;
    return {
      items,
      folder: source?.folder,
      capabilities,
      rules: place.rules,
      readonly: this.readonly,
      picker,
      searching: !!source?.search,
      clipboard,
      clipboardAbove: !!clipboard && !!source?.folder && liesIn(source.folder, source.ancestors, clipboard.items),
    };
  }

  protected offers(items?: readonly Item[]): Offer[] {
    const isOffered = ({ id }: Offer): boolean =>
      id === 'selectAll'
        ? !this.picker || this.multiple
        : id !== 'send' || !!this.sender || this.actions.some((action) => action.id === 'send');
    return offers(this.context(items), this.actions).filter(isOffered);
  }

  /** A `<ferry-send>` on the page that sends what is shown here. */
  protected get sender(): Sender | undefined {
    return senderFor(this.backend ?? this.around.backend, this);
  }

  /** Whether an action can be done now with these items. */
  protected canRun(id: string, items?: readonly Item[]): boolean {
    return this.offers(items).some((offer) => offer.id === id && !offer.reason);
  }

  /** Does what is offered with the selection, or while nothing is selected, with the folder. */
  protected run(id: string, items: readonly Item[] = this.chosen.items): void {
    if (!this.canRun(id, items)) return;
    const own = this.actions.find((action) => action.id === id);
    const { folder, capabilities }: ActionContext = this.context(items);
    if (own) own.run({ items, folder, capabilities });
    else this.#deeds[id as ActionId](items);
  }

  readonly #deeds: Record<ActionId, (items: readonly Item[]) => unknown> = {
    open: ([item]) => item && this.openItem(item),
    preview: ([item]) => item && this.openItem(item),
    reveal: ([item]) => item?.parent && this.go(item.parent),
    download: (items) => this.#attempt(() => fetchFiles(this.given.backend, items)),
    send: (items) => {
      this.#send(items);
    },
    rename: ([item]) => {
      this.renaming = item && { id: item.id, busy: false, problem: undefined };
    },
    move: (items) => {
      this.ask({ kind: 'move', items, to: this.#target });
    },
    copyTo: (items) => {
      this.ask({ kind: 'copy', items, to: this.#target });
    },
    cut: (items) => {
      this.#hold(items, true);
    },
    copy: (items) => {
      this.#hold(items, false);
    },
    paste: () => this.#paste(),
    lock: ([item]) => item && this.#attempt(async () => this.onDone({ after: await this.given.backend.lock(refOf(item)) })),
    unlock: ([item]) => item && this.#attempt(async () => this.onDone({ after: await this.given.backend.unlock(refOf(item)) })),
    remove: (items) => {
      if (emit(this, 'ferry-before-remove', { items: [...items] })) this.ask({ kind: 'remove', items });
    },
    details: () => {
      this.choose({ details: !this.choices.details });
    },
    upload: () => {
      this.chooseFiles();
    },
    newFolder: () => {
      this.ask({ kind: 'folder', busy: false, problem: undefined });
    },
    selectAll: () => this.#selectAll(),
    refresh: () => this.source?.refresh(),
  };

  get #target(): Ref & { name: string } {
    return { ...this.here, name: this.source?.folder?.name ?? '' };
  }

  /** Opens an item as a person would: folders are gone into, files are looked at, or in a picker, chosen. */
  protected openItem(item: Item): void {
    if (this.barred?.has(item.id) || !this.mayOpen(item)) return;
    if (item.kind === 'folder') {
      if (item.can.includes('list')) this.go(item);
      else this.say(this.language.say('notAllowed'));
    } else if (this.picker) this.answer([item]);
    else this.preview.show(item, this.given.backend);
  }

  /** Asks in a dialog; with nothing closes it. */
  protected ask(asked: Asked | undefined): void {
    this.asked = asked;
    this.requestUpdate();
  }

  /** Does something that has no place of its own for what may go wrong. */
  async #attempt(deed: () => Promise<unknown>): Promise<void> {
    this.notice = undefined;
    try {
      await deed();
    } catch (thrown) {
      this.notice = failureOf(toBackendError(thrown).code, this.language);
      this.say(this.notice);
    }
  }

  #send(items: readonly Item[]): void {
    const delivery = { items: items.map(refOf), recipients: [], operation: newOperation() };
    if (!emit(this, 'ferry-before-send', { delivery })) return;
    const sender = this.sender;
    if (!sender) return;
    sender.items = items;
    sender.show();
  }

  #hold(items: readonly Item[], cut: boolean): void {
    this.deeds.clipboard = { items, cut, from: this.here };
    this.say(this.language.say(cut ? 'wasCut' : 'wasCopied', { n: items.length }));
  }

  async #paste(): Promise<void> {
    const { clipboard } = this.deeds;
    if (!clipboard) return;
    if (clipboard.cut) this.deeds.clipboard = undefined;
    await this.deeds.transfer(clipboard.cut ? 'move' : 'copy', clipboard.items, this.here, clipboard.from);
  }

  /** Selects everything, also what must be loaded for it. */
  async #selectAll(): Promise<void> {
    const { source } = this;
    if (!source) return;
    this.#selected = 0;
    this.chosen.only([]);
    this.selecting = true;
    this.takeAll();
    await source.everything();
    this.takeAll();
    this.selecting = false;
    this.requestUpdate();
  }

  /** Selects what has been loaded meanwhile. */
  protected takeAll(): void {
    if (!this.selecting || !this.source) return;
    const { rows } = this.source;
    const more = rows.slice(this.#selected).filter((item) => this.isPickable(item) && !this.barred?.has(item.id));
    this.#selected = rows.length;
    if (more.length) this.chosen.add(more);
  }

  /** Selects nothing, and loads no more for it. */
  protected deselect(): void {
    this.selecting = false;
    this.source?.enough();
    this.chosen.clear();
  }

  /** Takes the name that was given in the list. */
  protected async rename(name: string | undefined, left: boolean): Promise<void> {
    const { renaming } = this;
    const item = this.source?.rows.find(({ id }) => id === renaming?.id);
    if (!renaming || renaming.busy) return;
    if (!item || !name || name === item.name || (left && renaming.problem)) {
      this.renaming = undefined;
      if (!left) this.focusItem(renaming.id);
      this.requestUpdate();
      return;
    }
    this.renaming = { ...renaming, busy: true, problem: undefined };
    this.requestUpdate();
    try {
      const { id } = await this.deeds.rename(item, name);
      this.renaming = undefined;
      this.say(this.language.say('wasRenamed', { name: plainName(item.name) }));
      if (!left) this.focusItem(id);
    } catch (thrown) {
      const { code } = toBackendError(thrown);
      this.renaming = code === 'not-found' ? undefined : { ...renaming, problem: code };
      if (code === 'not-found') this.#vanished(item, left);
    }
    this.requestUpdate();
  }

  /** Takes out what is not there any more, and says so. */
  #vanished(item: Item, left: boolean): void {
    if (!left) this.focusBeyond([item]);
    this.source?.drop([item.id]);
    this.chosen.drop([item.id]);
    this.say(`${plainName(item.name)}: ${failureOf('not-found', this.language)}`);
  }

  /** Makes a folder of the name that was given in the dialog. */
  protected async makeFolder(name: string): Promise<void> {
    this.ask({ kind: 'folder', busy: true, problem: undefined });
    try {
      const made = await this.deeds.createFolder(this.here, name);
      this.ask(undefined);
      this.say(this.language.say('wasCreated', { name: plainName(made.name) }));
      this.chosen.only(this.isPickable(made) ? [made] : []);
      this.focusItem(made.id);
    } catch (thrown) {
      this.ask({ kind: 'folder', busy: false, problem: toBackendError(thrown).code });
    }
  }

  protected onDeedEnd(deed: Deed): void {
    for (const { item, code } of deed.failed) this.failures.set(item.id, code);
    const gone = deed.failed.filter(({ code }) => code === 'not-found').map(({ item }) => item.id);
    this.source?.drop(gone);
    this.chosen.drop(gone);
    this.say(resultOf(deed, this.language));
  }
}
