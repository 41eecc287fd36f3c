import type { Backend, CallName, ServerSide } from '../backend/backend.js';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import { GUARDED, manyLines, oneLine, refuseBytes, told } from './answers.js';
import { grantFor, type Authorize } from './authorize.js';
import { readJson } from './body.js';
import { take, type Incoming } from './bytes.js';
import type { DownloadPass } from './download-pass.js';
import { give } from './download.js';
import { forwardByNode, type Forward } from './forward.js';
import { isLinked } from './linked.js';
import { answerAsset } from './links.assets.js';
import { readLink } from './links.records.js';
import { LINK_PATH, nothingHere } from './links.visits.js';
import { originRule } from './origin.js';
import { outbox, type Hooks } from './outbox.js';
import type { BytesPass } from './pass.js';
import { initArgs, presigned, readPresigning } from './presign.js';
import { ALONE, HEARTBEAT, MAX_BYTES, MAX_COMPLETE_BYTES, type Entry, type Line } from './protocol.js';
import { isCall, readArgs, readBatch } from './schemas.js';
import { seals } from './seal.js';
import { sweep } from './sweep.js';
import { itemCalls } from './visit-items.js';
import { peopleCalls } from './visit-people.js';
import { uploadCalls } from './visit-uploads.js';
import { callerOf, visit, type Ground, type Visit } from './visit.js';

/** Backends by the names that pages know them by. */
export type Backends = Readonly<Record<string, Backend>>;

/** For whom backends are wanted. */
export interface Who {
  user: string;
  root: string;
}

/** Settings of a {@link relay}. */
export interface RelayOptions {
  /** The backends, or a function that answers those of one user, with credentials of their own. */
  backends: Backends | ((who: Who) => Backends | Promise<Backends>);
  authorize: Authorize;
  /** At least 32 bytes, the same for all relays behind one address. Of a list, the first seals and all open. */
  secret: string | readonly string[];
  /** What all relays behind one address share. */
  store: Store;
  on?: Hooks;
  /** Origins, besides the relay's own, whose pages may call it. */
  origins?: readonly string[];
  /** Where this relay can be reached for bytes on another host, so that they do not share the page's connections. */
  bytesUrl?: string;
  /** How bytes go on to stores that a page cannot reach; by `node:http` unless told otherwise. */
  forward?: Forward;
  /** Hears of errors that pages are not told; `console.error` unless told otherwise. */
  report?: (error: unknown) => void;
}

/** A Web handler that serves backends to pages: mount it under any path, and give it every request below that. */
export interface Relay {
  /** `context` is what a server passes besides the request; of Node's, the raw request is read, which is faster. */
  (request: Request, context?: unknown): Promise<Response>;
  /** Tells the host again what it has not heard: to be called now and then, by one relay or all of them. `age` in seconds, 60 unless told otherwise. */
  sweep(options?: { age?: number }): Promise<void>;
}

const PATH = /\/(bytes|download|presign)\/([\w.-]+)$/;

/** What the pages of links load; or an address that lost something on its way, for whoever reads. */
const BESIDE_LINKS = /\/links\/([^/]+)$/;

/** The raw request of Node, which `@hono/node-server` passes as `incoming`, else the Web stream. */
function incomingOf(request: Request, context: unknown): Incoming {
  if (typeof context === 'object' && context !== null && 'incoming' in context) {
    const { incoming } = context;
    if (typeof incoming === 'object' && incoming !== null && 'httpVersion' in incoming && Symbol.asyncIterator in incoming) {
      return (incoming as AsyncIterable<Uint8Array, undefined>)[Symbol.asyncIterator]();
    }
  }
  const reader = request.body?.getReader();
  const end = { done: true, value: undefined } as const;
  return { next: async () => (reader ? reader.read().then((read) => (read.done ? end : { done: false, value: read.value })) : end) };
}

type OnWire = Exclude<keyof Backend, ServerSide>;

/** Who makes which of the calls of a visit. One that nobody makes does not compile. */
const MADE_BY: { readonly [K in OnWire]: (one: Visit) => Pick<Backend, K> } = {
  init: uploadCalls,
  part: uploadCalls,
  parts: uploadCalls,
  complete: uploadCalls,
  abort: uploadCalls,
  capabilities: itemCalls,
  quota: itemCalls,
  list: itemCalls,
  item: itemCalls,
  describe: itemCalls,
  rules: itemCalls,
  createFolder: itemCalls,
  rename: itemCalls,
  move: itemCalls,
  copy: itemCalls,
  remove: itemCalls,
  download: itemCalls,
  activity: itemCalls,
  lock: itemCalls,
  unlock: itemCalls,
  recipients: peopleCalls,
  contacts: peopleCalls,
  open: peopleCalls,
  check: peopleCalls,
  send: peopleCalls,
  deliveries: peopleCalls,
  delivery: peopleCalls,
  change: peopleCalls,
  forward: peopleCalls,
  retry: peopleCalls,
  revoke: peopleCalls,
  request: peopleCalls,
  requests: peopleCalls,
};

type Call = (...args: unknown[]) => Promise<unknown>;

/** One call of a visit by the name that it has on the wire. */
function callOf(one: Visit, name: CallName): Call {
  const [first, second] = name.split('.') as [OnWire, string | undefined];
  const made: unknown = Reflect.get(MADE_BY[first](one), first);
  return (second ? Reflect.get(made as object, second) : made) as Call;
}

/** What a promise resolves to, or nothing when that takes more seconds than these. */
async function inTime<T>(promise: Promise<T>, seconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}

/**
 * Makes the handler that keeps secrets on the server: it serves backends to pages, checks what every user may do, and passes bytes on.
 * Throws an `Error` when something is missing without which it would let in anybody.
 */
export function relay(options: RelayOptions): Relay {
  const { backends, authorize, secret, store, on = {}, origins, bytesUrl, forward = forwardByNode, report = console.error } = options;
  const missing = Object.entries({ backends, authorize, secret, store }).find(([, value]) => (value as unknown) === undefined);
  if (missing) throw new Error(`relay: "${missing[0]}" is missing; see RelayOptions for what is expected.`);
  if (typeof authorize !== 'function')
    throw new Error('relay: "authorize" must be a function that answers who is asking; there is none that lets everybody in.');

  const rule = originRule(origins);
  const kept = seals(secret);
  const base = bytesUrl?.replace(/\/$/, '') ?? '.';
  const ground: Ground = { seals: kept, store, outbox: outbox(store, on), report, urlOf: (way, sealed) => `${base}/${way}/${sealed}` };

  async function backendOf(name: string, who: Who): Promise<Backend> {
    const all = typeof backends === 'function' ? await backends(who) : backends;
    const one = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!one) throw new BackendError('not-found', `There is no backend "${name}" for this user.`);
    return one;
  }

  async function run({ backend: name, call, args }: Entry, request: Request): Promise<unknown> {
    if (!isCall(call)) throw new BackendError('invalid', `There is no call "${call}".`);
    const checked = readArgs(call, args);
    const grant = await grantFor(authorize, request, { backend: name, call, args: checked });
    const to = await backendOf(name, { user: grant.user, root: grant.root ?? '' });
    const one = visit(ground, name, to, grant);
    return callOf(one, call)(...checked, { signal: request.signal, by: callerOf(one) });
  }

  async function answer(request: Request): Promise<Response> {
    rule.check(request);
    const { text, length } = await readJson(request, MAX_COMPLETE_BYTES);
    const entries = readBatch(text);
    const [first, ...others] = entries;
    if (length > MAX_BYTES && (others.length > 0 || first?.call !== 'complete')) {
      throw new BackendError('too-large', `The request is longer than ${MAX_BYTES} bytes.`);
    }
    if (others.length > 0 && entries.some(({ call }) => ALONE.includes(call))) {
      throw new BackendError('invalid', `${ALONE.join(', ')} travel alone.`);
    }
    const failures = new Map<number, BackendError>();
    const lines = entries.map(async (entry): Promise<Line> => {
      try {
        return { n: entry.n, value: await run(entry, request) };
      } catch (error) {
        const failure = told(error, report);
        failures.set(entry.n, failure);
        return { n: entry.n, error: errorInfo(failure) };
      }
    });
    // A lone answer has the status that it deserves, unless it takes so long that the connection must be kept alive.
    const [lone] = lines;
    if (lines.length === 1 && lone) {
      const soon = await inTime(lone, HEARTBEAT);
      if (soon) return oneLine(soon, failures.get(soon.n ?? 0));
    }
    return manyLines(lines, HEARTBEAT);
  }

  /** Signs a request for an S3 client of the page, where the user may upload. */
  async function sign(request: Request, name: string): Promise<Response> {
    rule.check(request);
    const asked = await readPresigning(request);
    const grant = await grantFor(authorize, request, { backend: name, call: 'init', args: initArgs(asked) });
    const to = await backendOf(name, { user: grant.user, root: grant.root ?? '' });
    return presigned(to, asked, grant, request.signal);
  }

  async function bytes(request: Request, sealed: string, context: unknown): Promise<Response> {
    const pass = await kept.of<BytesPass>('bytes').open(sealed);
    return take(request, incomingOf(request, context), pass, await backendOf(pass.backend, pass), ground, forward);
  }

  async function download(request: Request, sealed: string): Promise<Response> {
    const pass = await kept.of<DownloadPass>('download').open(sealed);
    return give(request, pass, await backendOf(pass.backend, pass), store);
  }

  /** Answers whoever opens a link, which is made by the backend that its record names. */
  async function visitLink(request: Request, id: string, context: unknown): Promise<Response> {
    const { pathname } = new URL(request.url);
    try {
      const by = (await readLink(store, id))?.by;
      const to = by && (await backendOf(by.backend, by));
      return to && isLinked(to) ? await to.visit(request, context) : nothingHere(pathname);
    } catch (error) {
      report(error);
      return nothingHere(pathname, 500);
    }
  }

  async function handle(request: Request, context: unknown): Promise<Response> {
    const [, way, sealed = ''] = PATH.exec(new URL(request.url).pathname) ?? [];
    const { method } = request;
    try {
      if (method === 'OPTIONS') return rule.preflight(request);
      if (way === 'bytes' && method === 'PUT') return await bytes(request, sealed, context);
      if (way === 'download' && (method === 'GET' || method === 'HEAD')) return await download(request, sealed);
      if (way === 'presign' && method === 'POST') return await sign(request, sealed);
      if (!way && method === 'POST') return await answer(request);
      throw new BackendError('unsupported', `There is nothing to ${method} here.`);
    } catch (error) {
      const failure = told(error, report);
      return way && way !== 'presign' ? refuseBytes(failure) : oneLine({ error: errorInfo(failure) }, failure);
    }
  }

  const serve = async (request: Request, context?: unknown): Promise<Response> => {
    const { pathname } = new URL(request.url);
    // Pages: with headers of their own, and for nobody's script.
    const [, link] = LINK_PATH.exec(pathname) ?? [];
    if (link !== undefined) return visitLink(request, link, context);
    const [, beside] = BESIDE_LINKS.exec(pathname) ?? [];
    if (beside !== undefined && (request.method === 'GET' || request.method === 'HEAD'))
      return answerAsset(beside) ?? nothingHere(pathname);
    const response = await handle(request, context);
    for (const [name, value] of Object.entries({ ...GUARDED, ...rule.headers(request) })) response.headers.set(name, value);
    return response;
  };
  return Object.assign(serve, {
    sweep: ({ age = 60 } = {}) => sweep(ground, backendOf, age),
  });
}
