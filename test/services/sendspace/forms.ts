import { setTimeout as wait } from 'node:timers/promises';
import type { Content } from './contents.js';
import { MalformedForm, boundaryOf, readForm } from './multipart.js';
import type { Form, StoredFile, Upload } from './records.js';
import type { Service } from './service.js';
import { answerFailure, answerSuccess } from './outcomes.js';
import { acceptForm, FormRefusal } from './acceptance.js';

/** A file of a form, before anybody knows whose. */
export interface Arrived {
  field: string;
  name: string;
  type: string;
  content: Content;
}

/** The largest field that is no file. */
const FIELD_SIZE = 1024 * 1024;

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= FIELD_SIZE) chunks.push(chunk);
  }
  if (size > FIELD_SIZE) throw new MalformedForm('A field is too long.');
  return Buffer.concat(chunks).toString('utf8');
}

/** The request's bytes, counted for the progress, and slowed down where a speed limit was asked for. */
async function* watched(request: Request, current: () => Upload | undefined): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    received += chunk.length;
    const upload = current();
    if (upload) upload.progress.received = received;
    if (upload && upload.speedLimit > 0) await wait((chunk.length / upload.speedLimit) * 1000);
    yield chunk;
  }
}

/** No more than one byte beyond the limit is kept; the rest is read and forgotten. */
async function* limited(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit + 1;
  for await (const chunk of body) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}

/** Which upload a form is for: the field decides, the query helps only the progress. */
function begin({ state }: Service, identifier: string | null, request: Request): Upload | undefined {
  const upload = state.uploads.get(identifier ?? '');
  if (upload?.progress.state === 'waiting') {
    upload.progress = { state: 'ok', received: 0, total: Number(request.headers.get('content-length') ?? 0), begun: state.now() };
  }
  return upload;
}

/** `/apiupload`: takes a form with one to a hundred files. No session, no cookie: the fields are all the proof there is. */
export async function receiveForm(service: Service, request: Request): Promise<Response> {
  const { state, knobs } = service;
  const fields: Record<string, string> = {};
  const arrived: Arrived[] = [];
  let current = begin(service, new URL(request.url).searchParams.get('UPLOAD_IDENTIFIER'), request);
  let kept: StoredFile[] = [];
  try {
    const boundary = boundaryOf(request.headers.get('content-type'));
    if (boundary === undefined) throw new FormRefusal('This is no form');
    for await (const { name, filename, type, body } of readForm(
      watched(request, () => current),
      boundary,
    )) {
      if (filename === undefined) {
        fields[name] = await textOf(body);
        if (name === 'UPLOAD_IDENTIFIER') current = begin(service, fields[name], request);
      } else {
        const limit = current?.maxFileSize ?? knobs.maxFileSize;
        arrived.push({ field: name, name: filename, type, content: await state.contents.write(limited(body, limit)) });
      }
    }
    const files: Form['files'] = arrived.map(({ field, name, type, content }) => ({ field, name, type, size: content.size }));
    state.forms.push({ fields, files });
    kept = acceptForm(service, fields, arrived);
    const upload = state.uploads.get(fields['UPLOAD_IDENTIFIER'] ?? '');
    if (upload) upload.progress.state = 'done';
    return await knobs.spoiled('form', answerSuccess(service, upload?.account, fields, kept));
  } catch (error) {
    if (current) current.progress.state = 'fail';
    if (!(error instanceof FormRefusal || error instanceof MalformedForm)) throw error;
    return await knobs.spoiled('form', answerFailure(service, current, fields, error.message));
  } finally {
    const unused = arrived.filter(({ content }) => !kept.some((file) => file.content === content));
    await Promise.all(unused.map(({ content }) => state.contents.remove(content)));
  }
}
