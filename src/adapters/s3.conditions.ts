import { randomUUID } from 'node:crypto';
import { BackendError } from '../backend/errors.js';
import type { Api } from './s3.api.js';
import { hasCode, isKind } from './s3.errors.js';
import { bare, deleteObject } from './s3.objects.js';

/** How a store wants its conditions. */
export interface Conditions {
  /** An ETag as `If-Match` has it: Ceph 16 compares without quotes, which the others read as well as with them. */
  match: (etag: string) => string;
}

const quoted = (etag: string): string => `"${etag}"`;

async function tried(api: Api, key: string, headers: Record<string, string>): Promise<string | undefined> {
  try {
    const answer = await api.ask('Trying conditional writes', 'PUT', key, { text: randomUUID(), headers });
    return bare(answer.headers.get('etag'));
  } catch (error) {
    if (isKind(error, 'PreconditionFailed') || hasCode(error, 'unsupported', 'changed', 'invalid')) return undefined;
    throw error;
  }
}

async function find(api: Api, prefix: string): Promise<Conditions> {
  const key = `${prefix}try-${randomUUID()}`;
  const none = { 'if-none-match': '*' };
  const refuse = (what: string): never => {
    throw new BackendError(
      'unsupported',
      `The store does not honour "${what}" with PUT, so two writers would not see each other: keep what relays share in another store.`,
    );
  };
  try {
    const first = await tried(api, key, none);
    if (first === undefined || (await tried(api, key, none)) !== undefined) return refuse('If-None-Match: *');
    if ((await tried(api, key, { 'if-match': quoted('0'.repeat(32)) })) !== undefined) return refuse('If-Match');
    if ((await tried(api, key, { 'if-match': quoted(first) })) !== undefined) return { match: quoted };
    if ((await tried(api, key, { 'if-match': '0'.repeat(32) })) !== undefined) return refuse('If-Match');
    if ((await tried(api, key, { 'if-match': first })) !== undefined) return { match: (etag) => etag };
    return refuse('If-Match');
  } finally {
    await deleteObject(api, key);
  }
}

/** Finds out, once, whether a bucket honours conditional writes, and how it wants them; rejects with `unsupported` where it does not. */
export function conditionsOf(api: Api, prefix: string): () => Promise<Conditions> {
  let found: Promise<Conditions> | undefined;
  return () =>
    (found ??= find(api, prefix).catch((error: unknown) => {
      // An answer is an answer; a store that could not be reached is asked again.
      if (!hasCode(error, 'unsupported')) found = undefined;
      throw error;
    }));
}
