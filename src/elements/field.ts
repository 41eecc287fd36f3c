import type { Item } from '../backend/item.js';
import type { UploadFile } from '../uploads/queue.js';
import type { Totals } from '../uploads/totals.js';
import type { Language } from './language.js';

/** What of an item stands in a form. */
const FACTS = ['id', 'claim', 'name', 'size', 'type'];

/** The value of a form field: items as JSON, which `verifyItems` checks on the server; `''` without any. */
export const valueOfItems = (items: readonly Item[]): string => (items.length ? JSON.stringify(items, FACTS) : '');

/** The same of what was uploaded. */
export const valueOf = (files: UploadFile[]): string =>
  valueOfItems(files.flatMap(({ error, progress, ferry }) => (!error && progress.uploadComplete ? (ferry?.item ?? []) : [])));

/** Tells the form the value and whether it may be sent: not before every file has arrived. */
export function report(
  internals: ElementInternals,
  now: Totals,
  files: UploadFile[],
  required: boolean,
  language: Language,
  anchor: HTMLElement | undefined,
): void {
  const { counts } = now;
  const open = now.files - counts.done;
  if (open) internals.setValidity({ customError: true }, language.say(open > counts.failed ? 'wait' : 'incomplete'), anchor);
  else internals.setValidity({ valueMissing: required && !counts.done }, language.say('required'), anchor);
  if (internals.form) internals.setFormValue(open ? null : valueOf(files) || null);
}
