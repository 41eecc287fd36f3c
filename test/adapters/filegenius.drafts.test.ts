import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BRANDS } from '../../src/adapters/filegenius.brands.js';
import { findingsOf, sendCapability } from '../../src/adapters/filegenius.drafts.js';
import type { DeliveryDraft, Recipient } from '../../src/backend/delivery.js';

const email = (address: string): Recipient => ({ kind: 'email', email: address });
const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [{ id: '/1' }],
  recipients: [email('out@example.com')],
  operation: 'operation 1',
  ...over,
});

describe('a draft', () => {
  const codes = (over: Partial<DeliveryDraft>, brand: keyof typeof BRANDS = 'filegenius'): string[] =>
    findingsOf(draft(over), sendCapability(BRANDS[brand])).map(
      ({ problem, code }) => `${problem.effect} ${problem.option ?? 'recipient'}: ${code}`,
    );

  test('is refused for what the service has not', () => {
    assert.deepEqual(codes({}), []);
    for (const [option, value] of Object.entries({
      sender: 'a@example.com',
      note: 'n',
      password: 'p',
      startDate: 1,
      confirmation: true,
      notify: true,
      downloadLimit: 1,
      delivery: 'ticket',
    }))
      assert.deepEqual(codes({ [option]: value }), [`refused ${option}: unsupported`]);
    assert.deepEqual(codes({ customFields: [{ id: 'a', value: 'b' }] }), ['refused customFields: unsupported']);
    assert.deepEqual(codes({ bcc: true }), []);
    assert.deepEqual(codes({ bcc: true }, 'tuyu'), ['refused bcc: unsupported']);
  });

  test('has a life of 1 to 15 days or none, a subject of one line, and somebody to go to', () => {
    for (const expiryDays of [1, 15, null]) assert.deepEqual(codes({ expiryDays }), []);
    for (const expiryDays of [0, 16, 90, 1.5, -1, NaN]) assert.deepEqual(codes({ expiryDays }), ['refused expiryDays: invalid']);
    for (const subject of ['a\r\nBcc: b@example.com', 'x'.repeat(201)]) assert.deepEqual(codes({ subject }), ['refused subject: invalid']);
    assert.deepEqual(codes({ recipients: [] }), ['refused recipients: invalid']);
    assert.deepEqual(codes({ items: [] }), ['refused items: invalid']);
    assert.deepEqual(codes({ items: [{ id: '' }] }), ['refused items: invalid']);
    for (const address of ['', 'nobody', 'a@b\r\nBcc: c@example.com', 'two@example.com, three@example.com', 'a@b;c@d'])
      assert.deepEqual(codes({ recipients: [email(address)] }), ['refused recipient: invalid']);
    for (const id of ['', '7,8', 'x', undefined])
      assert.deepEqual(codes({ recipients: [{ kind: 'user', ...(id !== undefined && { id }) }] }), ['refused recipient: invalid']);
  });

  test('that is a link is to one file, for everybody, and carries no words', () => {
    assert.deepEqual(codes({ recipients: [] }, 'tuyu'), []);
    assert.deepEqual(codes({ recipients: [], requireLogin: true }, 'tuyu'), ['refused requireLogin: invalid']);
    assert.deepEqual(codes({ recipients: [], items: [{ id: '/1' }, { id: '/2' }] }, 'tuyu'), ['refused items: invalid']);
    assert.deepEqual(codes({ recipients: [], subject: 's', message: 'm' }, 'tuyu'), [
      'dropped subject: unsupported',
      'dropped message: unsupported',
    ]);
  });
});
