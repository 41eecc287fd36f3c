import { createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { CREDENTIALS } from './seed.js';
import type { Sendspace } from './sendspace.js';

/** One element below `<result>`. */
export interface Told {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** An answer of the REST interface, read. */
export interface Answer {
  http: number;
  type: string;
  body: string;
  /** The method as it was echoed. */
  method: string;
  status: string;
  /** The code of the first error; 0 where there is none. */
  code: number;
  told: Told[];
  /** The first element of a name. */
  one(name: string): Told;
  all(name: string): Told[];
}

/** How arguments travel. */
export type By = 'query' | 'query of a post' | 'urlencoded' | 'multipart';

/** Calls one method. */
export type Ask = (method: string, given?: Record<string, string>, by?: By) => Promise<Answer>;

type Node = Record<string, Node[] | Record<string, string> | string>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: true,
  htmlEntities: true,
});

function element(node: Node): Told[] {
  const name = Object.keys(node).find((key) => key !== ':@') ?? '';
  if (name === '#text' || name.startsWith('?')) return [];
  const inside = node[name] as Node[];
  const text = inside.find((child) => '#text' in child)?.['#text'];
  return [{ name, attributes: (node[':@'] ?? {}) as Record<string, string>, text: typeof text === 'string' ? text : '' }];
}

/** Elements below the root of a document; throws where a name or text was put in unescaped. */
export function elements(body: string): { root: Told; told: Told[] } {
  if (/&(?!(?:amp|lt|gt|quot|#\d+);)|<[^>]*</.test(body)) throw new Error(`This is no XML: ${body}`);
  const top = (parser.parse(body) as Node[]).find((node) => !Object.keys(node).some((key) => key.startsWith('?'))) ?? {};
  const [root] = element(top);
  if (!root) throw new Error(`There is no element in ${body}`);
  return { root, told: (top[root.name] as Node[]).flatMap(element) };
}

/** Calls by hand, as a client would that knows nothing; what `always` holds goes along with every call. */
export function asking({ url }: Pick<Sendspace, 'url'>, always: Record<string, string> = {}): Ask {
  return async (method, given = {}, by = 'query') => {
    const sent = { method, ...always, ...given };
    const query = `${url}?${new URLSearchParams(sent).toString()}`;
    const form = new FormData();
    for (const [name, value] of Object.entries(sent)) form.set(name, value);
    const response =
      by === 'query'
        ? await fetch(query)
        : by === 'query of a post'
          ? await fetch(query, { method: 'POST' })
          : await fetch(url, { method: 'POST', body: by === 'multipart' ? form : new URLSearchParams(sent) });
    const body = await response.text();
    const { root, told } = elements(body);
    return {
      http: response.status,
      type: response.headers.get('content-type') ?? '',
      body,
      method: root.attributes['method'] ?? '',
      status: root.attributes['status'] ?? '',
      code: Number(told.find(({ name }) => name === 'error')?.attributes['code'] ?? 0),
      told,
      one: (name) => {
        const found = told.find((one) => one.name === name);
        if (!found) throw new Error(`There is no <${name}> in ${body}`);
        return found;
      },
      all: (name) => told.filter((one) => one.name === name),
    };
  };
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** What `auth.login` wants. */
export const digest = (token: string, password: string): string => md5(token + md5(password));

/** What every client sends at first. */
export const CLIENT = { api_key: CREDENTIALS.apiKey, api_version: '1.2' };

/** Calls as somebody who signs in with the seed's password. */
export async function askingAs(service: Sendspace, email: string): Promise<Ask> {
  const ask = asking(service);
  const token = (await ask('auth.createToken', CLIENT)).one('token').text;
  const login = await ask('auth.login', { token, user_name: email, tokened_password: digest(token, CREDENTIALS.password) });
  return asking(service, { session_key: login.one('session_key').text });
}

/** A form as `getInfo` wants it, filled in by hand. */
export interface Prepared {
  url: string;
  progressUrl: string;
  fields: Record<string, string>;
}

/** Asks where a form goes. */
export async function prepare(ask: Ask, method = 'upload.getInfo', given: Record<string, string> = {}): Promise<Prepared> {
  const { attributes } = (await ask(method, given)).one('upload');
  const { url = '', progress_url: progressUrl = '', max_file_size = '', upload_identifier = '', extra_info = '' } = attributes;
  return { url, progressUrl, fields: { MAX_FILE_SIZE: max_file_size, UPLOAD_IDENTIFIER: upload_identifier, extra_info } };
}

/** Sends a form: its fields, some more, and files by the name of their input. */
export async function send(
  { url, fields }: Pick<Prepared, 'url' | 'fields'>,
  more: Record<string, string>,
  files: Record<string, readonly [name: string, text: string | Uint8Array<ArrayBuffer>]>,
): Promise<{ http: number; headers: Headers; body: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...more })) form.set(name, value);
  for (const [input, [name, content]] of Object.entries(files)) form.set(input, new Blob([content]), name);
  const response = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  return { http: response.status, headers: response.headers, body: await response.text() };
}

/** What follows `name=` on its line in the text that accounts get. */
export const line = (body: string, name: string): string[] =>
  body
    .split('\n')
    .filter((text) => text.startsWith(`${name}=`))
    .map((text) => text.slice(name.length + 1));
