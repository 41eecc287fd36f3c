import type { CallOptions } from '../backend/backend.js';
import { filesComMeaning } from './files-com.errors.js';
import { type Answer, createService, type Service } from './request.js';

/** Values of a query; `undefined` is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** What a request needs besides its method and path. */
export interface Asking extends CallOptions {
  query?: Query;
  json?: unknown;
}

/** The service's API. Every deed says what failed, as in `Listing "docs"`. */
export interface Api {
  get(deed: string, path: string, asking?: Asking): Promise<Answer>;
  post(deed: string, path: string, asking?: Asking): Promise<Answer>;
  patch(deed: string, path: string, asking?: Asking): Promise<Answer>;
  delete(deed: string, path: string, asking?: Asking): Promise<Answer>;
  /** Every entry of a list, from all its pages. */
  all(deed: string, path: string, asking?: Asking): Promise<unknown[]>;
}

/** Where the API is, and how it is asked. */
export interface Connection {
  /** `https://app.files.com`, or the site's own address; with or without the path of the API. */
  url?: string | undefined;
  fetch?: typeof fetch | undefined;
  /** Milliseconds for one request. */
  timeLimit?: number | undefined;
}

const HOST = 'https://app.files.com';
const ROOT = '/api/rest/v1';
/** Entries of a page, as many as the service advises. */
const PAGE = 1000;
const MOST_PAGES = 1000;

/** The address of the API. */
export const rootOf = ({ url = HOST }: Connection): string => `${url.replace(/\/+$/, '').replace(/\/api\/rest\/v1$/, '')}${ROOT}`;

/** Asks Files.com; its own errors become typed ones. */
export const filesComService = ({ fetch, timeLimit }: Connection): Service =>
  createService({ name: 'Files.com', fetch, timeLimit, meaning: filesComMeaning });

/** The cursor of the next page, where there is one. */
export const nextCursor = ({ headers }: Answer): string | undefined =>
  headers.get('x-files-cursor-next') ?? headers.get('x-files-cursor') ?? undefined;

const searchOf = (query: Query = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
};

/** The API, asked with these credentials. */
export function createApi(connection: Connection, credentials: Record<string, string>): Api {
  const service = filesComService(connection);
  const root = rootOf(connection);
  const ask =
    (method: string) =>
    (deed: string, path: string, { query, json, signal }: Asking = {}): Promise<Answer> =>
      service({
        deed,
        method,
        url: root + path + searchOf(query),
        headers: { accept: 'application/json', ...credentials },
        body: json === undefined ? undefined : { json },
        signal,
      });
  const get = ask('GET');
  return {
    get,
    post: ask('POST'),
    patch: ask('PATCH'),
    delete: ask('DELETE'),
    async all(deed, path, { query, ...asking } = {}) {
      const entries: unknown[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const answer = await get(deed, path, { ...asking, query: { per_page: PAGE, ...query, cursor } });
        const page = answer.json();
        if (Array.isArray(page)) entries.push(...(page as unknown[]));
        cursor = nextCursor(answer);
        if (cursor === undefined) break;
      }
      return entries;
    },
  };
}
