import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { need, type Caller } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { comparable, within } from './paths.js';
import type { Lock } from './records.js';
import { pathOfRequest, type Environment, type Routes, type Service } from './service.js';
import type { State } from './state.js';

function alive(state: State): Lock[] {
  for (const lock of state.locks.values()) {
    if (Date.now() > lock.createdAt.getTime() + lock.timeout * 1000) state.locks.delete(lock.token);
  }
  return [...state.locks.values()];
}

/** The locks that hold at a path: on it, or recursive and above it. */
export function locksAt(state: State, path: string): Lock[] {
  if (state.locks.size === 0) return [];
  return alive(state).filter((lock) => (lock.recursive ? within(path, lock.path) : comparable(lock.path) === comparable(path)));
}

const foreign = (lock: Lock, caller: Caller): boolean => !lock.anyUser && lock.userId !== (caller.user?.id ?? null);

/** Refuses to change what somebody else has locked; with `below`, also when something below it is locked. */
export function checkLocks(state: State, caller: Caller, path: string, below = false): void {
  const locks = locksAt(state, path);
  if (below) locks.push(...alive(state).filter((lock) => within(lock.path, path)));
  if (!locks.some((lock) => lock.exclusive && foreign(lock, caller))) return;
  const folder = state.tree.find(path)?.type === 'directory';
  throw new Refusal(`processing-failure/${folder ? 'folder' : 'file'}-locked`, 'This is locked by another user.');
}

/** A lock as it is answered: today's fields, and the older ones of WebDAV that say the same. */
const show = (lock: Lock): Record<string, unknown> => ({
  path: lock.path,
  timeout: lock.timeout,
  depth: lock.recursive ? 'infinity' : '0',
  recursive: lock.recursive,
  owner: lock.owner,
  scope: lock.exclusive ? 'exclusive' : 'shared',
  exclusive: lock.exclusive,
  token: lock.token,
  type: 'write',
  allow_access_by_any_user: lock.anyUser,
  user_id: lock.userId,
  username: lock.username,
});

/** `/locks/{path}`. */
export function lockRoutes({ state }: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/*', (c) => {
    const path = pathOfRequest(c, '/locks');
    const below = c.var.parameters.flag('include_children') ?? false;
    const locks = alive(state).filter((lock) => (below ? within(lock.path, path) : comparable(lock.path) === comparable(path)));
    return c.json(locks.map(show));
  });
  app.post('/*', (c) => {
    const { caller, parameters } = c.var;
    const path = pathOfRequest(c, '/locks');
    need(state, caller, 'write', path);
    const exclusive = parameters.flag('exclusive') ?? parameters.text('scope') === 'exclusive';
    if (locksAt(state, path).some((lock) => exclusive || lock.exclusive)) {
      throw new Refusal('processing-failure/resource-locked', 'This is locked already.');
    }
    const lock: Lock = {
      token: randomBytes(16).toString('hex'),
      path,
      userId: caller.user?.id ?? null,
      username: caller.user?.username ?? '',
      owner: caller.user?.username ?? '',
      timeout: parameters.number('timeout') ?? 43_200,
      recursive: parameters.flag('recursive') ?? parameters.text('depth') === 'infinity',
      exclusive,
      anyUser: parameters.flag('allow_access_by_any_user') ?? false,
      createdAt: new Date(),
    };
    state.locks.set(lock.token, lock);
    return c.json(show(lock), 201);
  });
  app.delete('/*', (c) => {
    const { caller, parameters } = c.var;
    const lock = alive(state).find(({ token }) => token === parameters.need('token'));
    if (!lock || comparable(lock.path) !== comparable(pathOfRequest(c, '/locks'))) throw notFound('Lock');
    if (foreign(lock, caller) && !caller.admin) {
      throw new Refusal('not-authorized/cant-act-for-other-user', 'This lock belongs to another user.');
    }
    state.locks.delete(lock.token);
    return c.body(null, 204);
  });
  return app;
}
