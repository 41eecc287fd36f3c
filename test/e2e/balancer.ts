import { passOn, startFront, type Front } from '../tools/front.js';

/** One address before several servers. */
export interface Balancer extends Front {
  /** Requests that each server has at this moment. */
  busy: number[];
  /** Requests that ended without an answer, because their server was gone; nothing is sent twice. */
  lost: string[];
  /** Servers that are still asked. */
  alive: () => number;
}

/** Sends each request to the next server; one that does not answer is asked no more, and whoever had asked it is cut off. */
export async function balance(urls: readonly string[]): Promise<Balancer> {
  const servers = urls.map((to, index) => ({ index, to }));
  const [busy, lost]: [number[], string[]] = [urls.map(() => 0), []];
  let turn = 0;
  const front = await startFront((incoming, outgoing) => {
    const server = servers[turn++ % servers.length];
    if (!server) return void incoming.destroy();
    const { index, to } = server;
    busy[index]! += 1;
    outgoing.once('close', () => (busy[index]! -= 1));
    passOn(incoming, outgoing, to, () => {
      if (servers.includes(server)) servers.splice(servers.indexOf(server), 1);
      lost.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
      outgoing.destroy();
    });
  });
  return { ...front, busy, lost, alive: () => servers.length };
}
