import type { Backend, CallOptions, TransferOptions } from '../backend/backend.js';
import { BackendError, type ErrorInfo, errorInfo, toBackendError } from '../backend/errors.js';
import type { Item, Outcome, Ref } from '../backend/item.js';
import { once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import type { Conflict } from '../backend/upload.js';
import { numbered } from './memory.names.js';
import type { Attributes } from './sendspace.answers.js';
import { type Folders, freeName } from './sendspace.folders.js';
import { folderIn, folderOr, named, ROOT_FOLDER } from './sendspace.ids.js';
import { fileItem, folderItem } from './sendspace.items.js';

/** What moving needs of the rest. */
export interface MovingOptions {
  folders: Folders;
  store: Store;
  /** Whose operations these are. */
  account: string;
}

interface Thing {
  kind: 'file' | 'folder';
  attributes: Attributes;
}

const nameOf = ({ attributes }: Thing): string => attributes['name'] ?? '';
const idOf = ({ attributes }: Thing): string => attributes['id'] ?? '';
const parentOf = ({ kind, attributes }: Thing): string => folderOr(attributes[kind === 'file' ? 'folder_id' : 'parent_folder_id']);
const itemOf = ({ kind, attributes }: Thing): Item => (kind === 'file' ? fileItem(attributes) : folderItem(attributes));
const fail = (id: string, error: unknown): Outcome => ({ id, error: errorInfo(error) });

/** The call `move`: plainly for all that no name stands in the way of, in one request, and for the others as the conflict is to be met. */
export function createMoving({ folders, store, account }: MovingOptions): Pick<Backend, 'move'> {
  const { call } = folders;

  /** Puts things into a folder, as they are. Answers what went wrong, by the things' ids. */
  async function put(things: Thing[], to: string, options: CallOptions): Promise<Map<string, ErrorInfo | undefined>> {
    const ids = (kind: Thing['kind']) => things.filter((one) => one.kind === kind).map(idOf);
    const files = await folders.each(
      'files.moveToFolder',
      'file_id',
      ids('file'),
      { folder_id: to },
      { deed: 'Moving a file', ...options },
    );
    const whole = await folders.each(
      'folders.move',
      'folder_id',
      ids('folder'),
      { parent_folder_id: to },
      { deed: 'Moving a folder', ...options },
    );
    return new Map([...files, ...whole]);
  }

  async function takeAway({ kind, attributes: { id = '' } }: Thing, options: CallOptions): Promise<void> {
    const [method, name] = kind === 'file' ? (['files.delete', 'file_id'] as const) : (['folders.delete', 'folder_id'] as const);
    const fates = await folders.each(method, name, [id], {}, { deed: 'Replacing what was there', ...options });
    const error = fates.get(id);
    if (error && error.code !== 'not-found') throw new BackendError(error.code, error.message);
  }

  /** Puts one thing into a folder under another name. */
  async function putAs(thing: Thing, to: string, name: string, { signal }: CallOptions): Promise<Thing> {
    const { kind } = thing;
    const id = idOf(thing);
    if (kind === 'file') await call('files.setInfo', { file_id: id, name, folder_id: to }, { deed: 'Moving a file', signal });
    else await call('folders.setInfo', { folder_id: id, name, parent_folder_id: to }, { deed: 'Moving a folder', signal });
    return moved(thing, to, name);
  }

  const moved = ({ kind, attributes }: Thing, to: string, name = attributes['name'] ?? ''): Thing => ({
    kind,
    attributes: { ...attributes, name, [kind === 'file' ? 'folder_id' : 'parent_folder_id']: to },
  });

  /** Brings what is in one folder into another, and takes the empty one away. */
  async function merge(from: Thing, into: Thing, options: CallOptions): Promise<void> {
    const [mine, theirs] = await Promise.all([folders.contents(idOf(from), options), folders.contents(idOf(into), options)]);
    const there = [...theirs.files.map(asFile), ...theirs.folders.map(asFolder)];
    for (const thing of [...mine.files.map(asFile), ...mine.folders.map(asFolder)]) {
      const same = there.find((one) => nameOf(one) === nameOf(thing));
      await replace(thing, same, idOf(into), options);
    }
    await takeAway(from, options);
  }

  async function replace(thing: Thing, same: Thing | undefined, to: string, options: CallOptions): Promise<Thing> {
    if (same && same.kind !== thing.kind) throw new BackendError('exists', `"${nameOf(thing)}" is there already, and of another kind.`);
    if (same?.kind === 'folder') {
      await merge(thing, same, options);
      return same;
    }
    const error = (await put([thing], to, options)).get(idOf(thing));
    if (error) throw new BackendError(error.code, error.message);
    if (same) await takeAway(same, options);
    return moved(thing, to);
  }

  /** All things that are named, by the ids that they were named with; what is not there is missing. */
  async function find(refs: Ref[], known: Map<string, Attributes>, options: CallOptions): Promise<Map<string, Thing>> {
    const names = refs.map(({ id }) => {
      try {
        return { id, what: named(id) };
      } catch {
        return { id, what: undefined };
      }
    });
    const files = await folders.files(
      names.flatMap(({ what }) => (what?.kind === 'file' ? [what.file] : [])),
      options,
    );
    return new Map(
      names.flatMap(({ id, what }): [string, Thing][] => {
        const file = what?.kind === 'file' ? files.get(what.file) : undefined;
        const folder = what?.kind === 'folder' && what.folder !== ROOT_FOLDER ? known.get(what.folder) : undefined;
        return file ? [[id, asFile(file)]] : folder ? [[id, asFolder(folder)]] : [];
      }),
    );
  }

  function isWithin(folder: string, outer: string, known: Map<string, Attributes>): boolean {
    const seen = new Set<string>();
    for (let at = folder; !seen.has(at); at = folderOr(known.get(at)?.['parent_folder_id'])) {
      if (at === outer) return true;
      seen.add(at);
    }
    return false;
  }

  async function move(refs: Ref[], { to, conflict }: TransferOptions, options: CallOptions): Promise<Outcome[]> {
    const target = folderIn(to.id);
    const [there, known] = await Promise.all([folders.contents(target, options), folders.all(options)]);
    const taken = new Map([...there.files.map(asFile), ...there.folders.map(asFolder)].map((thing) => [nameOf(thing), thing]));
    const things = await find(refs, known, options);
    const outcomes = new Map<string, Outcome>();
    const plain: { id: string; thing: Thing }[] = [];
    for (const { id } of refs) {
      const thing = things.get(id);
      if (!thing)
        outcomes.set(
          id,
          fail(
            id,
            id === ''
              ? new BackendError('forbidden', 'The root folder stays.')
              : new BackendError('not-found', `There is no item "${id}".`),
          ),
        );
      else if (thing.kind === 'folder' && isWithin(target, idOf(thing), known))
        outcomes.set(id, fail(id, new BackendError('invalid', `"${nameOf(thing)}" cannot go into itself.`)));
      else if (parentOf(thing) === target) outcomes.set(id, { id, item: itemOf(thing) });
      else if (!taken.has(nameOf(thing))) {
        taken.set(nameOf(thing), thing);
        plain.push({ id, thing });
      } else outcomes.set(id, await meet(id, thing, taken, target, conflict, options));
    }
    const fates = await put(
      plain.map(({ thing }) => thing),
      target,
      options,
    );
    for (const { id, thing } of plain) {
      const error = fates.get(idOf(thing));
      outcomes.set(id, error ? { id, error } : { id, item: itemOf(moved(thing, target)) });
    }
    return refs.map(({ id }) => outcomes.get(id) ?? fail(id, new BackendError('server', 'sendspace did not say what became of it.')));
  }

  async function meet(
    id: string,
    thing: Thing,
    taken: Map<string, Thing>,
    target: string,
    conflict: Conflict,
    options: CallOptions,
  ): Promise<Outcome> {
    const name = nameOf(thing);
    if (conflict === 'skip') return { id, skipped: true };
    try {
      if (conflict === 'ask') throw new BackendError('exists', `"${name}" is there already.`);
      if (conflict === 'replace') {
        const done = await replace(thing, taken.get(name), target, options);
        taken.set(name, done);
        return { id, item: itemOf(done) };
      }
      const free = freeName(
        name,
        (each) => taken.has(each),
        (each, number) => numbered(each, thing.kind, number),
      );
      const done = await putAs(thing, target, free, options);
      taken.set(free, done);
      return { id, item: itemOf(done) };
    } catch (error) {
      if (toBackendError(error).code === 'aborted') throw error;
      return fail(id, error);
    }
  }

  return {
    move: (refs, transfer, options = {}) =>
      once(store, `sendspace-move:${account}:${transfer.operation}`, () => move(refs, transfer, options)),
  };
}

const asFile = (attributes: Attributes): Thing => ({ kind: 'file', attributes });
const asFolder = (attributes: Attributes): Thing => ({ kind: 'folder', attributes });
