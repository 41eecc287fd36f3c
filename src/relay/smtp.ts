import { isAddress } from '../backend/drafts.js';
import type { MailTransport } from './mail.js';

/** What a mail server needs besides its address. */
export interface SmtpOptions {
  /** The certificate (PEM) of whoever vouches for the server, where that is nobody whom Node trusts anyway. */
  ca?: string;
}

/** Most connections at once, and milliseconds for which an idle one is kept for the next mail. */
const MOST = 4;
const REST = 2000;

/** Milliseconds in which a mail server must be reached, and of silence after which it counts as gone. */
const REACH = 15_000;
const PATIENCE = 60_000;

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Settings of `nodemailer` for a server. */
function settingsOf(url: string, { ca }: SmtpOptions) {
  const { protocol, hostname, port, username, password } = URL.canParse(url) ? new URL(url) : new URL('none://');
  if (!/^smtps?:$/.test(protocol) || hostname === '')
    throw new Error(`The mail server has no address; expected is one like "smtp://user:password@mail.example.com:587".`);
  const secure = protocol === 'smtps:';
  return {
    pool: true as const,
    maxConnections: MOST,
    maxMessages: Infinity,
    idleTimeout: REST,
    connectionTimeout: REACH,
    greetingTimeout: REACH,
    socketTimeout: PATIENCE,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 25),
    secure,
    // A password goes to no other machine without TLS.
    requireTLS: !secure && username !== '' && !LOCAL.has(hostname),
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) }, forceAuth: true }),
    ...(ca !== undefined && { tls: { ca } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Loaded with the first mail: a relay runs where there is no Node, too. */
async function connectTo(settings: ReturnType<typeof settingsOf>): Promise<MailTransport['sendMail']> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(settings);
  /** What each mail that is under way is read from, once for every connection that it was tried on. */
  const reading = new Map<string, { readableDidRead: boolean }[]>();
  transport.use('stream', ({ data, message }, done) => {
    const create = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      const stream = create(options);
      reading.get(data.messageId ?? '')?.push(stream);
      return stream;
    };
    done();
  });
  return async (message) => {
    // What is none would be made one, of somebody else.
    if (!isAddress(message.to.address))
      throw Object.assign(new Error(`${JSON.stringify(message.to.address)} is no e-mail address.`), { code: 'EENVELOPE' });
    const streams: { readableDidRead: boolean }[] = [];
    reading.set(message.messageId, streams);
    try {
      return await transport.sendMail(message);
    } catch (error) {
      // Its errors do not tell whether a connection was lost before or after the mail was on it.
      throw Object.assign(error as Error, { unsent: !streams.some(({ readableDidRead }) => readableDidRead) });
    } finally {
      reading.delete(message.messageId);
    }
  };
}

/**
 * A transport to a mail server, by `nodemailer`: `smtp://user:password@host:587`, where TLS is used once the server offers it and before a
 * password is sent; or `smtps://` for TLS from the start. Throws an `Error` for what is no such address.
 */
export function smtp(url: string, options: SmtpOptions = {}): MailTransport {
  const settings = settingsOf(url, options);
  let connected: ReturnType<typeof connectTo> | undefined;
  return { sendMail: async (message) => (await (connected ??= connectTo(settings)))(message) };
}
