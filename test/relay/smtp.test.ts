import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createTransport } from 'nodemailer';
import { failureOf, mailboxOf, type MailMessage, type MailTransport } from '../../src/relay/mail.js';
import { smtp } from '../../src/relay/smtp.js';
import { certificate } from '../tools/certificate.js';
import { startCatcher, type Behavior, type Catcher } from '../tools/smtp.js';

let catcher: Catcher;
afterEach(() => catcher.close());

const start = async (behavior: Behavior = {}): Promise<ReturnType<typeof smtp>> => {
  catcher = await startCatcher(behavior);
  return smtp(catcher.url);
};
let count = 0;
const mail = (over: Partial<MailMessage> = {}): MailMessage => ({
  from: { name: 'Files', address: 'files@example.com' },
  to: { name: '', address: 'one@example.com' },
  subject: 'Subject',
  text: 'Text',
  html: '<p>Text</p>',
  messageId: `<${(count += 1)}@example.com>`,
  ...over,
});
/** What a mail was not taken for. */
const failure = async (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'taken',
    (error: unknown) => failureOf(error).progress,
  );

describe('smtp', () => {
  it('hands a mail over, whole, whatever is in it', async () => {
    const transport = await start();
    const text = ['.', '..', '.hidden', '', 'Grüße 日本 🚢', 'x'.repeat(2000), 'end'].join('\n');
    const subject = `Ünï=?code?= ${'日本語'.repeat(30)} "quoted" \\ 🚢`;
    const to = { name: 'Ann "the\\ship" Ñandú', address: 'one@example.com' };
    await transport.sendMail(mail({ subject, text, html: `<pre>${text}</pre>`, to, replyTo: { name: 'B, C', address: 'b@example.com' } }));
    const [caught] = catcher.mails;
    assert.ok(caught);
    assert.deepEqual([caught.sender, caught.recipient], ['files@example.com', 'one@example.com']);
    assert.equal(caught.subject, subject);
    assert.equal(caught.text.replaceAll('\r\n', '\n').trimEnd(), text);
    assert.equal(caught.html.replaceAll('\r\n', '\n').trimEnd(), `<pre>${text}</pre>`);
    assert.equal(caught.headers['to'], `${to.name} <one@example.com>`);
    assert.equal(caught.headers['reply-to'], '"B, C" <b@example.com>');
    assert.ok(
      caught.raw.split('\r\n').every((line) => line.length <= 998 && /^[\x20-\x7e]*$/.test(line)),
      'any server can carry it',
    );
  });

  it('writes to addresses of any script, where the server can', async () => {
    const transport = await start();
    await transport.sendMail(mail({ to: { name: '', address: 'one@bücher.example' } }));
    assert.equal(catcher.mails[0]?.recipient, 'one@xn--bcher-kva.example');
    assert.equal(catcher.mails[0].headers['to'], 'one@xn--bcher-kva.example');
    const foreign = { name: '', address: 'jürgen@bücher.example' };
    assert.equal(await failure(transport.sendMail(mail({ to: foreign }))), 'refused');
    catcher.behavior.international = true;
    const able = smtp(catcher.url);
    await able.sendMail(mail({ to: foreign }));
    assert.match(catcher.mails[1]?.recipient ?? '', /^jürgen@(xn--bcher-kva|bücher)\.example$/);
  });

  it('never lets a line break begin another header, or write to somebody else', async () => {
    const transport = await start();
    for (const over of [
      { subject: 'Hello\r\nBcc: two@example.com' },
      { subject: 'Hello\nBcc: two@example.com' },
      { to: { name: 'One\nBcc: two@example.com', address: 'one@example.com' } },
      { to: { name: '', address: 'one@example.com\r\nBcc: two@example.com' } },
      { to: { name: '', address: 'one@example.com>\r\nRCPT TO:<two@example.com' } },
      { replyTo: { name: '', address: 'b@example.com\r\nBcc: two@example.com' } },
      { headers: { 'x-one': 'a\r\nBcc: two@example.com' } },
      { headers: { 'x-one\r\nBcc': 'two@example.com' } },
    ])
      await transport.sendMail(mail(over)).catch((error: unknown) => assert.equal(failureOf(error).progress, 'refused'));
    for (const { recipient, headers, raw } of catcher.mails) {
      assert.equal(recipient, 'one@example.com');
      assert.ok(!('bcc' in headers), raw);
    }
    await transport.sendMail(mail());
    assert.ok(catcher.mails.length > 1);
  });

  it('says what is refused for good, for now, and what may have been taken', async () => {
    const transport = await start({
      refuse: (address) => (address.startsWith('no') ? 550 : address.startsWith('later') ? 451 : undefined),
    });
    const to = (address: string): Partial<MailMessage> => ({ to: { name: '', address } });
    assert.equal(await failure(transport.sendMail(mail(to('no@example.com')))), 'refused');
    assert.equal(await failure(transport.sendMail(mail(to('later@example.com')))), 'failed');
    catcher.behavior.refuseMails = 554;
    assert.equal(await failure(transport.sendMail(mail())), 'refused');
    catcher.behavior.refuseMails = 452;
    assert.equal(await failure(transport.sendMail(mail())), 'failed');
    delete catcher.behavior.refuseMails;
    assert.equal(await failure(transport.sendMail(mail())), 'taken');
    assert.ok(catcher.connections() < 5, 'a refusal costs no connection');
    catcher.behavior.loseAnswers = 1;
    assert.equal(await failure(transport.sendMail(mail())), 'unknown');
    assert.equal(catcher.mails.length, 2);
    assert.equal(await failure(transport.sendMail(mail())), 'taken');
    await catcher.close();
    const { progress, everywhere } = failureOf(await transport.sendMail(mail()).catch((error: unknown) => error));
    assert.deepEqual([progress, everywhere], ['failed', true]);
  });

  it('knows that a mail was not taken where the server was lost before it was there', async () => {
    for (const hangUpAt of ['EHLO', 'MAIL', 'RCPT', 'DATA']) {
      const transport = await start({ hangUpAt });
      assert.equal(await failure(transport.sendMail(mail())), 'failed', hangUpAt);
      await catcher.close();
    }
    catcher = await startCatcher();
  });

  it('goes on where the server had ended an idle connection', async () => {
    const transport = await start({ oneEach: true });
    for (let turn = 0; turn < 3; turn += 1) await transport.sendMail(mail());
    assert.equal(catcher.mails.length, 3);
  });

  it('keeps to a few connections, however many mails there are', async () => {
    const transport = await start();
    await Promise.all(Array.from({ length: 40 }, () => transport.sendMail(mail())));
    assert.equal(catcher.mails.length, 40);
    assert.ok(catcher.connections() <= 4, String(catcher.connections()));
  });

  for (const way of ['PLAIN', 'LOGIN'] as const)
    it(`signs in by ${way}, and never to another machine without TLS`, async () => {
      await start({ login: { user: 'üser@x', password: 'päss:word', way } });
      const as = (password: string, host = '127.0.0.1'): ReturnType<typeof smtp> =>
        smtp(`smtp://${encodeURIComponent('üser@x')}:${encodeURIComponent(password)}@${host}:${catcher.port}`);
      await as('päss:word').sendMail(mail());
      assert.equal(catcher.mails.length, 1);
      const { progress, everywhere } = failureOf(
        await as('wrong')
          .sendMail(mail())
          .catch((error: unknown) => error),
      );
      assert.deepEqual([progress, everywhere], ['failed', true]);
      await assert.rejects(as('päss:word', '127.1').sendMail(mail()), { code: 'ETLS' });
      assert.equal(catcher.mails.length, 1);
    });

  it('uses TLS where it is offered, and refuses a certificate that is nobody’s', async () => {
    const tls = certificate();
    const transport = await start({ tls, login: { user: 'a', password: 'b', way: 'PLAIN' } });
    const { progress } = failureOf(await transport.sendMail(mail()).catch((error: unknown) => error));
    assert.equal(progress, 'failed');
    assert.deepEqual(catcher.mails, []);
    await smtp(`smtp://a:b@127.0.0.1:${catcher.port}`, { ca: tls.cert }).sendMail(mail());
    assert.equal(catcher.mails.length, 1);
  });
});

describe('a transport of nodemailer, as it is', () => {
  it('can be given instead, and says the same of what goes wrong', async () => {
    catcher = await startCatcher({ refuse: (address) => (address.startsWith('no') ? 550 : undefined) });
    const transport: MailTransport = createTransport({ host: '127.0.0.1', port: catcher.port });
    assert.equal(await failure(transport.sendMail(mail())), 'taken');
    assert.equal(catcher.mails[0]?.subject, 'Subject');
    assert.equal(await failure(transport.sendMail(mail({ to: { name: '', address: 'no@example.com' } }))), 'refused');
    catcher.behavior.loseAnswers = 1;
    assert.equal(await failure(transport.sendMail(mail())), 'unknown');
    await catcher.close();
    assert.equal(await failure(transport.sendMail(mail())), 'failed');
  });
});

describe('addresses of mail servers and senders', () => {
  beforeEach(async () => {
    catcher = await startCatcher();
  });

  it('are read, or refused with what is expected', () => {
    for (const url of ['', 'mail.example.com', 'http://mail.example.com', 'smtp://'])
      assert.throws(() => smtp(url), /expected is one like/);
    assert.deepEqual(mailboxOf('a@b.c'), { name: '', address: 'a@b.c' });
    assert.deepEqual(mailboxOf('Files & more <a@b.c>'), { name: 'Files & more', address: 'a@b.c' });
    assert.deepEqual(mailboxOf('"Files, more" <a@b.c>'), { name: 'Files, more', address: 'a@b.c' });
    for (const from of ['', 'Files', 'Files <a@b.c', 'a@b.c, d@e.f', 'A\r\nBcc: x <a@b.c>'])
      assert.throws(() => mailboxOf(from), /is no sender/);
  });
});
