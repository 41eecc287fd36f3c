import { Hono } from 'hono';
import { recognise } from './callers.js';
import { classicRoutes } from './classic.js';
import { answerRefusal, Refusal } from './errors.js';
import { loginRoutes } from './logins.js';
import { managingRoutes } from './managing.js';
import type { Environment, Service } from './service.js';
import { transferRoutes } from './transfers.js';
import { contactRoutes, problem, userRoutes } from './users.js';
import { visitorRoutes } from './visitors.js';

/** Set on the answer to a route that the service does not have, so that tests tell it from what is not found. */
export const UNKNOWN_ROUTE = 'x-simulated-unknown-route';

/** The API origin: version 2 at its root, version 1 under `/api`, and the pages that recipients open. */
export function api(service: Service): Hono<Environment> {
  const modern = new Hono<Environment>();
  for (const resource of ['auth', 'transfer', 'user', 'contact'])
    modern.use(`/${resource}/*`, async (c, next) => {
      c.set('caller', recognise(service, c.req.raw.headers));
      await next();
    });
  modern.route('/auth', loginRoutes(service));
  modern.route('/transfer', transferRoutes(service));
  modern.route('/transfer', managingRoutes(service));
  modern.route('/user', userRoutes(service));
  modern.route('/contact', contactRoutes(service));

  const app = new Hono<Environment>();
  app.route('/api', classicRoutes(service));
  app.route('/', visitorRoutes(service));
  app.route('/', modern);
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.req.path === '/user/me' && error.status === 401 ? problem(error) : answerRefusal(error);
    // A fault of the simulation itself; tests see what it is.
    return Response.json({ responsestatus: 'SimulationFailed', errormessage: error.message }, { status: 500 });
  });
  app.notFound(() => {
    const answer = answerRefusal(new Refusal(404, 'NotFound', 'There is no such endpoint.'));
    answer.headers.set(UNKNOWN_ROUTE, 'yes');
    return answer;
  });
  return app;
}
