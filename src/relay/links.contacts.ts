import { createHash, randomUUID } from 'node:crypto';
import type { Backend, CallOptions } from '../backend/backend.js';
import type { Contact, Recipient } from '../backend/delivery.js';
import { checkAddress } from '../backend/drafts.js';
import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';

type Person = Pick<Contact, 'name' | 'email'>;

/** Most people that are answered for what somebody typed. */
const MOST = 50;

/** Where one user's address book lies. */
const bookOf = ({ by }: CallOptions): string =>
  `contacts-${
    by
      ? createHash('sha256')
          .update(JSON.stringify([by.backend, by.user]))
          .digest('hex')
          .slice(0, 24)
      : 'all'
  }:`;

/** One contact of a user; nothing where there is none. */
export const readContact = async (store: Store, id: string, options: CallOptions): Promise<Person | undefined> =>
  (await store.get(bookOf(options) + id))?.value as unknown as Person | undefined;

/** An address book for each user, kept in the store. */
export function contactCalls(store: Store): Pick<Backend, 'recipients' | 'contacts'> {
  async function all(options: CallOptions): Promise<Contact[]> {
    const book = bookOf(options);
    const found: Contact[] = [];
    for await (const key of store.keys(book)) {
      const id = key.slice(book.length);
      const person = await readContact(store, id, options);
      if (person) found.push({ id, ...person });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  return {
    async recipients(text, _, options = {}) {
      const wanted = text.trim().toLowerCase();
      return (await all(options))
        .filter(({ name, email }) => `${name}\n${email}`.toLowerCase().includes(wanted))
        .slice(0, MOST)
        .map((contact): Recipient => ({ kind: 'contact', ...contact }));
    },
    contacts: {
      async add({ name, email }, options = {}) {
        checkAddress(email);
        if ((await all(options)).some((known) => known.email === email))
          throw new BackendError('exists', `"${email}" is a contact already.`);
        const id = randomUUID();
        await store.set(bookOf(options) + id, { name, email });
        return { id, name, email };
      },
      async update({ id }, { name, email }, options = {}) {
        if (email !== undefined) checkAddress(email);
        for (;;) {
          const stored = await store.get(bookOf(options) + id);
          if (!stored) throw new BackendError('not-found', `There is no contact "${id}".`);
          const before = stored.value as unknown as Person;
          const after = { name: name ?? before.name, email: email ?? before.email };
          if (await store.set(bookOf(options) + id, after, { ifVersion: stored.version })) return { id, ...after };
        }
      },
      remove: ({ id }, options = {}) => store.delete(bookOf(options) + id),
    },
  };
}
