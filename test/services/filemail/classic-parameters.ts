import { getCookie } from 'hono/cookie';
import type { Context } from 'hono';
import { userOf } from './callers.js';
import { invalid } from './errors.js';
import type { User } from './records.js';
import type { Service } from './service.js';

/** The parameters of a request of version 1: all texts, from the query, a form of either kind, or headers of the same names. */
export interface Parameters {
  text(name: string): string | undefined;
  need(name: string): string;
  flag(name: string): boolean;
  number(name: string): number | undefined;
  /** Names with commas between them. */
  list(name: string): string[];
  /** Who is signed in, by the parameter or by the cookie; nobody, where there is neither. */
  user(): User | null;
}

async function formOf(request: Request): Promise<Map<string, string>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) return new Map();
  const entries = [...(await request.formData())].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Reads what a request asks for. */
export async function readParameters(service: Service, c: Context): Promise<Parameters> {
  const form = await formOf(c.req.raw);
  const query = new Map([...new URL(c.req.url).searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const parameters: Parameters = {
    text(name) {
      const key = name.toLowerCase();
      return query.get(key) ?? form.get(key) ?? c.req.header(key);
    },
    need(name) {
      const found = parameters.text(name);
      if (!found) throw invalid(name, 'is required.', 'InputParameterMissing');
      return found;
    },
    flag: (name) => ['true', '1'].includes(parameters.text(name)?.toLowerCase() ?? ''),
    number(name) {
      const found = parameters.text(name);
      if (found === undefined || found === '') return undefined;
      if (!/^-?\d+$/.test(found)) throw invalid(name, 'must be a number.');
      return Number(found);
    },
    list: (name) =>
      (parameters.text(name) ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    user() {
      const token = parameters.text('logintoken') ?? getCookie(c, 'logintoken');
      return token ? userOf(service.state, token) : null;
    },
  };
  return parameters;
}
