import { Hono, type Context } from 'hono';
import type { Upload } from './records.js';
import type { Service } from './service.js';
import { checkUrl } from './signatures.js';

/** An error in the words of the storage: XML, as S3 has it. */
export function storageError(status: number, code: string, message: string): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}

/** Takes one part: whole, in its order where the knobs want one, and again only where they allow it. */
async function receive(
  { state, knobs }: Service,
  upload: Upload,
  number: number,
  declared: number | undefined,
  bytes: ReadableStream<Uint8Array> | null,
): Promise<Response> {
  if (!knobs.retryParts && upload.parts.has(number)) return storageError(409, 'OperationAborted', 'This part cannot be sent again.');
  if (!knobs.parallelParts && (upload.arriving.size > 0 || (number > 1 && !upload.parts.has(number - 1)))) {
    return storageError(409, 'OperationAborted', 'Parts must be sent one by one, in order.');
  }
  upload.arriving.add(number);
  try {
    const { content, md5 } = await state.contents.write(bytes);
    if (declared !== undefined && declared !== content.size) {
      return storageError(400, 'IncompleteBody', 'The number of bytes is not the number that was told.');
    }
    upload.parts.set(number, { content, md5 });
    return new Response(null, { status: 200, headers: knobs.etags ? { etag: `"${md5}"` } : {} });
  } finally {
    upload.arriving.delete(number);
  }
}

async function receiveForm(service: Service, upload: Upload, request: Request): Promise<Response> {
  const form = await request.formData();
  const file = form.get('file');
  if (form.get('key') !== `uploads/${upload.ref}` || !(file instanceof File) || form.get('success_action_status') !== '200') {
    return storageError(403, 'AccessDenied', 'Invalid according to Policy.');
  }
  if (!form.has('Content-Type')) return storageError(400, 'InvalidArgument', 'Content-Type is missing.');
  return receive(service, upload, Number(form.get('part')), Number(form.get('Content-Length') ?? NaN), file.stream());
}

/** `bytes=…` with one range, as offsets. */
function range(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(Number(to) + 1, size);
  return start >= end ? 'unsatisfiable' : { start, end };
}

function give({ state }: Service, c: Context): Response {
  const query = new URL(c.req.url).searchParams;
  const file = state.tree.find(decodeURIComponent(new URL(c.req.url).pathname.slice('/files/'.length)));
  if (file?.type !== 'file') return storageError(404, 'NoSuchKey', 'The specified key does not exist.');
  const { size } = file.content;
  const part = range(c.req.header('range'), size);
  if (part === 'unsatisfiable') {
    const refused = storageError(416, 'InvalidRange', 'The requested range is not satisfiable.');
    refused.headers.set('content-range', `bytes */${String(size)}`);
    return refused;
  }
  const { start, end } = part ?? { start: 0, end: size };
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'content-length': String(end - start),
    'content-type': query.get('response-content-type') ?? 'application/octet-stream',
    'last-modified': file.mtime.toUTCString(),
  });
  const disposition = query.get('response-content-disposition');
  if (disposition) headers.set('content-disposition', disposition);
  if (part) headers.set('content-range', `bytes ${String(start)}-${String(end - 1)}/${String(size)}`);
  return new Response(c.req.method === 'HEAD' ? null : state.contents.read(file.content, start, end), {
    status: part ? 206 : 200,
    headers,
  });
}

/** The storage origin: knows nothing of keys and sessions, only signed URLs. */
export function storage(service: Service): Hono {
  const { state, knobs } = service;
  const app = new Hono();
  app.use(async (c, next) => {
    const wrong = checkUrl(new URL(c.req.url));
    if (wrong === 'expired') return storageError(403, 'AccessDenied', 'Request has expired');
    if (wrong) return storageError(403, wrong, 'The signature does not match.');
    return next();
  });
  app.on(['PUT', 'POST'], '/uploads/:ref', async (c) => {
    const upload = state.uploads.get(c.req.param('ref'));
    if (!upload) return storageError(404, 'NoSuchUpload', 'The upload does not exist; it may have been completed.');
    for (const [name, value] of Object.entries(knobs.partHeaders)) {
      if (c.req.header(name) !== value) return storageError(403, 'AccessDenied', `${name} is missing or different.`);
    }
    const number = c.req.query('partNumber');
    if ((c.req.method === 'PUT') !== (number !== undefined)) return storageError(405, 'MethodNotAllowed', 'The method is not allowed.');
    if (number === undefined) return receiveForm(service, upload, c.req.raw);
    const length = c.req.header('content-length');
    if (length === undefined) return storageError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
    return receive(service, upload, Number(number), Number(length), c.req.raw.body);
  });
  app.get('/files/*', (c) => give(service, c));
  app.notFound(() => storageError(404, 'NoSuchKey', 'The specified key does not exist.'));
  return app;
}
