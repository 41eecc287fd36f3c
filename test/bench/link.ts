import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Bytes that one connection may send before it is another's turn. */
const TURN = 16 * 1024;
/** Bytes that calls never come to. */
const MORE_THAN_CALLS = 256 * 1024;

/** What a way to a server is like. */
export interface LinkOptions {
  /** Milliseconds in each direction. */
  delay: number;
  /** Bytes a second upwards of one connection. */
  each?: number;
  /** Bytes a second upwards of all connections together; may change at any time. */
  all?: number;
  /** Bytes upwards after which a connection is cut, on average. */
  cutAfter?: number;
  /** Where a connection is cut depends on nothing else. */
  seed?: number;
}

/** A long way to a server. */
export interface Link {
  /** The address at its near end. */
  url: string;
  /** How many connections were cut. */
  cuts: number;
  /** Changes the bytes a second upwards of all connections together. */
  pace(all: number): void;
  /** Ends all connections, and cuts those to come where a new link with this seed would. */
  renew(seed: number): void;
  close(): Promise<void>;
}

/** A link that this process carries itself. */
export interface OpenLink extends Link {
  /** Connections that carry more than calls, and carried something within the last second. */
  busy(): number;
}

/** The same figures from 0 to 1 for the same seed (mulberry32). */
function figures(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Does things when they are due, in the order in which they were put in. */
function late(): (due: number, what: () => void) => void {
  const waiting: { due: number; what: () => void }[] = [];
  const next = (): void => {
    const [first] = waiting;
    if (first) setTimeout(run, Math.max(0, first.due - performance.now()));
  };
  const run = (): void => {
    for (let [first] = waiting; first && first.due <= performance.now() + 0.5; [first] = waiting) {
      waiting.shift();
      first.what();
    }
    next();
  };
  return (due, what) => {
    if (waiting.push({ due, what }) === 1) next();
  };
}

/** Opens a way to a local port. Opening a connection takes one round trip, as TCP does. */
export async function openLink(
  to: number,
  { delay, each = Infinity, all = Infinity, cutAfter = Infinity, seed = 1 }: LinkOptions,
): Promise<OpenLink> {
  let random = figures(seed);
  /** What each connection has carried, and when last. */
  const clients = new Map<Socket, { bytes: number; at: number }>();
  let pace = all;
  let free = 0;
  const link = { cuts: 0 };

  const serve = async (client: Socket, carried: { bytes: number; at: number }): Promise<void> => {
    const server = connect(to, '127.0.0.1');
    const [up, down] = [late(), late()];
    const lasts = cutAfter === Infinity ? Infinity : -Math.log(1 - random()) * cutAfter;
    let mine = performance.now() + 2 * delay;
    for (const socket of [client, server]) socket.on('error', () => undefined).setNoDelay();
    server.on('data', (bytes) => {
      down(performance.now() + delay, () => {
        client.write(bytes);
      });
    });
    server.once('close', () => {
      down(performance.now() + delay, () => {
        client.destroySoon();
      });
    });
    client.once('close', () => {
      up(performance.now() + delay, () => {
        server.destroySoon();
      });
    });
    try {
      for await (const bytes of client as AsyncIterable<Buffer>) {
        for (let at = 0; at < bytes.length; at += TURN) {
          const turn = bytes.subarray(at, at + TURN);
          const now = performance.now();
          free = Math.max(free, now) + (turn.length * 1000) / pace;
          mine = Math.max(Math.max(mine, now) + (turn.length * 1000) / each, free);
          up(mine + delay, () => {
            server.write(turn);
          });
          carried.at = now;
          if ((carried.bytes += turn.length) > lasts) {
            link.cuts += 1;
            client.resetAndDestroy();
            server.destroy();
            return;
          }
          if (mine - now > 1) await new Promise((resolve) => setTimeout(resolve, mine - now));
        }
      }
    } catch {
      // The page ended it.
    }
  };
  const listener = createServer((client) => {
    const carried = { bytes: 0, at: 0 };
    clients.set(client, carried);
    client.once('close', () => clients.delete(client));
    void serve(client, carried);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return Object.assign(link, {
    url: `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}`,
    busy: () => [...clients.values()].filter(({ bytes, at }) => bytes > MORE_THAN_CALLS && performance.now() - at < 1000).length,
    pace: (bytes: number) => {
      pace = bytes;
    },
    renew: (other: number) => {
      for (const client of clients.keys()) client.destroy();
      random = figures(other);
    },
    close: async () => {
      for (const client of clients.keys()) client.destroy();
      listener.close();
      await once(listener, 'close');
    },
  });
}

/** What the process of a link is told, and what it tells. */
export type ToLink = { to: number; options: LinkOptions } | { pace: number } | { renew: number };
export type FromLink = Pick<Link, 'url' | 'cuts'>;

/** Opens a link in a process of its own, so that nobody's work delays what goes through it. */
export async function startLink(to: number, options: LinkOptions): Promise<Link> {
  const child = fork(fileURLToPath(new URL('link.child.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const tell = (message: ToLink): void => {
    child.send(message);
  };
  tell({ to, options });
  const [told] = (await once(child, 'message')) as [FromLink];
  const link = { ...told };
  child.on('message', ({ cuts }: FromLink) => {
    link.cuts = cuts;
  });
  return Object.assign(link, {
    pace: (pace: number) => {
      tell({ pace });
    },
    renew: (seed: number) => {
      tell({ renew: seed });
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  });
}
