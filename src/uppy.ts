// What a site that has Uppy already needs of Ferrykit besides `<ferry-upload .uppy=${uppy}>`.

/** What `@uppy/aws-s3` wants to have signed; other fields are its own affair. */
export interface SignableRequest {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
}

/** How a relay is asked for signatures. */
export interface SignRequestOptions {
  /** URL of the relay, such as `/relay`. */
  url: string;
  /** The backend's name there, which is an `s3`. */
  backend: string;
  /** What else each request carries, such as `Authorization`. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** `same-origin` unless told otherwise. */
  credentials?: RequestCredentials;
}

/**
 * `signRequest` for `@uppy/aws-s3` that asks a relay: `uppy.use(AwsS3, { signRequest: signRequest({ url: '/relay', backend: 's3' }) })`.
 * The relay's `authorize` decides who may upload, and into which folder; hooks do not hear of what an S3 client does by itself.
 */
export function signRequest({ url, backend, headers, credentials = 'same-origin' }: SignRequestOptions) {
  const address = `${url.replace(/\/$/, '')}/presign/${encodeURIComponent(backend)}`;
  return async ({ method, key, uploadId, partNumber }: SignableRequest): Promise<{ url: string; key: string }> => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { ...(await headers?.()), 'content-type': 'application/json' },
      body: JSON.stringify({ method, key, uploadId, partNumber }),
      credentials,
    });
    const answer = (await response.json().catch(() => ({}))) as { url?: string; key?: string; error?: { message?: string } };
    if (!response.ok || answer.url === undefined || answer.key === undefined)
      throw new Error(answer.error?.message ?? `The relay signed nothing: it answered ${String(response.status)}.`);
    return { url: answer.url, key: answer.key };
  };
}
