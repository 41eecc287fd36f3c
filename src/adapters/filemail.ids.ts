import { BackendError } from '../backend/errors.js';

/** What an id names: the root, a transfer with a path of folders in it, or a file of a transfer. */
export type Named =
  { kind: 'root' } | { kind: 'folder'; transfer: string; path: string } | { kind: 'file'; transfer: string; file: string };

/** The id of a folder that the names of a transfer's files make; without a path, of the transfer itself. */
export const folderId = (transfer: string, path: string): string => `transfer/${transfer}${path && `/${path}`}`;

/** The id of a transfer as a folder. */
export const transferId = (transfer: string): string => folderId(transfer, '');

/** The id of a file. */
export const fileId = (transfer: string, file: string): string => `file/${transfer}/${file}`;

/** Says what an id names; what is none rejects with `not-found`. */
export function named(id: string): Named {
  if (id === '') return { kind: 'root' };
  const [, kind, transfer = '', rest = ''] = /^(transfer|file)\/([^/]+)(?:\/(.+))?$/s.exec(id) ?? [];
  if (kind === 'transfer') return { kind: 'folder', transfer, path: rest };
  if (kind === 'file' && rest !== '') return { kind: 'file', transfer, file: rest };
  throw new BackendError('not-found', `There is no item "${id}".`);
}
