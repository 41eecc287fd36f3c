import { fixture, html } from '@open-wc/testing';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import type { Item } from '../../src/backend/item.js';
import type { FerrySend } from '../../src/elements/send.js';
import '../../src/elements/send.js';
import { inside, itemsOf, keys, until } from './browsing.js';

/** What can be sent. */
export const THINGS = { 'plan.pdf': 'four', 'notes.txt': 'one' };

/** An element on a memory backend, with what that keeps to be sent. */
export async function stageSend(
  options: MemoryOptions = {},
  given: Partial<FerrySend> = { inline: true },
): Promise<{ element: FerrySend; backend: MemoryBackend; items: Item[] }> {
  const backend = memory({ seed: THINGS, ...options });
  const items = await itemsOf(backend);
  const element = Object.assign(document.createElement('ferry-send'), { backend, items, ...given });
  await fixture(html`<div>${element}</div>`);
  if (element.inline || element.open) await ready(element);
  return { element, backend, items };
}

/** Waits until it is known what can be sent. */
export const ready = (element: FerrySend): Promise<void> =>
  until(() => element.shadowRoot!.querySelector('.fields'), 'Nothing can be sent.');

/** The text in which recipients are typed. */
export const toField = (element: FerrySend): HTMLInputElement => inside(element, '[role=combobox]') as HTMLInputElement;

/** Types where the focus is, as a person does. */
export async function type(text: string): Promise<void> {
  for (const letter of text) await keys(letter);
}

/** What stands on the chips. */
export const chips = (element: FerrySend): string[] =>
  [...element.shadowRoot!.querySelectorAll('.chip bdi')].map(({ textContent }) => textContent);

/** Pastes text into a field. Firefox leaves it out of an event that a script makes, so it is put in again. */
export function pasteText(target: Element, text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { bubbles: true, composed: true, cancelable: true });
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  target.dispatchEvent(event);
}

/** A field by its label. */
export function fieldOf(element: FerrySend, label: string): HTMLInputElement {
  const found = [...element.shadowRoot!.querySelectorAll<HTMLLabelElement>('label')].find(
    ({ textContent }) => textContent.replace(/\*$/, '').trim() === label,
  )?.control;
  if (!found) throw new Error(`There is no field "${label}".`);
  return found as HTMLInputElement;
}

/** Writes into a field, all at once. */
export async function fill(element: FerrySend, label: string, text: string): Promise<void> {
  const field = fieldOf(element, label);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await element.updateComplete;
}
