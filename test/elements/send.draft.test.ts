import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { SendCapability } from '../../src/backend/capabilities.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { patchOf } from '../../src/elements/send.deeds-view.js';
import { SendDraft } from '../../src/elements/send.draft.js';
import { faultsOf } from '../../src/elements/send.faults.js';
import { makePassword } from '../../src/elements/send.password.js';

const NOW = Date.UTC(2026, 4, 18);
const DAY = 86_400_000;

async function sendOf(over: Partial<SendCapability> = {}): Promise<SendCapability> {
  const { send } = await memory().capabilities({});
  assert.ok(send);
  return { ...send, ...over };
}

const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [],
  recipients: [{ kind: 'email', email: 'ann@example.org' }],
  operation: '1',
  ...over,
});

const faults = async (over: Partial<DeliveryDraft>, send: Partial<SendCapability> = {}): Promise<string[]> =>
  faultsOf(draft(over), await sendOf(send), NOW).map(({ field, word }) => `${field} ${word}`);

test('a draft holds nothing that the backend does not have, and what it demands', async () => {
  const one = new SendDraft();
  one.take({ subject: 'Plans', note: 'mine', password: 'x', downloadLimit: 3, recipients: [] });
  const send = await sendOf({ note: false, password: false, required: ['requireLogin', 'expiryDays'] });
  assert.deepEqual(one.build(send, [{ id: '1' }], []), {
    subject: 'Plans',
    downloadLimit: 3,
    requireLogin: true,
    expiryDays: 7,
    items: [{ id: '1' }],
    recipients: [],
    operation: one.operation,
  });
  const before = one.operation;
  one.set('subject', '');
  assert.ok(!('subject' in one.build(send, [], [])));
  assert.equal(one.operation, before);
  one.clear();
  assert.notEqual(one.operation, before);
});

test('what is missing or too much is said at its field', async () => {
  assert.deepEqual(await faults({}), []);
  assert.deepEqual(await faults({ recipients: [] }), []);
  assert.deepEqual(await faults({ recipients: [] }, { link: false }), ['recipients send-nobody']);
  assert.deepEqual(await faults({}, { maxRecipients: 0 }), ['recipients send-most']);
  assert.deepEqual(await faults({}, { required: ['subject', 'password'] }), ['subject send-needed', 'password send-needed']);
  assert.deepEqual(await faults({ subject: 'S', password: 'p' }, { required: ['subject', 'password'] }), []);
  assert.deepEqual(await faults({ subject: 'abc' }, { subject: { maxLength: 2 } }), ['subject send-shorter']);
  for (const expiryDays of [0, 366, Number.NaN]) assert.deepEqual(await faults({ expiryDays }), ['expiryDays send-days-most']);
  for (const expiryDays of [1, 365, null]) assert.deepEqual(await faults({ expiryDays }), []);
  for (const downloadLimit of [0, -1, 1.5]) assert.deepEqual(await faults({ downloadLimit }), ['downloadLimit send-limit-least']);
  assert.deepEqual(await faults({ startDate: NOW + 7 * DAY, expiryDays: 7 }), ['startDate send-start-late']);
  assert.deepEqual(await faults({ startDate: NOW + 6 * DAY, expiryDays: 7 }), []);
});

test('a field of the service is missed by its own id', async () => {
  const customFields = [
    { id: 'cost', label: 'Cost centre', required: true },
    { id: 'ref', label: 'Reference', required: false },
  ];
  const found = faultsOf(draft(), await sendOf({ customFields }), NOW);
  assert.deepEqual(
    found.map(({ field, id }) => [field, id]),
    [['customFields', 'cost']],
  );
  assert.deepEqual(faultsOf(draft({ customFields: [{ id: 'cost', value: '7' }] }), await sendOf({ customFields }), NOW), []);
});

test('that outsiders cannot sign in is said, and keeps nobody from sending', async () => {
  const [fault, another] = faultsOf(draft({ requireLogin: true }), await sendOf(), NOW);
  assert.deepEqual([fault?.field, fault?.mild, fault?.values?.n, another], ['requireLogin', true, 1, undefined]);
  assert.deepEqual(await faults({ requireLogin: true, recipients: [{ kind: 'user', id: '1' }] }), []);
});

test('passwords are long, different, and fair over their letters', () => {
  const many = Array.from({ length: 2000 }, () => makePassword());
  assert.ok(many.every((one) => /^[A-HJ-NP-Za-km-z2-9]{16}$/.test(one)));
  assert.equal(new Set(many).size, many.length);
  // Bytes that would favour some letters are not used.
  let first = true;
  const filled = makePassword((bytes) => {
    bytes.fill(first ? 255 : 0);
    first = false;
    return bytes;
  });
  assert.equal(filled, 'A'.repeat(16));
});

test('what a form leaves as it is is not changed', () => {
  const given =
    (values: Record<string, string>) =>
    (name: string): string | undefined =>
      values[name];
  const delivery = { id: '1', subject: 'S', message: 'M', recipients: [], can: [] };
  assert.deepEqual(patchOf(given({ subject: 'S', message: 'M', password: '', expiry: '', limit: '' }), delivery, NOW), {});
  assert.deepEqual(patchOf(given({ subject: 'T', message: '', password: 'p', expiry: '7', limit: '3' }), delivery, NOW), {
    subject: 'T',
    message: '',
    password: 'p',
    expires: NOW + 7 * DAY,
    downloadLimit: 3,
  });
  assert.deepEqual(patchOf(given({ 'no-password': 'on', password: 'p', expiry: 'never' }), delivery, NOW), {
    password: null,
    expires: null,
  });
});
