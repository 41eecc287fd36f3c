import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { ActivityEntry, Download, ItemPatch } from '../backend/item.js';
import { hasCode, invalid } from './files-com.errors.js';
import { locksAt, notificationAt } from './files-com.folders.js';
import type { Ground } from './files-com.ground.js';
import { isFolder } from './files-com.items.js';
import { encodePath, isSame, isWithin, nameOf, parentOf } from './files-com.paths.js';
import { dateOf, type Fields, fieldsOf, idOf, listOf, numberOf, present, textOf, timeOf } from './files-com.reading.js';

/** Seconds that a lock holds unless it is taken off. */
const LOCKED = 3600;
/** Lines of a history that are read. */
const LINES = 200;
/** Seconds that a download's address works where it does not say so itself, as recorded. */
const LIFETIME = 60;

const PATCHED: readonly (keyof ItemPatch)[] = ['modified', 'colour', 'notify'];

/** Moves that a history is followed over. */
const HOPS = 5;

/** A path as histories write it, which may begin with a slash. */
const bare = (path: unknown): string => (textOf(path) ?? '').replace(/^\//, '');

/** What an action of the service's history is called here. A folder's moves within its own folder are renamings. */
function actionOf(line: Fields, folder: boolean): ActivityEntry['action'] | undefined {
  const [source, destination] = [bare(line['source']), bare(line['destination'])];
  switch (line['action']) {
    case 'create':
      return folder ? 'created' : 'uploaded';
    case 'read':
      return 'downloaded';
    case 'update':
      return 'changed';
    case 'destroy':
      return 'removed';
    case 'copy':
      return 'copied';
    case 'move':
      return parentOf(source) === parentOf(destination) ? 'renamed' : 'moved';
    default:
      return undefined;
  }
}

/** Calls that change or tell of one item where it is. */
export function createChanges(ground: Ground): Pick<Backend, 'describe' | 'lock' | 'unlock' | 'activity' | 'download'> {
  const { api, paths, entries, account, view, store, prefix } = ground;

  const notify = async (path: string, every: ItemPatch['notify'], options?: CallOptions): Promise<void> => {
    const { signal } = options ?? {};
    const { user } = await account(signal);
    if (!user) throw new BackendError('unsupported', 'A key of the whole site has no user who could be written to.');
    const there = await notificationAt(ground, path, options);
    const id = idOf(there?.['id']);
    const send_interval = every?.replace('-', '_');
    const deed = `Changing the notification of ${JSON.stringify(path)}`;
    if (id === undefined) {
      if (send_interval !== undefined) await api.post(deed, '/notifications', { json: { path, send_interval, ...user }, signal });
    } else if (send_interval === undefined) await api.delete(deed, `/notifications/${id}`, { signal });
    else await api.patch(deed, `/notifications/${id}`, { json: { send_interval }, signal });
  };

  const tokenKey = (path: string): string => `${prefix}lock:${path}`;
  /** Locks that this user may take off: those made here, and those of the same user. */
  const own = async (locks: readonly Fields[], path: string, options?: CallOptions): Promise<Fields[]> => {
    const token = (await store.get(tokenKey(path)))?.value;
    const { user } = await account(options?.signal);
    const [[name, value] = []] = Object.entries(user ?? {});
    return locks.filter((lock) => lock['token'] === token || (name !== undefined && lock[name] === value));
  };
  const heldBy = (path: string, lock: Fields | undefined): BackendError =>
    new BackendError(
      'locked',
      `${JSON.stringify(nameOf(path))} is locked by ${JSON.stringify(textOf(lock?.['username']) ?? 'somebody else')}.`,
    );

  /** A path of a history as an id; nothing where it lies above the root. */
  const placeOf = (path: unknown): string | undefined => {
    const told = textOf(bare(path));
    return told !== undefined && isWithin(told, paths.root) ? paths.idOf(told) : undefined;
  };

  const address = async (id: string, options?: CallOptions): Promise<Download> => {
    const path = paths.pathOf(id);
    if (path === '') throw invalid('The root folder has no download of its own.');
    const deed = `Downloading ${JSON.stringify(nameOf(path))}`;
    const file = fieldsOf((await api.get(deed, `/files/${encodePath(path)}`, { signal: options?.signal })).json());
    const url = textOf(file['download_uri']);
    if (url === undefined) throw new BackendError('server', `${deed} failed: Files.com answered no address.`);
    return { ids: [id], url, expires: numberOf(new URL(url).searchParams.get('X-Amz-Expires') ?? undefined) ?? LIFETIME };
  };

  return {
    async describe({ id }, patch, options) {
      const path = paths.pathOf(id);
      for (const field of Object.keys(patch) as (keyof ItemPatch)[])
        if (!PATCHED.includes(field)) throw new BackendError('unsupported', `Files.com keeps no "${field}" of an item.`);
      const provided_mtime = dateOf(patch.modified);
      if (patch.modified !== undefined && provided_mtime === undefined)
        throw invalid(`${String(patch.modified)} is no date that Files.com keeps.`);
      const before = await entries.at(path, options);
      if (patch.notify !== undefined) {
        if (!isFolder(before)) throw invalid(`${JSON.stringify(id)} is a file; only of folders can somebody be told news.`);
        await notify(path, patch.notify, options);
      }
      const json = {
        ...(provided_mtime !== undefined && { provided_mtime }),
        ...(patch.colour !== undefined && { priority_color: patch.colour }),
      };
      if (Object.keys(json).length > 0)
        await api.patch(`Describing ${JSON.stringify(id)}`, `/files/${encodePath(path)}`, { json, signal: options?.signal });
      const item = await entries.item(path, options);
      return patch.notify ? { ...item, notify: patch.notify } : item;
    },

    async lock({ id }, options) {
      const path = paths.pathOf(id);
      const file = await entries.at(path, options);
      const there = await locksAt(ground, path, options);
      let lock = (await own(there, path, options))[0];
      if (!lock) {
        if (there.length > 0) throw heldBy(path, there[0]);
        const json = { timeout: LOCKED, exclusive: true, recursive: isFolder(file) };
        const answer = await api.post(`Locking ${JSON.stringify(id)}`, `/locks/${encodePath(path)}`, { json, signal: options?.signal });
        lock = fieldsOf(answer.json());
        const token = textOf(lock['token']);
        if (token !== undefined) await store.set(tokenKey(path), token, { ttl: LOCKED });
      }
      const owner = textOf(lock['username']);
      const seconds = numberOf(lock['timeout']);
      const item = (await view(options))({ ...file, is_locked: true });
      return { ...item, locked: present({ owner, expires: seconds === undefined ? undefined : Date.now() + seconds * 1000 }) };
    },

    async unlock({ id }, options) {
      const path = paths.pathOf(id);
      await entries.at(path, options);
      const there = await locksAt(ground, path, options);
      const mine = await own(there, path, options);
      if (there.length > 0 && mine.length === 0) throw heldBy(path, there[0]);
      for (const lock of mine) {
        const query = { token: textOf(lock['token']) };
        const taken = api.delete(`Unlocking ${JSON.stringify(id)}`, `/locks/${encodePath(path)}`, { query, signal: options?.signal });
        await taken.catch((error: unknown) => {
          if (!hasCode(error, 'not-found')) throw error;
        });
      }
      await store.delete(tokenKey(path));
      return entries.item(path, options);
    },

    async activity({ id }, options) {
      const path = paths.pathOf(id);
      const folder = isFolder(await entries.at(path, options));
      const lines: Fields[] = [];
      let at: string | undefined = path;
      let end_at: string | undefined;
      // The service keeps histories by path: what was moved here has its earlier one where it came from.
      for (let hops = 0; at !== undefined && hops < HOPS; hops += 1) {
        const query = { per_page: LINES, 'sort_by[created_at]': 'desc', end_at };
        const where = `/history/${folder ? 'folders' : 'files'}/${encodePath(at)}`;
        const answer = await api.get(`Reading the history of ${JSON.stringify(id)}`, where, { query, signal: options?.signal });
        const told = listOf(answer.json()).filter((line) => !lines.some((known) => known['id'] === line['id']));
        const arrival = told.find((line) => line['action'] === 'move' && isSame(bare(line['destination']), at ?? ''));
        lines.push(...(arrival ? told.slice(0, told.indexOf(arrival) + 1) : told));
        at = arrival && bare(arrival['source']);
        const moved = timeOf(arrival?.['when']);
        // Dates are told in whole seconds, and what was done in the same one came before.
        end_at = moved === undefined ? undefined : new Date(moved + 1000).toISOString();
      }
      const shown = lines.flatMap((line): ActivityEntry[] => {
        const when = timeOf(line['when']);
        const action = actionOf(line, folder);
        if (when === undefined || !action) return [];
        return [
          present<ActivityEntry>({
            at: when,
            action,
            by: textOf(line['username']),
            from: placeOf(line['source']),
            to: placeOf(line['destination']),
          }),
        ];
      });
      return shown.sort((a, b) => b.at - a.at);
    },

    download: (refs, options) => Promise.all(refs.map(({ id }) => address(id, options))),
  };
}
