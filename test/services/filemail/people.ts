import { invalid } from './errors.js';
import type { Contact, ContactGroup, User } from './records.js';
import type { Service } from './service.js';

/** Whether a text is an address, and only one. */
export const isAddress = (text: string): boolean => /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/.test(text);

/** The groups of somebody's address book. */
export const groupsOf = ({ state }: Service, user: User): ContactGroup[] =>
  [...state.groups.values()].filter(({ userId }) => userId === user.id);

/** The contacts of somebody's address book, or of one group in it. */
export const contactsOf = ({ state }: Service, user: User, group?: ContactGroup): Contact[] =>
  [...state.contacts.values()].filter(({ userId, groups }) => userId === user.id && (!group || groups.has(group.id)));

/** The addresses that are meant: each is one, or is the name of one of the sender's groups. None comes twice. */
export function people(service: Service, user: User | null, named: readonly string[]): string[] {
  const found = named.flatMap((name) => {
    if (isAddress(name)) return [name.toLowerCase()];
    const group = user && groupsOf(service, user).find((entry) => entry.name.toLowerCase() === name.toLowerCase());
    if (!user || !group) throw invalid('to', `"${name}" is neither an address nor a group.`, 'InvalidEmail');
    return contactsOf(service, user, group).map(({ email }) => email);
  });
  const once = [...new Set(found)];
  if (once.length > service.knobs.maxRecipients) throw invalid('to', `at most ${service.knobs.maxRecipients} recipients are allowed.`);
  return once;
}
