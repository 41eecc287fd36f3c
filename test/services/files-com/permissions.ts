import { Hono } from 'hono';
import { adminsOnly, allowedAt, groupsOf, type Caller } from './callers.js';
import { notFound, Refusal, required, unsavable } from './errors.js';
import { filtered, page, sorted } from './pages.js';
import { comparable, tidy, upward, within } from './paths.js';
import type { Grant, Permission } from './records.js';
import type { Environment, Routes, Service } from './service.js';

const GRANTS: readonly Grant[] = ['admin', 'full', 'readonly', 'writeonly', 'list', 'history', 'previewonly', 'bundle'];

const isGrant = (text: string): text is Grant => (GRANTS as readonly string[]).includes(text);

/** A grant as it is answered. */
export function showPermission({ state }: Service, entry: Permission): Record<string, unknown> {
  return {
    id: entry.id,
    path: entry.path,
    user_id: entry.userId,
    username: entry.userId === null ? null : (state.users.get(entry.userId)?.username ?? null),
    group_id: entry.groupId,
    group_name: entry.groupId === null ? null : (state.groups.get(entry.groupId)?.name ?? null),
    permission: entry.permission,
    recursive: entry.recursive,
    site_id: 1,
  };
}

const fields = {
  path: (entry: Permission) => comparable(entry.path),
  user_id: (entry: Permission) => entry.userId ?? 0,
  group_id: (entry: Permission) => entry.groupId ?? 0,
  permission: (entry: Permission) => entry.permission,
};

/** `/permissions`: grants to users and groups. Users see their own and those of their groups. */
export function permissionRoutes(service: Service): Routes {
  const { state } = service;
  const own = (caller: Caller, entry: Permission): boolean =>
    caller.admin || entry.userId === caller.user?.id || groupsOf(state, caller.user).includes(entry.groupId ?? -1);
  const checkRight = (caller: Caller, path: string): void => {
    if (!allowedAt(state, caller, path).admin) {
      throw new Refusal('not-authorized/folder-admin-permission-required', 'You must be an administrator of this folder.');
    }
  };

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    const path = parameters.text('path');
    const above = path === undefined ? undefined : new Set(upward(comparable(tidy(path))));
    const [userId, groupId] = [parameters.number('user_id'), parameters.number('group_id')];
    const groups = parameters.flag('include_groups') && userId ? groupsOf(state, state.users.get(userId)) : [];
    const all = [...state.permissions.values()].filter(
      (entry) =>
        own(caller, entry) &&
        (!above || above.has(comparable(entry.path)) || within(entry.path, path ?? '')) &&
        (userId === undefined || entry.userId === userId || groups.includes(entry.groupId ?? -1)) &&
        (groupId === undefined || entry.groupId === groupId),
    );
    return c.json(page(c, sorted(c, filtered(c, all, fields), fields)).map((entry) => showPermission(service, entry)));
  });
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const path = tidy(parameters.text('path') ?? '');
    checkRight(caller, path);
    const permission = parameters.text('permission') ?? 'full';
    if (!isGrant(permission)) throw unsavable('permission', `must be one of ${GRANTS.join(', ')}`);
    const username = parameters.text('username');
    const groupName = parameters.text('group_name');
    const user = [...state.users.values()].find((entry) => entry.id === parameters.number('user_id') || entry.username === username);
    const group = [...state.groups.values()].find((entry) => entry.id === parameters.number('group_id') || entry.name === groupName);
    if (!user && !group) throw required('user_id, username or group_id');
    const entry: Permission = {
      id: state.number(),
      path,
      userId: user?.id ?? null,
      groupId: user ? null : (group?.id ?? null),
      permission,
      recursive: parameters.flag('recursive') ?? true,
    };
    state.permissions.set(entry.id, entry);
    return c.json(showPermission(service, entry), 201);
  });
  app.delete('/:id', (c) => {
    const entry = state.permissions.get(Number(c.req.param('id')));
    if (!entry) throw notFound('Permission');
    checkRight(c.var.caller, entry.path);
    state.permissions.delete(entry.id);
    return c.body(null, 204);
  });
  return app;
}

/** `/users/{id}/permissions` and `/groups/{id}/permissions`, the older way to ask. */
export function grantsOf(service: Service, kind: 'user' | 'group', id: number, includeGroups: boolean): Record<string, unknown>[] {
  const { state } = service;
  const groups = kind === 'group' ? [id] : includeGroups ? groupsOf(state, state.users.get(id)) : [];
  return [...state.permissions.values()]
    .filter((entry) => (kind === 'user' && entry.userId === id) || groups.includes(entry.groupId ?? -1))
    .map((entry) => showPermission(service, entry));
}

/** Refuses users who ask about somebody else. */
export function selfOrAdmin(caller: Caller, id: number): void {
  if (caller.user?.id !== id) adminsOnly(caller);
}
