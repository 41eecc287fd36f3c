import { line } from '../knobs.js';
import { serveOrigin, type Cors } from '../origin.js';
import type { Demonstrated, Simulated } from '../services.js';
import { api } from './api.js';
import { answerRefusal, Refusal } from './errors.js';
import { fileServer } from './file-server.js';
import { CREDENTIALS, seed } from './seed.js';
import type { Service } from './service.js';
import { openState, type State } from './state.js';
import { filemailKnobs, type FilemailKnobs } from './turns.js';

/** How a simulated Filemail starts. */
export interface FilemailOptions {
  /** Of the API; a free one when absent or 0. File servers always have free ones. */
  port?: number;
  /** Starts with nobody and nothing in it; otherwise with what `seed` puts there. */
  empty?: boolean;
}

/** A Filemail that runs: an API and two file servers, all on 127.0.0.1. */
export interface Filemail extends Simulated {
  /** Of version 2; version 1 is under `/api`. */
  url: string;
  filesUrl: string;
  alternateUrl: string;
  knobs: FilemailKnobs;
  /** The service's own side. */
  state: State;
}

/** What is allowed and exposed is our choice: the vendor documents no CORS policy. */
const CORS: Cors = {
  methods: ['GET', 'POST', 'PUT', 'DELETE'],
  headers: ['accept', 'content-type', 'x-api-key', 'x-api-version', 'logintoken'],
  exposed: [],
};

/** Starts a simulated Filemail. */
export async function startFilemail(options: FilemailOptions = {}): Promise<Filemail> {
  const state = await openState();
  if (!options.empty) seed(state);
  const knobs = filemailKnobs();
  const service: Service = { state, knobs, url: '', filesUrl: '', alternateUrl: '' };
  const serve = (
    name: string,
    app: { fetch: (request: Request) => Response | Promise<Response> },
    refuse: (status: 429 | 503) => Response,
    port?: number,
  ) =>
    serveOrigin({
      name,
      fetch: (request) => {
        const { pathname, search } = new URL(request.url);
        return knobs.replacement(line({ origin: name, method: request.method, path: pathname + search })) ?? app.fetch(request);
      },
      knobs,
      cors: CORS,
      refuse,
      port,
    });
  const busy = (status: 429 | 503): Response => new Response('The file server is busy.', { status });
  const servers = fileServer(service);
  const files = await serve('files', servers, busy);
  const alternate = await serve('alternate', servers, busy);
  const rest = await serve(
    'api',
    { fetch: (request) => app.fetch(request) },
    (status) =>
      answerRefusal(
        status === 429
          ? new Refusal(429, 'RateLimitExceeded', 'There were too many requests.')
          : new Refusal(500, 'ServiceInterruption', 'The service is interrupted.'),
      ),
    options.port,
  );
  Object.assign(service, { url: rest.url, filesUrl: files.url, alternateUrl: alternate.url });
  const app = api(service);
  return {
    url: rest.url,
    filesUrl: files.url,
    alternateUrl: alternate.url,
    knobs,
    state,
    close: async () => {
      await Promise.all([rest.close(), files.close(), alternate.close()]);
      await state.contents.close();
    },
  };
}

/** Starts it for a person: with the seed, and with what they need to know. */
export async function demonstrateFilemail(options: { port: number }): Promise<Demonstrated> {
  const service = await startFilemail(options);
  return {
    service,
    notes: [
      `version 1 answers at ${service.url}/api`,
      `file servers answer at ${service.filesUrl} and ${service.alternateUrl}`,
      `key of the owner: ${CREDENTIALS.ownerKey}`,
      `users: ${[...service.state.users.values()].map(({ email }) => email).join(', ')}; password: ${CREDENTIALS.password}`,
    ],
  };
}
