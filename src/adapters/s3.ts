import { createHash } from 'node:crypto';
import { type Backend, defineBackend } from '../backend/backend.js';
import { type Capabilities, NOTHING } from '../backend/capabilities.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item, Rules } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { UploadCapability } from '../backend/upload.js';
import { createApi, type S3Place } from './s3.api.js';
import { createChanges } from './s3.changes.js';
import { createDownload } from './s3.downloads.js';
import { s3Refusal } from './s3.errors.js';
import { takesForms } from './s3.forms.js';
import type { Ground } from './s3.ground.js';
import { LIST, list } from './s3.listing.js';
import { createKeys, HIDDEN } from './s3.names.js';
import { ownStore } from './s3.own-store.js';
import { createPresign } from './s3.presign.js';
import { createRemover } from './s3.removing.js';
import { createTransfers } from './s3.transfers.js';
import { find, findFolder, itemOf } from './s3.tree.js';
import { createUploads } from './s3.uploads.js';
import { heedSignals } from './signals.js';
import { createSigner } from './ticket.js';

export { checkS3 } from './s3.check.js';
export type { S3Credentials, S3Place } from './s3.api.js';
export { s3Store, type S3StoreOptions } from './s3.store.js';
export { sweepS3 } from './s3.sweep.js';

/** How an {@link s3} is made. */
export interface S3Options extends S3Place {
  /** Where everything lies in the bucket; all of it unless told otherwise. */
  prefix?: string | undefined;
  /** Remembers what became of uploads, and who is at which name. Unless told otherwise it lies in the bucket, below the prefix. */
  store?: Store | undefined;
  /** Bytes; 5 TiB unless told otherwise. */
  maxFileSize?: number | undefined;
  /** Bytes of a part, where nothing speaks for another size; 16 MiB unless told otherwise. Larger files have larger parts. */
  partSize?: number | undefined;
  /** `'equal'` where every part but the last must have one size, as R2 wants it, where that is the default. */
  cuts?: UploadCapability['cuts'] | undefined;
  /** Seconds that a signed URL works; 900 unless told otherwise. */
  expires?: number | undefined;
  /** Bytes that the store copies in one request; 5 GiB unless told otherwise. */
  copyLimit?: number | undefined;
  /** Milliseconds after which a long move, copy or removal answers `pending`; 10,000 unless told otherwise. */
  answerWithin?: number | undefined;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** The smallest part but the last, the largest one, and their number: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART = { min: 5 * MIB, max: 5 * GIB, count: 10_000 };
/** Longest key, in bytes, and what a name may have of it. */
const MAX_NAME = 255;

function uploadOf({ endpoint, maxFileSize = 5 * 1024 * GIB, partSize = 16 * MIB, cuts }: S3Options): UploadCapability {
  const equal = new URL(endpoint).hostname.endsWith('.r2.cloudflarestorage.com');
  const chosen = cuts ?? (equal ? 'equal' : 'free');
  return {
    partSize: { min: PART.min, max: PART.max, preferred: Math.min(PART.max, Math.max(PART.min, partSize)) },
    cuts: chosen,
    maxParts: PART.count,
    maxFileSize,
    parallelParts: 6,
    parallelFiles: 64,
    retryParts: true,
    bytes: 'direct',
    // The store tells sizes of parts and not where they lie: that can be known of equal ones alone, and of others the page remembers it.
    resume: chosen === 'equal' ? 'parts' : 'kept',
    retryStatus: [],
    conflict: ['ask', 'rename', 'replace', 'skip'],
    folders: 'path',
    needsDelivery: false,
    digest: false,
    sizeEnforced: 'complete',
  };
}

/** Refuses options that no store could follow. */
function check({ endpoint, region, bucket, credentials, maxFileSize, partSize, copyLimit, expires }: S3Options): void {
  const refuse = (message: string): never => {
    throw new BackendError('invalid', message);
  };
  if (!URL.canParse(endpoint))
    refuse(`"endpoint" is the URL of a store, such as https://s3.eu-central-1.amazonaws.com, not ${JSON.stringify(endpoint)}.`);
  if (!region) refuse('"region" is the store\'s name of the place, such as eu-central-1; R2 calls it auto.');
  if (!bucket) refuse('"bucket" is the name of a bucket.');
  if (!credentials.accessKeyId || !credentials.secretAccessKey) refuse('"credentials" are an accessKeyId and a secretAccessKey.');
  for (const [name, value] of Object.entries({ maxFileSize, partSize, copyLimit }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      refuse(`"${name}" is a whole number of bytes above 0, not ${String(value)}.`);
  if (expires !== undefined && !(expires >= 1 && expires <= 604_800))
    refuse('"expires" is a number of seconds from 1 to 604,800, which is the most that a signature lasts.');
}

/**
 * A bucket of any S3-compatible store as a backend: for servers, with a relay before it. Parts of files go straight from the page to the
 * store by signed URLs, downloads straight back.
 *
 * - An item's id is its key below the prefix; a folder's ends with a slash. A folder is there as long as any key is below it, and an empty one
 *   has a key of its own. `root` of a relay's `authorize` is such an id too: `users/anna/`.
 * - Up to 5 MiB a file goes in one request to a hidden object, and is copied to its name within the store. Larger ones come in parts under
 *   their own key, so that nothing is copied, and appear when they are complete.
 * - Nothing is replaced unasked: names are given under a lock that all relays share, after a look (`HEAD`) at what is there. That holds among
 *   relays. Parts are also made a file with `If-None-Match: *`, which AWS, R2 and MinIO heed against everybody else; Ceph 16 does not.
 * - A file in parts whose name somebody took meanwhile cannot get another: `complete` under `rename` is then refused as `changed`.
 * - {@link sweepS3} is to be called now and then.
 */
export function s3(options: S3Options): Backend {
  check(options);
  const { prefix = '', expires = 900, copyLimit = 5 * GIB, answerWithin = 10_000, ...place } = options;
  const api = createApi(place);
  const keys = createKeys(prefix);
  const upload = uploadOf(options);
  const name = createHash('sha256')
    .update(JSON.stringify([place.endpoint, place.bucket, keys.prefix]))
    .digest('hex')
    .slice(0, 16);
  const ground: Ground = {
    api,
    keys,
    signer: createSigner(place.credentials.secretAccessKey, `s3 ${name}`),
    store: options.store ?? ownStore(api, `${keys.prefix}${HIDDEN}store/`),
    space: `s3:${name}:`,
    upload,
    copyLimit,
    answerWithin,
    expires,
    remove: createRemover(api),
    takesForms: takesForms(api, keys.prefix, place),
  };
  const can: Capabilities = {
    ...NOTHING,
    account: `s3:${name}`,
    upload,
    list: LIST,
    item: true,
    rules: true,
    createFolder: true,
    rename: true,
    move: true,
    copy: true,
    remove: true,
    download: { bytes: 'direct', ranges: true },
  };
  const calls = {
    capabilities: (): Promise<Capabilities> => Promise.resolve(structuredClone(can)),
    list: (ref, page, options) => list(ground, ref, page, options?.signal),
    item: async ({ id }, options): Promise<Item> => itemOf(await find(ground, id, options?.signal)),
    async rules({ id }, options): Promise<Rules> {
      await findFolder(ground, id, options?.signal);
      return {
        maxNameLength: MAX_NAME,
        nameUnit: 'bytes',
        namePattern: String.raw`^[^/\u0000-\u001f\u007f-\u009f]+$`,
        maxFileSize: upload.maxFileSize,
      };
    },
    download: createDownload(ground),
    ...createUploads(ground),
    ...createChanges(ground),
    ...createTransfers(ground),
    presign: createPresign(ground),
  } satisfies Partial<Backend>;
  return defineBackend({ ...heedSignals(typed(calls)), refusal: s3Refusal });
}

/** Makes every call reject with nothing but errors of the contract. */
function typed<T extends Record<string, (...args: never[]) => Promise<unknown>>>(calls: T): T {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: never[]): Promise<unknown> => {
      try {
        return await call(...args);
      } catch (error) {
        throw toBackendError(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
