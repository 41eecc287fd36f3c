import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Bytes that one connection may send before it is another's turn. */
const TURN = 16 * 1024;
/** Bytes that calls never come to. */
const MORE_THAN_CALLS = 256 * 1024;

/** A slow way to a server. */
export interface Line {
  port: number;
  /** Connections that carry more than calls, and carried something within the last second. */
  busy(): number;
  close(): Promise<void>;
}

/** Opens a way to a local port that takes that many bytes a second upwards, all connections together and each in its turn. */
export async function slowLine(to: number, bytesPerSecond: number): Promise<Line> {
  let free = performance.now();
  const carried = new Map<Socket, { bytes: number; at: number }>();

  /** Waits until the line has carried what was promised to others, and these bytes. */
  const carry = async (bytes: number): Promise<void> => {
    const now = performance.now();
    free = Math.max(free, now) + (bytes * 1000) / bytesPerSecond;
    if (free - now > 1) await new Promise((resolve) => setTimeout(resolve, free - now));
  };
  const serve = async (client: Socket): Promise<void> => {
    const server = connect(to, '127.0.0.1');
    for (const socket of [client, server]) socket.on('error', () => undefined).setNoDelay();
    server.pipe(client);
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    const mine = { bytes: 0, at: 0 };
    carried.set(client, mine);
    try {
      for await (const chunk of client as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; at += TURN) {
          const turn = chunk.subarray(at, at + TURN);
          await carry(turn.length);
          mine.bytes += turn.length;
          mine.at = performance.now();
          if (!server.write(turn)) await Promise.race([once(server, 'drain'), once(server, 'close')]);
        }
      }
      server.end();
    } catch {
      // Cut: nothing more to carry.
    } finally {
      carried.delete(client);
    }
  };
  const clients = new Set<Socket>();
  const listener = createServer((client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    void serve(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    busy: () => [...carried.values()].filter(({ bytes, at }) => bytes > MORE_THAN_CALLS && performance.now() - at < 1000).length,
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}
