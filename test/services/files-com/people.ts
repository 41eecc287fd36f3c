import { Hono } from 'hono';
import { adminsOnly, groupsOf, type Caller } from './callers.js';
import { notFound } from './errors.js';
import { filtered, page, sorted } from './pages.js';
import { grantsOf, selfOrAdmin } from './permissions.js';
import type { Group, User } from './records.js';
import type { Environment, Routes, Service } from './service.js';
import type { State } from './state.js';

/** A user as it is answered; the password never is. */
export function showUser(state: State, user: User): Record<string, unknown> {
  const groups = [...state.groups.values()].filter(({ members }) => members.has(user.id));
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    company: user.company,
    email: user.email,
    site_admin: user.siteAdmin,
    attachments_permission: user.attachmentsPermission,
    disabled: user.disabled,
    authentication_method: 'password',
    restapi_permission: true,
    self_managed: true,
    language: 'en',
    time_zone: 'UTC',
    notes: '',
    user_root: '',
    group_ids: groups.map(({ id }) => id).join(','),
    admin_group_ids: groups.filter(({ members }) => members.get(user.id)?.admin).map(({ id }) => id),
    type_of_2fa: user.otp === undefined ? '' : 'totp',
    require_2fa: user.twoFactorSetupNeeded ? 'always_require' : 'use_system_setting',
  };
}

const includes = (text: string, search: string): boolean => text.toLowerCase().includes(search.toLowerCase());

const orders = {
  id: (user: User) => user.id,
  username: (user: User) => user.username,
  name: (user: User) => user.name,
  email: (user: User) => user.email,
  company: (user: User) => user.company,
  site_admin: (user: User) => String(user.siteAdmin),
};

/** `/users`: whom one may send to, and what one may do oneself. */
export function userRoutes(service: Service): Routes {
  const { state, knobs } = service;
  const find = (caller: Caller, id: number): User => {
    selfOrAdmin(caller, id);
    const user = state.users.get(id);
    if (!user) throw notFound('User');
    return user;
  };
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    if (!knobs.usersForAll) adminsOnly(caller);
    const [ids, search] = [parameters.list('ids')?.map(Number), parameters.text('search')];
    const users = [...state.users.values()].filter(
      (user) =>
        (!ids || ids.includes(user.id)) &&
        (!search || [user.name, user.username, user.email].some((text) => includes(text, search))) &&
        includes(user.username, parameters.member('q', 'username') ?? '') &&
        includes(user.email, parameters.member('q', 'email') ?? '') &&
        (!parameters.member('q', 'admin') || user.siteAdmin),
    );
    return c.json(page(c, sorted(c, filtered(c, users, orders), orders)).map((user) => showUser(state, user)));
  });
  app.get('/:id', (c) => c.json(showUser(state, find(c.var.caller, Number(c.req.param('id'))))));
  app.get('/:id/permissions', (c) => {
    const { id } = find(c.var.caller, Number(c.req.param('id')));
    return c.json(grantsOf(service, 'user', id, c.var.parameters.flag('include_groups') ?? false));
  });
  return app;
}

const names = (state: State, group: Group, admins: boolean): User[] =>
  [...group.members].filter(([, { admin }]) => admin || !admins).flatMap(([id]) => state.users.get(id) ?? []);

const showGroup = (state: State, group: Group): Record<string, unknown> => ({
  id: group.id,
  name: group.name,
  notes: group.notes,
  admin_ids: names(state, group, true).map(({ id }) => id).join(','),
  user_ids: names(state, group, false).map(({ id }) => id).join(','),
  usernames: names(state, group, false).map(({ username }) => username).join(','),
  site_id: 1,
}); // prettier-ignore

/** `/groups`: all for administrators, their own for everybody else. */
export function groupRoutes(service: Service): Routes {
  const { state } = service;
  const seen = (caller: Caller): Group[] =>
    [...state.groups.values()].filter(({ id }) => caller.admin || groupsOf(state, caller.user).includes(id));
  const find = (caller: Caller, id: string): Group => {
    const group = seen(caller).find((entry) => entry.id === Number(id));
    if (!group) throw notFound('Group');
    return group;
  };
  const fields = { name: (group: Group) => group.name };
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const ids = c.var.parameters.list('ids')?.map(Number);
    const groups = seen(c.var.caller).filter(({ id }) => !ids || ids.includes(id));
    return c.json(page(c, sorted(c, filtered(c, groups, fields), fields)).map((group) => showGroup(state, group)));
  });
  app.get('/:id', (c) => c.json(showGroup(state, find(c.var.caller, c.req.param('id')))));
  app.get('/:id/permissions', (c) => c.json(grantsOf(service, 'group', find(c.var.caller, c.req.param('id')).id, false)));
  return app;
}

/** `/group_users`: who is in which group. */
export function membershipRoutes({ state }: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    const [userId, groupId] = [parameters.number('user_id'), parameters.number('group_id')];
    const own = groupsOf(state, caller.user);
    const rows = [...state.groups.values()]
      .filter(({ id }) => (caller.admin || own.includes(id)) && (groupId === undefined || id === groupId))
      .flatMap((group) =>
        [...group.members].map(([user, { id, admin }]) => ({ id, group_id: group.id, group_name: group.name, user_id: user, admin })),
      );
    return c.json(
      page(
        c,
        rows.filter((row) => userId === undefined || row.user_id === userId),
      ),
    );
  });
  return app;
}

/** `/user/groups`: the groups of whoever asks. */
export function ownGroupRoutes({ state }: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/groups', (c) => {
    const { user } = c.var.caller;
    const groups = user ? [...state.groups.values()].filter(({ members }) => members.has(user.id)) : [];
    return c.json(
      groups.map((group) => ({
        id: group.id,
        admin: user ? (group.members.get(user.id)?.admin ?? false) : false,
        name: group.name,
        usernames: names(state, group, false).map(({ username }) => username),
      })),
    );
  });
  return app;
}
