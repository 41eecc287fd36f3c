import { createHash } from 'node:crypto';
import type { Backend, CallName } from '../backend/backend.js';
import type { Caller } from '../backend/caller.js';
import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { Grant, Limits } from './authorize.js';
import type { Outbox } from './outbox.js';
import type { Bearer, Seals } from './seal.js';

/** What all visits of one relay share. */
export interface Ground {
  seals: Seals;
  store: Store;
  outbox: Outbox;
  /** The URL under which the relay takes bytes, or gives them. */
  urlOf(way: 'bytes' | 'download', sealed: string): string;
  /** Hears of errors that no page is told. */
  report: (error: unknown) => void;
}

/** One user at one backend: what every call is checked against. */
export interface Visit extends Bearer {
  /** The backend itself, which trusts whatever it is asked. */
  to: Backend;
  ground: Ground;
  limits: Limits;
  /** Whether this user may make a call. */
  may: (call: CallName) => boolean;
  /** Whether deliveries of others with the same credentials are shown. */
  all: boolean;
}

/** The visit that a grant allows. */
export const visit = (
  ground: Ground,
  name: string,
  to: Backend,
  { user, root = '', calls, limits = {}, deliveries = 'own' }: Grant,
): Visit => ({
  backend: name,
  user,
  root,
  to,
  ground,
  limits,
  may: (call) => calls?.includes(call) ?? true,
  all: deliveries === 'all',
});

/** For whom the backend is asked. */
export const callerOf = ({ backend, user, root, all, limits }: Visit): Caller => ({ backend, user, root, all, limits });

/** Who is visiting, and nothing else. */
export const bearerOf = ({ backend, user, root }: Bearer): Bearer => ({ backend, user, root });

/** A key of the store that belongs to this visit alone. */
export const keyOf = (kind: string, { backend, user, root }: Bearer, ...more: string[]): string =>
  `${kind}:${JSON.stringify([backend, user, root, ...more])}`;

/** The name by which a backend knows a page's operation: another user may have called one the same. */
export const operationOf = (bearer: Bearer, call: CallName, operation: string): string =>
  createHash('sha256')
    .update(keyOf(call, bearer, operation))
    .digest('base64url');

/** A value on its way through a page, with the visit that it belongs to and the time at which it left. */
interface Bound<T> {
  by: [backend: string, user: string, root: string];
  at: number;
  value: T;
}

const DAY = 86_400_000;

/** Seals values for one purpose to one visit. */
export interface BoundSeal<T> {
  seal(value: T): Promise<string>;
  /** Opens what this visit was given; `old`: more than a day ago. Rejects with `forbidden`, or with `expired` when its days are over. */
  open(sealed: Json | undefined): Promise<{ value: T; old: boolean }>;
}

/** The seal for one purpose, bound to one visit, with the days that it is good for. */
export function boundSeal<T>(
  { ground, backend, user, root }: Pick<Visit, 'ground' | keyof Bearer>,
  purpose: string,
  days: number,
): BoundSeal<T> {
  const seal = ground.seals.of<Bound<T>>(purpose);
  return {
    seal: (value) => seal.seal({ by: [backend, user, root], at: Date.now(), value }),
    async open(sealed) {
      const { by, at, value } = await seal.open(typeof sealed === 'string' ? sealed : '');
      if (by[0] !== backend || by[1] !== user || by[2] !== root)
        throw new BackendError('forbidden', `This ${purpose} belongs to somebody else.`);
      const age = Date.now() - at;
      if (age > days * DAY) throw new BackendError('expired', `This ${purpose} is more than ${days} days old.`);
      return { value, old: age > DAY };
    },
  };
}
