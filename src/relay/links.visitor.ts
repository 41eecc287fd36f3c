import type { CallName } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import type { Authorize, Grant } from './authorize.js';
import { openRequest } from './links.requests.js';
import { markOf } from './links.passwords.js';
import { ID, readLink, type LinkRecord, type Owner } from './links.records.js';
import { LINK_HEADER } from './protocol.js';
import { seals, type Seals } from './seal.js';

/** All that a visitor may do: see what the folder takes, and put files there. */
const CALLS: readonly CallName[] = ['rules', 'init', 'part', 'parts', 'complete', 'abort'];

/** What a page carries for a visitor who gave the password. */
interface Pass {
  link: string;
  mark: string;
}

const sealOf = (kept: Seals): ReturnType<typeof kept.of<Pass>> => kept.of<Pass>('link visitor');

/** The token of a request for whoever may see it: its id, or with a password the proof of that. */
export const visitorToken = async (kept: Seals, link: string, { password }: LinkRecord): Promise<string> =>
  password === undefined ? link : sealOf(kept).seal({ link, mark: markOf(password) });

/** Settings of {@link linkVisitor}. */
export interface VisitorOptions {
  /** The store and secret of {@link withLinks}. */
  store: Store;
  secret: string | readonly string[];
}

/**
 * An `authorize` for strangers who follow a request for files: with its token they may upload into that one folder, within the limits of
 * whoever asked them, and see nothing of what is there. Answers nothing where a request has no token, so that it goes before the host's own:
 *
 *     const visitor = linkVisitor({ store, secret });
 *     const authorize = async (request, asked) => (await visitor(request, asked)) ?? mine(request, asked);
 *
 * A page gives the token to the provider: `<ferry-provider relay="/relay" backend="disk" token="…"><ferry-upload>`. It is the id at the end
 * of the request's link; for a request with a password, the one that the relay's own page has once the password was given. Strangers may
 * neither ask about nor replace what is there: a file whose name is taken gets another one. The user is `link:` with the id; where
 * `backends` is a function, {@link linkOwner} says whose backends are meant.
 */
export function linkVisitor({ store, secret }: VisitorOptions): Authorize {
  const kept = seals(secret, 'linkVisitor');
  return async (request, { backend }): Promise<Grant | undefined> => {
    const token = request.headers.get(LINK_HEADER);
    if (token === null) return undefined;
    const pass: { link: string; mark?: string } = ID.test(token) ? { link: token } : await sealOf(kept).open(token);
    const { folder, limits = {}, by, password } = openRequest(await readLink(store, pass.link));
    if (by?.backend !== backend) throw new BackendError('forbidden', `This request for files is not for the backend "${backend}".`);
    if (password !== undefined && pass.mark !== markOf(password))
      throw new BackendError('unauthorized', 'This request for files has a password, or another one by now.');
    return { user: `link:${pass.link}`, root: folder, calls: CALLS, limits };
  };
}

/** Whose request a visitor of {@link linkVisitor} follows; nothing for any other user. */
export const linkOwner = async (store: Store, user: string): Promise<Owner | undefined> =>
  user.startsWith('link:') ? (await readLink(store, user.slice('link:'.length)))?.by : undefined;
