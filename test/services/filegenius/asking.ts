import type { FileGenius } from './filegenius.js';
import { credentialsOf } from './seed.js';
import { sign } from './signatures.js';

type Fields = Readonly<Record<string, string | number>>;

/** An answer, with its body read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The one member of a JSON object. */
  body: Record<string, unknown>;
  /** The title of an error. */
  title: string | undefined;
}

/** How a request differs from what is right. */
export interface Wrongs {
  apiKey?: string;
  secret?: string;
  timestamp?: number | string;
  authCode?: string;
  headers?: Record<string, string>;
}

/** Sends requests by hand, as a client would that knows nothing but the rules of signatures. */
export interface Ask {
  get(method: string, fields?: Fields, wrongs?: Wrongs): Promise<Answer>;
  send(verb: string, method: string, fields?: Fields, wrongs?: Wrongs): Promise<Answer>;
  upload(path: string, name: string, text: string, fields?: Fields): Promise<Answer>;
  /** The URL of a signed `GET`. */
  urlOf(method: string, fields?: Fields, wrongs?: Wrongs): string;
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type') === 'application/json';
  const [name = '', body] = json ? (Object.entries(JSON.parse(text) as Record<string, Record<string, unknown>>)[0] ?? []) : [];
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: body ?? {},
    title: name === 'error' ? String(body?.['title']) : undefined,
  };
}

const now = (): number => Math.floor(Date.now() / 1000);

/** Asks as a seeded user. */
export function asking({ url }: FileGenius, username: string): Ask {
  const right = credentialsOf(username);
  const authentication = ({ apiKey = right.apiKey, timestamp = now(), authCode }: Wrongs): Fields => ({
    api_key: apiKey,
    timestamp,
    ...(authCode !== undefined && { auth_code: authCode }),
  });
  const body = (method: string, fields: Fields, wrongs: Wrongs): [string, string][] => {
    const signature = sign(wrongs.secret ?? right.secret, `${url}/api/${method}`);
    const all: Fields = { ...fields, ...authentication(wrongs), signature };
    return Object.entries(all).map(([name, value]) => [name, String(value)]);
  };
  const ask: Ask = {
    urlOf(method, fields = {}, wrongs = {}) {
      const all = Object.entries({ ...fields, ...authentication(wrongs) }).sort(([one], [other]) => (one < other ? -1 : 1));
      const text = `${url}/api/${method}?${all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
      return `${text}&signature=${sign(wrongs.secret ?? right.secret, text)}`;
    },
    get: async (method, fields, wrongs) => read(await fetch(ask.urlOf(method, fields, wrongs))),
    send: async (verb, method, fields = {}, wrongs = {}) =>
      read(await fetch(`${url}/api/${method}`, { method: verb, body: new URLSearchParams(body(method, fields, wrongs)) })),
    async upload(path, name, text, fields = {}) {
      const form = new FormData();
      for (const [field, value] of body('file_upload', { path, ...fields }, {})) form.append(field, value);
      form.append('file', new Blob([text]), name);
      return read(await fetch(`${url}/api/file_upload`, { method: 'POST', body: form }));
    },
  };
  return ask;
}
