import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Item, ItemPatch, Ref } from '../backend/item.js';
import { base } from './base.styles.js';
import { bar } from './browser.bar.js';
import { details } from './browser.details.js';
import { dialog } from './browser.dialogs.js';
import { foot } from './browser.foot.js';
import { head } from './browser.layout.js';
import type { Order } from './browser.order.js';
import type { Source } from './browser.source.js';
import { emptiness } from './browser.state.js';
import { status } from './browser.status.js';
import { SteeredElement } from './browser.steering.js';
import { styles } from './browser.styles.js';
import { top } from './browser.top.js';
import { viewEntries } from './browser.view.js';
import { chosen } from './drop.js';
import { emit } from './events.js';
import { valueOfItems } from './field.js';
import './progress.js';

/** Milliseconds after the last letter until a backend is asked to search. */
const PAUSE = 250;

/**
 * Shows the files that are there, and does with them what this backend and this person may: a list or a grid of any length, loaded page
 * by page. With `picker` it is a field that chooses among them.
 *
 * @slot toolbar - More at the end of the bar of actions.
 * @slot empty - What is seen in an empty folder.
 * @slot preview - What is seen of a file that was opened; the page hears of it by `ferry-before-open`.
 * @csspart button - Every button.
 * @csspart path - Where one is.
 * @csspart search - The field to search in.
 * @csspart bar - The bar of actions.
 * @csspart list - The items.
 * @csspart name - The name of an item.
 * @csspart rename - The field for a new name.
 * @csspart details - What is known of the selection.
 * @csspart deed - Something that is being done.
 * @csspart outcome - What has ended otherwise than well.
 * @csspart question - The question what to do about a name that is taken.
 * @csspart undo - What can be undone.
 * @csspart notice - What went wrong with the folder.
 * @csspart total - The state of the files that are being uploaded.
 * @csspart rejected - Files that were not taken.
 * @csspart foot - How many items there are; of a picker, its answer.
 * @csspart menu - A menu.
 * @csspart dialog - A dialog.
 * @csspart preview - A file that was opened.
 * @csspart progress - The bar of something that is being done.
 * @cssproperty --ferry-accent - Colour of what is active.
 * @cssproperty --ferry-ink - Colour of text.
 * @cssproperty --ferry-ink-soft - Colour of text that matters less.
 * @cssproperty --ferry-surface - Background.
 * @cssproperty --ferry-surface-raised - Background of what stands out of it.
 * @cssproperty --ferry-line - Colour of lines.
 * @cssproperty --ferry-danger - Colour of what went wrong.
 * @cssproperty --ferry-success - Colour of what is done.
 * @cssproperty --ferry-radius - Radius of corners; smaller ones follow.
 * @cssproperty --ferry-space - A quarter of the usual distance.
 * @cssproperty --ferry-font - Font, when it is not the one of the page.
 * @cssproperty --ferry-focus - Colour of the ring around what has the focus.
 * @cssstate loading - A folder is being listed.
 * @cssstate dragging - Files hang over the element.
 * @fires {CustomEvent} ferry-selected - The selection has changed; of a picker: it was answered.
 * @fires {CustomEvent} ferry-before-open - Asks whether an item may be opened; can be prevented.
 * @fires {CustomEvent} ferry-opened - Another folder is shown.
 * @fires {CustomEvent} ferry-before-remove - Asks whether items may be deleted, before the person is asked; can be prevented.
 * @fires {CustomEvent} ferry-before-send - Hands items over to be sent. Not prevented, a `<ferry-send>` on the page with the same backend takes them; without one nothing is offered to be sent.
 * @fires {CustomEvent} ferry-before-add - Asks whether files may be added; can be prevented.
 * @fires {CustomEvent} ferry-rejected - Files were not taken.
 */
export class FerryBrowser extends SteeredElement {
  static readonly formAssociated = true;
  static override styles = [base, styles];
  static override properties: PropertyDeclarations = { onTarget: { attribute: false } };

  /**
   * Inside of the dialog to move and copy: hears which folder is chosen.
   * @internal
   */
  declare onTarget: ((folder: Ref & { name: string }) => void) | undefined;

  readonly #internals = this.attachInternals();
  /** The page has heard of its folder. */
  #heard: Source | undefined;
  /** The page has heard what is selected. */
  #told = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Dialogs that were opened, and are not known to be closed. */
  readonly #open = new WeakSet<HTMLDialogElement>();

  constructor() {
    super();
    this.#internals.role = 'group';
  }

  /** What a form sends: the picked items as JSON, for `verifyItems` on the server. */
  get value(): string {
    return this.picker ? valueOfItems(this.chosen.items) : '';
  }

  /** Gives the focus to the item that the keyboard is at, as soon as there is one. */
  override focus(): void {
    this.focusItem();
  }

  formResetCallback(): void {
    this.deselect();
  }

  formDisabledCallback(disabled: boolean): void {
    this.inert = disabled;
  }

  protected override onSelection(): void {
    this.#told = false;
    if (this.chosen.size !== 1) this.say(this.language.say('selected', { n: this.chosen.size }));
  }

  protected override chooseFiles(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  protected override answer(items: readonly Item[]): void {
    if (!items.length || !items.every((item) => this.isPickable(item))) return;
    this.chosen.only(items);
    emit(this, 'ferry-selected', { items: [...items] });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.takeAll();
    const [item, another] = this.chosen.items;
    if (this.showsDetails && this.source) this.knowledge.look(another ? undefined : item, this.given.backend, this.capabilities);
    this.zone.disabled = !this.takesFiles(this.here) || !!this.asked || !!this.preview.item;
  }

  protected override updated(): void {
    this.menu.updated(this.renderRoot);
    // After the list has the focus, so that it has it again when they are closed.
    for (const [element, open] of this.#dialogsNow()) {
      // Closed by Escape a moment ago: the event that tells is on its way.
      if (!open || element.open || this.#open.has(element)) continue;
      element.showModal();
      this.#open.add(element);
      // None of the buttons around a file comes before the file.
      if (element.matches('.look')) element.focus();
      // Firefox leads the tab key past an element with a shadow root that comes first in a dialog, as long as nothing in it has the focus.
      element.querySelector<FerryBrowser>('ferry-browser')?.focus();
    }
    const internals = this.#internals;
    internals.ariaLabel = internals.labels.length ? null : this.language.say('browser');
    if (internals.form) internals.setFormValue(this.value || null);
    try {
      internals.states.clear();
      if (this.source?.loading) internals.states.add('loading');
      if (this.zone.over) internals.states.add('dragging');
    } catch {
      // Engines of before 2024 have no states, or take other names.
    }
    if (this.onTarget) this.onTarget(this.#target);
    else this.#tell();
  }

  /** Tells the page which folder is shown, and what is selected. */
  #tell(): void {
    const { source } = this;
    if (source?.folder && source !== this.#heard) {
      this.#heard = source;
      emit(this, 'ferry-opened', { folder: source.folder });
    }
    if (this.#told) return;
    this.#told = true;
    if (!this.picker) emit(this, 'ferry-selected', { items: this.chosen.items });
  }

  protected override mayOpen(item: Item): boolean {
    return !!this.onTarget || emit(this, 'ferry-before-open', { item });
  }

  /** Of a picker of folders: the one that is selected, else the one that is shown. */
  get #target(): Ref & { name: string } {
    const [folder = this.source?.folder] = this.chosen.items;
    return { ...(folder ?? this.here), name: folder?.name ?? '' };
  }

  /** The dialogs, and whether they are to be open. */
  #dialogsNow(): [HTMLDialogElement, boolean][] {
    const find = (which: string): HTMLDialogElement | [] => this.renderRoot.querySelector<HTMLDialogElement>(which) ?? [];
    return [
      [find('.ask'), !!this.asked],
      [find('.look'), !!this.preview.item],
    ].filter((one): one is [HTMLDialogElement, boolean] => one[0] instanceof HTMLDialogElement);
  }

  protected override closeDialogs(): void {
    for (const [element, open] of this.#dialogsNow()) {
      if (open) continue;
      this.#open.delete(element);
      if (element.open) element.close();
    }
  }

  protected override render(): TemplateResult {
    const { language, icons, source, layout } = this;
    return html`<div class="box browser ${layout.room} ${this.zone.over && !this.drag.over ? 'over' : ''}">
        ${this.#top()} ${source ? this.#bar() : nothing}
        <div class="middle">${this.#list()} ${this.showsDetails ? this.#details() : nothing}</div>
        ${this.#status()} ${this.dropped.template(language, icons)}
        ${
          source
            ? foot({
                language,
                source,
                picker: this.onTarget ? undefined : this.picker,
                picked: this.chosen.items,
                onAnswer: () => this.#answerPicker(),
              })
            : nothing
        }
      </div>
      <input type="file" hidden multiple @change=${this.#onChoose} />
      ${this.#dialogs()} ${this.menu.template(icons)}
      <p role="status" class="said">${this.announcer.said}</p>`;
  }

  #top(): TemplateResult {
    const { language, icons, width, source, way, trail } = this;
    return top({
      language,
      icons,
      width,
      way,
      canGoBack: trail.canGoBack,
      canGoForward: trail.canGoForward,
      search: source?.search ?? '',
      view: this.shownAs,
      droppingOn: this.droppingOn,
      onBack: () => this.goBack(),
      onForward: () => this.goForward(),
      onGo: (folder) => this.go(folder),
      onSearch: (text) => this.search(text),
      onView: (view) => this.choose({ view }),
      onMenu: (label, entries, button) => this.menu.open(label, entries, button),
      onViewMenu: (button) => this.#openViewMenu(button),
    });
  }

  #bar(): TemplateResult {
    const { language, icons, width, chosen: selection, selecting } = this;
    return bar({
      language,
      icons,
      width,
      selecting,
      // A picker's selection is its answer: there is nothing to be done with it.
      offers: this.offers(this.picker ? [] : undefined),
      selected: this.picker ? 0 : selection.size,
      bytes: selection.bytes,
      onRun: (id) => this.run(id),
      onDeselect: () => this.deselect(),
      onMore: (button) => this.menu.open(language.say('moreActions'), this.entries(), button),
    });
  }

  #list(): TemplateResult {
    const { language, icons, source, picker, shown, menus } = this;
    const { count, head: headHeight, cells, template, lineHeight, perLine } = this.layout;
    const { onDown, onMove, onUp, onClick, onDoubleClick, onContextMenu } = this.pointing;
    const lines = Math.ceil(count / perLine) + (headHeight ? 1 : 0);
    const content = count
      ? html`${
            headHeight
              ? head({
                  language,
                  icons,
                  columns: shown,
                  menus,
                  order: this.order,
                  ordered: source?.ordered ?? false,
                  onSort: (order) => void this.#sort(order),
                })
              : nothing
          }
          <div role="rowgroup" class="rows"></div>`
      : this.#emptiness();
    return html`<div
      part="list"
      class="list ${this.shownAs} ${this.density} ${this.chosen.size ? 'choosing' : ''}"
      role=${count ? 'grid' : 'group'}
      tabindex=${count ? '-1' : '0'}
      aria-label=${language.say('browser')}
      aria-busy=${source?.loading ?? false}
      aria-multiselectable=${count ? String(!picker || this.multiple) : nothing}
      aria-rowcount=${count ? (source?.counted ? lines : -1) : nothing}
      aria-colcount=${count ? (perLine > 1 ? perLine : cells) : nothing}
      .style=${`--columns:${template};--line:${String(lineHeight)}px`}
      @keydown=${this.onKey}
      @focusin=${this.onFocus}
      @pointerdown=${onDown}
      @pointermove=${onMove}
      @pointerup=${onUp}
      @pointercancel=${onUp}
      @click=${onClick}
      @dblclick=${onDoubleClick}
      @contextmenu=${onContextMenu}
    >
      ${content}
    </div>`;
  }

  #emptiness(): TemplateResult {
    const { language, icons, source, picker } = this;
    return emptiness({
      language,
      icons,
      missing: !(this.backend ?? this.around.backend),
      loading: !source?.folder,
      problem: this.problem,
      search: source?.search ?? '',
      foldersOnly: picker === 'folders',
      takesFiles: this.takesFiles(this.here),
      canGoBack: this.trail.canGoBack,
      onRetry: () => {
        if (source) void source.retry();
        else this.askAgain();
      },
      onBack: () => this.goBack(),
    });
  }

  #details(): TemplateResult {
    const { language, icons, chosen: selection, capabilities, readonly, knowledge } = this;
    return details({
      language,
      icons,
      selected: selection.items,
      bytes: selection.bytes,
      capabilities,
      readonly,
      knowledge,
      onSave: (patch) => void this.#save(patch),
      onClose: () => this.choose({ details: false }),
    });
  }

  #status(): TemplateResult[] {
    const { language, icons, deeds, notice } = this;
    const { undo } = deeds;
    return status({
      language,
      icons,
      notice,
      deeds: deeds.current,
      undo: undo.what,
      onStop: (deed) => deed.stop(),
      onAnswer: (deed, choice, forAll) => deed.answer(choice, forAll),
      onRetry: (deed) => void deeds.retry(deed),
      onDismiss: (deed) => {
        for (const { item } of deed.failed) this.failures.delete(item.id);
        deeds.dismiss(deed);
      },
      onUndo: () => undo.run(),
      onHold: () => undo.hold(),
      onRelease: () => undo.release(),
      onUnderstood: () => {
        this.notice = undefined;
        this.requestUpdate();
      },
    });
  }

  #dialogs(): TemplateResult {
    const { language, icons, asked, preview } = this;
    const { item } = preview;
    const close = (): void => this.ask(undefined);
    const question =
      asked &&
      dialog(asked, {
        language,
        backend: this.given.backend,
        here: this.here,
        onCancel: close,
        onRemove: (items) => {
          close();
          this.focusBeyond(items);
          void this.deeds.remove(items);
        },
        onFolder: (name) => void this.makeFolder(name),
        onTransfer: (kind, items, to) => {
          close();
          if (kind === 'move') this.focusBeyond(items);
          void this.deeds.transfer(kind, items, to, this.here);
        },
        onTarget: (to) => {
          if (this.asked && 'to' in this.asked && this.asked.to.id !== to.id) this.ask({ ...this.asked, to });
        },
      });
    const look =
      item &&
      preview.template(item, {
        language,
        icons,
        canGo: { previous: !!this.#besides(-1), next: !!this.#besides(1) },
        canDownload: this.canRun('download', [item]),
        onGo: (step) => this.#look(this.#besides(step === 'next' ? 1 : -1)),
        onDownload: (one) => this.run('download', [one]),
        onClose: () => this.#look(undefined),
      });
    // An event of the one before may come late.
    const closed =
      (act: () => void) =>
      ({ target }: Event): void => {
        if (!(target as HTMLDialogElement).open) act();
      };
    return html`<dialog part="dialog" class="ask" aria-labelledby="asked" @close=${closed(close)}>${question ?? nothing}</dialog>
      <dialog
        part="dialog"
        class="look"
        aria-labelledby="looked"
        tabindex="-1"
        @close=${closed(() => this.#look(undefined))}
        @keydown=${this.#onLookKey}
      >
        ${look ?? nothing}
      </dialog>`;
  }

  #openViewMenu(button: Element): void {
    const entries = viewEntries({
      language: this.language,
      view: this.shownAs,
      density: this.density,
      details: this.showsDetails,
      picker: !!this.picker,
      possible: this.possible,
      shown: this.shown,
      order: this.order,
      onChoose: (choice) => this.choose(choice),
      onSort: (order) => void this.#sort(order),
    });
    this.menu.open(this.language.say('view'), entries, button);
  }

  async #sort(order: Order): Promise<void> {
    const { source, language } = this;
    if (!source) return;
    this.choose({ order });
    this.grid.reset();
    const sorting = source.sort(order);
    if (!source.ordered) this.say(language.say('sorting'));
    await sorting;
    const column = this.possible.find(({ id }) => id === order.by);
    if (column) this.say(language.say('sorted', { column: column.label(language), direction: language.say(order.direction) }));
  }

  protected override search(text: string): void {
    clearTimeout(this.#timer);
    const find = async (): Promise<void> => {
      const { source } = this;
      if (!source) return;
      this.grid.reset();
      await source.find(text.trim());
      if (source !== this.source || !source.search) return;
      this.say(source.count ? this.language.say('items', { n: source.count }) : this.language.say('nothingFound'));
    };
    // What is loaded already is found at once.
    this.#timer = setTimeout(() => void find(), this.source?.searches === 'loaded' || !text ? 0 : PAUSE);
  }

  async #save(patch: ItemPatch): Promise<void> {
    const after = await this.knowledge.save(patch, this.given.backend);
    if (!after) return;
    this.onDone({ before: after, after });
    this.say(this.language.say('saved'));
  }

  #answerPicker(): void {
    const { folder } = this.source ?? {};
    this.answer(this.picker === 'folders' && !this.chosen.size && folder ? [folder] : this.chosen.items);
  }

  #look(item: Item | undefined): void {
    const before = this.preview.item;
    if (item === before) return;
    // The focus goes back to what was opened, which another file may have followed.
    if (!item) this.focusItem(before?.id);
    if (this.source) this.preview.show(item, this.given.backend);
    const index = this.source?.rows.findIndex(({ id }) => id === item?.id) ?? -1;
    if (index >= 0) this.grid.activate(index);
    if (item) this.chosen.only([item]);
  }

  /** The file before (-1) or after (1) the one that is looked at. */
  #besides(step: 1 | -1): Item | undefined {
    const rows = this.source?.rows ?? [];
    const here = rows.findIndex(({ id }) => id === this.preview.item?.id);
    const next = here < 0 ? undefined : rows[here + step];
    return next?.kind === 'file' ? next : undefined;
  }

  readonly #onLookKey = (event: KeyboardEvent): void => {
    const { key, target } = event;
    // Players, texts and what the page puts there have keys of their own.
    if (!/^Arrow(Left|Right)$/.test(key) || !(target as Element).matches('dialog, button')) return;
    const next = this.#besides((key === 'ArrowRight') === (getComputedStyle(this).direction === 'ltr') ? 1 : -1);
    if (next) this.#look(next);
  };

  readonly #onChoose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (this.source) void this.dropped.add(chosen(input.files ?? []), [], this.given.backend, this.here);
    // The same file may be chosen again.
    input.value = '';
  };
}

if (!customElements.get('ferry-browser')) customElements.define('ferry-browser', FerryBrowser);

declare global {
  interface HTMLElementTagNameMap {
    'ferry-browser': FerryBrowser;
  }
}
