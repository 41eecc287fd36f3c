import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import type { SendCapability } from '../../src/backend/capabilities.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { everyDelivery, NO_ADDRESSES, ONE, SAID, TWO } from './correspondence.js';
import { type Bench, operation, ref, type Stage } from './stage.js';
import { rejects } from './witness.js';

/** An option of a draft, with a value, by the capability that it needs. */
const OPTIONS: [keyof SendCapability, Partial<DeliveryDraft>][] = [
  ['sender', { sender: 'sender@example.com' }],
  ['subject', { subject: 'Subject' }],
  ['message', { message: 'Message' }],
  ['note', { note: 'Note' }],
  ['password', { password: 'correct horse battery' }],
  ['startDate', { startDate: 4_000_000_000_000 }],
  ['expiry', { expiryDays: 1 }],
  ['downloadReceipt', { downloadReceipt: true }],
  ['requireLogin', { requireLogin: true }],
  ['bcc', { bcc: true }],
  ['confirmation', { confirmation: true }],
  ['notify', { notify: true }],
  ['downloadLimit', { downloadLimit: 3 }],
];

/** Deliveries of what is there already: sending, checking, and what can be done with one that was sent. */
export function deliveriesSuite({ can, it }: Bench): void {
  const { send, upload } = can;
  if (!send) return;
  if (!send.when.includes('after-upload') || send.unit !== 'items') {
    if (upload)
      describe('a delivery', () => {
        it('of what is there already is refused', async ({ backend, draft, store }) => {
          await rejects(backend.send(draft({ items: [ref(await store('a.txt'))], recipients: [ONE] })), 'unsupported');
        });
      });
    return;
  }
  if (!upload || upload.needsDelivery) return;
  let files = 0;
  /** Sends one file, by link where that is possible. */
  const sendOne = async ({ backend, store, draft }: Stage, over: Partial<DeliveryDraft> = {}) =>
    backend.send(draft({ items: [ref(await store(`sent ${(files += 1)}.txt`))], recipients: send.link ? [] : [ONE], ...over }));

  describe('a delivery', () => {
    it('says of each recipient only what is known', async (stage) => {
      const recipients = send.maxRecipients > 1 ? [ONE, TWO] : [ONE];
      const delivery = await sendOne(stage, { recipients });
      ok(delivery.id);
      deepEqual(
        delivery.recipients.map(({ recipient }) => recipient.email),
        recipients.map(({ email }) => email),
      );
      for (const { state } of delivery.recipients) ok(SAID.includes(state), state);
      if (delivery.items) ok(delivery.items.length === 1 && delivery.items[0]?.name.startsWith('sent'));
      equal(JSON.stringify(delivery).includes('correct horse'), false, 'a password is told to nobody');
    });

    it(send.link ? 'by link needs nobody' : 'needs somebody', async (stage) => {
      if (send.link) ok((await sendOne(stage, { recipients: [] })).link);
      else await rejects(sendOne(stage, { recipients: [] }), 'invalid');
    });

    it('of nothing, or of what is gone, is refused', async (stage) => {
      const { backend, store, draft } = stage;
      await rejects(backend.send(draft({ recipients: [ONE] })), 'invalid');
      if (!can.remove) return;
      const gone = ref(await store('gone.txt'));
      await backend.remove([gone], { recursive: false });
      await rejects(backend.send(draft({ recipients: [ONE], items: [gone] })), 'not-found');
      if (can.deliveries) deepEqual(await everyDelivery(stage), []);
    });

    for (const [capability, option] of OPTIONS)
      it(`${send[capability] === false ? 'refuses' : 'takes'} "${capability}"`, async (stage) => {
        // to somebody: a login, a receipt or a hidden copy means nothing to a link that is open to everybody
        const whole = { recipients: [ONE], ...option };
        if (send[capability] !== false) ok((await sendOne(stage, whole)).id);
        else await rejects(sendOne(stage, whole), 'unsupported');
      });

    for (const option of send.required)
      it(`without "${option}", which is required, is refused and not sent`, async (stage) => {
        const { backend, store, draft } = stage;
        const whole = draft({ items: [ref(await store('sent.txt'))], recipients: [ONE] });
        const lacking = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== option)) as unknown as DeliveryDraft;
        await rejects(backend.send(lacking), 'invalid');
        if (can.check) ok((await backend.check(lacking)).some((problem) => problem.option === option && problem.effect === 'refused'));
        if (can.deliveries) deepEqual(await everyDelivery(stage), []);
      });

    it('asks for no more than the backend has', async (stage) => {
      await rejects(sendOne(stage, { customFields: [{ id: 'unheard of', value: 'value' }] }), 'unsupported');
      if (send.subject) await rejects(sendOne(stage, { subject: 'x'.repeat(send.subject.maxLength + 1) }), 'invalid');
      if (send.expiry) await rejects(sendOne(stage, { expiryDays: send.expiry.max + 1 }), 'invalid');
      if (send.expiry && !send.expiry.never) await rejects(sendOne(stage, { expiryDays: null }), 'invalid');
      const crowd = Array.from({ length: Math.min(send.maxRecipients, 1000) + 1 }, (_, index) => ({
        ...ONE,
        email: `${index}@example.com`,
      }));
      if (crowd.length > send.maxRecipients) await rejects(sendOne(stage, { recipients: crowd }), 'invalid');
      if (can.deliveries) deepEqual(await everyDelivery(stage), []);
    });

    it('to what is no address never claims to be sent', async (stage) => {
      for (const email of NO_ADDRESSES) {
        const states = await sendOne(stage, { recipients: [{ kind: 'email', email }] }).then(
          ({ recipients }) => recipients.map(({ state }) => state),
          (error: unknown) => [(error as { code: string }).code],
        );
        ok(
          states.every((state) => ['invalid', 'dropped', 'unknown'].includes(state)),
          states.join(),
        );
      }
    });

    it('asked for twice with one operation is sent once, also when the answer was lost', async (stage) => {
      const { backend, store, draft, loseAnswer } = stage;
      const whole = draft({ items: [ref(await store('sent.txt'))], recipients: [ONE] });
      const first = await backend.send(whole);
      deepEqual((await backend.send(whole)).id, first.id);
      const lost = { ...whole, operation: operation() };
      loseAnswer?.('send');
      await backend.send(lost).catch(() => undefined);
      await backend.send(lost).catch((error: unknown) => equal((error as { code: string }).code, 'unknown-outcome'));
      // a relay shows only what it has seen sent, and it has not seen the second one
      if (can.deliveries) ok([loseAnswer ? 1 : 2, 2].includes((await everyDelivery(stage)).length));
    });

    if (can.check)
      it('can be checked, which sends nothing', async (stage) => {
        const { backend, store, draft } = stage;
        const whole = draft({ items: [ref(await store('sent.txt'))], recipients: [ONE] });
        deepEqual(await backend.check(whole), []);
        const nothing = await backend.check({ ...whole, items: [] });
        ok(
          nothing.some(({ option, effect, reason }) => option === 'items' && effect === 'refused' && reason),
          JSON.stringify(nothing),
        );
        const nobody = await backend.check({ ...whole, recipients: [{ kind: 'email', email: 'nobody' }] });
        ok(
          nobody.some(({ recipient, reason }) => recipient?.email === 'nobody' && reason),
          JSON.stringify(nobody),
        );
        if (can.deliveries) deepEqual(await everyDelivery(stage), []);
      });

    if (can.deliveries)
      it('is among those that were sent, newest first, each once', async (stage) => {
        const sent: string[] = [];
        for (let count = 0; count < 5; count += 1) sent.unshift((await sendOne(stage)).id);
        deepEqual(
          (await everyDelivery(stage)).map(({ id }) => id),
          sent,
        );
        await rejects(stage.backend.deliveries({ cursor: 'nonsense' }), 'expired', 'invalid', 'forbidden');
      });

    if (can.delivery)
      it('can be looked at again', async (stage) => {
        const sent = await sendOne(stage);
        const found = await stage.backend.delivery(ref(sent));
        deepEqual([found.id, found.link, found.recipients.length], [sent.id, sent.link, sent.recipients.length]);
      });

    if (can.change)
      it('can be changed in part', async (stage) => {
        const { backend } = stage;
        const sent = await sendOne(stage);
        ok(sent.can.includes('change'));
        const until = Date.now() + 3 * 86_400_000;
        const changed = await backend.change(ref(sent), {
          ...(send.subject && { subject: 'Changed' }),
          ...(send.message && { message: 'Changed too' }),
          ...(send.expiry && { expires: until }),
        });
        equal(changed.id, sent.id);
        const found = can.delivery ? await backend.delivery(ref(sent)) : changed;
        if (send.subject) equal(found.subject, 'Changed');
        if (send.message) equal(found.message, 'Changed too');
        if (send.expiry) ok(Math.abs((found.expires ?? 0) - until) <= 86_400_000);
        if (!send.password) await rejects(backend.change(ref(sent), { password: 'x' }), 'unsupported');
      });

    if (can.forward)
      it('can be forwarded, once for each operation', async (stage) => {
        const { backend, loseAnswer } = stage;
        const sent = await sendOne(stage, { recipients: [ONE] });
        ok(sent.can.includes('forward'));
        const people = { recipients: [TWO], operation: operation() };
        const states = await backend.forward(ref(sent), people);
        deepEqual(
          states.map(({ recipient }) => recipient.email),
          ['two@example.com'],
        );
        for (const { state } of states) ok(SAID.includes(state), state);
        deepEqual(await backend.forward(ref(sent), people), states);
        await rejects(backend.forward(ref(sent), { recipients: [], operation: operation() }), 'invalid');
        if (loseAnswer) {
          const lost = { recipients: [{ kind: 'email' as const, email: 'three@example.com' }], operation: operation() };
          loseAnswer('forward');
          await rejects(backend.forward(ref(sent), lost), 'offline', 'server', 'unknown-outcome');
          await backend.forward(ref(sent), lost).catch((error: unknown) => equal((error as { code: string }).code, 'unknown-outcome'));
        }
        if (!can.delivery) return;
        const emails = (await backend.delivery(ref(sent))).recipients.map(({ recipient }) => recipient.email);
        deepEqual(emails, ['one@example.com', 'two@example.com', ...(loseAnswer ? ['three@example.com'] : [])]);
      });

    if (can.retry)
      it('is sent again to those who were missed, and to nobody else', async (stage) => {
        const { backend, miss } = stage;
        const reached = await sendOne(stage, { recipients: [ONE] });
        equal(reached.can.includes('retry'), false);
        deepEqual((await backend.retry(ref(reached))).recipients, reached.recipients, 'nobody was missed');
        if (!miss) return;
        miss(TWO.email);
        const sent = await sendOne(stage, { recipients: [ONE, TWO] });
        const [one, two] = sent.recipients;
        ok(two?.state === 'dropped' && two.reason && two.retryable, JSON.stringify(two));
        ok(sent.can.includes('retry'));
        const still = await backend.retry(ref(sent));
        deepEqual(still.recipients, sent.recipients);
        if (can.revoke) {
          const over = await sendOne(stage, { recipients: [TWO] });
          await backend.revoke(ref(over));
          await rejects(backend.retry(ref(over)), 'not-allowed');
        }
        miss();
        const again = await backend.retry(ref(sent));
        deepEqual([again.id, again.recipients[0], again.recipients[1]?.state], [sent.id, one, one?.state]);
        equal(again.can.includes('retry'), false);
        if (can.delivery) deepEqual((await backend.delivery(ref(sent))).recipients, again.recipients);
      });

    if (can.revoke)
      it('can be revoked, and is over then', async (stage) => {
        const { backend } = stage;
        const sent = await sendOne(stage, { recipients: [ONE] });
        ok(sent.can.includes('revoke'));
        for (let turn = 0; turn < 2; turn += 1) await backend.revoke(ref(sent));
        if (can.delivery) {
          const found = await backend.delivery(ref(sent)).catch(() => ({ revoked: true, can: [] }));
          ok(found.revoked);
          deepEqual(found.can, []);
        }
        if (can.forward)
          await rejects(backend.forward(ref(sent), { recipients: [TWO], operation: operation() }), 'not-allowed', 'not-found', 'expired');
      });
  });
}
