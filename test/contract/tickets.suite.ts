import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { describe } from 'node:test';
import type { Json } from '../../src/backend/item.js';
import type { Part, Ticket } from '../../src/backend/upload.js';
import { encoded, put } from './bytes.js';
import { type Bench, ref, type Sending } from './stage.js';
import { FOREIGN, refused, rejects } from './witness.js';

const WHOLE: Part = { number: 1, start: 0, end: 5 };

/** Tickets of uploads: unknown, foreign, aborted, and those that are complete. */
export function ticketsSuite({ can, it }: Bench): void {
  const { upload } = can;
  if (!upload) return;

  describe('a ticket', () => {
    const attempts = async (sending: Pick<Sending, 'ticket'>, backend: Parameters<typeof put>[0], ticket: Ticket) => {
      notEqual(JSON.stringify(ticket), JSON.stringify(sending.ticket));
      await refused(put(backend, ticket, WHOLE, encoded('alien')), FOREIGN);
      await rejects(backend.complete(ticket, [{ ...WHOLE, etag: '1' }], {}), ...FOREIGN);
      if (upload.resume) await rejects(backend.parts(ticket), ...FOREIGN);
      await backend.abort(ticket).catch(() => undefined);
    };

    it('that nobody gave does nothing', async ({ backend, begin, holds }) => {
      const sending = await begin('mine.txt', 5);
      const uploaded = await sending.put(WHOLE, encoded('mine!'));
      for (const ticket of [null, 0, '', 'ticket', [], {}, { id: null }, { id: '../../mine.txt' }, { id: ['a'] }, tampered(sending.ticket)])
        await attempts(sending, backend, ticket);
      await holds(await sending.finish([uploaded]), 'mine!');
    });

    it('of one user does nothing in the hands of another', async ({ other, begin, holds }) => {
      const sending = await begin('mine.txt', 5);
      const uploaded = await sending.put(WHOLE, encoded('mine!'));
      if (other) {
        await refused(put(other, sending.ticket, WHOLE, encoded('alien')), FOREIGN);
        await rejects(other.complete(sending.ticket, [uploaded], {}), ...FOREIGN);
        if (upload.resume) await rejects(other.parts(sending.ticket), ...FOREIGN);
        await other.abort(sending.ticket).catch(() => undefined);
      }
      await holds(await sending.finish([uploaded]), 'mine!');
    });

    it('that was aborted is over, and aborting it again is nothing', async ({ backend, begin, names }) => {
      const sending = await begin('aborted.txt', 5);
      const uploaded = await sending.put(WHOLE, encoded('gone!'));
      await backend.abort(sending.ticket);
      await backend.abort(sending.ticket);
      await refused(sending.put(WHOLE, encoded('gone!')), FOREIGN);
      await rejects(sending.complete([uploaded]), ...FOREIGN);
      if (upload.resume) await rejects(backend.parts(sending.ticket), ...FOREIGN);
      if (can.list) deepEqual(await names(), []);
    });

    if (!upload.needsDelivery) {
      it('completed twice is one item', async ({ backend, begin, names, holds, loseAnswer }) => {
        const sending = await begin('once.txt', 5);
        const uploaded = await sending.put(WHOLE, encoded('once!'));
        if (loseAnswer) {
          loseAnswer('complete');
          await rejects(sending.complete([uploaded]), 'offline', 'server', 'unknown-outcome');
        }
        const item = await sending.finish([uploaded]);
        if (upload.resume) equal((await backend.parts(sending.ticket)).item?.id, item.id);
        const again = await sending.finish([uploaded]);
        deepEqual([again.id, again.name], [item.id, item.name]);
        if (can.list) deepEqual(await names(), [item.name]);
        await holds(again, 'once!');
      });

      it('that is complete takes no more bytes, and aborting it takes nothing away', async ({ backend, begin, names, holds }) => {
        const sending = await begin('done.txt', 5);
        const item = await sending.finish([await sending.put(WHOLE, encoded('done!'))]);
        await refused(sending.put(WHOLE, encoded('other')), FOREIGN);
        await backend.abort(sending.ticket).catch(() => undefined);
        await holds(item, 'done!');
        if (can.item) equal((await backend.item(ref(item))).id, item.id);
        if (can.list) deepEqual(await names(), [item.name]);
      });
    } else
      it('completed twice is pending twice, and then one item', async ({ begin, names, holds }) => {
        const sending = await begin('once.txt', 5);
        const uploaded = await sending.put(WHOLE, encoded('once!'));
        for (let turn = 0; turn < 2; turn += 1) deepEqual(await sending.complete([uploaded]), { pending: true });
        const item = await sending.finish([uploaded]);
        await holds(item, 'once!');
        if (can.list) deepEqual(await names(), [item.name]);
      });
  });
}

/** A ticket with one character changed, in the longest text that it holds. */
function tampered(ticket: Json): Json {
  const texts: string[] = [];
  JSON.stringify(ticket, (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  const longest = texts.sort((a, b) => b.length - a.length)[0] ?? '';
  const middle = Math.floor(longest.length / 2);
  const flipped = longest.slice(0, middle) + (longest[middle] === 'a' ? 'b' : 'a') + longest.slice(middle + 1);
  return JSON.parse(JSON.stringify(ticket), (_, value: unknown) => (value === longest ? flipped : value)) as Json;
}
