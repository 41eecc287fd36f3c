import type { Backend, CallOptions } from '../backend/backend.js';
import type { Recipient } from '../backend/delivery.js';
import { invalid, unless } from './files-com.errors.js';
import type { Ground } from './files-com.ground.js';
import { type Fields, fieldsOf, idOf, listOf, present, textOf, textsOf } from './files-com.reading.js';

/** People that are suggested at most. */
const MOST = 50;
/** What ordinary users may not ask for. */
const HIDDEN = ['forbidden', 'not-found', 'invalid'] as const;

/** Somebody who can be written to. */
export interface Addressee {
  recipient: string;
  name?: string;
  company?: string;
}

const includes = (field: unknown, text: string): boolean => (textOf(field) ?? '').toLowerCase().includes(text.toLowerCase());

const userOf = (user: Fields): Recipient =>
  present<Recipient>({
    kind: 'user',
    id: idOf(user['id']),
    email: textOf(user['email']),
    name: textOf(user['name']) ?? textOf(user['username']),
    company: textOf(user['company']),
  });

const addresseeOf = (person: Fields): Addressee | undefined => {
  const recipient = textOf(person['email']);
  return recipient === undefined
    ? undefined
    : present<Addressee>({ recipient, name: textOf(person['name']), company: textOf(person['company']) });
};

/** The number in the id of a group: those of users and those for sharing are counted apart. */
export const groupOf = ({ kind, id }: Recipient): { shared: boolean; number: string } | undefined => {
  const [, sort, number = ''] = /^(share|group)-(\d+)$/.exec(kind === 'group' ? (id ?? '') : '') ?? [];
  return sort === undefined ? undefined : { shared: sort === 'share', number };
};

/** Looks for people, and for whom a group stands. */
export function createPeople({ api }: Ground): Pick<Backend, 'recipients'> & {
  /** Everybody whom a recipient stands for; rejects with `invalid` where there is no address. */
  addressees: (recipient: Recipient, options?: CallOptions) => Promise<Addressee[]>;
} {
  const usersOf = async (ids: readonly string[], options?: CallOptions): Promise<Fields[]> =>
    ids.length === 0
      ? []
      : listOf(await api.all('Looking for users', '/users', { query: { ids: ids.join(',') }, signal: options?.signal }));

  return {
    async recipients(text, _, options) {
      const { signal } = options ?? {};
      const search = text.trim();
      const query = { per_page: MOST, search: search === '' ? undefined : search };
      const [users, groups, shared] = await Promise.all([
        unless(
          HIDDEN,
          api.get('Looking for users', '/users', { query, signal }).then((answer) => answer.json()),
          [],
        ),
        unless(HIDDEN, api.all('Looking for groups', '/groups', { signal }), []),
        unless(HIDDEN, api.all('Looking for groups to share with', '/share_groups', { signal }), []),
      ]);
      const named = (kind: 'group' | 'share', list: unknown): Recipient[] =>
        listOf(list).flatMap((group): Recipient[] => {
          const id = idOf(group['id']);
          const found = includes(group['name'], search) || (kind === 'share' && includes(group['notes'], search));
          return id !== undefined && found ? [present<Recipient>({ kind: 'group', id: `${kind}-${id}`, name: textOf(group['name']) })] : [];
        });
      return [...listOf(users).map(userOf), ...named('share', shared), ...named('group', groups)].slice(0, MOST);
    },

    async addressees(recipient, options) {
      const { kind, id, email, name, company } = recipient;
      if (email !== undefined) return [present<Addressee>({ recipient: email, name, company })];
      const group = groupOf(recipient);
      const { signal } = options ?? {};
      let people: Fields[] = [];
      if (group?.shared) {
        const answer = await api.get('Reading a group to share with', `/share_groups/${group.number}`, { signal });
        people = listOf(fieldsOf(answer.json())['members']);
      } else if (group) {
        const answer = await api.get('Reading a group', `/groups/${group.number}`, { signal });
        people = await usersOf(textsOf(fieldsOf(answer.json())['user_ids']), options);
      } else if (kind === 'user' && id !== undefined) people = await usersOf([id], options);
      const found = people.flatMap((person) => addresseeOf(person) ?? []);
      if (found.length === 0) throw invalid(`There is no address for the ${kind} "${name ?? id ?? ''}".`);
      return found;
    },
  };
}
