import { Hono, type Context } from 'hono';
import { readTold, receive, type Refused } from './chunks.js';
import { withKey } from './finishing.js';
import { mailDownloaded } from './mails.js';
import { endOf } from './opening.js';
import type { StoredFile, Transfer } from './records.js';
import type { Service } from './service.js';

const refuse = ({ status, reason }: Refused): Response =>
  Response.json({ responsestatus: 'InvalidParameter', errormessage: reason }, { status });

/** The transfer that a request's query has the key of. */
function addressed(service: Service, query: URLSearchParams): Transfer | undefined {
  try {
    const transfer = withKey(service, query.get('transferid') ?? '', query.get('transferkey') ?? '');
    return transfer.status === 'STATUS_CANCELLED' ? undefined : transfer;
  } catch {
    return undefined;
  }
}

/** The one file of a form, whatever its field is called. */
async function fileOf(request: Request): Promise<File | undefined> {
  const files = [...(await request.formData()).values()].filter((value): value is File => value instanceof File);
  return files.length === 1 ? files[0] : undefined;
}

/** Takes a chunk, or a whole file: raw, or as the one file of a form. All parameters are in the query. */
async function add(service: Service, request: Request): Promise<Response> {
  const { knobs } = service;
  const query = new URL(request.url).searchParams;
  const again = knobs.refuseChunks.shift();
  const transfer = again === undefined ? addressed(service, query) : undefined;
  if (!transfer) {
    await request.body?.pipeTo(new WritableStream());
    if (again !== undefined) return new Response('Send it again.', { status: again });
    return refuse({ status: 403, reason: 'There is no such transfer, or the key is not its key.' });
  }
  const isForm = request.headers.get('content-type')?.startsWith('multipart/form-data') ?? false;
  const file = isForm ? await fileOf(request) : undefined;
  if (isForm && !file) return refuse({ status: 400, reason: 'A form must have one file.' });
  const told = readTold(query, file?.name);
  if ('status' in told) {
    if (!isForm) await request.body?.pipeTo(new WritableStream());
    return refuse(told);
  }
  const refused = await receive(service, transfer, told, file ? file.stream() : request.body);
  return refused ? refuse(refused) : Response.json({ responsestatus: knobs.ok });
}

/** `bytes=…` with one range, as offsets. */
function range(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(Number(to) + 1, size);
  return start >= end ? 'unsatisfiable' : { start, end };
}

/** Writes down a download, once for each: parts of one that begin later are no further ones. */
function count(service: Service, transfer: Transfer, file: StoredFile, email: string | null): void {
  file.downloads.push({ email, at: Date.now() });
  transfer.downloads++;
  mailDownloaded(service, transfer, email);
}

function give(service: Service, c: Context): Response {
  const { state } = service;
  const key = state.downloadKeys.get(c.req.query('filekey') ?? '');
  const transfer = state.transfers.get(key?.transferId ?? '');
  const file = transfer?.files.get(key?.fileId ?? '');
  if (!key || !transfer || !file) return c.text('There is no such file.', 404);
  if (key.expires <= Date.now()) return c.text('This link has expired.', 403);
  if (endOf(transfer) <= Date.now()) return c.text('The transfer has expired.', 410);
  const { size } = file.content;
  const part = range(c.req.header('range'), size);
  if (part === 'unsatisfiable') return c.text('There are no such bytes.', 416, { 'content-range': `bytes */${size}` });
  const { start, end } = part ?? { start: 0, end: size };
  if (start === 0) count(service, transfer, file, key.email);
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'content-length': String(end - start),
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name.split('/').at(-1) ?? '')}`,
  });
  if (part) headers.set('content-range', `bytes ${start}-${end - 1}/${size}`);
  return new Response(state.contents.read(file.content, start, end), { status: part ? 206 : 200, headers });
}

/** A file server: knows nothing of keys and logins, only transfers with their keys, and download URLs. */
export function fileServer(service: Service): Hono {
  const app = new Hono();
  app.post('/savefile.ashx', (c) => add(service, c.req.raw));
  app.post('/api/file/add', (c) => add(service, c.req.raw));
  app.get('/api/file/get', (c) => give(service, c));
  app.notFound((c) => c.text('There is nothing here.', 404));
  return app;
}
