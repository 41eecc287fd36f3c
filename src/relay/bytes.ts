import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend/backend.js';
import { BackendError, type ErrorCode } from '../backend/errors.js';
import type { Part, PartTarget, UploadedPart } from '../backend/upload.js';
import type { Forward, ForwardAnswer } from './forward.js';
import { partOut, type BytesPass } from './pass.js';
import type { Ground } from './visit.js';

/** The bytes of a request, however the server at hand gives them. */
export type Incoming = AsyncIterator<Uint8Array, undefined>;

/** A store that bytes were sent on to refused them, with a status that the page's queue knows how to read. */
export class StoreRefusal extends BackendError {
  readonly status: number;

  constructor(status: number, code: ErrorCode, retryAfter: number | undefined) {
    super(code, `The store answered ${status}.`, { retryAfter });
    this.status = status;
  }
}

/** Which bytes a request brings: the end is where the pass says, or where the body ends. Refuses a body of another length before it is read. */
function partOf(pass: BytesPass, header: string | null): Part {
  const { number, start, most, name } = pass;
  const length = header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
  const expected = pass.end === undefined ? length : pass.end - start;
  if (expected === undefined) throw new BackendError('invalid', 'The request does not say how long it is; expected is a Content-Length.');
  if (expected > most || (length !== undefined && length > expected)) throw tooMany(name, number, Math.min(most, expected));
  if (length !== undefined && length < expected) throw tooFew(name, number, length, expected);
  return { number, start, end: start + expected };
}

const tooMany = (name: string, number: number, expected: number): BackendError =>
  new BackendError('too-large', `Part ${number} of "${name}" has more than the ${expected} bytes that were announced.`);

const tooFew = (name: string, number: number, seen: number, expected: number): BackendError =>
  new BackendError('invalid', `Part ${number} of "${name}" ended after ${seen} of ${expected} bytes.`);

/** Lets exactly the announced bytes through, one chunk at a time as they are asked for, and fails at the first one too many or when one is missing. */
function exactly(
  incoming: Incoming,
  { name }: BytesPass,
  { number, start, end }: Part,
): { stream: ReadableStream<Uint8Array>; fault: () => BackendError | undefined } {
  let seen = 0;
  let fault: BackendError | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await incoming.next();
        if (!next.done) seen += next.value.byteLength;
        if (seen > end - start) fault = tooMany(name, number, end - start);
        else if (next.done && seen < end - start) fault = tooFew(name, number, seen, end - start);
        if (fault) controller.error(fault);
        else if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      // Nothing on cancel: to end the request here would end the connection before the answer is out.
    },
    { highWaterMark: 0 },
  );
  return { stream, fault: () => fault };
}

/** Takes the bytes of one part and hands them to the backend, or on to its store. Answers the uploaded part, sealed. */
export async function take(
  request: Request,
  incoming: Incoming,
  pass: BytesPass,
  backend: Backend,
  ground: Pick<Ground, 'seals'>,
  forward: Forward,
): Promise<Response> {
  if (Date.now() > pass.startBy) throw new BackendError('expired', 'This address has expired; ask for a new one.');
  const part = partOf(pass, request.headers.get('content-length'));
  const { stream, fault } = exactly(incoming, pass, part);
  try {
    const uploaded = pass.target
      ? await sendOn(pass, pass.target, part, stream, backend, forward, request.signal)
      : await backend.write?.(pass.ticket, part, stream, { signal: request.signal });
    if (!uploaded) throw new BackendError('unsupported', 'This backend takes no bytes from the relay.');
    // Length and type are those of a text, as Firefox reports an answer without a type as an error.
    return new Response((await partOut(ground, pass.upload, uploaded)).body, { headers: { 'content-type': 'text/plain' } });
  } catch (error) {
    throw fault() ?? error;
  }
}

async function sendOn(
  { name }: BytesPass,
  target: PartTarget,
  part: Part,
  bytes: ReadableStream<Uint8Array>,
  backend: Backend,
  forward: Forward,
  signal: AbortSignal,
): Promise<UploadedPart> {
  const { url, method, headers, form, answer } = target;
  const length = part.end - part.start;
  const request = form ? framed(form, bytes, length, name) : { headers: {}, body: bytes, length };
  const heard = await forward({ url, method, headers: { ...headers, ...request.headers }, length: request.length, signal }, request.body);
  const refused = backend.refusal?.({ ...heard, size: length });
  if (refused) throw new BackendError(refused.code, refused.message, { retryAfter: retryAfterOf(heard) ?? refused.retryAfter });
  if (heard.status < 200 || heard.status > 299) throw refusal(heard);
  if (answer === 'none') return part;
  if (answer === 'body') return { ...part, body: heard.body };
  const { etag } = heard.headers;
  if (!etag && answer === 'etag-if-shown') return part;
  if (!etag) throw new BackendError('server', 'The store took the bytes, but told no ETag.');
  return { ...part, etag };
}

const CODES: Record<number, ErrorCode> = {
  401: 'expired',
  403: 'expired',
  404: 'not-found',
  408: 'server',
  410: 'expired',
  413: 'too-large',
  423: 'locked',
  429: 'rate-limited',
  507: 'quota',
};

function retryAfterOf({ headers }: ForwardAnswer): number | undefined {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? seconds : undefined;
}

function refusal(answer: ForwardAnswer): StoreRefusal {
  const { status } = answer;
  // Redirects are for browsers; a store that answers one took nothing.
  return status < 400
    ? new StoreRefusal(502, 'server', undefined)
    : new StoreRefusal(status, CODES[status] ?? (status > 499 ? 'server' : 'invalid'), retryAfterOf(answer));
}

/** A body of multipart/form-data around the bytes (RFC 7578), which come last. */
function framed(
  { fields, file, filename }: NonNullable<PartTarget['form']>,
  bytes: ReadableStream<Uint8Array>,
  length: number,
  name: string,
): { headers: Record<string, string>; body: ReadableStream<Uint8Array>; length: number } {
  const boundary = `ferrykit-${randomUUID()}`;
  const quoted = (text: string): string => text.replace(/[\r\n"]/g, (mark) => encodeURIComponent(mark));
  const texts = Object.entries(fields).map(
    ([field, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file)}"; filename="${quoted(filename ?? name)}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const before = new TextEncoder().encode(texts.join('') + head);
  const after = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
  const reader = bytes.getReader();
  let begun = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!begun) {
          begun = true;
          controller.enqueue(before);
          return;
        }
        const { done, value } = await reader.read();
        controller.enqueue(done ? after : value);
        if (done) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body, length: before.length + length + after.length };
}
