import { expect } from '@open-wc/testing';
import type { Backend } from '../../src/backend/backend.js';
import type { Delivery, DeliveryDraft, RecipientState } from '../../src/backend/delivery.js';
import { BackendError } from '../../src/backend/errors.js';
import { encode } from 'uqr';
import { button, hear, press, said, text } from './acting.js';
import { inside, shown, until } from './browsing.js';
import { chips, fieldOf, fill, pasteText, ready, stageSend, toField } from './sending.js';

const email = (address: string): RecipientState['recipient'] => ({ kind: 'email', email: address });

describe('what has become of a delivery', () => {
  it('is said of each recipient, and no more than the service says; the missed are sent to again', async () => {
    const { element, backend } = await stageSend();
    const states: RecipientState[] = [
      { recipient: email('ann@example.org'), state: 'sent' },
      { recipient: email('bo@example.org'), state: 'dropped', reason: 'Mailbox <b>full</b>', retryable: true },
      { recipient: email('carl@example.org'), state: 'unknown' },
    ];
    let sent: Delivery | undefined;
    element.backend = {
      ...backend,
      send: async (...args) => (sent = { ...(await backend.send(...args)), recipients: states, can: ['retry'] }),
      retry: ({ id }) => {
        if (id !== sent?.id) throw new BackendError('not-found', 'Another one.');
        return Promise.resolve({ ...sent, recipients: states.map(({ recipient }) => ({ recipient, state: 'sent' })), can: [] });
      },
    } satisfies Backend;
    element.delivery = { recipients: states.map(({ recipient }) => recipient) };
    await press(element, 'Send');
    await until(() => shown(element, '[part=outcome]'));
    await expect(element).to.be.accessible();
    const lines = [...element.shadowRoot!.querySelectorAll('[part=recipient]')].map(({ textContent }) =>
      textContent.replace(/\s+/g, ' ').trim(),
    );
    expect(lines).to.deep.equal([
      'bo@example.org Not sent · Mailbox <b>full</b>',
      'ann@example.org Sent',
      'carl@example.org The service does not say',
    ]);
    expect(text(element, 'outcome')).to.include('Sent to one recipient. One was not reached. Of one the service does not say.');
    await press(element, 'Send again to the one who was missed');
    await until(() => text(element, 'outcome').includes('Sent to 3 recipients.'));
    expect(button(element, 'Send again to the one who was missed')).to.equal(undefined);
  });

  it('is a link to copy, to mail, and to scan', async () => {
    const { element } = await stageSend();
    await press(element, 'Make a link');
    await until(() => shown(element, '[part=link]'));
    const { value: link } = fieldOf(element, 'Link');
    expect(link).to.match(/^memory:delivery/);
    const mail = inside(element, 'a[part=button]') as HTMLAnchorElement;
    expect(decodeURIComponent(mail.href)).to.equal(`mailto:?body=${link}`);
    let copied = '';
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (given: string) => Promise.resolve(void (copied = given)) },
    });
    try {
      await press(element, 'Copy');
      await until(() => said(element).startsWith('Copied'));
      expect(copied).to.equal(link);
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
    }
    await press(element, 'QR code');
    await until(() => shown(element, '[part=code]'));
    await expect(element).to.be.accessible();
    // As many dark modules as the code has.
    const dark = inside(element, '[part=code] path')
      .getAttribute('d')!
      .match(/h\d+/g)!
      .reduce((sum, run) => sum + Number(run.slice(1)), 0);
    expect(dark).to.equal(encode(link, { ecc: 'M' }).data.flat().filter(Boolean).length);
    await press(element, 'QR code');
    await until(() => !shown(element, '[part=code]'));
  });

  it('can be forwarded, changed and revoked', async () => {
    const { element, backend } = await stageSend();
    element.delivery = { recipients: [email('ann@example.org')], subject: 'Plans' };
    await press(element, 'Send');
    await press(element, 'Change');
    await until(() => shown(element, '[part=deed]'));
    await expect(element).to.be.accessible();
    await fill(element, 'Subject', 'Other plans');
    await press(element, 'Save');
    await until(() => said(element) === 'Saved');
    const [delivery] = (await backend.deliveries({})).deliveries;
    expect(delivery!.subject).to.equal('Other plans');
    await press(element, 'Forward');
    await ready(element);
    pasteText(toField(element), 'bo@example.org');
    await element.updateComplete;
    expect(chips(element)).to.deep.equal(['bo@example.org']);
    [...element.shadowRoot!.querySelectorAll<HTMLElement>('[part=deed] .choose button')].at(-1)!.click();
    await until(() => said(element) === 'Forwarded');
    expect((await backend.delivery(delivery!)).recipients.map(({ recipient }) => recipient.email)).to.deep.equal([
      'ann@example.org',
      'bo@example.org',
    ]);
    await press(element, 'Revoke');
    await press(element, 'Revoke for good');
    await until(() => text(element, 'outcome').includes('It was revoked'));
    expect((await backend.delivery(delivery!)).revoked).to.equal(true);
    expect([shown(element, '[part=link]'), button(element, 'Change')]).to.deep.equal([false, undefined]);
  });

  it('says why a deed was not done, and asks before somebody gets it twice', async () => {
    const { element, backend } = await stageSend();
    element.delivery = { recipients: [email('ann@example.org')] };
    await press(element, 'Send');
    const operations: string[] = [];
    element.backend = {
      ...backend,
      forward: (...args) => {
        operations.push(args[1].operation);
        return operations.length < 3
          ? Promise.reject(new BackendError(operations.length < 2 ? 'offline' : 'unknown-outcome', 'Lost.'))
          : backend.forward(...args);
      },
    };
    await press(element, 'Forward');
    await ready(element);
    pasteText(toField(element), 'bo@example.org');
    const act = (): void => {
      [...element.shadowRoot!.querySelectorAll<HTMLElement>('[part=deed] .choose button')].at(-1)!.click();
    };
    act();
    await until(() => text(element, 'deed').includes('No connection'));
    act();
    await until(() => text(element, 'deed').includes('would get it twice'));
    expect(chips(element)).to.deep.equal(['bo@example.org']);
    await press(element, 'Send anyway');
    await until(() => said(element) === 'Forwarded');
    expect(operations[0]).to.equal(operations[1]);
    expect(operations[2]).to.not.equal(operations[1]);
  });
});

describe('a delivery that does not go well', () => {
  it('keeps what was written, and goes under the same operation when it is tried again', async () => {
    const { element, backend } = await stageSend();
    const operations: string[] = [];
    backend.knobs.fail = (call, [draft]) => {
      if (call !== 'send') return undefined;
      operations.push((draft as DeliveryDraft).operation);
      return operations.length < 2 ? new BackendError('offline', 'Gone.') : undefined;
    };
    element.delivery = { recipients: [email('ann@example.org')], subject: 'Plans', message: 'Look', expiryDays: 30 };
    await press(element, 'Send');
    await until(() => text(element, 'notice').includes('No connection'));
    await expect(element).to.be.accessible();
    expect([chips(element), fieldOf(element, 'Subject').value, fieldOf(element, 'Message').value]).to.deep.equal([
      ['ann@example.org'],
      'Plans',
      'Look',
    ]);
    const told = hear(element, 'ferry-sent');
    await press(element, 'Send');
    expect((await told).delivery.subject).to.equal('Plans');
    expect(new Set(operations).size).to.equal(1);
  });

  it('asks the person when it may have gone out, and does nothing by itself', async () => {
    const { element, backend } = await stageSend();
    const operations: string[] = [];
    backend.knobs.fail = (call, [draft]) => {
      if (call !== 'send') return undefined;
      operations.push((draft as DeliveryDraft).operation);
      return operations.length < 3 ? new BackendError('unknown-outcome', 'The answer was lost.') : undefined;
    };
    element.delivery = { recipients: [email('ann@example.org')], subject: 'Plans' };
    await press(element, 'Send');
    await until(() => text(element, 'question').includes('may have been sent'));
    await expect(element).to.be.accessible();
    expect(operations.length).to.equal(1);
    await press(element, 'Back to the draft');
    await until(() => fieldOf(element, 'Subject').value === 'Plans');
    await press(element, 'Send');
    await until(() => shown(element, '[part=question]'));
    expect(operations[1]).to.equal(operations[0]);
    const told = hear(element, 'ferry-sent');
    await press(element, 'Send anyway');
    await told;
    expect(operations[2]).to.not.equal(operations[1]);
  });

  it('can be stopped, and then may have gone out', async () => {
    const { element, backend } = await stageSend({ delay: (call) => (call === 'send' ? 1e9 : 0) });
    element.delivery = { recipients: [email('ann@example.org')] };
    await press(element, 'Send');
    await until(() => shown(element, 'ferry-progress'));
    await expect(element).to.be.accessible();
    await press(element, 'Cancel');
    await until(() => shown(element, '[part=question]'));
    expect((await backend.deliveries({})).deliveries.length).to.equal(0);
  });

  it('is not sent at all when the page prevents it', async () => {
    const { element, backend } = await stageSend();
    element.delivery = { recipients: [email('ann@example.org')] };
    element.addEventListener('ferry-before-send', (event) => {
      expect(event.detail.delivery.recipients.length).to.equal(1);
      event.preventDefault();
    });
    await element.send();
    expect((await backend.deliveries({})).deliveries).to.deep.equal([]);
    expect(chips(element)).to.deep.equal(['ann@example.org']);
  });
});
