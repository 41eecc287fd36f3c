import type { CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import type { Api } from './files-com.api.js';
import { unless } from './files-com.errors.js';
import { isFolder, type View, WITH } from './files-com.items.js';
import { encodePath, type Paths } from './files-com.paths.js';
import { type Fields, fieldsOf } from './files-com.reading.js';

/** Whether a value says nothing at all about something that is there. */
const isBare = (file: Fields): boolean => file['path'] === undefined;

/** Looks at single files and folders. */
export interface Entries {
  /** What lies at a path; rejects with `not-found`. */
  at(path: string, options?: CallOptions): Promise<Fields>;
  /** What lies at a path, if anything. */
  seek(path: string, options?: CallOptions): Promise<Fields | undefined>;
  /** A folder by its id; rejects with `not-found`, and with `invalid` where it is a file. */
  folder(ref: Ref, options?: CallOptions): Promise<Fields>;
  /** What lies at a path, as an item. */
  item(path: string, options?: CallOptions): Promise<Item>;
}

/** The root folder, of which the service tells nothing. */
const ROOT: Fields = { path: '', type: 'directory' };

/** Makes the way to look at what is there. */
export function createEntries(api: Api, paths: Paths, view: (options?: CallOptions) => Promise<View>): Entries {
  const at = async (path: string, { signal }: CallOptions = {}): Promise<Fields> => {
    if (path === '') return ROOT;
    const deed = `Looking at ${JSON.stringify(path)}`;
    const file = fieldsOf((await api.get(deed, `/file_actions/metadata/${encodePath(path)}`, { query: WITH, signal })).json());
    if (isBare(file)) throw new BackendError('server', `${deed} failed: Files.com answered no path.`);
    return file;
  };
  return {
    at,
    seek: (path, options) => unless(['not-found'], at(path, options), undefined),
    async folder({ id }, options) {
      const folder = await at(paths.pathOf(id), options);
      if (!isFolder(folder)) throw new BackendError('invalid', `${JSON.stringify(id)} is a file; a folder was expected.`);
      return folder;
    },
    item: async (path, options) => (await view(options))(await at(path, options)),
  };
}
