import { Hono } from 'hono';
import { allowedAt, need, visible, type Caller } from './callers.js';
import { notFound, Refusal, required } from './errors.js';
import { digestLater, downloadUrl, showItem } from './items.js';
import { checkLocks } from './locks.js';
import type { Parameters } from './parameters.js';
import { checkStructure } from './rules.js';
import { note, pathOfRequest, type Environment, type Routes, type Service } from './service.js';
import type { Entry } from './tree.js';
import { completeUpload, openPart } from './uploads.js';

/** What lies at a path, for a caller who may know of it. */
export function find({ state }: Service, caller: Caller, path: string): Entry {
  const entry = state.tree.find(path);
  if (!entry || !visible(state, caller, path)) throw notFound('File');
  return entry;
}

/** Refuses to change what lies at a path: by rights, locks and settings. */
export function checkRemoval({ state }: Service, caller: Caller, entry: Entry, path: string): void {
  need(state, caller, 'delete', path);
  checkLocks(state, caller, path, true);
  if (entry.type === 'directory') checkStructure(state, path);
  if (state.policy.immutable_files_set_at !== null) {
    throw new Refusal('not-authorized/site-files-are-immutable', 'Files of this site cannot be changed.');
  }
}

/** `/files/{path}`: download, upload, change, delete. */
export function fileRoutes(service: Service): Routes {
  const { state } = service;
  const app = new Hono<Environment>();
  app.get('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/files');
    const entry = find(service, caller, path);
    digestLater(service, entry);
    const item = showItem(service, caller, entry, parameters);
    const action = parameters.text('action');
    if (action === 'stat') return c.json(item);
    if (entry.type === 'directory') throw new Refusal('bad-request/cannot-download-directory', 'A folder cannot be downloaded.');
    need(state, caller, 'read', path);
    note(service, caller, 'read', path);
    const url = downloadUrl(service, entry);
    return action === 'redirect' ? c.redirect(url, 302) : c.json({ ...item, download_uri: url });
  });
  app.post('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/files');
    const action = parameters.text('action');
    if (action === 'put') return c.json({ ...openPart(service, caller, path, parameters), path });
    if (action !== 'end') {
      throw action === undefined ? required('action') : new Refusal('bad-request/request-params-invalid', `action cannot be "${action}".`);
    }
    const { file, replaced } = completeUpload(service, caller, path, parameters);
    return c.json(showItem(service, caller, file, parameters), replaced ? 200 : 201);
  });
  app.patch('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/files');
    const entry = find(service, caller, path);
    need(state, caller, 'write', path);
    checkLocks(state, caller, path);
    const mtime = parameters.date('provided_mtime');
    const color = parameters.text('priority_color');
    if (color && !/^(red|orange|yellow|green|light-blue|blue|purple|gray|none)$/.test(color)) {
      throw new Refusal('processing-failure/invalid-priority-color', `"${color}" is not a priority color.`);
    }
    if (mtime) entry.providedMtime = mtime;
    if (parameters.has('priority_color')) entry.priorityColor = color && color !== 'none' ? color : null;
    if (parameters.has('custom_metadata')) {
      entry.customMetadata = Object.fromEntries(
        Object.entries(parameters.object('custom_metadata')).map(([key, value]) => [key, String(value)]),
      );
    }
    note(service, caller, 'update', path);
    return c.json({ ...showItem(service, caller, entry, parameters), priority_color: entry.priorityColor });
  });
  app.delete('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/files');
    if (path === '') throw new Refusal('bad-request/invalid-path', 'The root cannot be deleted.');
    const entry = find(service, caller, path);
    checkRemoval(service, caller, entry, path);
    if (entry.type === 'directory' && entry.items.size > 0 && !parameters.flag('recursive')) {
      throw new Refusal('processing-failure/folder-not-empty', 'The folder is not empty.');
    }
    state.tree.remove(entry);
    note(service, caller, 'destroy', path);
    return c.body(null, 204);
  });
  return app;
}

/** `/file_actions/metadata/{path}`: what is known of an item, without a URL and without a trace in the history. */
export function showMetadata(service: Service, caller: Caller, path: string, parameters: Parameters): Record<string, unknown> {
  const entry = find(service, caller, path);
  if (!allowedAt(service.state, caller, path).list && entry.type === 'file') need(service.state, caller, 'list', path);
  digestLater(service, entry);
  return showItem(service, caller, entry, parameters);
}
