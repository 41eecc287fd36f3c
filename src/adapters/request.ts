import { BackendError, type ErrorCode, isBackendError } from '../backend/errors.js';

/** What one request sends: nothing, JSON, a form, or text of a type. */
export type Body = { json: unknown } | { form: Record<string, string> } | { text: string; type: string };

/** One request to a service. */
export interface Ask {
  /** What is being done and to which thing, as an error begins: `Listing "docs"`. Never a secret. */
  deed: string;
  url: string;
  /** `GET` unless there is a body, then `POST`. */
  method?: string;
  headers?: Record<string, string>;
  body?: Body | undefined;
  signal?: AbortSignal | undefined;
}

/** What a service answered. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Reads the text as JSON; throws `server` where it is none. */
  json(): unknown;
}

/** What an adapter makes of an answer that says that something failed. */
export interface Meaning {
  code: ErrorCode;
  /** The service's own name for what went wrong, for {@link kindOf}. It stands in the message, so it must be a name and no text. */
  kind?: string | undefined;
  /** The adapter's words for it, without a full stop. */
  reason?: string | undefined;
  /** Seconds, where the body says so. The header `Retry-After` comes first. */
  retryAfter?: number | undefined;
}

/** How a service is asked. */
export interface ServiceOptions {
  /** The service's name, as errors name it. */
  name: string;
  fetch?: typeof fetch | undefined;
  /** Milliseconds from the request until its answer is whole. */
  timeLimit?: number | undefined;
  /** Bytes that an answer may have. */
  largest?: number | undefined;
  /** Reads the service's own error out of an answer of any status; `undefined`: the status decides. */
  meaning?: ((answer: Answer) => Meaning | undefined) | undefined;
}

/** Asks a service once. Resolves with an answer that says that it was done; all else rejects with a {@link BackendError}. */
export type Service = (ask: Ask) => Promise<Answer>;

const TIME_LIMIT = 60_000;
const LARGEST = 32 * 2 ** 20;

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  408: 'server',
  410: 'not-found',
  412: 'changed',
  413: 'too-large',
  423: 'locked',
  425: 'server',
  429: 'rate-limited',
  507: 'quota',
};

/** The code of a status that nothing else explains. A redirect is a fault: keys are sent nowhere but where they belong. */
const codeOf = (status: number): ErrorCode => CODES[status] ?? (status < 400 || status > 499 ? 'server' : 'invalid');

/** Seconds that `Retry-After` asks for, as seconds or as a date. */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

const KIND = Symbol('kind');
const RECEIVED = Symbol('received');

/** The service's own name for what went wrong, where the adapter's {@link Meaning} gave one. */
export const kindOf = (error: unknown): string | undefined =>
  isBackendError(error) ? (error as { [KIND]?: string | undefined })[KIND] : undefined;

// Not enumerable: whoever prints or clones the error does not come upon it.
const withReceived = (error: BackendError, value: string): BackendError => Object.defineProperty(error, RECEIVED, { value });

/**
 * What came of an answer that broke off, or is no JSON: enough, perhaps, to take back what was done. It is the service's text and may hold
 * secrets, so it is for the adapter that asked and for nobody else.
 */
export const receivedOf = (error: unknown): string | undefined =>
  isBackendError(error) ? (error as { [RECEIVED]?: string | undefined })[RECEIVED] : undefined;

/** What Node calls a broken connection, such as `ECONNREFUSED`. The error itself may quote headers and is kept from everybody. */
const brokenBy = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
};

const headersOf = (deed: string, headers: Record<string, string>): Headers => {
  try {
    return new Headers(headers);
  } catch {
    throw new BackendError('invalid', `${deed} failed: a key or header holds characters that no header can have.`);
  }
};

const bodyOf = (body: Body): { body: string; type: string } => {
  if ('json' in body) return { body: JSON.stringify(body.json), type: 'application/json' };
  if ('form' in body) return { body: new URLSearchParams(body.form).toString(), type: 'application/x-www-form-urlencoded' };
  return { body: body.text, type: body.type };
};

/** The text of a response, as much of it as is allowed; `heard` is told what came so far. */
async function read(response: Response, largest: number, heard: (text: string) => void): Promise<{ text: string; whole: boolean }> {
  if (!response.body) return { text: '', whole: true };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ;) {
    heard(text);
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    size += value.length;
    if (size > largest) {
      await reader.cancel();
      return { text, whole: false };
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * The one way in which adapters ask their service: a time limit, a bound on what is read, no cookies, no redirects, and typed errors
 * that name the deed and never a body. It does not try again: whoever calls the backend does.
 */
export function createService({ name, fetch: send, timeLimit = TIME_LIMIT, largest = LARGEST, meaning }: ServiceOptions): Service {
  const call = async (ask: Ask, signal: AbortSignal, heard: (text: string) => void): Promise<{ answer: Answer; whole: boolean }> => {
    const sent = ask.body && bodyOf(ask.body);
    const response = await (send ?? fetch)(ask.url, {
      method: ask.method ?? (sent ? 'POST' : 'GET'),
      headers: headersOf(ask.deed, { ...(sent && { 'content-type': sent.type }), ...ask.headers }),
      ...(sent && { body: sent.body }),
      signal,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
    });
    const { text, whole } = await read(response, largest, heard);
    const { status, headers } = response;
    const json = (): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        throw withReceived(
          new BackendError('server', `${ask.deed} failed: ${name} answered ${String(status)} with something that is not JSON.`),
          text,
        );
      }
    };
    return { answer: { status, headers, text, json }, whole };
  };

  const failure = ({ deed }: Ask, { status, headers }: Answer, meant: Meaning): BackendError => {
    const told = meant.kind === undefined ? '' : ` (${meant.kind})`;
    const message = `${deed} failed: ${meant.reason ?? `${name} answered ${String(status)}`}${told}.`;
    const error = new BackendError(meant.code, message, { retryAfter: retryAfterOf(headers) ?? meant.retryAfter });
    return Object.assign(error, { [KIND]: meant.kind });
  };

  return async (ask) => {
    const { deed, signal } = ask;
    const aborted = (): BackendError => new BackendError('aborted', `${deed} was aborted.`);
    if (signal?.aborted) throw aborted();
    const stop = new AbortController();
    const follow = (): void => {
      stop.abort();
    };
    signal?.addEventListener('abort', follow, { once: true });
    const timer = setTimeout(follow, timeLimit);
    let received = '';
    try {
      const { answer, whole } = await call(ask, stop.signal, (text) => (received = text));
      const meant = meaning?.(answer) ?? (answer.status >= 200 && answer.status < 300 ? undefined : { code: codeOf(answer.status) });
      if (meant) throw failure(ask, answer, meant);
      if (!whole) throw new BackendError('server', `${deed} failed: ${name} answered more than ${String(largest)} bytes.`);
      return answer;
    } catch (error) {
      if (signal?.aborted) throw aborted();
      if (isBackendError(error)) throw error;
      if (stop.signal.aborted) {
        throw new BackendError('server', `${deed} failed: ${name} did not answer within ${String(timeLimit / 1000)} s.`);
      }
      throw withReceived(
        new BackendError('offline', `${deed} failed: ${name} cannot be reached, or the connection broke${brokenBy(error)}.`),
        received,
      );
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    }
  };
}
