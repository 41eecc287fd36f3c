import { serveOrigin, type Cors } from '../origin.js';
import type { Demonstrated, Simulated } from '../services.js';
import { api } from './api.js';
import { answerRefusal, Refusal } from './errors.js';
import { CREDENTIALS, seed } from './seed.js';
import type { Service } from './service.js';
import { signUrl } from './signatures.js';
import { openState, type State } from './state.js';
import { storage, storageError } from './storage.js';
import { filesComKnobs, type FilesComKnobs } from './turns.js';

/** How a simulated Files.com starts. */
export interface FilesComOptions {
  /** Of the API; a free one when absent or 0. Storage always has a free one. */
  port?: number;
  /** Starts with nobody and nothing in it; otherwise with what `seed` puts there. */
  empty?: boolean;
}

/** A Files.com that runs: an API and a storage origin, both on 127.0.0.1. */
export interface FilesCom extends Simulated {
  /** Of the API, without `/api/rest/v1`. */
  url: string;
  storageUrl: string;
  knobs: FilesComKnobs;
  /** The service's own side. */
  state: State;
}

/** What is allowed and exposed is our choice: the vendor documents no CORS policy. */
const CORS: Cors = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: [
    'accept', 'accept-language', 'content-type', 'user-agent', 'x-filesapi-key', 'x-filesapi-auth', 'x-files-workspace-id',
    'x-files-reauthentication',
  ],
  exposed: ['X-Files-Cursor', 'X-Files-Cursor-Next', 'X-Files-Cursor-Prev', 'X-Files-Error-Class', 'X-Request-Id', 'ETag'],
}; // prettier-ignore

/** Starts a simulated Files.com. */
export async function startFilesCom(options: FilesComOptions = {}): Promise<FilesCom> {
  const state = await openState();
  if (!options.empty) await seed(state);
  const knobs = filesComKnobs();
  const service: Service = {
    state,
    knobs,
    url: '',
    storageUrl: '',
    sign: (path, query, seconds) => signUrl(service.storageUrl, path, query, seconds),
  };
  const store = storage(service);
  const bytes = await serveOrigin({
    name: 'storage',
    fetch: (request) => store.fetch(request),
    knobs,
    cors: { ...CORS, headers: ['*'] },
    refuse: (status) => storageError(status, status === 429 ? 'TooManyRequests' : 'SlowDown', 'Please reduce your request rate.'),
  });
  service.storageUrl = bytes.url;
  const rest = await serveOrigin({
    name: 'api',
    fetch: (request) => app.fetch(request),
    knobs,
    cors: CORS,
    refuse: (status) =>
      answerRefusal(new Refusal(status === 429 ? 'rate-limited/too-many-requests' : 'service-unavailable', 'Try again later.')),
    port: options.port,
  });
  service.url = rest.url;
  const app = api(service);
  return {
    url: rest.url,
    storageUrl: bytes.url,
    knobs,
    state,
    close: async () => {
      await Promise.all([rest.close(), bytes.close()]);
      await state.contents.close();
    },
  };
}

/** Starts it for a person: with the seed, and with what they need to know. */
export async function demonstrateFilesCom(options: { port: number }): Promise<Demonstrated> {
  const service = await startFilesCom(options);
  return {
    service,
    notes: [
      `storage answers at ${service.storageUrl}`,
      `key of the site: ${CREDENTIALS.siteKey}`,
      `users: ${[...service.state.users.values()].map(({ username }) => username).join(', ')}; password: ${CREDENTIALS.password}`,
    ],
  };
}
