// The endpoints of Uppy's Companion that @uppy/aws-s3 6.3 calls (src/s3-client/CompanionS3.ts there), in front of a real bucket.
import { createHmac } from 'node:crypto';
import { ask, endMultipart, multipartOf, openMultipart, signUrl } from '../tools/bucket.js';
import type { Ceph } from '../tools/ceph.js';
import { startAnswering, type Answering } from './answering.js';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The fields of a form for one key (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). */
function formFor({ region, credentials }: Ceph, bucket: string, key: string, type: string): Record<string, string> {
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const fields = {
    key,
    'content-type': type,
    success_action_status: '201',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': date,
  };
  const conditions = [{ bucket }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const policy = Buffer.from(JSON.stringify({ expiration: new Date(Date.now() + 300_000).toISOString(), conditions })).toString('base64');
  const signing = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), region));
  return { ...fields, policy, 'x-amz-signature': hmac(signing, policy).toString('hex') };
}

const inXml = (text: string, name: string): string => new RegExp(`<${name}>"?([^<"]*)`).exec(text.replaceAll('&quot;', '"'))?.[1] ?? '';

/** Starts one whose files go below a prefix of a bucket. */
export async function startCompanion(ceph: Ceph, bucket: string, prefix: string): Promise<Answering> {
  const pathOf = (key: string): string => `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

  const answer = async (method: string, url: URL, body: string): Promise<unknown> => {
    const [, , what, id = '', part] = url.pathname.split('/').map(decodeURIComponent);
    const asked = (body === '' ? {} : JSON.parse(body)) as { filename: string; parts: { PartNumber: number; ETag: string }[] };
    const key = url.searchParams.get('key') ?? prefix + (url.searchParams.get('filename') ?? asked.filename);
    const path = pathOf(key);
    const upload = multipartOf(path, id);
    if (what === 'params')
      return {
        method: 'POST',
        url: `${ceph.endpoint}/${bucket}`,
        fields: formFor(ceph, bucket, key, url.searchParams.get('type') ?? ''),
      };
    if (what !== 'multipart') return undefined;
    if (id === '') return { key, bucket, uploadId: await openMultipart(ceph, path) };
    if (method === 'DELETE') return (await ask(ceph, 'DELETE', upload), {});
    if (part === 'complete') {
      await endMultipart(ceph, path, id, asked.parts);
      return { location: `${ceph.endpoint}/${path}`, bucket, key };
    }
    if (part === undefined)
      return [...(await ask(ceph, 'GET', upload)).matchAll(/<Part>.*?<\/Part>/gs)].map(([one]) => ({
        PartNumber: Number(inXml(one, 'PartNumber')),
        ETag: inXml(one, 'ETag'),
      }));
    return { url: await signUrl(ceph, 'PUT', new URL(`${ceph.endpoint}/${upload}&partNumber=${part}`), 300) };
  };

  return startAnswering(answer);
}
