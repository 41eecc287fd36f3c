import { Hono } from 'hono';
import { allowedAt, type Caller } from './callers.js';
import { Refusal } from './errors.js';
import { page, sorted } from './pages.js';
import { writeDate } from './parameters.js';
import type { Registration } from './records.js';
import type { Environment, Routes, Service } from './service.js';

/** Somebody who told their name at a link, as they are answered. */
function showRegistration({ state }: Service, entry: Registration): Record<string, unknown> {
  const inbox = entry.kind === 'inbox' ? state.behaviors.get(entry.of) : undefined;
  return {
    code: entry.code,
    name: entry.name,
    company: entry.company,
    email: entry.email,
    ip: '127.0.0.1',
    form_field_set_id: null,
    form_field_data: {},
    created_at: writeDate(entry.createdAt),
    ...(entry.kind === 'bundle'
      ? { bundle_id: entry.of, bundle_code: state.bundles.get(entry.of)?.code ?? null }
      : { inbox_id: entry.of, inbox_title: (Object(inbox?.value) as { title?: unknown }).title ?? null }),
  };
}

const created = (entry: { createdAt: Date }): number => entry.createdAt.getTime();

/** What visitors left behind: `/bundle_registrations`, `/bundle_downloads`, `/inbox_registrations`, `/inbox_uploads`. */
export function traceRoutes(service: Service): Routes {
  const { state } = service;
  const ownsBundle = (caller: Caller, id: number): boolean => {
    const bundle = state.bundles.get(id);
    return caller.admin || (bundle !== undefined && bundle.userId === caller.user?.id);
  };
  const ownsInbox = (caller: Caller, id: number): boolean => {
    const inbox = state.behaviors.get(id);
    return caller.admin || (inbox !== undefined && allowedAt(state, caller, inbox.path).delete);
  };

  const app = new Hono<Environment>();
  app.get('/bundle_registrations', (c) => {
    const { caller, parameters } = c.var;
    const id = parameters.number('bundle_id');
    const all = state.registrations.filter(
      ({ kind, of }) => kind === 'bundle' && (id === undefined || of === id) && ownsBundle(caller, of),
    );
    return c.json(page(c, sorted(c, all, { created_at: created })).map((entry) => showRegistration(service, entry)));
  });
  app.get('/bundle_downloads', (c) => {
    const { caller, parameters } = c.var;
    const id = parameters.number('bundle_id');
    const all = state.bundleDownloads.filter(({ bundleId }) => (id === undefined || bundleId === id) && ownsBundle(caller, bundleId));
    return c.json(
      page(c, sorted(c, all, { created_at: created })).map((entry) => ({
        bundle_registration: entry.registration ? showRegistration(service, entry.registration) : null,
        download_method: 'file',
        path: entry.path,
        created_at: writeDate(entry.createdAt),
      })),
    );
  });
  app.get('/inbox_registrations', (c) => {
    const { caller, parameters } = c.var;
    const id = parameters.number('folder_behavior_id');
    if (id === undefined && !caller.admin) {
      throw new Refusal('not-authorized/non-admins-must-query-by-folder-or-path', 'Users who are not administrators must name the inbox.');
    }
    const all = state.registrations.filter(({ kind, of }) => kind === 'inbox' && (id === undefined || of === id) && ownsInbox(caller, of));
    return c.json(page(c, all).map((entry) => showRegistration(service, entry)));
  });
  app.get('/inbox_uploads', (c) => {
    const { caller, parameters } = c.var;
    const asked = parameters.member('filter', 'folder_behavior_id');
    const all = state.inboxUploads.filter(
      ({ inboxId }) => (asked === undefined || String(inboxId) === asked) && ownsInbox(caller, inboxId),
    );
    return c.json(
      page(c, sorted(c, all, { created_at: created })).map((entry) => ({
        inbox_registration: entry.registration ? showRegistration(service, entry.registration) : null,
        path: entry.path,
        created_at: writeDate(entry.createdAt),
      })),
    );
  });
  return app;
}
