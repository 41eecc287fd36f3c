import type { FilesCom } from './files-com.js';
import { API } from './service.js';

/** An answer, with its body read. */
export interface Answer {
  status: number;
  /** The type of an error, from its header. */
  type: string | null;
  headers: Headers;
  /** The members of the body, where it is an object. */
  body: Record<string, unknown>;
  /** The entries of the body, where it is a list. */
  list: Record<string, unknown>[];
}

/** Who asks: a key, or a session. */
export type Credentials = { key: string } | { session: string };

/** Sends one request to the API, with a JSON body where there is one. */
export type Ask = (method: string, path: string, body?: Record<string, unknown>) => Promise<Answer>;

/** Asks by hand, as a client would that knows nothing. */
export function asking({ url }: FilesCom, credentials?: Credentials): Ask {
  const headers = new Headers();
  if (credentials && 'key' in credentials) headers.set('x-filesapi-key', credentials.key);
  if (credentials && 'session' in credentials) headers.set('x-filesapi-auth', credentials.session);
  return async (method, path, body) => {
    const sent = new Headers(headers);
    if (body) sent.set('content-type', 'application/json');
    const response = await fetch(`${url}${API}${path}`, {
      method,
      headers: sent,
      body: body ? JSON.stringify(body) : null,
      redirect: 'manual',
    });
    const text = await response.text();
    const read: unknown = text === '' ? {} : JSON.parse(text);
    return {
      status: response.status,
      type: response.headers.get('x-files-error-class'),
      headers: response.headers,
      body: Array.isArray(read) ? {} : (read as Record<string, unknown>),
      list: Array.isArray(read) ? (read as Record<string, unknown>[]) : [],
    };
  };
}

/** Asks as a user who signs in with the seed's password. */
export async function askingAs(service: FilesCom, username: string, password: string): Promise<Ask> {
  const { status, body } = await asking(service)('POST', '/sessions', { username, password });
  if (status !== 201) throw new Error(`"${username}" could not sign in.`);
  return asking(service, { session: String(body['id']) });
}
