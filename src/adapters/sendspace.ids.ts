import { BackendError } from '../backend/errors.js';

/** What an id names. A public folder of somebody else and what is in it are read only. */
export type Named =
  | { kind: 'folder'; folder: string }
  | { kind: 'file'; file: string }
  | { kind: 'public'; folder: string }
  | { kind: 'published'; file: string }
  /** A file that belongs to nobody: its key is all that can delete it. */
  | { kind: 'anonymous'; file: string; key: string };

/** The service's own name of the root folder. */
export const ROOT_FOLDER = '0';

/** The folder that something says that it lies in; what says nothing lies in the root. */
export const folderOr = (text = '', other: string = ROOT_FOLDER): string => (text === '' ? other : text);

export const folderId = (folder: string): string => (folder === ROOT_FOLDER ? '' : `folder/${folder}`);
export const fileId = (file: string): string => `file/${file}`;
export const publishedId = (file: string): string => `published/${file}`;
export const publicId = (folder: string): string => `public/${folder}`;
export const anonymousId = (file: string, key = ''): string => `anonymous/${file}/${key}`;

/** Says what an id names; what is none rejects with `not-found`. */
export function named(id: string): Named {
  if (id === '') return { kind: 'folder', folder: ROOT_FOLDER };
  const [, kind, name = '', , key = ''] = /^(folder|file|published|anonymous)\/([0-9a-z]+)(\/([0-9a-z]*))?$/i.exec(id) ?? [];
  if (kind === 'folder') return { kind, folder: name };
  if (kind === 'file' || kind === 'published') return { kind, file: name };
  if (kind === 'anonymous') return { kind, file: name, key };
  if (id.startsWith('public/') && id.length > 'public/'.length) return { kind: 'public', folder: id.slice('public/'.length) };
  throw new BackendError('not-found', `There is no item "${id}".`);
}

/** The service's own name of a folder; of what is none, `invalid`. */
export function folderIn(id: string): string {
  const what = named(id);
  if (what.kind === 'folder') return what.folder;
  throw new BackendError('invalid', `"${id}" is no folder of this account.`);
}
