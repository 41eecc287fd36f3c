import { memory } from '../../../src/adapters/memory.js';
import type { FerryUpload } from '../../../src/elements/upload.js';
import '../../../src/elements/upload.js';
import { createUploads } from '../../../src/uploads/uploads.js';
import { offer } from './drops.js';
import { isInView } from './watch.js';

declare global {
  /** Path of every file in the element's queue. */
  var pathsOf: () => string[];
}

const element: FerryUpload = document.createElement('ferry-upload');
const uploads = createUploads();
element.manual = element.multiple = true;
element.backend = memory();
element.uploads = uploads;
document.querySelector('main')?.append(element);

const find = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector);

offer({
  target: () => element,
  shows: (count) =>
    !!find('[part=total]')?.textContent.includes(`${count.toLocaleString('en')} files ready`) && !!find('li:nth-of-type(12) [part=name]'),
  stop: () => find('li[tabindex="0"]'),
  isAtEnd: (count) => isInView(find(`li[aria-posinset="${count}"]`), find('[part=list]')),
});

globalThis.pathsOf = () => Object.values(uploads.getState().files).map(({ name, meta }) => meta.relativePath ?? name ?? '');
