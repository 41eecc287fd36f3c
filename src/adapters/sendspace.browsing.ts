import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Ancestor, Item, ItemPatch, Listing, Outcome, Ref } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import { arrange } from './arrange.js';
import { exclusively } from './lock.js';
import { checkName, numbered } from './memory.names.js';
import type { Attributes } from './sendspace.answers.js';
import { freeName, type Folders } from './sendspace.folders.js';
import { folderId, folderIn, folderOr, named, ROOT_FOLDER } from './sendspace.ids.js';
import { fileItem, folderItem, publicFile, publicItem } from './sendspace.items.js';

/** What the service does with a file when a limit is reached. */
export type AtLimit = 'block' | 'delete' | { moveTo: Ref };

/** What the calls on items need of the rest. */
export interface BrowsingOptions {
  folders: Folders;
  store: Store;
  /** Begins the keys of locks. */
  account: string;
  atLimit: AtLimit;
  newFolders: 'private' | 'public';
  /** Public folders of others, by id or URL, that the root shows too. */
  publicFolders: readonly string[];
}

type Calls = Pick<Backend, 'list' | 'item' | 'describe' | 'createFolder' | 'rename' | 'remove' | 'download'>;

/** Seconds for which a direct link is said to work; how long it does is not documented. */
const EXPIRES = 600;

const readOnly = (): BackendError => new BackendError('forbidden', 'What is in a public folder of somebody else can only be read.');

/** The key of the lock on one name in one folder. */
export const nameLock = (account: string, folder: string, name: string): string => `sendspace-name:${account}:${folder}:${name}`;

/** The calls on files and folders of an account, but for moving. */
export function createBrowsing({ folders, store, account, atLimit, newFolders, publicFolders }: BrowsingOptions): Calls {
  const { call, contents, all } = folders;

  function ancestorsOf(folder: string, known: Awaited<ReturnType<typeof all>>): Ancestor[] {
    const way: Ancestor[] = [];
    const seen = new Set([folder]);
    for (let at = folder; at !== ROOT_FOLDER;) {
      at = folderOr(known.get(at)?.['parent_folder_id']);
      if (seen.has(at)) break;
      seen.add(at);
      way.unshift({ id: folderId(at), name: at === ROOT_FOLDER ? '' : (known.get(at)?.['name'] ?? '') });
    }
    return way;
  }

  async function listPublic(folder: string, page: Parameters<Backend['list']>[1], { signal }: CallOptions): Promise<Listing> {
    const reply = await call('folders.getShared', { folder_id: folder }, { deed: 'Listing a public folder', signal });
    const current = reply.single['current'] ?? {};
    const id = current['id'] ?? folder;
    const items = arrange([...reply.folders.map(publicItem), ...reply.files.map((file) => publicFile(file, id))], page);
    return {
      folder: publicItem({ id: folder, name: current['name'] ?? '' }),
      ancestors: [{ id: '', name: '' }],
      items,
      total: items.length,
    };
  }

  /** Those of the public folders that can be seen: one that is gone or private must not hide all that is beside it. */
  async function shown({ signal }: CallOptions): Promise<Item[]> {
    const deed = 'Looking for a public folder';
    const found = publicFolders.map(async (folder): Promise<Item[]> => {
      try {
        const { single } = await call('folders.getShared', { folder_id: folder }, { deed, signal });
        return [{ ...publicItem({ id: folder, name: single['current']?.['name'] ?? folder }), parent: { id: '' } }];
      } catch (error) {
        if (['not-found', 'forbidden'].includes(toBackendError(error).code)) return [];
        throw error;
      }
    });
    return (await Promise.all(found)).flat();
  }

  async function list({ id }: Ref, page: Parameters<Backend['list']>[1], options: CallOptions = {}): Promise<Listing> {
    if (page.cursor !== undefined) throw new BackendError('expired', 'Folders are listed all at once: this cursor is none.');
    const what = named(id);
    if (what.kind === 'public') return listPublic(what.folder, page, options);
    const folder = folderIn(id);
    const [{ files, folders: below }, known, others] = await Promise.all([
      contents(folder, options),
      all(options),
      folder === ROOT_FOLDER ? shown(options) : [],
    ]);
    const items = arrange(
      [...below.map((one) => folderItem({ parent_folder_id: folder, ...one })), ...files.map((file) => fileItem(file, folder)), ...others],
      page,
    );
    const self = known.get(folder) ?? (folder === ROOT_FOLDER ? { id: ROOT_FOLDER } : await folders.folder(folder, options));
    return { folder: folderItem({ ...self, id: folder }), ancestors: ancestorsOf(folder, known), items, total: items.length };
  }

  async function item({ id }: Ref, options: CallOptions = {}): Promise<Item> {
    const what = named(id);
    switch (what.kind) {
      case 'file':
        return fileItem(await folders.file(what.file, options));
      case 'folder':
        return folderItem(what.folder === ROOT_FOLDER ? { id: ROOT_FOLDER } : await folders.folder(what.folder, options));
      case 'public':
        return (await listPublic(what.folder, {}, options)).folder;
      case 'published': {
        const { name, file_size } = await downloadOf(what.file, undefined, options);
        return publicFile({ id: what.file, name: name ?? '', ...(file_size !== undefined && { file_size }) });
      }
      case 'anonymous':
        throw new BackendError('not-found', `"${id}" belongs to nobody: an account knows nothing of it.`);
    }
  }

  /** The patch as `files.setInfo` takes it. An empty value takes away what is there. */
  function valuesOf(patch: ItemPatch): Record<string, string | undefined> {
    const { description, password, expires, downloadLimit, shared, ...others } = patch;
    for (const field of Object.keys(others)) throw new BackendError('unsupported', `sendspace has no "${field}" of a file.`);
    const limited = typeof expires === 'number' || typeof downloadLimit === 'number';
    const action = atLimit === 'block' ? '1' : atLimit === 'delete' ? '2' : '3';
    return {
      description: description === null ? '' : description,
      password: password === null ? '' : password,
      time_limit:
        expires === null ? '' : expires === undefined ? undefined : String(Math.max(1, Math.round((expires - Date.now()) / 1000))),
      download_limit: downloadLimit === null ? '' : downloadLimit?.toString(),
      business_shared: shared === undefined ? undefined : shared ? '1' : '0',
      limit_action: limited ? action : undefined,
      limit_action_to_folder: limited && typeof atLimit === 'object' ? folderIn(atLimit.moveTo.id) : undefined,
    };
  }

  async function setFile(file: string, values: Record<string, string | undefined>, deed: string, { signal }: CallOptions): Promise<Item> {
    const { files } = await call('files.setInfo', { file_id: file, ...values }, { deed, signal });
    return fileItem(files[0]?.['name'] === undefined ? await folders.file(file, { signal }) : files[0]);
  }

  async function setFolder(
    folder: string,
    values: Record<string, string | undefined>,
    deed: string,
    { signal }: CallOptions,
  ): Promise<Item> {
    const reply = await call('folders.setInfo', { folder_id: folder, ...values }, { deed, signal });
    return folderItem(reply.folders[0]?.['name'] === undefined ? await folders.folder(folder, { signal }) : reply.folders[0]);
  }

  async function describe({ id }: Ref, patch: ItemPatch, options: CallOptions = {}): Promise<Item> {
    const what = named(id);
    if (what.kind === 'file') return setFile(what.file, valuesOf(patch), 'Describing a file', options);
    if (what.kind !== 'folder' || what.folder === ROOT_FOLDER) throw readOnly();
    const { shared, ...others } = patch;
    for (const field of Object.keys(others)) throw new BackendError('unsupported', `sendspace has no "${field}" of a folder.`);
    return setFolder(what.folder, { shared: shared === undefined ? undefined : shared ? '1' : '0' }, 'Sharing a folder', options);
  }

  async function rename({ id }: Ref, name: string, options: CallOptions = {}): Promise<Item> {
    checkName(name);
    const what = named(id);
    if ((what.kind !== 'file' && what.kind !== 'folder') || id === '') throw readOnly();
    const now = what.kind === 'file' ? await folders.file(what.file, options) : await folders.folder(what.folder, options);
    const parent = folderOr(now[what.kind === 'file' ? 'folder_id' : 'parent_folder_id']);
    if (now['name'] === name) return what.kind === 'file' ? fileItem(now) : folderItem(now);
    return exclusively(store, nameLock(account, parent, name), async () => {
      const there = await contents(parent, options);
      if ([...there.files, ...there.folders].some((one) => one['name'] === name))
        throw new BackendError('exists', `"${name}" is there already.`);
      return what.kind === 'file'
        ? setFile(what.file, { name }, 'Renaming a file', options)
        : setFolder(what.folder, { name }, 'Renaming a folder', options);
    });
  }

  async function createFolder(parent: Ref, name: string, { conflict }: { conflict: string }, options: CallOptions = {}): Promise<Item> {
    checkName(name);
    const folder = folderIn(parent.id);
    return exclusively(store, nameLock(account, folder, name), async () => {
      const there = await contents(folder, options);
      const file = there.files.find((one) => one['name'] === name);
      const same = there.folders.find((one) => one['name'] === name);
      if (conflict !== 'rename' && (file || (same && conflict === 'ask'))) throw new BackendError('exists', `"${name}" is there already.`);
      if (conflict !== 'rename' && same) return folderItem({ parent_folder_id: folder, ...same });
      const names = new Set([...there.files, ...there.folders].map((one) => one['name']));
      const free = freeName(
        name,
        (each) => names.has(each),
        (each, number) => numbered(each, 'folder', number),
      );
      const values = { name: free, shared: newFolders === 'public' ? '1' : '0', parent_folder_id: folder };
      const reply = await call('folders.create', values, { deed: 'Making a folder', signal: options.signal });
      const [made] = reply.folders;
      if (!made) throw new BackendError('server', 'Making a folder failed: sendspace did not say which it is.');
      return folderItem({ parent_folder_id: folder, name: free, ...made });
    });
  }

  async function remove(refs: Ref[], { recursive }: { recursive: boolean }, options: CallOptions = {}): Promise<Outcome[]> {
    const outcomes = new Map<string, Outcome>();
    const files = new Map<string, string>();
    const whole = new Map<string, string>();
    const refuse = (id: string, error: unknown) => outcomes.set(id, { id, error: errorInfo(error) });
    for (const { id } of refs) {
      try {
        const what = named(id);
        if (what.kind === 'file') files.set(what.file, id);
        else if (what.kind !== 'folder' || what.folder === ROOT_FOLDER) throw readOnly();
        else {
          const below = recursive ? undefined : await contents(what.folder, options);
          if (below && below.files.length + below.folders.length > 0)
            throw new BackendError('invalid', 'The folder is not empty; say that what is in it goes too.');
          whole.set(what.folder, id);
        }
      } catch (error) {
        if (toBackendError(error).code === 'aborted') throw error;
        if (toBackendError(error).code === 'not-found') outcomes.set(id, { id, removed: true });
        else refuse(id, error);
      }
    }
    const fates = [
      [files, await folders.each('files.delete', 'file_id', [...files.keys()], {}, { deed: 'Deleting a file', ...options })],
      [whole, await folders.each('folders.delete', 'folder_id', [...whole.keys()], {}, { deed: 'Deleting a folder', ...options })],
    ] as const;
    for (const [ids, became] of fates)
      for (const [each, error] of became) {
        const id = ids.get(each) ?? each;
        // What is gone already counts as removed.
        outcomes.set(id, !error || error.code === 'not-found' ? { id, removed: true } : { id, error });
      }
    return refs.map(
      ({ id }) => outcomes.get(id) ?? { id, error: errorInfo(new BackendError('server', 'sendspace did not say what became of it.')) },
    );
  }

  /** Where a file's bytes are, and what the service says of it by the way. */
  async function downloadOf(file: string, password: string | undefined, { signal }: CallOptions): Promise<Attributes> {
    const reply = await call('download.getInfo', { file_id: file, password }, { deed: 'Asking for a download', signal });
    return reply.single['download'] ?? {};
  }

  /** The service gives any file to everybody who knows its id; here an account gets its own, its team's, and those of public folders. */
  async function urlOf(id: string, options: CallOptions): Promise<string> {
    const what = named(id);
    if (what.kind === 'folder' && what.folder !== ROOT_FOLDER) await folders.folder(what.folder, options);
    if (what.kind !== 'file' && what.kind !== 'published')
      throw new BackendError('unsupported', 'sendspace packs no folders: download what is in it.');
    const password = what.kind === 'file' ? (await folders.file(what.file, options))['password'] : undefined;
    const { url } = await downloadOf(what.file, password, options);
    if (!url || !URL.canParse(url)) throw new BackendError('server', 'Asking for a download failed: sendspace gave no URL.');
    return url;
  }

  return {
    list,
    item,
    describe,
    rename,
    createFolder,
    remove,
    download: (refs, options = {}) =>
      Promise.all(refs.map(async ({ id }) => ({ ids: [id], url: await urlOf(id, options), expires: EXPIRES }))),
  };
}
