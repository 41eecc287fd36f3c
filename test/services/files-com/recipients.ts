import { Hono } from 'hono';
import { adminsOnly, allowedAt, type Caller } from './callers.js';
import { notFound, Refusal, unsavable } from './errors.js';
import { page } from './pages.js';
import { writeDate, type Parameters } from './parameters.js';
import type { Behavior, Bundle, Recipient } from './records.js';
import type { Environment, Routes, Service } from './service.js';

/** Somebody to send to, as parameters name them. */
export interface Person {
  recipient: string;
  name: string;
  company: string;
}

const FREE_MAIL = new Set(['gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com']);

/** `recipients` with names and companies, or the older `to` with addresses alone. */
export function readPeople(parameters: Parameters): Person[] {
  const full = (parameters.list('recipients') ?? []).map((entry) => {
    const { recipient, name, company } = Object(entry) as Record<string, unknown>;
    return { recipient: text(recipient), name: text(name), company: text(company) };
  });
  return [...full, ...(parameters.list('to') ?? []).map((address) => ({ recipient: text(address), name: '', company: '' }))];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function checkPerson({ state: { policy } }: Service, { recipient }: Person): void {
  const domain = /^[^\s@]+@([^\s@]+\.[^\s@]+)$/.exec(recipient)?.[1]?.toLowerCase();
  if (domain === undefined) throw unsavable('recipient', 'is not an email address');
  const barred = policy.bundle_recipient_blacklist_free_email_domains && FREE_MAIL.has(domain);
  if (barred || policy.bundle_recipient_blacklist_domains.includes(domain))
    throw unsavable('recipient', 'has a domain that the site does not allow');
}

/** Sends a link to people, all or none of them. */
export function send(
  service: Service,
  caller: Caller,
  kind: 'bundle' | 'inbox',
  of: number,
  people: readonly Person[],
  note: string,
): void {
  const { state, knobs } = service;
  const known = kind === 'bundle' ? state.bundleRecipients : state.inboxRecipients;
  const addresses = people.map(({ recipient }) => recipient.toLowerCase());
  people.forEach((person) => checkPerson(service, person));
  if (new Set(addresses).size < addresses.length) {
    throw new Refusal('rate-limited/duplicate-share-recipient', 'The same recipient was sent more than once.');
  }
  if (known.some((entry) => entry.of === of && entry.sentAt && addresses.includes(entry.recipient.toLowerCase()))) {
    throw new Refusal('processing-failure/recipient-already-shared', 'This was shared with the recipient already.');
  }
  if (state.mails.length + people.length > knobs.shareLimit) {
    throw new Refusal('rate-limited/too-many-shares', 'Too many shares were sent.');
  }
  for (const person of people) {
    const entry = known.find((recipient) => recipient.of === of && recipient.recipient.toLowerCase() === person.recipient.toLowerCase());
    const sentAt = new Date();
    if (entry) entry.sentAt = sentAt;
    else known.push({ id: state.number(), of, ...person, note, sentAt });
    const sender = caller.user?.name ?? 'The site';
    state.mails.push({ to: person.recipient, subject: `${sender} shared files with you`, kind, note, url: linkOf(service, kind, of) });
  }
}

/** What the recipients of a bundle or an inbox open. */
export function linkOf({ state, url }: Service, kind: 'bundle' | 'inbox', id: number): string {
  if (kind === 'bundle') return `${url}/f/${state.bundles.get(id)?.code ?? ''}`;
  const { key } = Object(state.behaviors.get(id)?.value) as { key?: unknown };
  return `${url}/u/${text(key)}`;
}

/** `/bundle_recipients` and `/inbox_recipients`: to whom a link was or will be sent. */
export function recipientRoutes(service: Service, kind: 'bundle' | 'inbox'): Routes {
  const { state } = service;
  const known = kind === 'bundle' ? state.bundleRecipients : state.inboxRecipients;
  const owner = (caller: Caller, id: number): Bundle | Behavior => {
    if (kind === 'bundle') {
      const bundle = state.bundles.get(id);
      if (!bundle || !(caller.admin || bundle.userId === caller.user?.id)) throw notFound('Bundle');
      return bundle;
    }
    const inbox = state.behaviors.get(id);
    if (inbox?.behavior !== 'inbox') throw new Refusal('not-found/inbox-not-found', 'Inbox not found.');
    if (!allowedAt(state, caller, inbox.path).delete) adminsOnly(caller);
    return inbox;
  };
  const registered = (entry: Recipient): boolean =>
    state.registrations.some(
      ({ kind: of, of: id, email }) => of === kind && id === entry.of && email.toLowerCase() === entry.recipient.toLowerCase(),
    );
  const show = (entry: Recipient): Record<string, unknown> => ({
    company: entry.company,
    name: entry.name,
    note: entry.note,
    recipient: entry.recipient,
    sent_at: writeDate(entry.sentAt),
  });

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    const { id } = owner(caller, Number(parameters.need(`${kind}_id`)));
    const asked = parameters.member('filter', 'has_registrations');
    const all = known.filter((entry) => entry.of === id && (asked === undefined || registered(entry) === (asked === 'true')));
    return c.json(page(c, all).map(show));
  });
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const { id } = owner(caller, Number(parameters.need(`${kind}_id`)));
    const person = {
      recipient: parameters.need('recipient'),
      name: parameters.text('name') ?? '',
      company: parameters.text('company') ?? '',
    };
    const note = parameters.text('note') ?? '';
    const same = (entry: Recipient): boolean => entry.of === id && entry.recipient.toLowerCase() === person.recipient.toLowerCase();
    if (parameters.flag('share_after_create')) send(service, caller, kind, id, [person], note);
    else {
      checkPerson(service, person);
      if (known.some(same)) throw new Refusal('processing-failure/recipient-already-shared', 'This recipient is there already.');
      known.push({ id: state.number(), of: id, ...person, note, sentAt: null });
    }
    const made = known.find(same);
    if (!made) throw notFound('Recipient');
    return c.json(show(made), 201);
  });
  return app;
}
