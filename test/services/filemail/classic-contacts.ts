import type { Parameters } from './classic-parameters.js';
import type { Call } from './classic.js';
import { invalid, Refusal } from './errors.js';
import { contactsOf, groupsOf, isAddress } from './people.js';
import type { Contact, ContactGroup, User } from './records.js';
import type { Service } from './service.js';
import { identity } from './state.js';

/** The address book in version 1, which can be changed there. */
export function contactCalls(service: Service): Record<string, Call> {
  const { state } = service;
  const signedIn = (parameters: Parameters): User => {
    const user = parameters.user();
    if (!user) throw new Refusal(401, 'InvalidOrExpiredLoginToken', 'Please login.');
    return user;
  };
  const address = (email: string): string => {
    if (!isAddress(email)) throw invalid('email', `"${email}" is no address.`, 'InvalidEmail');
    return email.toLowerCase();
  };
  const own = (parameters: Parameters): Contact => {
    const id = parameters.need('contactid');
    const contact = contactsOf(service, signedIn(parameters)).find((entry) => entry.id === id);
    if (!contact) throw invalid('contactid', 'there is no such contact.');
    return contact;
  };
  const ownGroup = (parameters: Parameters): ContactGroup => {
    const id = parameters.need('contactgroupid');
    const group = groupsOf(service, signedIn(parameters)).find((entry) => entry.id === id);
    if (!group) throw invalid('contactgroupid', 'there is no such group.');
    return group;
  };
  const showGroup = ({ id, name }: ContactGroup): Record<string, unknown> => ({ contactgroupid: id, name, contactgroupname: name });
  const show = ({ id, name, email, groups }: Contact): Record<string, unknown> => ({
    contactid: id,
    name,
    email,
    groups: [...groups].flatMap((group) => state.groups.get(group) ?? []).map(showGroup),
  });
  return {
    'contacts/get': (parameters) => ({ contacts: contactsOf(service, signedIn(parameters)).map(show) }),
    'contacts/add': (parameters) => {
      const contact: Contact = {
        id: identity(),
        userId: signedIn(parameters).id,
        name: parameters.need('name'),
        email: address(parameters.need('email')),
        mobile: parameters.text('mobile') ?? '',
        groups: new Set(),
      };
      state.contacts.set(contact.id, contact);
      return { contact: show(contact) };
    },
    'contacts/update': (parameters) => {
      const contact = own(parameters);
      const email = parameters.text('email');
      contact.email = email === undefined ? contact.email : address(email);
      contact.name = parameters.text('name') ?? contact.name;
      contact.mobile = parameters.text('mobile') ?? contact.mobile;
      return { contact: show(contact) };
    },
    'contacts/delete': (parameters) => {
      state.contacts.delete(own(parameters).id);
      return {};
    },
    'contacts/addtogroup': (parameters) => {
      own(parameters).groups.add(ownGroup(parameters).id);
      return {};
    },
    'contacts/removefromgroup': (parameters) => {
      own(parameters).groups.delete(ownGroup(parameters).id);
      return {};
    },
    'contacts/group/get': (parameters) => ({ groups: groupsOf(service, signedIn(parameters)).map(showGroup) }),
    'contacts/group/add': (parameters) => {
      const group: ContactGroup = { id: identity(), userId: signedIn(parameters).id, name: parameters.need('name') };
      state.groups.set(group.id, group);
      return { group: showGroup(group) };
    },
    'contacts/group/update': (parameters) => {
      const group = ownGroup(parameters);
      group.name = parameters.need('name');
      return { group: showGroup(group) };
    },
    'contacts/group/delete': (parameters) => {
      const { id } = ownGroup(parameters);
      state.groups.delete(id);
      for (const contact of state.contacts.values()) contact.groups.delete(id);
      return {};
    },
  };
}
