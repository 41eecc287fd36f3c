import { createHmac } from 'node:crypto';
import type { S3Place } from './s3.api.js';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The fields of a signed form (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). A page's form needs
 * no preflight, and the store itself refuses another number of bytes.
 */
export function signedForm({ bucket, region, credentials }: S3Place, key: string, size: number, expires: number): Record<string, string> {
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const fields: Record<string, string> = {
    key,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': date,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const conditions = [
    { bucket },
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ['content-length-range', size, size],
  ];
  const policy = Buffer.from(JSON.stringify({ expiration: new Date(Date.now() + expires * 1000).toISOString(), conditions })).toString(
    'base64',
  );
  const signing = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), region), 's3'), 'aws4_request');
  return { ...fields, policy, 'x-amz-signature': hmac(signing, policy).toString('hex') };
}
