import { equal, ok, rejects } from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { s3, type S3Options } from '../../src/adapters/s3.js';
import type { Backend } from '../../src/backend/backend.js';
import { type ErrorCode, isBackendError } from '../../src/backend/errors.js';
import { type Item, ROOT } from '../../src/backend/item.js';
import type { Completed, Conflict, Initiated, Part, Ticket, UploadedPart } from '../../src/backend/upload.js';
import { Cuts } from '../../src/uploads/parts.js';
import { put } from '../contract/bytes.js';
import { makeBucket } from '../tools/bucket.js';
import { type Ceph, type CephOptions, startCeph } from '../tools/ceph.js';

export const MIB = 2 ** 20;

/** A real store with one bucket, for the tests of one file. */
export interface Ground {
  ceph: Ceph;
  /** Everything that a backend on the bucket is made with, below a prefix that no other has. */
  options: (over?: Partial<S3Options>) => S3Options;
  /** A backend on an empty prefix. */
  backend: (over?: Partial<S3Options>) => Backend;
}

/** Starts a store with the bucket `files`, which ends with the tests of the file. */
export async function ground(how?: CephOptions): Promise<Ground> {
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
  return { ceph, options, backend: (over) => s3(options(over)) };
}

/** What a file is described by besides its name and size. */
interface How {
  path?: string | undefined;
  conflict?: Conflict;
}

async function open(
  backend: Backend,
  name: string,
  size: number,
  { path, conflict = 'ask' }: How,
): Promise<Extract<Initiated, { ticket: Ticket }>> {
  const file = { name, size, type: 'text/plain', ...(path !== undefined && { path }) };
  const initiated = await backend.init(file, { folder: ROOT, conflict });
  if (!('ticket' in initiated)) throw new Error(`"${name}" was not opened: ${JSON.stringify(initiated)}`);
  return initiated;
}

/** Opens an upload and answers its ticket. */
export const begin = async (backend: Backend, name: string, size: number, how: How = {}): Promise<Ticket> =>
  (await open(backend, name, size, how)).ticket;

/** The item that an upload became. */
export function itemOf(completed: Completed): Item {
  if (!('item' in completed)) throw new Error(`not completed: ${JSON.stringify(completed)}`);
  return completed.item;
}

/** Uploads as the queue does: cut as the backend wants it, six parts at once. */
export async function upload(backend: Backend, name: string, bytes: Uint8Array, path?: string): Promise<Item> {
  const { ticket, upload: limits } = await open(backend, name, bytes.length, { path });
  const cuts = new Cuts(bytes.length, limits);
  const next = (): Part | undefined => cuts.take(limits.partSize.preferred);
  const parts: UploadedPart[] = [];
  const work = async (): Promise<void> => {
    for (let part = next(); part; part = next())
      parts.push((await put(backend, ticket, part, bytes.subarray(part.start, part.end))).uploaded);
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return itemOf(await backend.complete(ticket, parts, {}));
}

/** A file as one part. */
export const whole = (size: number): Part => ({ number: 1, start: 0, end: size });

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Waits for a refusal with this code, and these words for the developer. */
export const refuses = (call: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> =>
  rejects(call, (error) => {
    ok(isBackendError(error), String(error));
    equal(error.code, code, error.message);
    ok(words.test(error.message), error.message);
    return true;
  });
