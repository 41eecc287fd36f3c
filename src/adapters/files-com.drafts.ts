import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft, DraftProblem, Recipient } from '../backend/delivery.js';
import { BackendError, type ErrorCode } from '../backend/errors.js';
import type { Policy } from './files-com.account.js';
import { sendOf } from './files-com.capabilities.js';

const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** Refuses what is no e-mail address; line breaks and lists are none. */
export const isAddress = (email: string | undefined): boolean => email !== undefined && ADDRESS.test(email);

/** What is wrong with a draft, with the code that `send` refuses it with. */
export interface Finding {
  problem: DraftProblem;
  code: ErrorCode;
}

/** What of the capability an option needs, where it is not called the same. */
const NEEDS: Partial<Record<keyof DeliveryDraft, keyof SendCapability>> = { expiryDays: 'expiry' };
const OPTIONS = [
  'sender',
  'subject',
  'message',
  'note',
  'password',
  'startDate',
  'expiryDays',
  'downloadReceipt',
  'requireLogin',
  'bcc',
  'confirmation',
  'notify',
  'downloadLimit',
] as const satisfies (keyof DeliveryDraft)[];

/** Whether nobody may be written to at this address, by the policy of the site. */
export const isRefusedDomain = ({ email }: Recipient, { refusedDomains }: Policy): boolean =>
  refusedDomains.includes((email ?? '').slice((email ?? '').lastIndexOf('@') + 1).toLowerCase());

/** All that `send` would refuse, but for what only the service knows. */
export function findingsOf(draft: DeliveryDraft, policy: Policy): Finding[] {
  const send = sendOf(policy);
  const found: Finding[] = [];
  const refuse = (code: ErrorCode, about: Pick<DraftProblem, 'option' | 'recipient'>, reason: string): void => {
    found.push({ problem: { ...about, effect: 'refused', reason }, code });
  };
  for (const option of OPTIONS) {
    const value = draft[option];
    const asked = value !== undefined && value !== false;
    if (asked && send[NEEDS[option] ?? (option as keyof SendCapability)] === false)
      refuse('unsupported', { option }, `Share links have no "${option}".`);
    if (send.required.includes(option) && !value) refuse('invalid', { option }, `The site makes no share links without "${option}".`);
  }
  for (const { id } of draft.customFields ?? []) refuse('unsupported', { option: 'customFields' }, `Share links have no field "${id}".`);
  if (draft.delivery !== undefined) refuse('unsupported', { option: 'delivery' }, 'Share links are made of what is there already.');
  if (draft.items.length === 0) refuse('invalid', { option: 'items' }, 'There is nothing to send.');
  const { expiryDays: days } = draft;
  const { max, never } = send.expiry || { max: Infinity, never: true };
  if (days === null ? !never : days !== undefined && !(days > 0 && days <= max))
    refuse('invalid', { option: 'expiryDays' }, `A share link lives 1 to ${String(max)} days here.`);
  const count = draft.recipients.length;
  if (count > send.maxRecipients) refuse('invalid', { option: 'recipients' }, `${String(send.maxRecipients)} recipients are the most.`);
  if (count === 0 && !send.link) refuse('invalid', { option: 'recipients' }, 'The site makes no share links without recipients.');
  for (const recipient of draft.recipients) {
    if (recipient.kind === 'email' && !isAddress(recipient.email))
      refuse('invalid', { recipient }, `${JSON.stringify(recipient.email)} is no e-mail address.`);
    else if (isRefusedDomain(recipient, policy)) refuse('not-allowed', { recipient }, 'The site lets nobody be written to at this domain.');
  }
  return found;
}

/** Rejects with the first thing that is wrong. */
export function checkDraft(draft: DeliveryDraft, policy: Policy): void {
  const [first] = findingsOf(draft, policy);
  if (first) throw new BackendError(first.code, first.problem.reason);
}
