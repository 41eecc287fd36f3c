import type { S3Place } from '../../src/adapters/s3.js';
import { ask, endMultipart, multipartOf, openMultipart, signUrl } from '../tools/bucket.js';

interface Asked {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
  parts?: { PartNumber: number; ETag: string }[];
}

/** What the page of a peer needs of a server: signatures for the store, and what only a server may say to it. Answers nothing to any other request. */
export function createSigner(place: S3Place) {
  const { endpoint, publicEndpoint = endpoint, bucket } = place;
  const pathOf = ({ key }: Asked): string => `${bucket}/${encodeURIComponent(key)}`;
  const deeds: Record<string, (asked: Asked) => Promise<object>> = {
    sign: async (asked) => {
      const { method, key, uploadId, partNumber } = asked;
      const url = new URL(`${publicEndpoint}/${pathOf(asked)}`);
      if (uploadId !== undefined) url.searchParams.set('uploadId', uploadId);
      else if (method === 'POST') url.searchParams.set('uploads', '');
      if (partNumber !== undefined) url.searchParams.set('partNumber', String(partNumber));
      return { url: await signUrl(place, method, url, 900), key };
    },
    create: async (asked) => ({ key: asked.key, uploadId: await openMultipart(place, pathOf(asked)) }),
    complete: async (asked) => {
      await endMultipart(place, pathOf(asked), asked.uploadId ?? '', asked.parts ?? []);
      return {};
    },
    abort: async (asked) => {
      await ask(place, 'DELETE', multipartOf(pathOf(asked), asked.uploadId ?? ''));
      return {};
    },
  };
  return async (request: Request): Promise<Response | undefined> => {
    const [, deed = ''] = /^\/signer\/(\w+)$/.exec(new URL(request.url).pathname) ?? [];
    return deeds[deed] && Response.json(await deeds[deed]((await request.json()) as Asked));
  };
}
