import { randomUUID } from 'node:crypto';

/**
 * The names of errors with their numbers. Those from 1010 to 1014 are in the documentation's list between two whose numbers are known,
 * without numbers of their own.
 */
const CODES = {
  UnknownError: 1001,
  InvalidParameter: 1002,
  InputParameterMissing: 1003,
  InvalidEmail: 1004,
  NotFound: 1005,
  ServiceInterruption: 1009,
  MissingApikey: 1011,
  InvalidApikey: 1012,
  ApiKeyQuotaExceeded: 1013,
  RateLimitExceeded: 1014,
  WrongUsernamePassword: 2001,
  InvalidOrExpiredLoginToken: 2003,
  CaptchaRequiredForNextLogin: 2005,
  AccessDenied: 2008,
  RefreshTokenExpired: 2040,
  RefreshTokenAlreadyUsed: 2041,
  UserAccountExistsLoginRequired: 3002,
  Blocked: 3003,
  FreeLimitReached: 3005,
  TransferExpired: 4001,
  PasswordRequired: 4002,
  UploadNotComplete: 4003,
  FileIsDeleted: 4004,
} as const;

/** The name of an error, as `responsestatus` has it. */
export type ErrorName = keyof typeof CODES;

/** Statuses that version 2 fails with. */
export type ErrorStatus = 400 | 401 | 404 | 409 | 429 | 500;

/** A request that the service does not grant. */
export class Refusal extends Error {
  readonly status: ErrorStatus;
  override readonly name: ErrorName;
  /** Further members of the body, such as `data` or `validationerrors`. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: ErrorStatus, name: ErrorName, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.name = name;
    this.more = more;
  }

  get code(): number {
    return CODES[this.name];
  }
}

/** A refusal as version 2 answers it. */
export function answerRefusal({ status, name, code, message, more }: Refusal): Response {
  return Response.json(
    { validationerrors: null, responsestatus: name, errorid: randomUUID(), errormessage: message, data: null, errorcode: code, ...more },
    { status },
  );
}

/** What is said of an id that names nothing: the documented statuses of such calls are 200, 400 and 401. */
export const notFound = (what: string): Refusal => new Refusal(400, 'NotFound', `${what} was not found.`);

/** A field that is missing or wrong. Which members an entry of `validationerrors` has is not documented. */
export const invalid = (field: string, message: string, name: ErrorName = 'InvalidParameter'): Refusal =>
  new Refusal(400, name, `${field}: ${message}`, { validationerrors: [{ field, message }] });
