import { invalid, Refusal } from './errors.js';

/** The members of a JSON body, read by type. `null` is the same as absent. */
export interface Body {
  text(name: string, max?: number): string | undefined;
  /** Like `text`, for what must be there and hold something. */
  need(name: string, max?: number): string;
  flag(name: string): boolean | undefined;
  /** A whole number; `bits` as the documentation gives them. */
  integer(name: string, bits: 32 | 64): number | undefined;
  texts(name: string): string[] | undefined;
  /** A list of objects whose members are texts. */
  records(name: string): Record<string, string>[] | undefined;
}

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The media types that the service's own description lists. */
const JSON_TYPE = /^(application\/(json|json-patch\+json|[\w.-]+\+json)|text\/json)\s*(;|$)/i;

/** Reads the JSON body of a request. */
export async function readBody(request: Request): Promise<Body> {
  const type = request.headers.get('content-type') ?? '';
  if (!JSON_TYPE.test(type)) throw new Refusal(400, 'InvalidParameter', `"${type}" is no media type of JSON.`);
  const members = await parse(request);
  const value = (name: string): unknown => members[name] ?? undefined;
  const typed = <T>(name: string, is: (found: unknown) => found is T, what: string): T | undefined => {
    const found = value(name);
    if (found === undefined) return undefined;
    if (!is(found)) throw invalid(name, `must be ${what}.`);
    return found;
  };
  const isText = (found: unknown): found is string => typeof found === 'string';
  const body: Body = {
    text(name, max) {
      const found = typed(name, isText, 'a string');
      if (max !== undefined && (found?.length ?? 0) > max) throw invalid(name, `must have at most ${max} characters.`);
      return found;
    },
    need(name, max) {
      const found = body.text(name, max);
      if (!found) throw invalid(name, 'is required.', 'InputParameterMissing');
      return found;
    },
    flag: (name) => typed(name, (found) => typeof found === 'boolean', 'a boolean'),
    integer(name, bits) {
      const number = typed(name, (found): found is number => Number.isInteger(found), 'an integer');
      if (bits === 32 && number !== undefined && number !== (number | 0)) throw invalid(name, 'must have 32 bits.');
      return number;
    },
    texts: (name) => typed(name, (found): found is string[] => Array.isArray(found) && found.every(isText), 'a list of strings'),
    records: (name) =>
      typed(
        name,
        (found): found is Record<string, string>[] =>
          Array.isArray(found) && found.every((entry) => isObject(entry) && Object.values(entry).every(isText)),
        'a list of objects with texts',
      ),
  };
  return body;
}

async function parse(request: Request): Promise<Members> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await request.text());
  } catch {
    throw new Refusal(400, 'InvalidParameter', 'The body is no valid JSON.');
  }
  if (!isObject(parsed)) throw new Refusal(400, 'InvalidParameter', 'The body is no object.');
  return parsed;
}
