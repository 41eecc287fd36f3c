import { BackendError, isBackendError } from '../backend/errors.js';
import { GUARDED, statusOf, told } from './answers.js';
import { readBody } from './body.js';
import { giveFile, giveZip } from './download.js';
import type { LinkedBackend } from './linked.js';
import { isExpired } from './links.deliveries.js';
import { countDownload, findNamed, isUsedUp, whatIsThere } from './links.downloads.js';
import type { LinkGround } from './links.ground.js';
import type { Markup } from './links.markup.js';
import { countTry, forgetTries, isPassword, markOf } from './links.passwords.js';
import type { LinkRecord } from './links.records.js';
import { cookieOf, isUnlocked, newSession, sessionOf, type Session } from './links.sessions.js';
import { shelfOf } from './links.shelf.js';
import { filesPage, lockedPage, notice, requestPage } from './links.views.js';
import { visitorToken } from './links.visitor.js';
import { WORDS } from './links.words.js';

/** Addresses below a relay that belong to links: `links/<id>`, `links/<id>/download`, `links/<id>/get/<sealed>`. */
export const LINK_PATH = /\/links\/([\w-]{22})(?:\/(download|get\/[\w.-]+))?$/;

/** Most bytes of a form. */
const MOST = 20_000;

/** Milliseconds for which a download can be begun, and gone on with after a break. */
const LASTS = 86_400_000;

const POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** As {@link POLICY}, for the one page that has a script; `elsewhere`: whether bytes go straight to a store. */
const uploadPolicy = (elsewhere: boolean): string =>
  `${POLICY}; script-src 'self'; connect-src 'self'${elsewhere ? ' https: http:' : ''}; require-trusted-types-for 'script'`.replace(
    'img-src data:',
    'img-src data: blob:',
  );

/** What is wrong with an address, for whoever opened it. */
type Notice = readonly [title: string, text: string];

/** A page as an answer: not kept, not found by search engines, and silent about where somebody came from. */
const show = (body: Markup, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(String(body), {
    status,
    headers: {
      ...GUARDED,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-robots-tag': 'noindex, nofollow',
      ...headers,
    },
  });

const say = (words: Notice, status: number, depth: number, headers: Record<string, string> = {}): Response =>
  show(notice(words, depth), status, headers);

/** The page for an address that leads nowhere, or with 500 nowhere at this moment. */
export const nothingHere = (pathname: string, status: 404 | 500 = 404): Response =>
  say(status === 404 ? WORDS.missing : WORDS.failed, status, depthOf(LINK_PATH.exec(pathname)?.[2]));

const depthOf = (rest: string | undefined): number => (rest === undefined ? 0 : rest.split('/').length);

/** What a download address stands for. */
interface Pass {
  link: string;
  /** As a page names it; `all`: everything that was sent. */
  what: string;
  /** Milliseconds since 1970. */
  until: number;
  /** Proof of the password that was given. */
  mark?: string;
}

/** One request of somebody who has a link. */
interface Visit {
  request: Request;
  context: unknown;
  id: string;
  record: LinkRecord;
  session: Session | undefined;
  search: URLSearchParams;
}

/** Answers whoever opens a link. */
export function visits(ground: LinkGround): LinkedBackend['visit'] {
  const { records, backend, store } = ground;
  const passes = ground.seals.of<Pass>('link download');

  async function formOf(request: Request): Promise<URLSearchParams> {
    if (!request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded'))
      throw new BackendError('invalid', 'A form was expected.');
    return new URLSearchParams((await readBody(request, MOST)).text);
  }

  async function requestFor({ id, record }: Visit): Promise<Response> {
    const { upload } = await backend.capabilities({});
    const access = {
      relay: ground.urlOf(id).pathname.replace(/\/links\/[^/]*$/, ''),
      backend: record.by?.backend ?? '',
      token: await visitorToken(ground.seals, id, record),
    };
    const script = record.by ? ground.script : undefined;
    return show(
      requestPage(record, script, access),
      200,
      script === undefined ? {} : { 'content-security-policy': uploadPolicy(upload && upload.bytes === 'direct') },
    );
  }

  async function files(visit: Visit): Promise<Response> {
    const { id, record, session, search } = visit;
    if (isUsedUp(record, session)) return say(WORDS.over, 410, 0);
    if (!isUnlocked(record, session)) return show(lockedPage(id, 0, false));
    if (record.kind === 'request') return requestFor(visit);
    const body = filesPage(id, record, await shelfOf(ground, id, search));
    // Here, so that two downloads that are asked for at once are one visitor's.
    return show(body, 200, session ? {} : { 'set-cookie': await cookieOf(ground, newSession(id)) });
  }

  async function unlock({ request, context, id, record, session }: Visit): Promise<Response> {
    const back = { location: id };
    const { password } = record;
    const given = (await formOf(request)).get('password') ?? '';
    if (password === undefined) return new Response(null, { status: 303, headers: back });
    const address = ground.addressOf(request, context);
    const wait = await countTry(store, id, address);
    if (wait !== undefined) return say(WORDS.throttled(wait), 429, 0, { 'retry-after': String(wait) });
    if (!(await isPassword(given.slice(0, 1000), password))) return show(lockedPage(id, 0, true), 403);
    await forgetTries(store, id, address);
    const known = { ...(session ?? newSession(id)), mark: markOf(password) };
    return new Response(null, { status: 303, headers: { ...back, 'set-cookie': await cookieOf(ground, known) } });
  }

  async function download({ request, id, record, session = newSession(id) }: Visit): Promise<Response> {
    if (!isUnlocked(record, session)) return show(lockedPage(id, 1, false), 403);
    const what = (await formOf(request)).get('item') ?? '';
    const sent = await records.items(id);
    const isThere =
      what === 'all' ? !(await whatIsThere(ground, sent).next()).done : (await findNamed(ground, id, sent, what)) !== undefined;
    if (!isThere) return say(WORDS.lost, 404, 1);
    if (!(await countDownload(ground, id, session))) return say(WORDS.over, 410, 1);
    const pass: Pass = {
      link: id,
      what,
      until: Date.now() + LASTS,
      ...(record.password !== undefined && { mark: markOf(record.password) }),
    };
    const location = `get/${await passes.seal(pass)}`;
    return new Response(null, { status: 303, headers: { location, 'set-cookie': await cookieOf(ground, session) } });
  }

  /** Gives bytes, and counts nothing: it is asked again for every range, and by whoever looks first. */
  async function get({ request, id, record }: Visit, sealed: string): Promise<Response> {
    const pass = await passes.open(sealed).catch(() => undefined);
    const { password } = record;
    if (pass?.link !== id || pass.until < Date.now() || (password !== undefined && pass.mark !== markOf(password)))
      return say(WORDS.stale, 403, 2);
    const sent = await records.items(id);
    if (pass.what === 'all') return giveZip(request, backend, whatIsThere(ground, sent), sent);
    const found = await findNamed(ground, id, sent, pass.what);
    if (!found) return say(WORDS.lost, 404, 2);
    const { item } = found;
    return item.kind === 'file' ? giveFile(request, backend, item) : giveZip(request, backend, [item], [item]);
  }

  async function answer(visit: Visit, rest: string | undefined): Promise<Response> {
    const { method } = visit.request;
    const reads = method === 'GET' || method === 'HEAD';
    if (rest === undefined && reads) return files(visit);
    if (rest === undefined && method === 'POST') return unlock(visit);
    if (rest === 'download' && method === 'POST' && visit.record.kind === 'delivery') return download(visit);
    if (rest?.startsWith('get/') && reads) return get(visit, rest.slice('get/'.length));
    // Somebody loads the address of a button anew.
    return say(WORDS.stale, 405, depthOf(rest), { allow: rest === 'download' ? 'POST' : 'GET, HEAD' });
  }

  return async (request, context) => {
    const { pathname, searchParams: search } = new URL(request.url);
    const [, id = '', rest] = LINK_PATH.exec(pathname) ?? [];
    const depth = depthOf(rest);
    try {
      const record = await records.find(id);
      if (!record) return nothingHere(pathname);
      if (record.revoked) return say(WORDS.revoked, 410, depth);
      if (isExpired(record)) return say(WORDS.expired, 410, depth);
      const response = await answer({ request, context, id, record, search, session: await sessionOf(ground, request, id) }, rest);
      for (const [name, value] of Object.entries({ ...GUARDED, 'x-robots-tag': 'noindex, nofollow' }))
        if (!response.headers.has(name)) response.headers.set(name, value);
      return request.method === 'HEAD' ? new Response(null, response) : response;
    } catch (error) {
      const failure = told(error, ground.report);
      return say(isBackendError(error) && error.code === 'not-found' ? WORDS.lost : WORDS.failed, statusOf(failure), depth);
    }
  };
}
