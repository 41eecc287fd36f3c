import { BackendError } from '../backend/errors.js';

/** Signs a text; answers lower-case hex. */
export type Sign = (text: string) => Promise<string>;

const encoder = new TextEncoder();

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 of a text as lower-case hex: a name for what must not be told. */
export const digest = async (text: string): Promise<string> => hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));

/**
 * The service's signature: HMAC-SHA256 in hex, whose key is the SHA-1 of the secret as its 40 hex characters, not its 20 bytes.
 * By Web Crypto, which every server runtime has: no library, and no `node:` import in an adapter that runs on Workers too.
 */
export function createSign(secret: string): Sign {
  let key: Promise<CryptoKey> | undefined;
  const importKey = async (): Promise<CryptoKey> => {
    const name = hex(await crypto.subtle.digest('SHA-1', encoder.encode(secret)));
    return crypto.subtle.importKey('raw', encoder.encode(name), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  };
  return async (text) => {
    key ??= importKey();
    return hex(await crypto.subtle.sign('HMAC', await key, encoder.encode(text)));
  };
}

/** Writes a query as it is signed: sorted by name, values percent-encoded; `slashes`: a slash stays one. */
export function queryOf(parameters: Record<string, string>, slashes: boolean): string {
  const encode = (value: string): string => {
    const encoded = encodeURIComponent(value).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
    return slashes ? encoded.replaceAll('%2F', '/') : encoded;
  };
  return Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&');
}

/** Signs a read: the whole URL with its sorted query, the signature after it. Whoever has it may make this one request. */
export async function signRead(sign: Sign, url: string, parameters: Record<string, string>, slashes: boolean): Promise<string> {
  const whole = `${url}?${queryOf(parameters, slashes)}`;
  return `${whole}&signature=${await sign(whole)}`;
}

/**
 * Signs a write: the method's URL alone, so that the signature of a method never changes. Whoever has one may make any such request at any
 * time: it is as secret as the secret.
 */
export const signWrite = (sign: Sign, url: string): Promise<string> => sign(url);

/** Checks the address of a site and answers the one that its methods are below. Throws a {@link BackendError} `invalid`. */
export function apiOf(baseUrl: string): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new BackendError('invalid', `"baseUrl" is no address; expected is one such as https://acme.filetransfers.net.`);
  }
  const { protocol, hostname, origin, pathname, search, hash, username } = url;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback))
    throw new BackendError('invalid', `"baseUrl" must begin with https://: the service refuses ${protocol}//, and keys would be readable.`);
  if (search || hash || username)
    throw new BackendError('invalid', '"baseUrl" is the address of the site alone, without user, query or fragment.');
  return `${origin}${pathname.replace(/\/(api\/?)?$/, '')}/api/`;
}
