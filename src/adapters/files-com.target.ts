import { BackendError } from '../backend/errors.js';
import type { PartTarget, UploadCapability } from '../backend/upload.js';
import { UPLOAD } from './files-com.capabilities.js';
import { type Fields, fieldsOf, numberOf, textOf, timeOf } from './files-com.reading.js';
import type { Answer } from './request.js';

/** Seconds that a URL works where nothing says for how long; as the documentation has it. */
const LIFETIME = 900;
/** What a browser sends by itself and lets nobody set. */
const OWN = /^(?:content-length|host|connection|transfer-encoding|expect)$/i;

/** The object in an answer that opens an upload or a part: one dialect answers it alone, the other in a list. */
export function uploadPartOf(answer: Answer, deed: string): Fields {
  const told = answer.json();
  const part = fieldsOf(Array.isArray(told) ? told[0] : told);
  if (textOf(part['ref']) === undefined || textOf(part['upload_uri']) === undefined)
    throw new BackendError('server', `${deed} failed: Files.com answered no address to upload to.`);
  return part;
}

/** Seconds from an answer until its URL stops working: as signed, else as told by the clock of the service. */
function expiresOf(url: string, told: unknown, headers: Headers): number {
  const signed = new URL(url).searchParams;
  const seconds = numberOf(signed.get('X-Amz-Expires') ?? signed.get('X-Goog-Expires') ?? undefined);
  if (seconds !== undefined) return seconds;
  const until = timeOf(told);
  if (until === undefined) return LIFETIME;
  return Math.max(0, (until - (timeOf(headers.get('date')) ?? Date.now())) / 1000);
}

/** Where a value of an upload goes: the body, a header, or a field of a form. */
type Place = { in: 'body' } | { in: 'header' | 'field'; name: string };

function placeOf(said: unknown): Place | undefined {
  const [, kind, name = ''] = /^(?:(body)|required-(?:header|parameter) (.+))$/.exec(textOf(said) ?? '') ?? [];
  if (kind) return { in: 'body' };
  if (name === '') return undefined;
  return { in: (textOf(said) ?? '').startsWith('required-header') ? 'header' : 'field', name };
}

const texts = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (['string', 'number'].includes(typeof value) ? [[name, String(value)]] : [])),
  );

/**
 * Where a part of so many bytes goes. Nothing is assumed of how: method, headers, parameters and where each value is sent are the service's.
 * Stores of mounted folders may show no ETag, and pages may not be allowed to read it: then the upload ends without.
 */
export function targetOf(part: Fields, { headers: heard }: Pick<Answer, 'headers'>, length: number): PartTarget {
  const url = textOf(part['upload_uri']) ?? '';
  const send = fieldsOf(part['send']);
  const parameters = texts(fieldsOf(part['parameters']));
  const bytes = placeOf(send['partdata']) ?? placeOf(send['file']) ?? { in: 'body' };
  // The documentation asks for parameters beside a body too, which has no place for any.
  const isForm = bytes.in === 'field' || Object.keys(parameters).length > 0;
  const headers: Record<string, string> = {};
  const fields = { ...parameters };
  const put = (place: Place | undefined, value: string): void => {
    if (place?.in === 'header') headers[place.name] = value;
    if (place?.in === 'field') fields[place.name] = value;
  };
  put(placeOf(send['partsize']), String(length));
  put(placeOf(send['Content-Type']), 'application/octet-stream');
  Object.assign(headers, texts(fieldsOf(part['headers'])));
  for (const name of Object.keys(headers)) if (OWN.test(name)) Reflect.deleteProperty(headers, name);
  return {
    url,
    method: textOf(part['http_method']) ?? 'PUT',
    headers,
    ...(isForm && { form: { fields, file: bytes.in === 'field' ? bytes.name : 'file' } }),
    answer: 'etag-if-shown',
    expires: expiresOf(url, part['expires'], heard),
  };
}

/** How a file's bytes may travel, by what the service answered for its first part. */
export function narrowed(part: Fields): UploadCapability {
  const { min, max } = UPLOAD.partSize;
  const wanted = numberOf(part['partsize']) ?? UPLOAD.partSize.preferred;
  const parallel = part['parallel_parts'] !== false;
  return {
    ...UPLOAD,
    partSize: { min, max, preferred: Math.min(max, Math.max(min, wanted)) },
    maxParts: Math.min(UPLOAD.maxParts, Math.max(1, numberOf(part['available_parts']) ?? UPLOAD.maxParts)),
    parallelParts: parallel ? UPLOAD.parallelParts : 1,
    retryParts: part['retry_parts'] !== false,
  };
}
