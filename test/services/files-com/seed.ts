import type { ApiKey, Grant, User } from './records.js';
import type { State } from './state.js';

/** Who may sign in to a seeded site, and with what. */
export const CREDENTIALS = {
  /** A key of the whole site. */
  siteKey: 'site-key-0123456789abcdef',
  /** A key of the user `editor`. */
  editorKey: 'editor-key-0123456789abcdef',
  desktopKey: 'desktop-key-0123456789abcdef',
  filesKey: 'files-key-0123456789abcdef',
  /** Reaches only `docs`. */
  officeKey: 'office-key-0123456789abcdef',
  /** Of all users. */
  password: 'vroom-vroom-vroom',
  /** Of the user `careful`. */
  otp: '246810',
} as const;

/** Makes a user; the password is that of all seeded users. */
export function addUser(state: State, username: string, more: Partial<User> = {}): User {
  const user: User = {
    id: state.number(),
    username,
    password: CREDENTIALS.password,
    name: `The ${username}`,
    email: `${username}@example.com`,
    company: 'Example',
    siteAdmin: false,
    attachmentsPermission: true,
    disabled: false,
    lockedOut: false,
    otp: undefined,
    twoFactorSetupNeeded: false,
    rootPath: '',
    ...more,
  };
  state.users.set(user.id, user);
  return user;
}

/** Makes a key. */
export function addKey(state: State, key: string, more: Partial<ApiKey> = {}): void {
  const id = state.number();
  state.keys.set(id, {
    id,
    key,
    name: key,
    permissionSet: 'full',
    userId: null,
    path: '',
    createdAt: new Date(),
    expiresAt: null,
    ...more,
  });
}

/** Grants a user something on a folder and all below it. */
export function grant(state: State, user: User, path: string, permission: Grant): void {
  const id = state.number();
  state.permissions.set(id, { id, path, userId: user.id, groupId: null, permission, recursive: true });
}

/** Puts a file, with its folders. */
export async function addFile(state: State, path: string, text: string): Promise<void> {
  state.tree.makeFolder(path.split('/').slice(0, -1).join('/'), null);
  const { content } = await state.contents.write(new Response(text).body);
  state.tree.putFile(path, content, null);
}

/**
 * Fills a fresh site for tests and demonstrations: users who may do more and less, two groups, folders with and without rules.
 *
 * - `owner` administers the site; `editor` has all of `docs`, `team` and `rules`; `reader` reads `docs`; `writer` only drops into
 *   `drop`; `watcher` sees previews in `pictures`; `quiet` reads `docs` but may not share; `careful` has a second factor;
 *   `fresh` must set one up; `guest` starts in `team`.
 * - `rules/tables` takes xls and csv for 30 days, `rules/tables/any` turns that off; `rules/locked` keeps its folders;
 *   `drop` is an inbox with the key `drop`; `public` is served to everybody.
 */
export async function seed(state: State): Promise<void> {
  const owner = addUser(state, 'owner', { siteAdmin: true });
  const editor = addUser(state, 'editor');
  const reader = addUser(state, 'reader');
  const writer = addUser(state, 'writer');
  const watcher = addUser(state, 'watcher');
  const quiet = addUser(state, 'quiet', { attachmentsPermission: false });
  const guest = addUser(state, 'guest', { rootPath: 'team' });
  addUser(state, 'careful', { otp: CREDENTIALS.otp });
  addUser(state, 'fresh', { twoFactorSetupNeeded: true });

  for (const [name, members] of [['editors', [owner, editor]], ['everyone', [owner, editor, reader, writer]]] as const) {
    const id = state.number();
    state.groups.set(id, { id, name, notes: '', members: new Map(members.map((user) => [user.id, { id: state.number(), admin: user === owner }])) });
  } // prettier-ignore
  addKey(state, CREDENTIALS.siteKey);
  addKey(state, CREDENTIALS.editorKey, { userId: editor.id });
  addKey(state, CREDENTIALS.desktopKey, { permissionSet: 'desktop_app', userId: editor.id });
  addKey(state, CREDENTIALS.filesKey, { permissionSet: 'files_only', userId: editor.id });
  addKey(state, CREDENTIALS.officeKey, { permissionSet: 'office_integration', userId: editor.id, path: 'docs' });

  for (const path of ['docs/reports', 'team', 'rules/tables/any', 'rules/locked/2026', 'drop', 'pictures', 'public'])
    state.tree.makeFolder(path, owner.id);
  for (const path of ['docs', 'team', 'rules']) grant(state, editor, path, 'full');
  grant(state, reader, 'docs', 'readonly');
  grant(state, quiet, 'docs', 'readonly');
  grant(state, writer, 'drop', 'writeonly');
  grant(state, watcher, 'pictures', 'previewonly');
  grant(state, guest, 'team', 'full');
  await addFile(state, 'docs/hello.txt', 'hello, ferry');
  await addFile(state, 'docs/reports/2026 é.txt', 'figures');
  await addFile(state, 'pictures/dot.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await addFile(state, 'public/index.html', '<!doctype html><title>Public</title>');

  const set = (path: string, behavior: string, value: unknown, disableParent = false): void => {
    const id = state.number();
    state.behaviors.set(id, { id, path, behavior, value, name: '', description: '', recursive: true, disableParent });
  };
  set('rules/tables', 'limit_file_extensions', { extensions: ['xls', 'csv'], mode: 'whitelist' });
  set('rules/tables', 'file_expiration', { days_to_retain: 30, delete_empty_folders: false });
  set('rules/tables/any', 'limit_file_extensions', null, true);
  set('rules/locked', 'lock_subfolders', { level: 'children_recursive' });
  set('drop', 'inbox', { key: 'drop', title: 'Drop files here', description: 'Whatever you like.', help_text: 'Ask us.' });
  set('public', 'serve_publicly', { key: 'public', show_index: true });
}
