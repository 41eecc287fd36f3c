import { createHash } from 'node:crypto';
import type { Filemail } from './filemail.js';
import { CREDENTIALS } from './seed.js';

/** An answer, with its body read. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** The body's `data`, where that is an object. */
  data: Record<string, unknown>;
  headers: Headers;
}

/** Sends one request to version 2, with a JSON body where there is one. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

const members = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = members(text === '' ? {} : JSON.parse(text));
  return { status: response.status, body, data: members(body['data']), headers: response.headers };
}

/** Asks version 2 by hand, as a client would that knows nothing; headers are added to, or replace, those that are needed. */
export function asking({ url }: Filemail, key: string = CREDENTIALS.ownerKey, headers: Record<string, string> = {}): Ask {
  return async (method, path, body) => {
    const sent = new Headers({ 'x-api-key': key, 'x-api-version': '2.0', ...headers });
    if (body !== undefined && !sent.has('content-type')) sent.set('content-type', 'application/json');
    return read(await fetch(url + path, { method, headers: sent, body: body === undefined ? null : JSON.stringify(body) }));
  };
}

/** Asks version 1: parameters in the query of a GET. */
export async function askClassic({ url }: Filemail, call: string, parameters: Record<string, string> = {}): Promise<Answer> {
  return read(await fetch(`${url}/api/${call}?${new URLSearchParams(parameters).toString()}`));
}

/** A transfer that was opened. */
export interface Opened {
  transferid: string;
  transferkey: string;
  transferurl: string;
  alternate: string;
}

/** Opens a transfer. */
export async function opened(ask: Ask, body: Record<string, unknown> = {}): Promise<Opened> {
  const { status, data, body: whole } = await ask('POST', '/transfer/initialize', { subject: 'Files', ...body });
  if (status !== 200) throw new Error(`The transfer was not opened: ${JSON.stringify(whole)}`);
  const { transferid, transferkey, transferurl } = data as unknown as Opened;
  return { transferid, transferkey, transferurl, alternate: (data['alternate_urls'] as string[])[0] ?? '' };
}

/** Sends one chunk of a file, the whole file where nothing else is said. */
export async function sendChunk(
  { transferid, transferkey, transferurl }: Opened,
  thefilename: string,
  bytes: string | Uint8Array<ArrayBuffer>,
  told: { chunk?: number; chunks?: number; chunksize?: number } = {},
): Promise<Response> {
  const { chunk = 0, chunks = 1, chunksize = Math.max(bytes.length, 1) } = told;
  const query = new URLSearchParams({
    transferid,
    transferkey,
    thefilename,
    chunksize: String(chunksize),
    chunks: String(chunks),
    chunk: String(chunk),
  });
  const headers = { 'content-type': 'application/octet-stream' };
  return fetch(`${transferurl}?${query.toString()}`, { method: 'POST', headers, body: bytes });
}

/** Sends a transfer of small files, and answers its id. */
export async function sentTransfer(ask: Ask, files: Record<string, string>, body: Record<string, unknown> = {}): Promise<string> {
  const transfer = await opened(ask, body);
  for (const [name, text] of Object.entries(files)) await sendChunk(transfer, name, text);
  const { transferid, transferkey } = transfer;
  const { status, body: whole } = await ask('PUT', '/transfer/complete', { transferid, transferkey });
  if (status !== 200) throw new Error(`The transfer was not completed: ${JSON.stringify(whole)}`);
  return transferid;
}

/** The SHA-256 of bytes, in hexadecimal. */
export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
