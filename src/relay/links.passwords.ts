import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Store } from '../backend/store.js';

/** Cost of a guess: 16 MiB and five rounds, as OWASP's password storage sheet has it for scrypt. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const LENGTH = 32;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // Letters that look the same are the same.
    scrypt(password.normalize('NFKC'), salt, LENGTH, { ...COST, maxmem: 2 ** 26 }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

/** What is kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`;
}

/** Whether a password is the one. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [salt = '', key = ''] = kept.split('.');
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url')), Buffer.from(key, 'base64url'));
}

/** Proves to a later request that the password was given, and is no good once there is another one. */
export const markOf = (kept: string): string => createHash('sha256').update(kept).digest('base64url').slice(0, 22);

/** Wrong passwords that one address may give for one link within so many seconds. */
const TRIES = 10;
const WITHIN = 900;

interface Tried {
  count: number;
  /** Milliseconds since 1970. */
  until: number;
}

/** The network that an address stands for: of IPv6 a customer has 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head, tail] = address.replace(/%.*/, '').split('::') as [string, string?];
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - after.length).fill('0'), ...after];
  return whole
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

const keyOf = (id: string, address: string): string => `link-tries:${JSON.stringify([id, networkOf(address)])}`;

/** Counts a try before it is looked at, so that many at once are counted too. Answers the seconds to wait where there were too many. */
export async function countTry(store: Store, id: string, address: string): Promise<number | undefined> {
  const key = keyOf(id, address);
  for (;;) {
    const stored = await store.get(key);
    const before = stored?.value as unknown as Tried | undefined;
    const now = Date.now();
    const tried = before && before.until > now ? before : { count: 0, until: now + WITHIN * 1000 };
    if (tried.count >= TRIES) return Math.ceil((tried.until - now) / 1000);
    const next = { count: tried.count + 1, until: tried.until };
    if ((await store.set(key, next, { ifVersion: stored?.version ?? null, ttl: WITHIN })) !== undefined) return undefined;
  }
}

/** Forgets the tries of somebody who knows the password. */
export const forgetTries = (store: Store, id: string, address: string): Promise<void> => store.delete(keyOf(id, address));
