import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Mail } from './mails.js';
import { speak } from './smtp.session.js';

/** A mail that somebody handed over. */
export interface Caught extends Mail {
  /** Milliseconds since 1970. */
  at: number;
  /** What the sender told the server, which need not be what stands in the mail. */
  sender: string;
  recipient: string;
}

/** How a mail server behaves; may be changed at any time. */
export interface Behavior {
  /** The number that an address is refused with, if any: 550 for good, 451 for now. */
  refuse?: (address: string) => number | undefined;
  /** The number that whole mails are refused with. */
  refuseMails?: number;
  /** Takes so many mails, and is gone before it says so. */
  loseAnswers?: number;
  /** The command at which it is gone. */
  hangUpAt?: string;
  /** Ends a connection after each mail. */
  oneEach?: boolean;
  /** Takes addresses of any letters. */
  international?: boolean;
  /** Offers TLS, and logins of one user only there. */
  tls?: { key: string; cert: string };
  login?: { user: string; password: string; way: 'PLAIN' | 'LOGIN' };
}

/** A mail server that delivers nothing, and shows all that it takes. */
export interface Catcher {
  url: string;
  port: number;
  mails: Caught[];
  behavior: Behavior;
  /** How many connections there were. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a mail server on a free port. */
export async function startCatcher(behavior: Behavior = {}): Promise<Catcher> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    speak(socket, catcher).catch(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const catcher: Catcher = {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails: [],
    behavior,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return catcher;
}
