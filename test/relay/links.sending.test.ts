import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import type { Caller } from '../../src/backend/caller.js';
import type { Delivery, DeliveryDraft, RecipientState } from '../../src/backend/delivery.js';
import { ROOT, type Ref } from '../../src/backend/item.js';
import type { Grant } from '../../src/relay/authorize.js';
import type { LinkedBackend } from '../../src/relay/linked.js';
import { withLinks } from '../../src/relay/links.js';
import { readLink, records } from '../../src/relay/links.records.js';
import { smtp } from '../../src/relay/smtp.js';
import { memoryStore } from '../../src/relay/store.js';
import { linked, PUBLIC, startCatcher, type Catcher } from './linked.js';
import { reader } from './reader.js';
import { byHeader, SECRET, wire, type Wire } from './wire.js';

const files = memory({ seed: { 'a.txt': '0123456789', 'تقرير <b>.txt': 'report', home: { 'b.txt': 'b' } } });
const grants: Record<string, Partial<Grant>> = {};
let store = memoryStore();
let catcher: Catcher;
let backend: LinkedBackend;
let served: Wire;
let anna: Backend;
let refs: Ref[];
let told: { id: string; delivery?: Delivery }[] = [];
let operations = 0;

beforeEach(async () => {
  store = memoryStore();
  told = [];
  catcher = await startCatcher();
  backend = linked(files, catcher, { store, url: () => served.url });
  served = await wire({ backends: { files: backend }, store, authorize: byHeader(grants), on: { sent: (sent) => void told.push(sent) } });
  anna = served.as('anna');
  refs = (await anna.list(ROOT, {})).items.filter(({ kind }) => kind === 'file').map(({ id, claim = '' }) => ({ id, claim }));
});
afterEach(async () => {
  await Promise.all([served.close(), catcher.close()]);
});

const to = (...emails: string[]): DeliveryDraft['recipients'] => emails.map((email) => ({ kind: 'email', email }));
const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: refs,
  recipients: [],
  operation: `operation ${(operations += 1)}`,
  ...over,
});
const by = (user: string): Caller => ({ backend: 'files', user, root: '' });
const written = (): string[] => catcher.mails.map(({ recipient }) => recipient).sort();
const states = (recipients: RecipientState[]): Record<string, string> =>
  Object.fromEntries(recipients.map(({ recipient, state, retryable }) => [recipient.email ?? '', retryable ? `${state}, again` : state]));
const refOf = ({ id, claim = '' }: Ref): Ref => ({ id, claim });

describe('sending by link', () => {
  it('writes one mail to each, in text and HTML, with the link, what is sent and until when', async () => {
    const sent = await anna.send(
      draft({
        recipients: [...to('one@example.com'), { kind: 'email', email: 'two@example.com', name: 'Two' }],
        subject: 'Figures',
        message: 'Look at page 4.',
        sender: 'anna@example.com',
      }),
    );
    assert.deepEqual(written(), ['one@example.com', 'two@example.com']);
    assert.deepEqual(states(sent.recipients), { 'one@example.com': 'accepted', 'two@example.com': 'accepted' });
    for (const { raw, subject, text, html, headers, recipient } of catcher.mails) {
      assert.equal(subject, 'Figures');
      assert.equal(headers['from'], 'Files <files@example.com>');
      assert.equal(headers['reply-to'], 'anna@example.com');
      assert.ok(headers['to']?.includes(recipient));
      assert.ok(!raw.includes(recipient === 'one@example.com' ? 'two@example.com' : 'one@example.com'), 'nobody learns of the others');
      for (const part of [text, html]) {
        assert.ok(part.includes(sent.link ?? '-'));
        assert.ok(part.includes('Look at page 4.'));
        assert.ok(part.includes('10 bytes'));
        assert.match(part, /The link works until \w+ \d+, \d{4}/);
      }
    }
    assert.notEqual(catcher.mails[0]?.headers['message-id'], catcher.mails[1]?.headers['message-id']);
    assert.equal((await reader().get(sent.link ?? '')).status, 200);
    assert.match(sent.link ?? '', /\/links\/[\w-]{22}$/);
  });

  it('escapes a message with markup in HTML, keeps it in text, and isolates names', async () => {
    const message = '<script>alert("1")</script> & <a href="https://evil.example">here</a>\n<!-- ';
    await anna.send(draft({ recipients: to('one@example.com'), subject: '<b>Hi</b>', message }));
    const [mail] = catcher.mails;
    assert.ok(mail);
    assert.doesNotMatch(mail.html, /<script|<!-- |href="https:\/\/evil|<b>Hi/);
    assert.ok(mail.html.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;a href'));
    assert.ok(mail.text.includes('> <script>alert("1")</script> & <a href="https://evil.example">here</a>'));
    assert.ok(mail.html.includes('<bdi>تقرير &lt;b&gt;.txt</bdi>'));
    assert.ok(mail.text.includes('\u2068تقرير <b>.txt\u2069'));
  });

  it('refuses whatever would become a header of its own, and writes to nobody', async () => {
    for (const over of [
      { recipients: to('one@example.com\r\nBcc: two@example.com') },
      { recipients: to('one@example.com\nBcc: two@example.com') },
      { recipients: to('one@example.com\0') },
      { recipients: [{ kind: 'email' as const, email: 'one@example.com', name: 'One\r\nBcc: two@example.com' }] },
      { recipients: to('one@example.com'), subject: 'Hello\r\nBcc: two@example.com' },
      { recipients: to('one@example.com'), subject: 'Hello\rBcc: two@example.com' },
      { recipients: to('one@example.com'), sender: 'anna@example.com\r\nBcc: two@example.com' },
    ]) {
      await assert.rejects(anna.send(draft(over)), { code: 'invalid' }, JSON.stringify(over));
      assert.ok((await anna.check(draft(over))).some(({ effect }) => effect === 'refused'));
    }
    const title = 'Files\r\nBcc: two@example.com';
    await assert.rejects(anna.request({ folder: ROOT, title, recipients: to('one@example.com'), operation: 'request 1' }), {
      code: 'invalid',
    });
    assert.deepEqual(catcher.mails, []);
    assert.deepEqual((await anna.deliveries({})).deliveries, []);
  });

  it('refuses addresses that are wrong, and names which', async () => {
    const wrong = [
      '',
      'nobody',
      '@example.com',
      'one@',
      'one@example.com, two@example.com',
      'a b@example.com',
      `${'x'.repeat(250)}@example.com`,
    ];
    const found = await anna.check(draft({ recipients: to('one@example.com', ...wrong) }));
    assert.deepEqual(
      found.map(({ recipient }) => recipient?.email),
      wrong,
    );
    await assert.rejects(anna.send(draft({ recipients: to('one@example.com', 'nobody') })), { code: 'invalid' });
    assert.deepEqual(catcher.mails, []);
  });

  it('writes to internationalised addresses, and says so where the mail server cannot', async () => {
    const people = to('jürgen@bücher.example', 'one@bücher.example', 'δοκιμή@παράδειγμα.δοκιμή');
    const { recipients } = await anna.send(draft({ recipients: people }));
    assert.deepEqual(states(recipients), {
      'jürgen@bücher.example': 'dropped',
      'one@bücher.example': 'accepted',
      'δοκιμή@παράδειγμα.δοκιμή': 'dropped',
    });
    catcher.behavior.international = true;
    const able = linked(files, catcher, { store: memoryStore() });
    assert.deepEqual(new Set(Object.values(states((await able.send(draft({ recipients: people }))).recipients))), new Set(['accepted']));
    assert.ok(written().some((address) => address.startsWith('jürgen@')));
  });

  it('writes once to an address that is named twice', async () => {
    const { recipients } = await anna.send(draft({ recipients: to('one@example.com', 'One@Example.com', 'one@example.com') }));
    assert.deepEqual([written(), recipients.length], [['one@example.com'], 1]);
  });

  it('tells whom the mail server refuses, for good or for now, and tries only the latter again', async () => {
    catcher.behavior.refuse = (address) => (address.startsWith('no') ? 550 : address.startsWith('later') ? 451 : undefined);
    const whole = draft({ recipients: to('one@example.com', 'no@example.com', 'later@example.com') });
    const first = await anna.send(whole);
    assert.deepEqual(states(first.recipients), {
      'one@example.com': 'accepted',
      'no@example.com': 'dropped',
      'later@example.com': 'dropped, again',
    });
    assert.match(
      first.recipients.find(({ recipient }) => recipient.email === 'no@example.com')?.reason ?? '',
      /refuses this address \(550\)/,
    );
    delete catcher.behavior.refuse;
    const again = await anna.send(whole);
    assert.equal(again.id, first.id);
    assert.deepEqual(states(again.recipients), {
      'one@example.com': 'accepted',
      'no@example.com': 'dropped',
      'later@example.com': 'accepted',
    });
    assert.deepEqual(written(), ['later@example.com', 'one@example.com']);
  });

  it('is tried again later, from what was sent, for those whose mail failed and nobody else', async () => {
    catcher.behavior.refuse = (address) => (address.startsWith('no') ? 550 : address.startsWith('later') ? 451 : undefined);
    catcher.behavior.loseAnswers = 1;
    const lost = await anna.send(draft({ recipients: to('lost@example.com') }));
    await anna.send(draft({ recipients: to('one@example.com', 'no@example.com', 'later@example.com'), message: 'At first.' }));
    const [sent] = (await anna.deliveries({})).deliveries;
    assert.ok(sent);
    await anna.forward(refOf(sent), { recipients: to('later2@example.com'), message: 'Later.', operation: 'forward later' });
    assert.deepEqual(written(), ['lost@example.com', 'one@example.com']);
    assert.ok((await anna.retry(refOf(sent))).can.includes('retry'), 'it still refuses');
    await assert.rejects(served.as('bob').retry(refOf(sent)), { code: 'forbidden' });
    delete catcher.behavior.refuse;
    const [one] = await Promise.all([anna.retry(refOf(sent)), anna.retry(refOf(sent)), backend.retry({ id: sent.id }, { by: by('anna') })]);
    assert.deepEqual(states(one.recipients), {
      'one@example.com': 'accepted',
      'no@example.com': 'dropped',
      'later@example.com': 'accepted',
      'later2@example.com': 'accepted',
    });
    assert.equal(one.can.includes('retry'), false);
    assert.deepEqual(states((await anna.retry(refOf(lost))).recipients), { 'lost@example.com': 'unknown' });
    assert.deepEqual(written(), ['later2@example.com', 'later@example.com', 'lost@example.com', 'one@example.com'], 'one mail each');
    const mailTo = (address: string): string => catcher.mails.find(({ recipient }) => recipient === address)?.text ?? '';
    assert.match(mailTo('later@example.com'), /At first\./);
    assert.match(mailTo('later2@example.com'), /Later\./, 'with the words of its forward');
  });

  it('is not tried again where the link has ended', async () => {
    catcher.behavior.refuse = () => 451;
    const [over, revoked] = await Promise.all([1, 2].map(() => anna.send(draft({ recipients: to('later@example.com') }))));
    assert.ok(over && revoked);
    await anna.change(refOf(over), { expires: Date.now() - 1 });
    await anna.revoke(refOf(revoked));
    delete catcher.behavior.refuse;
    assert.equal((await anna.delivery(refOf(over))).can.includes('retry'), false);
    await assert.rejects(anna.retry(refOf(over)), { code: 'expired' });
    await assert.rejects(anna.retry(refOf(revoked)), { code: 'not-allowed' });
    assert.deepEqual(written(), []);
  });

  it('makes the link while the mail server is down, says so, and writes to those who were missed when asked again', async () => {
    const transport = smtp(catcher.url);
    const down = await startCatcher();
    await down.close();
    let place = smtp(down.url);
    const one = linked(files, catcher, {
      store: memoryStore(),
      mail: { transport: { sendMail: (mail) => place.sendMail(mail) }, from: 'files@example.com' },
    });
    const everybody = Array.from({ length: 60 }, (_, index) => `p${index}@example.com`);
    const whole = draft({ recipients: to(...everybody) });
    const missed = await one.send(whole);
    assert.ok(missed.link);
    assert.deepEqual(new Set(Object.values(states(missed.recipients))), new Set(['dropped, again']));
    assert.match(missed.recipients[0]?.reason ?? '', /cannot be reached/);
    place = transport;
    catcher.behavior.refuse = (address) => (address === 'p59@example.com' ? 451 : undefined);
    assert.equal(Object.values(states((await one.send(whole)).recipients)).filter((state) => state === 'accepted').length, 59);
    delete catcher.behavior.refuse;
    const done = await one.send(whole);
    assert.equal(done.link, missed.link);
    assert.deepEqual(new Set(Object.values(states(done.recipients))), new Set(['accepted']));
    assert.deepEqual(written(), [...everybody].sort(), 'each got one mail');
    await one.send(whole);
    assert.equal(catcher.mails.length, 60);
  });

  it('never writes twice to somebody whose mail may have been taken', async () => {
    catcher.behavior.loseAnswers = 1;
    const whole = draft({ recipients: to('one@example.com') });
    const { recipients } = await anna.send(whole);
    assert.deepEqual(states(recipients), { 'one@example.com': 'unknown' });
    assert.deepEqual(states((await anna.send(whole)).recipients), { 'one@example.com': 'unknown' });
    assert.equal(catcher.mails.length, 1);
  });

  it('whose answer was lost gives nobody two mails, whichever relay is asked again', async () => {
    const other = await wire({ backends: { files: linked(files, catcher, { store }) }, store });
    try {
      const whole = draft({ recipients: to(...Array.from({ length: 30 }, (_, index) => `p${index}@example.com`)) });
      const answers = await Promise.allSettled([anna.send(whole), other.as('anna').send(whole), anna.send(whole)]);
      assert.ok(answers.every(({ status }) => status === 'fulfilled'));
      const last = await other.as('anna').send(whole);
      assert.deepEqual(new Set(Object.values(states(last.recipients))), new Set(['accepted']));
      assert.equal(catcher.mails.length, 30);
      assert.equal(new Set(written()).size, 30);
      assert.equal((await anna.deliveries({})).deliveries.length, 1);
      assert.equal(new Set(told.map(({ id }) => id)).size, 1, 'the host hears of one');
    } finally {
      await other.close();
    }
  });

  it('asked for at the very same moment at two relays makes one link, which is listed once', async () => {
    const other = linked(files, catcher, { store });
    const whole = draft({ items: refs.map(({ id }) => ({ id })), recipients: to('one@example.com') });
    const [one, two] = await Promise.all([backend.send(whole), other.send(whole)]);
    assert.equal(one.id, two.id);
    assert.deepEqual(
      (await backend.deliveries({})).deliveries.map(({ id }) => id),
      [one.id],
    );
    assert.deepEqual(written(), ['one@example.com']);
  });

  it('goes on where a relay died in the middle, and leaves open what that one had begun', async () => {
    const whole = draft({ recipients: to('one@example.com', 'two@example.com') });
    await backend.send(whole);
    const [{ id } = { id: '' }] = (await backend.deliveries({})).deliveries;
    // As it is while the first is being written to, and nobody lives to say how that ended.
    await records(store).update(id, (record) => ({
      ...record,
      people: record.people.map((one, index) => ({
        recipient: one.recipient,
        operation: one.operation,
        progress: index === 0 ? 'writing' : 'waiting',
      })),
    }));
    catcher.mails.length = 0;
    const { recipients } = await backend.send(whole);
    assert.deepEqual(states(recipients), { 'one@example.com': 'unknown', 'two@example.com': 'accepted' });
    assert.deepEqual(written(), ['two@example.com']);
  });

  it('to 500 people is one call, over a few connections', async () => {
    const { recipients } = await anna.send(
      draft({ recipients: to(...Array.from({ length: 500 }, (_, index) => `p${index}@example.com`)) }),
    );
    assert.equal(recipients.filter(({ state }) => state === 'accepted').length, 500);
    assert.equal(new Set(written()).size, 500);
    assert.ok(catcher.connections() <= 4);
  });

  it('tells of the first download once, whoever downloads, and tries again where the mail server was down', async () => {
    const { link = '' } = await anna.send(draft({ downloadReceipt: true, sender: 'anna@example.com', subject: 'Figures' }));
    assert.deepEqual(written(), []);
    catcher.behavior.refuse = () => 451;
    const reported = (): Promise<string | undefined> => readLink(store, link.slice(-22)).then((record) => record?.receipt);
    const settles = async (state: string): Promise<void> => {
      while ((await reported()) !== state) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await reader().download(link);
    await settles('wanted');
    delete catcher.behavior.refuse;
    await Promise.all(Array.from({ length: 5 }, () => reader().download(link)));
    await settles('sent');
    await reader().download(link);
    assert.deepEqual(written(), ['anna@example.com']);
    assert.match(catcher.mails[0]?.text ?? '', /“Figures” was downloaded for the first time/);
    const unnamed = await anna.send(draft({ downloadReceipt: true }));
    await reader().download(unnamed.link ?? '');
    while (catcher.mails.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(catcher.mails[1]?.recipient, 'files@example.com', 'where nobody is named it goes where answers go');
  });

  it('goes on to more people, with words of its own, until it is over', async () => {
    const sent = await anna.send(draft({ recipients: to('one@example.com'), message: 'First.' }));
    await anna.forward(refOf(sent), { recipients: to('two@example.com'), message: 'Second.', operation: 'forward 1' });
    assert.deepEqual(
      catcher.mails.map(({ recipient, text }) => [recipient, text.includes('First.'), text.includes('Second.')]),
      [
        ['one@example.com', true, false],
        ['two@example.com', false, true],
      ],
    );
    await anna.change(refOf(sent), { expires: Date.now() - 1 });
    await assert.rejects(anna.forward(refOf(sent), { recipients: to('three@example.com'), operation: 'forward 2' }), { code: 'expired' });
    const expired = await anna.delivery(refOf(sent));
    assert.deepEqual(expired.can, ['change', 'revoke']);
    await anna.revoke(refOf(sent));
    await assert.rejects(anna.change(refOf(sent), { subject: 'x' }), { code: 'not-allowed' });
    assert.equal((await anna.delivery(refOf(sent))).link, undefined);
  });

  it('refuses what no link can be', async () => {
    for (const [over, code] of [
      [{ downloadLimit: 0 }, 'invalid'],
      [{ password: '' }, 'invalid'],
      [{ expiryDays: -1 }, 'invalid'],
      [{ message: 'x'.repeat(20_001) }, 'invalid'],
      [{ sender: 'nobody' }, 'invalid'],
      [{ recipients: [{ kind: 'group' as const, id: '1' }] }, 'unsupported'],
      [{ recipients: [{ kind: 'contact' as const, id: 'nobody' }] }, 'not-found'],
    ] as const)
      await assert.rejects(anna.send(draft(over as Partial<DeliveryDraft>)), { code }, JSON.stringify(over));
    const sent = await anna.send(draft());
    for (const patch of [{ downloadLimit: 0 }, { password: '' }, { subject: 'a\nb' }, { expires: Date.now() + 400 * 86_400_000 }])
      await assert.rejects(anna.change(refOf(sent), patch), { code: 'invalid' }, JSON.stringify(patch));
  });
});

describe('links without a mail server', () => {
  it('are made and copied; nobody is written to, and nobody is told they are', async () => {
    const silent = withLinks(files, { store, secret: SECRET, url: PUBLIC });
    const { send, forward, request } = await silent.capabilities({});
    assert.ok(send);
    assert.deepEqual([send.maxRecipients, send.sender, send.downloadReceipt, forward, request], [0, false, false, false, false]);
    const ids = refs.map(({ id }) => ({ id }));
    assert.ok((await silent.send(draft({ items: ids }))).link);
    await assert.rejects(silent.send(draft({ items: ids, recipients: to('one@example.com') })), { code: 'invalid' });
    assert.deepEqual(catcher.mails, []);
  });
});

describe('who sent what', () => {
  it('is told to that user only, unless all of this root may be seen', async () => {
    const { items } = await anna.list(ROOT, {});
    const home = items.find(({ name }) => name === 'home')?.id ?? '';
    grants['boss'] = { deliveries: 'all' };
    grants['guest'] = { root: home, deliveries: 'all' };
    const mine = await anna.send(draft());
    assert.equal((await backend.deliveries({}, { by: by('anna') })).deliveries.length, 1);
    assert.deepEqual((await backend.deliveries({}, { by: by('bob') })).deliveries, [], 'links by themselves know whose they are');
    assert.deepEqual((await served.as('bob').deliveries({})).deliveries, []);
    assert.deepEqual(
      (await served.as('boss').deliveries({})).deliveries.map(({ id }) => id),
      [mine.id],
    );
    assert.deepEqual((await served.as('guest').deliveries({})).deliveries, [], 'another root');
    await assert.rejects(served.as('bob').delivery(refOf(mine)), { code: 'forbidden' });
  });

  it('lists a hundred a page, and goes on after them whatever comes and goes', async () => {
    const sent: string[] = [];
    for (let count = 0; count < 105; count += 1) sent.unshift((await backend.send(draft({ items: refs.map(({ id }) => ({ id })) }))).id);
    const first = await backend.deliveries({});
    assert.equal(first.deliveries.length, 100);
    await backend.send(draft({ items: refs.map(({ id }) => ({ id })) }));
    const second = await backend.deliveries({ cursor: first.cursor ?? '' });
    assert.deepEqual(
      [...first.deliveries, ...second.deliveries].map(({ id }) => id),
      sent,
    );
    assert.equal(second.cursor, undefined);
  });

  it('keeps an address book for each user, whose contacts can be written to', async () => {
    const ada = await anna.contacts.add({ name: 'Ada Harbour', email: 'ada@example.com' });
    await served.as('bob').contacts.add({ name: 'Bert', email: 'bert@example.com' });
    assert.deepEqual(
      (await anna.recipients('', {})).map(({ email }) => email),
      ['ada@example.com'],
    );
    await assert.rejects(anna.contacts.add({ name: 'Ada', email: 'ada@example.com' }), { code: 'exists' });
    await anna.contacts.update({ id: ada.id, claim: ada.claim ?? '' }, { email: 'harbour@example.com' });
    await anna.send(draft({ recipients: [{ kind: 'contact', id: ada.id, email: 'ada@example.com' }] }));
    assert.deepEqual(written(), ['harbour@example.com'], 'by what the book says now');
    const bob = served.as('bob');
    const [item] = (await bob.list(ROOT, {})).items;
    const his = draft({ items: [refOf(item ?? ROOT)], recipients: [{ kind: 'contact', id: ada.id, email: 'ada@example.com' }] });
    await assert.rejects(bob.send(his), { code: 'not-found' });
  });
});
