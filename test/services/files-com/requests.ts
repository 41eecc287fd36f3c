import { Hono, type Context } from 'hono';
import { allowedAt, groupsOf, need, type Caller } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { page } from './pages.js';
import { comparable, tidy } from './paths.js';
import type { FileRequest } from './records.js';
import { pathOfRequest, type Environment, type Routes, type Service } from './service.js';

/** `/requests`: files that users are asked for. */
export function requestRoutes(service: Service): Routes {
  const { state, url } = service;
  const show = (request: FileRequest): Record<string, unknown> => ({
    id: request.id,
    path: request.path,
    source: null,
    destination: request.destination,
    automation_id: null,
    user_display_name: state.users.get(request.by ?? -1)?.name ?? '',
  });
  const asked = (request: FileRequest, caller: Caller): boolean =>
    request.userIds.includes(caller.user?.id ?? -1) || groupsOf(state, caller.user).some((id) => request.groupIds.includes(id));
  const list = (c: Context<Environment>, path: string | undefined): Response => {
    const { caller, parameters } = c.var;
    const mine = !caller.admin || (parameters.flag('mine') ?? false);
    const all = [...state.requests.values()].filter(
      (request) => (!mine || asked(request, caller)) && (path === undefined || comparable(request.path) === comparable(path)),
    );
    return c.json(page(c, all).map(show));
  };

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const path = c.var.parameters.text('path');
    return list(c, path === undefined ? undefined : tidy(path));
  });
  app.get('/folders/*', (c) => list(c, pathOfRequest(c, '/requests/folders')));
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const path = tidy(parameters.need('path'));
    if (!state.tree.folder(path)) throw notFound('Folder');
    need(state, caller, 'write', path);
    const request: FileRequest = {
      id: state.number(),
      path,
      destination: parameters.need('destination'),
      userIds: (parameters.list('user_ids') ?? []).map(Number),
      groupIds: (parameters.list('group_ids') ?? []).map(Number),
      by: caller.user?.id ?? null,
    };
    const missing = request.userIds.find((id) => !state.users.has(id)) ?? request.groupIds.find((id) => !state.groups.has(id));
    if (missing !== undefined) throw notFound('User or group');
    state.requests.set(request.id, request);
    const people = new Set([...request.userIds, ...request.groupIds.flatMap((id) => [...(state.groups.get(id)?.members.keys() ?? [])])]);
    for (const id of people) {
      const to = state.users.get(id)?.email;
      const subject = `A file is requested: ${request.destination}`;
      if (to) state.mails.push({ to, subject, kind: 'request', note: '', url: `${url}/files/${path}` });
    }
    return c.json(show(request), 201);
  });
  app.delete('/:id', (c) => {
    const { caller } = c.var;
    const request = state.requests.get(Number(c.req.param('id')));
    if (!request) throw notFound('Request');
    if (request.by !== (caller.user?.id ?? null) && !allowedAt(state, caller, request.path).admin) {
      throw new Refusal('not-authorized/cant-act-for-other-user', 'This request belongs to another user.');
    }
    state.requests.delete(request.id);
    return c.body(null, 204);
  });
  return app;
}
