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
