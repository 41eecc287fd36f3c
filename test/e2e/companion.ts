// The endpoints of Uppy's Companion that @uppy/aws-s3 6.3 calls (src/s3-client/CompanionS3.ts there), in front of a real bucket.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsClient } from 'aws4fetch';
import { ask } from '../tools/bucket.js';
import type { Ceph } from '../tools/ceph.js';

/** A Companion that runs. */
export interface Companion {
  url: string;
  /** While it is set, everything is refused with it. */
  refuses: number | undefined;
  close: () => void;
}

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

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

const inXml = (text: string, name: string): string => new RegExp(`<${name}>"?([^<"]*)`).exec(text.replaceAll('&quot;', '"'))?.[1] ?? '';

/** Starts one whose files go below a prefix of a bucket. */
export async function startCompanion(ceph: Ceph, bucket: string, prefix: string): Promise<Companion> {
  const client = new AwsClient({ ...ceph.credentials, region: ceph.region, service: 's3', retries: 0 });
  const pathOf = (key: string): string => `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

  const answer = async (method: string, url: URL, body: string): Promise<unknown> => {
    const [, , what, id = '', part] = url.pathname.split('/').map(decodeURIComponent);
    const asked = (body === '' ? {} : JSON.parse(body)) as { filename: string; parts: { PartNumber: number; ETag: string }[] };
    const key = url.searchParams.get('key') ?? prefix + (url.searchParams.get('filename') ?? asked.filename);
    const path = pathOf(key);
    const upload = `${path}?uploadId=${encodeURIComponent(id)}`;
    if (what === 'params')
      return {
        method: 'POST',
        url: `${ceph.endpoint}/${bucket}`,
        fields: formFor(ceph, bucket, key, url.searchParams.get('type') ?? ''),
      };
    if (what !== 'multipart') return undefined;
    if (id === '') return { key, bucket, uploadId: inXml(await ask(ceph, 'POST', `${path}?uploads`), 'UploadId') };
    if (method === 'DELETE') return (await ask(ceph, 'DELETE', upload), {});
    if (part === 'complete') {
      const list = asked.parts.map(
        ({ PartNumber, ETag }) => `<Part><PartNumber>${String(PartNumber)}</PartNumber><ETag>${ETag}</ETag></Part>`,
      );
      await ask(ceph, 'POST', upload, `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`);
      return { location: `${ceph.endpoint}/${path}`, bucket, key };
    }
    if (part === undefined)
      return [...(await ask(ceph, 'GET', upload)).matchAll(/<Part>.*?<\/Part>/gs)].map(([one]) => ({
        PartNumber: Number(inXml(one, 'PartNumber')),
        ETag: inXml(one, 'ETag'),
      }));
    const signed = `${ceph.endpoint}/${upload}&partNumber=${part}&X-Amz-Expires=300`;
    return { url: (await client.sign(signed, { method: 'PUT', aws: { signQuery: true } })).url };
  };

  const companion: Companion = { url: '', refuses: undefined, close: () => server.close() };
  const server = createServer((request, response) => {
    const say = (status: number, value: unknown): void => {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' };
      response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    void (async () => {
      const { method = '', url = '' } = request;
      if (method === 'OPTIONS') say(200, {});
      else if (companion.refuses !== undefined) say(companion.refuses, {});
      else {
        const value = await answer(method, new URL(url, 'http://companion'), await textOf(request));
        say(value === undefined ? 404 : 200, value ?? {});
      }
    })().catch((error: unknown) => say(500, { message: String(error) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  companion.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return companion;
}
