import type { Item, Ref } from '../backend/item.js';
import { entriesOf } from './browser.bar.js';
import { Drag } from './browser.drag.js';
import { commandOf, type Command } from './browser.keys.js';
import { Menu, type MenuPlace } from './browser.menu.js';
import { Pointing } from './browser.pointing.js';
import { RowsElement } from './browser.rows.js';
import { TypeAhead } from './browser.type-ahead.js';
import { reasonOf, sayOf } from './browser.words.js';
import { DropZone } from './drop-zone.js';
import { plainName } from './name.js';

/** An element that is steered by keys, a pointer or fingers: what they select, open, drag, drop and ask for. */
export abstract class SteeredElement extends RowsElement {
  protected readonly menu = new Menu(this.redraw);
  protected readonly pointing = new Pointing({
    indexAt: (path) => this.indexAt(path),
    isSelecting: () => this.chosen.size > 0,
    onSelect: (index, how) => {
      this.#select(index, how);
      this.grid.focus(index, 0);
    },
    onOpen: (index) => this.#open(index),
    onMenu: (index, place) => this.#openMenu(index, place),
    onNothing: () => this.deselect(),
  });
  protected readonly drag = new Drag(this, {
    itemAt: (path) => this.source?.rows[this.indexAt(path)],
    stepAt: (path) => {
      const step = path.find((one): one is HTMLElement => one instanceof HTMLElement && one.dataset['step'] !== undefined);
      return step && this.way[Number(step.dataset['step'])];
    },
    taken: (item) => (this.picker ? [] : this.chosen.has(item.id) ? this.chosen.items : [item]),
    can: (kind, items) => this.canRun(kind === 'move' ? 'move' : 'copyTo', items),
    takesFiles: (folder) => this.takesFiles(folder),
    here: () => this.here,
    label: (items) => sayOf('draggedOne', 'dragged', items, this.language),
    onDrop: (kind, items, to) => void this.deeds.transfer(kind, items, to, this.here),
    onChange: this.redraw,
  });
  protected readonly zone = new DropZone(this, (files, unreadable, event) => {
    void this.dropped.add(files, unreadable, this.given.backend, this.drag.targetOf(event));
  });
  readonly #find = new TypeAhead();

  /**
   * What is dropped is taken without its folders.
   * @internal
   */
  get noFolders(): boolean {
    return !(this.capabilities?.upload && this.capabilities.upload.folders);
  }

  protected override get droppingOn(): string | undefined {
    return this.drag.over?.id;
  }

  /** Shows what has this text in its name. */
  protected abstract search(text: string): void;

  /** Whether files can be dropped on a folder. */
  protected takesFiles({ id }: Ref): boolean {
    const folder = id === this.here.id ? this.source?.folder : this.source?.rows.find((item) => item.id === id);
    return !this.readonly && !this.picker && !!this.capabilities?.upload && (folder?.can.includes('upload') ?? true);
  }

  #canSelect(item: Item): boolean {
    return this.isPickable(item) && !this.barred?.has(item.id);
  }

  #select(index: number, how: 'only' | 'toggle' | 'extend' | 'extend-besides'): void {
    const rows = this.source?.rows ?? [];
    const item = rows[index];
    const several = !this.picker || this.multiple;
    if (!item) return;
    if (several && (how === 'extend' || how === 'extend-besides')) {
      this.chosen.extend(rows, index, how === 'extend-besides', this.grid.active);
      this.chosen.drop(this.chosen.items.filter((one) => !this.#canSelect(one)).map(({ id }) => id));
    } else if (!this.#canSelect(item)) {
      if (how === 'only') this.chosen.clear();
    } else if (how === 'toggle' && several) this.chosen.toggle(item);
    else if (how === 'toggle' && this.chosen.has(item.id)) this.chosen.clear();
    else this.chosen.only([item]);
  }

  #open(index: number): void {
    const item = this.source?.rows[index];
    if (!item) return;
    this.focusItem();
    this.openItem(item);
  }

  /** What is offered, as lines of a menu. */
  protected entries(items?: readonly Item[]): ReturnType<typeof entriesOf> {
    return entriesOf(this.offers(items), this.language, (id) => this.run(id, items));
  }

  /** Opens the menu of an item, or of the selection that it belongs to; without an item, of the folder. */
  #openMenu(index: number, place: MenuPlace): void {
    const item = this.source?.rows[index];
    if (item && !this.chosen.has(item.id)) this.#select(index, 'only');
    if (item) this.grid.focus(index, this.grid.cell);
    const items = item ? (this.chosen.has(item.id) ? this.chosen.items : [item]) : [];
    const label = item ? this.language.say('actionsFor', { name: plainName(item.name) }) : this.language.say('toolbar');
    this.menu.open(label, this.entries(items), place);
  }

  protected readonly onFocus = (event: FocusEvent): void => {
    const path = event.composedPath();
    const index = this.indexAt(path);
    if (index < 0) return;
    const cell = path.find((one): one is HTMLElement => one instanceof HTMLElement && one.role === 'gridcell');
    const at = this.shownAs === 'list' ? Number(cell?.ariaColIndex ?? 1) - 1 : 0;
    if (index === this.grid.active && at === this.grid.cell) return;
    this.grid.activate(index, at);
    this.requestUpdate();
  };

  protected readonly onKey = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || target.matches('input, .head button, .state button')) return;
    // A button does what it is for.
    if (target.matches('button') && (event.key === 'Enter' || event.key === ' ')) return;
    const command = commandOf(event, getComputedStyle(this).direction === 'rtl');
    if (command && this.#obey(command, event.timeStamp)) event.preventDefault();
  };

  /** Does what a key asks for; `false`: it is left to the browser. */
  #obey(command: Command, now: number): boolean {
    const { grid } = this;
    switch (command.type) {
      case 'move':
        return this.#move(command);
      case 'toggle':
        if (this.#find.isTyping(now)) return this.#type(' ', now);
        this.#select(grid.active, 'toggle');
        return true;
      case 'letter':
        return this.#type(command.letter, now);
      case 'action':
        return this.#act(command.id);
      case 'menu': {
        const cell = grid.cellOf(grid.active);
        this.#openMenu(cell ? grid.active : -1, cell ?? this);
        return true;
      }
      case 'up':
      case 'back':
      case 'forward':
        this.focusItem();
        if (command.type === 'up') this.goUp();
        else if (command.type === 'back') this.goBack();
        else this.goForward();
        return true;
      case 'undo':
        this.deeds.undo.run();
        return true;
      case 'escape':
        return this.#escape();
    }
  }

  #move({ step, selecting }: Extract<Command, { type: 'move' }>): boolean {
    const { grid } = this;
    const [index, cell] = grid.towards(step);
    if (selecting === 'extend' || (selecting === 'only' && index !== grid.active)) this.#select(index, selecting);
    return grid.focus(index, cell);
  }

  #escape(): boolean {
    const { deeds, source } = this;
    if (this.chosen.size || this.selecting) this.deselect();
    else if (deeds.clipboard) deeds.clipboard = undefined;
    else if (source?.search) this.search('');
    else return false;
    this.requestUpdate();
    return true;
  }

  #type(letter: string, now: number): boolean {
    const found = this.#find.type(letter, this.source?.rows ?? [], this.grid.active, now);
    if (found < 0) return true;
    this.#select(found, 'only');
    return this.grid.focus(found, 0);
  }

  /** Does an action by its key: with what is selected, or while nothing is, with the item that the keyboard is at. */
  #act(id: Extract<Command, { type: 'action' }>['id']): boolean {
    const item = this.source?.rows[this.grid.active];
    if (id === 'open') {
      this.#open(this.grid.active);
      return true;
    }
    // Files that were copied elsewhere come by an event of their own.
    if (id === 'paste' && !this.deeds.clipboard) return false;
    const here = item ? [item] : [];
    const about = id === 'paste' || id === 'selectAll' ? [] : id === 'rename' || !this.chosen.size ? here : this.chosen.items;
    const offer = this.offers(about).find((one) => one.id === id);
    if (offer?.reason) this.say(reasonOf(offer.reason, this.language));
    this.run(id, about);
    this.requestUpdate();
    return true;
  }
}
