import { Hono } from 'hono';
import { need, visible } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { showItem } from './items.js';
import { order, pageByPlace } from './pages.js';
import { checkNew, comparable, parentOf } from './paths.js';
import { checkStructure } from './rules.js';
import { note, pathOfRequest, type Environment, type Routes, type Service } from './service.js';
import { below, pathOf, type Entry } from './tree.js';

const orders = {
  path: (entry: Entry) => comparable(pathOf(entry)),
  size: (entry: Entry) => (entry.type === 'file' ? entry.content.size : 0),
  modified_at_datetime: (entry: Entry) => entry.mtime.getTime(),
  provided_modified_at: (entry: Entry) => (entry.providedMtime ?? entry.mtime).getTime(),
};

/** Refuses a path whose parent is missing or is a file. */
export function checkParent({ state }: Service, path: string, mkdirParents: boolean): void {
  const missing: string[] = [];
  for (let at = parentOf(path); ; at = parentOf(at)) {
    const entry = state.tree.find(at);
    if (entry?.type === 'file') throw new Refusal('processing-failure/destination-parent-conflict', 'A parent of this path is a file.');
    if (entry) break;
    missing.push(at);
  }
  if (missing.length === 0) return;
  if (!mkdirParents) {
    throw new Refusal('processing-failure/destination-parent-does-not-exist', 'The parent of this path does not exist.');
  }
  for (const folder of missing) checkStructure(state, folder);
}

/** `/folders/{path}`. */
export function folderRoutes(service: Service): Routes {
  const { state } = service;
  const app = new Hono<Environment>();
  app.get('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = parameters.flag('search_all') ? '' : pathOfRequest(c, '/folders');
    const found = state.tree.find(path);
    if (!found || !visible(state, caller, path)) {
      if (found && path !== '') need(state, caller, 'list', path);
      if (!found) throw notFound('Folder');
    }
    if (found.type === 'file') throw new Refusal('bad-request/folder-must-not-be-a-file', 'This path is a file.');

    const action = parameters.text('action');
    if (service.knobs.tallies && (action === 'count' || action === 'size')) {
      const files = [...below(found)].filter((entry) => entry.type === 'file');
      const size = files.reduce((sum, { content }) => sum + content.size, 0);
      // The documentation names the actions and shows no answer; this is our reading.
      return c.json({ data: action === 'count' ? { count: files.length } : { size } });
    }

    const search = parameters.text('search')?.split('/').at(-1);
    const key = parameters.text('search_custom_metadata_key');
    let entries = search ? [...below(found)] : [...found.items.values()];
    if (search && key) {
      entries = entries.filter(({ customMetadata }) =>
        Object.entries(customMetadata).some(([name, value]) => (key === '*' || name === key) && value === search),
      );
    } else if (search) {
      entries = entries.filter(({ name }) => comparable(name).includes(comparable(search)));
    }
    const type = parameters.text('type');
    if (type) entries = entries.filter((entry) => entry.type === (type === 'folder' ? 'directory' : 'file'));
    const since = parameters.date('modified_at_datetime');
    if (since && !type) throw new Refusal('bad-request/request-params-invalid', 'modified_at_datetime needs type.');
    if (since) entries = entries.filter(({ mtime }) => mtime > since);
    if (!caller.admin) entries = entries.filter((entry) => visible(state, caller, pathOf(entry)));

    const { orderOf, descending } = order(c, orders, 'path');
    // Folders come first, whatever the order; of equal ones the path decides.
    const placeOf = (entry: Entry): (string | number)[] => [entry.type === 'directory' ? 0 : 1, orderOf(entry), comparable(pathOf(entry))];
    return c.json(pageByPlace(c, entries, placeOf, descending ? [1] : []).map((entry) => showItem(service, caller, entry, parameters)));
  });
  app.post('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/folders');
    checkNew(path);
    need(state, caller, 'write', path);
    // Also with mkdir_parents: recorded twice.
    if (state.tree.find(path)) throw new Refusal('processing-failure/destination-exists', 'The destination exists.');
    checkParent(service, path, parameters.flag('mkdir_parents') ?? false);
    checkStructure(state, path);
    const folder = state.tree.makeFolder(path, caller.user?.id ?? null);
    folder.providedMtime = parameters.date('provided_mtime') ?? null;
    note(service, caller, 'create', path);
    return c.json(showItem(service, caller, folder, parameters), 201);
  });
  return app;
}
