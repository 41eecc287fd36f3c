import type { Backend, CallOptions } from '../backend/backend.js';
import type { Delivery, DeliveryDraft, RecipientState } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import { checkDraft, checkPatch, itemOr, peopleOf } from './links.drafts.js';
import { DAY, type LinkGround } from './links.ground.js';
import { letterOfDelivery } from './links.letters.js';
import { hashPassword } from './links.passwords.js';
import { now, type Addressee, type LinkRecord, type Owner, type Sent } from './links.records.js';
import { isMissed, stateOf, writeAll } from './links.writing.js';

type DeliveryCalls = Pick<Backend, 'check' | 'send' | 'deliveries' | 'delivery' | 'change' | 'forward' | 'retry' | 'revoke'>;

/** Whom a link is made for. */
export const ownerOf = ({ by }: CallOptions): { by?: Owner } => (by ? { by: { backend: by.backend, user: by.user, root: by.root } } : {});

export const isExpired = ({ expires }: LinkRecord): boolean => expires !== undefined && expires <= Date.now();

/** What goes on in this process under one name is not begun twice at once. */
export function together(): <T>(name: string, deed: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<unknown>>();
  return <T>(name: string, deed: () => Promise<T>): Promise<T> => {
    const going = running.get(name) ?? deed().finally(() => running.delete(name));
    running.set(name, going);
    return going as Promise<T>;
  };
}

/** Whoever is written to must be able to follow the link. */
function checkLive(record: LinkRecord): void {
  if (record.revoked) throw new BackendError('not-allowed', 'The delivery was revoked.');
  if (isExpired(record)) throw new BackendError('expired', 'The delivery has expired; give it more time first.');
}

const without = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const rest = { ...value };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one that the type has
  delete rest[key];
  return rest;
};

/** The calls that send by links. */
export function deliveryCalls(ground: LinkGround): DeliveryCalls {
  const { records, urlOf, mail, send: sending } = ground;
  const once = together();

  function canOf(record: LinkRecord): Delivery['can'] {
    if (record.revoked) return [];
    if (isExpired(record) || !mail) return ['change', 'revoke'];
    return record.people.some(isMissed) ? ['change', 'forward', 'retry', 'revoke'] : ['change', 'forward', 'revoke'];
  }

  /** A delivery without its items, which many of them together would be too much of. */
  function told(id: string, record: LinkRecord): Delivery {
    const { subject, message, at, expires, revoked, downloads, people } = record;
    return {
      id,
      ...(subject !== undefined && { subject }),
      ...(message !== undefined && { message }),
      ...(revoked ? { revoked } : { link: urlOf(id).href }),
      created: Math.floor(at / 1000),
      ...(expires !== undefined && { expires }),
      downloads,
      recipients: people.map(stateOf),
      can: canOf(record),
    };
  }

  async function whole(id: string, record: LinkRecord, options: CallOptions = {}): Promise<Delivery> {
    const items = await Promise.all((await records.items(id)).map((item) => itemOr(ground, item, options)));
    return { ...told(id, record), items: items.filter((item) => item !== undefined) };
  }

  /** The link of a delivery that this user's backend sent. */
  async function find(id: string, { by }: CallOptions): Promise<LinkRecord> {
    const record = await records.find(id);
    if (record?.kind !== 'delivery' || record.by?.backend !== by?.backend)
      throw new BackendError('not-found', `There is no delivery "${id}".`);
    return record;
  }

  const operationOf = (kind: string, operation: string): string => `${kind} ${operation}`;
  const waiting = (recipient: Addressee['recipient'], operation: string): Addressee => ({ recipient, operation, progress: 'waiting' });

  const write = (id: string, operation: string): Promise<LinkRecord> =>
    once(`${id} ${operation}`, () => writeAll(ground, id, operation, (record) => letterOfDelivery(ground, id, record, operation)));

  async function drafted(draft: DeliveryDraft, options: CallOptions): Promise<{ record: LinkRecord; items: Sent[] }> {
    const { found, people, items } = await checkDraft(ground, draft, options);
    if (found[0]) throw new BackendError(found[0].code, found[0].problem.reason);
    const { sender, subject, message, password, expiryDays, downloadReceipt, downloadLimit } = draft;
    const days = expiryDays === undefined ? sending.expiry && sending.expiry.default : expiryDays;
    const record: LinkRecord = {
      kind: 'delivery',
      ...ownerOf(options),
      at: now(),
      ...(subject && { subject }),
      ...(message && { message }),
      ...(sender !== undefined && { sender }),
      ...(password !== undefined && { password: await hashPassword(password) }),
      ...(days && { expires: Date.now() + days * DAY }),
      people: people.map((recipient) => waiting(recipient, operationOf('send', draft.operation))),
      sessions: [],
      downloads: 0,
      ...(downloadLimit !== undefined && { downloadLimit }),
      ...(downloadReceipt && { receipt: 'wanted' }),
    };
    return { record, items: items.map(({ id, name, kind }) => ({ id, name, kind })) };
  }

  return {
    check: async (draft, options = {}) => (await checkDraft(ground, draft, options)).found.map(({ problem }) => problem),
    async send(draft, options = {}) {
      const id = await records.idFor('delivery', draft.operation);
      await records.make(id, () => drafted(draft, options));
      return whole(id, await write(id, operationOf('send', draft.operation)), options);
    },
    async deliveries({ cursor }, { by } = {}) {
      const { ids, ...rest } = await records.page('delivery', by, cursor);
      const found = await Promise.all(ids.map(async (id) => ({ id, record: await records.find(id) })));
      return { ...rest, deliveries: found.flatMap(({ id, record }) => (record ? [told(id, record)] : [])) };
    },
    delivery: async ({ id }, options = {}) => whole(id, await find(id, options), options),
    async change({ id }, patch, options = {}) {
      await find(id, options);
      checkPatch(ground, patch);
      const { subject, message, password, expires, downloadLimit } = patch;
      const hashed = password == null ? password : await hashPassword(password);
      const changed = await records.update(id, (before) => {
        if (before.revoked) throw new BackendError('not-allowed', 'The delivery was revoked.');
        let record: LinkRecord = { ...before, ...(subject !== undefined && { subject }), ...(message !== undefined && { message }) };
        if (hashed !== undefined) record = hashed === null ? without(record, 'password') : { ...record, password: hashed };
        if (expires !== undefined) record = expires === null ? without(record, 'expires') : { ...record, expires };
        if (downloadLimit !== undefined) record = downloadLimit === null ? without(record, 'downloadLimit') : { ...record, downloadLimit };
        return record;
      });
      return whole(id, changed, options);
    },
    async forward({ id }, { recipients, message, operation: given }, options = {}): Promise<RecipientState[]> {
      if (!mail) throw new BackendError('unsupported', 'No mails are written from here.');
      await find(id, options);
      const operation = operationOf('forward', given);
      const { people, found } = await peopleOf(ground, recipients, options);
      if (found[0]) throw new BackendError(found[0].code, found[0].problem.reason);
      if (people.length === 0 || people.length > sending.maxRecipients)
        throw new BackendError('invalid', `1 to ${sending.maxRecipients} recipients are expected, not ${people.length}.`);
      await records.update(id, (record) => {
        if (record.people.some((one) => one.operation === operation)) return record;
        checkLive(record);
        return {
          ...record,
          people: [...record.people, ...people.map((recipient) => waiting(recipient, operation))],
          ...(message !== undefined && { messages: { ...record.messages, [operation]: message } }),
        };
      });
      const { people: all } = await write(id, operation);
      return all.filter((one) => one.operation === operation).map(stateOf);
    },
    async retry({ id }, options = {}) {
      if (!mail) throw new BackendError('unsupported', 'No mails are written from here.');
      let record = await find(id, options);
      checkLive(record);
      for (const operation of new Set(record.people.filter(isMissed).map((one) => one.operation))) record = await write(id, operation);
      return whole(id, record, options);
    },
    async revoke({ id }, options = {}) {
      await find(id, options);
      await records.update(id, (record) => (record.revoked ? record : { ...record, revoked: true }));
    },
  };
}
