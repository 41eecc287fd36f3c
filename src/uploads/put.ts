import type { Backend } from '../backend/backend.js';
import { BackendError, type ErrorCode, type ErrorInfo } from '../backend/errors.js';
import type { Part, PartTarget, Ticket, UploadedPart } from '../backend/upload.js';

/** Bodies up to this size need no progress, in bytes. */
export const SMALL = 256 * 1024;
/** A connection that moves no byte for this long is cut, in milliseconds. */
const STALLED = 120_000;

/** How one body goes out. */
export interface Sending {
  signal: AbortSignal;
  /** Bytes of this body that are out. */
  onProgress: (bytes: number) => void;
}

interface Answer {
  status: number;
  body: string;
  header: (name: string) => string | null;
}

/** An error of {@link put} has the status that the store answered; 0: it did not answer at all. */
export interface PutError extends BackendError {
  status: number;
}

/** The status that a failed {@link put} met; `undefined` for any other error. */
export const statusOf = (error: unknown): number | undefined => (error as Partial<PutError>).status;

const CODES: Record<number, ErrorCode> = {
  0: 'offline',
  401: 'expired',
  403: 'expired',
  404: 'not-found',
  408: 'server',
  410: 'expired',
  413: 'too-large',
  429: 'rate-limited',
  507: 'quota',
};

/** The relay says in JSON why; of another store only the status is known. */
function failure({ status, body, header }: Answer, { number }: Part): PutError {
  let told: Partial<ErrorInfo> = {};
  if (header('content-type')?.includes('json')) {
    try {
      told = JSON.parse(body) as ErrorInfo;
    } catch {
      // Not the relay's.
    }
  }
  const wait = header('retry-after') ?? '';
  const retryAfter = Number(wait) || (Date.parse(wait) - Date.now()) / 1000 || told.retryAfter;
  const code = told.code ?? CODES[status] ?? (status > 499 ? 'server' : 'invalid');
  const message = told.message ?? `Part ${String(number)}: the store ${status ? `answered ${String(status)}` : 'did not answer'}.`;
  return Object.assign(new BackendError(code, message, { retryAfter }), { status });
}

// Node has nothing else.
const byFetch = async ({ url, method, headers }: PartTarget, body: Blob | FormData, { signal }: Sending): Promise<Answer> => {
  const response = await fetch(url, { method, headers, body, signal, credentials: 'omit' });
  return { status: response.status, body: await response.text(), header: (name) => response.headers.get(name) };
};

const byRequest = (
  { url, method, headers }: PartTarget,
  body: Blob | FormData,
  { signal, onProgress }: Sending,
  small: boolean,
): Promise<Answer> =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const stop = (): void => {
      request.abort();
    };
    let moved = performance.now();
    const watch =
      !small &&
      setInterval(() => {
        // A hidden tab's timer fires late, so the time of the last byte decides and not the timer.
        if (performance.now() - moved > STALLED) stop();
      }, STALLED / 4);
    request.open(method, url);
    for (const name in headers) request.setRequestHeader(name, headers[name] ?? '');
    // Who listens to a simple form's progress makes the browser ask the store first.
    if (!small)
      request.upload.onprogress = ({ loaded }) => {
        moved = performance.now();
        onProgress(loaded);
      };
    request.onloadend = () => {
      if (watch) clearInterval(watch);
      signal.removeEventListener('abort', stop);
      resolve({ status: request.status, body: request.responseText, header: (name) => request.getResponseHeader(name) });
    };
    signal.addEventListener('abort', stop);
    request.send(body);
  });

/** The only request that carries bytes, for every adapter alike. Throws a {@link PutError}, or the signal's reason when stopped. */
export async function put(target: PartTarget, part: Part, bytes: Blob, sending: Sending): Promise<UploadedPart> {
  const { form } = target;
  let body: Blob | FormData = bytes;
  if (form) {
    body = new FormData();
    for (const name in form.fields) body.append(name, form.fields[name] ?? '');
    body.append(form.file, bytes, form.filename);
  }
  const send = 'XMLHttpRequest' in globalThis ? byRequest : byFetch;
  const answer = await send(target, body, sending, bytes.size <= SMALL).catch((): Answer => ({ status: 0, body: '', header: () => null }));
  sending.signal.throwIfAborted();
  const { status } = answer;
  if (status < 200 || status > 299) throw failure(answer, part);
  if (target.answer === 'none') return part;
  if (target.answer === 'body') return { ...part, body: answer.body };
  const etag = answer.header('etag');
  if (!etag && target.answer === 'etag-if-shown') return part;
  if (!etag) throw new BackendError('invalid', "The store's CORS rules must expose the header ETag: this page cannot read it.");
  return { ...part, etag };
}

/** Hands bytes to a backend that lives in the page. */
export function handOver(
  backend: Backend,
  ticket: Ticket,
  part: Part,
  bytes: Blob,
  { signal, onProgress }: Sending,
): Promise<UploadedPart> {
  let stream: ReadableStream<Uint8Array> = bytes.stream();
  if (bytes.size > SMALL) {
    let sent = 0;
    stream = stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          onProgress((sent += chunk.length));
          controller.enqueue(chunk);
        },
      }),
    );
  }
  return (
    backend.write?.(ticket, part, stream, { signal }) ?? Promise.reject(new BackendError('unsupported', 'This backend has no "write".'))
  );
}
