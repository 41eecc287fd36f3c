import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft } from '../backend/delivery.js';
import type { Word } from './language.js';
import { has, type Option } from './send.draft.js';

/** What is wrong with a draft, at one field. */
export interface Fault {
  field: Option | 'recipients';
  /** Of `customFields`: which one. */
  id?: string;
  word: Word;
  values?: { n?: number; name?: string };
  /** It can be sent all the same. */
  mild?: true;
}

const DAY = 86_400_000;

/** What is wrong with the days after which something ends. */
export const daysFault = (expiryDays: number | null | undefined, expiry: SendCapability['expiry']): Fault | undefined =>
  expiry && typeof expiryDays === 'number' && !(expiryDays >= 1 && expiryDays <= expiry.max)
    ? { field: 'expiryDays', word: 'send-days-most', values: { n: expiry.max } }
    : undefined;

/** What keeps a draft from being sent, or is worth knowing before. `now`: milliseconds since 1970. */
export function faultsOf(draft: DeliveryDraft, send: SendCapability, now: number): Fault[] {
  const faults: Fault[] = [];
  const { recipients, subject = '', expiryDays, startDate, downloadLimit, requireLogin, customFields = [] } = draft;
  if (!recipients.length && !send.link) faults.push({ field: 'recipients', word: 'send-nobody' });
  if (recipients.length > send.maxRecipients) faults.push({ field: 'recipients', word: 'send-most', values: { n: send.maxRecipients } });
  for (const option of send.required as Option[]) {
    if (option === 'customFields' || !has(send, option)) continue;
    if (draft[option] === undefined) faults.push({ field: option, word: 'send-needed' });
  }
  for (const { id, required } of send.customFields)
    if (required && !customFields.some((field) => field.id === id && field.value))
      faults.push({ field: 'customFields', id, word: 'send-needed' });
  if (send.subject && subject.length > send.subject.maxLength)
    faults.push({ field: 'subject', word: 'send-shorter', values: { n: send.subject.maxLength } });
  const days = daysFault(expiryDays, send.expiry);
  if (days) faults.push(days);
  if (send.downloadLimit && downloadLimit !== undefined && !(Number.isInteger(downloadLimit) && downloadLimit > 0))
    faults.push({ field: 'downloadLimit', word: 'send-limit-least' });
  if (send.startDate && startDate !== undefined && typeof expiryDays === 'number' && startDate >= now + expiryDays * DAY)
    faults.push({ field: 'startDate', word: 'send-start-late' });
  const outsiders = send.requireLogin && requireLogin ? recipients.filter(({ kind }) => kind === 'email').length : 0;
  if (outsiders) faults.push({ field: 'requireLogin', word: 'send-outsiders', values: { n: outsiders }, mild: true });
  return faults;
}
