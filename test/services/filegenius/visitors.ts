import { Hono } from 'hono';
import type { Service } from './service.js';
import type { Link } from './state.js';
import { below, type StoredFile } from './tree.js';

const page = (status: 200 | 403 | 404, text: string): Response =>
  new Response(`<!doctype html><title>Download</title><p>${text}</p>`, { status, headers: { 'content-type': 'text/html' } });

/** What a link opens: the files that were sent, and those in the folders that were. */
function filesOf({ state }: Service, link: Link): StoredFile[] {
  const entries = link.entryIds.flatMap((id) => state.entry(id) ?? []);
  const all = entries.flatMap((entry) => (entry.type === 'folder' ? [...below(entry)] : [entry]));
  return all.filter((entry): entry is StoredFile => entry.type === 'file');
}

/** Tells the sender of the first download by a recipient, where a receipt was asked for. */
function tell(service: Service, link: Link): void {
  link.downloads++;
  if (link.downloads > 1 || link.receiptTo === undefined) return;
  service.state.mails.push({
    kind: 'receipt',
    from: link.receiptTo,
    to: link.receiptTo,
    others: [],
    subject: 'Download receipt',
    message: `${link.recipient ?? ''} has downloaded what you sent.`,
    names: filesOf(service, link).map(({ name }) => name),
    url: '',
  });
}

/**
 * What the links in mails open: one file itself, and of several a page from which each can be had. No document tells the statuses of these
 * pages (low confidence).
 */
export function visitorRoutes(service: Service): Hono {
  const { state } = service;
  const app = new Hono();
  app.get('/downloadPublic/:digits', (c) => {
    const link = state.links.get(c.req.param('digits'));
    if (!link || (link.expires && link.expires.getTime() <= Date.now())) return page(404, 'This link does not work any more.');
    if (link.requireLogin) return page(403, 'Please log in to download.');
    const files = filesOf(service, link);
    const asked = c.req.query('file');
    const file = asked === undefined && files.length === 1 ? files[0] : files.find(({ id }) => String(id) === asked);
    if (!file)
      return page(
        asked === undefined ? 200 : 404,
        files.map(({ id, name }) => `<a href="?file=${id}">${encodeURIComponent(name)}</a>`).join(' '),
      );
    tell(service, link);
    return new Response(state.contents.read(file.content), { headers: { 'content-disposition': 'attachment' } });
  });
  return app;
}
