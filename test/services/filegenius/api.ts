import { Hono } from 'hono';
import { answer, answerRefusal } from './answers.js';
import { changingMethods } from './changing.js';
import { Refusal } from './errors.js';
import { listingMethods } from './listing.js';
import { peopleMethods } from './people.js';
import { permissionMethods } from './permissions.js';
import { readName, readRequest, recognise } from './requests.js';
import { sendingMethods } from './sending.js';
import type { Methods, Service } from './service.js';
import { visitorRoutes } from './visitors.js';

/** Set on the answer to a call that the service does not have, so that tests tell it from what is not found. */
export const UNKNOWN_CALL = 'x-simulated-unknown-call';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Plain HTTP is refused, except on the machine itself. */
const isPlain = (request: Request): boolean =>
  !LOOPBACK.has(new URL(request.url).hostname) && request.headers.get('x-forwarded-proto') !== 'https';

/** What a brand's API has. */
const methodsOf = (service: Service): Methods => ({
  ...listingMethods,
  ...changingMethods(service.brand),
  ...sendingMethods(service.brand),
  ...peopleMethods(service.brand),
  ...permissionMethods,
});

/** The one origin: the API, and what the links in mails open. */
export function api(service: Service): Hono {
  const { knobs, state } = service;
  const methods = methodsOf(service);
  const app = new Hono();
  app.route('/', visitorRoutes(service));
  app.all('/api/:call', async (c) => {
    const { name, format } = readName(new URL(c.req.url).pathname);
    const method = knobs.withoutCalls.has(name) ? undefined : methods[name];
    let kept = false;
    let incoming: Awaited<ReturnType<typeof readRequest>> | undefined;
    try {
      incoming = await readRequest(service, c.req.raw);
      if (isPlain(c.req.raw)) throw new Refusal('invalid', 'Secure Connection Required', 'Please use https.');
      if (!method) throw new Refusal('missing', 'Unknown Method', 'There is no such method.');
      if (method.verb !== c.req.method) throw new Refusal('verb', 'Invalid Request Method', `Please use ${method.verb}.`);
      const done = await method.act(recognise(service, incoming));
      kept = true;
      return done instanceof Response ? done : answer(done, format);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refused = answerRefusal(knobs, error, format);
      if (!method) refused.headers.set(UNKNOWN_CALL, 'yes');
      return refused;
    } finally {
      if (!kept && incoming?.file) await state.contents.drop(incoming.file.content);
    }
  });
  // A fault of the simulation itself, or a body that ended too early; tests see which.
  app.onError((error) => new Response(`The simulation failed: ${error.message}`, { status: 500 }));
  app.notFound(() => new Response('<h1>Not Found</h1>', { status: 404, headers: { 'content-type': 'text/html' } }));
  return app;
}
