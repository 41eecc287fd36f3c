import { memory } from '../../../src/adapters/memory.js';
import '../../../src/elements/send.js';
import { painted } from './watch.js';

const element = document.createElement('ferry-send');
element.inline = true;
element.backend = memory({ seed: { 'file.txt': 'x' } });
document.querySelector('main')?.append(element);

declare global {
  /** Pastes a text into the field for recipients; resolves with the milliseconds until so many of them are painted. */
  var paste: (text: string, count: number) => Promise<number>;
  var ready: () => boolean;
}

const field = (): HTMLInputElement | null => element.renderRoot.querySelector('[role=combobox]');

globalThis.ready = () => !!field();
globalThis.paste = async (text, count) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const start = performance.now();
  field()?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
  // Some are drawn, and how many more there are is said.
  const shown = (): boolean => {
    const drawn = element.renderRoot.querySelectorAll('.chip').length;
    return drawn > 0 && element.renderRoot.textContent.includes(`and ${(count - drawn).toString()} more`);
  };
  return (await painted(shown)) - start;
};
