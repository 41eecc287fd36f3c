import type { Recipient, RecipientState } from '../backend/delivery.js';
import { isBackendError, type ErrorCode } from '../backend/errors.js';
import type { Ref } from '../backend/item.js';
import { peopleOf, type Person } from './filegenius.answers.js';
import type { View } from './filegenius.folders.js';
import { folderOf } from './filegenius.places.js';

/** Most suggestions at once. */
const MOST = 50;

const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** Whether this is one e-mail address: lists and line breaks are none, as addresses travel in a list. */
export const isAddress = (email: string | undefined): email is string => email !== undefined && ADDRESS.test(email);

/** Everybody who has access to a place, users and groups. */
async function accessTo({ site, signal }: View, path: string): Promise<Person[]> {
  const deed = 'Asking who has access';
  return peopleOf(deed, await site.get(deed, site.brand.access, { path, type: 'all' }, signal));
}

/** Users and groups with access to a folder that match what was typed. */
export async function recipients(view: View, text: string, { folder }: { folder?: Ref }): Promise<Recipient[]> {
  const wanted = text.trim().toLowerCase();
  const people = await accessTo(view, folder ? folderOf(folder) : '/');
  return people
    .filter(({ name, username, email }) => `${name}\n${username}\n${email}`.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map(({ id, kind, name, username, email, organization }) => ({
      kind,
      id,
      name: name || username || email,
      ...(email && { email }),
      ...(organization && { company: organization }),
    }));
}

/** After these, the service has said that it does not tell, and not that it failed. */
const UNTOLD: readonly ErrorCode[] = ['forbidden', 'not-allowed', 'not-found', 'invalid'];

/** Who has access to all of these places; nothing where the service does not tell. */
export async function accessToAll(view: View, paths: ReadonlySet<string>): Promise<Person[] | undefined> {
  try {
    const [first = [], ...others] = await Promise.all([...paths].map((path) => accessTo(view, path)));
    return first.filter(({ kind, id }) => others.every((people) => people.some((one) => one.kind === kind && one.id === id)));
  } catch (error) {
    if (isBackendError(error) && UNTOLD.includes(error.code)) return undefined;
    throw error;
  }
}

/** What decides whom a delivery reaches. */
export interface Reach {
  /** Who has access to everything that is sent; absent where the service does not tell. */
  people: readonly Person[] | undefined;
  /** Whether the sender may write to people who have no account. */
  outside: boolean;
  requireLogin: boolean;
}

/** A delivery's recipients as the service wants them, and what can be said of each. */
export interface Route {
  users: string[];
  groups: string[];
  outsiders: string[];
  /** One for each recipient, in their order. Nobody is `sent`: the service never says whom it wrote to. */
  states: RecipientState[];
}

const NO_ACCESS = 'Has no access to all that is sent, and would be left out without a word.';
const NOT_OUTSIDE = 'The sender may not write from there to people who have no account.';
const NO_ACCOUNT = 'Has no account to sign in with, which this delivery requires.';
const UNTOLD_ACCESS = 'The service does not tell who has access to what is sent.';

/** Parts recipients into users, groups and outsiders, and leaves out those whom the service would drop in silence. */
export function routeOf(recipients: readonly Recipient[], { people, outside, requireLogin }: Reach): Route {
  const [users, groups, outsiders] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const member = (recipient: Recipient, id: string, kind: 'user' | 'group'): RecipientState => {
    const isKnown = people?.some((person) => person.kind === kind && person.id === id);
    if (isKnown === false) return { recipient, state: 'dropped', reason: NO_ACCESS };
    (kind === 'user' ? users : groups).add(id);
    return isKnown ? { recipient, state: 'accepted' } : { recipient, state: 'unknown', reason: UNTOLD_ACCESS };
  };
  const address = (recipient: Recipient, email: string): RecipientState => {
    const user = people?.find((person) => person.kind === 'user' && person.email.toLowerCase() === email.toLowerCase());
    // who has an account is written to by it: only so can a login be required
    if (user) return member(recipient, user.id, 'user');
    if (requireLogin) return { recipient, state: 'dropped', reason: NO_ACCOUNT };
    if (!outside) return { recipient, state: 'dropped', reason: NOT_OUTSIDE };
    outsiders.add(email);
    return { recipient, state: 'accepted' };
  };
  const states = recipients.map((recipient) =>
    recipient.kind === 'user' || recipient.kind === 'group'
      ? member(recipient, recipient.id ?? '', recipient.kind)
      : address(recipient, recipient.email ?? ''),
  );
  return { users: [...users], groups: [...groups], outsiders: [...outsiders], states };
}
