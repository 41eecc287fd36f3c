import { Hono } from 'hono';
import type { Caller } from './callers.js';
import { notFound, required } from './errors.js';
import { page } from './pages.js';
import type { ShareGroup } from './records.js';
import type { Environment, Routes, Service } from './service.js';

function readMembers(list: readonly unknown[] | undefined): ShareGroup['members'] {
  if (!list || list.length === 0) throw required('members');
  return list.map((entry) => {
    const { name, company, email } = Object(entry) as Record<string, unknown>;
    if (typeof email !== 'string') throw required('members[email]');
    return { name: typeof name === 'string' ? name : '', company: typeof company === 'string' ? company : '', email };
  });
}

/** `/share_groups`: lists of people, which each user has for themselves. */
export function shareGroupRoutes({ state }: Service): Routes {
  const show = ({ id, name, notes, userId, members }: ShareGroup): Record<string, unknown> => ({
    id,
    name,
    notes,
    user_id: userId,
    members,
  });
  const find = (caller: Caller, id: string): ShareGroup => {
    const group = state.shareGroups.get(Number(id));
    if (!group || !(caller.admin || group.userId === caller.user?.id)) throw notFound('Share group');
    return group;
  };
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller } = c.var;
    return c.json(
      page(
        c,
        [...state.shareGroups.values()].filter(({ userId }) => caller.admin || userId === caller.user?.id),
      ).map(show),
    );
  });
  app.get('/:id', (c) => c.json(show(find(c.var.caller, c.req.param('id')))));
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const group: ShareGroup = {
      id: state.number(),
      userId: caller.user?.id ?? null,
      name: parameters.need('name'),
      notes: parameters.text('notes') ?? '',
      members: readMembers(parameters.list('members')),
    };
    state.shareGroups.set(group.id, group);
    return c.json(show(group), 201);
  });
  app.patch('/:id', (c) => {
    const { parameters } = c.var;
    const group = find(c.var.caller, c.req.param('id'));
    if (parameters.has('members')) group.members = readMembers(parameters.list('members'));
    group.name = parameters.text('name') ?? group.name;
    group.notes = parameters.text('notes') ?? group.notes;
    return c.json(show(group));
  });
  app.delete('/:id', (c) => {
    state.shareGroups.delete(find(c.var.caller, c.req.param('id')).id);
    return c.body(null, 204);
  });
  return app;
}
