import { Hono } from 'hono';
import { adminsOnly } from './callers.js';
import { showUser } from './people.js';
import type { Environment, Routes, Service } from './service.js';

/** `/site`: what the site wants of everybody, and who is asking. */
export function siteRoutes({ state, knobs, url }: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller } = c.var;
    if (!knobs.siteForAll) adminsOnly(caller);
    return c.json({
      name: 'Simulated site',
      subdomain: 'simulated',
      domain: new URL(url).host,
      language: 'en',
      default_time_zone: 'UTC',
      session_expiry: knobs.sessionLifetime / 3600,
      ...state.policy,
      bundle_recipient_blacklist_domains: state.policy.bundle_recipient_blacklist_domains.join(','),
      session: caller.sessionId === undefined ? null : { id: caller.sessionId, language: 'en' },
      user: caller.user ? showUser(state, caller.user) : null,
    });
  });
  return app;
}
