import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that stands before others. */
export interface Front {
  url: string;
  close: () => Promise<void>;
}

/** Starts one on a free port. */
export async function startFront(handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<Front> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Lets a request through to a server, untouched; `onGone` where that does not answer, or not to the end. */
export function passOn(incoming: IncomingMessage, outgoing: ServerResponse, to: string, onGone: () => void): void {
  const { hostname: host, port } = new URL(to);
  const { method, url: path, headers } = incoming;
  const onward = request({ host, port, method, path, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.once('error', onGone).pipe(outgoing);
  });
  onward.once('error', onGone);
  incoming.pipe(onward);
}
