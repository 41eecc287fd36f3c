import { Refusal } from './errors.js';
import { comparable, upward, within } from './paths.js';
import type { ApiKey, Grant, User } from './records.js';
import type { Service } from './service.js';
import type { State } from './state.js';

/** Who sent a request: a user (by session or by a key of theirs), or a key of the whole site. */
export interface Caller {
  user: User | undefined;
  key: ApiKey | undefined;
  sessionId: string | undefined;
  admin: boolean;
}

/** What a caller may do at a path; the letters are those of the File object, `p` is the older one for previews. */
export interface Allowed {
  read: boolean;
  write: boolean;
  delete: boolean;
  list: boolean;
  preview: boolean;
  history: boolean;
  bundle: boolean;
  admin: boolean;
}

/** Resources that a key of a limited kind reaches, by the first name of the route. */
const REACH: Readonly<Record<string, RegExp>> = {
  desktop_app: /^(files|folders|file_actions|file_migrations|bundles|bundle_\w+|behaviors|locks|api_key|site|permissions)$/,
  files_only: /^(files|folders|file_actions|file_migrations|behaviors|locks|api_key|permissions)$/,
  office_integration: /^(files|folders|file_actions|locks|api_key)$/,
};

/** Finds out who is asking. A session is looked at first, and wins. */
export function recognise({ state, knobs }: Service, headers: Headers): Caller {
  const sessionId = headers.get('x-filesapi-auth');
  if (sessionId !== null) {
    const session = state.sessions.get(sessionId);
    const user = session && state.users.get(session.userId);
    if (!user || Date.now() - session.createdAt.getTime() > knobs.sessionLifetime * 1000) {
      throw new Refusal('not-authenticated/invalid-session', 'Invalid session, or it has expired.');
    }
    return { user, key: undefined, sessionId, admin: user.siteAdmin };
  }
  const text = headers.get('x-filesapi-key');
  if (text === null) throw new Refusal('not-authenticated/authentication-required', 'Authentication is required.');
  const key = [...state.keys.values()].find((entry) => entry.key === text);
  const user = key && key.userId !== null ? state.users.get(key.userId) : undefined;
  const expired = key?.expiresAt && key.expiresAt.getTime() < Date.now();
  if (!key || expired || (key.userId !== null && !user)) {
    throw new Refusal('not-authenticated/invalid-credentials', 'Invalid credentials.');
  }
  return { user, key, sessionId: undefined, admin: (user?.siteAdmin ?? true) && key.permissionSet === 'full' };
}

/** Refuses what the kind of the key, or an unfinished second factor, does not allow. */
export function checkReach(caller: Caller, resource: string, path: string): void {
  if (caller.user?.twoFactorSetupNeeded) {
    throw new Refusal('not-authorized/two-factor-authentication-required', 'Two factor authentication must be set up first.');
  }
  const kind = caller.key?.permissionSet ?? 'full';
  const reach = REACH[kind];
  if (reach && !reach.test(resource)) {
    const type = { desktop_app: 'api-key-only-for-desktop-app', office_integration: 'api-key-only-for-office-integration' };
    throw new Refusal(
      `not-authorized/${kind in type ? type[kind as keyof typeof type] : 'full-permission-required'}`,
      'This API key does not have permission for this.',
    );
  }
  checkConfined(caller, path);
}

/** Refuses a path outside the folder that an office integration's key is for. */
export function checkConfined({ key }: Caller, path: string): void {
  if (key?.permissionSet === 'office_integration' && !within(path, key.path)) {
    throw new Refusal('not-authorized/api-key-is-path-restricted', 'This API key is restricted to a path.');
  }
}

/** Refuses everybody but administrators. */
export function adminsOnly(caller: Caller): void {
  if (!caller.admin) throw new Refusal('not-authorized/site-admin-required', 'You must be a site administrator.');
}

/** The groups that a user is in. */
export function groupsOf(state: State, user: User | undefined): number[] {
  return user ? [...state.groups.values()].filter(({ members }) => members.has(user.id)).map(({ id }) => id) : [];
}

function grantsAt(state: State, caller: Caller, path: string): Set<Grant> {
  const groups = new Set(groupsOf(state, caller.user));
  const above = new Set(upward(comparable(path)));
  const grants = [...state.permissions.values()].filter(
    (entry) =>
      above.has(comparable(entry.path)) &&
      (entry.recursive || comparable(entry.path) === comparable(path)) &&
      (entry.userId === null ? groups.has(entry.groupId ?? -1) : entry.userId === caller.user?.id),
  );
  return new Set(grants.map(({ permission }) => permission));
}

/** The union of all that was granted to a caller and their groups at a path or above it. */
export function allowedAt(state: State, caller: Caller, path: string): Allowed {
  // A site-wide key of a limited kind is nobody's: it may do all of its kind's things everywhere.
  const all = caller.admin || !caller.user || caller.user.siteAdmin;
  const grants = all ? new Set<Grant>(['admin']) : grantsAt(state, caller, path);
  const any = (...kinds: Grant[]): boolean => kinds.some((kind) => grants.has(kind));
  return {
    read: any('admin', 'full', 'readonly'),
    write: any('admin', 'full', 'writeonly'),
    delete: any('admin', 'full'),
    list: any('admin', 'full', 'readonly', 'list', 'previewonly'),
    preview: any('previewonly'),
    history: any('admin', 'full', 'history'),
    bundle: any('admin', 'bundle') || (any('full', 'readonly') && (caller.user?.attachmentsPermission ?? true)),
    admin: any('admin'),
  };
}

/** The letters of the File object. */
export function letters(allowed: Allowed): string {
  return [allowed.list && 'l', allowed.read && 'r', allowed.write && 'w', allowed.delete && 'd', allowed.preview && 'p']
    .filter(Boolean)
    .join('');
}

/** Refuses a caller who lacks a right at a path. */
export function need(state: State, caller: Caller, right: 'read' | 'write' | 'list' | 'delete' | 'history', path: string): void {
  if (allowedAt(state, caller, path)[right]) return;
  const type = { read: 'read', list: 'read', write: 'write', delete: 'full', history: 'history' }[right];
  throw new Refusal(`not-authorized/${type}-permission-required`, `You do not have ${type} permission for this path.`);
}

/** Whether a caller sees an item at all: because it may be listed, or because something below it was granted. */
export function visible(state: State, caller: Caller, path: string): boolean {
  if (allowedAt(state, caller, path).list) return true;
  const groups = new Set(groupsOf(state, caller.user));
  return [...state.permissions.values()].some(
    (entry) => within(entry.path, path) && (entry.userId === null ? groups.has(entry.groupId ?? -1) : entry.userId === caller.user?.id),
  );
}
