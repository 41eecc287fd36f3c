import type { Account, Folder } from './records.js';
import { Refusal } from './refusal.js';
import type { Service } from './service.js';

/** The root of an account: its own parent, as `folders.getAll` has it. */
export const rootOf = (owner: Account): Folder => ({
  id: '0',
  owner,
  name: 'Root',
  shared: false,
  parentId: '0',
  password: '',
  businessShared: false,
});

/** A folder that the account may see: its own, the root, or one that its team shares. */
export function seenFolder({ state }: Service, account: Account, id: string): Folder {
  if (id === '0') return rootOf(account);
  const folder = state.folders.get(id);
  const shared = folder?.businessShared && account.team !== undefined && folder.owner.team === account.team;
  if (!folder || (folder.owner !== account && !shared)) throw new Refusal(10, { id });
  return folder;
}

/** A folder that the account may put things into; `''` is the root, as in cleared data. */
export function ownFolder(service: Service, account: Account, id: string): Folder {
  const folder = seenFolder(service, account, id === '' ? '0' : id);
  if (folder.owner !== account) throw new Refusal(11, { id });
  return folder;
}

/** Whether a folder is another or lies below it. */
export function isWithin({ state }: Service, folder: Folder, other: Folder): boolean {
  let at: Folder | undefined = folder;
  while (at) {
    if (at.id === other.id) return true;
    at = state.folders.get(at.parentId);
  }
  return other.id === '0';
}
