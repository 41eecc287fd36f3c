import type { ListCapability } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Ancestor, Item, Listing, Ref, Sort } from '../backend/item.js';
import { comparison, ordered, page } from './memory.order.js';
import type { Entry, FolderEntry, Tree } from './memory.tree.js';

/** All that lies in a folder, and where `deep`, in the folders below it. */
export function* below(folder: FolderEntry, deep: boolean): Generator<Entry> {
  for (const child of folder.children.values()) {
    yield child;
    if (deep && child.kind === 'folder') yield* below(child, deep);
  }
}

function found(folder: FolderEntry, search: string, deep: boolean, sort: Sort): Entry[] {
  const wanted = search.normalize().toLowerCase();
  return [...below(folder, deep)].filter(({ name }) => name.normalize().toLowerCase().includes(wanted)).sort(comparison(sort));
}

function wayTo(folder: FolderEntry): Ancestor[] {
  const way: Ancestor[] = [];
  for (let at = folder.parent; at; at = at.parent) way.unshift({ id: at.id, name: at.name });
  return way;
}

/** The call `list`. */
export function createListing(tree: Tree, view: (entry: Entry) => Item, can: ListCapability) {
  return (ref: Ref, { cursor, limit, sort, search }: { cursor?: string; limit?: number; sort?: Sort; search?: string }): Listing => {
    if (sort && !can.sort.includes(sort.by)) throw new BackendError('unsupported', `This backend does not sort by ${sort.by}.`);
    if (search && !can.search) throw new BackendError('unsupported', 'This backend does not search.');
    if (limit !== undefined && !(limit >= 1)) throw new BackendError('invalid', `A page holds at least one item, not ${limit}.`);
    const folder = tree.folder(ref);
    const order: Sort = sort ?? { by: 'name', direction: 'ascending' };
    const all = search ? found(folder, search, can.search === 'tree', order) : ordered(folder, order);
    const size = can.pageSize === false ? Infinity : Math.min(limit ?? can.pageSize, can.pageSize);
    const { entries, cursor: next } = page(all, order, cursor, size);
    const listing: Listing = { folder: view(folder), ancestors: wayTo(folder), items: entries.map(view) };
    if (next !== undefined) listing.cursor = next;
    if (can.total) listing.total = all.length;
    return listing;
  };
}
