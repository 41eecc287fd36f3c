import { memory, type MemoryBackend } from '../../../src/adapters/memory.js';
import type { Backend } from '../../../src/backend/backend.js';
import '../../../src/elements/browser.js';
import { offer } from './browses.js';

// ?paged: the backend gives a page of 1,000 at a time, else all at once; it orders by nothing but the name then.
const PAGE = 1000;
const paged = new URLSearchParams(location.search).has('paged');
const element = document.createElement('ferry-browser');
const find = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector);
let backend: MemoryBackend;
let sizes: ReadonlyMap<string, number>;
let requests = 0;

offer({
  prepare: (files) => {
    const nothing = new Blob();
    sizes = new Map(files.map(({ name, size }) => [name, size]));
    const seed = Object.fromEntries(files.map(({ name, modified }) => [name, [nothing, { modified }] as const]));
    backend = memory({ seed, capabilities: { list: paged ? { pageSize: PAGE } : { pageSize: false, sort: ['name'] } } });
  },
  mount: () => {
    const list: Backend['list'] = async (...args) => {
      requests++;
      const listing = await backend.list(...args);
      // A memory of files that large would not be one.
      for (const item of listing.items) item.size = sizes.get(item.name) ?? 0;
      return listing;
    };
    element.backend = { ...backend, list };
    document.querySelector('main')?.append(element);
  },
  *drawn() {
    for (const row of element.renderRoot.querySelectorAll('.rows > [role=row]'))
      yield { element: row, name: row.querySelector('bdi')?.textContent };
  },
  scroller: () => find('.list')!,
  sort: () => find('.head [role=columnheader]:nth-child(2) button')?.click(),
  requests: () => requests,
  pageSize: PAGE,
});
