import { AwsClient } from 'aws4fetch';
import type { Ceph } from './ceph.js';

/** Lines of configuration with which the gateway gives temporary credentials. */
export const STS = ['rgw sts key = a-key-of-16bytes', 'rgw s3 auth use sts = true'];

const ROLE = 'pages';

/** Temporary credentials. */
export interface Temporary {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Makes a role that may do nothing but upload below a place, `bucket/prefix/`; answers what gives credentials of it. */
export async function makeRole(ceph: Ceph, place: string): Promise<() => Promise<Temporary>> {
  const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = policy({ Principal: { AWS: ['arn:aws:iam:::user/test'] }, Action: ['sts:AssumeRole'] });
  const may = policy({
    Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    Resource: `arn:aws:s3:::${place}*`,
  });
  await ceph.admin('role', 'create', `--role-name=${ROLE}`, `--assume-role-policy-doc=${trust}`);
  await ceph.admin('role-policy', 'put', `--role-name=${ROLE}`, '--policy-name=upload', `--policy-doc=${may}`);
  const client = new AwsClient({ ...ceph.credentials, region: ceph.region, service: 'sts', retries: 0 });
  const asked = {
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam:::role/${ROLE}`,
    RoleSessionName: 'page',
    DurationSeconds: '900',
    Version: '2011-06-15',
  };
  return async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await client.fetch(ceph.endpoint, { method: 'POST', headers, body: new URLSearchParams(asked).toString() });
    const text = await response.text();
    const of = (name: string): string => {
      const [, found] = new RegExp(`<${name}>([^<]+)<`).exec(text) ?? [];
      if (found === undefined) throw new Error(`The store gave no ${name}: it answered ${String(response.status)}: ${text}`);
      return found;
    };
    return { accessKeyId: of('AccessKeyId'), secretAccessKey: of('SecretAccessKey'), sessionToken: of('SessionToken') };
  };
}
