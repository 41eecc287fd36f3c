import type { Backend } from '../backend/backend.js';
import { BackendError, type ErrorCode } from '../backend/errors.js';
import { ALONE, CALLS, LINK_HEADER, MAX_BYTES, MAX_ENTRIES, NDJSON, type Line } from './protocol.js';

/** Where a relay is, and which of its backends is meant. */
export interface RelayBackendOptions {
  /** Where the relay answers, absolute or relative to the page. */
  url: string;
  /** The name that the backend has at the relay. */
  backend: string;
  /** Sent with every call, never with bytes. A function is asked for each request. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** The token of a request for files, for whoever follows it without an account. */
  token?: string;
  /** Whether cookies go along with calls; bytes never have any. `same-origin` unless told otherwise. */
  credentials?: RequestCredentials;
  fetch?: typeof fetch;
}

interface Call {
  n: number;
  name: string;
  entry: string;
  over?: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** A request's calls, and how to end it when none of them is wanted any more. */
interface Batch {
  calls: Call[];
  length: number;
  controller: AbortController;
}

const CODES: Record<number, ErrorCode> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 413: 'too-large', 429: 'rate-limited' };

/** What a proxy's or login page's answer means: the relay itself answers in its own words. */
const strange = (response: Response, url: string): BackendError =>
  new BackendError(
    CODES[response.status] ?? (response.ok || response.status > 499 ? 'server' : 'invalid'),
    `"${url}" answered ${response.status}, and not as a relay does.`,
    { retryAfter: Number(response.headers.get('retry-after')) || undefined },
  );

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  // Firefox and Safari cannot iterate over a body.
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(Boolean);
  }
}

/**
 * The browser's end of a relay. Calls made in the same moment travel in one request, and each resolves as soon as its own answer is
 * there. No network rejects with `offline`. Has neither `write` nor `read`: bytes go where `part` and `download` say.
 */
export function relayBackend({
  url,
  backend,
  headers,
  token,
  credentials = 'same-origin',
  fetch = (...request) => globalThis.fetch(...request),
}: RelayBackendOptions): Backend {
  const base = url.replace(/\/?([?#].*)?$/, '/');
  let counter = 0;
  let waiting: Batch | undefined;

  async function post({ calls, controller }: Batch): Promise<void> {
    const open = new Map(calls.map((call) => [call.n, call]));
    let failure: BackendError | undefined;
    try {
      const sent = new Headers(typeof headers === 'function' ? await headers() : headers);
      sent.set('content-type', 'application/json');
      if (token !== undefined) sent.set(LINK_HEADER, token);
      const body = `[${calls.map(({ entry }) => entry).join()}]`;
      const response = await fetch(url, { method: 'POST', headers: sent, body, credentials, signal: controller.signal }).catch(
        (error: unknown) => {
          throw new BackendError('offline', `"${url}" cannot be reached.`, { cause: error });
        },
      );
      if (!response.body || !response.headers.get('content-type')?.startsWith(NDJSON)) throw strange(response, url);
      for await (const text of linesOf(response.body)) {
        // The relay names its own URLs from where it stands, which only the page knows. Inside of a JSON string the quotes would be escaped.
        const { n, value, error } = JSON.parse(text.replaceAll('"url":"./', `"url":"${base}`)) as Line;
        const failed = error && new BackendError(error.code, error.message, error);
        if (n === undefined) failure = failed;
        else {
          settle(open.get(n), value, failed);
          open.delete(n);
        }
      }
    } catch (error) {
      failure ??=
        error instanceof BackendError
          ? error
          : new BackendError('offline', `"${url}" stopped in the middle of its answer.`, { cause: error });
    }
    for (const call of open.values())
      call.reject(failure ?? new BackendError('offline', `"${url}" left out the answer to "${call.name}".`));
  }

  function settle(call: Call | undefined, value: unknown, failed: BackendError | undefined): void {
    if (failed) call?.reject(failed);
    else if (call?.over && /^(init|open)$/.test(call.name)) {
      // Aborted meanwhile: nobody else knows this ticket.
      const ticket = (value as { ticket?: unknown }).ticket;
      if (ticket) run('abort', [ticket]).catch(() => undefined);
    } else call?.resolve(value);
  }

  function run(name: string, args: unknown[], signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        reject(new BackendError('aborted', `"${name}" was aborted.`));
      };
      if (signal?.aborted) {
        aborted();
        return;
      }
      const n = counter++;
      const call: Call = { n, name, entry: JSON.stringify({ n, backend, call: name, args }), resolve, reject };
      const batch = take(call);
      const abort = (): void => {
        call.over = true;
        aborted();
        if (batch.calls.every(({ over }) => over)) batch.controller.abort();
      };
      signal?.addEventListener('abort', abort);
      const done =
        <T extends unknown[]>(then: (...result: T) => void) =>
        (...result: T): void => {
          if (!call.over) signal?.removeEventListener('abort', abort);
          call.over = true;
          then(...result);
        };
      call.resolve = done(resolve);
      call.reject = done(reject);
    });
  }

  /** Finds the request that a call goes with. */
  function take(call: Call): Batch {
    const alone = ALONE.includes(call.name);
    // A character is at most three bytes.
    const length = call.entry.length * 3;
    if (!alone && waiting && waiting.calls.length < MAX_ENTRIES && waiting.length + length < MAX_BYTES) {
      waiting.calls.push(call);
      waiting.length += length;
      return waiting;
    }
    const batch: Batch = { calls: [call], length, controller: new AbortController() };
    if (!alone) waiting = batch;
    // No timer: those of a hidden tab come a second late.
    queueMicrotask(() => {
      if (waiting === batch) waiting = undefined;
      batch.calls = batch.calls.filter(({ over }) => !over);
      if (batch.calls.length) void post(batch);
    });
    return batch;
  }

  const calls: Record<string, unknown> = {};
  const contacts: Record<string, unknown> = {};
  for (const [name, arity] of Object.entries(CALLS)) {
    const [group, member] = name.split('.') as [string, string?];
    (member ? contacts : calls)[member ?? group] = (...args: unknown[]) =>
      run(name, args.slice(0, arity), (args[arity] as { signal?: AbortSignal } | undefined)?.signal);
  }
  return { ...calls, contacts } as unknown as Backend;
}
