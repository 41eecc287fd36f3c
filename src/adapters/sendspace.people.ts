import type { Backend, CallOptions } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { Contact, Delivery, DeliveryDraft, DraftProblem, Recipient, RecipientState } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import { isUnsure, once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import { checkAddress, findings } from '../backend/drafts.js';
import type { Attributes } from './sendspace.answers.js';
import { faultError, faultOf } from './sendspace.errors.js';
import type { Folders } from './sendspace.folders.js';
import { named } from './sendspace.ids.js';
import { fileItem, folderItem } from './sendspace.items.js';
import { digestOf } from './ticket.js';

/** What sendspace sends: links by mail, with words and nothing else. */
export const SEND: SendCapability = {
  when: ['after-upload'],
  unit: 'items',
  sender: false,
  subject: false,
  message: true,
  note: false,
  password: false,
  startDate: false,
  expiry: false,
  downloadReceipt: false,
  requireLogin: false,
  bcc: false,
  confirmation: false,
  notify: false,
  downloadLimit: false,
  customFields: [],
  link: true,
  required: [],
  maxRecipients: 100,
};

/** Refuses what would be refused; answers the addresses. */
export function addressesOf(draft: DeliveryDraft, send: SendCapability): string[] {
  const [found] = findings(draft, { send, people: [], isThere: () => true, opening: false });
  if (found) throw new BackendError(found.code, found.problem.reason);
  const addresses = draft.recipients.map(({ email }) => {
    checkAddress(email);
    return email ?? '';
  });
  if (addresses.length === 0 && draft.items.length > 1)
    throw new BackendError('invalid', 'A link is of one file or folder: name one, or somebody to send them to.');
  return addresses;
}

/** The service confirms that it took a mail, and tells nothing more of it. */
export const accepted = (recipients: Recipient[]): RecipientState[] => recipients.map((recipient) => ({ recipient, state: 'accepted' }));

/** What was sent, as it is answered; the service keeps no list, so that nothing can be done with it any more. */
export async function deliveryOf(draft: DeliveryDraft, items: Item[] | undefined, link: string | undefined): Promise<Delivery> {
  const { message, recipients, operation } = draft;
  return {
    id: `sent/${await digestOf(operation)}`,
    created: Date.now(),
    ...(message !== undefined && { message }),
    ...(link && (items === undefined || items.length === 1) && { link }),
    recipients: accepted(recipients),
    ...(items && { items }),
    can: [],
  };
}

/** What people calls need of the rest. */
export interface PeopleOptions {
  folders: Folders;
  store: Store;
  /** Whose operations these are. */
  account: string;
  /** Whether mails have the link to the bytes themselves, which paying accounts can have. */
  directLinks: boolean | undefined;
}

type Calls = Pick<Backend, 'check' | 'send' | 'recipients' | 'contacts'>;

const isContact = ({ email }: Attributes): boolean => email !== undefined && email !== '';
const contactOf = ({ email = '', name = '' }: Attributes): Contact => ({ id: email, name, email });

/** Sending what is there, and the address book. Contacts have no ids but their addresses. */
export function createPeople({ folders, store, account, directLinks }: PeopleOptions): Calls {
  const { call } = folders;
  const book = async ({ signal }: CallOptions = {}): Promise<Attributes[]> =>
    (await call('addressbook.list', {}, { deed: 'Reading the address book', signal })).contacts.filter(isContact);

  /** Sends the links of some, and answers which of them went out. */
  async function mail(
    method: string,
    name: 'file_id' | 'folder_id',
    ids: string[],
    values: Record<string, string | undefined>,
  ): Promise<Set<string>> {
    const deed = 'Sending links';
    if (ids.length === 0) return new Set();
    const reply = await call(method, { [name]: ids.join(','), ...values }, { deed });
    const failed = new Set(reply.faults.flatMap((fault) => fault.ids));
    const [general] = reply.faults.filter((fault) => fault.ids.length === 0);
    const done = ids.filter((id) => !failed.has(id) && (!general || reply.ids.includes(id)));
    const [fault] = reply.faults;
    if (done.length === 0 && fault) throw faultError(deed, fault);
    return new Set(done);
  }

  /** What a draft names, with its link. A private folder has one too, but nobody else can open it (code 33). */
  async function find({ id }: Ref): Promise<{ item: Item; link: string | undefined; service: string }> {
    const what = named(id);
    if (what.kind === 'file') {
      const file = await folders.file(what.file);
      return { item: fileItem(file), link: file['download_page_url'], service: what.file };
    }
    if (what.kind !== 'folder' || id === '')
      throw new BackendError('invalid', `"${id}" cannot be sent: name files and folders of this account.`);
    const folder = await folders.folder(what.folder);
    const item = folderItem(folder);
    if (folder['shared'] !== '1')
      throw new BackendError('not-allowed', `The folder "${item.name}" is private, so that nobody could open its link: share it first.`);
    return { item, link: folder['public_url'], service: what.folder };
  }

  /** What `send` would refuse, by the draft itself and by what it names. */
  async function check(draft: DeliveryDraft): Promise<DraftProblem[]> {
    const problems = findings(draft, { send: SEND, people: [], isThere: () => true, opening: false }).map(({ problem }) => problem);
    const wrong = await Promise.all(
      draft.items.map((item) =>
        find(item).then(
          () => [],
          (error: unknown): DraftProblem[] => {
            const { code, message } = toBackendError(error);
            if (!['not-found', 'invalid', 'not-allowed'].includes(code)) throw error;
            return [{ option: 'items', effect: 'refused', reason: message }];
          },
        ),
      ),
    );
    return [...problems, ...wrong.flat()];
  }

  async function send(draft: DeliveryDraft): Promise<Delivery> {
    const addresses = addressesOf(draft, SEND);
    const found = await Promise.all(draft.items.map(find));
    const values = { emails: addresses.join(','), message: draft.message };
    const ids = (kind: Item['kind']) => found.filter(({ item }) => item.kind === kind).map(({ service }) => service);
    if (addresses.length > 0) {
      const direct = directLinks === undefined ? undefined : directLinks ? '1' : '0';
      const files = await mail('files.sendMail', 'file_id', ids('file'), { ...values, direct_link: direct });
      const whole = await mail('folders.sendMail', 'folder_id', ids('folder'), values).catch((error: unknown) => {
        // Mails about the files are out: the draft is not one that failed.
        if (files.size === 0 || isUnsure(error)) throw error;
        return new Set<string>();
      });
      const sent = found.filter(({ item, service }) => (item.kind === 'file' ? files : whole).has(service));
      return deliveryOf(
        draft,
        sent.map(({ item }) => item),
        sent[0]?.link,
      );
    }
    return deliveryOf(
      draft,
      found.map(({ item }) => item),
      found[0]?.link,
    );
  }

  return {
    check,
    async send(draft) {
      addressesOf(draft, SEND);
      return once(store, `sendspace-send:${account}:${draft.operation}`, () => send(draft));
    },
    async recipients(text, _, options) {
      const wanted = text.trim().toLowerCase();
      return (await book(options))
        .filter(({ email = '', name = '' }) => `${name}\n${email}`.toLowerCase().includes(wanted))
        .map(({ email = '', name }): Recipient => ({ kind: 'contact', id: email, email, ...(name && { name }) }));
    },
    contacts: {
      async add({ name, email }, options) {
        checkAddress(email);
        const reply = await call('addressbook.add', { email, name, type: '0' }, { deed: 'Adding a contact', signal: options?.signal });
        return contactOf({ name, email, ...reply.contacts[0] });
      },
      async update({ id }, { name, email = id }, options) {
        const signal = options?.signal;
        if (email === id) {
          const reply = await call('addressbook.update', { email: id, name }, { deed: 'Changing a contact', signal });
          return contactOf({ email: id, ...(name !== undefined && { name }), ...reply.contacts[0] });
        }
        checkAddress(email);
        const now = (await book(options)).find((one) => one['email'] === id);
        if (!now) throw new BackendError('not-found', `There is no contact "${id}".`);
        // An address cannot be changed: the contact is made anew with all that it had.
        const values = { email, name: name ?? now['name'], description: now['description'], type: now['type'] };
        const reply = await call('addressbook.add', values, { deed: 'Changing a contact', signal });
        await call('addressbook.delete', { email: id }, { deed: 'Changing a contact', signal });
        return contactOf({ email, name: values.name ?? '', ...reply.contacts[0] });
      },
      async remove({ id }, options) {
        await call('addressbook.delete', { email: id }, { deed: 'Removing a contact', signal: options?.signal }).catch((error: unknown) => {
          if (faultOf(error) !== 29) throw error;
        });
      },
    },
  };
}
