import type { Account, Contact } from './records.js';
import { Refusal } from './refusal.js';
import { each, ok, type Arguments, type SessionMethod } from './replies.js';
import type { Service } from './service.js';
import { addresses, listed } from './state.js';
import type { Element } from './xml.js';

const element = ({ email, name, description, type }: Contact): Element => ({
  name: 'contact',
  attributes: { email, name, description, type },
});

const ofAccount = ({ state }: Service, account: Account): Contact[] => state.contacts.filter(({ owner }) => owner === account);

function find(service: Service, account: Account, email: string): Contact {
  const contact = ofAccount(service, account).find((each) => each.email.toLowerCase() === email.toLowerCase());
  if (!contact) throw new Refusal(29);
  return contact;
}

function typeOf(given: Arguments): string {
  const type = given['type'] ?? '0';
  if (type !== '0' && type !== '1') throw new Refusal(21);
  return type;
}

/** The methods on the address book. */
export const addressMethods = {
  'addressbook.list': (service, _given, { account }) => ok(...ofAccount(service, account).map(element)),

  'addressbook.add': (service, given, { account }) => {
    const [email = ''] = addresses(given['email'] ?? '', 1);
    const there = ofAccount(service, account);
    if (there.some((contact) => contact.email.toLowerCase() === email.toLowerCase())) throw new Refusal(28);
    if (there.length >= service.knobs.contactsLimit) throw new Refusal(32);
    const contact = { owner: account, email, name: given['name'] ?? '', description: given['description'] ?? '', type: typeOf(given) };
    service.state.contacts.push(contact);
    return ok(element(contact));
  },

  'addressbook.update': (service, given, { account }) => {
    const contact = find(service, account, given['email'] ?? '');
    if (given['type'] !== undefined) contact.type = typeOf(given);
    if (given['name'] !== undefined) contact.name = given['name'];
    if (given['description'] !== undefined) contact.description = given['description'];
    return ok(element(contact));
  },

  'addressbook.delete': (service, given, { account }) =>
    each(listed(given['email'] ?? ''), { list: 'email' }, (email) => {
      const { contacts } = service.state;
      contacts.splice(contacts.indexOf(find(service, account, email)), 1);
      return undefined;
    }),
} satisfies Record<string, SessionMethod>;
