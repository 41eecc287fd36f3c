import { XMLParser } from 'fast-xml-parser';
import { BackendError } from '../backend/errors.js';

type Fields = Record<string, unknown>;

// Texts stay texts and keep their spaces: a name may be "007" or begin with one.
const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false, htmlEntities: true });

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an answer in either of the service's formats; nothing where it is in neither: cut off, an error page, empty. */
export function parseAnswer(text: string): Fields | undefined {
  try {
    const value: unknown = /^\s*</.test(text) ? parseXml(text) : JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The service's own samples have wrong closing tags, so they are let pass; what does not end with its first tag's was cut off. */
function parseXml(text: string): unknown {
  const root = /<([A-Za-z][\w.-]*)/.exec(text)?.[1] ?? '';
  const isWhole = text.trimEnd().endsWith(`</${root}>`) || /^\s*(<\?[^>]*\?>)?\s*<[\w.-]+\s*\/>\s*$/.test(text);
  return isWhole ? xml.parse(text) : undefined;
}

/** An error in its two texts. */
export interface ErrorTexts {
  title: string;
  message: string;
}

/** What an answer says of a failure, where it says that there was one; the service does so under any HTTP status. */
export function errorOf(text: string): ErrorTexts | undefined {
  const error = parseAnswer(text)?.['error'];
  if (error === undefined || error === null) return undefined;
  return isFields(error) ? { title: textOf(error['title']), message: textOf(error['message']) } : { title: textOf(error), message: '' };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

/** A number, or a text of digits as in XML. */
const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
};

const isSet = (value: unknown): boolean => value === true || (numberOf(value) ?? 0) > 0;
/** JSON's null is XML's empty element. */
const isNull = (value: unknown): boolean => value === null || value === '';

/** The entries of a list: JSON's is a list, XML's an element around one element or several of any name. */
function entriesOf(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.filter(isFields);
  if (!isFields(value)) return [];
  return Object.values(value).flatMap((inner) => (Array.isArray(inner) ? inner.filter(isFields) : isFields(inner) ? [inner] : []));
}

function rootOf(deed: string, text: string, name: string): unknown {
  const answer = parseAnswer(text);
  if (answer && name in answer) return answer[name];
  throw new BackendError('server', `${deed} failed: the answer holds no "${name}"; it may have been cut off.`);
}

/** What the user may do in one place. */
export interface Flags {
  upload: boolean;
  /** Several files at once. */
  batchUpload: boolean;
  download: boolean;
  remove: boolean;
  move: boolean;
  rename: boolean;
  createFolder: boolean;
  send: boolean;
  /** To people who have no account. */
  sendOutside: boolean;
}

const FLAGS: Readonly<Record<keyof Flags, string>> = {
  upload: 'uploadFiles',
  batchUpload: 'batchUploadFiles',
  download: 'downloadFiles',
  remove: 'deleteFiles',
  move: 'moveCopyFiles',
  rename: 'renameFiles',
  createFolder: 'createFolders',
  send: 'sendFiles',
  sendOutside: 'sendFilesNonUser',
};

/** An administrator may do everything, and has `admin` 1 or null; for anybody else what is null or missing is denied. */
function flagsOf(settings: unknown): Flags {
  const told = isFields(settings) ? settings : {};
  const admin = isSet(told['admin']) || ('admin' in told && isNull(told['admin']));
  return Object.fromEntries(Object.entries(FLAGS).map(([flag, name]) => [flag, admin || isSet(told[name])])) as unknown as Flags;
}

/** A file or folder as a listing tells of it. */
export interface Entry {
  /** The service's number, as text. */
  id: string;
  name: string;
  kind: 'file' | 'folder';
  size: number;
  /** Milliseconds since 1970. */
  modified: number | undefined;
  /** Where it lies, as far as the answer says. */
  path: string | undefined;
  workspace: string;
  owner: string | undefined;
}

function entryOf(fields: Fields): Entry {
  const seconds = numberOf(fields['modDate']);
  const owner = textOf(fields['username']);
  return {
    id: textOf(fields['id']),
    name: textOf(fields['name']),
    // Only "file" was ever seen; 1 is what a search calls one. The rest are folders, whatever they are called.
    kind: /^(file|1)$/i.test(textOf(fields['type'])) ? 'file' : 'folder',
    size: numberOf(fields['size']) ?? 0,
    modified: seconds === undefined ? undefined : seconds * 1000,
    path: textOf(fields['path']) || undefined,
    workspace: textOf(fields['workspaceId']),
    owner: owner === '' ? undefined : owner,
  };
}

/** One page of a listing or search. */
export interface Page {
  entries: Entry[];
  /** In all pages, where told. */
  total: number | undefined;
  /** Most entries of a page. */
  pageSize: number;
  /** Absent in an answer that has none. */
  flags: Flags | undefined;
}

/** Entries of a page where the answer does not say. */
const PAGE = 50;

/** Reads a `fileList`. Throws `server` where there is none. */
export function pageOf(deed: string, text: string): Page {
  const list = rootOf(deed, text, 'fileList');
  const fields = isFields(list) ? list : {};
  return {
    entries: entriesOf(fields['files'])
      .map(entryOf)
      .filter(({ id, name }) => id !== '' && name !== ''),
    total: numberOf(fields['totalFiles']),
    pageSize: Math.max(1, numberOf(fields['maxFilesPage']) ?? PAGE),
    flags: isFields(fields['userSettings']) ? flagsOf(fields['userSettings']) : undefined,
  };
}

/** Reads a `userPermissionsLocation`. Throws `server` where there is none. */
export const permissionsOf = (deed: string, text: string): Flags => flagsOf(rootOf(deed, text, 'userPermissionsLocation'));

/** What became of a file or folder: it is called what is said here, whatever was asked for. */
export interface FileInfo {
  id: string;
  name: string;
}

/** Reads a `fileInfo`. Throws `server` where there is none. */
export function fileInfoOf(deed: string, text: string): FileInfo {
  const info = rootOf(deed, text, 'fileInfo');
  const fields = Array.isArray(info) ? (info[0] as unknown) : info;
  if (!isFields(fields)) throw new BackendError('server', `${deed} failed: the answer's "fileInfo" tells of no file.`);
  return { id: textOf(fields['fileId']), name: textOf(fields['fileName']) };
}

/** Reads what `create_folder` answers. Throws `server` where it is something else. */
export function newFolderOf(deed: string, text: string): FileInfo {
  const made = rootOf(deed, text, 'createFolder');
  const fields = isFields(made) ? made : {};
  return { id: textOf(fields['folder_id']), name: textOf(fields['folder_name']) };
}

/** Reads the link that `create_file_link` answers. Throws `server` where there is none. */
export function linkOf(deed: string, text: string): string {
  const made = rootOf(deed, text, 'fileCreateLink');
  const link = isFields(made) ? textOf(made['downloadLink']).trim() : '';
  if (!/^https?:\/\//.test(link)) throw new BackendError('server', `${deed} failed: the answer holds no link.`);
  return link;
}

/** Somebody who has access to a place. */
export interface Person {
  id: string;
  kind: 'user' | 'group';
  username: string;
  email: string;
  name: string;
  organization: string;
}

/** Reads who has access. Throws `server` where nothing is told. */
export function peopleOf(deed: string, text: string): Person[] {
  return entriesOf(rootOf(deed, text, 'usersLocationAccess'))
    .map((fields): Person => ({
      id: textOf(fields['id']),
      kind: isSet(fields['uType']) ? 'user' : 'group',
      username: textOf(fields['username']),
      email: textOf(fields['email']).trim(),
      name: [fields['firstName'], fields['lastName']].map(textOf).filter(Boolean).join(' '),
      organization: textOf(fields['organization']),
    }))
    .filter(({ id }) => /^\d+$/.test(id));
}

/**
 * Finds the id in what `send_files_prep` answers, a call whose answer nobody has described: the value whose name speaks of a preparation's
 * id, else the `id` of what is named after a preparation. Throws `server` where there is none.
 */
export function preparationOf(deed: string, text: string): string {
  const found: { exact?: string; loose?: string } = {};
  const look = (fields: Fields, of: string): void => {
    for (const [name, value] of Object.entries(fields)) {
      if (isFields(value)) look(value, name);
      else if (textOf(value) !== '' && /prep/i.test(name) && /id$/i.test(name)) found.exact ??= textOf(value);
      else if (textOf(value) !== '' && /prep/i.test(of) && /^id$/i.test(name)) found.loose ??= textOf(value);
    }
  };
  look(parseAnswer(text) ?? {}, '');
  const id = (found.exact ?? found.loose ?? '').trim();
  if (id === '') throw new BackendError('server', `${deed} failed: the answer holds no id of a preparation.`);
  return id;
}
