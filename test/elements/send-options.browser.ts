import { expect } from '@open-wc/testing';
import type { FerrySend } from '../../src/elements/send.js';
import { button, hear, press, text } from './acting.js';
import { inside, shown, until } from './browsing.js';
import { fieldOf, fill, pasteText, stageSend, toField } from './sending.js';

/** Every label, without the marks. */
const labels = (element: FerrySend): string[] =>
  [...element.shadowRoot!.querySelectorAll('label')].map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

const loaded = (element: FerrySend, selector = '#expiryDays'): Promise<void> => until(() => shown(element, selector));

describe('what a delivery can be asked for', () => {
  it('is what the backend has, and nothing else', async () => {
    const { element } = await stageSend({
      capabilities: {
        check: false,
        contacts: false,
        send: {
          sender: false,
          subject: false,
          note: false,
          password: false,
          startDate: false,
          expiry: false,
          downloadReceipt: false,
          requireLogin: false,
          bcc: false,
          confirmation: false,
          notify: false,
          downloadLimit: false,
        },
      },
    });
    expect(labels(element)).to.deep.equal(['To', 'Message']);
    const { element: all } = await stageSend();
    await loaded(all);
    await expect(all).to.be.accessible();
    expect(labels(all)).to.deep.equal([
      'To',
      'Subject',
      'Message',
      'Password',
      'Available for',
      'Your e-mail address',
      'Note for your own side',
      'Available from',
      'Tell me when it is downloaded',
      'Only for people with an account',
      'Recipients do not see each other',
      'Confirm to me that it was sent',
      'Send me news of downloads',
      'Most downloads',
    ]);
    expect((inside(all, 'details') as HTMLDetailsElement).open).to.equal(false);
  });

  it('goes into the draft as it was filled in', async () => {
    const { element } = await stageSend();
    await loaded(element);
    (inside(element, 'details') as HTMLDetailsElement).open = true;
    await fill(element, 'Your e-mail address', 'me@example.org');
    await fill(element, 'Note for your own side', 'mine');
    await fill(element, 'Password', 'secret');
    await fill(element, 'Available from', '2030-05-18');
    await fill(element, 'Most downloads', '3');
    fieldOf(element, 'Recipients do not see each other').click();
    await fill(element, 'Available for', 'never');
    pasteText(toField(element), 'ann@example.org');
    const told = hear(element, 'ferry-before-send');
    await press(element, 'Send');
    const { operation, items, recipients, ...wishes } = (await told).delivery;
    expect(wishes).to.deep.equal({
      sender: 'me@example.org',
      note: 'mine',
      password: 'secret',
      startDate: new Date(2030, 4, 18).getTime(),
      downloadLimit: 3,
      bcc: true,
      expiryDays: null,
    });
    expect([operation.length > 10, items.length, recipients.length]).to.deep.equal([true, 2, 1]);
  });

  it('is as many days as somebody wants, within what the service gives', async () => {
    const { element } = await stageSend({ capabilities: { send: { expiry: { days: [1, 7], default: 7, max: 30, never: false } } } });
    await loaded(element);
    expect([...(inside(element, '#expiryDays') as HTMLSelectElement).options].map(({ textContent }) => textContent)).to.deep.equal([
      'One day',
      '7 days',
      'Another number of days…',
    ]);
    expect(element.delivery.expiryDays).to.equal(7);
    await fill(element, 'Available for', 'other');
    const number = inside(element, 'input[type=number][max="30"]') as HTMLInputElement;
    number.value = '31';
    number.dispatchEvent(new Event('input'));
    await until(() => element.shadowRoot!.querySelector('#expiryDays-fault')?.textContent === 'From one to 30 days');
    await expect(element).to.be.accessible();
    number.value = '30';
    number.dispatchEvent(new Event('input'));
    await until(() => !shown(element, '#expiryDays-fault'));
    expect(element.delivery.expiryDays).to.equal(30);
  });

  it('is marked where the service demands it, and said where it is missing', async () => {
    const { element, backend } = await stageSend({
      capabilities: {
        send: {
          required: ['password', 'requireLogin', 'subject'],
          link: false,
          customFields: [{ id: 'cost', label: 'Cost centre <b>', required: true }],
        },
      },
    });
    await loaded(element);
    for (const label of ['Password', 'Subject', 'Cost centre <b>']) expect(fieldOf(element, label).required).to.equal(true);
    const login = fieldOf(element, 'Only for people with an account The service demands it');
    expect([login.checked, login.disabled]).to.deep.equal([true, true]);
    expect(element.shadowRoot!.querySelector('.problem')).to.equal(null);
    await press(element, 'Send');
    await until(() => element.shadowRoot!.activeElement === toField(element));
    expect([...element.shadowRoot!.querySelectorAll('.problem')].map(({ textContent }) => textContent)).to.deep.equal([
      'Name at least one recipient',
      'This must be filled in',
      'This must be filled in',
      'This must be filled in',
    ]);
    await expect(element).to.be.accessible();
    pasteText(toField(element), 'ann@example.org');
    await fill(element, 'Subject', 'Plans');
    await fill(element, 'Password', 'secret');
    await fill(element, 'Cost centre <b>', '7');
    const told = hear(element, 'ferry-before-send');
    await press(element, 'Send');
    expect((await told).delivery).to.include({ requireLogin: true, password: 'secret' });
    await until(async () => (await backend.deliveries({})).deliveries.length);
  });

  it('that excludes itself is said at once, and whom the backend would drop', async () => {
    const { element } = await stageSend();
    await loaded(element);
    (inside(element, 'details') as HTMLDetailsElement).open = true;
    pasteText(toField(element), 'stranger@example.org');
    fieldOf(element, 'Only for people with an account').click();
    await until(() =>
      element.shadowRoot!.querySelector('#requireLogin-fault')?.textContent.includes('One recipient is written by address'),
    );
    await until(() => shown(element, '.chip.wrong'), 'The backend has not been asked.');
    expect(text(element, 'recipients')).to.include('stranger@example.org');
    expect([...element.shadowRoot!.querySelectorAll('.problem')].map(({ textContent }) => textContent).join()).to.include(
      'Has no account to sign in with.',
    );
    await expect(element).to.be.accessible();
    fieldOf(element, 'Only for people with an account').click();
    await until(() => !shown(element, '.chip.wrong'));
  });

  it('is a password that is made, seen and hidden', async () => {
    const { element } = await stageSend();
    await loaded(element);
    const field = fieldOf(element, 'Password');
    expect([field.type, button(element, 'Copy the password')]).to.deep.equal(['password', undefined]);
    await press(element, 'Make a password');
    await until(() => field.value.length === 16);
    expect(field.type).to.equal('text');
    await press(element, 'Hide the password');
    await until(() => field.type === 'password');
    await press(element, 'Show the password');
    await until(() => field.type === 'text');
    expect(element.delivery.password).to.equal(field.value);
    expect(button(element, 'Copy the password')).to.be.instanceOf(HTMLButtonElement);
  });

  it('is as long as the service takes it, and no address is written where only a link can be had', async () => {
    const { element } = await stageSend({ capabilities: { send: { maxRecipients: 0, subject: { maxLength: 5 } } } });
    expect(shown(element, '[role=combobox]')).to.equal(false);
    expect(fieldOf(element, 'Subject').maxLength).to.equal(5);
    await press(element, 'Make a link');
    await until(() => shown(element, '[part=link]'));
  });

  it('is nothing where nothing can be sent', async () => {
    const { element } = await stageSend({ capabilities: { send: false } }, {});
    element.inline = true;
    await until(() => text(element, 'notice').includes('Not possible here'));
    await expect(element).to.be.accessible();
    expect(button(element, 'Send')!.disabled).to.equal(true);
  });
});
