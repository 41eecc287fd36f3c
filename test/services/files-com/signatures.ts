import { createHmac, timingSafeEqual } from 'node:crypto';

const SECRET = 'the secret of the simulated storage';

function signature(path: string, query: URLSearchParams): string {
  const signed = [...query].filter(([name]) => name !== 'X-Amz-Signature').sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', SECRET)
    .update(`${path}?${new URLSearchParams(signed).toString()}`)
    .digest('hex');
}

/** A URL that the API hands out for one thing at storage: the form of an S3 presigned URL, with a signature of our own. */
export function signUrl(origin: string, path: string, query: Record<string, string>, seconds: number): string {
  const all = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'SIMULATED/20260101/us-east-1/s3/aws4_request',
    'X-Amz-Date': new Date().toISOString().replace(/[-:]/g, ''),
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
    ...query,
  });
  all.set('X-Amz-Signature', signature(path, all));
  return `${origin}${path}?${all.toString()}`;
}

/** What is wrong with a signed URL, if anything. */
export function checkUrl(url: URL): 'SignatureDoesNotMatch' | 'expired' | undefined {
  const given = Buffer.from(url.searchParams.get('X-Amz-Signature') ?? '');
  const right = Buffer.from(signature(url.pathname, url.searchParams));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'SignatureDoesNotMatch';
  const date = (url.searchParams.get('X-Amz-Date') ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:');
  const end = new Date(date).getTime() + Number(url.searchParams.get('X-Amz-Expires')) * 1000;
  return Date.now() > end ? 'expired' : undefined;
}
