import { BackendError } from '../backend/errors.js';
import type { ListCapability } from '../backend/capabilities.js';
import type { Item, Listing, Ref, Sort } from '../backend/item.js';
import { pageOf } from './filegenius.answers.js';
import { type Folder, folderItem, itemOf, readPages, shown, type View } from './filegenius.folders.js';
import { ancestorsOf, folderOf, within } from './filegenius.places.js';

/** What can be listed: all of a folder at once, because the service counts pages, and what comes or goes would shift them. */
export const LIST: ListCapability = { pageSize: false, sort: ['name', 'size', 'modified'], search: 'folder', total: true };

const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Folders first in either direction; ties by name. */
function compare({ by, direction }: Sort): (a: Item, b: Item) => number {
  const sign = direction === 'ascending' ? 1 : -1;
  const byName = (a: Item, b: Item): number => plain(a.name, b.name) || plain(a.id, b.id);
  const inKind = (a: Item, b: Item): number => (by === 'name' ? 0 : (a[by] ?? 0) - (b[by] ?? 0)) || byName(a, b);
  return (a, b) => (a.kind === b.kind ? sign * inKind(a, b) : a.kind === 'folder' ? -1 : 1);
}

/** The site's own search, and of what it finds only what lies in this folder: whether it looks below is not documented. */
async function found({ site, signal }: View, { path }: Folder, text: string): Promise<Set<string>> {
  const deed = 'Searching';
  const { entries } = await readPages(async (page) => {
    const parameters = { path, search_criteria: text, sort: 'name_asc', ...(page > 1 && { current_page: String(page) }) };
    return pageOf(deed, await site.get(deed, 'file_search_location', parameters, signal));
  });
  const here = entries.filter((entry) => {
    const at = entry.path?.endsWith('/') === false ? `${entry.path}/` : entry.path;
    return at === undefined || at === path || (entry.kind === 'folder' && at === within(path, entry.name));
  });
  return new Set(here.map(({ id }) => id));
}

/** All of a folder, or what of it has a text in its name, in either case. */
export async function list(
  view: View,
  ref: Ref,
  { cursor, limit, sort, search }: { cursor?: string; limit?: number; sort?: Sort; search?: string },
): Promise<Listing> {
  if (sort && !LIST.sort.includes(sort.by)) throw new BackendError('unsupported', `There is no order by ${sort.by}.`);
  if (cursor !== undefined) throw new BackendError('expired', 'There are no more pages: everything comes at once.');
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
    throw new BackendError('invalid', `A page holds at least one item, not ${String(limit)}.`);
  const folder = await view.folder(folderOf(ref));
  const wanted = search?.toLowerCase() ?? '';
  const hits = search && view.site.brand.search ? await found(view, folder, search) : undefined;
  const items = shown(folder)
    .filter(({ id, name }) => name.toLowerCase().includes(wanted) && (hits?.has(id) ?? true))
    .map((entry) => itemOf({ entry, folder }))
    .sort(compare(sort ?? { by: 'name', direction: 'ascending' }));
  return { folder: folderItem(folder), ancestors: ancestorsOf(folder.path), items, total: items.length };
}
