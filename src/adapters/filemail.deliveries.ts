import type { Backend } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft, Recipient, RecipientState } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import { isUnsure, once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import { type AskFilemail, checkDraft, problemsOf } from './filemail.opening.js';
import { addressOf, editOf, optionsOf } from './filemail.options.js';
import { dataOf, jsonOf, listOf, numberOf, recordOf, textOf, transferIn } from './filemail.service.js';
import type { DeliveryTicket, OpenTransfer, OpenTransfers } from './filemail.tickets.js';
import { deliveryOf, isComplete, isThere, type Transfer, transferOf } from './filemail.transfers.js';
import type { Signer } from './ticket.js';

/** What deliveries need of the rest. */
export interface DeliveriesOptions {
  ask: AskFilemail;
  store: Store;
  transfers: OpenTransfers;
  signer: Signer;
  send: (signal: AbortSignal | undefined) => Promise<SendCapability>;
  find: (id: string, signal?: AbortSignal) => Promise<Transfer>;
  /** A transfer however it stands. */
  look: (id: string) => Promise<Transfer | undefined>;
  sent: (signal?: AbortSignal) => Promise<Transfer[]>;
  cancel: (transfer: OpenTransfer, signal?: AbortSignal) => Promise<void>;
}

type Calls = Pick<Backend, 'check' | 'send' | 'deliveries' | 'delivery' | 'change' | 'forward' | 'revoke' | 'recipients'>;

/** Most people that one search tells of. */
const FOUND = 50;

/**
 * What can be said of people whom something was just sent to: those whom the service lists were taken over, or refused at once. A group is
 * listed by its members and so cannot be found again; somebody else who is not listed may have been dropped.
 */
export function statesOf(people: readonly Recipient[], transfer: Transfer | undefined): RecipientState[] {
  const listed = new Map(transfer?.recipients.map((one) => [one.email.toLowerCase(), one]));
  return people.map((recipient) => {
    if (recipient.kind === 'group' || transfer === undefined) return { recipient, state: 'accepted' };
    const found = listed.get(addressOf(recipient).toLowerCase());
    if (!found) return { recipient, state: transfer.own ? 'unknown' : 'accepted' };
    return found.failure !== undefined && !found.delivered
      ? { recipient, state: 'dropped', reason: found.failure }
      : { recipient, state: 'accepted' };
  });
}

/** The calls on deliveries: finishing one that is open, and what can be done with those that were sent. */
export function createDeliveries({ ask, store, transfers, signer, send, find, look, sent, cancel }: DeliveriesOptions): Calls {
  const put = (deed: string, path: string, json: unknown, signal?: AbortSignal) =>
    ask({ deed, path, method: 'PUT', body: { json }, signal });
  const pathOf = (id: string): string => `/transfer/${encodeURIComponent(id)}`;

  async function add(id: string, to: string[]): Promise<Transfer | undefined> {
    const answer = await ask({ deed: 'Forwarding a delivery', path: '/transfer/forward', body: { json: { transferid: id, to } } });
    return transferOf(transferIn(answer), true);
  }

  /** Refuses what was not said when the delivery was opened: its mail is made of that. */
  async function checkSaid(draft: DeliveryDraft, { transfer, said }: DeliveryTicket): Promise<void> {
    for (const [name, value] of Object.entries(optionsOf(draft)))
      if (value !== false && said[name] !== (await signer.mark([transfer.transferid, name, value])))
        throw new BackendError('invalid', `The delivery was opened with another "${name}"; it cannot be changed before it is sent.`);
  }

  /** Finishes a transfer. Where the answer is lost, or says that it was finished before, the transfer itself tells. */
  async function complete(transfer: OpenTransfer): Promise<string | undefined> {
    const { transferid, transferkey } = transfer;
    try {
      return textOf(jsonOf(await put('Sending a delivery', '/transfer/complete', { transferid, transferkey }))['downloadurl']);
    } catch (error) {
      if (['unauthorized', 'rate-limited'].includes(toBackendError(error).code)) throw error;
      const found = await look(transferid).catch(() => undefined);
      if (found && isComplete(found)) return found.url;
      if (!isUnsure(error)) await cancel(transfer).catch(() => undefined);
      throw error;
    }
  }

  async function finish(draft: DeliveryDraft, { transfer, to }: DeliveryTicket): Promise<Delivery> {
    const { transferid } = transfer;
    const link = await complete(transfer);
    await transfers.become(transferid, 'sent');
    // It is sent: what cannot be found out any more must not look like a failure.
    const found = await find(transferid).catch(() => undefined);
    const known = new Set(to.map((one) => one.toLowerCase()));
    const late = draft.recipients.filter((recipient) => !known.has(addressOf(recipient).toLowerCase()));
    const wider = late.length > 0 ? await add(transferid, late.map(addressOf)).catch((error: unknown) => toBackendError(error)) : undefined;
    const failed = wider instanceof BackendError ? wider : undefined;
    const early: Recipient[] = to.map(
      (one) =>
        draft.recipients.find((recipient) => addressOf(recipient).toLowerCase() === one.toLowerCase()) ?? { kind: 'email', email: one },
    );
    const delivery: Delivery = found ? deliveryOf(found) : { id: transferid, recipients: [], can: ['change', 'forward', 'revoke'] };
    return {
      ...delivery,
      ...(link !== undefined && { link }),
      recipients: [
        ...statesOf(early, found),
        ...(failed
          ? late.map((recipient) => ({ recipient, state: 'unknown' as const, reason: failed.message }))
          : statesOf(late, wider as Transfer | undefined)),
      ],
    };
  }

  return {
    check: async (draft, options) => problemsOf(draft, await send(options?.signal)).map(({ problem }) => problem),

    async send(draft, options) {
      const can = await send(options?.signal);
      // What was said when it was opened need not be said again.
      checkDraft(draft, draft.delivery === undefined ? can : { ...can, required: [] });
      if (draft.delivery === undefined)
        throw new BackendError('unsupported', 'Filemail sends only what is uploaded with it: open a delivery first.');
      return once(store, `filemail-operation:${draft.operation}`, async () => {
        const ticket = await transfers.delivery(draft.delivery ?? null);
        await checkSaid(draft, ticket);
        return finish(draft, ticket);
      });
    },

    async deliveries({ cursor }, options) {
      if (cursor !== undefined) throw new BackendError('expired', 'Deliveries come all at once: this cursor is none.');
      return { deliveries: (await sent(options?.signal)).map(deliveryOf) };
    },
    delivery: async ({ id }, options) => deliveryOf(await find(id, options?.signal)),

    async change({ id }, patch, options) {
      if (patch.downloadLimit !== undefined) throw new BackendError('unsupported', 'Filemail does not limit downloads of a delivery.');
      const can = await send(options?.signal);
      if (patch.subject !== undefined && (patch.subject === '' || (can.subject && patch.subject.length > can.subject.maxLength)))
        throw new BackendError('invalid', 'A subject has 1 to 200 characters.');
      const now = await find(id, options?.signal);
      const changed = transferOf(transferIn(await put('Changing a delivery', pathOf(id), editOf(now, patch), options?.signal)), true);
      return deliveryOf(changed?.files.length ? changed : await find(id, options?.signal));
    },

    async forward({ id }, { recipients, message, operation }) {
      if (recipients.length === 0) throw new BackendError('invalid', 'There is nobody to forward to.');
      recipients.forEach(addressOf);
      return once(store, `filemail-operation:${operation}`, async () => {
        const now = await find(id);
        const known = new Set(now.recipients.map(({ email }) => email.toLowerCase()));
        // Words go along only when the link is shared; recipients of their own, with tracking, are only made by forwarding.
        const isShared = (recipient: Recipient): boolean => message !== undefined || known.has(addressOf(recipient).toLowerCase());
        const shared = recipients.filter(isShared).map(addressOf);
        const added = recipients.filter((recipient) => !isShared(recipient)).map(addressOf);
        const wider = added.length > 0 ? await add(id, added) : undefined;
        if (shared.length > 0)
          await ask({
            deed: 'Sharing a delivery',
            path: '/transfer/share',
            body: { json: { transferid: id, message: message ?? now.message ?? '', to: shared } },
          });
        return recipients.flatMap((recipient) =>
          isShared(recipient) ? [{ recipient, state: 'accepted' as const }] : statesOf([recipient], wider),
        );
      });
    },

    async revoke({ id }, options) {
      await ask({ deed: 'Deleting a delivery', path: pathOf(id), method: 'DELETE', signal: options?.signal }).catch((error: unknown) => {
        if (toBackendError(error).code !== 'not-found') throw error;
      });
    },

    async recipients(text, _, options) {
      const term = text.trim();
      if (term === '') return [];
      const body = { json: { term, exclude: [], limit: FOUND } };
      const data = dataOf(await ask({ deed: 'Searching contacts', path: '/contact/search', body, signal: options?.signal }));
      return listOf(data['contacts']).flatMap((one): Recipient[] => {
        const contact = recordOf(one);
        const name = textOf(contact['name']);
        const email = textOf(contact['email']);
        if (contact['isGroup'] === true || (email === undefined && numberOf(contact['memberCount']) !== undefined))
          return name === undefined ? [] : [{ kind: 'group', id: name, name }];
        return email === undefined ? [] : [{ kind: 'contact', id: email, email, ...(name !== undefined && { name }) }];
      });
    },
  };
}

/** Sent transfers that are there, newest first. */
export const newestFirst = (transfers: Transfer[]): Transfer[] => transfers.filter(isThere).sort((a, b) => (b.sent ?? 0) - (a.sent ?? 0));
