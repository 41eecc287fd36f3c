import type { TransferOptions } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import { BackendError, errorInfo } from '../backend/errors.js';
import type { ActivityEntry, Item, ItemPatch, Json, Outcome, Permission, Ref, Rules } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';
import { below } from './memory.listing.js';
import { checkName } from './memory.names.js';
import { type Entry, type FolderEntry, isWithin, type Tree } from './memory.tree.js';

const ROOT: Permission[] = ['list', 'upload', 'createFolder', 'activity'];
const FOLDER: Permission[] = [...ROOT, 'rename', 'move', 'copy', 'remove', 'describe', 'lock', 'send'];
const FILE: Permission[] = ['download', 'preview', 'rename', 'move', 'copy', 'remove', 'describe', 'lock', 'send', 'activity'];
/** What somebody else's lock keeps everybody from. */
const LOCKED: readonly Permission[] = ['rename', 'move', 'remove', 'describe', 'lock'];

/** Draws an entry as the contract's item. */
export function createView(can: Capabilities): (entry: Entry) => Item {
  const had = (deeds: Permission[]) => deeds.filter((deed) => can[deed === 'preview' ? 'download' : deed] !== false);
  const deeds = { root: had(ROOT), folder: had(FOLDER), file: had(FILE) };
  return ({ id, name, kind, size, modified, created, parent, facts }) => {
    const allowed = deeds[parent ? kind : 'root'];
    const barred = facts.locked && facts.locked.owner !== can.account;
    const item: Item = { id, name, kind, modified, created, can: allowed.filter((deed) => !barred || !LOCKED.includes(deed)), ...facts };
    if (kind === 'file') item.size = size;
    if (parent) item.parent = { id: parent.id };
    return item;
  };
}

/** Refuses to touch the root, and what somebody else has locked. */
export function checkFree(entry: Entry, account: string): void {
  const { locked } = entry.facts;
  if (!entry.parent) throw new BackendError('not-allowed', 'The root folder stays as it is.');
  if (locked && locked.owner !== account)
    throw new BackendError('locked', `"${entry.name}" is locked by ${locked.owner ?? 'somebody else'}.`);
}

/** What the calls on items need to know of the rest. */
export interface ItemsOptions {
  tree: Tree;
  can: Capabilities;
  view: (entry: Entry) => Item;
  rules: (folder: Entry) => Rules;
  /** Does what an operation asks for, or says again what came of it. */
  once: <T>(operation: string, act: () => T) => T;
  /** How many items one call of `move`, `copy` or `remove` gets done. */
  batch: number;
}

/** The calls on items that are there already. */
export function createItems({ tree, can, view, rules, once, batch }: ItemsOptions) {
  const by = can.account;
  const note = (entry: Entry, action: ActivityEntry['action'], way: Pick<ActivityEntry, 'from' | 'to'> = {}) => {
    entry.history.push({ at: Date.now(), action, by, ...way });
  };
  const free = (ref: Ref) => {
    const entry = tree.find(ref);
    checkFree(entry, by);
    return entry;
  };
  const taken = (name: string) => new BackendError('exists', `"${name}" is in that folder already.`);
  const outcomes = (refs: Ref[], ticket: Json | undefined, deed: (ref: Ref) => Outcome): Outcome[] => {
    const step = typeof ticket === 'number' ? ticket + 1 : 1;
    return refs.map((ref, index) => {
      if (index >= batch) return { id: ref.id, pending: { ticket: step, done: 0, total: 1 } };
      try {
        return deed(ref);
      } catch (error) {
        return { id: ref.id, error: errorInfo(error) };
      }
    });
  };

  const weight = (entry: Entry) => (entry.kind === 'file' ? entry.size : [...below(entry, true)].reduce((sum, { size }) => sum + size, 0));
  const duplicate = (entry: Entry, to: FolderEntry, name: string): Entry => {
    const made = entry.kind === 'file' ? tree.addFile(to, name, entry.bytes, { modified: entry.modified }) : tree.addFolder(to, name);
    made.facts = { ...entry.facts };
    delete made.facts.locked;
    made.history = [{ at: made.created, action: 'copied', by, from: entry.name }];
    if (entry.kind === 'folder' && made.kind === 'folder') for (const child of entry.children.values()) duplicate(child, made, child.name);
    return made;
  };
  /** Answers nothing where it was skipped. A folder that replaces one is merged with it. */
  const transfer = (entry: Entry, to: FolderEntry, conflict: Conflict, keep: boolean): Entry | undefined => {
    const there = to.children.get(entry.name);
    if (there && conflict === 'skip') return undefined;
    if (there && (conflict === 'ask' || (conflict === 'replace' && there.kind !== entry.kind))) throw taken(entry.name);
    if (keep) tree.room(weight(entry));
    const name = there && conflict === 'rename' ? tree.freeName(to, entry.name, entry.kind) : entry.name;
    if (there && conflict === 'replace') {
      if (there === entry) return entry;
      if (there.kind === 'folder' && entry.kind === 'folder') {
        for (const child of [...entry.children.values()]) transfer(child, there, conflict, keep);
        if (!keep) tree.drop(entry);
        return there;
      }
      checkFree(there, by);
      tree.drop(there);
    }
    if (keep) return duplicate(entry, to, name);
    const from = entry.parent?.name ?? '';
    tree.alter(entry, { parent: to, name });
    note(entry, 'moved', { from, to: to.name });
    return entry;
  };
  const transferAll =
    (call: 'move' | 'copy') =>
    (refs: Ref[], { to, conflict, operation, ticket }: TransferOptions) =>
      once(`${call} ${operation} ${JSON.stringify(ticket ?? null)}`, () => {
        const folder = tree.folder(to);
        return outcomes(refs, ticket, (ref) => {
          const entry = call === 'move' ? free(ref) : tree.find(ref);
          if (isWithin(folder, entry)) throw new BackendError('invalid', `"${entry.name}" cannot go into itself.`);
          if (call === 'move' && entry.parent === folder) return { id: ref.id, item: view(entry) };
          const done = transfer(entry, folder, conflict, call === 'copy');
          return done ? { id: ref.id, item: view(done) } : { id: ref.id, skipped: true };
        });
      });

  return {
    item: (ref: Ref) => view(tree.find(ref)),
    describe: (ref: Ref, patch: ItemPatch): Item => {
      const entry = free(ref);
      const fields: string[] = can.describe ? can.describe.fields : [];
      for (const field of Object.keys(patch))
        if (!fields.includes(field)) throw new BackendError('unsupported', `This backend has no "${field}" of an item.`);
      const { description, colour, expires, shared, password } = patch;
      const facts = new Map<string, unknown>(Object.entries(entry.facts));
      for (const [fact, value] of Object.entries({ description, colour, expires, shared, protected: password && true }))
        if (value === null || value === '') facts.delete(fact);
        else if (value !== undefined) facts.set(fact, value);
      entry.facts = Object.fromEntries(facts);
      if (patch.modified !== undefined) tree.alter(entry, { modified: patch.modified });
      note(entry, 'changed');
      return view(entry);
    },
    rules: (ref: Ref): Rules => ({ ...rules(tree.folder(ref)) }),
    createFolder: (ref: Ref, name: string, { conflict }: { conflict: Conflict }): Item => {
      const parent = tree.folder(ref);
      checkName(name);
      if (rules(parent).foldersLocked) throw new BackendError('not-allowed', `No folder can be made in "${parent.name}".`);
      const there = parent.children.get(name);
      if (!there) return view(tree.addFolder(parent, name));
      if (conflict === 'rename') return view(tree.addFolder(parent, tree.freeName(parent, name, 'folder')));
      if (conflict === 'ask' || there.kind === 'file') throw taken(name);
      return view(there);
    },
    rename: (ref: Ref, name: string): Item => {
      const entry = free(ref);
      const there = entry.parent?.children.get(name);
      if (there && there !== entry) throw taken(name);
      const from = entry.name;
      tree.alter(entry, { name });
      note(entry, 'renamed', { from, to: name });
      return view(entry);
    },
    move: transferAll('move'),
    copy: transferAll('copy'),
    remove: (refs: Ref[], { recursive, ticket }: { recursive: boolean; ticket?: Json }) =>
      outcomes(refs, ticket, ({ id }) => {
        const entry = tree.seek(id);
        if (!entry) return { id, removed: true };
        checkFree(entry, by);
        if (entry.kind === 'folder') {
          if (!recursive && entry.children.size > 0)
            throw new BackendError('invalid', `"${entry.name}" is not empty: removing it needs "recursive".`);
          for (const child of below(entry, true)) checkFree(child, by);
        }
        tree.drop(entry);
        return { id, removed: true };
      }),
    activity: (ref: Ref) =>
      tree
        .find(ref)
        .history.map((line) => ({ ...line }))
        .reverse(),
    lock: (ref: Ref): Item => {
      const entry = free(ref);
      entry.facts.locked = Object.freeze({ owner: by });
      note(entry, 'locked');
      return view(entry);
    },
    unlock: (ref: Ref): Item => {
      const entry = free(ref);
      delete entry.facts.locked;
      note(entry, 'unlocked');
      return view(entry);
    },
  };
}
