import type { Item } from '../backend/item.js';
import { type Attributes, countOf, momentOf } from './sendspace.answers.js';
import { fileId, folderId, folderOr, publicId, publishedId, ROOT_FOLDER } from './sendspace.ids.js';

/** Nothing in an object that has no value. */
function told(value: { [K in keyof Item]?: Item[K] | undefined }): Partial<Item> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

const isYes = (text: string | undefined): boolean => text === '1';

/** The root of an account. */
export const ROOT_ITEM: Item = { id: '', name: '', kind: 'folder', can: ['list', 'upload', 'createFolder'] };

/** A file of an account, as an item. Limits count seconds from now. */
export function fileItem(file: Attributes, parent?: string): Item {
  const { id = '', name = '', description, password, not_owned, business_shared } = file;
  const folder = folderOr(file['folder_id'], parent ?? '');
  const created = momentOf(file['upload_time']);
  const limit = countOf(file['time_limit']);
  return {
    id: fileId(id),
    name,
    kind: 'file',
    ...told({
      size: countOf(file['file_size']),
      created,
      modified: created,
      downloads: countOf(file['downloads']),
      description: description === '' ? undefined : description,
      expires: limit ? Date.now() + limit * 1000 : undefined,
    }),
    ...(folder !== '' && { parent: { id: folderId(folder) } }),
    ...(password && { protected: true }),
    ...(isYes(business_shared) && { shared: true }),
    can: isYes(not_owned) ? ['download', 'preview'] : ['download', 'preview', 'rename', 'move', 'remove', 'describe', 'send'],
  };
}

/** A folder of an account, as an item. */
export function folderItem(folder: Attributes): Item {
  const { id = '', name = '', shared, not_owned, business_shared, total_size } = folder;
  if (id === ROOT_FOLDER) return ROOT_ITEM;
  return {
    id: folderId(id),
    name,
    kind: 'folder',
    parent: { id: folderId(folderOr(folder['parent_folder_id'])) },
    ...told({ size: countOf(total_size) }),
    ...((isYes(shared) || isYes(business_shared)) && { shared: true }),
    can: isYes(not_owned) ? ['list'] : ['list', 'upload', 'createFolder', 'rename', 'move', 'remove', 'describe', 'send'],
  };
}

/** A public folder of somebody else. */
export const publicItem = ({ id = '', name = '' }: Attributes): Item => ({ id: publicId(id), name, kind: 'folder', can: ['list'] });

/** A file in a public folder. */
export function publicFile(file: Attributes, folder?: string): Item {
  const item = { ...fileItem({ ...file, not_owned: '1' }), id: publishedId(file['id'] ?? '') };
  delete item.parent;
  return folder === undefined ? item : { ...item, parent: { id: publicId(folder) } };
}

/** Names of files whose bytes are there and which are not complete yet: what lies under one is shown to nobody. */
const STAGED = /^ferrykit-upload-([0-9a-z]+)-[0-9a-z]{16,}$/;

/** Milliseconds after which nobody completes an upload any more. */
const STALE = 8 * 86_400_000;

/** A name under which the bytes of one upload lie until it is complete; the time of its beginning is in it. */
export const stagedName = (): string =>
  `ferrykit-upload-${Date.now().toString(36)}-${[...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(36).padStart(7, '0')).join('')}`;

/** Whether a file is one of an upload that is not complete. */
export const isStaged = ({ name = '' }: Attributes): boolean => STAGED.test(name);

/** Whether it is one that nobody will complete. */
export const isOrphan = ({ name = '' }: Attributes): boolean => {
  const [, begun] = STAGED.exec(name) ?? [];
  return begun !== undefined && parseInt(begun, 36) < Date.now() - STALE;
};
