import { Hono } from 'hono';
import type { StoredFile } from './records.js';
import { linkTo, pageOf, type Service } from './service.js';
import { escaped } from './xml.js';

const html = (title: string, body: string, status = 200): Response =>
  new Response(`<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body>\n${body}\n</body></html>\n`, {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
  });

const failure = (text: string): Response => html('sendspace', `<div class="msg error">${text}</div>`);

const gone = (): Response => failure('Sorry, the file you requested is not available.');

/** One range of bytes, as offsets. */
function range(header: string | null, size: number): { start: number; end: number } | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined) return undefined;
  return { start: Number(from), end: to ? Math.min(Number(to) + 1, size) : size };
}

/** A file's bytes from a node. */
function give(service: Service, request: Request, key: string): Response {
  const { state, knobs } = service;
  const link = state.links.get(key);
  const file = link && link.expires > state.now() ? state.file(link.fileId) : undefined;
  if (!link || !file || file.blocked) return html('404 Not Found', '<h1>404 Not Found</h1>', 404);
  const { size } = file.content;
  const part = knobs.ranges ? range(request.headers.get('range'), size) : undefined;
  if (part && part.start >= part.end) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${String(size)}` } });
  const { start, end } = part ?? { start: 0, end: size };
  const headers = new Headers({
    'content-type': 'application/octet-stream',
    'content-length': String(end - start),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  if (knobs.ranges) headers.set('accept-ranges', 'bytes');
  if (part) headers.set('content-range', `bytes ${String(start)}-${String(end - 1)}/${String(size)}`);
  if (request.method === 'HEAD') return new Response(null, { status: part ? 206 : 200, headers });
  if (start === 0) file.downloads++;
  if (link.account && link.account.bandwidthLeft >= 0) {
    link.account.bandwidthLeft = Math.max(link.account.bandwidthLeft - (end - start), 0);
  }
  return new Response(state.contents.read(file.content, start, end), { status: part ? 206 : 200, headers });
}

/** The page of a file; one with a password asks for it. */
function filePage(service: Service, file: StoredFile | undefined, password: string | undefined): Response {
  if (!file || file.blocked) return gone();
  if (file.password !== '' && password !== file.password) {
    return html('sendspace', '<form method="post"><input type="password" name="filepassword"><input type="submit"></form>');
  }
  const name = escaped(file.name);
  return html(
    name,
    [
      `<h2 class="bgray"><b>${name}</b></h2>`,
      `<div>${escaped(file.description)}</div>`,
      `<div><b>File Size:</b> ${String(file.content.size)}B</div>`,
      `<a id="download_button" href="${escaped(linkTo(service, file, undefined))}">Download</a>`,
    ].join('\n'),
  );
}

/** A shared folder, as a page or as a feed. */
function folderPage(service: Service, id: string, kind: 'page' | 'feed'): Response {
  const folder = service.state.folders.get(id);
  if (!folder?.shared) return failure('Sorry, the folder you requested is not available.');
  const files = service.state.filesIn(folder.owner, id);
  if (kind === 'feed') {
    const items = files.map((file) => `<item><title>${escaped(file.name)}</title><link>${pageOf(service, file)}</link></item>\n`);
    const title = escaped(folder.name);
    return new Response(
      `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>${title}</title>\n${items.join('')}</channel></rss>\n`,
      { headers: { 'content-type': 'application/rss+xml; charset=UTF-8' } },
    );
  }
  const rows = files.map(
    (file) => `<a class="dl" align="center" href="${pageOf(service, file)}" title="${escaped(file.name)}">Download</a>`,
  );
  return html(escaped(folder.name), rows.join('\n'));
}

/** Deleting by link: a page that asks, and a form; `?action=1` says yes at once. */
async function deletePage(service: Service, request: Request, id: string, key: string): Promise<Response> {
  const file = service.state.file(id);
  if (file?.deleteKey !== key) {
    return failure('Error, the deletion code you provided is incorrect or incomplete. Please make sure to use the full link.');
  }
  if (request.method === 'POST' || new URL(request.url).searchParams.get('action') === '1') {
    await request.body?.pipeTo(new WritableStream());
    await service.state.removeFile(file);
    return html('sendspace', '<div class="msg success">The file has been successfully deleted.</div>');
  }
  const action = escaped(request.url);
  return html(
    'sendspace',
    `You are about to delete the folowing file: ${escaped(file.name)}\n` +
      `<form method="post" action="${action}"><input type="submit" name="delete" value="Delete File"></form>`,
  );
}

/** The pages that people open, and the links to bytes. */
export function site(service: Service): Hono {
  const { state } = service;
  const app = new Hono();
  for (const path of ['/file/:id', '/pro/dl/:id'] as const) {
    app.get(path, (c) => filePage(service, state.file(c.req.param('id')), undefined));
    app.post(path, async (c) => {
      const password = (await c.req.formData()).get('filepassword');
      return filePage(service, state.file(c.req.param('id')), typeof password === 'string' ? password : undefined);
    });
  }
  app.get('/folder/:id', (c) => folderPage(service, c.req.param('id'), 'page'));
  app.get('/rss/:id', (c) => folderPage(service, c.req.param('id'), 'feed'));
  app.on(['GET', 'POST'], '/delete/:id/:key', (c) => deletePage(service, c.req.raw, c.req.param('id'), c.req.param('key')));
  app.get('/dl/:one/:other/:id/:name', (c) => give(service, c.req.raw, c.req.param('one') + c.req.param('other')));
  app.get('/activate/:code', (c) => {
    const account = state.activations.get(c.req.param('code'));
    if (!account) return failure('Error, the activation code is wrong.');
    account.active = true;
    return html('sendspace', `<div class="msg success">Welcome, ${escaped(account.fullName)}.</div>`);
  });
  app.get('/uploadprocerr.html', () => failure('Error, the upload failed. Please try again.'));
  return app;
}
