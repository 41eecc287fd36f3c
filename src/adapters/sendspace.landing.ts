import type { CallOptions } from '../backend/backend.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { Completed, Conflict, UploadedPart } from '../backend/upload.js';
import { numbered } from './memory.names.js';
import { arrivalOf, type Attributes, countOf } from './sendspace.answers.js';
import { type Contents, type Folders, freeName, isMissing } from './sendspace.folders.js';
import { fileId } from './sendspace.ids.js';
import { fileItem, folderItem } from './sendspace.items.js';

/** An upload of an account, as its ticket has it. */
export interface Upload {
  folder: string;
  name: string;
  size: number;
  conflict: Conflict;
  /** The name under which its bytes lie until it is complete, and what it is known by. */
  staged: string;
  /** Given where people are written to: files that had its name before. */
  before?: string[];
  /** Where its node tells how far it is; given where people are written to. */
  progress?: string;
}

/** How an upload ended; `landing`: it is about to get its name, maybe instead of another file, and whether it did must be looked up. */
type End = { item: string } | { skipped: string } | { aborted: true } | { landing: string; name: string; replaces: string | null };

/** What is remembered of uploads after their end. */
export interface Ends {
  of: (upload: Upload) => Promise<End | undefined>;
  note: (upload: Upload, end: End) => Promise<unknown>;
}

/** Seconds for which the end of an upload is remembered. */
const REMEMBERED = 30 * 86_400;

/** Keeps the ends of uploads in the store, where all relays find them. */
export function createEnds(store: Store): Ends {
  const key = ({ staged }: Upload): string => `sendspace-upload:${staged}`;
  return {
    of: async (upload) => (await store.get(key(upload)))?.value as End | undefined,
    note: (upload, end) => store.set(key(upload), end, { ttl: REMEMBERED }),
  };
}

/** Something that has a name in a folder. */
interface Named {
  entry: Attributes;
  kind: Item['kind'];
}

/** What has a name in a folder. */
export function sameName({ files, folders }: Contents, name: string): Named | undefined {
  const folder = folders.find((one) => one['name'] === name);
  const file = files.find((one) => one['name'] === name);
  return folder ? { entry: folder, kind: 'folder' } : file && { entry: file, kind: 'file' };
}

/** It, as an item. */
export const shown = ({ entry, kind }: Named, folder: string): Item =>
  kind === 'folder' ? folderItem({ parent_folder_id: folder, ...entry }) : fileItem(entry, folder);

/** A name for a new file: the one that is wanted, or one that nothing in the folder has. */
export function freeFileName({ files, folders }: Contents, wanted: string): string {
  const taken = new Set([...files, ...folders].map((one) => one['name']));
  return freeName(
    wanted,
    (name) => taken.has(name),
    (name, number) => numbered(name, 'file', number),
  );
}

/** A folder's name is not given to a file. */
export const folderStays = (name: string): BackendError => new BackendError('exists', `"${name}" is a folder; a file cannot replace it.`);

/** The bytes of an upload that are there under its staged name: the ones that the answer tells of before others. */
export function arrived(
  { staged }: Contents,
  { staged: name, size }: Upload,
  answer: string | undefined,
): { file: Attributes | undefined; others: Attributes[] } {
  const mine = staged.filter((one) => one['name'] === name);
  const told = mine.find((one) => one['id'] === answer);
  const file = told ?? mine.find((one) => countOf(one['file_size']) === size) ?? mine[0];
  return { file, others: mine.filter((one) => one !== file) };
}

/** Files that people are written about have their own name from the start: the answer tells which one it is, or else there must be one alone. */
function bySight(there: Contents, { name, size, before = [] }: Upload, answer: string | undefined): Attributes | undefined {
  const told = there.files.find((one) => one['id'] === answer);
  if (told || answer !== undefined) return told;
  const alike = there.files.filter(
    ({ id = '', ...one }) => one['name'] === name && countOf(one['file_size']) === size && !before.includes(id),
  );
  if (alike.length > 1)
    throw new BackendError('unknown-outcome', `The answer about "${name}" was lost, and there are several files like it.`);
  return alike[0];
}

/** The file that the store told of, where its answer can be read; a refusal counts, an answer that is none was lost. */
function answerOf({ body }: UploadedPart, upload: Upload): string | undefined {
  if (!body) return undefined;
  try {
    return arrivalOf(body, upload).file;
  } catch (error) {
    if (toBackendError(error).code !== 'server') throw error;
    return undefined;
  }
}

/** How bytes that have arrived become the file that was asked for. */
export interface Landing {
  drop: (ids: string[], options?: CallOptions) => Promise<unknown>;
  /** The item, where an earlier try gave the file its name and its answer was lost. */
  finished: (upload: Upload) => Promise<Item | undefined>;
  land: (upload: Upload, part: UploadedPart, conflict: Conflict) => Promise<Completed>;
}

/** Gives files that have arrived their names. */
export function createLanding({ call, contents, each, file: fileBy }: Folders, ends: Ends): Landing {
  const drop: Landing['drop'] = (ids, options = {}) =>
    each('files.delete', 'file_id', ids, {}, { deed: 'Deleting what is not complete, or replaced', ...options });

  async function finished(upload: Upload): Promise<Item | undefined> {
    const end = await ends.of(upload);
    if (!end || !('landing' in end)) return undefined;
    const file = await fileBy(end.landing).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    if (file?.['name'] !== end.name) return undefined;
    if (end.replaces !== null) await drop([end.replaces]);
    await ends.note(upload, { item: fileId(end.landing) });
    return fileItem(file, upload.folder);
  }

  async function land(upload: Upload, part: UploadedPart, conflict: Conflict): Promise<Completed> {
    const { folder, name, size } = upload;
    const answer = answerOf(part, upload);
    const there = await contents(folder);
    const { file, others } = upload.before ? { file: bySight(there, upload, answer), others: [] } : arrived(there, upload, answer);
    if (!file) throw new BackendError('invalid', `"${name}" is not at sendspace: send it again.`);
    await drop(others.map((one) => one['id'] ?? ''));
    const { id = '', file_size: found = 'no' } = file;
    if (countOf(found) !== size) {
      await drop([id]);
      throw new BackendError('invalid', `"${name}" has ${found} bytes at sendspace instead of ${String(size)}: send it again.`);
    }
    const besides = { ...there, files: there.files.filter((one) => one['id'] !== id) };
    const same = sameName(besides, name);
    if (same && conflict === 'ask') return { exists: shown(same, folder) };
    if (same && conflict === 'skip') {
      await drop([id]);
      const item = shown(same, folder);
      await ends.note(upload, { skipped: item.id });
      return { skipped: item };
    }
    if (same?.kind === 'folder' && conflict === 'replace') throw folderStays(name);
    const final = conflict === 'replace' ? name : freeFileName(besides, name);
    const replaces = same && conflict === 'replace' ? (same.entry['id'] ?? null) : null;
    await ends.note(upload, { landing: id, name: final, replaces });
    const [set] = (await call('files.setInfo', { file_id: id, name: final, folder_id: folder }, { deed: `Finishing "${name}"` })).files;
    if (replaces !== null) await drop([replaces]);
    await ends.note(upload, { item: fileId(id) });
    return { item: fileItem({ ...file, name: final, folder_id: folder, ...(set?.['name'] !== undefined && set) }, folder) };
  }

  return { drop, finished, land };
}
