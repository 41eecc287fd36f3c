import type { CallOptions } from '../backend/backend.js';
import type { Store } from '../backend/store.js';
import type { Account } from './files-com.account.js';
import type { Api } from './files-com.api.js';
import type { Entries } from './files-com.entries.js';
import type { View } from './files-com.items.js';
import type { Paths } from './files-com.paths.js';

/** What every call of this backend works with. */
export interface Ground {
  api: Api;
  paths: Paths;
  entries: Entries;
  account: (signal?: AbortSignal) => Promise<Account>;
  view: (options?: CallOptions) => Promise<View>;
  store: Store;
  /** Where in the store these credentials' entries are. */
  prefix: string;
  /** Milliseconds within which a long deed answers how far it is. */
  answerWithin: number;
  /** Does a deed once for each operation. */
  once: <T>(call: string, operation: string, deed: () => Promise<T>) => Promise<T>;
}
