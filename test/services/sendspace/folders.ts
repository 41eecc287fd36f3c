import { fileElement, timeOf } from './files.js';
import { isWithin, ownFolder, rootOf, seenFolder } from './places.js';
import type { Account, Folder, StoredFile } from './records.js';
import { Refusal } from './refusal.js';
import { each, ok, type Arguments, type SessionMethod } from './replies.js';
import type { Service } from './service.js';
import { addresses, code, freshId, listed } from './state.js';
import type { Element } from './xml.js';

const publicUrl = ({ urls }: Service, { id }: Folder): string => (id === '0' ? '' : `${urls['www'] ?? ''}/folder/${id}`);

/** `<folder>`; what it holds only where it is asked for by itself. */
function folderElement(service: Service, account: Account, folder: Folder, more: { totals: boolean } = { totals: false }): Element {
  const files = more.totals ? service.state.filesIn(folder.owner, folder.id) : [];
  const folders = more.totals ? service.state.foldersIn(folder.owner, folder.id) : [];
  const owned = folder.owner === account;
  return {
    name: 'folder',
    attributes: {
      id: folder.id,
      name: folder.name,
      shared: folder.shared ? 1 : 0,
      public_url: publicUrl(service, folder),
      rss_url: folder.shared ? `${service.urls['www'] ?? ''}/rss/${folder.id}` : '',
      parent_folder_id: folder.parentId,
      ...(more.totals && {
        total_files: files.length,
        total_size: files.reduce((sum, { content }) => sum + content.size, 0),
        total_folders: folders.length,
      }),
      folder_password: owned && folder.password !== '' ? folder.password : undefined,
      not_owned: owned ? undefined : 1,
      business_shared: folder.businessShared ? 1 : undefined,
    },
  };
}

/** 0 or 1; nothing clears it. */
function flag(text: string): boolean {
  if (!/^[01]?$/.test(text)) throw new Refusal(21);
  return text === '1';
}

/** A folder that may be changed, which the root may not. */
function changeable(service: Service, account: Account, id: string): Folder {
  const folder = ownFolder(service, account, id);
  if (folder.id === '0') throw new Refusal(11, { id });
  return folder;
}

function place(service: Service, folder: Folder, parent: Folder): void {
  if (isWithin(service, parent, folder)) throw new Refusal(31, { id: folder.id });
  folder.parentId = parent.id;
}

async function removeAll(service: Service, folder: Folder): Promise<void> {
  const { state } = service;
  for (const inner of state.foldersIn(folder.owner, folder.id)) await removeAll(service, inner);
  for (const file of state.filesIn(folder.owner, folder.id)) await state.removeFile(file);
  state.folders.delete(folder.id);
}

/** Folders that others of the team share, which stand at the root. */
function teamFolders({ state }: Service, account: Account): Folder[] {
  if (account.team === undefined) return [];
  return [...state.folders.values()].filter(
    ({ owner, businessShared, parentId }) => owner !== account && owner.team === account.team && businessShared && parentId === '0',
  );
}

/** The id in an id or in a link to a shared folder. */
function idFrom({ urls }: Service, text: string): string {
  const path = text.startsWith(`${urls['www'] ?? ''}/`) ? text.slice((urls['www'] ?? '').length) : text;
  return /^(?:https?:\/\/(?:www\.)?sendspace\.com)?\/folder\/([0-9a-zA-Z]{6})$/.exec(path)?.[1] ?? text;
}

const ids = (given: Arguments): string[] => listed(given['folder_id'] ?? '');

/** The methods on folders. */
export const folderMethods = {
  'folders.getInfo': (service, given, { account }) =>
    ok(folderElement(service, account, seenFolder(service, account, given['folder_id'] ?? ''), { totals: true })),

  'folders.create': (service, given, { account }) => {
    const { state } = service;
    const parent = ownFolder(service, account, given['parent_folder_id'] ?? '0');
    const folder: Folder = {
      ...rootOf(account),
      id: freshId(state.folders),
      name: given['name'] ?? '',
      shared: flag(given['shared'] ?? '0'),
      parentId: parent.id,
    };
    state.folders.set(folder.id, folder);
    return ok(folderElement(service, account, folder));
  },

  'folders.setInfo': (service, given, { account }) => {
    const folder = changeable(service, account, given['folder_id'] ?? '');
    const shared = given['shared'] === undefined ? folder.shared : flag(given['shared']);
    if (given['parent_folder_id'] !== undefined) place(service, folder, ownFolder(service, account, given['parent_folder_id']));
    folder.shared = shared;
    if (given['name'] !== undefined) folder.name = given['name'];
    return ok(folderElement(service, account, folder));
  },

  'folders.delete': (service, given, { account }) =>
    each(ids(given), { list: 'id' }, async (id) => {
      const folder = changeable(service, account, id);
      const full = service.state.filesIn(account, id).length + service.state.foldersIn(account, id).length > 0;
      if (full && !service.knobs.deletesFullFolders) throw new Refusal(14, { id });
      await removeAll(service, folder);
      return { name: 'folder', attributes: { id } };
    }),

  'folders.getContents': (service, given, { account }) => {
    const folder = seenFolder(service, account, given['folder_id'] ?? '');
    const folders = service.state.foldersIn(folder.owner, folder.id);
    if (folder.id === '0') folders.push(...teamFolders(service, account));
    const files = service.state.filesIn(folder.owner, folder.id);
    return ok(
      ...folders.map((inner) => folderElement(service, account, inner)),
      ...files.map((file) => fileElement(service, account, file, { deleteUrl: false })),
    );
  },

  'folders.getShared': (service, given, { account }) => {
    const id = idFrom(service, given['folder_id'] ?? '');
    const folder = service.state.folders.get(id);
    if (!folder) throw new Refusal(10, { id });
    if (!folder.shared && folder.owner !== account) throw new Refusal(33, { id });
    const brief = (name: string, { id: of, name: called, parentId }: Folder): Element => ({
      name,
      attributes: { id: of, name: called, parent_folder_id: parentId },
    });
    const file = ({ id: of, name, description, folderId, uploaded, content }: StoredFile): Element => ({
      name: 'file',
      attributes: { id: of, name, description, folder_id: folderId, upload_time: timeOf(service, uploaded), file_size: content.size },
    });
    const inner = service.state.foldersIn(folder.owner, id).filter(({ shared, owner }) => shared || owner === account);
    return ok(
      brief('current', folder),
      ...inner.map((each) => brief('folder', each)),
      ...service.state.filesIn(folder.owner, id).map(file),
    );
  },

  'folders.getAll': (service, _given, { account }) => {
    const own = [...service.state.folders.values()].filter(({ owner }) => owner === account);
    return ok(...[rootOf(account), ...own, ...teamFolders(service, account)].map((folder) => folderElement(service, account, folder)));
  },

  'folders.move': (service, given, { account }) => {
    const parent = ownFolder(service, account, given['parent_folder_id'] ?? '');
    return each(ids(given), { list: 'id' }, (id) => {
      place(service, changeable(service, account, id), parent);
      return { name: 'folder', attributes: { id } };
    });
  },

  'folders.sendMail': (service, given, { account }) => {
    const folders = ids(given).map((id) => changeable(service, account, id));
    const to = addresses(given['emails'] ?? '', service.knobs.maxRecipients);
    const links = folders.map((folder) => publicUrl(service, folder));
    service.state.mails.push({ kind: 'folders', from: account.email, to, message: given['message'] ?? '', links });
    return ok({ name: 'id', text: ids(given).join(',') });
  },
} satisfies Record<string, SessionMethod>;

/** Puts a folder, for a seed or a test's story. */
export function addFolder({ state }: Pick<Service, 'state'>, owner: Account, name: string, more: Partial<Folder> = {}): Folder {
  const folder: Folder = { ...rootOf(owner), id: code(6), name, ...more };
  state.folders.set(folder.id, folder);
  return folder;
}
