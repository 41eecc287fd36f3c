import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError, toBackendError } from '../../src/backend/errors.js';
import type { Part, Ticket, UploadCapability } from '../../src/backend/upload.js';

/** What one request for bytes meets: a status (with `Retry-After`), a connection that is cut, or an answer that is lost. */
export type Fault = { status: number; retryAfter?: string } | 'cut' | 'lose-answer';

/** A backend with byte URLs of its own on a real HTTP server, around one that has none. */
export interface StoreOverHttp {
  backend: Backend;
  /** The next requests for bytes meet these, in this order. */
  faults: Fault[];
  /** Every request for bytes, as it arrived. */
  requests: { part: Part; at: number; status: number }[];
  /** Seconds that a URL works. */
  lifetime: number;
  /** Milliseconds before an answer. */
  delay: number;
  /** Most requests for bytes that were open at once. */
  most: number;
  /** Refuses every connection until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Serves the bytes of `inner`, whose `write` it hides, over HTTP. */
export async function storeOverHttp(inner: Backend, upload: Partial<UploadCapability> = {}): Promise<StoreOverHttp> {
  const signed = new Map<string, { ticket: Ticket; part: Part; until: number }>();
  const sockets = new Set<{ destroy(): void }>();
  let open = 0;
  let isDown = false;
  let port = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const known = signed.get(request.url ?? '');
    const fault = store.faults.shift();
    store.most = Math.max(store.most, ++open);
    const note = { part: known?.part ?? { number: 0, start: 0, end: 0 }, at: performance.now(), status: 0 };
    store.requests.push(note);
    const answer = (status: number, headers: Record<string, string> = {}): void => {
      note.status = status;
      response.writeHead(status, headers).end();
    };
    try {
      if (fault === 'cut') {
        request.socket.destroy();
        return;
      }
      if (typeof fault === 'object') {
        request.resume();
        await once(request, 'end');
        answer(fault.status, fault.retryAfter ? { 'retry-after': fault.retryAfter } : {});
        return;
      }
      if (!known || performance.now() > known.until) {
        answer(403);
        return;
      }
      const bytes = Readable.toWeb(request) as ReadableStream<Uint8Array>;
      if (!inner.write) throw new Error('The inner backend has no write.');
      const { etag = '' } = await inner.write(known.ticket, known.part, bytes, {});
      await new Promise((resolve) => setTimeout(resolve, store.delay));
      if (fault === 'lose-answer') request.socket.destroy();
      else answer(200, { etag });
    } catch (error) {
      answer(toBackendError(error).code === 'not-found' ? 404 : 400);
    } finally {
      open--;
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  await listen();

  const offline = (): Promise<never> => Promise.reject(new BackendError('offline', 'The service is away.'));
  const calls = { ...inner };
  delete calls.write;
  delete calls.read;
  const narrowed = async (...args: Parameters<Backend['capabilities']>): ReturnType<Backend['capabilities']> => {
    const can = await inner.capabilities(...args);
    return { ...can, upload: can.upload && { ...can.upload, ...upload } };
  };
  const backend = new Proxy(
    {
      ...calls,
      capabilities: narrowed,
      init: async (...args: Parameters<Backend['init']>) => {
        const answer = await inner.init(...args);
        return 'upload' in answer ? { ...answer, upload: { ...answer.upload, ...upload } } : answer;
      },
      part: (ticket: Ticket, { number, start, end }: Part) => {
        const path = `/${crypto.randomUUID()}`;
        signed.set(path, { ticket, part: { number, start, end }, until: performance.now() + store.lifetime * 1000 });
        const url = `http://127.0.0.1:${String(port)}${path}`;
        return Promise.resolve({ url, method: 'PUT', headers: {}, answer: 'etag' as const, expires: store.lifetime });
      },
    } satisfies Backend,
    { get: (calls, name) => (isDown && typeof Reflect.get(calls, name) === 'function' ? offline : (Reflect.get(calls, name) as unknown)) },
  );
  const store: StoreOverHttp = {
    backend,
    faults: [],
    requests: [],
    lifetime: 60,
    delay: 0,
    most: 0,
    down: async () => {
      isDown = true;
      await stop();
    },
    up: async () => {
      await listen();
      isDown = false;
    },
    close: stop,
  };
  return store;
}
