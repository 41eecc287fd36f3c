import type { Backend } from '../backend/backend.js';
import { BackendError, ERROR_CODES, isBackendError, type ErrorCode } from '../backend/errors.js';
import type { Part, PartTarget, Ticket, UploadedPart } from '../backend/upload.js';

/** Bodies up to this size need no progress, so `fetch` sends them: it costs less, and no preflight where the form is simple. */
const SMALL = 256 * 1024;
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

/** The store answered a part with a status that is not a success. `status` 0: it did not answer at all. */
export class PutError extends BackendError {
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string, retryAfter?: number) {
    super(code, message, { retryAfter });
    this.status = status;
  }
}

/** The status of a failed {@link put}; `undefined` for any other error. */
export const statusOf = (error: unknown): number | undefined =>
  isBackendError(error) && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

/** Seconds of a `Retry-After` header, which holds seconds or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null || value === '') return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds : Math.max(0, (Date.parse(value) - Date.now()) / 1000) || undefined;
}

const CODES: Record<number, ErrorCode> = { 401: 'expired', 403: 'expired', 404: 'not-found', 410: 'expired', 413: 'too-large', 423: 'locked', 429: 'rate-limited', 507: 'quota' };

/** The relay says in JSON why; of another store only the status is known. */
function failure({ status, body, header }: Answer, number: number): PutError {
  const wait = retryAfter(header('retry-after'));
  if (header('content-type')?.includes('json')) {
    try {
      const told = JSON.parse(body) as { code?: ErrorCode; message?: string } | null;
      if (told?.code && ERROR_CODES.includes(told.code)) return new PutError(status, told.code, told.message ?? '', wait);
    } catch {
      // Not ours after all.
    }
  }
  return new PutError(status, CODES[status] ?? (status >= 500 || status === 408 ? 'server' : 'invalid'), `Part ${String(number)}: the store answered ${String(status)}.`, wait);
}

function byFetch(target: PartTarget, body: Blob | FormData, { signal }: Sending): Promise<Answer> {
  return fetch(target.url, { method: target.method, headers: target.headers, body, signal, credentials: 'omit' }).then(async (response) => ({
    status: response.status,
    body: await response.text(),
    header: (name) => response.headers.get(name),
  }));
}

function byRequest(target: PartTarget, body: Blob | FormData, { signal, onProgress }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let moved = performance.now();
    const stop = (): void => {
      request.abort();
    };
    const watch = setInterval(() => {
      // A hidden tab's timer fires late, so the time of the last byte decides and not the timer.
      if (performance.now() - moved > STALLED) stop();
    }, STALLED / 4);
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      moved = performance.now();
      onProgress(loaded);
    };
    request.onloadend = () => {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(new DOMException('The upload was stopped.', 'AbortError'));
      else if (!request.status) reject(new TypeError('The connection was lost.'));
      else resolve({ status: request.status, body: request.responseText, header: (name) => request.getResponseHeader(name) });
    };
    signal.addEventListener('abort', stop);
    request.send(body);
  });
}

/** The only request that carries bytes, for every adapter alike. Throws a {@link PutError}, or an `AbortError` when stopped. */
export async function put(target: PartTarget, part: Part, bytes: Blob, sending: Sending): Promise<UploadedPart> {
  let body: Blob | FormData = bytes;
  if (target.form) {
    body = new FormData();
    for (const [name, value] of Object.entries(target.form.fields)) body.append(name, value);
    body.append(target.form.file, bytes);
  }
  const send = bytes.size <= SMALL || typeof XMLHttpRequest === 'undefined' ? byFetch : byRequest;
  const answer = await send(target, body, sending).catch((error: unknown) => {
    sending.signal.throwIfAborted();
    throw new PutError(0, 'offline', `Part ${String(part.number)}: the connection was lost.${error instanceof Error ? ` ${error.message}` : ''}`);
  });
  if (answer.status < 200 || answer.status > 299) throw failure(answer, part.number);
  if (target.answer === 'none') return part;
  if (target.answer === 'body') return { ...part, body: answer.body };
  const etag = answer.header('etag');
  if (!etag) {
    throw new PutError(answer.status, 'invalid', `Part ${String(part.number)}: the answer's ETag cannot be read; the store's CORS rules must expose ETag.`);
  }
  return { ...part, etag };
}

/** Counts bytes as they are read. */
const counted = (bytes: Blob, onProgress: (bytes: number) => void): ReadableStream<Uint8Array> => {
  let sent = 0;
  return bytes.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        onProgress((sent += chunk.byteLength));
        controller.enqueue(chunk);
      },
    }),
  );
};

/** Hands bytes to a backend that lives in the page. */
export function handOver(write: NonNullable<Backend['write']>, ticket: Ticket, part: Part, bytes: Blob, sending: Sending): Promise<UploadedPart> {
  const stream = bytes.size > SMALL ? counted(bytes, sending.onProgress) : (bytes.stream() as ReadableStream<Uint8Array>);
  return write(ticket, part, stream, { signal: sending.signal });
}
