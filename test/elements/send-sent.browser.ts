import { expect } from '@open-wc/testing';
import { BackendError } from '../../src/backend/errors.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import type { MemoryBackend, MemoryOptions } from '../../src/adapters/memory.js';
import type { FerrySend } from '../../src/elements/send.js';
import { button, press, said, text } from './acting.js';
import { inside, keys, until } from './browsing.js';
import { stageSend, toField, type } from './sending.js';

const rowsIn = (element: FerrySend): string[] =>
  [...element.shadowRoot!.querySelectorAll('.row .name')].map(({ textContent }) => textContent);

const heading = (element: FerrySend): string => inside(element, 'h2').textContent;

/** An element on a backend by which these were sent, the latest last. */
async function stageSent(
  drafts: Partial<DeliveryDraft>[],
  options: MemoryOptions = {},
): Promise<{ element: FerrySend; backend: MemoryBackend }> {
  const { element, backend, items } = await stageSend(options);
  for (const [index, draft] of drafts.entries()) {
    const recipients = draft.recipients ?? [{ kind: 'email', email: `p${String(index)}@example.org` }];
    await backend.send({ items: [items[0]!], operation: `sent ${String(index)}`, ...draft, recipients });
  }
  return { element, backend };
}

/** Presses the button that leads to the list, and waits until it is there. */
async function lookBack(element: FerrySend): Promise<void> {
  await press(element, 'What was sent');
  await until(() => element.shadowRoot!.querySelector('.listed[aria-busy=false]'));
}

describe('what was sent', () => {
  it('is listed, newest first, with whom it went to and what has become of it', async () => {
    const { element, backend } = await stageSent([
      { subject: 'Plans' },
      { recipients: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ kind: 'email', email: `${name}@example.org` })) },
      { subject: 'Old', recipients: [] },
    ]);
    const [old] = (await backend.deliveries({})).deliveries;
    await backend.revoke(old!);
    await lookBack(element);
    expect(rowsIn(element)).to.deep.equal(['Old', 'notes.txt', 'Plans']);
    const listed = text(element, 'row');
    expect(listed).to.include('By link').and.to.include('Revoked');
    const second = element.shadowRoot!.querySelectorAll('.row')[1]!.textContent;
    expect(second).to.include('c@example.org').and.to.include('and 2 more');
    expect(heading(element)).to.equal('What was sent');
    await expect(element).to.be.accessible();
  });

  it('is reached from below the title in a narrow dialog, and from beside it in a wide one', async () => {
    const { element } = await stageSend();
    for (const [width, below] of [
      ['280px', true],
      ['560px', false],
    ] as const) {
      element.style.inlineSize = width;
      const title = inside(element, 'h2').getBoundingClientRect();
      expect(button(element, 'What was sent')!.getBoundingClientRect().top >= title.bottom, width).to.equal(below);
      expect(title.height, width).to.be.below(40);
    }
  });

  it('says so when it is nothing, and goes back to the draft', async () => {
    const { element } = await stageSent([]);
    await lookBack(element);
    expect(inside(element, '.none').textContent).to.equal('Nothing was sent yet.');
    await expect(element).to.be.accessible();
    await press(element, 'Back');
    await until(() => element.shadowRoot!.querySelector('.fields'));
  });

  it('is sent again to those who were missed, as long as there are some', async () => {
    const { element, backend, items } = await stageSend();
    let missing = ['bo@example.org', 'carl@example.org'];
    backend.knobs.miss = ({ email = '' }) => (missing.includes(email) ? 'The server does not answer.' : undefined);
    const recipients = ['ann', 'bo', 'carl'].map((name) => ({ kind: 'email' as const, email: `${name}@example.org` }));
    await backend.send({ items: [items[0]!], subject: 'Plans', operation: 'missing some', recipients });
    await lookBack(element);
    inside(element, '.row').click();
    await until(() => button(element, 'Send again to the 2 who were missed'));
    await expect(element).to.be.accessible();
    backend.knobs.fail = (call) => (call === 'retry' ? new BackendError('offline', 'No connection.') : undefined);
    await press(element, 'Send again to the 2 who were missed');
    await until(() => text(element, 'notice') === 'No connection');
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    missing = ['carl@example.org'];
    await press(element, 'Send again to the 2 who were missed');
    await until(() => button(element, 'Send again to the one who was missed'));
    expect([said(element), element.shadowRoot!.activeElement?.textContent]).to.deep.equal(['Tried again', 'Plans']);
    missing = [];
    await press(element, 'Send again to the one who was missed');
    await until(() => text(element, 'outcome').includes('Sent to 3 recipients.'));
    expect(text(element, 'outcome')).not.to.include('Send again');
    await press(element, 'Back');
    await until(() => text(element, 'row') && !text(element, 'row').includes('not reached'));
  });

  it('has no such button where the backend cannot, or nobody can be tried', async () => {
    const { element, backend } = await stageSent([{ subject: 'Plans' }], {
      miss: () => 'The server does not answer.',
      capabilities: { retry: false },
    });
    await lookBack(element);
    inside(element, '.row').click();
    await until(() => text(element, 'outcome').includes('One was not reached.'));
    expect((await backend.deliveries({})).deliveries[0]?.recipients[0]?.retryable).to.equal(true);
    expect(text(element, 'outcome')).not.to.include('Send again');
  });

  it('that cannot be had says why, and is asked for again', async () => {
    const { element, backend } = await stageSent([{ subject: 'Plans' }]);
    backend.knobs.fail = (call) => (call === 'deliveries' ? new BackendError('offline', 'No connection.') : undefined);
    await lookBack(element);
    expect(text(element, 'notice')).to.equal('No connection');
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    await press(element, 'Try again');
    await until(() => rowsIn(element).join() === 'Plans');
  });

  it('comes page by page', async () => {
    const { element } = await stageSent(
      ['one', 'two', 'three'].map((subject) => ({ subject })),
      { capabilities: { list: { pageSize: 2 } } },
    );
    await lookBack(element);
    expect(rowsIn(element)).to.deep.equal(['three', 'two']);
    await press(element, 'Show more');
    await until(() => rowsIn(element).length === 3);
    expect(rowsIn(element)).to.deep.equal(['three', 'two', 'one']);
    expect(button(element, 'Show more')).to.equal(undefined);
  });

  it('is opened, forwarded and revoked by keyboard, and the focus comes back to its row', async () => {
    const { element, backend } = await stageSent(['one', 'two', 'three'].map((subject) => ({ subject })));
    await lookBack(element);
    inside(element, '.row').focus();
    await keys('ArrowDown', 'Enter');
    await until(() => heading(element) === 'two' && element.shadowRoot!.activeElement?.matches('h2'));
    await until(() => text(element, 'items').includes('notes.txt'));
    expect((inside(element, '#link') as HTMLInputElement).value).to.match(/^memory:delivery/);
    await expect(element).to.be.accessible();
    button(element, 'Forward')!.focus();
    await keys('Enter');
    toField(element).focus();
    await type('ann@example.org');
    await keys('Enter');
    button(element, 'Forward')!.focus();
    await keys('Enter');
    await until(() => said(element).includes('Forwarded'));
    expect(text(element, 'outcome')).to.include('ann@example.org');
    button(element, 'Revoke')!.focus();
    await keys('Enter');
    await until(() => button(element, 'Revoke for good'));
    await expect(element).to.be.accessible();
    button(element, 'Revoke for good')!.focus();
    await keys('Enter');
    await until(() => text(element, 'outcome').includes('revoked'));
    expect((await backend.deliveries({})).deliveries.map(({ revoked = false }) => revoked)).to.deep.equal([false, true, false]);
    button(element, 'Back')!.focus();
    await keys('Enter');
    await until(() => element.shadowRoot!.activeElement?.querySelector('.name')?.textContent === 'two');
    expect(element.shadowRoot!.activeElement?.textContent).to.include('Revoked');
    await keys('End');
    await until(() => element.shadowRoot!.activeElement?.querySelector('.name')?.textContent === 'one');
  });

  it('has no link to hand on once it is over', async () => {
    const { element, backend } = await stageSent([{ subject: 'Plans' }]);
    const [sent] = (await backend.deliveries({})).deliveries;
    await backend.change(sent!, { expires: Date.now() - 1000 });
    await lookBack(element);
    expect(text(element, 'row')).to.include('Over');
    inside(element, '.row').click();
    await until(() => element.shadowRoot!.querySelector('.outcome'));
    expect(element.shadowRoot!.querySelector('#link')).to.equal(null);
    expect(button(element, 'Change')).not.to.equal(undefined);
  });

  it('is not offered where the backend does not tell', async () => {
    const { element } = await stageSend({ capabilities: { deliveries: false } });
    expect(button(element, 'What was sent')).to.equal(undefined);
  });
});
