import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { MailMessage, MailTransport } from './mail.js';
import { compose, isInternational, wireAddress } from './mime.js';
import { converse, SmtpError, type Conversation } from './smtp.conversation.js';

/** A mail server, and who writes there. */
interface Place {
  host: string;
  port: number;
  /** TLS from the first byte, and not only once the server offers it. */
  secure: boolean;
  user: string;
  password: string;
}

/** What a mail server needs besides its address. */
export interface SmtpOptions {
  /** The certificate (PEM) of whoever vouches for the server, where that is nobody whom Node trusts anyway. */
  ca?: string;
}

/** Most connections at once, and milliseconds for which an idle one is kept for the next mail. */
const MOST = 4;
const REST = 2000;

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

function placeOf(url: string): Place {
  const { protocol, hostname, port, username, password } = URL.canParse(url) ? new URL(url) : new URL('none://');
  if (!/^smtps?:$/.test(protocol) || hostname === '')
    throw new Error(`The mail server has no address; expected is one like "smtp://user:password@mail.example.com:587".`);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: Number(port) || (secure ? 465 : 25),
    secure,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a server can do beyond the least, in upper case. */
async function greet(line: Conversation, socket: Socket): Promise<Set<string>> {
  const address = socket.localAddress ?? '127.0.0.1';
  const { lines } = await line.ask(`EHLO [${isIP(address) === 6 ? `IPv6:${address}` : address}]`, 'EHLO', 250);
  return new Set(lines.slice(1).flatMap((text) => [text.toUpperCase(), text.toUpperCase().split(' ')[0] ?? '']));
}

/** A connection that is ready to take mails. */
interface Open {
  line: Conversation;
  can: Set<string>;
}

async function open({ host, port, secure, user, password }: Place, ca: string | undefined): Promise<Open> {
  const name = host.replace(/^\[|\]$/g, '');
  const upgraded = { host: name, ...(isIP(name) ? {} : { servername: name }), ...(ca !== undefined && { ca }) };
  let socket: Socket = secure ? connectSecurely({ ...upgraded, port }) : connect(port, name);
  let line = converse(socket);
  try {
    await line.hear('CONN', 220);
    let can = await greet(line, socket);
    let secret = secure;
    if (!secure && can.has('STARTTLS')) {
      await line.ask('STARTTLS', 'STARTTLS', 220);
      line.leave();
      socket = connectSecurely({ ...upgraded, socket });
      line = converse(socket);
      can = await greet(line, socket);
      secret = true;
    }
    if (user !== '') {
      if (!secret && !LOCAL.has(host)) throw new SmtpError('ETLS', `"${host}" offers no TLS; a password is not sent without.`, 'AUTH');
      if ([...can].some((one) => /^AUTH\b.*\bPLAIN\b/.test(one)))
        await line.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 'AUTH', 235);
      else {
        await line.ask('AUTH LOGIN', 'AUTH', 334);
        await line.ask(base64(user), 'AUTH', 334);
        await line.ask(base64(password), 'AUTH', 235);
      }
    }
    return { line, can };
  } catch (error) {
    line.close();
    throw error;
  }
}

async function hand({ line, can }: Open, message: MailMessage): Promise<void> {
  const [from, to] = [wireAddress(message.from.address), wireAddress(message.to.address)];
  const international = isInternational(from) || isInternational(to);
  if (to === '' || (international && !can.has('SMTPUTF8')))
    throw new SmtpError('EENVELOPE', 'The mail server takes no such address.', 'RCPT TO', 553);
  const text = compose(message);
  await line.ask(`MAIL FROM:<${from}>${international ? ' SMTPUTF8' : ''}`, 'MAIL FROM', 250);
  await line.ask(`RCPT TO:<${to}>`, 'RCPT TO', 250, 251);
  await line.ask('DATA', 'DATA', 354);
  // No line of it begins with a dot, which would have to be doubled: there are headers and base64.
  await line.ask(`${text}.`, 'CONTENT', 250);
}

/**
 * A transport to a mail server: `smtp://user:password@host:587`, where TLS is used once the server offers it and before a password is sent;
 * or `smtps://` for TLS from the start. Throws an `Error` for what is no such address.
 */
export function smtp(url: string, { ca }: SmtpOptions = {}): MailTransport {
  const place = placeOf(url);
  const idle: (Open & { timer: ReturnType<typeof setTimeout> })[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;

  /** An idle connection that still stands. */
  function resting(): Open | undefined {
    for (let next = idle.pop(); next; next = idle.pop()) {
      clearTimeout(next.timer);
      next.line.hold(true);
      if (next.line.stands()) return next;
    }
    return undefined;
  }

  function rest(one: Open): void {
    const timer = setTimeout(() => {
      const index = idle.findIndex(({ line }) => line === one.line);
      if (index >= 0) idle.splice(index, 1);
      one.line.quit();
    }, REST);
    timer.unref();
    one.line.hold(false);
    idle.push({ ...one, timer });
  }

  async function send(message: MailMessage, used = resting()): Promise<void> {
    const one = used ?? (await open(place, ca));
    try {
      await hand(one, message);
      rest(one);
    } catch (error) {
      const answered = error instanceof SmtpError && error.responseCode !== undefined && error.responseCode !== 421;
      if (
        answered &&
        (await one.line.ask('RSET', 'RSET', 250).then(
          () => true,
          () => false,
        ))
      )
        rest(one);
      else one.line.close();
      // The server had ended it while it was idle: nothing was handed over.
      if (used && !answered && error instanceof SmtpError && error.command === 'MAIL FROM') return send(message, undefined);
      throw error;
    }
  }

  return {
    async sendMail(message) {
      if (busy >= MOST) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy++;
      try {
        await send(message);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else busy--;
      }
    },
  };
}
