import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * Watches the connections on which a server of this process is asked from now on; the answered function ends it and tells how many bytes
 * they have brought in their lives, heads and bodies alike.
 */
export function countBytes(url: string): () => number {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const note = (message: unknown): void => {
    const { request, server } = message as { request: IncomingMessage; server: Server };
    if ((server.address() as AddressInfo | null)?.port === port) sockets.add(request.socket);
  };
  subscribe('http.server.request.start', note);
  return () => {
    unsubscribe('http.server.request.start', note);
    return [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  };
}
