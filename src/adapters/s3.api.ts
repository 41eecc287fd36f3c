import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { type Answer, createService } from './request.js';
import { s3Meaning } from './s3.errors.js';
import { signedForm } from './s3.form.js';

/** Keys that open a bucket; they stay on the server. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials (STS). */
  sessionToken?: string | undefined;
}

/** Where a bucket is, and how it is asked. */
export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com`, `https://<account>.r2.cloudflarestorage.com`, `http://127.0.0.1:9000`, … */
  endpoint: string;
  /** As the store calls it; `auto` for R2. */
  region: string;
  bucket: string;
  credentials: S3Credentials;
  /** Where pages reach the store, if that is another address than the server's own. */
  publicEndpoint?: string | undefined;
  /** `'path'`: the bucket is the path's first step, as every store has it. `'host'`: it is the first label of the host's name. */
  addressing?: 'path' | 'host' | undefined;
  fetch?: typeof fetch | undefined;
  /** Milliseconds for one request; copies within the store may take ten times as long. */
  timeLimit?: number | undefined;
}

/** What a request needs besides its method and key. */
export interface Asking {
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  xml?: string;
  text?: string;
  /** The store itself works for it: it may take long. */
  long?: boolean;
  signal?: AbortSignal | undefined;
}

/** One bucket. Keys are whole: prefixes are the caller's. The key `''` is the bucket itself. */
export interface Api {
  readonly bucket: string;
  ask(deed: string, method: string, key: string, asking?: Asking): Promise<Answer>;
  /** A URL that does one thing without headers, for so many seconds. */
  presign(method: string, key: string, expires: number, query?: Record<string, string>): Promise<string>;
  /** The fields of a form that puts exactly so many bytes under a key, and where it goes: a page's, and the server's own. */
  form(key: string, size: number, expires: number): { url: string; own: string; fields: Record<string, string> };
}

const TIME_LIMIT = 60_000;

const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** A key in a path: everything but the slashes is percent-encoded. */
export const encodeKey = (key: string): string => key.split('/').map(percent).join('/');

function rootOf(endpoint: string, { bucket, addressing = 'path' }: S3Place): string {
  const base = endpoint.replace(/\/+$/, '');
  if (addressing === 'path') return `${base}/${percent(bucket)}`;
  const url = new URL(base);
  url.host = `${bucket}.${url.host}`;
  return url.href.replace(/\/+$/, '');
}

/** Where pages send a bucket's bytes, as a page's policy names it. */
export const originOf = (place: S3Place): string => new URL(rootOf(place.publicEndpoint ?? place.endpoint, place)).origin;

/** The bucket, asked with its credentials (AWS Signature Version 4). */
export function createApi(place: S3Place): Api {
  const { bucket, credentials, region, fetch, timeLimit = TIME_LIMIT } = place;
  const root = rootOf(place.endpoint, place);
  const shown = rootOf(place.publicEndpoint ?? place.endpoint, place);
  const service = (limit: number) => createService({ name: 'the store', fetch, timeLimit: limit, meaning: s3Meaning });
  const [quick, patient] = [service(timeLimit), service(10 * timeLimit)];
  const cache = new Map<string, ArrayBuffer>();
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const given = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }), region, service: 's3', cache };

  const urlOf = (base: string, key: string, query: Record<string, string | number | undefined> = {}): string => {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${percent(name)}=${percent(String(value))}`],
    );
    return `${base}${key === '' ? '' : `/${encodeKey(key)}`}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
  };

  return {
    bucket,
    async ask(deed, method, key, { query, headers, xml, text, long = false, signal } = {}) {
      const body = xml ?? text;
      const sent = {
        ...headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
        ...(xml !== undefined && { 'content-md5': createHash('md5').update(xml).digest('base64') }),
      };
      // A presigned URL knows no plus for a space, and neither does this one.
      const url = urlOf(root, key, query);
      const signed = await new AwsV4Signer({ ...given, method, url, headers: sent }).sign();
      return (long ? patient : quick)({
        deed,
        method,
        url,
        headers: Object.fromEntries(signed.headers),
        ...(body !== undefined && {
          body: { text: body, type: headers?.['content-type'] ?? (xml === undefined ? 'application/json' : 'application/xml') },
        }),
        signal,
      });
    },
    async presign(method, key, expires, query) {
      const url = urlOf(shown, key, { ...query, 'X-Amz-Expires': Math.floor(expires) });
      const signed = await new AwsV4Signer({ ...given, method, url, signQuery: true }).sign();
      // `URLSearchParams` writes a space as a plus, which not every store reads as one.
      return signed.url.href.replaceAll('+', '%20');
    },
    form: (key, size, expires) => ({ url: shown, own: root, fields: signedForm(place, key, size, expires) }),
  };
}
