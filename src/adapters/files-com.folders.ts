import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Api } from './files-com.api.js';
import { isKind, unless } from './files-com.errors.js';
import type { Ground } from './files-com.ground.js';
import { intervalOf, isFolder } from './files-com.items.js';
import { below, checkFilesComName, checkLength, encodePath } from './files-com.paths.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './files-com.reading.js';
import { behaviorsAt, publicUrlOf } from './files-com.rules.js';
import { numbered } from './memory.names.js';

/** Numbers that are tried for a name that is taken. */
const MOST = 1000;

/** Tries a name, then numbered ones, until one is free. `attempt` answers nothing, or rejects with `destination-exists`, where it is not. */
export async function firstFree<T>(name: string, kind: 'file' | 'folder', attempt: (name: string) => Promise<T | undefined>): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      const made = await attempt(number === 1 ? name : numbered(name, kind, number));
      if (made !== undefined) return made;
    } catch (error) {
      if (!isKind(error, 'processing-failure/destination-exists') || number >= MOST) throw error;
    }
  }
}

/** The older way to count what is in a folder; today's answer is a list, which says nothing of it. */
async function counted(api: Api, path: string, action: 'count' | 'size', options?: CallOptions): Promise<number | undefined> {
  const query = { action, per_page: 1 };
  const asked = api.get(`Asking the ${action} of ${JSON.stringify(path)}`, `/folders/${encodePath(path)}`, {
    query,
    signal: options?.signal,
  });
  const told: unknown = await unless(
    ['forbidden', 'invalid', 'not-found'],
    asked.then((answer) => answer.json()),
    undefined,
  );
  const fields = fieldsOf(told);
  return numberOf(told) ?? numberOf(fields[action]) ?? numberOf(fieldsOf(fields['data'])[action]);
}

/** The notification by which this user hears of a folder. */
export async function notificationAt({ api, account }: Ground, path: string, options?: CallOptions): Promise<Fields | undefined> {
  const { user } = await account(options?.signal);
  if (!user) return undefined;
  const asked = api.all(`Reading the notifications of ${JSON.stringify(path)}`, '/notifications', {
    query: { path },
    signal: options?.signal,
  });
  const found = listOf(await unless(['forbidden', 'not-found', 'invalid'], asked, []));
  const mine = (one: Fields): boolean => Object.entries(user).every(([name, value]) => one[name] === value);
  return found.find((one) => (textOf(one['path']) ?? '') === path && mine(one));
}

/** `item` and `createFolder`. */
export function createFolders(ground: Ground): Pick<Backend, 'item' | 'createFolder'> {
  const { api, paths, entries, view } = ground;

  /** What is told of a folder only to who asks for it alone. */
  const more = async (path: string, options?: CallOptions): Promise<Partial<Item>> => {
    const [count, size, notification] = await Promise.all([
      counted(api, path, 'count', options),
      counted(api, path, 'size', options),
      notificationAt(ground, path, options),
    ]);
    const notify = intervalOf(notification?.['send_interval']);
    return { ...(count !== undefined && { count }), ...(size !== undefined && { size }), ...(notify && { notify }) };
  };

  return {
    async item({ id }, options) {
      const path = paths.pathOf(id);
      const file = await entries.at(path, options);
      const [show, behaviors, told, locks] = await Promise.all([
        view(options),
        unless(
          ['forbidden', 'not-found', 'invalid'],
          behaviorsAt(api, isFolder(file) ? path : path.slice(0, Math.max(0, path.lastIndexOf('/'))), options),
          [],
        ),
        isFolder(file) ? more(path, options) : {},
        file['is_locked'] === true ? locksAt(ground, path, options) : [],
      ]);
      const publicUrl = publicUrlOf(behaviors, path);
      const item = show(file);
      const owner = textOf(locks[0]?.['username']);
      return {
        ...item,
        ...told,
        ...(publicUrl !== undefined && { publicUrl }),
        ...(item.locked && owner !== undefined && { locked: { owner } }),
      };
    },

    async createFolder(parent, name, { conflict }, options) {
      checkFilesComName(name);
      const folder = paths.pathOf(parent.id);
      checkLength(below(folder, name));
      await entries.folder(parent, options);
      const make = async (as: string): Promise<Item> => {
        const path = below(folder, as);
        const answer = await api.post(`Making the folder "${as}"`, `/folders/${encodePath(path)}`, {
          json: { path },
          signal: options?.signal,
        });
        const made = answer.text.trim() === '' ? {} : fieldsOf(answer.json());
        // Older answers are empty.
        return textOf(made['path']) === undefined ? entries.item(path, options) : (await view(options))({ type: 'directory', ...made });
      };
      if (conflict === 'rename') return firstFree(name, 'folder', make);
      try {
        return await make(name);
      } catch (error) {
        if (!isKind(error, 'processing-failure/destination-exists') || conflict === 'ask') throw error;
        const there = await entries.item(below(folder, name), options);
        if (there.kind === 'file') throw new BackendError('exists', `"${name}" is a file; a folder cannot replace it.`);
        return there;
      }
    },
  };
}

/** The locks on what lies at a path. */
export async function locksAt({ api }: Ground, path: string, options?: CallOptions): Promise<Fields[]> {
  return listOf(await api.all(`Reading the locks of ${JSON.stringify(path)}`, `/locks/${encodePath(path)}`, { signal: options?.signal }));
}
