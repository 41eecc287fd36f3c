import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import { isDeadToken } from './filemail.errors.js';
import { createFilemailService, type FilemailPlace, jsonOf, textOf } from './filemail.service.js';
import { kindOf } from './request.js';
import { createSession, type Session } from './session.js';
import { digestOf } from './ticket.js';

/** Who is signed in at Filemail. */
export interface FilemailTokens {
  /** Good for 7 days. */
  loginToken: string;
  /** Good for 3 months, and for one renewal. */
  refreshToken?: string;
}

/** On whose behalf Filemail is used; with none of it, on behalf of the API key's owner. */
export type FilemailUser =
  | { loginToken?: undefined; refreshToken?: undefined; email?: undefined; password?: undefined }
  /** Signed in by {@link signIn}; with the `refreshToken` the session goes on after its 7 days. */
  | { loginToken: string; refreshToken?: string | undefined; email?: undefined; password?: undefined }
  /** Signed in when need be. */
  | { email: string; password: string; loginToken?: undefined; refreshToken?: undefined };

const QUARTER = 90 * 86_400;

function tokensOf(data: Record<string, unknown>, deed: string): FilemailTokens {
  const loginToken = textOf(data['logintoken']);
  const refreshToken = textOf(data['refreshtoken']);
  if (loginToken) return { loginToken, ...(refreshToken && { refreshToken }) };
  const status = textOf(data['signInStatus']) ?? '';
  const why = textOf(data['twoFactorToken'])
    ? 'the account asks for a second factor, which only its owner can give on the website'
    : `Filemail gave no login token${/^\w{1,60}$/.test(status) ? ` (${status})` : ''}`;
  throw new BackendError('unauthorized', `${deed} failed: ${why}.`);
}

/** Signs a person in, for a host app that wants their own deliveries; the password is not kept. Server side only. */
export async function signIn(place: FilemailPlace, { email, password }: { email: string; password: string }): Promise<FilemailTokens> {
  return login(place, email, password, undefined);
}

async function login(place: FilemailPlace, email: string, password: string, signal: AbortSignal | undefined): Promise<FilemailTokens> {
  const deed = 'Signing in to Filemail';
  const body = { json: { email, password } };
  return tokensOf(jsonOf(await createFilemailService(place)({ deed, path: '/auth/login', body, signal })), deed);
}

async function refresh(place: FilemailPlace, refreshtoken: string, signal: AbortSignal): Promise<FilemailTokens> {
  const deed = 'Renewing the login at Filemail';
  const body = { json: { refreshtoken } };
  return tokensOf(jsonOf(await createFilemailService(place)({ deed, path: '/auth/refreshtoken', body, signal })), deed);
}

/** Ends a login token and the refresh token that came with it. One that is dead already is over too. Server side only. */
export async function signOut(place: FilemailPlace, { loginToken }: Pick<FilemailTokens, 'loginToken'>): Promise<void> {
  const ask = { deed: 'Signing out of Filemail', path: '/auth/logout', method: 'POST', loginToken };
  await createFilemailService(place)(ask).catch((error: unknown) => {
    if (!isDeadToken(error)) throw error;
  });
}

/** Whether the service will never take this refresh token again, so that only a password helps. */
const isSpent = (error: unknown): boolean =>
  ['RefreshTokenExpired', 'RefreshTokenAlreadyUsed'].includes(kindOf(error) ?? '') ||
  ['unauthorized', 'invalid'].includes(String((error as { code?: unknown }).code));

/** The session of a user, shared by all relays; without one, the key speaks for itself. */
export function sessionOf(
  place: FilemailPlace,
  user: FilemailUser,
  store: Store,
): Session<{ loginToken: string; refreshToken: string }> | undefined {
  if (user.loginToken === undefined && user.email === undefined) return undefined;
  // The store takes no `undefined`.
  const kept = ({ loginToken, refreshToken = '' }: FilemailTokens) => ({ loginToken, refreshToken });
  const { loginToken, refreshToken, email, password } = user;
  const name = digestOf(`filemail\n${place.apiKey}\n${email ?? refreshToken ?? loginToken}`);
  const begun = name.then((digest) =>
    createSession({
      store,
      key: `filemail-session:${digest}`,
      ttl: QUARTER,
      first: loginToken === undefined ? undefined : kept({ loginToken, ...(refreshToken !== undefined && { refreshToken }) }),
      isDead: isDeadToken,
      async renew(old, signal) {
        if (old?.refreshToken) {
          try {
            return kept(await refresh(place, old.refreshToken, signal));
          } catch (error) {
            if (!isSpent(error)) throw error;
          }
        }
        if (email === undefined)
          throw new BackendError(
            'unauthorized',
            'The login token of Filemail is over, and no refresh token is good for another: sign in again.',
          );
        return kept(await login(place, email, password, signal));
      },
    }),
  );
  return { use: async (deed, signal) => (await begun).use(deed, signal) };
}
