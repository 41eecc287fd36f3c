import { Hono } from 'hono';
import { readBody } from './bodies.js';
import { companyOf, managed, received } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { commonLink, deliver, mail, trackedLink } from './mails.js';
import { checkDays, endOf } from './opening.js';
import { people } from './people.js';
import type { StoredFile, Transfer, User } from './records.js';
import { granted, grantedTransfer, type Environment, type Routes, type Service } from './service.js';
import { showTransfer } from './showing.js';
import { storageInUse } from './storage.js';

/** A finished transfer that somebody may send on: one's own, or one that came to the company. */
export function sendable(service: Service, user: User, id: string): Transfer {
  const transfer = service.state.transfers.get(id);
  const incoming = transfer?.status === 'STATUS_COMPLETE' && transfer.companyId !== null && received(user, transfer);
  const found = incoming ? transfer : managed(service, user, id);
  if (endOf(found) <= Date.now()) throw new Refusal(400, 'TransferExpired', 'The transfer has expired.');
  return found;
}

/** Adds recipients, and writes to them. */
export function forward(service: Service, user: User, transfer: Transfer, to: readonly string[]): void {
  const added = people(service, user, to);
  if (added.length === 0) throw new Refusal(400, 'InputParameterMissing', 'There is nobody to forward to.');
  for (const email of added) deliver(service, transfer, email);
}

/** Writes to people without making them recipients: who is one gets that link again, others get the common one. */
export function share(service: Service, user: User, transfer: Transfer, to: readonly string[], message: string): void {
  for (const email of people(service, user, to)) {
    const track = transfer.recipients.find((entry) => entry.email === email)?.trackId;
    const link = track === undefined ? commonLink(service, transfer) : trackedLink(service, track);
    mail(service, transfer, { kind: 'share', to: email, link, message });
  }
}

/** A file with its transfer. */
interface Found {
  transfer: Transfer;
  file: StoredFile;
}

/** A file by its id, with its transfer, for somebody who may change it. */
export function managedFile(service: Service, user: User, id: string): Found {
  for (const transfer of service.state.transfers.values()) {
    const file = transfer.files.get(id);
    if (file) return { transfer: managed(service, user, transfer.id), file };
  }
  throw notFound('The file');
}

/** Chunks of a file that come again from now on make another one. */
function settle({ transfer, file }: Found): void {
  for (const [key, entry] of transfer.arriving) if (entry.fileId === file.id) transfer.arriving.delete(key);
}

/** Takes a file out of its transfer. */
export function removeFile(found: Found): void {
  found.transfer.files.delete(found.file.id);
  settle(found);
}

/** Gives a file another name, which may be a path. */
export function renameFile(found: Found, name: string): void {
  found.file.name = name;
  settle(found);
}

/** `/transfer`: what can be done with a transfer that was sent. */
export function managingRoutes(service: Service): Routes {
  const { state } = service;
  const app = new Hono<Environment>();
  app.post('/forward', async (c) => {
    const { user } = c.var.caller;
    const body = await readBody(c.req.raw);
    const transfer = sendable(service, user, body.need('transferid'));
    forward(service, user, transfer, body.texts('to') ?? []);
    return grantedTransfer(service, showTransfer(service, transfer, user));
  });
  app.post('/share', async (c) => {
    const { user } = c.var.caller;
    const body = await readBody(c.req.raw);
    const transfer = sendable(service, user, body.need('transferid'));
    share(service, user, transfer, body.texts('to') ?? [], body.text('message', 5000) ?? '');
    return granted(service, null);
  });
  app.put('/file/rename', async (c) => {
    const body = await readBody(c.req.raw);
    const found = managedFile(service, c.var.caller.user, body.need('fileKey'));
    renameFile(found, body.need('newFileName', 2000));
    return granted(service, { fileName: found.file.name });
  });
  app.delete('/file/:filekey', (c) => {
    const found = managedFile(service, c.var.caller.user, c.req.param('filekey'));
    removeFile(found);
    return granted(service, { storageinuse: storageInUse(service, companyOf(service, found.transfer)) });
  });
  app.put('/:transferid', async (c) => {
    const { user } = c.var.caller;
    const body = await readBody(c.req.raw);
    const transfer = managed(service, user, c.req.param('transferid'));
    const days = body.integer('days', 32);
    if (days !== undefined) checkDays(service, days);
    const subject = body.text('subject', 200);
    const message = body.text('message');
    Object.assign(transfer, {
      days: days ?? transfer.days,
      notify: body.flag('notify') ?? transfer.notify,
      subject: subject ?? transfer.subject,
      message: message ?? transfer.message,
      password: body.text('password') ?? transfer.password,
    });
    return grantedTransfer(service, showTransfer(service, transfer, user));
  });
  app.delete('/:transferid', (c) => {
    const transfer = managed(service, c.var.caller.user, c.req.param('transferid'));
    const company = companyOf(service, transfer);
    state.transfers.delete(transfer.id);
    return granted(service, { storageinuse: storageInUse(service, company) });
  });
  return app;
}
