import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { readBody } from './bodies.js';
import { Refusal } from './errors.js';
import { contactsOf, groupsOf } from './people.js';
import type { User } from './records.js';
import { granted, type Environment, type Routes, type Service } from './service.js';

/** A user as both APIs show one; nobody is shown too, with the limits of those who are not signed in. */
export function showUser({ knobs }: Service, user: User | null): Record<string, unknown> {
  return {
    userid: user?.id ?? null,
    email: user?.email ?? null,
    name: user?.name ?? null,
    companyid: user?.companyId ?? null,
    admin: user?.admin ?? false,
    created: user?.created ?? null,
    membershipname: user ? 'Business' : 'Free',
    maxtransfersize: Number.isFinite(knobs.maxTransferSize) ? knobs.maxTransferSize : null,
    maxdays: Number.isFinite(knobs.maxDays) ? knobs.maxDays : null,
    maxdownloads: null,
    defaultdays: 7,
  };
}

/** `/user`. */
export function userRoutes(service: Service): Routes {
  const app = new Hono<Environment>();
  app.get('/me', (c) => granted(service, showUser(service, c.var.caller.user)));
  return app;
}

/** Who is asking cannot be told: this one resource says so in the words of RFC 9457. */
export function problem(error: Refusal): Response {
  const body = { type: 'about:blank', title: 'Unauthorized', status: error.status, detail: error.message, traceId: randomUUID() };
  return new Response(JSON.stringify(body), { status: error.status, headers: { 'content-type': 'application/problem+json' } });
}

/** `/contact`: the address book can only be searched. */
export function contactRoutes(service: Service): Routes {
  const app = new Hono<Environment>();
  app.post('/search', async (c) => {
    const { user } = c.var.caller;
    const body = await readBody(c.req.raw);
    const term = body.need('term').toLowerCase();
    const exclude = (body.texts('exclude') ?? []).map((entry) => entry.toLowerCase());
    const limit = body.integer('limit', 32) ?? Infinity;
    const groups = groupsOf(service, user)
      .filter(({ name }) => name.toLowerCase().includes(term))
      .map((group) => ({ name: group.name, email: '', isGroup: true, memberCount: contactsOf(service, user, group).length }));
    const contacts = contactsOf(service, user)
      .filter(({ name, email }) => name.toLowerCase().includes(term) || email.includes(term))
      .map(({ name, email }) => ({ name, email, isGroup: false, memberCount: 0 }));
    const found = [...groups, ...contacts]
      .filter(({ name, email }) => !exclude.includes(email === '' ? name.toLowerCase() : email))
      .sort((a, b) => a.name.localeCompare(b.name) || a.email.localeCompare(b.email));
    return granted(service, { contacts: found.slice(0, limit) });
  });
  return app;
}
