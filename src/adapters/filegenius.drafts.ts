import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft, DraftProblem } from '../backend/delivery.js';
import type { ErrorCode } from '../backend/errors.js';
import type { Brand } from './filegenius.brands.js';
import { isAddress } from './filegenius.people.js';

/** Longest life of a mailed link in days, and what it is unless told otherwise. */
const DAYS = 15;

/** What a delivery can be asked for. Neither page limits subject or recipients; the limits here are ours, to stay below what mail takes. */
export const sendCapability = ({ bcc, link }: Brand): SendCapability => ({
  when: ['after-upload'],
  unit: 'items',
  sender: false,
  subject: { maxLength: 200 },
  message: true,
  note: false,
  password: false,
  startDate: false,
  expiry: { days: [1, 3, 7, DAYS], default: DAYS, max: DAYS, never: true },
  downloadReceipt: true,
  requireLogin: true,
  bcc,
  confirmation: false,
  notify: false,
  downloadLimit: false,
  customFields: [],
  link,
  required: [],
  maxRecipients: 100,
});

/** What is wrong with a draft, with the code that `send` refuses it with. */
export interface Finding {
  problem: DraftProblem;
  code: ErrorCode;
}

const NEVER_HAD = ['sender', 'note', 'password', 'startDate', 'confirmation', 'notify', 'downloadLimit', 'delivery'] as const;

/** All that is wrong with a draft by itself, before anybody looks at its items. */
export function findingsOf(draft: DeliveryDraft, send: SendCapability): Finding[] {
  const found: Finding[] = [];
  const refuse = (code: ErrorCode, about: Pick<DraftProblem, 'option' | 'recipient'>, reason: string): void => {
    found.push({ problem: { ...about, effect: 'refused', reason }, code });
  };
  const { items, recipients, subject, message, expiryDays, bcc, requireLogin, downloadReceipt } = draft;
  for (const option of NEVER_HAD)
    if (draft[option] !== undefined && draft[option] !== false) refuse('unsupported', { option }, `This backend has no "${option}".`);
  if (bcc && !send.bcc) refuse('unsupported', { option: 'bcc' }, 'This backend has no "bcc".');
  for (const { id } of draft.customFields ?? []) refuse('unsupported', { option: 'customFields' }, `This backend has no field "${id}".`);

  if (items.length === 0) refuse('invalid', { option: 'items' }, 'There is nothing to send.');
  if (items.some(({ id }) => id === '')) refuse('invalid', { option: 'items' }, 'The root folder cannot be sent.');
  if (subject !== undefined && send.subject && Array.from(subject).length > send.subject.maxLength)
    refuse('invalid', { option: 'subject' }, `A subject has at most ${send.subject.maxLength} characters.`);
  if (subject !== undefined && /[\r\n]/.test(subject)) refuse('invalid', { option: 'subject' }, 'A subject is one line.');
  if (typeof expiryDays === 'number' && !(Number.isInteger(expiryDays) && expiryDays >= 1 && expiryDays <= DAYS))
    refuse('invalid', { option: 'expiryDays' }, `A link lives 1 to ${DAYS} days, or never ends.`);

  if (recipients.length > send.maxRecipients || (recipients.length === 0 && !send.link))
    refuse('invalid', { option: 'recipients' }, `1 to ${send.maxRecipients} recipients are expected, not ${recipients.length}.`);
  for (const recipient of recipients) {
    const { kind, id = '', email } = recipient;
    if ((kind === 'user' || kind === 'group') && !/^\d+$/.test(id)) refuse('invalid', { recipient }, `A ${kind} is named by a number.`);
    if ((kind === 'email' || kind === 'contact') && !isAddress(email))
      refuse('invalid', { recipient }, `${JSON.stringify(email)} is no e-mail address.`);
  }

  if (recipients.length > 0 || !send.link) return found;
  if (requireLogin) refuse('invalid', { option: 'requireLogin' }, 'A link is open to everybody: with a login required, name recipients.');
  if (items.length > 1) refuse('invalid', { option: 'items' }, 'A link is to one file: send one, or name recipients.');
  for (const [option, value] of Object.entries({ subject, message, downloadReceipt }))
    if (value) found.push({ problem: { option, effect: 'dropped', reason: `A link alone carries no "${option}".` }, code: 'unsupported' });
  return found;
}
