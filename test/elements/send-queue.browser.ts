import { expect, fixture, html } from '@open-wc/testing';
import { memory, type MemoryBackend, type MemoryOptions } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import type { FerryProvider } from '../../src/elements/provider.js';
import type { FerrySend } from '../../src/elements/send.js';
import type { FerryUpload } from '../../src/elements/upload.js';
import { button, file, hear, press, stored, text } from './acting.js';
import { shown, until } from './browsing.js';
import { fill, pasteText, ready, toField } from './sending.js';

/** A backend that keeps files only in deliveries. */
const AROUND: MemoryOptions['capabilities'] = {
  upload: { needsDelivery: true, conflict: ['rename'] },
  send: { when: ['around-upload'], unit: 'delivery', required: ['subject'] },
};

/** An upload and a send element side by side, with nothing between them but their provider. */
async function stageBoth(options: MemoryOptions, manual = true): Promise<{ upload: FerryUpload; send: FerrySend; backend: MemoryBackend }> {
  const backend = memory(options);
  const provider = await fixture<FerryProvider>(html`
    <ferry-provider .backend=${backend}>
      <ferry-upload multiple ?manual=${manual}></ferry-upload>
      <ferry-send inline></ferry-send>
    </ferry-provider>
  `);
  const [upload, send] = [provider.querySelector('ferry-upload')!, provider.querySelector('ferry-send')!];
  await ready(send);
  return { upload, send, backend };
}

describe('a queue and <ferry-send> beside it', () => {
  it('uploads what waits, and sends what has arrived', async () => {
    const { upload, send, backend } = await stageBoth({});
    expect(button(send, 'Make a link')!.disabled).to.equal(true);
    await upload.add([file('a.txt'), file('b.txt')]);
    await until(() => send.shadowRoot!.querySelector('h2')!.textContent === 'Send 2 items');
    expect(await stored(backend)).to.deep.equal([]);
    pasteText(toField(send), 'ann@example.org');
    const told = hear(send, 'ferry-sent');
    await press(send, 'Send');
    const { delivery } = await told;
    expect(delivery.items!.map(({ name }) => name).sort()).to.deep.equal(['a.txt', 'b.txt']);
    // What was sent is not offered again.
    await press(send, 'Send something else');
    await until(() => send.shadowRoot!.textContent.includes('There is nothing to send yet'));
    await upload.add([file('c.txt')]);
    await until(() => send.shadowRoot!.querySelector('h2')!.textContent.includes('c.txt'));
  });

  it('sends files that started by themselves and have arrived', async () => {
    const { upload, send, backend } = await stageBoth({}, false);
    await upload.add([file('a.txt')]);
    await until(async () => (await stored(backend)).length === 1);
    await until(() => !button(send, 'Make a link')!.disabled);
    const told = hear(send, 'ferry-sent');
    await press(send, 'Make a link');
    expect((await told).delivery.items!.map(({ name }) => name)).to.deep.equal(['a.txt']);
  });

  it('waits for a file that failed until it is tried again, and keeps its draft', async () => {
    const { upload, send, backend } = await stageBoth({});
    backend.knobs.fail = (call) => (call === 'init' ? new BackendError('quota', 'Full.') : undefined);
    await upload.add([file('a.txt')]);
    pasteText(toField(send), 'ann@example.org');
    await press(send, 'Send');
    await until(() => send.shadowRoot!.textContent.includes('One file failed'));
    await expect(send).to.be.accessible();
    expect((await backend.deliveries({})).deliveries).to.deep.equal([]);
    backend.knobs.fail = undefined;
    const told = hear(send, 'ferry-sent');
    await press(send, 'Try again');
    expect((await told).delivery.recipients.length).to.equal(1);
  });

  it('opens a delivery before the files where the backend wants that', async () => {
    const { upload, send, backend } = await stageBoth({ capabilities: AROUND });
    await upload.add([file('a.txt'), file('b.txt')]);
    pasteText(toField(send), 'ann@example.org');
    await fill(send, 'Subject', 'Plans');
    const told = hear(send, 'ferry-sent');
    await press(send, 'Send');
    const { delivery } = await told;
    expect([delivery.subject, delivery.items!.length]).to.deep.equal(['Plans', 2]);
    expect((await backend.deliveries({})).deliveries.length).to.equal(1);
    await until(() => text(send, 'outcome').includes('Sent to one recipient.'));
  });

  it('goes again with other words after a delivery was refused', async () => {
    const { upload, send, backend } = await stageBoth({ capabilities: AROUND });
    backend.knobs.fail = (call) => (call === 'send' ? new BackendError('quota', 'Full.') : undefined);
    await upload.add([file('a.txt')]);
    pasteText(toField(send), 'ann@example.org');
    await fill(send, 'Subject', 'Plans');
    await press(send, 'Send');
    await until(() => text(send, 'notice').includes('No space left'));
    backend.knobs.fail = undefined;
    await fill(send, 'Subject', 'Other plans');
    const told = hear(send, 'ferry-sent');
    await press(send, 'Send');
    expect((await told).delivery.subject).to.equal('Other plans');
    expect((await backend.deliveries({})).deliveries.length).to.equal(1);
  });

  it('is stopped by the person: nothing is sent, and nothing is left half', async () => {
    const { upload, send, backend } = await stageBoth({ capabilities: AROUND, delay: (call) => (call === 'write' ? 1e9 : 0) });
    await upload.add([file('a.txt')]);
    await fill(send, 'Subject', 'Plans');
    await press(send, 'Make a link');
    await until(() => shown(send, 'ferry-progress'));
    await press(send, 'Cancel');
    await until(() => !shown(send, 'ferry-progress'));
    expect((await backend.deliveries({})).deliveries).to.deep.equal([]);
    expect(send.delivery.subject).to.equal('Plans');
  });
});
