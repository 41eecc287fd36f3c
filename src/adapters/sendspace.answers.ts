import { XMLParser } from 'fast-xml-parser';
import { BackendError, type ErrorInfo, errorInfo } from '../backend/errors.js';
import type { Fault } from './sendspace.errors.js';

/** Attributes of one element. */
export type Attributes = Readonly<Record<string, string>>;

/** What stands in a `<result>`, in whatever order. */
export interface Reply {
  isOk: boolean;
  faults: Fault[];
  /** What the answer says it is about, or has done. */
  ids: string[];
  files: Attributes[];
  folders: Attributes[];
  contacts: Attributes[];
  /** Elements of which there is one, such as `<upload …/>`. */
  single: Readonly<Record<string, Attributes>>;
  /** Elements that hold a text, such as `<session_key>`. */
  texts: Readonly<Record<string, string>>;
}

const MARK = '@';
const SEVERAL = ['file', 'folder', 'error', 'contact', 'id'];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: MARK,
  parseTagValue: false,
  parseAttributeValue: false,
  // Names begin and end with spaces too.
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => SEVERAL.includes(name),
});

type Tree = Record<string, unknown>;

const broken = (what: string): BackendError =>
  new BackendError('server', `${what} failed: sendspace answered something that is no answer of its API.`);

/** Reads a text as XML with one root of that name. */
function rootOf(text: string, root: string, deed: string): Tree {
  // The document itself prints ids with a closing tag that lacks its slash.
  const whole = text.replace(/<id>([^<]*)<id>/g, '<id>$1</id>').trim();
  // The parser by itself takes half a document for a whole one.
  if (!new RegExp(`</${root}\\s*>$|^(?:<\\?[^>]*>\\s*)?<${root}\\b[^<>]*/>$`).test(whole)) throw broken(deed);
  let tree: unknown;
  try {
    tree = parser.parse(whole);
  } catch {
    throw broken(deed);
  }
  const found = (tree as Tree)[root];
  if (found === undefined) throw broken(deed);
  return typeof found === 'object' && found !== null ? (found as Tree) : {};
}

const textIn = (value: unknown): string => {
  const text = typeof value === 'object' && value !== null ? (value as Tree)['#text'] : value;
  return typeof text === 'string' ? text.trim() : '';
};

const attributesOf = (value: unknown): Attributes =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => name.startsWith(MARK))
          .map(([name, text]) => [name.slice(MARK.length), String(text)]),
      )
    : {};

const several = (tree: Tree, name: string): unknown[] => {
  const found = tree[name];
  return Array.isArray(found) ? found : [];
};

/** Ids as the service writes them: separated by commas. */
const idsIn = (text: string): string[] =>
  text
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);

/** Reads an answer of the API. Rejects with `server` what is none: a page, half an answer, another root. */
export function replyOf(text: string, deed: string): Reply {
  const tree = rootOf(text, 'result', deed);
  const status = tree[`${MARK}status`];
  if (status !== 'ok' && status !== 'fail') throw broken(deed);
  const faults = several(tree, 'error').map((one): Fault => {
    const { code = '', text: words = '', id = '' } = attributesOf(one);
    return { code: Number(code) || 0, text: words, ids: idsIn(id) };
  });
  const others = Object.entries(tree).filter(([name]) => !name.startsWith(MARK) && name !== '#text' && !SEVERAL.includes(name));
  return {
    isOk: status === 'ok',
    faults,
    ids: several(tree, 'id').flatMap((one) => idsIn(textIn(one))),
    files: several(tree, 'file').map(attributesOf),
    folders: several(tree, 'folder').map(attributesOf),
    contacts: several(tree, 'contact').map(attributesOf),
    single: Object.fromEntries(others.map(([name, value]) => [name, attributesOf(value)])),
    texts: Object.fromEntries(others.map(([name, value]) => [name, textIn(value)])),
  };
}

/** What `progress_url` tells of a form: `ok`, `fail` or `done`, and how many bytes came. */
export function progressOf(text: string, deed: string): { status: string; bytes: number } {
  const tree = rootOf(text, 'progress', deed);
  return { status: textIn(tree['status']), bytes: countOf(textIn(tree['uploaded_bytes'])) ?? 0 };
}

/** What was said of the bytes of one file. */
export interface Arrival {
  file: string;
  /** The key in the link that deletes it: anonymous files have one. */
  key?: string;
}

/**
 * Reads what an upload answered: lines for an account (`upload_status=ok`, `file_id=…`), XML for nobody (`<upload_done>`). Lines end
 * however they like. Rejects with `invalid` where it says that it failed, with `quota` where less space is left than the file needs, and
 * with `server` what is no such answer: then nobody knows whether the file is there.
 */
export function arrivalOf(text: string, { name, size }: { name?: string; size: number }): Arrival {
  const deed = `Uploading ${name === undefined ? 'a file' : `"${name}"`}`;
  const failed = (): BackendError => new BackendError('invalid', `${deed} failed: sendspace did not take it.`);
  if (text.trimStart().startsWith('<')) {
    const tree = rootOf(text, 'upload_done', deed);
    if (textIn(tree['status']) !== 'ok') throw failed();
    const [, linked = '', key] = /\/delete\/([0-9a-z]+)\/([0-9a-z]+)/i.exec(textIn(tree['delete_url'])) ?? [];
    const [, shown = ''] = /\/file\/([0-9a-z]+)/i.exec(textIn(tree['download_url'])) ?? [];
    const file = textIn(tree['file_id']) || linked || shown;
    if (!file) throw broken(deed);
    return { file, ...(key !== undefined && { key }) };
  }
  const lines = new Map(
    text.split(/\r\n|\r|\n/).map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
  if (!lines.has('upload_status')) throw broken(deed);
  if (lines.get('upload_status') !== 'ok') {
    const left = countOf(lines.get('diskspace_left'));
    if (left !== undefined && left < size)
      throw new BackendError('quota', `${deed} failed: it has ${String(size)} bytes, and the account has ${String(left)} left.`);
    throw failed();
  }
  const file = lines.get('file_id') ?? '';
  if (!/^[0-9a-z]+$/i.test(file)) throw broken(deed);
  return { file };
}

/** Why a form's file was not kept, where its answer says so: the status of such an answer is that of all others. */
export function refusalOf({ body, size }: { body: string; size: number }): ErrorInfo | undefined {
  try {
    arrivalOf(body, { size });
    return undefined;
  } catch (error) {
    const info = errorInfo(error);
    return info.code === 'server' ? undefined : info;
  }
}

const EST = 5 * 3_600_000;

/** A moment in milliseconds since 1970: seconds since then, or a date in Eastern Standard Time, both of which are documented. */
export function momentOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number === 0 ? undefined : number < 1e11 ? number * 1000 : number;
  }
  const [, ...parts] = /^(\d{4})[/-](\d\d?)[/-](\d\d?)(?:[ T](\d\d?):(\d\d):(\d\d))?$/.exec(text.trim()) ?? [];
  const [year, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0] = parts.map((part) =>
    (part as string | undefined) === undefined ? 0 : Number(part),
  );
  return year === undefined ? undefined : Date.UTC(year, month - 1, day, hours, minutes, seconds) + EST;
}

/** A count; nothing where there is none, and where -1 says that there is no end. */
export function countOf(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
