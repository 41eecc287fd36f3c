import type { Company, Contact, ContactGroup, User } from './records.js';
import { identity, type State } from './state.js';

/** Who may sign in to a seeded service, and with what. */
export const CREDENTIALS = {
  /** Of all users. */
  password: 'correct-horse-battery',
  ownerKey: 'owner-key-0123456789abcdef',
  memberKey: 'member-key-0123456789abcdef',
  /** Of a user of another company. */
  strangerKey: 'stranger-key-0123456789abcdef',
  /** Of the incoming page `photos`. */
  pagePassword: 'say-cheese',
} as const;

/** The seeded companies. */
export const COMPANIES = { ferry: 'company-ferry', other: 'company-other' } as const;

/** Makes a company. */
export function addCompany(state: State, id: string, more: Partial<Company> = {}): Company {
  const company: Company = { id, name: id, customFields: [], pages: new Map(), fileRequests: new Map(), ...more };
  state.companies.set(id, company);
  return company;
}

/** Makes a user, whose address is `name@example.com`. */
export function addUser(state: State, name: string, apiKey: string, more: Partial<User> = {}): User {
  const user: User = {
    id: identity(),
    email: `${name}@example.com`,
    password: CREDENTIALS.password,
    name,
    companyId: COMPANIES.ferry,
    admin: false,
    apiKey,
    twoFactor: false,
    created: Date.now(),
    ...more,
  };
  state.users.set(user.id, user);
  return user;
}

/** Puts somebody into an address book. */
export function addContact(state: State, { id: userId }: User, name: string, email: string, ...groups: ContactGroup[]): Contact {
  const contact: Contact = { id: identity(), userId, name, email, mobile: '', groups: new Set(groups.map(({ id }) => id)) };
  state.contacts.set(contact.id, contact);
  return contact;
}

/** Puts a group into an address book. */
export function addGroup(state: State, { id: userId }: User, name: string): ContactGroup {
  const group: ContactGroup = { id: identity(), userId, name };
  state.groups.set(group.id, group);
  return group;
}

/**
 * Fills a fresh service for tests and demonstrations: `owner` administers a company, `member` belongs to it, `stranger` to another one.
 * The company has the incoming page `photos`, protected and with a question that must be answered, the open page `letters`, the deleted
 * page `gone`, and a file request with one share. The owner's address book has two people in the group `Crew` and one outside it.
 */
export function seed(state: State): void {
  addCompany(state, COMPANIES.ferry, {
    name: 'Ferry',
    pages: new Map(
      [
        {
          id: 'photos',
          password: CREDENTIALS.pagePassword,
          deleted: false,
          customFields: [{ id: 'job', label: 'Job number', required: true }],
          notifies: ['owner@example.com'],
        },
        { id: 'letters', password: '', deleted: false, customFields: [], notifies: [] },
        { id: 'gone', password: '', deleted: true, customFields: [], notifies: [] },
      ].map((page) => [page.id, page]),
    ),
    fileRequests: new Map([['request-1', { id: 'request-1', shares: [{ id: 'share-1', email: 'asked@example.com' }] }]]),
  });
  addCompany(state, COMPANIES.other, { name: 'Other' });
  const owner = addUser(state, 'owner', CREDENTIALS.ownerKey, { admin: true });
  addUser(state, 'member', CREDENTIALS.memberKey);
  addUser(state, 'stranger', CREDENTIALS.strangerKey, { companyId: COMPANIES.other, admin: true });
  const crew = addGroup(state, owner, 'Crew');
  addContact(state, owner, 'Ada Harbour', 'ada@example.com', crew);
  addContact(state, owner, 'Bo Quay', 'bo@example.com', crew);
  addContact(state, owner, 'Cy Pier', 'cy@example.com');
}
