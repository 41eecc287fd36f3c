/** What a page was seen to do, in milliseconds on the page's clock. */
export interface Seen {
  /** The longest time for which the page did one thing and nothing else. 0: none took 50 ms, from where browsers tell. */
  longestTask: number;
  /** The longest time between two frames. */
  longestGap: number;
}

/** Resolves with the time when what `seen` looks for is on the screen. */
export const painted = (seen: () => boolean): Promise<number> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!seen()) {
        requestAnimationFrame(look);
        return;
      }
      // The frame in the making is on the screen when the next task runs.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(performance.now());
      };
      port2.postMessage(0);
    };
    requestAnimationFrame(look);
  });

/** Watches how long the page is held up, from now until the answer is called. */
export function watch(): () => Promise<Seen> {
  const start = performance.now();
  let end = Infinity;
  let longestTask = 0;
  let longestGap = 0;
  const note = (entries: PerformanceEntry[]): void => {
    for (const { startTime, duration } of entries)
      if (startTime + duration > start && startTime < end) longestTask = Math.max(longestTask, duration);
  };
  const observer = new PerformanceObserver((list) => {
    note(list.getEntries());
  });
  observer.observe({ type: 'longtask' });
  let last = start;
  let going = true;
  const frame = (now: number): void => {
    longestGap = Math.max(longestGap, now - last);
    last = now;
    if (going) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return async () => {
    end = performance.now();
    going = false;
    // Browsers tell of a task after it, and not at once.
    await new Promise((resolve) => setTimeout(resolve, 300));
    note(observer.takeRecords());
    observer.disconnect();
    return { longestTask, longestGap };
  };
}

/** How many elements, and how many nodes of any kind, are in an element and all shadow roots below it. */
export function countNodes(top: Element): { elements: number; nodes: number } {
  let elements = 0;
  let nodes = 0;
  const walk = (node: Node): void => {
    nodes++;
    if (node instanceof Element) {
      elements++;
      if (node.shadowRoot) for (const child of node.shadowRoot.childNodes) walk(child);
    }
    for (const child of node.childNodes) walk(child);
  };
  walk(top);
  return { elements, nodes };
}

/** Whether an element is in view in the list that scrolls it. */
export function isInView(element: Element | null | undefined, list: Element | null): boolean {
  if (!element || !list) return false;
  const { top, bottom } = element.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  return bottom > frame.top && top < frame.bottom;
}

/** Small files of different names. */
export const smallFiles = (count: number, size = 1): File[] => {
  const bytes = new Uint8Array(size).fill(120);
  return Array.from(
    { length: count },
    (_, index) => new File([bytes], `file-${String(index).padStart(5, '0')}.txt`, { type: 'text/plain', lastModified: 1e12 }),
  );
};
