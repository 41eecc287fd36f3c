import type { DeliveryDraft, DeliveryPatch, Recipient } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { FilemailField } from './filemail.account.js';
import { checkAddress } from '../backend/drafts.js';

/** Whose inbox every delivery goes to, instead of to recipients of the sender's choice. */
export interface FilemailInbox {
  /** The company that receives. */
  companyId: string;
  /** The file request that it answers, and the share of it that its person got. */
  fileRequestId?: string;
  fileRequestShareId?: string;
  /** The company's page for incoming files, with its password and the fields that it asks for. */
  pageId?: string;
  pagePassword?: string;
  fields?: FilemailField[];
}

const DAY = 86_400_000;
const MINUTE = 60_000;

/** A recipient as the service takes it: an address, or the name of a group of contacts. */
export function addressOf({ kind, id, email, name }: Recipient): string {
  if (kind === 'group') {
    const group = id ?? name ?? '';
    if (group === '') throw new BackendError('invalid', 'A group of contacts has a name.');
    return group;
  }
  checkAddress(email);
  return email ?? '';
}

/** Days as the service counts them: -1 is for ever. */
export const daysOf = (expiryDays: number | null): number => (expiryDays === null ? -1 : Math.ceil(expiryDays));

/** The days that lead from the creation of a transfer to a moment. A minute over does not count, as the service tells whole seconds. */
export const daysUntil = (expires: number | null, created: number): number =>
  expires === null ? -1 : Math.max(1, Math.ceil((expires - created - MINUTE) / DAY));

/** The options of a draft under the service's names, without recipients. */
export function optionsOf({
  subject,
  message,
  password,
  confirmation,
  notify,
  expiryDays,
  customFields,
}: Partial<DeliveryDraft>): Record<string, Json> {
  return without({
    subject,
    message,
    password,
    confirmation,
    notify,
    days: expiryDays === undefined ? undefined : daysOf(expiryDays),
    customfields: customFields,
  });
}

/** The body of `initialize`: up to fifteen members. */
export function initializeOf(draft: DeliveryDraft, source: string, inbox: FilemailInbox | undefined): Record<string, Json> {
  const to = draft.recipients.map(addressOf);
  return without({
    // Without it nobody is written to, and there is a link alone.
    to: to.length > 0 ? to : undefined,
    ...optionsOf(draft),
    transfersize: draft.size,
    sourcedetails: source,
    companyid: inbox?.companyId,
    fileRequestId: inbox?.fileRequestId,
    fileRequestShareId: inbox?.fileRequestShareId,
    incomingpageid: inbox?.pageId,
    incomingpassword: inbox?.pagePassword,
  });
}

/** What of a transfer an edit is made from. */
interface Edited {
  subject: string;
  message?: string;
  notify?: boolean;
  days?: number;
  expires?: number;
  sent?: number;
}

/** When a transfer was created, from where its days are counted. It is told by its end alone; the mails may have gone out much later. */
const createdOf = ({ days = 0, expires, sent }: Edited): number =>
  days > 0 && expires !== undefined ? expires - days * DAY : (sent ?? Date.now());

/** The body of an edit. All of it is sent, as it is not said whether what is left out stays. */
export function editOf(now: Edited, { subject, message, password, expires }: DeliveryPatch): Record<string, Json> {
  const created = createdOf(now);
  const days =
    expires !== undefined
      ? daysUntil(expires, created)
      : (now.days ?? (now.expires === undefined ? undefined : daysUntil(now.expires, created)));
  return without({
    days,
    notify: now.notify,
    subject: subject ?? (now.subject || undefined),
    message: message ?? now.message,
    // An empty one takes the password away.
    password: password === null ? '' : password,
  });
}

const without = (body: Record<string, Json | undefined>): Record<string, Json> =>
  Object.fromEntries(Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
