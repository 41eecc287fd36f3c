import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Knobbed, Seen } from './knobs.js';

/** What pages of other origins may send and read, while the origin's CORS knob is on. */
export interface Cors {
  methods: readonly string[];
  /** Request headers that a preflight allows. */
  headers: readonly string[];
  /** Answer headers that a script can read. */
  exposed: readonly string[];
}

/** Set on an answer by a service that wants it lost: the connection ends instead. For services whose requests look all the same on the wire. */
export const LOST_ANSWER = 'x-simulated-lost-answer';

/** One origin of a simulated service: most have one, those with storage elsewhere have two. */
export interface OriginOptions {
  /** How patterns and records call it: `api`, `storage`. */
  name: string;
  /** Answers a request; `new Hono().fetch` is one. */
  fetch: (request: Request) => Response | Promise<Response>;
  knobs: Knobbed;
  cors: Cors;
  /** The service's own way to say that it failed (500 and more) or that there were too many requests (429). */
  refuse: (status: 429 | 503) => Response;
  /** A free one when absent or 0. */
  port?: number | undefined;
}

/** An origin that answers. */
export interface Origin {
  /** Scheme, host and port, without a slash at the end. */
  url: string;
  /** Ends every connection and stops. */
  close(): Promise<void>;
}

/** Serves one origin on 127.0.0.1, disturbed and recorded as the knobs say. */
export async function serveOrigin(options: OriginOptions): Promise<Origin> {
  const listener = getRequestListener((request, env) => respond(options, request, env), { overrideGlobalObjects: false });
  // Node's own limit of 300 s would cut uploads that a test holds back, and that of 5 s connections that a busy machine lets wait.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (incoming, outgoing) => {
    count(incoming, outgoing);
    void listener(incoming, outgoing);
  });
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(options: OriginOptions, request: Request, env: HttpBindings | Http2Bindings): Promise<Response> {
  const { name, knobs, cors } = options;
  const { pathname, search } = new URL(request.url);
  const seen: Seen = {
    origin: name,
    method: request.method,
    path: pathname + search,
    headers: Object.fromEntries(request.headers),
    received: 0,
    sent: 0,
  };
  Object.defineProperties(seen, counters.get(env.outgoing) ?? {});
  knobs.record(seen);
  const open = knobs.cors[name] ?? true;
  if (request.method === 'OPTIONS' && request.headers.has('access-control-request-method')) {
    const answer = open ? preflight(cors) : new Response(null, { status: 403 });
    seen.status = answer.status;
    return answer;
  }

  await knobs.admit(seen);
  const fault = knobs.draw(seen);
  const cut = (): Response => {
    env.outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  };
  if (fault === 'cut') {
    // Some of the body has left the client when the connection ends, as in life.
    await request.body?.getReader().read();
    return cut();
  }
  let answer: Response;
  if (fault === 'error' || fault === 'rate-limited') {
    await request.body?.pipeTo(new WritableStream());
    answer = options.refuse(fault === 'error' ? 503 : 429);
    if (fault === 'rate-limited') answer.headers.set('retry-after', String(knobs.retryAfter));
  } else {
    answer = await options.fetch(request);
  }
  if (fault === 'lost-answer' || answer.headers.has(LOST_ANSWER)) {
    seen.fault = 'lost-answer';
    await answer.body?.pipeTo(new WritableStream());
    return cut();
  }
  const headers = new Headers(answer.headers);
  if (open) {
    headers.set('access-control-allow-origin', '*');
    headers.set('access-control-expose-headers', cors.exposed.join(', '));
  }
  seen.status = answer.status;
  let body = answer.body;
  if (body && fault === 'cut-answer') body = half(body, env.outgoing);
  return new Response(body, { status: answer.status, headers });
}

function preflight(cors: Cors): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': cors.methods.join(', '),
      'access-control-allow-headers': cors.headers.join(', '),
    },
  });
}

/** What has come and gone of each request, as properties of its record. */
const counters = new WeakMap<object, PropertyDescriptorMap>();

/** Counts bytes where they come and go, so that no body has to pass another stream for it. */
function count(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const bytes = { received: 0, sent: 0 };
  const length = (chunk: unknown): number => (typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.byteLength(chunk) : 0);
  const push = incoming.push.bind(incoming);
  incoming.push = (chunk, encoding) => {
    bytes.received += length(chunk);
    return push(chunk, encoding);
  };
  for (const name of ['write', 'end'] as const) {
    const send = outgoing[name].bind(outgoing) as (...args: unknown[]) => never;
    outgoing[name] = (...args: unknown[]) => {
      bytes.sent += length(args[0]);
      return send(...args);
    };
  }
  const told = (get: () => number): PropertyDescriptor => ({ get, enumerable: true });
  counters.set(outgoing, { received: told(() => bytes.received), sent: told(() => bytes.sent) });
}

/** Half of the body's first chunk, and then the end of the connection, once that half is on its way. */
function half(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  outgoing: (HttpBindings | Http2Bindings)['outgoing'],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let begun = false;
  return new ReadableStream(
    {
      async pull(controller) {
        if (!begun) {
          begun = true;
          const chunk = (await reader.read()).value ?? new Uint8Array();
          controller.enqueue(chunk.subarray(0, Math.ceil(chunk.length / 2)));
          return;
        }
        await reader.cancel();
        while (!outgoing.headersSent) await new Promise((resolve) => setImmediate(resolve));
        outgoing.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
