import type { Item } from '../backend/item.js';
import { BackendError } from '../backend/errors.js';
import { CLAIM_LENGTH, seals, type Bearer, type Seals } from './seal.js';
import type { Visit } from './visit.js';

/** What a server may believe of an item that a form names. */
export interface VerifiedItem extends Bearer {
  /** The backend's own id. */
  id: string;
  name: string;
  kind: 'file' | 'folder';
  /** Bytes, as the backend told when the relay answered. */
  size?: number;
  type?: string;
  /** When the relay answered, milliseconds since 1970. */
  at: number;
}

/** What a form value must hold besides its seal. What is left out is not checked. */
export interface Expected {
  /** The user whose form this is. Leave it out, and one user can send in what another uploaded. */
  user?: string;
  backend?: string;
  root?: string;
  /** Seconds since the relay answered. */
  maxAge?: number;
}

const sealOf = (kept: Seals): ReturnType<typeof kept.of<VerifiedItem>> => kept.of<VerifiedItem>('receipt');

/** Adds a receipt to an item's claim: it proves to the host app's server what the item is, where a claim alone proves only its id. */
export async function withReceipt(visit: Visit, item: Item, shown: Item): Promise<Item> {
  const { backend, user, root, ground } = visit;
  const { id, name, kind, size, type } = item;
  const receipt: VerifiedItem = {
    backend,
    user,
    root,
    id,
    name,
    kind,
    ...(size === undefined ? {} : { size }),
    ...(type === undefined ? {} : { type }),
    at: Date.now(),
  };
  // The root folder needs no claim, and is nothing that a form would name.
  return shown.claim === undefined ? shown : { ...shown, claim: `${shown.claim}.${await sealOf(ground.seals).seal(receipt)}` };
}

const parse = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

/**
 * Checks the form value of an element on the host app's server, and answers the items in it. `secret` is the relay's.
 *
 * The value is the JSON of a list of items as the relay's `complete`, `parts` and `item` answered them, each at least `{ id, claim }`; `''` is
 * none. Everything answered comes out of the claim; where the value holds a `name`, `size` or `type` too, they must agree. Throws a `BackendError`: `invalid` for
 * what is no such list, `forbidden` for one that was forged, altered or is another user's, `expired` for one older than `maxAge`.
 */
export async function verifyItems(value: string, secret: string | readonly string[], expected: Expected = {}): Promise<VerifiedItem[]> {
  const kept = seals(secret, 'verifyItems');
  const list = value === '' ? [] : parse(value);
  if (!Array.isArray(list)) throw new BackendError('invalid', 'The value is not the JSON of a list of items.');
  return Promise.all(list.map((one) => verify(kept, one, expected)));
}

async function verify(kept: Seals, one: unknown, { user, backend, root, maxAge = Infinity }: Expected): Promise<VerifiedItem> {
  const { id, claim, name, size, type } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof claim !== 'string') throw new BackendError('invalid', 'An item of the value has no id or no claim.');
  const item = await sealOf(kept).open(claim.slice(CLAIM_LENGTH + 1));
  const wrong =
    item.id !== id ||
    !kept.claimed('item', item, id, claim) ||
    (name !== undefined && name !== item.name) ||
    (size !== undefined && size !== item.size) ||
    (type !== undefined && type !== item.type) ||
    (user !== undefined && user !== item.user) ||
    (backend !== undefined && backend !== item.backend) ||
    (root !== undefined && root !== item.root);
  if (wrong) throw new BackendError('forbidden', `The claim on "${id}" is not for what the value says, or not for this user.`);
  if (Date.now() - item.at > maxAge * 1000) throw new BackendError('expired', `The claim on "${id}" is older than ${maxAge} seconds.`);
  return item;
}
