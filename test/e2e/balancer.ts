import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address before several servers. */
export interface Balancer {
  url: string;
  /** Requests that each server has at this moment. */
  busy: number[];
  /** Requests that ended without an answer, because their server was gone; nothing is sent twice. */
  lost: string[];
  /** Servers that are still asked. */
  alive: () => number;
  close: () => Promise<void>;
}

/** Sends each request to the next server; one that does not answer is asked no more, and whoever had asked it is cut off. */
export async function balance(urls: readonly string[]): Promise<Balancer> {
  const servers = urls.map((url, index) => ({ index, port: Number(new URL(url).port) }));
  const [busy, lost]: [number[], string[]] = [urls.map(() => 0), []];
  let turn = 0;
  const front = createServer((incoming, outgoing) => {
    const server = servers[turn++ % servers.length];
    if (!server) return void incoming.destroy();
    const { index, port } = server;
    const { method = '', url = '', headers } = incoming;
    busy[index]! += 1;
    outgoing.once('close', () => (busy[index]! -= 1));
    const cut = (): void => {
      if (servers.includes(server)) servers.splice(servers.indexOf(server), 1);
      lost.push(`${method} ${url}`);
      outgoing.destroy();
    };
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.once('error', cut).pipe(outgoing);
    });
    onward.once('error', cut);
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    url: `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`,
    busy,
    lost,
    alive: () => servers.length,
    close: async () => {
      front.closeAllConnections();
      await new Promise((closed) => front.close(closed));
    },
  };
}
