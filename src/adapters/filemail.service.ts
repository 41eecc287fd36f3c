import { BackendError } from '../backend/errors.js';
import { meaningOf } from './filemail.errors.js';
import { type Answer, type Body, createService } from './request.js';

/** Where Filemail is, and the key to it. The key is its owner's login: it belongs on a server, never in a page. */
export interface FilemailPlace {
  apiKey: string;
  /** `https://api-public.filemail.com` unless told otherwise. */
  baseUrl?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** One request to API 2.0. */
export interface FilemailAsk {
  deed: string;
  /** From the root of the API, with its leading slash and encoded. */
  path: string;
  method?: string;
  query?: Record<string, string>;
  body?: Body;
  loginToken?: string | undefined;
  signal?: AbortSignal | undefined;
}

const HOME = 'https://api-public.filemail.com';

/** The version that a client in use sends; the paragraph that lists the allowed ones is not public. */
const VERSION = '2.0';

/** A way to ask API 2.0. Every answer of it is JSON: a page that something on the way puts in its place is no yes. */
export function createFilemailService({ apiKey, baseUrl = HOME, fetch }: FilemailPlace): (ask: FilemailAsk) => Promise<Answer> {
  const service = createService({ name: 'Filemail', fetch, meaning: meaningOf });
  const base = baseUrl.replace(/\/+$/, '');
  return async ({ path, query, loginToken, ...ask }) => {
    const answer = await service({
      ...ask,
      url: `${base}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`,
      headers: { accept: 'application/json', 'x-api-key': apiKey, 'x-api-version': VERSION, ...(loginToken && { logintoken: loginToken }) },
    });
    answer.json();
    return answer;
  };
}

/** A value as an object; what is none has no members. */
export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** A value as a list; what is none is empty. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A text that says something. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A number, be it one or written as one. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What an answer is about: `data`, without the envelope. Some answers have none. */
export const jsonOf = (answer: Answer): Record<string, unknown> => recordOf(recordOf(answer.json())['data']);

/** The same of an answer that must have some: throws `server` where it has none, which is not the same as nothing in it. */
export function dataOf(answer: Answer): Record<string, unknown> {
  const data = recordOf(answer.json())['data'];
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return recordOf(data);
  throw new BackendError('server', 'Filemail answered, but nothing of what it was asked for.');
}

/** A transfer in an answer: most pages of the documentation have it as `data` itself, one in a member `transfer`. */
export function transferIn(answer: Answer): Record<string, unknown> {
  const envelope = recordOf(answer.json());
  const data = recordOf(envelope['data']);
  for (const found of [data['transfer'], envelope['transfer']]) if (Object.keys(recordOf(found)).length > 0) return recordOf(found);
  return data;
}
