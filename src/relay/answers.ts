import { BackendError, errorInfo, isBackendError, type ErrorCode, type ErrorInfo } from '../backend/errors.js';
import { NDJSON, type Line } from './protocol.js';

/** The HTTP status of each code. Those of 5xx are tried again by whoever sent bytes. */
const STATUS: Record<ErrorCode, number> = {
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  exists: 409,
  changed: 409,
  'unknown-outcome': 409,
  aborted: 409,
  expired: 410,
  'too-large': 413,
  quota: 413,
  'not-allowed': 422,
  locked: 423,
  'rate-limited': 429,
  invalid: 400,
  unsupported: 400,
  server: 500,
  offline: 503,
};

/** The HTTP status that says what an error means. */
export const statusOf = (error: BackendError): number =>
  'status' in error && typeof error.status === 'number' ? error.status : STATUS[error.code];

/** The error that a page is told. What a backend did not mean to say stays here, as it may hold paths and secrets. */
export function told(error: unknown, report: (error: unknown) => void): BackendError {
  if (isBackendError(error)) return error;
  if (error instanceof Error && error.name === 'AbortError') return new BackendError('aborted', 'The call was aborted.', { cause: error });
  report(error);
  return new BackendError('server', 'The relay failed; its log says why.', { cause: error });
}

/** On every answer: nothing of it is ever run, kept or guessed. */
export const GUARDED: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const retry = ({ retryAfter }: ErrorInfo): Record<string, string> =>
  retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) };

/** An answer that is nothing but an error: the JSON of it for whoever sent bytes. */
export function refuseBytes(error: BackendError): Response {
  const info = errorInfo(error);
  return new Response(JSON.stringify(info), { status: statusOf(error), headers: { 'content-type': 'application/json', ...retry(info) } });
}

/** An answer of one line. Its status is that of its error. */
export function oneLine(line: Line, error?: BackendError): Response {
  const headers = { 'content-type': NDJSON, ...(line.error && retry(line.error)) };
  return new Response(`${JSON.stringify(line)}\n`, { status: error ? statusOf(error) : 200, headers });
}

/** An answer of many lines, each sent when it is there, with an empty one after every `beat` seconds of silence. */
export function manyLines(lines: Promise<Line>[], beat: number): Response {
  const encoder = new TextEncoder();
  let left = lines.length;
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        controller.enqueue(encoder.encode('\n'));
      }, beat * 1000);
      for (const line of lines) {
        void line.then((answer) => {
          // Whoever reads no more has cancelled, and the stream takes nothing.
          if (timer === undefined) return;
          controller.enqueue(encoder.encode(`${JSON.stringify(answer)}\n`));
          if (--left > 0) return;
          clearInterval(timer);
          controller.close();
        });
      }
    },
    cancel() {
      clearInterval(timer);
      timer = undefined;
    },
  });
  return new Response(body, { headers: { 'content-type': NDJSON } });
}
