import { s3, type S3Place } from '../../src/adapters/s3.js';
import { serve, type ServeOptions } from '../../src/relay/serve.js';
import { memoryStore } from '../../src/relay/store.js';
import { makeBucket } from '../tools/bucket.js';
import { startCeph } from '../tools/ceph.js';
import type { Bench } from './bench.js';

/** Starts a store that keeps so many GiB in memory, with one bucket. */
export async function startStore(bench: Bench, gigabytes: number): Promise<S3Place> {
  const ceph = await startCeph({ gigabytes: Math.max(4, gigabytes) });
  bench.atEnd(() => ceph.stop());
  await makeBucket(ceph, 'bench');
  const { endpoint, region, credentials } = ceph;
  return { endpoint, region, credentials, bucket: 'bench' };
}

/** Starts a relay before a bucket, with pages; answers its address. */
export async function relayTo(bench: Bench, place: S3Place, pages: string, routes?: ServeOptions['routes']): Promise<{ url: string }> {
  const relay = await serve({
    port: 0,
    pages,
    backends: { s3: s3(place) },
    store: memoryStore(),
    secret: 'a secret of at least thirty-two bytes',
    ...(routes && { routes }),
  });
  bench.atEnd(() => relay.close());
  return relay;
}

/** Starts both. */
export const startBucket = async (bench: Bench, pages: string, gigabytes: number): Promise<{ url: string }> =>
  relayTo(bench, await startStore(bench, gigabytes), pages);
