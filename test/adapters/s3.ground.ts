import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { s3, type S3Options } from '../../src/adapters/s3.js';
import type { Backend } from '../../src/backend/backend.js';
import { makeBucket } from '../tools/bucket.js';
import { type Ceph, startCeph } from '../tools/ceph.js';

/** A real store with one bucket, for the tests of one file. */
export interface Ground {
  ceph: Ceph;
  bucket: string;
  /** Everything that a backend on the bucket is made with, below a prefix that no other has. */
  options: (over?: Partial<S3Options>) => S3Options;
  /** A backend on an empty prefix. */
  backend: (over?: Partial<S3Options>) => Backend;
}

/** Starts a store that ends with the tests of the file. */
export async function ground(how: Parameters<typeof startCeph>[0] = {}): Promise<Ground> {
  const ceph = await startCeph(how);
  after(() => ceph.stop());
  const bucket = 'files';
  await makeBucket(ceph, bucket);
  const options: Ground['options'] = (over) => ({
    endpoint: ceph.endpoint,
    region: ceph.region,
    credentials: ceph.credentials,
    bucket,
    prefix: `${randomUUID()}/`,
    ...over,
  });
  return { ceph, bucket, options, backend: (over) => s3(options(over)) };
}
