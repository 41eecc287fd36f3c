import type { CallOptions } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft, DeliveryPatch, FileRequestDraft, Recipient } from '../backend/delivery.js';
import { type Finding, findings, isAddress } from '../backend/drafts.js';
import { BackendError, isBackendError, type ErrorCode } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import { readContact } from './links.contacts.js';
import { DAY, type LinkGround } from './links.ground.js';

/** Longest texts, in characters. */
const LONGEST = { subject: 200, message: 20_000, password: 200, address: 254 };

/** A line break in one would begin a header of its own in a mail. */
const isBroken = (text: string | undefined): boolean => text !== undefined && /\p{Cc}/u.test(text);

/** What links can be asked for. */
export const sendCapability = (mails: boolean, expiry: SendCapability['expiry']): SendCapability => ({
  when: ['after-upload'],
  unit: 'items',
  sender: mails,
  subject: { maxLength: LONGEST.subject },
  message: true,
  note: false,
  password: true,
  startDate: false,
  expiry,
  downloadReceipt: mails,
  requireLogin: false,
  bcc: false,
  confirmation: false,
  notify: false,
  downloadLimit: true,
  customFields: [],
  link: true,
  required: [],
  maxRecipients: mails ? 500 : 0,
});

/** The item, or nothing where it is not there any more. */
export const itemOr = (ground: LinkGround, ref: Ref, options: CallOptions = {}): Promise<Item | undefined> =>
  ground.backend.item({ id: ref.id }, options).catch((error: unknown) => {
    if (isBackendError(error) && error.code === 'not-found') return undefined;
    throw error;
  });

/** Everybody whom a draft names, each address once, contacts by what the address book says; and whom nobody can write to. */
export async function peopleOf(
  ground: LinkGround,
  recipients: Recipient[],
  options: CallOptions,
): Promise<{ people: Recipient[]; found: Finding[] }> {
  const people = new Map<string, Recipient>();
  const found: Finding[] = [];
  for (const recipient of recipients) {
    const refuse = (code: ErrorCode, reason: string): void => {
      found.push({ problem: { recipient, effect: 'refused', reason }, code });
    };
    const { kind, id } = recipient;
    const contact = kind === 'contact' ? await readContact(ground.store, id ?? '', options) : undefined;
    const { email, name } = contact ?? recipient;
    if (kind === 'user' || kind === 'group') refuse('unsupported', 'There are no users or groups here; expected is an address.');
    else if (kind === 'contact' && !contact) refuse('not-found', `There is no contact "${id ?? ''}".`);
    else if (!isAddress(email) || email.length > LONGEST.address) refuse('invalid', `${JSON.stringify(email)} is no e-mail address.`);
    else if (isBroken(name)) refuse('invalid', `The name of "${email}" has a line break.`);
    else if (!people.has(email.toLowerCase()))
      people.set(email.toLowerCase(), { ...recipient, email, ...(name !== undefined && { name }) });
  }
  return { people: [...people.values()], found };
}

function textsOf({
  subject,
  message,
  password,
}: {
  subject?: string;
  message?: string;
  password?: string | null;
}): [option: string, reason: string][] {
  const found: [string, string][] = [];
  if (isBroken(subject)) found.push(['subject', 'A subject is one line.']);
  if ((message?.length ?? 0) > LONGEST.message) found.push(['message', `A message has at most ${LONGEST.message} characters.`]);
  if (password === '' || (password?.length ?? 0) > LONGEST.password)
    found.push(['password', `A password has 1 to ${LONGEST.password} characters.`]);
  return found;
}

const wrong = (option: string, reason: string, code: ErrorCode = 'invalid'): Finding => ({
  problem: { option, effect: 'refused', reason },
  code,
});

/** A draft that was looked at: all that `send` would refuse, who would be written to, and what is there of the items. */
export interface Checked {
  found: Finding[];
  people: Recipient[];
  items: Item[];
}

/** Looks at a draft. */
export async function checkDraft(ground: LinkGround, draft: DeliveryDraft, options: CallOptions): Promise<Checked> {
  const { send } = ground;
  const items = await Promise.all(draft.items.map((item) => itemOr(ground, item, options)));
  const gone = new Set(draft.items.filter((_, index) => !items[index]).map(({ id }) => id));
  // Whoever is refused by address is told by `peopleOf`, who knows contacts too.
  const general = findings(draft, { send, people: [], isThere: (id) => !gone.has(id), opening: false }).filter(
    ({ problem }) => !problem.recipient,
  );
  const { people, found } = await peopleOf(ground, draft.recipients, options);
  const { sender, downloadLimit, delivery } = draft;
  const own = textsOf(draft).map(([option, reason]) => wrong(option, reason));
  if (sender !== undefined && !isAddress(sender)) own.push(wrong('sender', `${JSON.stringify(sender)} is no e-mail address.`));
  if (downloadLimit !== undefined && !(Number.isSafeInteger(downloadLimit) && downloadLimit > 0))
    own.push(wrong('downloadLimit', 'A limit of downloads is a whole number above 0.'));
  if (delivery !== undefined) own.push(wrong('delivery', 'A link is made of what is there already.', 'unsupported'));
  if (items.some((item) => item && !item.can.includes(item.kind === 'file' ? 'download' : 'list')))
    own.push(wrong('items', 'One of the items may not be downloaded.', 'forbidden'));
  return { found: [...general, ...found, ...own], people, items: items.filter((item) => item !== undefined) };
}

/** Refuses a change of a delivery that `send` would have refused. */
export function checkPatch({ send }: LinkGround, patch: DeliveryPatch): void {
  const { subject, expires, downloadLimit } = patch;
  const found = textsOf(patch).map(([, reason]) => reason);
  if (subject !== undefined && subject.length > LONGEST.subject) found.push(`A subject has at most ${LONGEST.subject} characters.`);
  if (downloadLimit != null && !(Number.isSafeInteger(downloadLimit) && downloadLimit > 0))
    found.push('A limit of downloads is a whole number above 0.');
  const { max, never } = send.expiry || { max: Infinity, never: true };
  if (expires === null ? !never : expires !== undefined && !(expires <= Date.now() + max * DAY))
    found.push(`A link lives at most ${max} days.`);
  if (found[0] !== undefined) throw new BackendError('invalid', found[0]);
}

/** Looks at a request: rejects with what is wrong, or answers who is to be written to. */
export async function checkRequest(ground: LinkGround, draft: FileRequestDraft, options: CallOptions): Promise<Recipient[]> {
  const { send, mail } = ground;
  const { title, folder, message, help, password, expiryDays, recipients } = draft;
  const { people, found } = await peopleOf(ground, recipients, options);
  if (found[0]) throw new BackendError(found[0].code, found[0].problem.reason);
  const { max, never } = send.expiry || { max: Infinity, never: true };
  const reasons = textsOf({ subject: title, message: `${message ?? ''}${help ?? ''}`, ...(password !== undefined && { password }) }).map(
    ([, reason]) => reason,
  );
  if (title.trim() === '' || title.length > LONGEST.subject) reasons.push(`A request has a title of 1 to ${LONGEST.subject} characters.`);
  if (recipients.length > send.maxRecipients)
    reasons.push(mail ? `${send.maxRecipients} recipients are the most.` : 'No mails are written from here; the link can be copied.');
  if (expiryDays === null ? !never : expiryDays !== undefined && !(expiryDays > 0 && expiryDays <= max))
    reasons.push(`A request lives 1 to ${max} days.`);
  if (reasons[0] !== undefined) throw new BackendError('invalid', reasons[0]);
  const item = await ground.backend.item({ id: folder.id }, options);
  if (item.kind !== 'folder') throw new BackendError('invalid', `"${item.name}" is no folder.`);
  if (!item.can.includes('upload')) throw new BackendError('forbidden', `Nothing may be put into "${item.name}".`);
  return people;
}
