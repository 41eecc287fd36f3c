/** Milliseconds after which a finger that rests has pressed long. */
const LONG = 500;
/** Pixels that it may move meanwhile. */
const STILL = 10;

/** What a pointer asks for. */
export interface PointingOptions {
  /** The item that is drawn under the pointer, by its index; -1: none. */
  indexAt: (path: EventTarget[]) => number;
  /** A finger selects while something is selected, and opens while nothing is. */
  isSelecting: () => boolean;
  onSelect: (index: number, how: 'only' | 'toggle' | 'extend' | 'extend-besides') => void;
  onOpen: (index: number) => void;
  /** A menu is asked for: at an item's button, or where the pointer is. */
  onMenu: (index: number, place: Element | { x: number; y: number }) => void;
  /** Nothing was hit. */
  onNothing: () => void;
}

const isElement = (target: EventTarget): target is Element => target instanceof Element;

/** Clicks, double clicks, the right button, and fingers that tap or press long. */
export class Pointing {
  readonly #options: PointingOptions;
  #finger = false;
  #pressed = false;
  #start = { x: 0, y: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PointingOptions) {
    this.#options = options;
  }

  readonly onDown = (event: PointerEvent): void => {
    this.#finger = event.pointerType === 'touch';
    this.#pressed = false;
    clearTimeout(this.#timer);
    const index = this.#options.indexAt(event.composedPath());
    if (!this.#finger || index < 0) return;
    this.#start = { x: event.clientX, y: event.clientY };
    this.#timer = setTimeout(() => this.#press(index), LONG);
  };

  readonly onMove = (event: PointerEvent): void => {
    const { x, y } = this.#start;
    if (Math.hypot(event.clientX - x, event.clientY - y) > STILL) clearTimeout(this.#timer);
  };

  readonly onUp = (): void => {
    clearTimeout(this.#timer);
  };

  #press(index: number): void {
    if (this.#pressed) return;
    this.#pressed = true;
    clearTimeout(this.#timer);
    this.#options.onSelect(index, 'toggle');
  }

  readonly onClick = (event: MouseEvent): void => {
    const path = event.composedPath();
    const [hit] = path.filter(isElement);
    const index = this.#options.indexAt(path);
    if (hit?.closest('input, a')) return;
    if (index < 0) {
      if (!hit?.closest('button')) this.#options.onNothing();
      return;
    }
    const menu = hit?.closest('.menu');
    if (menu) this.#options.onMenu(index, menu);
    else if (hit?.closest('.check')) this.#options.onSelect(index, event.shiftKey ? 'extend' : 'toggle');
    else if (this.#finger) this.#tap(index);
    else if (event.shiftKey) this.#options.onSelect(index, event.ctrlKey || event.metaKey ? 'extend-besides' : 'extend');
    else this.#options.onSelect(index, event.ctrlKey || event.metaKey ? 'toggle' : 'only');
  };

  #tap(index: number): void {
    // The click that ends a long press.
    if (this.#pressed) return;
    if (this.#options.isSelecting()) this.#options.onSelect(index, 'toggle');
    else this.#options.onOpen(index);
  }

  readonly onDoubleClick = (event: MouseEvent): void => {
    const path = event.composedPath();
    const [hit] = path.filter(isElement);
    const index = this.#options.indexAt(path);
    if (index >= 0 && !this.#finger && !hit?.closest('input, button, .check')) this.#options.onOpen(index);
  };

  readonly onContextMenu = (event: MouseEvent): void => {
    const path = event.composedPath();
    if (path.some((target) => isElement(target) && target.matches('input'))) return;
    event.preventDefault();
    const index = this.#options.indexAt(path);
    // Where a finger that rests asks for a menu, it has selected.
    if (this.#finger) {
      if (index >= 0) this.#press(index);
      return;
    }
    this.#options.onMenu(index, { x: event.clientX, y: event.clientY });
  };
}
