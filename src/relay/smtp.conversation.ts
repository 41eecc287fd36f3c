import type { Socket } from 'node:net';

/** What went wrong with a mail server. Codes are those that `nodemailer` uses too. */
export class SmtpError extends Error {
  override readonly name = 'SmtpError';
  readonly code: 'ESOCKET' | 'ETLS' | 'EAUTH' | 'EENVELOPE' | 'EMESSAGE' | 'EPROTOCOL';
  readonly command: string;
  /** What the server answered. */
  readonly responseCode: number | undefined;
  /** Whether a mail cannot have been taken. */
  readonly unsent: boolean;

  constructor(code: SmtpError['code'], message: string, command: string, responseCode?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.command = command;
    this.responseCode = responseCode;
    this.unsent = responseCode !== undefined || command !== 'CONTENT';
  }
}

/** One answer: its number, and the text of each of its lines. */
export interface Reply {
  code: number;
  lines: string[];
}

/** A connection on which one command after the other is answered. */
export interface Conversation {
  /** Waits for an answer that has one of these numbers. Rejects with an `SmtpError`. */
  hear(command: string, ...expected: number[]): Promise<Reply>;
  /** Says something, and hears the answer. */
  ask(text: string, command: string, ...expected: number[]): Promise<Reply>;
  /** Whether the connection is still there. */
  stands(): boolean;
  /** Whether the process waits for this connection before it ends. */
  hold(wanted: boolean): void;
  /** Listens no more, so that the socket can be used for something else; what was heard already counts for nothing. */
  leave(): void;
  quit(): void;
  close(): void;
}

/** Milliseconds of silence after which a server counts as gone, and those in which it must be reached. */
const PATIENCE = 60_000;
const REACH = 15_000;

/** Most characters of one answer. */
const MOST = 100_000;

const CODES: Record<string, SmtpError['code']> = {
  AUTH: 'EAUTH',
  STARTTLS: 'ETLS',
  'MAIL FROM': 'EENVELOPE',
  'RCPT TO': 'EENVELOPE',
  DATA: 'EMESSAGE',
  CONTENT: 'EMESSAGE',
};

/** Talks on a socket. */
export function converse(socket: Socket): Conversation {
  let text = '';
  let lines: string[] = [];
  let heard: Reply | undefined;
  let gone: Error | undefined;
  let wake: () => void = () => undefined;

  const onData = (data: Buffer): void => {
    text += data.toString('latin1');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end).replace(/\r$/, '');
      text = text.slice(end + 1);
      lines.push(line.slice(4));
      if (/^\d{3}-/.test(line)) continue;
      heard = { code: Number(/^\d{3}/.exec(line)?.[0] ?? 0), lines };
      lines = [];
      wake();
    }
    if (text.length > MOST || lines.length > 1000) socket.destroy(new Error('The answer never ends.'));
  };
  const onGone = (error?: Error): void => {
    gone ??= error instanceof Error ? error : new Error('The connection was closed.');
    wake();
  };
  const onSilence = (): void => void socket.destroy(new Error('Nothing was heard for too long.'));
  socket
    .on('data', onData)
    .on('error', onGone)
    .on('close', () => onGone())
    .on('timeout', onSilence)
    .once('connect', () => socket.setTimeout(PATIENCE))
    .setTimeout(socket.connecting ? REACH : PATIENCE);

  const self: Conversation = {
    async hear(command, ...expected) {
      while (!heard && !gone) await new Promise<void>((resolve) => (wake = resolve));
      if (!heard) throw new SmtpError('ESOCKET', `The mail server was lost at ${command}.`, command, undefined, gone);
      const reply = heard;
      heard = undefined;
      if (expected.includes(reply.code)) return reply;
      throw new SmtpError(CODES[command] ?? 'EPROTOCOL', `The mail server answered ${reply.code} to ${command}.`, command, reply.code);
    },
    ask(said, command, ...expected) {
      if (!gone) socket.write(`${said}\r\n`);
      return self.hear(command, ...expected);
    },
    stands: () => !gone && !heard && socket.writable,
    hold(wanted) {
      if (wanted) socket.ref();
      else socket.unref();
    },
    leave() {
      socket.off('data', onData).off('timeout', onSilence).setTimeout(0);
    },
    quit() {
      if (!gone) socket.end('QUIT\r\n');
      // A server that does not close its side is left.
      socket.setTimeout(1000, () => void socket.destroy());
    },
    close: () => void socket.destroy(),
  };
  return self;
}
