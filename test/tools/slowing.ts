import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A store at another address, which sometimes has too much to do. */
export interface Slowing {
  endpoint: string;
  /** Answers before each request whether it is turned away. */
  isTooMuch: (method: string, url: string) => boolean;
  close: () => Promise<void>;
}

/** What S3 says then (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Stands before a store and lets through, untouched, what is not turned away. */
export async function slowDown(endpoint: string): Promise<Slowing> {
  const store = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    if (slowing.isTooMuch(method, url)) {
      incoming.resume().once('end', () => {
        outgoing.writeHead(503, { 'content-type': 'application/xml', 'access-control-allow-origin': '*' }).end(SLOW_DOWN);
      });
      return;
    }
    const onward = request({ host: store.hostname, port: store.port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const slowing: Slowing = {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    isTooMuch: () => false,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return slowing;
}
