import { Hono } from 'hono';
import { checkConfined, need, type Caller } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { checkRemoval, find, showMetadata } from './files.js';
import { checkParent } from './folders.js';
import { checkLocks } from './locks.js';
import { checkNew, comparable, tidy, within } from './paths.js';
import type { Migration } from './records.js';
import { checkName, checkStructure } from './rules.js';
import { note, pathOfRequest, type Environment, type Routes, type Service } from './service.js';
import { below, pathOf, type Entry } from './tree.js';
import { openParts } from './uploads.js';

interface Transfer {
  operation: 'copy' | 'move';
  entry: Entry;
  from: string;
  to: string;
  structure: boolean;
}

function checkTransfer(service: Service, caller: Caller, { operation, entry, from, to }: Transfer, overwrite: boolean): void {
  const { state } = service;
  checkNew(to);
  checkConfined(caller, to);
  if (from === to) throw new Refusal('bad-request/destination-same', 'The destination is the source.');
  need(state, caller, 'read', from);
  if (operation === 'move') checkRemoval(service, caller, entry, from);
  if (comparable(from) !== comparable(to) && entry.type === 'directory' && within(to, from) && operation === 'move') {
    throw new Refusal('processing-failure/destination-parent-conflict', 'A folder cannot be moved into itself.');
  }
  checkParent(service, to, false);
  need(state, caller, 'write', to);
  if (entry.type === 'directory') checkStructure(state, to);
  else checkName(state, to);
  const there = state.tree.find(to);
  if (!there || there === entry) return;
  if (!overwrite || there.type !== entry.type) throw new Refusal('processing-failure/destination-exists', 'The destination exists.');
  checkLocks(state, caller, to, true);
}

/** Settings and grants belong to folders, and go where these go. */
function rebase({ state }: Service, from: string, to: string): void {
  for (const record of [...state.behaviors.values(), ...state.permissions.values()]) {
    if (within(record.path, from)) record.path = [to, tidy(record.path.slice(from.length))].filter(Boolean).join('/');
  }
}

function transfer(service: Service, caller: Caller, { operation, entry, from, to, structure }: Transfer): void {
  const { tree } = service.state;
  if (operation === 'copy') tree.copy(entry, to, caller.user?.id ?? null, structure);
  else {
    const there = tree.find(to);
    if (there && there !== entry) tree.remove(there);
    tree.move(entry, to);
    rebase(service, from, to);
  }
  note(service, caller, operation, to, { source: from, destination: to });
}

function begin(
  service: Service,
  caller: Caller,
  from: string,
  destination: string,
  operation: 'copy' | 'move',
  flags: { overwrite: boolean; structure: boolean },
): Record<string, unknown> {
  const { state, knobs } = service;
  const entry = find(service, caller, from);
  const plan: Transfer = { operation, entry, from: pathOf(entry), to: tidy(destination), structure: flags.structure };
  checkTransfer(service, caller, plan, flags.overwrite);
  if (knobs.pendingFor === false) {
    transfer(service, caller, plan);
    return { status: 'completed', file_migration_id: null };
  }
  const migration: Migration = {
    id: state.number(),
    operation,
    path: plan.from,
    destination: plan.to,
    files: entry.type === 'file' ? 1 : [...below(entry)].filter(({ type }) => type === 'file').length,
    status: 'pending',
    asked: 0,
    act: () => transfer(service, caller, plan),
  };
  state.migrations.set(migration.id, migration);
  return { status: 'pending', file_migration_id: migration.id };
}

/** `/file_actions/…/{path}`. */
export function actionRoutes(service: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/metadata/*', (c) => c.json(showMetadata(service, c.var.caller, pathOfRequest(c, '/file_actions/metadata'), c.var.parameters)));
  app.post('/begin_upload/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/file_actions/begin_upload');
    return c.json(openParts(service, caller, path, parameters, Math.max(parameters.number('parts') ?? 1, 1)));
  });
  for (const operation of ['copy', 'move'] as const) {
    app.post(`/${operation}/*`, (c) => {
      const { caller, parameters } = c.var;
      const from = pathOfRequest(c, `/file_actions/${operation}`);
      const flags = { overwrite: parameters.flag('overwrite') ?? false, structure: parameters.flag('structure') ?? false };
      return c.json(begin(service, caller, from, parameters.need('destination'), operation, flags), 201);
    });
  }
  return app;
}

/** `/file_migrations/{id}`: asking is what makes time pass. */
export function migrationRoutes({ state, knobs }: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/:id', (c) => {
    const migration = state.migrations.get(Number(c.req.param('id')));
    if (!migration) throw notFound('File migration');
    if (migration.status === 'pending' || migration.status === 'in_progress') {
      migration.status = 'in_progress';
      if (++migration.asked >= (knobs.pendingFor || 1)) {
        if (!knobs.failPending) migration.act();
        migration.status = knobs.failPending ? 'failed' : 'completed';
      }
    }
    const { id, operation, path, destination, files, status } = migration;
    return c.json({
      id,
      path,
      dest_path: destination,
      files_moved: status === 'completed' ? files : 0,
      files_total: files,
      operation,
      region: 'us-east-1',
      status,
      log_url: null,
    });
  });
  return app;
}
