import { randomUUID } from 'node:crypto';

/** Statuses by family. The first four are recorded; the others are the standard ones, nothing says otherwise. */
const FAMILIES: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'not-authenticated': 401,
  'not-authorized': 403,
  'not-found': 404,
  'processing-failure': 422,
  'rate-limited': 429,
  'service-unavailable': 503,
};

/** The one type that was recorded with a status other than its family's. */
const EXCEPTIONS: Readonly<Record<string, number>> = { 'processing-failure/destination-parent-does-not-exist': 409 };

/** A request that the service does not grant: `family/name`, or the bare family. */
export class Refusal extends Error {
  readonly type: string;
  /** Further members of the body, such as `data` or `model-errors`. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(type: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.type = type;
    this.more = more;
  }

  get status(): number {
    return EXCEPTIONS[this.type] ?? FAMILIES[this.type.split('/')[0] ?? ''] ?? 500;
  }
}

/** The answer to a request that is not granted, in today's body and header. */
export function answerRefusal(refusal: Refusal): Response {
  const { type, status, message, more } = refusal;
  const name = type.split('/').at(-1) ?? type;
  const title = name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => (dash ? ' ' : '') + letter.toUpperCase());
  return Response.json(
    { error: message, 'http-code': status, instance: randomUUID(), title, type, ...more },
    { status, headers: { 'x-files-error-class': type, 'x-request-id': randomUUID() } },
  );
}

/** What is said about a path that names nothing; the recordings show the bare family. */
export const notFound = (what = 'Resource'): Refusal => new Refusal('not-found', `${what} not found.`);

/** A record that breaks a rule of the site or lacks a field. */
export const unsavable = (field: string, message: string): Refusal =>
  new Refusal('processing-failure/model-save-error', `${field} ${message}`, { 'model-errors': { [field]: [message] } });

/** A parameter that must be there. */
export const required = (name: string): Refusal => new Refusal('bad-request/request-params-required', `Missing parameter: ${name}`);
