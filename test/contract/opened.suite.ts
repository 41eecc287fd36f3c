import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import type { Ticket } from '../../src/backend/upload.js';
import { encoded, put } from './bytes.js';
import { everyDelivery, ONE } from './correspondence.js';
import type { Bench, Stage } from './stage.js';
import { FOREIGN, rejects } from './witness.js';

const WHOLE = { number: 1, start: 0, end: 5 };

/** Deliveries that are opened before their files. */
export function openedSuite({ can, it }: Bench): void {
  const { send, upload } = can;
  if (send && can.open && upload && send.when.includes('around-upload'))
    describe('a delivery that is opened before its files', () => {
      const openOne = async ({ backend, draft }: Stage) => (await backend.open(draft(send.link ? {} : { recipients: [ONE] }))).ticket;
      const begin = async ({ backend }: Stage, name: string, delivery: Ticket) => {
        const initiated = await backend.init(
          { name, size: 5, type: '' },
          { folder: ROOT, conflict: upload.conflict[0] ?? 'ask', delivery },
        );
        ok('ticket' in initiated, JSON.stringify(initiated));
        return put(backend, initiated.ticket, WHOLE, encoded('bytes'));
      };

      it('brings them when it is sent', async (stage) => {
        const { backend, draft, holds } = stage;
        const delivery = await openOne(stage);
        const begun: Awaited<ReturnType<typeof begin>>[] = [];
        for (const name of ['one.txt', 'two.txt']) {
          const { uploaded, ticket } = await begin(stage, name, delivery);
          const completed = await backend.complete(ticket, [uploaded], {});
          ok(upload.needsDelivery ? 'pending' in completed : 'item' in completed, JSON.stringify(completed));
          begun.push({ uploaded, ticket });
        }
        const sent = await backend.send(draft({ delivery, ...(send.link ? {} : { recipients: [ONE] }) }));
        const again = await Promise.all(begun.map(({ uploaded, ticket }) => backend.complete(ticket, [uploaded], {})));
        const items = again.map((completed) => ('item' in completed ? completed.item : fail(JSON.stringify(completed))));
        deepEqual(
          items.map(({ name }) => name),
          ['one.txt', 'two.txt'],
        );
        for (const item of items) await holds(item, 'bytes');
        for (const [index, { ticket }] of begun.entries())
          if (upload.resume) equal((await backend.parts(ticket)).item?.id, items[index]?.id);
        if (sent.items) deepEqual(sent.items.map(({ id }) => id).sort(), items.map(({ id }) => id).sort());
      });

      it('and aborted leaves nothing behind, and takes no more files', async (stage) => {
        const { backend, draft, names } = stage;
        const delivery = await openOne(stage);
        const { uploaded, ticket } = await begin(stage, 'gone.txt', delivery);
        for (let turn = 0; turn < 2; turn += 1) await backend.abort(delivery);
        await rejects(backend.complete(ticket, [uploaded], {}), ...FOREIGN);
        await rejects(begin(stage, 'more.txt', delivery), ...FOREIGN);
        await rejects(
          backend.send(draft({ delivery, ...(send.link ? {} : { recipients: [ONE] }) })),
          'not-found',
          'forbidden',
          'invalid',
          'expired',
        );
        if (can.list) deepEqual(await names(), []);
        if (can.deliveries) deepEqual(await everyDelivery(stage), []);
      });

      it('takes no file on a ticket that nobody gave', async (stage) => {
        for (const ticket of [null, 'delivery', { id: 'delivery' }]) await rejects(begin(stage, 'lost.txt', ticket), ...FOREIGN);
      });
    });
}
