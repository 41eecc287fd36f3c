import type { UploadFile } from '../uploads/queue.js';
import type { Totals } from '../uploads/totals.js';
import type { Language } from './language.js';

/** The value of the form field: the stored items as JSON, which `verifyItems` checks on the server; `''` without any. */
export function valueOf(files: UploadFile[]): string {
  const items = files.flatMap(({ error, progress, ferry }) => {
    if (error || !progress.uploadComplete || !ferry?.item) return [];
    const { id, claim, name, size, type } = ferry.item;
    return { id, claim, name, size, type };
  });
  return items.length ? JSON.stringify(items) : '';
}

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
