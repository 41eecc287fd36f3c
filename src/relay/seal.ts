import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { BackendError } from '../backend/errors.js';

/** Who came, to which backend, and below which folder they stay: what every claim and every sealed value is bound to. */
export interface Bearer {
  backend: string;
  user: string;
  /** The id of the folder that is this user's root; `''` is the backend's own. */
  root: string;
}

/** Namespaces of ids: services number their files, deliveries and contacts alike, and a claim on one is none on the other. */
export type Named = 'item' | 'delivery' | 'contact' | 'request' | 'account';

/** Encrypts plain values for one purpose, and opens them again. */
export interface Seal<T> {
  seal(value: T): Promise<string>;
  /** Opens what was sealed for this purpose under any of the secrets. Anything else rejects with `forbidden`. */
  open(sealed: string): Promise<T>;
}

/** Keeps what pages carry around from being read, changed, or used by somebody else. */
export interface Seals {
  /** The seal for one purpose: what it sealed, no other opens. */
  of<T>(purpose: string): Seal<T>;
  /** The proof that this bearer may name an id. */
  claim(named: Named, bearer: Bearer, id: string): string;
  /** Whether a claim is one. Takes as long for a wrong one as for a right one. */
  claimed(named: Named, bearer: Bearer, id: string, claim: string | undefined): boolean;
}

const CLAIM_BYTES = 16;

/** Characters of a claim; what follows them is a receipt. */
export const CLAIM_LENGTH = 22;

const SHORTEST = 32;

/** Checks secrets: at least one, each of at least 32 bytes. Throws an `Error` that names the caller and says what is expected. */
export function checkSecrets(secret: string | readonly string[], caller: string): [string, ...string[]] {
  const check = (one: unknown, index: number): string => {
    const length = typeof one === 'string' ? Buffer.byteLength(one) : 0;
    if (typeof one !== 'string' || length < SHORTEST) {
      throw new Error(
        `${caller}: secret ${index + 1} is ${length} bytes long; it needs at least ${SHORTEST}, for example the output of "openssl rand -base64 32".`,
      );
    }
    return one;
  };
  const [first, ...others] = typeof secret === 'string' ? [secret] : secret;
  return [check(first, 0), ...others.map((one, index) => check(one, index + 1))];
}

const derive = (secret: string, purpose: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hkdfSync('sha256', secret, 'ferrykit', purpose, 32));

/** The seals of a relay. The first secret seals, all of them open, so that secrets can be changed while uploads run. */
export function seals(secret: string | readonly string[], caller = 'relay'): Seals {
  const [first, ...others] = checkSecrets(secret, caller);
  const claimKey = derive(first, 'claim 1');
  const claimKeys = [claimKey, ...others.map((one) => derive(one, 'claim 1'))];
  const mac = (key: Uint8Array, named: Named, { backend, user, root }: Bearer, id: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([named, backend, user, root, id]))
      .digest()
      .subarray(0, CLAIM_BYTES);
  // A key of its own for every purpose, so that what was sealed as a cursor cannot be opened as a ticket.
  const keyFor = (one: string, purpose: string): Promise<CryptoKey> =>
    crypto.subtle.importKey('raw', derive(one, `seal 1 ${purpose}`), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const made = new Map<string, Seal<unknown>>();

  function make(purpose: string): Seal<unknown> {
    const key = keyFor(first, purpose);
    const keys = [key, ...others.map((one) => keyFor(one, purpose))];
    return {
      seal: async (value) =>
        new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .encrypt(await key),
      async open(sealed) {
        for (const one of keys) {
          try {
            const { plaintext } = await compactDecrypt(sealed, await one, {
              keyManagementAlgorithms: ['dir'],
              contentEncryptionAlgorithms: ['A256GCM'],
            });
            const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
            return value;
          } catch {
            // Perhaps the next secret.
          }
        }
        throw new BackendError('forbidden', `This ${purpose} was not made by this relay, or was changed on its way.`);
      },
    };
  }

  return {
    of<T>(purpose: string) {
      const seal = made.get(purpose) ?? make(purpose);
      made.set(purpose, seal);
      return seal as Seal<T>;
    },
    claim: (named, bearer, id) => mac(claimKey, named, bearer, id).toString('base64url'),
    claimed(named, bearer, id, claim = '') {
      const given = Buffer.from(claim.slice(0, CLAIM_LENGTH), 'base64url');
      return given.length === CLAIM_BYTES && claimKeys.map((key) => timingSafeEqual(mac(key, named, bearer, id), given)).includes(true);
    },
  };
}
