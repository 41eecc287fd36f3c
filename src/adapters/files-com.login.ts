import type { CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import { type Connection, createApi, filesComService, rootOf } from './files-com.api.js';
import { fieldsOf, textOf } from './files-com.reading.js';

/** A visitor who has signed in: what `filesCom` is made with. */
export interface FilesComLogin {
  /** The visitor's own session: it may live in their page's memory, and in nobody else's. */
  sessionId: string;
  username: string;
  /** The folder that the visitor starts in. */
  root: string;
  /** The service lets this visitor do nothing before a second factor is set up there. */
  twoFactorSetupNeeded: boolean;
}

/**
 * Signs a visitor in, on the server of the host app. `otp`: the code of their second factor, where they have one.
 * Rejects with `unauthorized` when the service does not know them, or wants a code.
 */
export async function login(
  username: string,
  password: string,
  otp?: string,
  { signal, ...connection }: Connection & CallOptions = {},
): Promise<FilesComLogin> {
  const answer = await filesComService(connection)({
    deed: 'Signing in',
    method: 'POST',
    url: `${rootOf(connection)}/sessions`,
    headers: { accept: 'application/json' },
    body: { json: { username, password, ...(otp !== undefined && { otp }) } },
    signal,
  });
  const session = fieldsOf(answer.json());
  const sessionId = typeof session['id'] === 'number' ? String(session['id']) : textOf(session['id']);
  if (sessionId === undefined) throw new BackendError('server', 'Signing in failed: Files.com answered no session.');
  return {
    sessionId,
    username,
    root: (textOf(session['root_path']) ?? '').replace(/^\/+|\/+$/g, ''),
    twoFactorSetupNeeded: session['two_factor_setup_needed'] === true,
  };
}

/** Ends a session. One that is over already is no fault. */
export async function logout(sessionId: string, { signal, ...connection }: Connection & CallOptions = {}): Promise<void> {
  const api = createApi(connection, { 'x-filesapi-auth': sessionId });
  await api.delete('Signing out', '/sessions', { signal }).catch((error: unknown) => {
    if (!(error instanceof BackendError) || error.code !== 'unauthorized') throw error;
  });
}
