import { randomUUID } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { contactCalls } from './classic-contacts.js';
import { readParameters, type Parameters } from './classic-parameters.js';
import { transferCalls } from './classic-transfers.js';
import { invalid, Refusal } from './errors.js';
import { identify, logIn, logOut } from './logins.js';
import type { Service } from './service.js';
import { showUser } from './users.js';

/** One call of version 1: what it answers stands at the root of the body. */
export type Call = (parameters: Parameters, c: Context) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Where clients say that they sign in from. */
const SOURCES = [
  'Web', 'Iphone', 'Ipad', 'WindowsPhone', 'WindowsTab', 'AndroidPhone', 'AndroidTab', 'Outlook', 'Desktop', 'Downloader', 'Thunderbird',
]; // prettier-ignore

function loginCalls(service: Service): Record<string, Call> {
  return {
    'authentication/login': (parameters, c) => {
      if (!SOURCES.includes(parameters.need('source'))) throw invalid('source', `must be one of ${SOURCES.join(', ')}.`);
      const user = identify(service, parameters.need('username'), parameters.need('password'));
      const { token } = logIn(service, user);
      // The Python client reads the token from nowhere else.
      setCookie(c, 'logintoken', token, { path: '/' });
      return { logintoken: token };
    },
    'authentication/logout': (parameters) => {
      logOut(service, parameters.need('logintoken'));
      return {};
    },
    'user/get': (parameters) => ({ user: showUser(service, parameters.user()) }),
  };
}

/** `/api`: version 1. Everything may be asked by GET and by POST, and every failure is a 200 that says so. */
export function classicRoutes(service: Service): Hono {
  const calls = { ...loginCalls(service), ...transferCalls(service), ...contactCalls(service) };
  const app = new Hono();
  for (const [name, call] of Object.entries(calls)) {
    app.on(['GET', 'POST'], `/${name}`, async (c) => {
      try {
        const answer = await call(await readParameters(service, c), c);
        return c.json({ ...answer, responsestatus: service.knobs.ok });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return c.json({
          errorcode: error.code,
          errorid: randomUUID(),
          errormessage: error.message,
          method: `/api/${name}`,
          responsestatus: error.name,
        });
      }
    });
  }
  return app;
}
