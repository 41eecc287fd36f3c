import { Hono, type Context } from 'hono';
import { adminsOnly, need } from './callers.js';
import { filtered, page, sorted } from './pages.js';
import { writeDate } from './parameters.js';
import { comparable, parentOf, within } from './paths.js';
import { selfOrAdmin } from './permissions.js';
import type { Action } from './records.js';
import { pathOfRequest, type Environment, type Routes, type Service } from './service.js';

const show = (action: Action): Record<string, unknown> => ({
  id: action.id,
  path: action.path,
  when: writeDate(action.when),
  destination: action.destination,
  display: `${action.username} did ${action.action} ${action.path}`,
  ip: '127.0.0.1',
  source: action.source,
  targets: [],
  user_id: action.userId,
  username: action.username,
  action: action.action,
  failure_type: action.failureType,
  interface: 'restapi',
});

const fields = {
  created_at: (action: Action) => action.when.getTime(),
  user_id: (action: Action) => action.userId ?? 0,
  path: (action: Action) => comparable(action.path),
  folder: (action: Action) => comparable(parentOf(action.path)),
};

/** `/history`: what was done, newest first. */
export function historyRoutes({ state }: Service): Routes {
  const answer = (c: Context<Environment>, chosen: (action: Action) => boolean): Response => {
    const [start, end] = [c.var.parameters.date('start_at'), c.var.parameters.date('end_at')];
    const within = state.history.filter((action) => chosen(action) && (!start || action.when >= start) && (!end || action.when <= end));
    return c.json(page(c, sorted(c, filtered(c, within.reverse(), fields), fields)).map(show));
  };
  const touches = (action: Action, path: string): boolean =>
    [action.path, action.source ?? undefined, action.destination ?? undefined].some(
      (at) => at !== undefined && comparable(at) === comparable(path),
    );

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    adminsOnly(c.var.caller);
    return answer(c, () => true);
  });
  app.get('/login', (c) => {
    adminsOnly(c.var.caller);
    return answer(c, ({ action }) => action === 'login' || action === 'failedlogin');
  });
  app.get('/users/:id', (c) => {
    const id = Number(c.req.param('id'));
    selfOrAdmin(c.var.caller, id);
    return answer(c, ({ userId }) => userId === id);
  });
  app.get('/files/*', (c) => {
    const path = pathOfRequest(c, '/history/files');
    need(state, c.var.caller, 'history', path);
    return answer(c, (action) => touches(action, path));
  });
  app.get('/folders/*', (c) => {
    const path = pathOfRequest(c, '/history/folders');
    need(state, c.var.caller, 'history', path);
    return answer(c, (action) => !action.action.includes('login') && within(action.path, path));
  });
  return app;
}
