import { Hono } from 'hono';
import { readBody } from './bodies.js';
import { userOf } from './callers.js';
import { Refusal } from './errors.js';
import type { Login, User } from './records.js';
import { granted, writeTime, type Environment, type Routes, type Service } from './service.js';
import { digits } from './state.js';

/** Signs a user in. */
export function logIn({ state, knobs }: Service, user: User): Login {
  const login: Login = {
    token: digits(),
    refreshToken: digits(),
    userId: user.id,
    expires: Date.now() + knobs.loginLifetime * 1000,
    refreshExpires: Date.now() + knobs.refreshLifetime * 1000,
  };
  state.logins.set(login.token, login);
  return login;
}

/** The user of an address and a password; wrong ones are counted. */
export function identify({ state, knobs }: Service, email: string, password: string): User {
  const address = email.toLowerCase();
  const failed = state.failedLogins.get(address) ?? 0;
  if (failed >= knobs.loginTries) throw new Refusal(429, 'CaptchaRequiredForNextLogin', 'There were too many failed sign-ins.');
  const user = [...state.users.values()].find((entry) => entry.email === address);
  if (user?.password !== password) {
    state.failedLogins.set(address, failed + 1);
    throw new Refusal(401, 'WrongUsernamePassword', 'The address or the password is wrong.', {
      data: { logintoken: null, logintokenExpireDate: 0, refreshtoken: null, twoFactorToken: null, signInStatus: 'NotAuthorized' },
    });
  }
  state.failedLogins.delete(address);
  return user;
}

/** Ends a login: its token and its refresh token. */
export function logOut({ state }: Service, token: string): void {
  userOf(state, token);
  state.logins.delete(token);
}

function show(service: Service, login: Login): Record<string, unknown> {
  return {
    logintoken: login.token,
    logintokenExpireDate: writeTime(service, login.expires),
    refreshtoken: login.refreshToken,
    twoFactorToken: null,
    signInStatus: 'Authorized',
  };
}

/** Brings the next pair of tokens, once for each refresh token. */
function refresh(service: Service, token: string): Login {
  const { state } = service;
  if (state.usedRefreshTokens.has(token)) throw new Refusal(400, 'RefreshTokenAlreadyUsed', 'The refresh token was used already.');
  const login = [...state.logins.values()].find(({ refreshToken }) => refreshToken === token);
  const user = login && state.users.get(login.userId);
  if (!user) throw new Refusal(400, 'InvalidParameter', 'The refresh token is not valid.');
  if (login.refreshExpires <= Date.now()) throw new Refusal(400, 'RefreshTokenExpired', 'The refresh token has expired.');
  state.usedRefreshTokens.add(token);
  login.refreshToken = '';
  return logIn(service, user);
}

/** `/auth`. */
export function loginRoutes(service: Service): Routes {
  const app = new Hono<Environment>();
  app.post('/login', async (c) => {
    const body = await readBody(c.req.raw);
    const user = identify(service, body.need('email'), body.need('password'));
    // The status of this is not documented; what is, is that there is such a token.
    if (user.twoFactor)
      return granted(service, {
        logintoken: null,
        logintokenExpireDate: 0,
        refreshtoken: null,
        twoFactorToken: digits(),
        signInStatus: 'TwoFactorRequired',
      });
    return granted(service, show(service, logIn(service, user)));
  });
  app.post('/refreshtoken', async (c) => {
    const body = await readBody(c.req.raw);
    return granted(service, show(service, refresh(service, body.need('refreshtoken'))));
  });
  app.post('/logout', (c) => {
    const { token } = c.var.caller;
    if (token === undefined) throw new Refusal(401, 'InvalidOrExpiredLoginToken', 'The header logintoken is missing.');
    logOut(service, token);
    return granted(service, null);
  });
  return app;
}
