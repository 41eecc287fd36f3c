/** Kinds of refusals with the HTTP status of each, where one is answered. The statuses are our choice: no document names any. */
const STATUSES = { authentication: 401, access: 403, missing: 404, verb: 405, taken: 409, large: 413, invalid: 400, full: 507 } as const;

/** A request that the service does not grant, in its two texts. */
export class Refusal extends Error {
  readonly title: string;
  readonly status: number;

  constructor(kind: keyof typeof STATUSES, title: string, message: string) {
    super(message);
    this.title = title;
    this.status = STATUSES[kind];
  }
}

/** A key, timestamp or signature that is missing or wrong. */
export const notAuthenticated = (what: string): Refusal =>
  new Refusal('authentication', 'Authentication Failed', `One or more authentication parameters are missing or invalid: ${what}.`);

/** The error that both documents show. */
export const noAccess = (): Refusal =>
  new Refusal(
    'access',
    'You do not have access privileges for this location',
    'Please try a different location or speak to an administrator.',
  );

/** A name that is there already, where nothing may be replaced. */
export const taken = (name: string): Refusal =>
  new Refusal('taken', 'File Cannot Be Overridden', `A file named "${name}" already exists in this location.`);

/** A parameter that must be there. */
export const required = (name: string): Refusal => new Refusal('invalid', 'Missing Parameter', `The parameter ${name} is required.`);

/** A parameter with a value that it cannot have. */
export const invalid = (name: string, expected: string): Refusal =>
  new Refusal('invalid', 'Invalid Parameter', `The parameter ${name} must be ${expected}.`);
