import type { Item } from '../backend/item.js';
import { accepts } from '../uploads/add.js';

/** What can be picked: `files` or `folders`, and of files those that `accept` names. */
export interface Picking {
  picker: 'files' | 'folders' | undefined;
  accept: string[] | undefined;
}

/** Whether an item can be the answer of a picker. */
export function isPickable({ kind, name, type = '' }: Item, { picker, accept }: Picking): boolean {
  if (picker === 'folders') return kind === 'folder';
  return kind === 'file' && (!accept || accepts(accept, { name, type }));
}
