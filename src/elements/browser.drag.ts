import type { Item, Ref } from '../backend/item.js';

/** The kind of data that tells our own drags from others. */
const TYPE = 'application/x-ferrykit-items';

/** What {@link Drag} asks of the element, and tells it. */
export interface DragOptions {
  /** The item that is drawn at a place of the page. */
  itemAt: (over: EventTarget[]) => Item | undefined;
  /** The folder of the way that is drawn at a place of the page. */
  stepAt: (over: EventTarget[]) => Ref | undefined;
  /** What goes along when this item is dragged; nothing: it cannot be. */
  taken: (item: Item) => readonly Item[];
  /** Whether they can be moved or copied. */
  can: (kind: 'move' | 'copy', items: readonly Item[]) => boolean;
  /** Whether files can be dropped on this folder. */
  takesFiles: (folder: Ref) => boolean;
  here: () => Ref;
  label: (items: readonly Item[]) => string;
  onDrop: (kind: 'move' | 'copy', items: readonly Item[], to: Ref) => void;
  onChange: () => void;
}

/** Drags items onto folders, and shows which folder is under what is dragged. The keyboard has cut, copy and paste for it. */
export class Drag {
  /** The folder under what is dragged. */
  over: Ref | undefined;
  /** What is dragged. */
  items: readonly Item[] = [];
  readonly #options: DragOptions;
  /** Where files go that were dropped: while they are read, other items may be drawn there. */
  readonly #targets = new WeakMap<Event, Ref>();

  constructor(host: HTMLElement, options: DragOptions) {
    this.#options = options;
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragstart: this.#onStart,
      dragover: this.#onOver,
      dragleave: this.#onLeave,
      drop: this.#onDrop,
      dragend: this.#onEnd,
    };
    for (const [type, listener] of Object.entries(listeners)) host.addEventListener(type, listener as EventListener);
  }

  /** The folder that what came with this event goes into. */
  targetOf(event: Event): Ref {
    return this.#targets.get(event) ?? this.#options.here();
  }

  /** The folder under the pointer, else the one that is shown. */
  #targetAt(over: EventTarget[]): Ref {
    const item = this.#options.itemAt(over);
    return (item?.kind === 'folder' ? item : this.#options.stepAt(over)) ?? this.#options.here();
  }

  readonly #onStart = (event: DragEvent): void => {
    const item = this.#options.itemAt(event.composedPath());
    const { dataTransfer } = event;
    if (!item || !dataTransfer) return;
    this.items = this.#options.taken(item);
    if (!this.items.length) {
      event.preventDefault();
      return;
    }
    dataTransfer.effectAllowed = 'copyMove';
    dataTransfer.setData(TYPE, '');
    dataTransfer.setDragImage(ghost(event.composedPath()[0] as Node, this.#options.label(this.items)), -12, -12);
  };

  readonly #onOver = (event: DragEvent): void => {
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    const path = event.composedPath();
    const target = this.#targetAt(path);
    if (dataTransfer.types.includes('Files')) {
      if (!this.#options.takesFiles(target)) dataTransfer.dropEffect = 'none';
      this.#show(target.id === this.#options.here().id ? undefined : target);
      return;
    }
    const kind = this.#kindOf(event, target);
    if (kind) event.preventDefault();
    if (kind) dataTransfer.dropEffect = kind;
    this.#show(kind && target);
  };

  /** What letting go would do: nothing where they come from, or where they cannot go. */
  #kindOf({ ctrlKey, altKey }: DragEvent, target: Ref): 'move' | 'copy' | undefined {
    const { items } = this;
    const kind = ctrlKey || altKey ? 'copy' : 'move';
    if (!items.length || items.some(({ id }) => id === target.id) || !this.#options.can(kind, items)) return undefined;
    return kind === 'move' && items.every(({ parent }) => (parent ?? this.#options.here()).id === target.id) ? undefined : kind;
  }

  #show(over: Ref | undefined): void {
    if (over?.id === this.over?.id) return;
    this.over = over;
    this.#options.onChange();
  }

  readonly #onLeave = ({ relatedTarget, currentTarget }: DragEvent): void => {
    if (!(currentTarget as Element).contains(relatedTarget as Node | null)) this.#show(undefined);
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#show(undefined);
    const target = this.#targetAt(event.composedPath());
    this.#targets.set(event, target);
    if (event.dataTransfer?.types.includes('Files')) return;
    const kind = this.#kindOf(event, target);
    const { items } = this;
    this.items = [];
    if (!kind) return;
    event.preventDefault();
    this.#options.onDrop(kind, items, target);
  };

  readonly #onEnd = (): void => {
    this.items = [];
    this.#show(undefined);
  };
}

/** What hangs at the pointer. It is in the page just long enough for its picture to be taken. */
function ghost(near: Node, text: string): Element {
  const element = document.createElement('div');
  element.className = 'ghost';
  element.textContent = text;
  near.getRootNode().appendChild(element);
  setTimeout(() => {
    element.remove();
  });
  return element;
}
