import type { Store } from '../backend/store.js';
import type { UploadCapability } from '../backend/upload.js';
import { exclusively } from './lock.js';
import type { Api } from './s3.api.js';
import type { Keys } from './s3.names.js';
import type { Signer } from './ticket.js';

/** What every call of this backend works with. */
export interface Ground {
  api: Api;
  keys: Keys;
  signer: Signer;
  store: Store;
  /** Where in the store this bucket's entries are. */
  space: string;
  upload: UploadCapability;
  /** Bytes that the store copies in one request. */
  copyLimit: number;
  /** Milliseconds within which a long deed answers how far it is. */
  answerWithin: number;
  /** Seconds that a URL works. */
  expires: number;
  /** Deletes a hidden object, together with others of the same moment. */
  remove: (key: string) => Promise<void>;
  /** Whether pages may send small files as forms; found out once. */
  takesForms: () => Promise<boolean>;
}

/** Does a deed while nobody else gives the same name to anything. */
export const holding = <T>({ store, space, keys }: Ground, id: string, deed: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
  exclusively(store, `${space}name:${keys.prefix}${id.replace(/\/$/, '')}`, deed, signal);
