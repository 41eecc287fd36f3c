import { Hono } from 'hono';
import { adminsOnly, allowedAt, visible, type Caller } from './callers.js';
import { notFound, Refusal, unsavable } from './errors.js';
import { filtered, page, sorted } from './pages.js';
import { comparable, tidy, upward, within } from './paths.js';
import type { Behavior } from './records.js';
import { HIDDEN, single } from './rules.js';
import { pathOfRequest, type Environment, type Routes, type Service } from './service.js';

/** A value that came as JSON in a string, or as itself. */
function readValue(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What a folder that is served publicly is reached at. */
export function hostingUrl({ url }: Service, { behavior, value }: Behavior): string | null {
  const key = Object(value) as { key?: unknown };
  return behavior === 'serve_publicly' && typeof key.key === 'string' ? `${url}/hosted/${key.key}/` : null;
}

/** `/behaviors`, and what is set at a folder. */
export function behaviorRoutes(service: Service): Routes {
  const { state } = service;
  const show = (entry: Behavior, at?: string): Record<string, unknown> => ({
    id: entry.id,
    path: entry.path,
    attachment_url: null,
    behavior: entry.behavior,
    name: entry.name,
    description: entry.description,
    value: entry.value,
    disable_parent_folder_behavior: entry.disableParent,
    recursive: entry.recursive,
    inherited: at !== undefined && comparable(entry.path) !== comparable(at),
    managed: false,
    root_behavior_site_admin_only: false,
    public_hosting_url: hostingUrl(service, entry),
  });
  const checkRight = (caller: Caller, behavior: string, path: string): void => {
    if (behavior !== 'inbox') adminsOnly(caller);
    else if (!allowedAt(state, caller, path).delete) {
      throw new Refusal('not-authorized/need-admin-permission-for-inbox', 'You need full permission for this folder.');
    }
  };
  const find = (id: string): Behavior => {
    const found = state.behaviors.get(Number(id));
    if (!found) throw notFound('Behavior');
    return found;
  };
  const fields = { behavior: (entry: Behavior) => entry.behavior, impacts_ui: () => 'true' };

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    if (!c.var.caller.admin) {
      throw new Refusal('not-authorized/non-admins-must-query-by-folder-or-path', 'Users who are not administrators must query by folder.');
    }
    const kind = c.var.parameters.text('behavior');
    const all = [...state.behaviors.values()].filter(({ behavior }) => !kind || behavior === kind);
    return c.json(page(c, sorted(c, filtered(c, all, fields), fields)).map((entry) => show(entry)));
  });
  app.get('/folders/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/behaviors/folders');
    if (!state.tree.folder(path) || !visible(state, caller, path)) throw notFound('Folder');
    const above = new Set(upward(comparable(path)));
    const kind = parameters.text('behavior');
    const all = [...state.behaviors.values()].filter((entry) => {
      if ((kind && entry.behavior !== kind) || (HIDDEN.has(entry.behavior) && !caller.admin)) return false;
      if (comparable(entry.path) === comparable(path)) return true;
      if (parameters.flag('ancestor_behaviors') && above.has(comparable(entry.path))) return entry.recursive;
      return (parameters.flag('recursive') ?? false) && within(entry.path, path);
    });
    return c.json(page(c, sorted(c, filtered(c, all, fields), fields)).map((entry) => show(entry, path)));
  });
  app.get('/:id', (c) => {
    const entry = find(c.req.param('id'));
    if (!visible(state, c.var.caller, entry.path) || (HIDDEN.has(entry.behavior) && !c.var.caller.admin)) throw notFound('Behavior');
    return c.json(show(entry));
  });
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const path = tidy(parameters.text('path') ?? '');
    const behavior = parameters.need('behavior');
    checkRight(caller, behavior, path);
    if (!state.tree.folder(path)) throw notFound('Folder');
    if (
      single(behavior) &&
      [...state.behaviors.values()].some((entry) => entry.behavior === behavior && comparable(entry.path) === comparable(path))
    ) {
      throw unsavable('behavior', 'is already set on this folder');
    }
    const entry: Behavior = {
      id: state.number(),
      path,
      behavior,
      value: readValue(parameters.value('value')),
      name: parameters.text('name') ?? '',
      description: parameters.text('description') ?? '',
      // Older clients do not send it, and their settings hold below the folder too.
      recursive: parameters.flag('recursive') ?? true,
      disableParent: parameters.flag('disable_parent_folder_behavior') ?? false,
    };
    state.behaviors.set(entry.id, entry);
    return c.json(show(entry), 201);
  });
  app.patch('/:id', (c) => {
    const { caller, parameters } = c.var;
    const entry = find(c.req.param('id'));
    checkRight(caller, entry.behavior, entry.path);
    if (parameters.has('value')) entry.value = readValue(parameters.value('value'));
    entry.name = parameters.text('name') ?? entry.name;
    entry.description = parameters.text('description') ?? entry.description;
    entry.recursive = parameters.flag('recursive') ?? entry.recursive;
    entry.disableParent = parameters.flag('disable_parent_folder_behavior') ?? entry.disableParent;
    return c.json(show(entry));
  });
  app.delete('/:id', (c) => {
    const entry = find(c.req.param('id'));
    checkRight(c.var.caller, entry.behavior, entry.path);
    state.behaviors.delete(entry.id);
    return c.body(null, 204);
  });
  return app;
}
