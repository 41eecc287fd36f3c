import type { Backend, CallOptions } from '../backend/backend.js';
import type { FileRequest, FileRequestDraft, Recipient, RecipientState } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Ref } from '../backend/item.js';
import { isAddress } from './files-com.drafts.js';
import { hasCode, invalid, unless } from './files-com.errors.js';
import type { Ground } from './files-com.ground.js';
import { encodePath, isSame, isWithin } from './files-com.paths.js';
import { createPeople, groupOf } from './files-com.people.js';
import { type Fields, fieldsOf, idOf, listOf, numberOf, present, textOf } from './files-com.reading.js';
import { type Behavior, behaviorsOf } from './files-com.rules.js';
import { share } from './files-com.sharing.js';

/** Requests of a page. */
const PAGE = 50;
const HIDDEN = ['forbidden', 'not-found', 'invalid'] as const;
const INBOX = { 'filter[behavior]': 'inbox' } as const;

/** The end of an inbox's address, which nobody can guess. */
function keyOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const random = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return words === '' ? random : `${words}-${random}`;
}

/** People with an account are asked by the service itself; anybody else gets an inbox, which needs none. */
const isKnown = (recipient: Recipient): boolean =>
  (recipient.kind === 'user' && recipient.id !== undefined) || groupOf(recipient)?.shared === false;

/** Files asked of others. */
export function createRequests(ground: Ground): Pick<Backend, 'request' | 'requests'> {
  const { api, paths, entries, account, once } = ground;
  const people = createPeople(ground);

  /** Its address is the site's with its key, as all inboxes in use have it. Whoever has that may upload, without an account. */
  const inboxOf = (pages: string | undefined, inbox: Behavior, recipients: RecipientState[]): FileRequest => {
    const value = fieldsOf(inbox.value);
    const key = textOf(value['key']);
    return present<FileRequest>({
      id: `inbox-${idOf(inbox.id) ?? ''}`,
      title: textOf(value['title']) ?? key ?? '',
      message: textOf(value['description']),
      help: textOf(value['help_text']),
      link: pages === undefined || key === undefined ? undefined : `${pages}/u/${encodeURIComponent(key)}`,
      recipients,
    });
  };

  const invited = async (inbox: Behavior, options?: CallOptions): Promise<RecipientState[]> => {
    const query = { inbox_id: idOf(inbox.id) };
    const asked = api.all('Reading who was invited to an inbox', '/inbox_recipients', { query, signal: options?.signal });
    return listOf(await unless(HIDDEN, asked, [])).map((one) => ({
      recipient: present<Recipient>({
        kind: 'email',
        email: textOf(one['recipient']),
        name: textOf(one['name']),
        company: textOf(one['company']),
      }),
      state: textOf(one['sent_at']) === undefined ? 'accepted' : 'sent',
    }));
  };

  /** Opens an inbox and invites to it. Where nobody can be invited it does not stay. */
  const openInbox = async (
    path: string,
    { title, message, help, recipients }: FileRequestDraft,
    options?: CallOptions,
  ): Promise<FileRequest> => {
    const { signal } = options ?? {};
    const { pages } = await account(signal);
    const value = {
      key: keyOf(title),
      title,
      ...(message !== undefined && { description: message }),
      ...(help !== undefined && { help_text: help }),
    };
    const json = { path, behavior: 'inbox', value };
    const [inbox] = behaviorsOf([(await api.post('Opening an inbox', '/behaviors', { json, signal })).json()]);
    const id = numberOf(inbox?.id);
    if (!inbox || id === undefined) throw new BackendError('server', 'Opening an inbox failed: Files.com answered no number.');
    const states = await share(
      recipients,
      {
        before: [],
        resolve: people.addressees,
        invite: async (some) => {
          for (const one of some) {
            const about = { inbox_id: id, ...one, share_after_create: true, ...(message !== undefined && { note: message }) };
            await api.post('Inviting people to an inbox', '/inbox_recipients', { json: about, signal });
          }
        },
      },
      options,
    );
    if (states.length > 0 && states.every(({ state }) => state === 'dropped')) {
      await api.delete('Closing an inbox', `/behaviors/${String(id)}`);
      throw new BackendError('not-allowed', `Nobody could be invited. ${states[0]?.reason ?? ''}`);
    }
    return inboxOf(pages, { ...inbox, value: { ...value, ...fieldsOf(inbox.value) } }, states);
  };

  const requestOf = (request: Fields, recipients: RecipientState[]): FileRequest => ({
    id: `request-${idOf(request['id']) ?? ''}`,
    title: textOf(request['destination']) ?? '',
    recipients,
  });

  const askPeople = async (path: string, { title, recipients }: FileRequestDraft, options?: CallOptions): Promise<FileRequest> => {
    const users = recipients.flatMap(({ kind, id }) => (kind === 'user' && id !== undefined ? [id] : []));
    const groups = recipients.flatMap((one) => groupOf(one)?.number ?? []);
    const json = {
      path,
      destination: title,
      ...(users.length > 0 && { user_ids: users.join(',') }),
      ...(groups.length > 0 && { group_ids: groups.join(',') }),
    };
    const made = (await api.post(`Asking for "${title}"`, '/requests', { json, signal: options?.signal })).json();
    const [first] = listOf(Array.isArray(made) ? made : [made]);
    return requestOf(
      first ?? {},
      recipients.map((recipient) => ({ recipient, state: 'accepted' })),
    );
  };

  /** The inboxes of a folder, or all. Who may not see those of the site sees what lies below the root folder. */
  const inboxes = async (path: string | undefined, options?: CallOptions): Promise<Behavior[]> => {
    const { signal } = options ?? {};
    const deed = 'Listing inboxes';
    const at = async (where: string, query = {}): Promise<unknown[]> =>
      unless(HIDDEN, api.all(deed, `/behaviors/folders/${encodePath(where)}`, { query: { ...INBOX, ...query }, signal }), []);
    let answered: unknown[];
    if (path !== undefined) answered = await at(path);
    else {
      try {
        answered = await api.all(deed, '/behaviors', { query: INBOX, signal });
      } catch (error) {
        if (!hasCode(error, ...HIDDEN)) throw error;
        answered = await at(paths.root, { recursive: true });
      }
    }
    return behaviorsOf(answered).filter(
      (one) => one.type === 'inbox' && (path === undefined ? isWithin(one.path, paths.root) : isSame(one.path, path)),
    );
  };

  return {
    async request(draft, options) {
      const { folder, title, recipients, password, expiryDays } = draft;
      if (title.trim() === '') throw invalid('A request for files has a title.');
      if (password !== undefined || typeof expiryDays === 'number')
        throw new BackendError('unsupported', 'An inbox has neither a password nor an end that can be set with it.');
      for (const { kind, email } of recipients)
        if (kind === 'email' && !isAddress(email)) throw invalid(`${JSON.stringify(email)} is no e-mail address.`);
      const path = paths.pathOf(folder.id);
      await entries.folder(folder, options);
      const known = recipients.length > 0 && recipients.every(isKnown);
      return once('request', draft.operation, () => (known ? askPeople(path, draft, options) : openInbox(path, draft, options)));
    },

    async requests({ cursor, folder, mine }: { cursor?: string; folder?: Ref; mine?: boolean }, options) {
      const path = folder && paths.pathOf(folder.id);
      const where = path === undefined ? '/requests' : `/requests/folders/${encodePath(path)}`;
      const asked = api.all('Listing requests', where, { query: { mine }, signal: options?.signal });
      const [boxes, requests, { pages }] = await Promise.all([
        mine ? [] : inboxes(path, options),
        unless(HIDDEN, asked, []),
        account(options?.signal),
      ]);
      const all: { id: string; show: () => Promise<FileRequest> }[] = [
        ...boxes.map((inbox) => ({
          id: `inbox-${idOf(inbox.id) ?? ''}`,
          show: async () => inboxOf(pages, inbox, await invited(inbox, options)),
        })),
        ...listOf(requests)
          .filter((one) => isWithin(textOf(one['path']) ?? '', paths.root))
          .map((one) => ({ id: `request-${idOf(one['id']) ?? ''}`, show: () => Promise.resolve(requestOf(one, [])) })),
      ];
      const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
      if (cursor !== undefined && start === 0)
        throw new BackendError('expired', 'The cursor is none of this backend: list from the start.');
      const page = all.slice(start, start + PAGE);
      const last = page.at(-1);
      return {
        requests: await Promise.all(page.map(({ show }) => show())),
        ...(start + PAGE < all.length && last && { cursor: last.id }),
      };
    },
  };
}
