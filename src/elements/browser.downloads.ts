import type { Backend } from '../backend/backend.js';
import type { Item } from '../backend/item.js';
import { refOf } from './ref.js';

/** Milliseconds between two downloads: a browser drops what comes in the same moment. */
const APART = 300;

/** Hands files to the browser to be saved: one, several packed together, or one after the other, as the backend gives them. */
export async function fetchFiles(backend: Backend, items: readonly Item[]): Promise<void> {
  const downloads = await backend.download(items.map(refOf));
  for (const [index, { ids, url }] of downloads.entries()) {
    if (index) await new Promise((resolve) => setTimeout(resolve, APART));
    const link = document.createElement('a');
    link.href = url;
    // Several in one have the name that the server gives them.
    link.download = ids.length === 1 ? (items.find(({ id }) => id === ids[0])?.name ?? '') : '';
    // Elsewhere a server decides whether it is saved or shown: then not in place of this page.
    if (!/^(blob|data):/.test(link.href) && new URL(link.href).origin !== location.origin) {
      link.target = '_blank';
      link.rel = 'noopener';
    }
    link.click();
  }
}
