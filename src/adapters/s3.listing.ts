import type { ListCapability } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Listing, Ref, Sort } from '../backend/item.js';
import { invalid } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { ancestorsOf } from './s3.names.js';
import { listKeys } from './s3.objects.js';
import { findFolder, itemOf } from './s3.tree.js';

/** A store lists by key and in no other order, folders among files; a page that has all of a folder sorts by itself. */
export const LIST = { pageSize: 1000, sort: [], search: 'folder', total: false } satisfies ListCapability;

/** Pages of the store that one page of a search looks through. */
const LOOKED = 10;

/** Where a listing goes on: its folder and search, and the store's own token. */
type Place = [folder: string, search: string, token: string];

function tokenOf(cursor: string, folder: string, search: string): string {
  try {
    const [of, by, token] = JSON.parse(cursor) as Place;
    if (of === folder && by === search && typeof token === 'string' && token !== '') return token;
  } catch {
    // Nobody's cursor.
  }
  throw new BackendError('expired', 'The cursor is none of this listing: list from the start.');
}

/** `list`: a page by the store's own token. */
export async function list(
  ground: Ground,
  { id }: Ref,
  { cursor, limit = LIST.pageSize, sort, search: given = '' }: { cursor?: string; limit?: number; sort?: Sort; search?: string },
  signal: AbortSignal | undefined,
): Promise<Listing> {
  const { api, keys } = ground;
  if (sort) throw new BackendError('unsupported', `A store does not sort by ${sort.by}.`);
  if (!(limit >= 1)) throw invalid(`A page has at least one item, not ${String(limit)}.`);
  const search = given.normalize().toLowerCase();
  let token = cursor === undefined ? undefined : tokenOf(cursor, id, search);
  if (cursor === undefined) await findFolder(ground, id, signal);
  const prefix = keys.keyOf(id);
  const items: Item[] = [];
  for (let looked = 0; ; looked += 1) {
    const page = await listKeys(api, prefix, { token, limit: Math.min(Math.floor(limit), LIST.pageSize) - items.length, signal });
    const folders = page.prefixes.flatMap((key) => keys.idOf(key) ?? []).map((folder) => itemOf({ id: folder }));
    const files = page.objects.flatMap((object) => {
      const file = object.key === prefix ? undefined : keys.idOf(object.key);
      // A marker of a folder that other tools keep without a listing of it.
      return file === undefined || file.endsWith('/') ? [] : [itemOf({ id: file, object })];
    });
    items.push(...[...folders, ...files].filter(({ name }) => search === '' || name.normalize().toLowerCase().includes(search)));
    token = page.next;
    if (
      token === undefined ||
      items.length >= Math.min(limit, LIST.pageSize) ||
      (looked + 1 >= LOOKED && search !== '') ||
      (items.length > 0 && search === '')
    )
      break;
  }
  const next: Place | undefined = token === undefined ? undefined : [id, search, token];
  return { folder: itemOf({ id }), ancestors: ancestorsOf(id), items, ...(next && { cursor: JSON.stringify(next) }) };
}
