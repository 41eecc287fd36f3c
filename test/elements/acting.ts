import { fixture, html, waitUntil } from '@open-wc/testing';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import type { FerryEvents } from '../../src/elements/events.js';
import '../../src/elements/provider.js';
import type { FerryUpload } from '../../src/elements/upload.js';
import '../../src/elements/upload.js';

/** A file of so many bytes. */
export const file = (name: string, size = 5, type = ''): File =>
  new File([new Uint8Array(size)], name, { type, lastModified: Date.UTC(2026, 4, 18) });

const transferOf = (files: File[]): DataTransfer => {
  const transfer = new DataTransfer();
  for (const one of files) transfer.items.add(one);
  return transfer;
};

/** Drags files over the element and lets go. */
export function drop(element: Element, files: File[]): void {
  const dataTransfer = transferOf(files);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
  }
}

/** Pastes files. Firefox leaves the files out of an event that a script makes, so they are put in again. */
export function paste(target: Element, files: File[]): void {
  const clipboardData = transferOf(files);
  const event = new ClipboardEvent('paste', { bubbles: true, composed: true, cancelable: true });
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  target.dispatchEvent(event);
}

/** Answers the file dialog with these files. */
export function choose(element: FerryUpload, files: File[]): void {
  const input = element.shadowRoot!.querySelector<HTMLInputElement>('input[type=file]')!;
  input.files = transferOf(files).files;
  input.dispatchEvent(new Event('change'));
}

/** What a person reads in the element, without what is only said aloud. */
export const text = (element: Element, part?: string): string => {
  const root = element.shadowRoot!;
  const nodes = part
    ? root.querySelectorAll<HTMLElement>(`[part~=${part}]`)
    : [root.host as HTMLElement, ...root.querySelectorAll<HTMLElement>('*')];
  return [...nodes]
    .map((node) => (part ? node.innerText : ''))
    .join('\n')
    .replace(/[\u2068\u2069]/g, '');
};

/** The rows, as text. */
export const rows = (element: Element): string[] =>
  [...element.shadowRoot!.querySelectorAll<HTMLElement>('li')].map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim());

/** The names in the list. */
export const names = (element: Element): string[] =>
  [...element.shadowRoot!.querySelectorAll('li [part=name]')].map(({ textContent }) => textContent);

/** What is said aloud. */
export const said = (element: Element): string => element.shadowRoot!.querySelector('[role=status]')!.textContent;

/** A button by its name, anywhere in the element. */
export const button = (element: Element, name: string): HTMLButtonElement | undefined =>
  [...element.shadowRoot!.querySelectorAll('button')].find(
    (one) => (one.ariaLabel ?? one.textContent).replace(/[\u2068\u2069]/g, '').trim() === name,
  );

/** Presses a button by its name. */
export async function press(element: Element, name: string): Promise<void> {
  await waitUntil(() => button(element, name), `There is no button "${name}".`);
  button(element, name)!.click();
}

/** Waits for one event of the element and answers what it tells. */
export const hear = <Name extends keyof FerryEvents>(element: Element, name: Name): Promise<FerryEvents[Name]> =>
  new Promise((resolve) => {
    element.addEventListener(
      name,
      (event) => {
        resolve((event as CustomEvent<FerryEvents[Name]>).detail);
      },
      { once: true },
    );
  });

/** An upload element on a memory backend. */
export async function stage(
  options: MemoryOptions = {},
  attributes = 'multiple',
): Promise<{ element: FerryUpload; backend: MemoryBackend }> {
  const backend = memory(options);
  const element = await fixture<FerryUpload>(html`<ferry-upload .backend=${backend}></ferry-upload>`);
  for (const attribute of attributes.split(/\s+(?=[\w-]+(?:=|$|\s))/).filter(Boolean)) {
    const [name = '', value = ''] = attribute.split('=');
    element.setAttribute(name, value);
  }
  await element.updateComplete;
  return { element, backend };
}

/** What the backend keeps, as paths. */
export async function stored(backend: MemoryBackend, folder = { id: '' }): Promise<string[]> {
  const { items } = await backend.list(folder, {});
  const below = await Promise.all(
    items.map(async (item) => (item.kind === 'file' ? [item.name] : (await stored(backend, item)).map((path) => `${item.name}/${path}`))),
  );
  return below.flat().sort();
}

/** Warnings on the console while something happens. */
export async function warnings(act: () => unknown): Promise<string[]> {
  const { warn } = console;
  const heard: string[] = [];
  console.warn = (message: string) => heard.push(message);
  try {
    await act();
  } finally {
    console.warn = warn;
  }
  return heard.filter((message) => message.startsWith('<ferry'));
}
