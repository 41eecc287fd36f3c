import { AwsClient } from 'aws4fetch';
import type { S3Place } from '../../src/adapters/s3.js';

interface Asked {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
  parts?: { PartNumber: number; ETag: string }[];
}

/** What the page of a peer needs of a server: signatures for the store, and what only a server may say to it. Answers nothing to any other request. */
export function createSigner({ endpoint, publicEndpoint = endpoint, region, bucket, credentials }: S3Place) {
  const { accessKeyId, secretAccessKey } = credentials;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const urlOf = (base: string, { key, uploadId, partNumber }: Asked): URL => {
    const url = new URL(`${base}/${bucket}/${encodeURIComponent(key)}`);
    if (uploadId !== undefined) url.searchParams.set('uploadId', uploadId);
    if (partNumber !== undefined) url.searchParams.set('partNumber', String(partNumber));
    return url;
  };
  const sign = async (asked: Asked): Promise<object> => {
    const url = urlOf(publicEndpoint, asked);
    if (asked.method === 'POST' && asked.uploadId === undefined) url.searchParams.set('uploads', '');
    url.searchParams.set('X-Amz-Expires', '900');
    const signed = await client.sign(url.href, { method: asked.method, aws: { signQuery: true } });
    return { url: signed.url, key: asked.key };
  };
  const tell = async (url: URL, method: string, body?: string): Promise<string> => {
    const response = await client.fetch(url.href, { method, ...(body !== undefined && { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`The store answered ${response.status}: ${text}`);
    return text;
  };
  const deeds: Record<string, (asked: Asked) => Promise<object>> = {
    sign,
    create: async (asked) => {
      const url = urlOf(endpoint, asked);
      url.searchParams.set('uploads', '');
      return { key: asked.key, uploadId: /<UploadId>([^<]+)/.exec(await tell(url, 'POST'))?.[1] };
    },
    complete: async (asked) => {
      const parts = (asked.parts ?? []).map(
        ({ PartNumber, ETag }) => `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag></Part>`,
      );
      await tell(urlOf(endpoint, asked), 'POST', `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
      return {};
    },
    abort: async (asked) => {
      await tell(urlOf(endpoint, asked), 'DELETE');
      return {};
    },
  };
  return async (request: Request): Promise<Response | undefined> => {
    const [, , deed = ''] = /^\/(signer)\/(\w+)$/.exec(new URL(request.url).pathname) ?? [];
    return deeds[deed] && Response.json(await deeds[deed]((await request.json()) as Asked));
  };
}
