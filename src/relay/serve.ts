import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disk, sweepDisk } from '../adapters/disk.js';
import type { Authorize } from './authorize.js';
import { withLinks, type LinkOptions } from './links.js';
import { linkVisitor } from './links.visitor.js';
import type { MailOptions } from './mail.js';
import { relay, type RelayOptions } from './server.js';
import { smtp } from './smtp.js';
import { answerFile, answerFrom } from './static.js';
import { diskStore, memoryStore } from './store.js';

/** Settings of {@link serve}, and of `ferrykit.config.mjs`. Whatever a {@link relay} can be told is there too. */
export interface ServeOptions extends Partial<RelayOptions> {
  /** A folder whose files are served as the backend `disk`. */
  root?: string;
  /** A mail server and who writes, for what is sent from the folder; without it links are made, and nobody is written to. */
  mail?: MailOptions | { smtp: string; from: string };
  /** What else is to be said of links: how long they live, and what strangers may upload who were asked for files. */
  links?: Pick<LinkOptions, 'expiry' | 'requestLimits'>;
  /** Where those reach this server who are written to, such as `https://files.example.com`; the address that it listens at unless told otherwise. */
  publicUrl?: string;
  /** Whether a proxy stands before this server, which says in `X-Forwarded-For` where a request comes from. */
  proxied?: boolean;
  /** Where the relay's own secret and store are kept; in the root's hidden folder unless told otherwise. */
  state?: string;
  /** 8080 unless told otherwise; 0 takes a free one. */
  port?: number;
  /** The address to listen at; `127.0.0.1` unless told otherwise. */
  host?: string;
  /** Where the relay answers; `/relay` unless told otherwise. */
  path?: string;
  /** Folders of pages, by the path that they stand under, or one for `/`. */
  pages?: string | Readonly<Record<string, string>>;
  /** Asked before `pages`, for whatever is not the relay's. */
  routes?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Lets everybody who can reach the address do everything. Without `authorize`, a public address is refused unless this says so. */
  open?: boolean;
  /** Seconds without a byte after which a request that is still being received is ended; 60 unless told otherwise. */
  idle?: number;
  /** Seconds between two sweeps; 60 unless told otherwise. */
  sweepEvery?: number;
}

/** A relay that is being served. */
export interface Serving {
  /** The address, without a slash at the end. */
  url: string;
  /** Where the relay answers. */
  relay: string;
  /** Ends it: requests that are under way have five seconds. */
  close(): Promise<void>;
}

/** Milliseconds of silence allowed while an answer is being made or read. */
const PATIENCE = 600_000;

const LOCAL = new Set(['127.0.0.1', '::1', 'localhost']);

/** Everybody is one user: for one person's own machine. */
const onlyUser: Authorize = () => ({ user: 'local' });

/** The relay's secret in a folder: made once, read by nobody else. */
async function secretIn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'secret');
  if (!existsSync(file)) {
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
    // Exclusive: of two processes that start together, both end with the same secret.
    await link(draft, file).catch((error: unknown) => {
      if (!existsSync(file)) throw error;
    });
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

/** The bundle of one script tag, where the package was built. */
function bundle(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'ferrykit')
      return join(folder, 'dist', 'ferrykit.min.js');
  }
  return undefined;
}

/** Whether a page from elsewhere could not have got here by giving its own name this machine's address. */
const isAddressed = (host: string | null): boolean => {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) > 0;
};

/** Where a request came from before the proxy, which adds what it saw at the end. */
const forwardedFor = (request: Request): string | undefined => request.headers.get('x-forwarded-for')?.split(',').pop()?.trim();

const SCRIPT = '/ferrykit.min.js';

/** `relayUrl`: where the relay is reached from outside, once that is known. */
async function relayOptions(
  { root, state, backends, secret: given, store: shared, authorize = onlyUser, mail, links, proxied, ...rest }: ServeOptions,
  relayUrl: () => string,
): Promise<RelayOptions> {
  const kept = state ?? (root === undefined ? undefined : join(root, '.ferrykit', 'relay'));
  if (root === undefined && !backends) throw new Error('serve: there is nothing to serve; expected is "root", a folder, or "backends".');
  // Without a place to keep it, what pages hold ends with this process.
  const secret = given ?? (kept === undefined ? randomBytes(32).toString('base64url') : await secretIn(kept));
  const store = shared ?? (kept === undefined ? memoryStore() : diskStore(join(kept, 'store')));
  const { report } = rest;
  const linked: LinkOptions = {
    ...links,
    store,
    secret,
    url: relayUrl,
    script: SCRIPT,
    ...(mail && { mail: 'smtp' in mail ? { transport: smtp(mail.smtp), from: mail.from } : mail }),
    ...(proxied && { addressOf: forwardedFor }),
    ...(report && { report }),
  };
  const files = root === undefined ? undefined : { disk: withLinks(disk({ root }), linked) };
  const visitor = linkVisitor({ store, secret });
  const all: RelayOptions['backends'] =
    typeof backends === 'function' ? async (who) => ({ ...files, ...(await backends(who)) }) : { ...files, ...backends };
  return {
    ...rest,
    backends: all,
    authorize: async (request, asked) => (await visitor(request, asked)) ?? authorize(request, asked),
    secret,
    store,
  };
}

/** Bodies may take as long as they like, as long as they go on: only silence ends a request. */
function watch(server: Server, idle: number): void {
  server.on('request', (request: IncomingMessage) => {
    const { headers, socket } = request;
    const brings = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    socket.setTimeout(brings ? idle : PATIENCE);
    request.once('end', () => socket.setTimeout(PATIENCE));
  });
}

/**
 * Runs a relay, with the script and pages that use it. Throws an `Error` when there is nothing to serve, and when everybody would be let in
 * from other machines without having been told so.
 */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const {
    host = '127.0.0.1',
    port = 8080,
    path = '/relay',
    pages = {},
    routes,
    open = false,
    idle = 60,
    sweepEvery = 60,
    authorize,
    root,
    publicUrl,
  } = options;
  if (!authorize && !open && !LOCAL.has(host)) {
    throw new Error(
      `serve: "${host}" can be reached by others, and without "authorize" everybody may do everything; give "authorize", or say "open" if that is meant.`,
    );
  }
  if (publicUrl !== undefined && !/^https?:$/.test(URL.canParse(publicUrl) ? new URL(publicUrl).protocol : ''))
    throw new Error(`serve: "${publicUrl}" is no address; expected is one like "https://files.example.com".`);
  let url = '';
  const handler = relay(await relayOptions(options, () => (publicUrl?.replace(/\/$/, '') ?? url) + path));
  const script = bundle();
  const folders = Object.entries(typeof pages === 'string' ? { '/': pages } : pages).sort(([a], [b]) => b.length - a.length);

  async function answer(request: Request, context: unknown): Promise<Response> {
    const { pathname } = new URL(request.url);
    // Whoever knows a link needs no more than that.
    const isLink = pathname.startsWith(`${path}/links/`);
    if (!authorize && !isLink && !isAddressed(request.headers.get('host'))) return new Response('Unknown host.', { status: 421 });
    if (pathname === path || pathname.startsWith(`${path}/`)) return handler(request, context);
    const routed = await routes?.(request);
    if (routed) return routed;
    if (script && pathname === SCRIPT) return (await answerFile(request, script)) ?? new Response('Not built.', { status: 404 });
    for (const [below, folder] of folders) {
      const prefix = below.endsWith('/') ? below : `${below}/`;
      const found = pathname.startsWith(prefix) ? await answerFrom(request, folder, pathname.slice(prefix.length)) : undefined;
      if (found) return found;
    }
    return new Response('Not found.', { status: 404 });
  }

  // Here, so that the relay itself can be imported where there is no Node.
  const { getRequestListener } = await import('@hono/node-server');
  const listener = getRequestListener(answer, { overrideGlobalObjects: false, hostname: host });
  // No request timeout: Node's own would cut a 12 GiB body after five minutes.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) => void listener(request, response));
  watch(server, idle * 1000);
  server.listen(port, host);
  await once(server, 'listening');
  const sweeping = setInterval(() => {
    Promise.all([handler.sweep(), root !== undefined && sweepDisk({ root })]).catch(options.report ?? console.error);
  }, sweepEvery * 1000);
  sweeping.unref();

  const { port: bound } = server.address() as AddressInfo;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return {
    url,
    relay: url + path,
    async close() {
      clearInterval(sweeping);
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), 5000);
      await closed;
      clearTimeout(late);
    },
  };
}
