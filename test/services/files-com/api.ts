import { Hono } from 'hono';
import { actionRoutes, migrationRoutes } from './actions.js';
import { behaviorRoutes } from './behaviors.js';
import { bundleRoutes } from './bundles.js';
import { checkReach, recognise } from './callers.js';
import { answerRefusal, Refusal } from './errors.js';
import { fileRoutes } from './files.js';
import { folderRoutes } from './folders.js';
import { historyRoutes } from './histories.js';
import { lockRoutes } from './locks.js';
import { notificationRoutes } from './notifications.js';
import { readParameters } from './parameters.js';
import { pathAfter } from './paths.js';
import { groupRoutes, membershipRoutes, ownGroupRoutes, userRoutes } from './people.js';
import { permissionRoutes } from './permissions.js';
import { recipientRoutes } from './recipients.js';
import { requestRoutes } from './requests.js';
import { API, type Environment, type Service } from './service.js';
import { keyRoutes, sessionRoutes } from './sessions.js';
import { shareGroupRoutes } from './share-groups.js';
import { siteRoutes } from './site.js';
import { traceRoutes } from './traces.js';
import { visitorRoutes } from './visitors.js';

/** Set on the answer to a route that the service does not have, so that tests tell it from what is not found. */
export const UNKNOWN_ROUTE = 'x-simulated-unknown-route';

/** The API origin: the REST API, and the pages that visitors open. */
export function api(service: Service): Hono<Environment> {
  const rest = new Hono<Environment>();
  rest.use(async (c, next) => {
    const parameters = await readParameters(c.req.raw);
    c.set('parameters', parameters);
    const called = new URL(c.req.url).pathname.slice(API.length);
    service.knobs.asked.push({ method: c.req.method, path: called, parameters: parameters.all });
    const [, resource = '', action = '', ...names] = called.split('/');
    if (resource !== 'sessions') {
      const caller = recognise(service, c.req.raw.headers);
      const path = resource === 'file_actions' ? names.join('/') : [action, ...names].join('/');
      checkReach(caller, resource, pathAfter('', path));
      c.set('caller', caller);
    }
    await next();
  });
  rest.route('/sessions', sessionRoutes(service));
  rest.route('/api_key', keyRoutes());
  rest.route('/files', fileRoutes(service));
  rest.route('/folders', folderRoutes(service));
  rest.route('/file_actions', actionRoutes(service));
  rest.route('/file_migrations', migrationRoutes(service));
  rest.route('/behaviors', behaviorRoutes(service));
  rest.route('/permissions', permissionRoutes(service));
  rest.route('/locks', lockRoutes(service));
  rest.route('/bundles', bundleRoutes(service));
  rest.route('/bundle_recipients', recipientRoutes(service, 'bundle'));
  rest.route('/inbox_recipients', recipientRoutes(service, 'inbox'));
  rest.route('/share_groups', shareGroupRoutes(service));
  rest.route('/users', userRoutes(service));
  rest.route('/user', ownGroupRoutes(service));
  rest.route('/groups', groupRoutes(service));
  rest.route('/group_users', membershipRoutes(service));
  rest.route('/history', historyRoutes(service));
  rest.route('/requests', requestRoutes(service));
  rest.route('/notifications', notificationRoutes(service));
  rest.route('/site', siteRoutes(service));
  rest.route('/', traceRoutes(service));

  const app = new Hono<Environment>();
  app.route(API, rest);
  app.route('/', visitorRoutes(service));
  app.onError((error) => {
    if (error instanceof Refusal) return answerRefusal(error);
    // A fault of the simulation itself; tests see what it is.
    return Response.json({ error: error.message, 'http-code': 500, type: 'simulation-failed' }, { status: 500 });
  });
  app.notFound(() => {
    const answer = answerRefusal(new Refusal('not-found', 'Not Found'));
    answer.headers.set(UNKNOWN_ROUTE, 'yes');
    return answer;
  });
  return app;
}
