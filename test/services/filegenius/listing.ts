import type { Value } from './answers.js';
import { invalid, required } from './errors.js';
import { entryOf, folderAt, need, sees, settingsAt } from './permissions.js';
import type { Call, Methods } from './service.js';
import { below, locationOf, pathOf, workspaceOf, type Entry, type StoredFile } from './tree.js';

const sizeOf = (entry: Entry): number => (entry.type === 'file' ? entry.content.size : 0);

const ORDERS: Readonly<Record<string, (one: Entry, other: Entry) => number>> = {
  date: (one, other) => one.modified.getTime() - other.modified.getTime() || one.id - other.id,
  name: (one, other) => one.name.toLowerCase().localeCompare(other.name.toLowerCase(), 'en') || one.id - other.id,
  size: (one, other) => sizeOf(one) - sizeOf(other) || one.id - other.id,
  user: (one, other) => one.username.localeCompare(other.username, 'en') || one.id - other.id,
};

const formattedSize = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`);

/** `6/19/13, 4:57 pm UTC` */
function formattedDate(date: Date): string {
  const hours = date.getUTCHours();
  const day = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCFullYear() % 100].join('/');
  return `${day}, ${hours % 12 || 12}:${String(date.getUTCMinutes()).padStart(2, '0')} ${hours < 12 ? 'am' : 'pm'} UTC`;
}

/** An entry as lists show it. */
function show({ service: { knobs } }: Call, entry: Entry): Record<string, Value> {
  return {
    id: entry.id,
    name: entry.name,
    type: entry.type === 'file' ? 'file' : knobs.folderType,
    size: sizeOf(entry),
    formattedSize: formattedSize(sizeOf(entry)),
    path: locationOf(entry),
    formattedModDate: formattedDate(entry.modified),
    modDate: Math.floor(entry.modified.getTime() / 1000),
    jobNumber: '0',
    workspaceId: workspaceOf(entry)?.id ?? 0,
    username: entry.username,
    fileComments: entry.type === 'file' && entry.comment !== '' ? 1 : 0,
    scheduledDelete: 0,
    restricted: 0,
  };
}

function sorted({ service: { knobs } }: Call, entries: readonly Entry[], sort: string): Entry[] {
  const [, by = '', direction] = /^([a-z]+)_(asc|desc)$/.exec(sort) ?? [];
  const order = ORDERS[by];
  if (!order) throw invalid('sort', 'date, name, size or user, with _asc or _desc');
  const sign = direction === 'asc' ? 1 : -1;
  const kind = (entry: Entry): number => (knobs.foldersFirst && entry.type === 'file' ? 1 : 0);
  return [...entries].sort((one, other) => kind(one) - kind(other) || sign * order(one, other));
}

/** One page of entries, as `fileList`. `sort` is the name of the parameter that says the order: it differs between calls. */
function page(
  call: Call,
  path: string,
  entries: readonly Entry[],
  sort: 'sort' | 'sort_by',
  more: (entry: Entry) => Record<string, Value>,
): Record<string, Value> {
  const { parameters, service } = call;
  const { pageSize } = service.knobs;
  const number = parameters.number('current_page') ?? 1;
  if (number < 1) throw invalid('current_page', 'at least 1');
  const shown = sorted(call, entries, parameters.text(sort) ?? 'date_desc').slice((number - 1) * pageSize, number * pageSize);
  return {
    path,
    totalFiles: entries.length,
    filesInPage: shown.length,
    maxFilesPage: pageSize,
    files: shown.map((entry) => ({ ...show(call, entry), ...more(entry) })),
  };
}

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** The conditions of a search of the whole site; all that are given must hold. */
const CONDITIONS: Readonly<Record<string, (entry: Entry, value: string, call: Call) => boolean>> = {
  file_name: ({ name }, value) => contains(name, value),
  file_extension: ({ name, type }, value) => type === 'file' && name.toLowerCase().endsWith(`.${value.toLowerCase().replace(/^\./, '')}`),
  file_comment: (entry, value) => entry.type === 'file' && contains(entry.comment, value),
  file_id_tag: (entry, value) => entry.type === 'file' && entry.fileIdTag === value,
  file_type: ({ type }, value) => (type === 'file') === (value === '1'),
  date_start: ({ modified }, value) => modified.getTime() / 1000 >= Number(value),
  date_end: ({ modified }, value) => modified.getTime() / 1000 <= Number(value),
  size_high: (entry, value, { parameters }) =>
    sizeOf(entry) <= Number(value) * (UNITS[(parameters.text('size_high_unit') ?? 'b').toLowerCase()] ?? 1),
};

/** `file_list`, the searches and `file_download`. */
export const listingMethods: Methods = {
  file_list: {
    verb: 'GET',
    act: (call) => {
      const { service, caller, parameters } = call;
      const folder = folderAt(call, parameters.need('path'));
      const entries = folder.items.filter((entry) => sees(service.state, caller, entry));
      return {
        fileList: {
          ...page(call, pathOf(folder), entries, 'sort_by', () => ({})),
          userSettings: settingsAt(service, caller, folder),
        },
      };
    },
  },
  file_search_location: {
    verb: 'GET',
    act: (call) => {
      const { service, caller, parameters } = call;
      const folder = folderAt(call, parameters.need('path'));
      const criteria = parameters.need('search_criteria');
      const inside = service.knobs.searchesBelow ? [...below(folder)] : folder.items;
      const entries = inside.filter((entry) => sees(service.state, caller, entry) && contains(entry.name, criteria));
      return {
        fileList: {
          ...page(call, pathOf(folder), entries, 'sort', () => ({})),
          userSettings: settingsAt(service, caller, folder),
        },
      };
    },
  },
  file_search_site: {
    verb: 'GET',
    act: (call) => {
      const { service, caller, parameters } = call;
      const { state } = service;
      const asked = Object.entries(CONDITIONS).filter(([name]) => (parameters.text(name) ?? '') !== '');
      if (asked.length === 0) throw required('file_name');
      const entries = [...below(state.root)].filter(
        (entry) => sees(state, caller, entry) && asked.every(([name, holds]) => holds(entry, parameters.need(name), call)),
      );
      return {
        fileList: page(call, '/', entries, 'sort', (entry) => ({ userSettings: settingsAt(service, caller, entry.parent ?? state.root) })),
      };
    },
  },
  file_download: {
    verb: 'GET',
    act: (call) => {
      const file = entryOf(call, call.parameters.need('file_id'));
      if (file.type === 'folder') throw invalid('file_id', 'the id of a file');
      need(call, 'downloadFiles', file.parent);
      return give(call, file);
    },
  },
};

/** The bytes of a file, or a range of them, with its name in the header that the knobs want. */
function give({ service: { state, knobs }, range = '' }: Call, { name, content }: StoredFile): Response {
  const { size } = content;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(knobs.ranges ? range : '') ?? [];
  const [start, end] = from === undefined ? [0, size] : [Number(from), Math.min(Number(to) + 1, size)];
  const headers = new Headers({ 'content-type': 'application/octet-stream', 'content-length': String(end - start) });
  if (from !== undefined) headers.set('content-range', `bytes ${start}-${end - 1}/${size}`);
  const ascii = name.replace(/[^ -~]|["\\]/g, '_');
  if (knobs.nameHeader === 'file-name') headers.set('file-name', encodeURIComponent(name));
  else headers.set('content-disposition', `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`);
  return new Response(state.contents.read(content, start, end), { status: from === undefined ? 200 : 206, headers });
}
