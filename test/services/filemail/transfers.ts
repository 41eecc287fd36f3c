import { Hono, type Context } from 'hono';
import { readBody, type Body } from './bodies.js';
import { companyOf, manages, received } from './callers.js';
import { invalid, notFound, Refusal } from './errors.js';
import { cancel, complete, withKey } from './finishing.js';
import { commonLink } from './mails.js';
import { endOf, open, target, UNSAID } from './opening.js';
import type { Opening, Transfer, User } from './records.js';
import { granted, grantedTransfer, type Environment, type Routes, type Service } from './service.js';
import { showTransfer } from './showing.js';

/** Reads the 15 fields of initialize. */
function readOpening(body: Body): Opening {
  const fields = (body.records('customfields') ?? []).map(({ id, value }) => {
    if (!id) throw invalid('customfields', 'an entry has no id.');
    return { id, value: value ?? '' };
  });
  return {
    to: body.texts('to') ?? [],
    from: null,
    subject: body.need('subject', 200),
    message: body.text('message') ?? '',
    password: body.text('password') ?? '',
    confirmation: body.flag('confirmation') ?? false,
    notify: body.flag('notify') ?? false,
    days: body.integer('days', 32) ?? UNSAID.days,
    transferSize: body.integer('transfersize', 64) ?? null,
    sourceDetails: body.text('sourcedetails') ?? null,
    companyId: body.text('companyid') ?? null,
    fileRequestId: body.text('fileRequestId') ?? null,
    fileRequestShareId: body.text('fileRequestShareId') ?? null,
    incomingPageId: body.text('incomingpageid') ?? null,
    incomingPassword: body.text('incomingpassword') ?? null,
    customFields: fields,
  };
}

const number = (c: Context, name: string, otherwise: number): number => {
  const text = c.req.query(name);
  if (text === undefined || text === '') return otherwise;
  if (!/^\d+$/.test(text)) throw invalid(name, 'must be a number.');
  return Number(text);
};

const flag = (c: Context, name: string): boolean => c.req.query(name)?.toLowerCase() === 'true';

/** A list of transfers, newest first, as its query wants it. */
function list(service: Service, c: Context<Environment>, transfers: readonly Transfer[]): Response {
  const { knobs } = service;
  const search = c.req.query('search')?.toLowerCase() ?? '';
  const texts = ({ subject, message, recipients, files }: Transfer): string[] => [
    subject,
    message,
    ...recipients.map(({ email }) => email),
    ...[...files.values()].map(({ name }) => name),
  ];
  const found = transfers
    .filter((entry) => entry.status === 'STATUS_COMPLETE' && (flag(c, 'getexpired') || endOf(entry) > Date.now()))
    .filter((entry) => search === '' || texts(entry).some((text) => text.toLowerCase().includes(search)))
    .reverse();
  const skip = number(c, 'skip', 0);
  const shown = found.slice(skip, skip + number(c, 'limit', knobs.pageSize));
  return granted(service, { transfers: shown.map((entry) => showTransfer(service, entry, c.var.caller.user, knobs.filesShown)) });
}

/** What came to somebody: to the address, to the company, for administrators to anybody in it. */
function inbox(service: Service, c: Context<Environment>): Response {
  const { state } = service;
  const { user } = c.var.caller;
  const portals = c.req.queries('portalId') ?? [];
  for (const id of portals)
    if (state.companies.get(user.companyId)?.pages.get(id)?.deleted && !flag(c, 'ignoreDeletedPortals'))
      throw new Refusal(409, 'InvalidParameter', `The incoming page "${id}" was deleted.`);
  const colleagues = [...state.users.values()].filter(({ companyId }) => companyId === user.companyId);
  const readers: User[] = flag(c, 'getForAllUsers') && user.admin ? colleagues : [user];
  const from = number(c, 'from', 0);
  const all = [...state.transfers.values()].filter(
    (entry) =>
      readers.some((reader) => received(reader, entry)) &&
      (portals.length === 0 || portals.includes(entry.incomingPageId ?? '')) &&
      (entry.sent ?? 0) >= from,
  );
  return list(service, c, all);
}

/** One transfer, for whoever knows its id or the track of a recipient, and its password. */
function details(service: Service, c: Context<Environment>): Response {
  const { state, knobs } = service;
  const { user } = c.var.caller;
  const track = c.req.query('trackid');
  const transfer =
    track === undefined
      ? state.transfers.get(c.req.param('transferid') ?? '')
      : [...state.transfers.values()].find((entry) => [entry, ...entry.recipients].some(({ trackId }) => trackId === track));
  const mine = transfer && manages(service, user, transfer);
  if (!transfer || transfer.status === 'STATUS_CANCELLED' || (transfer.status === 'STATUS_INPROGRESS' && !mine))
    throw notFound('The transfer');
  if (transfer.password !== '' && (!mine || knobs.passwordForSender) && c.req.query('password') !== transfer.password)
    throw new Refusal(400, 'PasswordRequired', 'The transfer is protected by a password.');
  return grantedTransfer(service, showTransfer(service, transfer, user));
}

/** `/transfer`: opening, finishing and reading. */
export function transferRoutes(service: Service): Routes {
  const { state, knobs } = service;
  const app = new Hono<Environment>();
  const keyed = async (c: Context<Environment>): Promise<Transfer> => {
    const body = await readBody(c.req.raw);
    return withKey(service, body.need('transferid'), body.need('transferkey'));
  };
  app.post('/initialize', async (c) => {
    const { user, token } = c.var.caller;
    if (!knobs.keySuffices && token === undefined) throw new Refusal(401, 'UserAccountExistsLoginRequired', 'Please login.');
    const transfer = open(service, user, readOpening(await readBody(c.req.raw)), 'v2');
    const customfields = Object.fromEntries(transfer.customFields.map(({ id, value }) => [id, value]));
    return granted(service, { ...target(service, transfer), customfields });
  });
  app.put('/complete', async (c) => {
    const transfer = await keyed(c);
    complete(service, transfer, 'v2');
    return granted(service, { downloadurl: commonLink(service, transfer) });
  });
  app.put('/cancel', async (c) => {
    cancel(service, await keyed(c), 'v2');
    return granted(service, null);
  });
  app.get('/sent', (c) => {
    const { user } = c.var.caller;
    const everybody = flag(c, 'getforallusers') && user.admin;
    const all = [...state.transfers.values()].filter(
      (entry) => entry.companyId === null && (entry.userId === user.id || (everybody && companyOf(service, entry) === user.companyId)),
    );
    return list(service, c, all);
  });
  app.get('/inbox', (c) => inbox(service, c));
  // One client asks so; the documentation knows only the other name.
  app.get('/received', (c) => inbox(service, c));
  app.get('/', (c) => details(service, c));
  app.get('/:transferid', (c) => details(service, c));
  return app;
}
