import { FLAGS, type Flag, type Group, type State, type User } from './state.js';
import type { Folder } from './tree.js';

/** The key and the secret of a user of a seeded site. */
export const credentialsOf = (username: string): { apiKey: string; secret: string } => ({
  apiKey: `key-of-${username}`,
  secret: `secret of ${username}`,
});

/** Of all seeded users. */
export const PASSWORD = 'vroom-vroom';

/** Makes a user with a key. */
export function addUser(state: State, username: string, more: Partial<User> = {}): User {
  const user: User = {
    id: state.number(),
    username,
    password: PASSWORD,
    email: `${username}@example.com`,
    firstName: 'The',
    lastName: username,
    organization: null,
    admin: false,
    subAdmin: false,
    autoRecip: false,
    ...more,
  };
  state.users.set(user.id, user);
  const { apiKey: key, secret } = credentialsOf(username);
  state.keys.set(key, { key, secret, userId: user.id });
  return user;
}

/** Makes a group. */
export function addGroup(state: State, name: string, members: readonly User[]): Group {
  const group = { id: state.number(), name, members: new Set(members.map(({ id }) => id)) };
  state.groups.set(group.id, group);
  return group;
}

/** Makes a workspace. */
export function addWorkspace(state: State, name: string, rootAccess = true): Folder {
  const folder = state.makeFolder(name);
  folder.workspace = { rootAccess };
  return folder;
}

/** Grants somebody something in a folder and below it: all, where nothing is said. */
export function grant(state: State, holder: User | Group, folder: Folder, flags: readonly Flag[] = FLAGS): void {
  state.grants.push({ folderId: folder.id, holderId: holder.id, flags: new Set(flags) });
}

/** Puts a file, with its folders. */
export async function addFile(state: State, path: string, text: string): Promise<number> {
  const names = path.split('/');
  const folder = state.makeFolder(names.slice(0, -1).join('/'));
  const file = await state.putFile(folder, names.at(-1) ?? '', new Blob([text]).stream());
  return file.id;
}

/**
 * Fills a fresh site for tests and demonstrations.
 *
 * - `boss` administers it; `designer` may do all in the workspace `Designers_workspace`; `reader` may only look and download there;
 *   `insider` may send there, but not to outsiders; `stranger` has access to nothing.
 * - The group `Designers` has `designer` and `reader`; `Archive` is a workspace in whose root nobody but `boss` may do anything.
 */
export async function seed(state: State): Promise<void> {
  addUser(state, 'boss', { admin: true });
  const designer = addUser(state, 'designer', { organization: 'Example' });
  const reader = addUser(state, 'reader');
  const insider = addUser(state, 'insider', { subAdmin: true });
  addUser(state, 'stranger');
  const designers = addGroup(state, 'Designers', [designer, reader]);
  const workspace = addWorkspace(state, 'Designers_workspace');
  const archive = addWorkspace(state, 'Archive', false);
  grant(state, designer, workspace);
  grant(state, designer, archive);
  grant(state, designers, workspace, ['downloadFiles']);
  grant(state, insider, workspace, ['downloadFiles', 'sendFiles']);
  await addFile(state, 'Designers_workspace/hello.txt', 'hello, ferry');
  await addFile(state, 'Designers_workspace/Drafts/2026 é.txt', 'figures');
  await addFile(state, 'Archive/old.txt', 'old');
}
