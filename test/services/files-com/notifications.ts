import { Hono } from 'hono';
import { groupsOf, need, type Caller } from './callers.js';
import { notFound, Refusal, unsavable } from './errors.js';
import { filtered, page, sorted } from './pages.js';
import type { Parameters } from './parameters.js';
import { comparable, tidy, upward } from './paths.js';
import type { Notification } from './records.js';
import type { Environment, Routes, Service } from './service.js';

const INTERVALS = ['five_minutes', 'fifteen_minutes', 'hourly', 'daily'];

/** The flags, and what they are when nothing is said. */
const FLAGS: Readonly<Record<string, boolean>> = {
  notify_user_actions: false,
  notify_on_copy: false,
  notify_on_delete: false,
  notify_on_download: false,
  notify_on_move: false,
  notify_on_upload: true,
  recursive: true,
  trigger_by_share_recipients: false,
};

const fields = {
  path: (entry: Notification) => comparable(entry.path),
  user_id: (entry: Notification) => entry.userId ?? 0,
  group_id: (entry: Notification) => entry.groupId ?? 0,
};

function apply(entry: Notification, parameters: Parameters): void {
  const interval = parameters.text('send_interval') ?? entry.sendInterval;
  if (!INTERVALS.includes(interval)) throw unsavable('send_interval', `must be one of ${INTERVALS.join(', ')}`);
  entry.sendInterval = interval;
  entry.message = parameters.text('message') ?? entry.message;
  for (const name of Object.keys(FLAGS)) entry.flags[name] = parameters.flag(name) ?? entry.flags[name] ?? false;
}

/** `/notifications`: who hears of what happens in a folder. */
export function notificationRoutes({ state }: Service): Routes {
  const show = (entry: Notification): Record<string, unknown> => ({
    id: entry.id,
    path: entry.path,
    group_id: entry.groupId,
    group_name: state.groups.get(entry.groupId ?? -1)?.name ?? null,
    ...entry.flags,
    send_interval: entry.sendInterval,
    message: entry.message,
    unsubscribed: false,
    unsubscribed_reason: 'none',
    user_id: entry.userId,
    username: state.users.get(entry.userId ?? -1)?.username ?? null,
  });
  const own = (caller: Caller, entry: Notification): boolean =>
    caller.admin || entry.userId === caller.user?.id || groupsOf(state, caller.user).includes(entry.groupId ?? -1);
  const find = (caller: Caller, id: string): Notification => {
    const entry = state.notifications.get(Number(id));
    if (!entry || !own(caller, entry)) throw notFound('Notification');
    return entry;
  };

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    const path = parameters.text('path');
    const at = path === undefined ? undefined : comparable(tidy(path));
    const paths = at !== undefined && parameters.flag('include_ancestors') ? upward(at) : [at];
    const all = [...state.notifications.values()].filter(
      (entry) => own(caller, entry) && (at === undefined || paths.includes(comparable(entry.path))),
    );
    return c.json(page(c, sorted(c, filtered(c, all, fields), fields)).map(show));
  });
  app.get('/:id', (c) => c.json(show(find(c.var.caller, c.req.param('id')))));
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const path = tidy(parameters.text('path') ?? '');
    if (!state.tree.folder(path)) throw notFound('Folder');
    need(state, caller, 'list', path);
    const username = parameters.text('username');
    const named = [...state.users.values()].find((user) => user.username === username)?.id;
    const groupId = parameters.number('group_id') ?? null;
    const userId = groupId === null ? (parameters.number('user_id') ?? named ?? caller.user?.id ?? null) : null;
    if (userId === null ? !state.groups.has(groupId ?? -1) : !state.users.has(userId)) throw notFound('User or group');
    if (!caller.admin && userId !== caller.user?.id) {
      throw new Refusal('not-authorized/cant-act-for-other-user', 'You cannot do this for another user.');
    }
    const entry: Notification = {
      id: state.number(),
      path,
      userId,
      groupId,
      sendInterval: 'five_minutes',
      message: '',
      flags: { ...FLAGS },
    };
    apply(entry, parameters);
    state.notifications.set(entry.id, entry);
    return c.json(show(entry), 201);
  });
  app.patch('/:id', (c) => {
    const entry = find(c.var.caller, c.req.param('id'));
    apply(entry, c.var.parameters);
    return c.json(show(entry));
  });
  app.delete('/:id', (c) => {
    state.notifications.delete(find(c.var.caller, c.req.param('id')).id);
    return c.body(null, 204);
  });
  return app;
}
