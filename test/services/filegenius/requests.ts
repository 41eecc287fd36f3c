import type { Format } from './answers.js';
import { notAuthenticated } from './errors.js';
import { boundaryOf, readMultipart } from './multipart.js';
import { callerOf } from './people.js';
import { parametersOf, type Call, type Service } from './service.js';
import { isSignature, signedPart } from './signatures.js';

/** A request before anybody is recognised. */
export interface Incoming {
  /** The called method, without the ending that says the format. */
  name: string;
  format: Format;
  verb: string;
  /** As it came on the wire, at the host that the service goes by. */
  url: string;
  fields: ReadonlyMap<string, string>;
  file: Call['file'];
  range: string | undefined;
  /** When it began to arrive. */
  since: number;
}

/** The called method and the format that its ending asks for. */
export function readName(pathname: string): { name: string; format: Format } {
  const [, name = '', ending] = /^\/api\/(\w+?)(?:\.(xml|json))?$/.exec(pathname) ?? [];
  return { name, format: ending === 'xml' ? 'xml' : 'json' };
}

const fieldsOf = (text: string): Map<string, string> => new Map(new URLSearchParams(text));

/** The fields that stand before the file, and the file, which goes to the disk as it comes. */
async function readForm(service: Service, body: ReadableStream<Uint8Array>, boundary: string): Promise<Pick<Incoming, 'fields' | 'file'>> {
  const fields = new Map<string, string>();
  let file: Incoming['file'];
  try {
    await readMultipart(body, boundary, async ({ name, filename }, bytes) => {
      if (filename !== undefined && name === 'file' && !file) {
        // PHP takes only what stands after the last slash of either kind.
        file = { name: filename.split(/[\\/]/).at(-1) ?? '', content: await service.state.contents.write(bytes) };
        return;
      }
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      if (!file && filename === undefined) fields.set(name, Buffer.concat(pieces).toString());
    });
  } catch (error) {
    if (file) await service.state.contents.drop(file.content);
    throw error;
  }
  return { fields, file };
}

/** Reads a request: the parameters of a `GET` from its query, those of all others from the body alone. */
export async function readRequest(service: Service, request: Request): Promise<Incoming> {
  const since = Date.now();
  const target = request.url.slice(new URL(request.url).origin.length);
  const { pathname, search } = new URL(request.url);
  const common = {
    ...readName(pathname),
    verb: request.method,
    url: service.url + target,
    range: request.headers.get('range') ?? undefined,
    since,
  };
  if (request.method === 'GET') return { ...common, fields: fieldsOf(search), file: undefined };
  const boundary = boundaryOf(request.headers.get('content-type') ?? '');
  if (boundary !== undefined && request.body) return { ...common, ...(await readForm(service, request.body, boundary)) };
  return { ...common, fields: fieldsOf(await request.text()), file: undefined };
}

/** Finds out who sent a request: its key, its timestamp and its signature must be right. */
export function recognise(service: Service, { verb, url, fields, file, range, since }: Incoming): Call {
  const { state, knobs } = service;
  const parameters = parametersOf(fields);
  const key = state.keys.get(fields.get('api_key') ?? '');
  if (!key) throw notAuthenticated('api_key');
  const timestamp = fields.get('timestamp') ?? '';
  if (!/^\d+$/.test(timestamp) || Math.abs(since / 1000 - Number(timestamp)) > knobs.clockSkew) throw notAuthenticated('timestamp');
  const signed = verb === 'GET' ? signedPart(url) : { text: url.replace(/[?#].*$/, ''), signature: fields.get('signature') ?? '' };
  if (!signed || !isSignature(signed.signature, key.secret, signed.text)) throw notAuthenticated('signature');
  const caller = callerOf(service, key.userId, fields.get('auth_code'));
  if (!caller) throw notAuthenticated('auth_code');
  return { service, caller, parameters, file, range };
}
