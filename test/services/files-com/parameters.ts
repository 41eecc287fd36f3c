import { Refusal, required } from './errors.js';

/**
 * The parameters of a request, from its query and its JSON body alike: clients send flags and paths in either, and some in both.
 * Names in brackets (`filter[behavior]`, `paths[]`) become objects and lists.
 */
export interface Parameters {
  /** All of them, as they came. */
  all: Readonly<Record<string, unknown>>;
  has(name: string): boolean;
  /** The value as it came. */
  value(name: string): unknown;
  text(name: string): string | undefined;
  /** Like `text`, for what must be there. */
  need(name: string): string;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  date(name: string): Date | undefined;
  /** A list, sent as one, or as text with commas. */
  list(name: string): unknown[] | undefined;
  object(name: string): Readonly<Record<string, unknown>>;
  /** One member of an object, as text: `filter[behavior]`. */
  member(name: string, inner: string): string | undefined;
}

type Values = Record<string, unknown>;

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

function fromQuery(query: URLSearchParams): Values {
  const values: Values = {};
  for (const [key, value] of query) {
    const [, name = key, inner] = /^([^[]+)(?:\[(.*)\])?$/.exec(key) ?? [];
    if (inner === undefined) values[name] = value;
    else if (inner === '') values[name] = [...(Array.isArray(values[name]) ? (values[name] as unknown[]) : []), value];
    else values[name] = { ...(isObject(values[name]) ? values[name] : {}), [inner]: value };
  }
  return values;
}

async function fromBody(request: Request): Promise<Values> {
  const text = await request.text();
  if (text.length > 1_000_000) throw new Refusal('bad-request/request-body-too-large', 'The body is too large.');
  if (text === '' || !request.headers.get('content-type')?.includes('json')) return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal('bad-request/invalid-body', 'The body is not valid JSON.');
  }
  if (!isObject(body)) throw new Refusal('bad-request/invalid-body', 'The body is not an object.');
  return body;
}

const written = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** Reads what a request asks for. */
export async function readParameters(request: Request): Promise<Parameters> {
  const values = { ...fromQuery(new URL(request.url).searchParams), ...(await fromBody(request)) };
  const value = (name: string): unknown => values[name] ?? undefined;
  const parameters: Parameters = {
    all: values,
    has: (name) => name in values,
    value,
    text: (name) => written(value(name)),
    member: (name, inner) => written(parameters.object(name)[inner]),
    need(name) {
      const found = parameters.text(name);
      if (found === undefined || found === '') throw required(name);
      return found;
    },
    number(name) {
      const text = parameters.text(name);
      if (text === undefined || text === '') return undefined;
      if (!/^-?\d+$/.test(text)) throw new Refusal('bad-request/request-params-invalid', `${name} is not a number.`);
      return Number(text);
    },
    flag(name) {
      const text = parameters.text(name);
      return text === undefined || text === '' ? undefined : text === 'true' || text === '1';
    },
    date(name) {
      const text = parameters.text(name);
      return text === undefined || text === '' ? undefined : parseDate(text);
    },
    list(name) {
      const found = value(name);
      if (Array.isArray(found)) return found as unknown[];
      return typeof found === 'string' && found !== '' ? found.split(',') : typeof found === 'number' ? [found] : undefined;
    },
    object(name) {
      const found = value(name);
      return isObject(found) ? found : {};
    },
  };
  return parameters;
}

/** Today's dates are ISO 8601; `2000-01-01 01:00:00 UTC` is the older way to write them. */
export function parseDate(text: string): Date {
  const date = new Date(text.replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/, '$1T$2Z'));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1000) {
    throw new Refusal('bad-request/datetime-parse', `"${text}" is not a date.`);
  }
  return date;
}

/** A date as the service writes it. */
export function writeDate(date: Date): string;
export function writeDate(date: Date | null): string | null;
export function writeDate(date: Date | null): string | null {
  return date?.toISOString().replace(/\.\d{3}Z$/, 'Z') ?? null;
}
