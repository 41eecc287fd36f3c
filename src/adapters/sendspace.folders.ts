import type { CallOptions } from '../backend/backend.js';
import { BackendError, type ErrorInfo, errorInfo, toBackendError } from '../backend/errors.js';
import type { Attributes, Reply } from './sendspace.answers.js';
import { faultError } from './sendspace.errors.js';
import { isStaged } from './sendspace.items.js';
import type { CallSendspace } from './sendspace.service.js';

/** What lies in a folder, with what is not complete apart. */
export interface Contents {
  files: Attributes[];
  folders: Attributes[];
  staged: Attributes[];
}

/** What becomes of each of several things that one call names; nothing: it was done. */
export type Fates = Map<string, ErrorInfo | undefined>;

/** Most ids that one call names. */
const MOST = 100;

/** What all calls of an account build on. */
export interface Folders {
  call: CallSendspace;
  contents: (folder: string, options?: CallOptions) => Promise<Contents>;
  /** All folders by their ids, the root too. */
  all: (options?: CallOptions) => Promise<Map<string, Attributes>>;
  file: (id: string, options?: CallOptions) => Promise<Attributes>;
  /** Files by their ids, as far as they are there. */
  files: (ids: string[], options?: CallOptions) => Promise<Map<string, Attributes>>;
  folder: (id: string, options?: CallOptions) => Promise<Attributes>;
  /** Calls a method on several things at once and says of each what became of it. */
  each: (
    method: string,
    name: 'file_id' | 'folder_id',
    ids: string[],
    values: Record<string, string>,
    how: { deed: string } & CallOptions,
  ) => Promise<Fates>;
}

/** The calls that read folders and files, and the one that deals with many of them. */
export function createFolders(call: CallSendspace): Folders {
  async function contents(folder: string, { signal }: CallOptions = {}): Promise<Contents> {
    const { files, folders } = await call('folders.getContents', { folder_id: folder }, { deed: 'Listing a folder', signal });
    return { files: files.filter((file) => !isStaged(file)), staged: files.filter(isStaged), folders };
  }

  async function file(id: string, { signal }: CallOptions = {}): Promise<Attributes> {
    const { files } = await call('files.getInfo', { file_id: id }, { deed: 'Looking for a file', signal });
    const [found] = files;
    if (!found) throw new BackendError('not-found', `There is no file "${id}".`);
    return found;
  }

  /** One by one, as one that is gone may hide the others. */
  async function files(ids: string[], options: CallOptions = {}): Promise<Map<string, Attributes>> {
    if (ids.length === 0) return new Map();
    const found = new Map<string, Attributes>();
    for (let at = 0; at < ids.length; at += MOST) {
      const some = ids.slice(at, at + MOST);
      const reply = await call(
        'files.getInfo',
        { file_id: some.join(',') },
        { deed: 'Looking for files', signal: options.signal, isMixed: true },
      );
      for (const one of reply.files) if (one['id'] !== undefined) found.set(one['id'], one);
      const [fault] = reply.faults;
      const left = some.filter((id) => !found.has(id));
      if (some.length === 1 || left.length === 0) {
        if (fault && ![9, 26].includes(fault.code)) throw faultError('Looking for files', fault);
        continue;
      }
      for (const id of left) for (const [one, attributes] of await files([id], options)) found.set(one, attributes);
    }
    return found;
  }

  const fateOf = (reply: Reply, id: string, deed: string): { error?: ErrorInfo } | undefined => {
    const fault = reply.faults.find(({ ids }) => ids.includes(id));
    if (fault) return { error: errorInfo(faultError(deed, fault)) };
    if (reply.isOk && (reply.ids.includes(id) || [...reply.files, ...reply.folders].some((one) => one['id'] === id))) return {};
    return undefined;
  };

  async function each(
    method: string,
    name: 'file_id' | 'folder_id',
    ids: string[],
    values: Record<string, string>,
    how: { deed: string } & CallOptions,
  ): Promise<Fates> {
    const fates: Fates = new Map();
    for (let at = 0; at < ids.length; at += MOST) {
      const some = ids.slice(at, at + MOST);
      const reply = await call(method, { [name]: some.join(','), ...values }, { ...how, isMixed: true });
      const left: string[] = [];
      for (const id of some) {
        const fate = fateOf(reply, id, how.deed);
        if (fate) fates.set(id, fate.error);
        else left.push(id);
      }
      const [fault] = reply.faults.filter((one) => one.ids.length === 0);
      if (left.length > 0 && some.length > 1 && !reply.isOk) {
        // It says that it failed, but not for which: each of them is asked about by itself.
        for (const id of left) for (const [one, fate] of await each(method, name, [id], values, how)) fates.set(one, fate);
      } else for (const id of left) fates.set(id, fault && errorInfo(faultError(how.deed, fault)));
    }
    return fates;
  }

  return {
    call,
    contents,
    file,
    files,
    each,
    async all({ signal } = {}) {
      const { folders } = await call('folders.getAll', {}, { deed: 'Listing all folders', signal });
      return new Map(folders.flatMap((one) => (one['id'] === undefined ? [] : [[one['id'], one] as const])));
    },
    async folder(id, { signal } = {}) {
      const { folders } = await call('folders.getInfo', { folder_id: id }, { deed: 'Looking for a folder', signal });
      const [found] = folders;
      if (!found) throw new BackendError('not-found', `There is no folder "${id}".`);
      return found;
    },
  };
}

/** Whether something is not there. */
export const isMissing = (error: unknown): boolean => toBackendError(error).code === 'not-found';

/** A name that is free: the one that is wanted, or the first like it with a number. */
export function freeName(wanted: string, isTaken: (name: string) => boolean, next: (name: string, number: number) => string): string {
  let name = wanted;
  for (let number = 2; isTaken(name); number += 1) name = next(wanted, number);
  return name;
}
