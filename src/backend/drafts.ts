import { OPTION_NEEDS, type SendCapability } from './capabilities.js';
import type { DeliveryDraft, DraftProblem, Recipient } from './delivery.js';
import { BackendError, type ErrorCode } from './errors.js';

const ADDRESS = /^[^\s\p{Cc}@,;<>"]+@[^\s\p{Cc}@,;<>"]+$/u;

/** Whether somebody can be written to at this address, which may have letters of any script; line breaks and lists are none. */
export const isAddress = (email: string | undefined): email is string => email !== undefined && ADDRESS.test(email);

/** Refuses what is no e-mail address; line breaks and lists are none. */
export function checkAddress(email: string | undefined): void {
  if (!isAddress(email)) throw new BackendError('invalid', `${JSON.stringify(email)} is no e-mail address.`);
}

/** What is wrong with a draft, with the code that `send` refuses it with. */
export interface Finding {
  problem: DraftProblem;
  code: ErrorCode;
}

/** What a draft is checked against. */
export interface Terms {
  send: SendCapability;
  /** Users and groups that the service knows. */
  people: readonly Recipient[];
  isThere: (id: string) => boolean;
  /** A delivery that is being opened has no items yet. */
  opening: boolean;
}

/** All that `send` would refuse or drop. */
export function findings(draft: DeliveryDraft, { send, people, isThere, opening }: Terms): Finding[] {
  const found: Finding[] = [];
  const refuse = (code: ErrorCode, about: Pick<DraftProblem, 'option' | 'recipient'>, reason: string) => {
    found.push({ problem: { ...about, effect: 'refused', reason }, code });
  };
  for (const [option, need] of Object.entries(OPTION_NEEDS)) {
    const value = draft[option as keyof DeliveryDraft];
    if (value !== undefined && value !== false && send[need] === false)
      refuse('unsupported', { option }, `This backend has no "${option}".`);
  }
  for (const option of send.required)
    if (!draft[option as keyof DeliveryDraft]) refuse('invalid', { option }, `This backend sends nothing without "${option}".`);
  for (const field of draft.customFields ?? [])
    if (!send.customFields.some((known) => known.id === field.id))
      refuse('unsupported', { option: 'customFields' }, `This backend has no field "${field.id}".`);
  for (const field of send.customFields)
    if (field.required && !draft.customFields?.some((given) => given.id === field.id && given.value))
      refuse('invalid', { option: 'customFields' }, `"${field.label}" must be filled in.`);

  const { subject, expiryDays, recipients, items, delivery } = draft;
  if (subject && send.subject && subject.length > send.subject.maxLength)
    refuse('invalid', { option: 'subject' }, `A subject has at most ${send.subject.maxLength} characters.`);
  if (
    send.expiry &&
    (expiryDays === null ? !send.expiry.never : expiryDays !== undefined && !(expiryDays > 0 && expiryDays <= send.expiry.max))
  )
    refuse('invalid', { option: 'expiryDays' }, `A delivery lives 1 to ${send.expiry.max} days.`);
  if (recipients.length > send.maxRecipients || (recipients.length === 0 && !send.link))
    refuse('invalid', { option: 'recipients' }, `1 to ${send.maxRecipients} recipients are expected, not ${recipients.length}.`);
  if (!opening && delivery === undefined && items.length === 0) refuse('invalid', { option: 'items' }, 'There is nothing to send.');
  for (const item of items) if (!isThere(item.id)) refuse('not-found', { option: 'items' }, `There is no item "${item.id}".`);
  for (const recipient of recipients) {
    if (recipient.kind !== 'email') continue;
    if (!isAddress(recipient.email)) refuse('invalid', { recipient }, `${JSON.stringify(recipient.email)} is no e-mail address.`);
    else if (draft.requireLogin && !people.some((known) => known.email === recipient.email))
      found.push({ problem: { recipient, effect: 'dropped', reason: 'Has no account to sign in with.' }, code: 'not-allowed' });
  }
  return found;
}
