import type { Backend } from '../backend/backend.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Ancestor, Item, Listing, Outcome, Ref } from '../backend/item.js';
import { arrange } from './arrange.js';
import { transferId, folderId, named } from './filemail.ids.js';
import type { AskFilemail } from './filemail.opening.js';
import { editOf } from './filemail.options.js';
import { jsonOf, textOf } from './filemail.service.js';
import { fileItem, folderItem, type Transfer, type TransferFile, transferItem } from './filemail.transfers.js';
import { checkName } from './memory.names.js';

/** What the calls on items need of the rest. */
export interface ItemsOptions {
  ask: AskFilemail;
  find: (id: string, signal?: AbortSignal) => Promise<Transfer>;
  /** All transfers that are there, sent and received. */
  all: (signal?: AbortSignal) => Promise<Transfer[]>;
}

type Calls = Pick<Backend, 'list' | 'item' | 'rename' | 'remove' | 'download'>;

const ROOT_ITEM: Item = { id: '', name: '', kind: 'folder', can: ['list', 'upload'] };

/** Seconds for which a URL is said to work; how long it does is not documented, and a fresh one is a call away. */
const EXPIRES = 600;

const gone = (id: string): BackendError => new BackendError('not-found', `There is no item "${id}".`);

const within = ({ files }: Transfer, path: string): TransferFile[] =>
  path === '' ? files : files.filter((file) => file.path.startsWith(`${path}/`));

/** What lies in a folder of a transfer: its files, and the folders that their names make. */
function childrenOf(transfer: Transfer, path: string): Item[] {
  const cut = path === '' ? 0 : path.length + 1;
  const folders = new Map<string, TransferFile[]>();
  const files: Item[] = [];
  for (const file of within(transfer, path)) {
    const slash = file.path.indexOf('/', cut);
    if (slash < 0) files.push(fileItem(transfer, file));
    else {
      const below = file.path.slice(0, slash);
      folders.set(below, [...(folders.get(below) ?? []), file]);
    }
  }
  return [...[...folders].map(([below, its]) => folderItem(transfer, below, its)), ...files];
}

function ancestorsOf(transfer: Transfer, path: string): Ancestor[] {
  const root = { id: '', name: '' };
  if (path === '') return [root];
  const names = path.split('/').slice(0, -1);
  const steps = names.map((name, index) => ({ id: folderId(transfer.id, names.slice(0, index + 1).join('/')), name }));
  return [root, { id: transferId(transfer.id), name: transferItem(transfer).name }, ...steps];
}

/** The calls on transfers and their files, as folders and items. */
export function createItems({ ask, find, all }: ItemsOptions): Calls {
  async function fileIn(
    id: string,
    transfer: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<{ transfer: Transfer; file: TransferFile }> {
    const found = await find(transfer, signal);
    const one = found.files.find((each) => each.id === file);
    if (!one) throw gone(id);
    return { transfer: found, file: one };
  }

  async function folder(
    id: string,
    transfer: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<{ transfer: Transfer; item: Item; files: TransferFile[] }> {
    const found = await find(transfer, signal);
    const files = within(found, path);
    if (path !== '' && files.length === 0) throw gone(id);
    return { transfer: found, item: path === '' ? transferItem(found) : folderItem(found, path, files), files };
  }

  async function list({ id }: Ref, page: Parameters<Backend['list']>[1], signal?: AbortSignal): Promise<Listing> {
    if (page.cursor !== undefined) throw new BackendError('expired', 'Transfers are listed all at once: this cursor is none.');
    const what = named(id);
    if (what.kind === 'file') throw new BackendError('invalid', `"${id}" is a file.`);
    if (what.kind === 'root') {
      const transfers = await all(signal);
      const items = arrange(transfers.map(transferItem), page);
      return { folder: ROOT_ITEM, ancestors: [], items, total: items.length };
    }
    const { transfer, item } = await folder(id, what.transfer, what.path, signal);
    const items = arrange(childrenOf(transfer, what.path), page);
    return { folder: item, ancestors: ancestorsOf(transfer, what.path), items, total: items.length + (page.search ? 0 : transfer.more) };
  }

  async function deleteFile(file: string, signal: AbortSignal | undefined): Promise<void> {
    await ask({ deed: 'Deleting a file', path: `/transfer/file/${encodeURIComponent(file)}`, method: 'DELETE', signal }).catch(
      (error: unknown) => {
        if (toBackendError(error).code !== 'not-found') throw error;
      },
    );
  }

  async function removeOne(id: string, recursive: boolean, signal: AbortSignal | undefined): Promise<Outcome> {
    const what = named(id);
    if (what.kind === 'root') throw new BackendError('forbidden', 'The root folder stays.');
    if (what.kind === 'file') {
      await deleteFile(what.file, signal);
      return { id, removed: true };
    }
    const { files } = await folder(id, what.transfer, what.path, signal);
    if (files.length > 0 && !recursive)
      throw new BackendError('invalid', `"${id}" holds ${String(files.length)} files; say that they go too.`);
    if (what.path === '')
      await ask({ deed: 'Deleting a transfer', path: `/transfer/${encodeURIComponent(what.transfer)}`, method: 'DELETE', signal });
    else for (const { id: file } of files) await deleteFile(file, signal);
    return { id, removed: true };
  }

  return {
    list: (ref, page, options) => list(ref, page, options?.signal),

    async item({ id }, options) {
      const what = named(id);
      if (what.kind === 'root') return ROOT_ITEM;
      if (what.kind === 'folder') return (await folder(id, what.transfer, what.path, options?.signal)).item;
      const { transfer, file } = await fileIn(id, what.transfer, what.file, options?.signal);
      return fileItem(transfer, file);
    },

    async rename({ id }, name, options) {
      checkName(name);
      const what = named(id);
      if (what.kind === 'root' || (what.kind === 'folder' && what.path !== ''))
        throw new BackendError(
          'unsupported',
          'Filemail renames files and transfers; a folder in a transfer is but a part of its files’ names.',
        );
      const signal = options?.signal;
      if (what.kind === 'folder') {
        const now = await find(what.transfer, signal);
        const body = { json: editOf(now, { subject: name }) };
        await ask({ deed: 'Renaming a transfer', path: `/transfer/${encodeURIComponent(what.transfer)}`, method: 'PUT', body, signal });
        return transferItem({ ...now, subject: name });
      }
      const { transfer, file } = await fileIn(id, what.transfer, what.file, signal);
      const path = file.path.slice(0, file.path.lastIndexOf('/') + 1) + name;
      if (path === file.path) return fileItem(transfer, file);
      if (transfer.files.some((other) => other.path === path)) throw new BackendError('exists', `"${path}" is there already.`);
      const body = { json: { fileKey: file.id, newFileName: path } };
      const data = jsonOf(await ask({ deed: 'Renaming a file', path: '/transfer/file/rename', method: 'PUT', body, signal }));
      return fileItem(transfer, { ...file, path: textOf(data['fileName']) ?? path });
    },

    async remove(refs, { recursive }, options) {
      const outcomes: Outcome[] = [];
      for (const { id } of refs)
        outcomes.push(
          await removeOne(id, recursive, options?.signal).catch((error: unknown): Outcome => {
            const { code } = toBackendError(error);
            if (code === 'aborted') throw error;
            return code === 'not-found' ? { id, removed: true } : { id, error: errorInfo(error) };
          }),
        );
      return outcomes;
    },

    async download(refs, options) {
      const kept = new Map<string, Promise<Transfer>>();
      const transfer = (id: string): Promise<Transfer> => {
        const found = kept.get(id) ?? find(id, options?.signal);
        kept.set(id, found);
        return found;
      };
      return Promise.all(
        refs.map(async ({ id }) => {
          const what = named(id);
          const found = what.kind === 'root' ? undefined : await transfer(what.transfer);
          const file = what.kind === 'file' ? found?.files.find((one) => one.id === what.file) : undefined;
          if (what.kind === 'file' && !file) throw gone(id);
          const url = file ? file.url : what.kind === 'folder' && what.path === '' ? found?.packed : undefined;
          if (url === undefined) throw new BackendError('unsupported', `Filemail has no URL for "${id}": download its files.`);
          return { ids: [id], url, expires: EXPIRES };
        }),
      );
    },
  };
}
