import { Hono } from 'hono';
import { serveOrigin, type Cors, type Origin } from '../origin.js';
import type { Demonstrated, Simulated } from '../services.js';
import { receiveForm } from './forms.js';
import { progressOf } from './outcomes.js';
import { broken } from './replies.js';
import { rest } from './rest.js';
import { CREDENTIALS, seed } from './seed.js';
import type { Service } from './service.js';
import { site } from './site.js';
import { openState, type State } from './state.js';
import { NODES, sendspaceKnobs, type SendspaceKnobs } from './turns.js';

/** How a simulated sendspace starts. */
export interface SendspaceOptions {
  /** Of the REST interface; a free one when absent or 0. The site and the nodes always have free ones. */
  port?: number;
  /** Starts with nobody and nothing in it; otherwise with what `seed` puts there. */
  empty?: boolean;
}

/** A sendspace that runs, on several origins of 127.0.0.1. */
export interface Sendspace extends Simulated {
  /** Of the REST interface, with its path: `http://…/rest/`. */
  url: string;
  /** Where its pages are. */
  siteUrl: string;
  knobs: SendspaceKnobs;
  /** The service's own side. */
  state: State;
}

/** What pages may do while the knob lets them: our choice, as the vendor promises nothing. */
const CORS: Cors = { methods: ['GET', 'POST'], headers: ['content-type', 'range'], exposed: ['Content-Range'] };

/** What stands in front of the service says in HTML that it cannot. */
function refuse(status: 429 | 503): Response {
  const title = status === 429 ? '429 Too Many Requests' : '503 Service Temporarily Unavailable';
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return new Response(body, { status, headers: { 'content-type': 'text/html' } });
}

/** Everything that any of the origins answers: behind a proxy, clients reach all of them through one. */
function application(service: Service): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], ['/rest', '/rest/'], (c) => rest(service, c.req.raw));
  app.post('/apiupload', (c) => receiveForm(service, c.req.raw));
  app.on(['GET', 'POST'], '/progressapiupload.html', (c) => progressOf(service, c.req.query('UPLOAD_IDENTIFIER') ?? ''));
  app.route('/', site(service));
  app.onError((error) => broken(error));
  return app;
}

/** Starts a simulated sendspace. */
export async function startSendspace(options: SendspaceOptions = {}): Promise<Sendspace> {
  const state = await openState();
  if (!options.empty) await seed(state);
  const knobs = sendspaceKnobs();
  const service: Service = { state, knobs, urls: {}, turn: 0 };
  const app = application(service);
  const origins: Origin[] = [];
  for (const name of ['api', 'www', ...NODES]) {
    const origin = await serveOrigin({
      name,
      fetch: (request) => (knobs.nodesDown.includes(name) ? refuse(503) : app.fetch(request)),
      knobs,
      cors: CORS,
      refuse,
      port: name === 'api' ? options.port : 0,
    });
    origins.push(origin);
    service.urls[name] = origin.url;
  }
  return {
    url: `${service.urls['api'] ?? ''}/rest/`,
    siteUrl: service.urls['www'] ?? '',
    knobs,
    state,
    close: async () => {
      await Promise.all(origins.map((origin) => origin.close()));
      await state.contents.close();
    },
  };
}

/** Starts it for a person: with the seed, and with what they need to know. */
export async function demonstrateSendspace(options: { port: number }): Promise<Demonstrated> {
  const service = await startSendspace(options);
  return {
    service,
    notes: [
      `its pages are at ${service.siteUrl}`,
      `API key: ${CREDENTIALS.apiKey}`,
      `accounts: ${[...service.state.accounts.keys()].join(', ')}; password: ${CREDENTIALS.password}`,
    ],
  };
}
