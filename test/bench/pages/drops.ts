import { countNodes, painted, smallFiles, watch, type Seen } from './watch.js';

/** A page that takes dropped files. */
export interface Subject {
  /** What takes the drop. */
  target: () => Element;
  /** Whether it says that it has so many files, and shows the first ones. */
  shows: (count: number) => boolean;
  /** What a person reaches with the tab key, to press End there. */
  stop: () => HTMLElement | null | undefined;
  /** Whether the last of so many rows is in view. */
  isAtEnd: (count: number) => boolean;
}

/** What a drop cost, in milliseconds. */
export interface Dropped extends Seen {
  untilCount: number;
  untilLast: number;
  elements: number;
  nodes: number;
}

/** What the bench calls in a page, in this order. */
export interface Drops {
  /** Makes the files of a drop that is an event, and the event with them. */
  prepare(count: number): void;
  /** Watches from the next drop on. */
  arm(count: number): void;
  /** Drops what was prepared. */
  drop(): void;
  /** Resolves once the right count is on the screen, and the focus is where End is to be pressed. */
  counted(): Promise<void>;
  /** Resolves once the last row is on the screen. */
  end(): Promise<Dropped>;
}

declare global {
  var drops: Drops;
}

/** Most files that a page can put into a `DataTransfer`: Chromium builds its list anew for each. */
const MOST = 10_000;

/** What a drop brings. */
function transferOf(files: readonly File[]): DataTransfer {
  if (files.length <= MOST) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    return transfer;
  }
  const items = files.map((file) => ({ kind: 'file', type: file.type, getAsFile: () => file, webkitGetAsEntry: () => null }));
  return { types: ['Files'], items, files } as unknown as DataTransfer;
}

/** The first event of a type, before anybody else hears of it. */
const next = <Name extends keyof WindowEventMap>(
  type: Name,
  isMeant: (event: WindowEventMap[Name]) => boolean,
): Promise<WindowEventMap[Name]> =>
  new Promise((resolve) => {
    const hear = (event: WindowEventMap[Name]): void => {
      if (!isMeant(event)) return;
      removeEventListener(type, hear, true);
      resolve(event);
    };
    addEventListener(type, hear, true);
  });

/** Lets the bench drop files on a page. */
export function offer({ target, shows, stop, isAtEnd }: Subject): void {
  let event: DragEvent;
  let finish: () => Promise<Seen>;
  let untilCount: Promise<number>;
  let untilLast: Promise<number>;
  globalThis.drops = {
    prepare: (count) => {
      event = new DragEvent('drop', { bubbles: true, cancelable: true, composed: true });
      Object.defineProperty(event, 'dataTransfer', { value: transferOf(smallFiles(count)) });
    },
    arm: (count) => {
      let dropped = 0;
      addEventListener(
        'drop',
        () => {
          dropped = performance.now();
          finish = watch();
        },
        { capture: true, once: true },
      );
      untilCount = painted(() => dropped > 0 && shows(count)).then((at) => at - dropped);
      untilLast = next('keydown', ({ key }) => key === 'End').then(
        async ({ timeStamp }) => (await painted(() => isAtEnd(count))) - timeStamp,
      );
    },
    drop: () => {
      // A task of its own, so that it counts as one.
      setTimeout(() => target().dispatchEvent(event));
    },
    counted: async () => {
      await untilCount;
      stop()?.focus();
    },
    end: async () => {
      const last = await untilLast;
      const { elements, nodes } = countNodes(target());
      return { untilCount: await untilCount, untilLast: last, elements, nodes, ...(await finish()) };
    },
  };
}
