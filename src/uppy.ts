// What a site that has Uppy already needs of Ferrykit besides `<ferry-upload .uppy=${uppy}>`.
import type { Presigned, Presigning } from './backend/backend.js';
import type { RelayBackendOptions } from './relay/client.js';

/** How a relay is asked for signatures; its `backend` is an `s3`. */
export type SignRequestOptions = Pick<RelayBackendOptions, 'url' | 'backend' | 'headers' | 'credentials'>;

/**
 * `signRequest` for `@uppy/aws-s3` that asks a relay: `uppy.use(AwsS3, { signRequest: signRequest({ url: '/relay', backend: 's3' }) })`.
 * The relay's `authorize` decides who may upload, and into which folder; hooks do not hear of what an S3 client does by itself.
 */
export function signRequest({ url, backend, headers, credentials = 'same-origin' }: SignRequestOptions) {
  const address = `${url.replace(/\/$/, '')}/presign/${encodeURIComponent(backend)}`;
  return async ({ method, key, uploadId, partNumber }: Presigning): Promise<Presigned> => {
    const sent = new Headers(typeof headers === 'function' ? await headers() : headers);
    sent.set('content-type', 'application/json');
    const body = JSON.stringify({ method, key, uploadId, partNumber });
    const response = await fetch(address, { method: 'POST', headers: sent, body, credentials });
    const answer = (await response.json().catch(() => ({}))) as Partial<Presigned> & { error?: { message?: string } };
    if (!response.ok || answer.url === undefined || answer.key === undefined)
      throw new Error(answer.error?.message ?? `The relay signed nothing: it answered ${String(response.status)}.`);
    return { url: answer.url, key: answer.key };
  };
}
