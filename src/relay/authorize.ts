import { jwtVerify } from 'jose';
import type { CallName } from '../backend/backend.js';
import type { Limits } from '../backend/caller.js';
import { BackendError } from '../backend/errors.js';
import type { FileDescription } from '../backend/upload.js';
import { CALLS } from './protocol.js';
import { checkSecrets } from './seal.js';

export type { Limits } from '../backend/caller.js';

/** Who is asking, and what they may touch. */
export interface Grant {
  /** A stable name of the user. Whatever leaves the relay for one user is refused to every other. */
  user: string;
  /** The id of the folder above which this user sees and does nothing; the backend's own root when absent. */
  root?: string;
  /** The only calls that this user may make besides `capabilities`; all when absent. Uploading takes `init`, `part`, `parts`, `complete` and `abort`. */
  calls?: readonly CallName[];
  limits?: Limits;
  /** Whether `deliveries` and `requests` tell what everybody with these credentials sent. `own` unless told otherwise. */
  deliveries?: 'own' | 'all';
}

/** What is asked for: one call, with its arguments as the page sent them. */
export interface Asked {
  backend: string;
  call: CallName;
  args: readonly unknown[];
}

/** Answers who is asking, or refuses: with `false` or nothing, or by throwing a `BackendError`. Asked for every call; the request's body is read already. */
export type Authorize = (request: Request, asked: Asked) => Grant | false | null | undefined | Promise<Grant | false | null | undefined>;

/** Asks `authorize`, and holds its answer against what it must be: a grant without a user would be one for everybody. */
export async function grantFor(authorize: Authorize, request: Request, asked: Asked): Promise<Grant> {
  const grant = await authorize(request, asked);
  if (!grant) throw new BackendError('unauthorized', 'Nobody is signed in, or not for this relay.');
  const { user, root = '', calls } = grant as { user: unknown; root?: unknown; calls?: unknown };
  if (typeof user !== 'string' || user === '' || typeof root !== 'string' || (calls !== undefined && !Array.isArray(calls))) {
    throw new TypeError('authorize answered no user, or a "root" that is no id, or "calls" that are no list.');
  }
  if (grant.calls && asked.call !== 'capabilities' && !grant.calls.includes(asked.call))
    throw new BackendError('forbidden', `"${asked.call}" is not allowed for this user.`);
  return grant;
}

/** Settings of {@link tokenAuthorize}. */
export interface TokenOptions {
  /** The secret that the host app signs with; the first or any other of a list. At least 32 bytes each. */
  secret: string | readonly string[];
  /** Where the token is looked for when there is no `Authorization: Bearer` header: a cookie of this name. */
  cookie?: string;
}

/** The fields of the token that {@link tokenAuthorize} reads. */
export interface TokenClaims {
  /** The user. */
  sub: string;
  /** `"ferrykit"`, so that no other token signed with the same secret is taken for one. */
  aud: string;
  /** Seconds since 1970. A minute of clock error is forgiven. */
  exp: number;
  /** Names of the backends that this token is good for; all when absent. */
  backends?: string[];
  root?: string;
  calls?: CallName[];
  limits?: Limits;
}

function isClaims(payload: object): payload is TokenClaims {
  const { sub, backends, root, calls, limits } = payload as Record<keyof TokenClaims, unknown>;
  const strings = (value: unknown): boolean =>
    value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  return (
    typeof sub === 'string' &&
    sub !== '' &&
    strings(backends) &&
    (root === undefined || typeof root === 'string') &&
    strings(calls) &&
    (calls === undefined || (calls as string[]).every((one) => Object.hasOwn(CALLS, one))) &&
    (limits === undefined || isLimits(limits))
  );
}

function isLimits(value: unknown): value is Limits {
  if (typeof value !== 'object' || value === null) return false;
  const { types, conflicts, ...numbers } = value as Record<string, unknown>;
  for (const list of [types, conflicts])
    if (list !== undefined && !(Array.isArray(list) && list.every((one) => typeof one === 'string'))) return false;
  return Object.entries(numbers).every(
    ([name, number]) => ['maxFileSize', 'files', 'bytesPerDay'].includes(name) && typeof number === 'number' && number >= 0,
  );
}

/**
 * A ready `authorize`: checks a token that the host app makes for its signed-in user and the page sends as `Authorization: Bearer`.
 * The token is a JWT signed with HS256 over {@link TokenClaims}.
 *
 * Node, with `jose`:
 *
 *     await new SignJWT({ root, limits: { maxFileSize: 5e9 } }).setProtectedHeader({ alg: 'HS256' })
 *       .setSubject(user.id).setAudience('ferrykit').setExpirationTime('1h').sign(new TextEncoder().encode(secret));
 *
 * PHP, with nothing:
 *
 *     $b64 = fn(string $s) => rtrim(strtr(base64_encode($s), '+/', '-_'), '=');
 *     $body = $b64('{"alg":"HS256"}') . '.' . $b64(json_encode(['sub' => $user, 'aud' => 'ferrykit', 'exp' => time() + 3600]));
 *     $token = $body . '.' . $b64(hash_hmac('sha256', $body, $secret, true));
 *
 * Python, with PyJWT:
 *
 *     jwt.encode({"sub": user, "aud": "ferrykit", "exp": time.time() + 3600}, secret, algorithm="HS256")
 */
export function tokenAuthorize({ secret, cookie }: TokenOptions): Authorize {
  const keys = checkSecrets(secret, 'tokenAuthorize').map((one) => new TextEncoder().encode(one));
  const tokenOf = (headers: Headers): string | undefined => {
    const bearer = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    if (bearer || !cookie) return bearer;
    const pairs = (headers.get('cookie') ?? '').split(/; */).map((pair) => pair.split('='));
    return pairs.find(([name]) => name === cookie)?.[1];
  };
  return async (request, { backend }) => {
    const token = tokenOf(request.headers);
    if (!token) return undefined;
    for (const key of keys) {
      const checked = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience: 'ferrykit',
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 60,
      }).catch(() => undefined);
      if (!checked || !isClaims(checked.payload)) continue;
      const { sub, backends, root, calls, limits } = checked.payload;
      if (backends && !backends.includes(backend))
        throw new BackendError('forbidden', `This token is not good for the backend "${backend}".`);
      return { user: sub, ...(root === undefined ? {} : { root }), ...(calls && { calls }), ...(limits && { limits }) };
    }
    return undefined;
  };
}

/** Whether a file is of one of the types, which are written as in an `accept` attribute. */
export function isOfType(file: Pick<FileDescription, 'name' | 'type'>, types: readonly string[]): boolean {
  const name = file.name.toLowerCase();
  const type = file.type.toLowerCase().replace(/;.*/, '').trim();
  return types.some((one) => {
    const wanted = one.trim().toLowerCase();
    if (wanted.startsWith('.')) return name.endsWith(wanted);
    return wanted === '*/*' || (wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted);
  });
}
