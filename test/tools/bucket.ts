import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { Ceph } from './ceph.js';

type Place = Pick<Ceph, 'endpoint' | 'region' | 'credentials'>;

/** The CORS rule that pages need, as README gives it. */
export const CORS = `<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>*</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
    <AllowedMethod>PUT</AllowedMethod>
    <AllowedMethod>POST</AllowedMethod>
    <AllowedHeader>*</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader>
    <MaxAgeSeconds>3600</MaxAgeSeconds>
  </CORSRule>
</CORSConfiguration>`;

/** Asks a store for something that the adapter never asks for. */
export async function ask({ endpoint, region, credentials }: Place, method: string, path: string, body?: string): Promise<string> {
  const client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 });
  const headers = body === undefined ? {} : { 'content-md5': createHash('md5').update(body).digest('base64') };
  const response = await client.fetch(`${endpoint}/${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`);
  return text;
}

/** Makes a bucket that pages of any origin may use. */
export async function makeBucket(place: Place, bucket: string, cors = CORS): Promise<void> {
  await ask(place, 'PUT', bucket);
  if (cors !== '') await ask(place, 'PUT', `${bucket}?cors`, cors);
}

/** Opens a multipart upload for `bucket/key`; answers its id. */
export async function openMultipart(place: Place, path: string): Promise<string> {
  const [, id] = /<UploadId>([^<]+)/.exec(await ask(place, 'POST', `${path}?uploads`)) ?? [];
  if (id === undefined) throw new Error(`The store opened no upload for ${path}.`);
  return id;
}

/** The path of a multipart upload that is open. */
export const multipartOf = (path: string, id: string): string => `${path}?uploadId=${encodeURIComponent(id)}`;

/** Makes the parts of a multipart upload an object. */
export async function endMultipart(place: Place, path: string, id: string, parts: { PartNumber: number; ETag: string }[]): Promise<void> {
  const list = parts.map(({ PartNumber, ETag }) => `<Part><PartNumber>${String(PartNumber)}</PartNumber><ETag>${ETag}</ETag></Part>`);
  await ask(place, 'POST', multipartOf(path, id), `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`);
}

/** Signs a request that a page makes by itself. */
export async function signUrl({ region, credentials }: Place, method: string, url: URL, seconds: number): Promise<string> {
  url.searchParams.set('X-Amz-Expires', String(seconds));
  const client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 });
  return (await client.sign(url.href, { method, aws: { signQuery: true } })).url;
}
