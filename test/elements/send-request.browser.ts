import { expect, fixture, html } from '@open-wc/testing';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import { senderFor } from '../../src/elements/senders.js';
import type { FerrySend } from '../../src/elements/send.js';
import '../../src/elements/send.js';
import { button, hear, press, text } from './acting.js';
import { inside, itemsOf, keys, until } from './browsing.js';
import { chips, fieldOf, fill, pasteText, toField, type } from './sending.js';

const heading = (element: FerrySend): string => element.shadowRoot!.querySelector('h2')?.textContent ?? '';

const linkIn = (element: FerrySend): string => element.shadowRoot!.querySelector<HTMLInputElement>('#link')?.value ?? '';

/** An element that asks for files, which come into the folder `inbox`. */
async function stageRequest(
  options: MemoryOptions = {},
  given: Partial<FerrySend> = { inline: true },
): Promise<{ element: FerrySend; backend: MemoryBackend }> {
  const backend = memory({ seed: { inbox: {} }, ...options });
  const [folder] = await itemsOf(backend);
  const element = Object.assign(document.createElement('ferry-send'), { backend, folder, request: true, ...given });
  await fixture(html`<div>${element}</div>`);
  if (element.inline) await until(() => element.shadowRoot!.querySelector('form, [part=notice]'));
  return { element, backend };
}

describe('asking for files', () => {
  it('by link gives the link, to copy and to scan, and lists the request as open', async () => {
    const { element, backend } = await stageRequest();
    await until(() => inside(element, 'form').innerText.includes('They go into'));
    await expect(element).to.be.accessible();
    await fill(element, 'What is asked for', 'Your photos');
    await fill(element, 'Message', 'All of them.');
    await fill(element, 'Whom to turn to when it does not work', 'Ask Ada.');
    const told = hear(element, 'ferry-requested');
    await press(element, 'Make a link');
    const { request } = await told;
    expect([request.title, request.message, request.help]).to.deep.equal(['Your photos', 'All of them.', 'Ask Ada.']);
    await until(() => heading(element) === 'Your photos' && element.shadowRoot!.activeElement?.matches('h2'));
    expect(linkIn(element)).to.equal(request.link);
    expect(text(element, 'outcome')).to.include('Whoever has the link can upload');
    await press(element, 'QR code');
    await until(() => element.shadowRoot!.querySelector('.code'));
    await expect(element).to.be.accessible();
    const [folder] = await itemsOf(backend);
    expect((await backend.requests({ folder: folder! })).requests.map(({ id }) => id)).to.deep.equal([request.id]);
    await press(element, 'Back');
    await until(() => element.shadowRoot!.querySelector('.row .name')?.textContent === 'Your photos');
    expect(fieldOf(element, 'What is asked for').value).to.equal('');
    await expect(element).to.be.accessible();
  });

  it('writes to people, in a dialog, by keyboard, and shows how they fared', async () => {
    const { element } = await stageRequest({}, {});
    element.show();
    await until(() => element.shadowRoot!.querySelector('#request-title'));
    await expect(element).to.be.accessible();
    await until(() => element.shadowRoot!.activeElement === fieldOf(element, 'What is asked for'));
    await type('Plans');
    pasteText(toField(element), 'ann@example.org, bo@example.org');
    await until(() => chips(element).length === 2);
    button(element, 'Ask for files')!.focus();
    await keys('Enter');
    await until(() => heading(element) === 'Plans');
    expect(text(element, 'outcome')).to.include('Sent to 2 recipients').and.to.include('bo@example.org');
    await keys('Escape');
    await until(() => !element.open);
  });

  it('in a dialog that opens before anything is known gives the focus to the title once it is there, unless the person went elsewhere', async () => {
    const open = async (): Promise<FerrySend> => {
      const { element, backend } = await stageRequest({ delay: 300 }, {});
      element.show();
      await until(() => element.shadowRoot!.querySelector<HTMLDialogElement>('dialog')!.open && button(element, 'Close'));
      expect(element.shadowRoot!.querySelector('form')).to.equal(null);
      backend.knobs.delay = 0;
      return element;
    };
    const waits = await open();
    await until(() => waits.shadowRoot!.activeElement === waits.shadowRoot!.querySelector('#request-title'));
    await type('Plans');
    expect(fieldOf(waits, 'What is asked for').value).to.equal('Plans');
    waits.close();
    const left = await open();
    const close = button(left, 'Close')!;
    await keys('Tab');
    expect(left.shadowRoot!.activeElement?.ariaLabel).to.equal('Close');
    await until(() => left.shadowRoot!.querySelector('#request-title'));
    expect(left.shadowRoot!.activeElement === close).to.equal(true);
  });

  it('without a title is not asked, and says at the field what is missing', async () => {
    const { element, backend } = await stageRequest();
    expect(fieldOf(element, 'What is asked for').getAttribute('aria-invalid')).to.equal('false');
    await press(element, 'Make a link');
    await until(() => element.shadowRoot!.activeElement === fieldOf(element, 'What is asked for'));
    expect(inside(element, '#request-title-fault').textContent).to.equal('Say what is asked for.');
    await expect(element).to.be.accessible();
    expect((await backend.requests({})).requests).to.deep.equal([]);
  });

  it('with a number of days that cannot be is not asked, and the focus goes to them', async () => {
    const { element, backend } = await stageRequest();
    await fill(element, 'What is asked for', 'Plans');
    const select = inside(element, '#expiryDays') as HTMLSelectElement;
    select.value = 'other';
    select.dispatchEvent(new Event('change'));
    await until(() => element.shadowRoot!.querySelector('[type=number]'));
    const days = inside(element, '[type=number]') as HTMLInputElement;
    days.value = '366';
    days.dispatchEvent(new Event('input'));
    await press(element, 'Make a link');
    await until(() => element.shadowRoot!.activeElement === days);
    expect(days.getAttribute('aria-invalid')).to.equal('true');
    expect(inside(element, '#expiryDays-fault').textContent).to.equal('From one to 365 days');
    expect((await backend.requests({})).requests).to.deep.equal([]);
    days.value = '365';
    days.dispatchEvent(new Event('input'));
    await press(element, 'Make a link');
    await until(() => linkIn(element));
  });

  it('has only the fields that the backend has', async () => {
    const { element } = await stageRequest({
      capabilities: { request: { message: false, help: false, password: false, expiry: false, maxRecipients: 0 }, requests: false },
    });
    const labels = [...element.shadowRoot!.querySelectorAll('label')].map(({ textContent }) => textContent.trim());
    expect(labels).to.deep.equal(['What is asked for*']);
  });

  it('that failed says why and keeps what was written; asked again it has one effect', async () => {
    const { element, backend } = await stageRequest();
    await fill(element, 'What is asked for', 'Plans');
    backend.knobs.fail = (call) => (call === 'request' ? new BackendError('offline', 'No connection.') : undefined);
    await press(element, 'Make a link');
    await until(() => text(element, 'notice') === 'No connection');
    expect(fieldOf(element, 'What is asked for').value).to.equal('Plans');
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    await press(element, 'Make a link');
    await until(() => linkIn(element));
    expect((await backend.requests({})).requests.length).to.equal(1);
  });

  it('whose answer was lost asks the person before anybody is asked twice', async () => {
    const { element, backend } = await stageRequest();
    await fill(element, 'What is asked for', 'Plans');
    backend.knobs.fail = (call) => (call === 'request' ? new BackendError('unknown-outcome', 'Who knows.') : undefined);
    await press(element, 'Make a link');
    await until(() => button(element, 'Ask anyway'));
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    await press(element, 'Ask anyway');
    await until(() => linkIn(element));
  });

  it('takes nothing that a browser beside it would have sent', async () => {
    const { element, backend } = await stageRequest();
    expect(senderFor(backend, element)).to.equal(undefined);
    element.request = false;
    await element.updateComplete;
    expect(senderFor(backend, element)).to.equal(element);
  });

  it('is refused in words where no files can be asked for', async () => {
    const { element } = await stageRequest({ capabilities: { request: false, requests: false } });
    expect(text(element, 'notice')).to.equal('No files can be asked for here.');
    await expect(element).to.be.accessible();
  });

  it('shows an open request again, with its link, and the focus comes back to its row', async () => {
    const { element, backend } = await stageRequest();
    const [folder] = await itemsOf(backend);
    for (const title of ['One', 'Two'])
      await backend.request({ folder: folder!, title, recipients: [{ kind: 'email', email: 'ann@example.org' }], operation: title });
    const again = document.createElement('ferry-send');
    Object.assign(again, { backend, folder, request: true, inline: true });
    element.replaceWith(again);
    await until(() => again.shadowRoot!.querySelectorAll('.row').length === 2);
    inside(again, '.row').focus();
    await keys('ArrowDown', 'Enter');
    await until(() => heading(again) === 'One' && linkIn(again).startsWith('memory:request'));
    await press(again, 'Back');
    await until(() => again.shadowRoot!.activeElement?.querySelector('.name')?.textContent === 'One');
  });
});
