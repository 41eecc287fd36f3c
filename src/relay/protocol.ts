import type { Backend, CallName, CallOptions } from '../backend/backend.js';
import type { ErrorInfo } from '../backend/errors.js';

type Positional<F> = F extends (...args: infer A) => unknown ? (Required<A> extends [...infer P, CallOptions] ? P : never) : never;
type Contacts = Backend['contacts'];
type Method<C extends CallName> = C extends `contacts.${infer K extends keyof Contacts}`
  ? Contacts[K]
  : C extends keyof Backend
    ? Backend[C]
    : never;

/** What a call takes on the wire: its arguments without the options, which stay where they are. */
export type Args<C extends CallName> = Positional<Method<C>>;

/** What a call answers. */
export type Answer<C extends CallName> = Awaited<ReturnType<Method<C>>>;

/** The header by which a page says which request for files its visitor follows. */
export const LINK_HEADER = 'x-ferry-link';

/** Every call of the contract, with the number of its arguments. A call that is forgotten here does not compile. */
export const CALLS: { readonly [C in CallName]: Args<C>['length'] } = {
  capabilities: 1,
  quota: 0,
  init: 2,
  part: 2,
  parts: 1,
  complete: 3,
  abort: 1,
  list: 2,
  item: 1,
  describe: 2,
  rules: 1,
  createFolder: 3,
  rename: 2,
  move: 2,
  copy: 2,
  remove: 2,
  download: 1,
  activity: 1,
  lock: 1,
  unlock: 1,
  recipients: 2,
  'contacts.add': 1,
  'contacts.update': 2,
  'contacts.remove': 1,
  open: 1,
  check: 1,
  send: 1,
  deliveries: 1,
  delivery: 1,
  change: 2,
  forward: 2,
  retry: 1,
  revoke: 1,
  request: 1,
  requests: 1,
};

/** Calls that may take long or answer much: each has a request of its own, so that nothing waits behind it. */
export const ALONE: readonly string[] = ['list', 'copy', 'move', 'send'] satisfies CallName[];

/** Most calls in one request. */
export const MAX_ENTRIES = 100;

/** Most bytes of one request. */
export const MAX_BYTES = 1_000_000;

/** Most bytes of a request that holds one `complete` and nothing else, as 10,000 uploaded parts need more than {@link MAX_BYTES}. */
export const MAX_COMPLETE_BYTES = 4_000_000;

/** Seconds of silence after which the relay sends an empty line, so that no proxy takes a long call for a dead one. */
export const HEARTBEAT = 15;

/** Media type of the relay's answers: one JSON object a line, in order of finishing. */
export const NDJSON = 'application/x-ndjson';

/** One call on the wire. `n` is the caller's own number for it. */
export interface Entry {
  n: number;
  backend: string;
  call: string;
  args: unknown[];
}

/** One line of the answer. An error without `n` is about the whole request. */
export interface Line {
  n?: number;
  value?: unknown;
  error?: ErrorInfo;
}
