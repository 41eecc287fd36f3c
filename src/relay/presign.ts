import * as v from 'valibot';
import type { Backend, Presigning } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import { ROOT, type Ref } from '../backend/item.js';
import type { Conflict, FileDescription } from '../backend/upload.js';
import type { Grant } from './authorize.js';
import { readJson } from './body.js';

const MAX_BYTES = 10_000;
const ASKED = v.object({
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  method: v.picklist(['GET', 'PUT', 'POST', 'DELETE']),
  uploadId: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  partNumber: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
});

/** Reads what is to be signed. */
export async function readPresigning(request: Request): Promise<Presigning> {
  const { text } = await readJson(request, MAX_BYTES);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ASKED), text);
  if (!parsed.success) throw new BackendError('invalid', 'Expected { key, method, uploadId?, partNumber? }, as an S3 client asks for.');
  return parsed.output;
}

/** What `authorize` is told: an upload of a file of this name, whose size nobody knows. */
export const initArgs = ({ key }: Presigning): [FileDescription, { folder: Ref; conflict: Conflict }] => [
  { name: key.slice(key.lastIndexOf('/') + 1), size: 0, type: '', path: key },
  { folder: ROOT, conflict: 'replace' },
];

/** Signs a request below the user's root. Limits cannot be held there: the page speaks with the store by itself, and says no size. */
export async function presigned(to: Backend, asked: Presigning, grant: Grant, signal: AbortSignal): Promise<Response> {
  const { root = '', limits = {} } = grant;
  if (!to.presign) throw new BackendError('unsupported', 'This backend signs no requests: it is no S3 store.');
  const limited = Object.entries(limits).find(([, limit]) => limit !== undefined)?.[0];
  if (limited !== undefined)
    throw new BackendError('unsupported', `The user's limits ("${limited}") cannot be held where an S3 client uploads by itself.`);
  return Response.json(await to.presign(asked, { id: root }, { signal }));
}
