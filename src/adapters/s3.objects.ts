import { BackendError } from '../backend/errors.js';
import type { Api } from './s3.api.js';
import { encodeKey } from './s3.api.js';
import { unlessGone } from './s3.errors.js';
import { escaped, keyIn, listOf, textOf, type Tree, treeOf } from './s3.xml.js';

type Signal = AbortSignal | undefined;

/** An object, as `HEAD` or a listing tells of it. */
export interface S3Object {
  key: string;
  size: number;
  etag: string;
  /** Milliseconds since 1970, whole seconds: `HEAD` tells no finer. */
  modified: number;
  /** Media type; only `HEAD` tells. */
  type?: string | undefined;
  /** The upload that made it; only `HEAD` tells. */
  upload?: string | undefined;
}

/** One page of keys: objects, and what `delimiter` rolls up. */
export interface Page {
  objects: S3Object[];
  prefixes: string[];
  next?: string | undefined;
}

/** The metadata by which an object is recognised as what an upload made. */
export const MARK = 'x-amz-meta-ferrykit-upload';

/** An ETag without quotes: not every answer has them. */
export const bare = (etag: string | null | undefined): string => (etag ?? '').replace(/^W\/|"/g, '');

/** A date of the store, in milliseconds since 1970: whole seconds; 0 where it is none. */
export const secondsOf = (date: string | null | undefined): number => Math.floor(Date.parse(date ?? '') / 1000) * 1000 || 0;

const objectOf = (tree: Tree): S3Object => ({
  key: keyIn(tree['Key']) ?? '',
  size: Number(textOf(tree['Size'])),
  etag: bare(textOf(tree['ETag'])),
  modified: secondsOf(textOf(tree['LastModified'])),
});

/** What is known of an object; nothing where there is none. */
export async function head(api: Api, key: string, signal?: Signal): Promise<S3Object | undefined> {
  const answer = await unlessGone(api.ask(`Looking at ${JSON.stringify(key)}`, 'HEAD', key, { signal }));
  if (!answer) return undefined;
  const { headers } = answer;
  return {
    key,
    size: Number(headers.get('content-length')),
    etag: bare(headers.get('etag')),
    modified: secondsOf(headers.get('last-modified')),
    type: headers.get('content-type') ?? undefined,
    upload: headers.get(MARK) ?? undefined,
  };
}

/** One page of the keys below a prefix, in the store's order: by bytes. */
export async function listKeys(
  api: Api,
  prefix: string,
  {
    token,
    limit = 1000,
    flat = false,
    after,
    signal,
  }: { token?: string | undefined; limit?: number; flat?: boolean; after?: string | undefined; signal?: Signal } = {},
): Promise<Page> {
  const deed = `Listing ${JSON.stringify(prefix)}`;
  const query = {
    'list-type': 2,
    'encoding-type': 'url',
    'max-keys': limit,
    prefix,
    delimiter: flat ? undefined : '/',
    'continuation-token': token,
    'start-after': after,
  };
  const tree = treeOf((await api.ask(deed, 'GET', '', { query, signal })).text, 'ListBucketResult', deed);
  const next = textOf(tree['IsTruncated']) === 'true' ? textOf(tree['NextContinuationToken']) : undefined;
  return {
    objects: listOf(tree['Contents']).map(objectOf),
    prefixes: listOf(tree['CommonPrefixes']).flatMap((one) => keyIn(one['Prefix']) ?? []),
    next,
  };
}

/** Whether anything has a key with this prefix. */
export async function hasBelow(api: Api, prefix: string, signal?: Signal): Promise<boolean> {
  return (await listKeys(api, prefix, { limit: 1, flat: true, signal })).objects.length > 0;
}

/** Writes a small object. */
export async function putObject(
  api: Api,
  key: string,
  text: string,
  { headers, signal }: { headers?: Record<string, string>; signal?: Signal } = {},
): Promise<void> {
  await api.ask(`Writing ${JSON.stringify(key)}`, 'PUT', key, { text, ...(headers && { headers }), signal });
}

/** Deletes one object; one that is gone is no error. */
export async function deleteObject(api: Api, key: string, signal?: Signal): Promise<void> {
  await unlessGone(api.ask(`Removing ${JSON.stringify(key)}`, 'DELETE', key, { signal }));
}

/** Deletes up to 1,000 objects in one request; answers which are still there, and the store's name for why. */
export async function deleteObjects(api: Api, keys: readonly string[], signal?: Signal): Promise<Map<string, string>> {
  const deed = `Removing ${String(keys.length)} objects`;
  // XML has no way to write most control characters.
  const isOdd = (key: string): boolean => /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/u.test(key);
  await Promise.all(keys.filter(isOdd).map((key) => deleteObject(api, key, signal)));
  const even = keys.filter((key) => !isOdd(key)).map((key) => `<Object><Key>${escaped(key)}</Key></Object>`);
  if (even.length === 0) return new Map();
  const xml = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${even.join('')}</Delete>`;
  const answer = await api.ask(deed, 'POST', '', { query: { delete: '' }, xml, long: true, signal });
  const failed = listOf(treeOf(answer.text, 'DeleteResult', deed)['Error']);
  const told = failed.map((error) => [textOf(error['Key']) ?? '', textOf(error['Code']) ?? 'InternalError'] as const);
  return new Map(told.filter(([, code]) => code !== 'NoSuchKey'));
}

/** What is said of an object that could not be deleted. */
export const notDeleted = (key: string, code: string): BackendError =>
  new BackendError(code === 'AccessDenied' ? 'forbidden' : 'server', `Removing ${JSON.stringify(key)} failed (${code}).`);

/** Deletes up to 1,000 objects; rejects where one is still there. */
export async function deleteAll(api: Api, keys: readonly string[], signal?: Signal): Promise<void> {
  for (const [key, code] of await deleteObjects(api, keys, signal)) throw notDeleted(key, code);
}

/** The header that names what is copied. */
export const sourceOf = ({ bucket }: Api, key: string): string => `/${encodeKey(bucket)}/${encodeKey(key)}`;
