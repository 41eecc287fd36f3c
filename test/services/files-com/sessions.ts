import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { notFound, Refusal } from './errors.js';
import { writeDate, type Parameters } from './parameters.js';
import type { ApiKey, User } from './records.js';
import { note, type Environment, type Routes, type Service } from './service.js';

/** Sign-ins that wait for their second factor, by their id. */
type Partial = Map<string, number>;

function signIn({ state }: Service, partial: Partial, parameters: Parameters): User {
  const half = partial.get(parameters.text('partial_session_id') ?? '');
  const user =
    half === undefined
      ? [...state.users.values()].find((entry) => entry.username.toLowerCase() === parameters.text('username')?.toLowerCase())
      : state.users.get(half);
  if (user?.lockedOut) throw new Refusal('not-authenticated/locked-out', 'You are locked out because of too many failed attempts.');
  if (!user || user.disabled || (half === undefined && user.password !== parameters.text('password'))) {
    throw new Refusal('not-authenticated/invalid-username-or-password', 'Invalid username or password.');
  }
  const otp = parameters.text('otp');
  if (user.otp !== undefined && otp === undefined) {
    const id = randomBytes(20).toString('hex');
    partial.set(id, user.id);
    throw new Refusal('not-authorized/two-factor-authentication-required', 'Two factor authentication is required.', {
      data: { partial_session_id: id, two_factor_authentication_methods: ['totp'] },
    });
  }
  if (user.otp !== undefined && otp !== user.otp) {
    throw new Refusal('not-authenticated/one-time-password-incorrect', 'The one time password is incorrect.');
  }
  return user;
}

/** `/sessions`: the two routes that are asked without being signed in. */
export function sessionRoutes(service: Service): Routes {
  const { state } = service;
  const partial: Partial = new Map();
  const app = new Hono<Environment>();
  app.post('/', (c) => {
    if (c.req.header('x-filesapi-key') !== undefined) {
      throw new Refusal('not-authorized/cannot-login-while-using-key', 'You cannot log in while using an API key.');
    }
    const user = signIn(service, partial, c.var.parameters);
    const id = randomBytes(20).toString('hex');
    state.sessions.set(id, { id, userId: user.id, createdAt: new Date() });
    note(service, { user, key: undefined, sessionId: id, admin: user.siteAdmin }, 'login', '');
    const answer: Record<string, unknown> = { id, language: 'en', read_only: false, sftp_insecure_ciphers: false };
    // The older members are told where they say something.
    if (user.rootPath) answer['root_path'] = user.rootPath;
    if (user.twoFactorSetupNeeded) Object.assign(answer, { two_factor_setup_needed: true, allowed_2fa_method_totp: true });
    return c.json(answer, 201);
  });
  app.delete('/', (c) => {
    state.sessions.delete(c.req.header('x-filesapi-auth') ?? '');
    return c.body(null, 204);
  });
  return app;
}

const show = (key: ApiKey): Record<string, unknown> => ({
  id: key.id,
  name: key.name,
  permission_set: key.permissionSet,
  user_id: key.userId,
  path: key.path || null,
  created_at: writeDate(key.createdAt),
  expires_at: writeDate(key.expiresAt),
  platform: null,
});

/** `/api_key`: what the key that asks is. */
export function keyRoutes(): Routes {
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { key } = c.var.caller;
    if (!key) throw notFound('API key');
    return c.json(show(key));
  });
  return app;
}
