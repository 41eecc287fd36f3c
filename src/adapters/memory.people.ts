import type { Capabilities, SendCapability } from '../backend/capabilities.js';
import type {
  Contact,
  Delivery,
  DeliveryDraft,
  DeliveryPatch,
  DraftProblem,
  FileRequest,
  FileRequestDraft,
  Recipient,
  RecipientState,
} from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import type { Ticket } from '../backend/upload.js';
import { checkAddress, findings, type Terms } from '../backend/drafts.js';
import type { Entry, Tree } from './memory.tree.js';
import { ticketId } from './memory.uploads.js';

/** What of {@link SendCapability} a change to a delivery needs. */
const PATCH_NEEDS: Record<keyof DeliveryPatch, keyof SendCapability> = {
  subject: 'subject',
  message: 'message',
  password: 'password',
  expires: 'expiry',
  downloadLimit: 'downloadLimit',
};
const DAY = 86_400_000;

type Kept = Omit<Delivery, 'items' | 'can'> & { created: number; itemIds: string[] };

/** What the calls on people need to know of the rest. */
export interface PeopleOptions {
  tree: Tree;
  can: Capabilities;
  view: (entry: Entry) => Item;
  /** Users and groups that the service knows. */
  people: readonly Recipient[];
  /** Open deliveries by their ticket's id, each with the ids of the items that came with it. */
  open: Map<string, string[]>;
  /** Ends the open uploads of a delivery. */
  settle: (delivery: string, sent: boolean) => void;
  /** Why somebody cannot be sent to for now. */
  miss: (recipient: Recipient) => string | undefined;
  once: <T>(operation: string, act: () => T) => T;
  id: () => string;
}

/** The calls that bring items to people. */
export function createPeople({ tree, can, view, people, open, settle, miss, once, id }: PeopleOptions) {
  const contacts = new Map<string, Contact>();
  const sent: Kept[] = [];
  const asked: FileRequest[] = [];
  /** The folder of each request. */
  const places = new Map<string, string>();
  const pageSize = (can.list && can.list.pageSize) || 100;

  const paged = <T extends Ref>(all: T[], cursor: string | undefined): { entries: T[]; cursor?: string } => {
    const newest = [...all].reverse();
    const start = cursor === undefined ? 0 : newest.findIndex((entry) => entry.id === cursor) + 1;
    if (cursor !== undefined && start === 0) throw new BackendError('expired', 'The cursor is none of this backend: list from the start.');
    const entries = newest.slice(start, start + pageSize);
    const last = entries.at(-1);
    return last && start + pageSize < newest.length ? { entries, cursor: last.id } : { entries };
  };
  const terms = (opening = false): Terms => ({ send: sending(), people, isThere: (of) => tree.seek(of) !== undefined, opening });
  const accept = (draft: DeliveryDraft, opening = false) => {
    const send = sending();
    const found = findings(draft, terms(opening));
    const refused = found.find(({ problem }) => problem.effect === 'refused');
    if (refused) throw new BackendError(refused.code, refused.problem.reason);
    const around = opening || draft.delivery !== undefined;
    if (!send.when.includes(around ? 'around-upload' : 'after-upload'))
      throw new BackendError(
        'unsupported',
        around ? 'This backend sends what is there already.' : 'This backend sends only what is uploaded with it.',
      );
    return { send, dropped: found.map(({ problem }) => problem) };
  };
  const sending = (): SendCapability => {
    if (!can.send) throw new BackendError('unsupported', 'This backend sends nothing.');
    return can.send;
  };

  const reach = (recipient: Recipient): RecipientState => {
    const reason = miss(recipient);
    return reason === undefined ? { recipient, state: 'sent' } : { recipient, state: 'dropped', reason, retryable: true };
  };
  const states = (recipients: Recipient[], dropped: DraftProblem[] = []): RecipientState[] =>
    recipients.map((recipient) => {
      const reason = dropped.find((problem) => problem.recipient === recipient)?.reason;
      return reason === undefined ? reach(recipient) : { recipient, state: 'dropped', reason };
    });
  const show = ({ itemIds, ...kept }: Kept): Delivery => ({
    ...structuredClone(kept),
    items: itemIds.flatMap((of) => tree.seek(of) ?? []).map(view),
    can: kept.revoked
      ? []
      : (['change', 'forward', 'retry', 'revoke'] as const).filter(
          (deed) => can[deed] && (deed !== 'retry' || kept.recipients.some(({ retryable }) => retryable)),
        ),
  });
  const find = (ref: Ref): Kept => {
    const kept = sent.find((delivery) => delivery.id === ref.id);
    if (!kept) throw new BackendError('not-found', `There is no delivery "${ref.id}".`);
    return kept;
  };
  const live = (ref: Ref): Kept => {
    const kept = find(ref);
    if (kept.revoked) throw new BackendError('not-allowed', 'The delivery was revoked.');
    return kept;
  };
  const contact = (ref: Ref): Contact => {
    const kept = contacts.get(ref.id);
    if (!kept) throw new BackendError('not-found', `There is no contact "${ref.id}".`);
    return kept;
  };
  const ends = (days: number | null | undefined) => (days ? { expires: Date.now() + days * DAY } : {});

  return {
    recipients: (text: string, { folder }: { folder?: Ref }): Recipient[] => {
      if (folder) tree.folder(folder);
      const wanted = text.trim().toLowerCase();
      const book = [...contacts.values()].map((known): Recipient => ({ kind: 'contact', ...known }));
      return [...people.map((known) => ({ ...known })), ...book]
        .filter(({ name = '', email = '' }) => `${name}\n${email}`.toLowerCase().includes(wanted))
        .slice(0, 50);
    },
    contacts: {
      add: ({ name, email }: { name: string; email: string }): Contact => {
        checkAddress(email);
        if ([...contacts.values()].some((known) => known.email === email))
          throw new BackendError('exists', `"${email}" is a contact already.`);
        const made = { id: id(), name, email };
        contacts.set(made.id, made);
        return { ...made };
      },
      update: (ref: Ref, { name, email }: { name?: string; email?: string }): Contact => {
        const kept = contact(ref);
        if (email !== undefined) checkAddress(email);
        Object.assign(kept, { name: name ?? kept.name, email: email ?? kept.email });
        return { ...kept };
      },
      remove: (ref: Ref) => void contacts.delete(ref.id),
    },
    open: (draft: DeliveryDraft): { ticket: Ticket } => {
      accept(draft, true);
      const key = id();
      open.set(key, []);
      return { ticket: { id: key } };
    },
    check: (draft: DeliveryDraft): DraftProblem[] => findings(draft, terms()).map(({ problem }) => problem),
    send: (draft: DeliveryDraft) =>
      once(`send ${draft.operation}`, () => {
        const { send, dropped } = accept(draft);
        const itemIds = draft.items.map((item) => item.id);
        if (draft.delivery !== undefined) {
          const key = ticketId(draft.delivery);
          const came = open.get(key);
          if (!came) throw new BackendError('not-found', 'There is no open delivery of this ticket.');
          settle(key, true);
          open.delete(key);
          itemIds.push(...came);
        }
        const key = id();
        const kept: Kept = {
          id: key,
          created: Date.now(),
          ...(draft.subject === undefined ? {} : { subject: draft.subject }),
          ...(draft.message === undefined ? {} : { message: draft.message }),
          ...(send.link ? { link: `memory:delivery/${key}` } : {}),
          ...ends(draft.expiryDays === undefined && send.expiry ? send.expiry.default : draft.expiryDays),
          recipients: states(draft.recipients, dropped),
          itemIds,
        };
        sent.push(kept);
        for (const of of itemIds) tree.seek(of)?.history.push({ at: kept.created, action: 'sent', by: can.account });
        return show(kept);
      }),
    deliveries: ({ cursor }: { cursor?: string }): { deliveries: Delivery[]; cursor?: string } => {
      const { entries, ...rest } = paged(sent, cursor);
      return { deliveries: entries.map(show), ...rest };
    },
    delivery: (ref: Ref) => show(find(ref)),
    change: (ref: Ref, patch: DeliveryPatch): Delivery => {
      const kept = live(ref);
      const send = sending();
      for (const [option, need] of Object.entries(PATCH_NEEDS))
        if (patch[option as keyof DeliveryPatch] !== undefined && !send[need])
          throw new BackendError('unsupported', `This backend has no "${option}" of a delivery.`);
      const { subject, message, expires } = patch;
      if (subject !== undefined) kept.subject = subject;
      if (message !== undefined) kept.message = message;
      if (expires === null) delete kept.expires;
      else if (expires !== undefined) kept.expires = expires;
      return show(kept);
    },
    forward: (ref: Ref, { recipients, operation }: { recipients: Recipient[]; message?: string; operation: string }) =>
      once(`forward ${operation}`, () => {
        const kept = live(ref);
        if (recipients.length === 0) throw new BackendError('invalid', 'There is nobody to forward to.');
        for (const { kind, email } of recipients) if (kind === 'email') checkAddress(email);
        const added = states(recipients);
        kept.recipients.push(...added);
        return added;
      }),
    retry: (ref: Ref): Delivery => {
      const kept = live(ref);
      kept.recipients = kept.recipients.map((one) => (one.retryable ? reach(one.recipient) : one));
      return show(kept);
    },
    revoke: (ref: Ref): void => {
      const kept = find(ref);
      kept.revoked = true;
      delete kept.link;
    },
    request: ({ operation, folder, title, message, help, recipients, expiryDays }: FileRequestDraft) =>
      once(`request ${operation}`, () => {
        tree.folder(folder);
        if (!title) throw new BackendError('invalid', 'A request for files has a title.');
        for (const { kind, email } of recipients) if (kind === 'email') checkAddress(email);
        const key = id();
        const made: FileRequest = {
          id: key,
          title,
          ...(message === undefined ? {} : { message }),
          ...(help === undefined ? {} : { help }),
          link: `memory:request/${key}`,
          ...ends(expiryDays),
          recipients: recipients.map((recipient) => ({ recipient, state: 'sent' })),
        };
        asked.push(made);
        places.set(key, folder.id);
        return made;
      }),
    requests: ({ cursor, folder }: { cursor?: string; folder?: Ref }): { requests: FileRequest[]; cursor?: string } => {
      const { entries, ...rest } = paged(folder ? asked.filter(({ id: key }) => places.get(key) === folder.id) : asked, cursor);
      return { requests: structuredClone(entries), ...rest };
    },
  };
}
