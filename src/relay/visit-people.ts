import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend/backend.js';
import type { Delivery, DeliveryDraft, FileRequest } from '../backend/delivery.js';
import { itemOut, refIn, refOut } from './claims.js';
import { isUnsure, once } from '../backend/once.js';
import { isLinked } from './linked.js';
import type { Deed } from './outbox.js';
import type { Named } from './seal.js';
import { tellDone } from './telling.js';
import { deliveryIn, ticketSeal } from './visit-uploads.js';
import { bearerOf, boundSeal, callerOf, keyOf, operationOf, type Visit } from './visit.js';

type PeopleCalls = Pick<
  Backend,
  | 'recipients'
  | 'contacts'
  | 'open'
  | 'check'
  | 'send'
  | 'deliveries'
  | 'delivery'
  | 'change'
  | 'forward'
  | 'retry'
  | 'revoke'
  | 'request'
  | 'requests'
>;

/** Seconds for which the store remembers who sent what. */
const REMEMBERED = 2 * 366 * 86_400;

/** The calls on people and deliveries, as one visit may make them. */
export function peopleCalls(visit: Visit): PeopleCalls {
  const { to, ground, all, may } = visit;
  const { store, outbox } = ground;
  // Without the page's signal: an answer that nobody waits for is kept for whoever asks again.
  const options = { by: callerOf(visit) };
  // One that sends by links knows what it has done, recipient by recipient: asked again, it does what is missing.
  const onlyOnce = <T>(operation: string, deed: () => Promise<T>): Promise<T> =>
    isLinked(to) ? deed() : once(store, `operation:${operation}`, deed);

  const deliveryOut = (delivery: Delivery): Delivery => ({
    ...delivery,
    ...refOut(visit, delivery, 'delivery'),
    can: delivery.can.filter(may),
    ...(delivery.items && { items: delivery.items.map((item) => itemOut(visit, item)) }),
  });
  const requestOut = (request: FileRequest): FileRequest => ({ ...request, ...refOut(visit, request, 'request') });

  async function draftIn(draft: DeliveryDraft): Promise<DeliveryDraft> {
    const { items, delivery } = draft;
    return {
      ...draft,
      operation: operationOf(visit, 'send', draft.operation),
      items: items.map((item) => refIn(visit, item)),
      ...(delivery === undefined ? {} : { delivery: await deliveryIn(visit, delivery) }),
    };
  }

  // Services tell everything that these credentials ever sent: only the store knows what this user did.
  const remember = (named: Named, id: string): Promise<unknown> => store.set(keyOf(named, visit, id), true, { ttl: REMEMBERED });
  async function own<T extends { id: string }>(named: Named, list: T[]): Promise<T[]> {
    if (all) return list;
    const known = await Promise.all(list.map(({ id }) => store.get(keyOf(named, visit, id))));
    return list.filter((_, index) => known[index] !== undefined);
  }

  /** Asks for one page under a cursor that only this visit can go on from. */
  async function paged<A extends { cursor?: string }>(
    named: Named,
    cursor: string | undefined,
    ask: (page: { cursor?: string }) => Promise<A>,
  ): Promise<A> {
    const cursors = boundSeal<string>(visit, `${named} cursor`, 1);
    const answer = await ask(cursor === undefined ? {} : { cursor: (await cursors.open(cursor)).value });
    return answer.cursor === undefined ? answer : { ...answer, cursor: await cursors.seal(answer.cursor) };
  }

  return {
    recipients: (text, { folder }, options) => to.recipients(text, folder ? { folder: refIn(visit, folder) } : {}, options),
    contacts: {
      async add(contact, options) {
        const added = await to.contacts.add(contact, options);
        return { ...added, ...refOut(visit, added, 'contact') };
      },
      async update(ref, patch, options) {
        const updated = await to.contacts.update(refIn(visit, ref, 'contact'), patch, options);
        return { ...updated, ...refOut(visit, updated, 'contact') };
      },
      remove: (ref, options) => to.contacts.remove(refIn(visit, ref, 'contact'), options),
    },
    async open(draft, options) {
      const { ticket } = await to.open(await draftIn(draft), options);
      if (options?.signal?.aborted) await to.abort(ticket);
      return { ticket: await ticketSeal(visit).seal({ kind: 'delivery', ticket }) };
    },
    check: async (draft, options) => to.check(await draftIn(draft), options),
    async send(given) {
      const draft = await draftIn(given);
      const shown = { ...draft };
      delete shown.password;
      const told = { id: isLinked(to) ? draft.operation : randomUUID(), ...bearerOf(visit), draft: shown };
      const deed: Deed = { kind: 'sent', told };
      const delivery = await onlyOnce(draft.operation, async () => {
        await outbox.note(deed);
        const sent = await to.send(draft, options).catch(async (error: unknown) => {
          if (!isUnsure(error)) await outbox.strike(deed);
          throw error;
        });
        await Promise.all([remember('delivery', sent.id), outbox.note({ kind: 'sent', told: { ...told, delivery: sent } })]);
        return sent;
      });
      // What was sent under this operation before was told then.
      if (await outbox.noted(deed)) await tellDone(ground, { kind: 'sent', told: { ...told, delivery } });
      return deliveryOut(delivery);
    },
    deliveries: ({ cursor }, options) =>
      paged('delivery', cursor, async (page) => {
        const { deliveries, ...rest } = await to.deliveries(page, options);
        return { ...rest, deliveries: (await own('delivery', deliveries)).map(deliveryOut) };
      }),
    delivery: async (ref, options) => deliveryOut(await to.delivery(refIn(visit, ref, 'delivery'), options)),
    change: async (ref, patch, options) => deliveryOut(await to.change(refIn(visit, ref, 'delivery'), patch, options)),
    async forward(ref, people) {
      const delivery = refIn(visit, ref, 'delivery');
      const operation = operationOf(visit, 'forward', people.operation);
      return onlyOnce(operation, () => to.forward(delivery, { ...people, operation }, options));
    },
    // It may be asked for as often as anybody likes.
    retry: async (ref) => deliveryOut(await to.retry(refIn(visit, ref, 'delivery'), options)),
    revoke: (ref, options) => to.revoke(refIn(visit, ref, 'delivery'), options),
    async request(draft) {
      const folder = refIn(visit, draft.folder);
      const operation = operationOf(visit, 'request', draft.operation);
      return requestOut(
        await onlyOnce(operation, async () => {
          const request = await to.request({ ...draft, folder, operation }, options);
          await remember('request', request.id);
          return request;
        }),
      );
    },
    requests: ({ cursor, folder, ...which }, options) =>
      paged('request', cursor, async (page) => {
        const where = folder ? { folder: refIn(visit, folder) } : {};
        const { requests, ...rest } = await to.requests({ ...page, ...where, ...which }, options);
        return { ...rest, requests: (await own('request', requests)).map(requestOut) };
      }),
  };
}
