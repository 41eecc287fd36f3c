import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Ancestor, Ref, Sort, SortKey } from '../backend/item.js';
import { type Api, nextCursor } from './files-com.api.js';
import { PAGE_SIZE } from './files-com.capabilities.js';
import type { Entries } from './files-com.entries.js';
import { invalid } from './files-com.errors.js';
import { type View, WITH } from './files-com.items.js';
import { encodePath, nameOf, type Paths } from './files-com.paths.js';
import { type Fields, fieldsOf, listOf, textOf } from './files-com.reading.js';

/** What the service sorts by. Where a client said when a file was changed, that is the date which is shown. */
const FIELDS: Readonly<Record<SortKey, string>> = { name: 'path', size: 'size', modified: 'provided_modified_at' };

/** Where a listing goes on: the service's own cursor, with what it was asked for and the folder, which need not be asked for again. */
interface Place {
  of: [path: string, by: string, direction: string, search: string];
  next: string;
  folder: Fields;
}

const written = ({ of, next, folder }: Place): string => JSON.stringify([of, next, folder]);

/** Reads a cursor of the same listing; any other is refused. */
function placeOf(cursor: string, of: Place['of']): Place {
  let read: unknown;
  try {
    read = JSON.parse(cursor);
  } catch {
    // Nobody's cursor.
  }
  const [asked, next, folder] = Array.isArray(read) ? (read as unknown[]) : [];
  if (JSON.stringify(asked) !== JSON.stringify(of) || textOf(next) === undefined)
    throw new BackendError('expired', 'The cursor is none of this listing: list from the start.');
  return { of, next: textOf(next) ?? '', folder: fieldsOf(folder) };
}

/** The way from the root to a folder, which is not part of it. */
export function ancestorsOf(paths: Paths, id: string): Ancestor[] {
  if (id === '') return [];
  const steps = id.split('/').slice(0, -1);
  return [
    { id: '', name: '' },
    ...steps.map((_, index) => steps.slice(0, index + 1).join('/')).map((step) => ({ id: step, name: nameOf(step) })),
  ];
}

/** `list`: one page by the service's own cursor. */
export function createListing(api: Api, paths: Paths, entries: Entries, view: (options?: CallOptions) => Promise<View>): Backend['list'] {
  return async (ref: Ref, { cursor, limit, sort, search }: { cursor?: string; limit?: number; sort?: Sort; search?: string }, options) => {
    if (limit !== undefined && !(limit >= 1)) throw invalid(`A page has at least one item, not ${String(limit)}.`);
    const path = paths.pathOf(ref.id);
    const field = sort && FIELDS[sort.by];
    const of: Place['of'] = [path, field ?? '', sort?.direction ?? '', search ?? ''];
    const place = cursor === undefined ? undefined : placeOf(cursor, of);
    const query = {
      ...WITH,
      per_page: Math.min(Math.floor(limit ?? PAGE_SIZE), PAGE_SIZE),
      ...(field && { [`sort_by[${field}]`]: sort.direction === 'descending' ? 'desc' : 'asc' }),
      search: search === '' ? undefined : search,
      cursor: place?.next,
    };
    const deed = `Listing ${JSON.stringify(ref.id)}`;
    // Asked together, but where the folder is not there, or is a file, that is what counts.
    const asked = api.get(deed, `/folders/${encodePath(path)}`, { query, signal: options?.signal });
    asked.catch(() => undefined);
    const folder = place?.folder ?? (await entries.folder(ref, options));
    const [answer, show] = await Promise.all([asked, view(options)]);
    const next = nextCursor(answer);
    return {
      folder: show(folder),
      ancestors: ancestorsOf(paths, paths.idOf(textOf(folder['path']) ?? path)),
      items: listOf(answer.json()).map(show),
      ...(next !== undefined && { cursor: written({ of, next, folder }) }),
    };
  };
}
