import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Backend, CallName } from '../../src/backend/backend.js';
import type { Grant } from '../../src/relay/authorize.js';
import { relayBackend } from '../../src/relay/client.js';
import { relay, type Relay, type RelayOptions } from '../../src/relay/server.js';
import { memoryStore } from '../../src/relay/store.js';

/** The secret of all relays in these tests. */
export const SECRET = 'a secret for tests, long enough: 0123456789';

/** A relay on a real socket. */
export interface Wire {
  url: string;
  handler: Relay;
  server: Server;
  /** What the relay did not tell the page. */
  reported: unknown[];
  /** The browser's end, signed in as a user. */
  as(user: string, backend?: string): Backend;
  close(): Promise<void>;
}

/** Who may do what in tests: the user is named in a header; `grants` says more about some. */
export const byHeader =
  (grants: Record<string, Partial<Grant>> = {}) =>
  (request: Request): Grant | undefined => {
    const user = request.headers.get('x-user');
    return user ? { user, ...grants[user] } : undefined;
  };

/** Serves a relay over HTTP. */
export async function wire(options: Partial<RelayOptions> & Pick<RelayOptions, 'backends'>): Promise<Wire> {
  const reported: unknown[] = [];
  const handler = relay({
    authorize: byHeader(),
    secret: SECRET,
    store: memoryStore(),
    report: (error) => reported.push(error),
    ...options,
  });
  const listener = getRequestListener(handler, { overrideGlobalObjects: false });
  // A machine that stands still for a while must not close what is just used again.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => void listener(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/relay`;
  return {
    url,
    handler,
    server,
    reported,
    as: (user, backend = 'files') => relayBackend({ url, backend, headers: { 'x-user': user } }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One call as it is on the wire, by hand. */
export interface RawCall {
  call: CallName | (string & {});
  args: unknown[];
  backend?: string;
  n?: number;
}

/** Sends calls by hand, with any headers and body. */
export async function post(
  url: string,
  body: RawCall[] | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; lines: { n?: number; value?: unknown; error?: { code: string; message: string } }[]; headers: Headers }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body.map((entry, n) => ({ n, backend: 'files', ...entry })));
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': 'anna', ...headers },
    body: text,
  });
  const lines = (await response.text()).split('\n').filter(Boolean);
  return { status: response.status, lines: lines.map((line) => JSON.parse(line) as object), headers: response.headers };
}

/** A ticket, where there must be one. */
export async function ticketOf(initiated: ReturnType<Backend['init']>): Promise<Extract<Awaited<typeof initiated>, { ticket: unknown }>> {
  const answer = await initiated;
  if (!('ticket' in answer)) throw new Error(`Nothing was opened: ${JSON.stringify(answer)}`);
  return answer;
}
