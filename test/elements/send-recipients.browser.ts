import { expect } from '@open-wc/testing';
import type { MemoryOptions } from '../../src/adapters/memory.js';
import type { Recipient } from '../../src/backend/delivery.js';
import type { FerrySend } from '../../src/elements/send.js';
import { button, hear, press } from './acting.js';
import { keys, until } from './browsing.js';
import { chips, pasteText, ready, stageSend, toField, type } from './sending.js';

const people: Recipient[] = [
  { kind: 'user', id: 'u1', name: 'Ann Lee', email: 'ann@example.org' },
  { kind: 'group', id: 'g1', name: 'Antwerp <office>' },
  { kind: 'user', id: 'u2', name: 'Bo', email: 'bo@example.org' },
];

const offered = (element: FerrySend): string[] =>
  [...element.shadowRoot!.querySelectorAll('[role=option] .text')].map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

describe('suggestions for recipients', () => {
  it('come while somebody types, are walked through by arrows, and taken by Enter', async () => {
    const { element } = await stageSend({ people });
    toField(element).focus();
    await type('an');
    await until(() => offered(element).length === 2);
    expect(toField(element).ariaExpanded).to.equal('true');
    await expect(element).to.be.accessible();
    await keys('ArrowDown', 'ArrowDown');
    await element.updateComplete;
    const active = element.shadowRoot!.getElementById(toField(element).getAttribute('aria-activedescendant')!)!;
    expect(active.ariaSelected).to.equal('true');
    expect(active.textContent).to.include('Antwerp <office>');
    await keys('Enter');
    await until(() => chips(element).join() === 'Antwerp <office>');
    expect([toField(element).value, offered(element).length]).to.deep.equal(['', 0]);
    expect(element.delivery.recipients).to.deep.equal([people[1]]);
    // Who is there already is not offered again.
    await type('an');
    await until(() => offered(element).length === 1);
    await keys('Escape');
    await until(() => !offered(element).length);
    expect(toField(element).value).to.equal('an');
  });

  it('are taken by a click, and an address that somebody has is the same one', async () => {
    const { element } = await stageSend({ people });
    toField(element).focus();
    await type('bo');
    await until(() => offered(element).length === 1);
    element.shadowRoot!.querySelector<HTMLElement>('[role=option]')!.click();
    await until(() => chips(element).join() === 'Bo');
    pasteText(toField(element), 'BO@example.org');
    await element.updateComplete;
    expect(element.delivery.recipients).to.deep.equal([people[2]]);
  });

  it('of what is not typed any more are given up', async () => {
    const asked: { text: string; aborted: () => boolean | undefined }[] = [];
    const { element, backend } = await stageSend({ people });
    const slow = {
      ...backend,
      recipients: (...[text, , how]: Parameters<typeof backend.recipients>) => {
        asked.push({ text, aborted: () => how?.signal?.aborted });
        return text === 'a' ? new Promise<never>(() => undefined) : backend.recipients(text, {});
      },
    };
    element.backend = slow;
    await element.updateComplete;
    await ready(element);
    toField(element).focus();
    await type('a');
    await until(() => asked.length === 1);
    await type('nn');
    await until(() => offered(element).length === 1);
    expect(asked[0]!.aborted()).to.equal(true);
    expect(asked.at(-1)!.text).to.equal('ann');
  });

  it('are not asked for where the backend knows nobody', async () => {
    const { element, backend } = await stageSend({ people, capabilities: { recipients: false } });
    let asked = 0;
    element.backend = { ...backend, recipients: () => Promise.resolve([people[asked++]!]) };
    await element.updateComplete;
    await ready(element);
    toField(element).focus();
    await type('ann@example.org');
    await keys('Enter');
    await until(() => chips(element).join() === 'ann@example.org');
    expect(asked).to.equal(0);
  });
});

describe('many recipients', () => {
  const list = Array.from({ length: 500 }, (_, at) => `Person ${String(at)} <person.${String(at)}@example.org>`);

  it('are drawn in part, and all when somebody asks for them', async () => {
    const { element } = await stageSend({ capabilities: { send: { maxRecipients: 500 } } });
    pasteText(toField(element), list.join('\n'));
    await element.updateComplete;
    expect(element.delivery.recipients.length).to.equal(500);
    expect(chips(element).length).to.equal(20);
    await press(element, 'and 480 more');
    await until(() => chips(element).length === 500);
    await until(() => element.shadowRoot!.activeElement?.matches('.chip:nth-child(21) button'));
  });

  it('are refused beyond what the backend takes, and said how many it takes', async () => {
    const { element, backend } = await stageSend({ capabilities: { send: { maxRecipients: 3 } } });
    pasteText(toField(element), list.slice(0, 4).join());
    await until(() => element.shadowRoot!.querySelector('.problem')?.textContent.includes('3 recipients at most'));
    await press(element, 'Send');
    await press(element, 'Remove Person 0');
    await until(() => !element.shadowRoot!.querySelector('.problem'));
    const told = hear(element, 'ferry-sent');
    await press(element, 'Send');
    await told;
    expect((await backend.deliveries({})).deliveries.length).to.equal(1);
  });
});

describe('new addresses', () => {
  const options: MemoryOptions = { people };

  it('go to the address book when somebody wants it', async () => {
    const { element, backend } = await stageSend(options);
    expect(element.shadowRoot!.textContent).to.not.include('address book');
    pasteText(toField(element), 'New One <new@example.org>');
    await element.updateComplete;
    const keep = [...element.shadowRoot!.querySelectorAll('label')].find(({ textContent }) => textContent.includes('address book'))!;
    keep.click();
    const told = hear(element, 'ferry-sent');
    await press(element, 'Send');
    await told;
    await until(async () => (await backend.recipients('new@', {})).length === 1);
    expect((await backend.recipients('new@', {}))[0]).to.include({ kind: 'contact', name: 'New One' });
  });

  it('do not, where nobody says so or there is no address book', async () => {
    const { element, backend } = await stageSend(options);
    pasteText(toField(element), 'new@example.org');
    const told = hear(element, 'ferry-sent');
    await press(element, 'Send');
    await told;
    expect(await backend.recipients('new@', {})).to.deep.equal([]);
    const { element: other } = await stageSend({ capabilities: { contacts: false } });
    pasteText(toField(other), 'new@example.org');
    await other.updateComplete;
    expect(other.shadowRoot!.textContent).to.not.include('address book');
    expect(button(other, 'Send')!.disabled).to.equal(false);
  });
});
