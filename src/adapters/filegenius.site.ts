import { BackendError } from '../backend/errors.js';
import type { PartTarget } from '../backend/upload.js';
import type { Brand } from './filegenius.brands.js';
import { meaningOf } from './filegenius.errors.js';
import { apiOf, createSign, signRead, signWrite } from './filegenius.signature.js';
import { createService } from './request.js';

/** A code of `user_auth`, or what answers one. */
export type AuthCode = string | (() => string | Promise<string>) | undefined;

/** The code as it is now. */
export const codeOf = async (code: AuthCode): Promise<string | undefined> => (typeof code === 'function' ? code() : code);

/** How a site is asked. */
export interface SiteOptions {
  brand: Brand;
  baseUrl: string;
  apiKey: string;
  secret: string;
  authCode?: AuthCode;
  format: 'json' | 'xml';
  fetch?: typeof fetch | undefined;
}

type Parameters = Record<string, string>;
type Signal = AbortSignal | undefined;

/** One site of the service. `deed` is what an error says that failed, and to which thing. */
export interface Site {
  brand: Brand;
  /** Where the site is. */
  api: string;
  /** Asks a method that changes nothing, and answers its text. */
  get(deed: string, method: string, parameters: Parameters, signal: Signal): Promise<string>;
  /** Asks a method that changes something. */
  change(verb: 'POST' | 'PUT' | 'DELETE', deed: string, method: string, fields: Parameters, signal: Signal): Promise<string>;
  /** Where a file's bytes go, in one form. The URL and its fields are a permanent right to upload: they stay on the server. */
  uploadTarget(fields: Parameters, filename: string): Promise<PartTarget>;
  /** Begins to fetch a file's bytes. */
  download(deed: string, id: string, headers: Record<string, string>, signal: Signal): Promise<Response>;
}

/** Seconds within which a signed request must begin. How far clocks may differ is not documented, so a new one is signed soon. */
const EXPIRES = 60;

/** Speaks with a site. Throws a {@link BackendError} `invalid` where an option is missing. */
export function createSite({ brand, baseUrl, apiKey, secret, authCode, format, fetch: send }: SiteOptions): Site {
  for (const [name, value] of Object.entries({ apiKey, secret }))
    if (typeof value !== 'string' || value === '') throw new BackendError('invalid', `${brand.name} needs "${name}", a text.`);
  const api = apiOf(baseUrl);
  const sign = createSign(secret);
  const urlOf = (method: string): string => `${api}${method}${format === 'xml' ? '.xml' : ''}`;
  const ask = createService({ name: brand.name, fetch: send, meaning: meaningOf });
  const credentials = async (): Promise<Parameters> => {
    const code = await codeOf(authCode);
    const timestamp = String(Math.floor(Date.now() / 1000));
    return { api_key: apiKey, ...(code === undefined ? {} : { auth_code: code }), timestamp };
  };
  const readUrl = async (method: string, parameters: Parameters): Promise<string> =>
    signRead(sign, urlOf(method), { ...parameters, ...(await credentials()) }, brand.slashes);
  const signed = async (method: string, fields: Parameters): Promise<Parameters> => ({
    ...fields,
    ...(await credentials()),
    signature: await signWrite(sign, urlOf(method)),
  });

  return {
    brand,
    api,
    get: async (deed, method, parameters, signal) => (await ask({ deed, url: await readUrl(method, parameters), signal })).text,
    change: async (verb, deed, method, fields, signal) =>
      (await ask({ deed, url: urlOf(method), method: verb, body: { form: await signed(method, fields) }, signal })).text,
    uploadTarget: async ({ path = '/', ...fields }, filename) => ({
      url: urlOf('file_upload'),
      method: 'POST',
      headers: {},
      form: {
        fields: await signed('file_upload', { path: brand.encodedPath ? encodeURIComponent(path) : path, ...fields }),
        file: 'file',
        filename,
      },
      answer: 'body',
      expires: EXPIRES,
    }),
    download: async (deed, id, headers, signal) => {
      const url = await readUrl('file_download', { file_id: id });
      try {
        return await (send ?? fetch)(url, { headers, redirect: 'manual', credentials: 'omit', ...(signal && { signal }) });
      } catch {
        if (signal?.aborted) throw new BackendError('aborted', `${deed} was aborted.`);
        // what was thrown may quote the URL, which is signed
        throw new BackendError('offline', `${deed} failed: ${brand.name} cannot be reached, or the connection broke.`);
      }
    },
  };
}
