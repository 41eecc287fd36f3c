/** Somebody in a mail's header. */
export interface Mailbox {
  /** `''` where only the address is known. */
  name: string;
  address: string;
}

/** One mail to one person, in two forms of the same words. Named as `nodemailer` names them, whose transports can be used as they are. */
export interface MailMessage {
  from: Mailbox;
  to: Mailbox;
  replyTo?: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets. The same one where the same mail is tried again. */
  messageId: string;
  headers?: Record<string, string>;
}

/**
 * Hands mails to a mail server. Resolves once the server has taken one. Rejects with an error whose `responseCode` is what the server answered
 * to `command`; or that says `unsent`, where the mail cannot have been taken. Any other error leaves open whether it was.
 */
export interface MailTransport {
  sendMail(message: MailMessage): Promise<unknown>;
}

/** How a relay writes mails: `smtp(url)` is a transport. */
export interface MailOptions {
  transport: MailTransport;
  /** Who writes: `Files <files@example.com>`, or an address alone. */
  from: string;
}

/** What became of a mail that was not taken. */
export interface MailFailure {
  /** `refused`: for good. `failed`: not taken, and trying again may help. `unknown`: perhaps taken. */
  progress: 'refused' | 'failed' | 'unknown';
  reason: string;
  /** Whether it would be the same for every other recipient. */
  everywhere: boolean;
}

/** Reads `Name <address>`, or an address alone. Throws an `Error` for anything else. */
export function mailboxOf(text: string): Mailbox {
  const [, quoted = '', plain = '', bracketed, alone] =
    /^(?:(?:"([^"]*)"|([^<>"]*?))\s*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/.exec(text.trim()) ?? [];
  const address = bracketed ?? alone;
  if (address === undefined || /\p{Cc}/u.test(text))
    throw new Error(`"${text}" is no sender; expected is one like "Files <files@example.com>".`);
  return { name: (quoted || plain).trim(), address };
}

/** Answers to these commands are about one recipient or mail; those to others about the account or the server. */
const OF_ONE = new Set(['RCPT TO', 'DATA', 'CONTENT']);

/** Codes of `nodemailer`, or of Node, for what goes wrong before a mail is handed over. */
const BEFORE = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EDNS', 'EPROXY', 'ECONFIG', 'ECONNREFUSED']);

/** Codes of `nodemailer` for what is wrong with one mail, where it says so by itself. */
const ABOUT_ONE = new Set(['EENVELOPE', 'EMESSAGE']);

/** What an error of a transport means. Never holds what the server wrote, but for its number. */
export function failureOf(error: unknown): MailFailure {
  const {
    responseCode,
    command = '',
    code = '',
    originalCode = '',
    syscall = '',
    unsent = false,
  } = (error ?? {}) as {
    responseCode?: number;
    command?: string;
    code?: string;
    originalCode?: string;
    syscall?: string;
    unsent?: boolean;
  };
  const answered = responseCode === undefined ? '' : ` (${responseCode})`;
  if (responseCode !== undefined && responseCode > 499 && OF_ONE.has(command)) {
    const what = command === 'RCPT TO' ? 'address' : 'message';
    return { progress: 'refused', reason: `The mail server refuses this ${what}${answered}.`, everywhere: false };
  }
  if (responseCode !== undefined && OF_ONE.has(command))
    return { progress: 'failed', reason: `The mail server takes nothing for this address now${answered}.`, everywhere: false };
  if (responseCode === undefined && ABOUT_ONE.has(code))
    return { progress: 'refused', reason: 'No mail server takes this address or message.', everywhere: false };
  if (
    responseCode !== undefined ||
    unsent ||
    BEFORE.has(code) ||
    BEFORE.has(originalCode) ||
    syscall === 'connect' ||
    syscall === 'getaddrinfo'
  )
    return {
      progress: 'failed',
      reason: answered ? `The mail server takes no mail from here${answered}.` : 'The mail server cannot be reached.',
      everywhere: true,
    };
  return { progress: 'unknown', reason: 'The mail server was lost before it said whether it took the mail.', everywhere: false };
}
