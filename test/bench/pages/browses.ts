import { countNodes, painted } from './watch.js';

/** A file of the folder that is shown. */
export interface Listed {
  name: string;
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** How a page shows files, and where what it shows is found. */
export interface Browsing {
  /** Makes what it is to show, before the clock runs. */
  prepare(files: Listed[]): void;
  /** Shows it. */
  mount(): void;
  /** The names that are drawn; a place for one that is not there yet has none. */
  drawn(): Iterable<{ element: Element; name: string | undefined }>;
  /** What scrolls them. */
  scroller(): Element;
  /** Orders by size: a press on that column's head. */
  sort(): void;
  /** Requests for pages so far, where there are any. */
  requests?(): number;
  /** Items that a page holds. */
  pageSize?: number;
}

/** What was seen while the files were scrolled through, in milliseconds. */
export interface Scrolled {
  frames: number[];
  /** The longest time in which nothing was to be seen in the middle of the view. */
  blank: number;
  /** The same, with places for what is not loaded yet counted as nothing. */
  unnamed: number;
  requests: number;
  /** Pages of which something was in view. */
  pages: number;
  /** The last file was to be seen within a second. */
  ended: boolean;
}

interface Browses {
  prepare(count: number): void;
  /** Milliseconds until the first files are painted. */
  open(): Promise<number>;
  /** Milliseconds until the smallest or the largest file is painted as the first. */
  sort(): Promise<number>;
  count(): { elements: number; nodes: number };
  scroll(seconds: number): Promise<Scrolled>;
}

declare global {
  var browses: Browses;
}

const DAY = 86_400_000;

/** Files whose order by size is not that by name. */
export function filesOf(count: number): Listed[] {
  const stride = 7919;
  return Array.from({ length: count }, (_, index) => ({
    name: `file-${String(index).padStart(6, '0')}.csv`,
    size: ((index * stride + 13) % count) + 1,
    modified: Date.UTC(2026, 0, 1) + (index % 300) * DAY,
  }));
}

/** The element that is drawn at a height of the view, if any is. */
function shownAt(browsing: Browsing, y: number): { element: Element; name: string | undefined } | undefined {
  for (const one of browsing.drawn()) {
    const { top, bottom } = one.element.getBoundingClientRect();
    if (top <= y && bottom > y) return one;
  }
  return undefined;
}

/** Scrolls from top to bottom in a time, as fast whatever the frames, and watches. */
async function scroll(browsing: Browsing, seconds: number, last: string): Promise<Scrolled> {
  const scroller = browsing.scroller();
  const { top, height } = scroller.getBoundingClientRect();
  const middle = top + height / 2;
  const before = browsing.requests?.() ?? 0;
  const frames: number[] = [];
  const pages = new Set<number>();
  let [blank, unnamed] = [0, 0];
  let [blankSince, unnamedSince] = [0, 0];
  await new Promise<void>((resolve) => {
    const start = performance.now();
    let before = start;
    blankSince = unnamedSince = start;
    const frame = (): void => {
      const now = performance.now();
      frames.push(now - before);
      before = now;
      // What the last step left on the screen.
      const shown = shownAt(browsing, middle);
      if (shown) blankSince = now;
      if (shown?.name !== undefined) unnamedSince = now;
      blank = Math.max(blank, now - blankSince);
      unnamed = Math.max(unnamed, now - unnamedSince);
      const share = Math.min(1, (now - start) / (1000 * seconds));
      if (browsing.pageSize) pages.add(Math.floor((share * (files.length - 1)) / browsing.pageSize));
      scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
      if (share < 1) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false));
  const seen = painted(() => {
    scroller.scrollTop = scroller.scrollHeight;
    return [...browsing.drawn()].some(({ name }) => name === last);
  }).then(() => true);
  const ended = await Promise.race([seen, late]);
  return { frames, blank, unnamed, requests: (browsing.requests?.() ?? 0) - before, pages: pages.size, ended };
}

let files: Listed[] = [];

/** Lets a bench use the page. */
export function offer(browsing: Browsing): void {
  const first = (): string | undefined => [...browsing.drawn()][0]?.name;
  globalThis.browses = {
    prepare: (count) => {
      files = filesOf(count);
      browsing.prepare(files);
    },
    open: async () => {
      const start = performance.now();
      browsing.mount();
      return (await painted(() => first() === files[0]?.name)) - start;
    },
    sort: async () => {
      const smallest = files.find(({ size }) => size === 1)?.name;
      const largest = files.find(({ size }) => size === files.length)?.name;
      const start = performance.now();
      browsing.sort();
      return (await painted(() => [smallest, largest].includes(first()))) - start;
    },
    count: () => countNodes(document.querySelector('main')!),
    scroll: (seconds) => scroll(browsing, seconds, files.at(-1)!.name),
  };
}
