import type { Json } from './item.js';

/** A value with the version that it has, for a conditional `set`. */
export interface Stored {
  value: Json;
  version: string;
}

/** When a `set` may happen, and how long its value lives. */
export interface SetOptions {
  /** Write only over this version; `null`: only where nothing is. Absent: always. */
  ifVersion?: string | null;
  /** Seconds. */
  ttl?: number;
}

/** What must be remembered between calls, shared by all relays: sessions, links, limits, operation ids. */
export interface Store {
  get(key: string): Promise<Stored | undefined>;
  /** Answers the new version, or `undefined` when `ifVersion` did not hold and nothing was written. */
  set(key: string, value: Json, options?: SetOptions): Promise<string | undefined>;
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, in no order. */
  keys(prefix: string): AsyncIterable<string>;
}
