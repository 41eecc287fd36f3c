import { fileGenius, type FileGeniusOptions } from '../../src/adapters/filegenius.js';
import type { Backend } from '../../src/backend/backend.js';

/** One request as a site hears it. */
export interface Asked {
  verb: string;
  method: string;
  fields: Record<string, string>;
}

/** What a site says to a method: an object is answered as JSON, a text as it is. */
export type Says = object | string | Response | ((fields: Record<string, string>) => object | string | Response);

const BASE = 'https://acme.example';

/** A backend whose site says what it is told to, word for word, and remembers what it was asked. */
export function scripted(says: Record<string, Says>, options: Partial<FileGeniusOptions> = {}): { backend: Backend; asked: Asked[] } {
  const asked: Asked[] = [];
  const answer = (input: Parameters<typeof fetch>[0], init?: RequestInit): Response => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = url.pathname.replace('/api/', '');
    const body = typeof init?.body === 'string' ? init.body : url.search.slice(1);
    const fields = Object.fromEntries(new URLSearchParams(body));
    asked.push({ verb: init?.method ?? 'GET', method, fields });
    const said = says[method.replace(/\.xml$/, '')];
    if (said === undefined) throw new TypeError(`nobody expected "${method}"`);
    const value = typeof said === 'function' ? (said as (fields: Record<string, string>) => object | string)(fields) : said;
    return value instanceof Response ? value.clone() : new Response(typeof value === 'string' ? value : JSON.stringify(value));
  };
  const backend = fileGenius({
    brand: 'filegenius',
    baseUrl: BASE,
    apiKey: 'key',
    secret: 's3cr3t',
    fetch: (...request) => Promise.resolve().then(() => answer(...request)),
    ...options,
  });
  return { backend, asked };
}

/** Everything that a user may do somewhere, as `userSettings` says it. */
export const ALLOWED: Readonly<Record<string, number>> = {
  admin: 0,
  uploadFiles: 1,
  batchUploadFiles: 1,
  downloadFiles: 1,
  batchDownloadFiles: 1,
  deleteFiles: 1,
  batchDeleteFiles: 1,
  moveCopyFiles: 1,
  batchMoveCopyFiles: 1,
  renameFiles: 1,
  createFolders: 1,
  sendFiles: 1,
  sendFilesNonUser: 1,
  subAdmin: 0,
};

/** A file of a listing. */
export const file = (id: number, name: string, more: object = {}): object => ({
  id,
  name,
  type: 'file',
  size: 5,
  formattedSize: '5 B',
  path: '/',
  formattedModDate: '6/19/13, 4:57 pm EDT',
  modDate: 1_371_675_460,
  jobNumber: '0',
  workspaceId: 3,
  username: 'jsmith',
  fileComments: 0,
  scheduledDelete: 0,
  restricted: 0,
  ...more,
});

/** A page of a listing. */
export const listing = (files: object[], settings: object = ALLOWED, total = files.length): object => ({
  fileList: { path: '/', totalFiles: total, filesInPage: files.length, maxFilesPage: 50, files, userSettings: settings },
});
