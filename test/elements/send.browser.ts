import { expect } from '@open-wc/testing';
import { button, hear, press, said, text } from './acting.js';
import { inside, keys, until } from './browsing.js';
import { chips, fieldOf, pasteText, ready, stageSend, toField, type } from './sending.js';

describe('sending by keyboard', () => {
  it('goes from a button into the dialog, to people, and back to where the focus was', async () => {
    const { element, backend } = await stageSend({}, {});
    const opener = document.createElement('button');
    opener.textContent = 'Share';
    opener.addEventListener('click', () => {
      element.show();
    });
    element.before(opener);
    opener.focus();
    await keys('Enter');
    await ready(element);
    const dialog = inside(element, 'dialog') as HTMLDialogElement;
    await until(() => dialog.matches(':modal'));
    await expect(element).to.be.accessible();
    toField(element).focus();
    await type('ann@example.org');
    await keys('Enter', 'Tab');
    await type('Plans');
    await keys('Tab');
    await type('Look');
    expect(fieldOf(element, 'Message').value).to.equal('Look');
    const told = hear(element, 'ferry-sent');
    button(element, 'Send')!.focus();
    await keys('Enter');
    const { delivery } = await told;
    expect(delivery.recipients.map(({ recipient }) => recipient.email)).to.deep.equal(['ann@example.org']);
    expect((await backend.deliveries({})).deliveries.map(({ subject }) => subject)).to.deep.equal(['Plans']);
    await until(() => text(element, 'outcome').includes('ann@example.org'));
    await expect(element).to.be.accessible();
    await keys('Escape');
    await until(() => !dialog.open);
    expect(element.open).to.equal(false);
    expect(document.activeElement).to.equal(opener);
  });
});

describe('<ferry-send> in a form', () => {
  it('is what was sent, and is written in without sending by Enter', async () => {
    const { element } = await stageSend();
    const form = document.createElement('form');
    element.before(form);
    form.append(element);
    element.name = 'sent';
    let submitted = 0;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submitted++;
    });
    const sent = (): FormDataEntryValue | null => new FormData(form).get('sent');
    await ready(element);
    fieldOf(element, 'Subject').focus();
    await keys('x', 'Enter');
    expect([submitted, sent(), element.delivery.subject]).to.deep.equal([0, null, 'x']);
    const told = hear(element, 'ferry-sent');
    await press(element, 'Make a link');
    const { id, link } = (await told).delivery;
    await element.updateComplete;
    expect(JSON.parse(sent() as string)).to.deep.equal({ id, link });
    form.reset();
    await ready(element);
    await until(() => fieldOf(element, 'Subject').value === '');
    expect(sent()).to.equal(null);
  });

  it('shows what became of something that ended while the dialog was closed', async () => {
    const { element, backend } = await stageSend({ delay: (call) => (call === 'send' ? 100 : 0) }, { open: true });
    const told = hear(element, 'ferry-sent');
    await press(element, 'Make a link');
    await until(() => element.shadowRoot!.querySelector('ferry-progress'));
    element.close();
    await told;
    await element.updateComplete;
    element.show();
    await until(() => element.shadowRoot!.querySelector('[part=link]'));
    element.close();
    await element.updateComplete;
    element.show();
    await ready(element);
    expect((await backend.deliveries({})).deliveries.length).to.equal(1);
  });
});

describe('the field for recipients', () => {
  it('takes a pasted list, merges who is in it twice, and says what is no address', async () => {
    const { element, backend } = await stageSend();
    pasteText(toField(element), 'Ann <ann@example.org>; "Burg, Bo" <bo@example.org>\nANN@example.org, carl@\n用户@例え.jp');
    await element.updateComplete;
    expect(chips(element)).to.deep.equal(['Ann', 'Burg, Bo', 'carl@', '用户@例え.jp']);
    expect(said(element)).to.include('3 recipients added');
    expect(said(element)).to.include('One was there already');
    await until(() => element.shadowRoot!.querySelector('.problem')?.textContent.includes('no complete e-mail address'));
    await expect(element).to.be.accessible();
    await press(element, 'Send');
    await until(() => element.shadowRoot!.activeElement === toField(element));
    expect((await backend.deliveries({})).deliveries).to.deep.equal([]);
    const told = hear(element, 'ferry-sent');
    await press(element, 'Remove carl@');
    await until(() => !element.shadowRoot!.querySelector('.problem'));
    await press(element, 'Send');
    expect((await told).delivery.recipients.map(({ recipient: { email, name } }) => [email, name])).to.deep.equal([
      ['ann@example.org', 'Ann'],
      ['bo@example.org', 'Burg, Bo'],
      ['用户@例え.jp', undefined],
    ]);
  });

  it('is walked through by arrows, and what is wrong is taken back to be corrected', async () => {
    const { element } = await stageSend();
    pasteText(toField(element), 'ann@example.org, bo@example.org, carl@');
    await element.updateComplete;
    toField(element).focus();
    await keys('ArrowLeft');
    await until(() => element.shadowRoot!.activeElement?.matches('.chip:nth-child(3) button'));
    await keys('Enter');
    await until(() => element.shadowRoot!.activeElement === toField(element));
    expect(toField(element).value).to.equal('carl@');
    await type('example.org');
    await keys('Enter', 'Backspace');
    await until(() => element.shadowRoot!.activeElement?.matches('.chip:nth-child(3) button'));
    await keys('ArrowLeft', 'Delete');
    await until(() => chips(element).join() === 'ann@example.org,carl@example.org');
    await keys('Home', 'Backspace');
    await until(() => chips(element).join() === 'carl@example.org');
  });
});
