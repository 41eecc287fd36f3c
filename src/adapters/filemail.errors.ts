import type { ErrorCode } from '../backend/errors.js';
import { type Answer, kindOf, type Meaning } from './request.js';

/**
 * The names that API 2.0 has for what went wrong (`responsestatus`), their numbers (`errorcode`), and what they are to us. The numbers
 * 1010 to 1014 follow from the order of the names in the documentation; no answer with one of them has been seen.
 */
export const FILEMAIL_ERRORS: Readonly<Record<string, readonly [number: number, code: ErrorCode]>> = {
  UnknownError: [1001, 'server'],
  InvalidParameter: [1002, 'invalid'],
  InputParameterMissing: [1003, 'invalid'],
  InvalidEmail: [1004, 'invalid'],
  NotFound: [1005, 'not-found'],
  CantRemoveLastCorpAdmin: [1006, 'not-allowed'],
  CantRemoveYourself: [1007, 'not-allowed'],
  CantRemoveAdminRoleForYourself: [1008, 'not-allowed'],
  ServiceInterruption: [1009, 'server'],
  ImageThumbTooExpensive: [1010, 'not-allowed'],
  MissingApikey: [1011, 'unauthorized'],
  InvalidApikey: [1012, 'unauthorized'],
  ApiKeyQuotaExceeded: [1013, 'rate-limited'],
  RateLimitExceeded: [1014, 'rate-limited'],
  WrongUsernamePassword: [2001, 'unauthorized'],
  PasswordTooWeak: [2002, 'invalid'],
  InvalidOrExpiredLoginToken: [2003, 'unauthorized'],
  AccountExpired: [2004, 'forbidden'],
  CaptchaRequiredForNextLogin: [2005, 'unauthorized'],
  LDAPUnableToCreateUser: [2006, 'unauthorized'],
  LDAPWrongUsernamePassword: [2007, 'unauthorized'],
  AccessDenied: [2008, 'forbidden'],
  CorpAuthenticationRequired: [2009, 'unauthorized'],
  InvalidRequest: [2010, 'invalid'],
  UseSsoLink: [2011, 'unauthorized'],
  SsoSessionExpired: [2012, 'unauthorized'],
  SsoCompanyDoesNotUseAdLogin: [2013, 'unauthorized'],
  SsoGroupIdNotSupported: [2014, 'unauthorized'],
  SsoSignatureInvalid: [2015, 'unauthorized'],
  TwoFactorTokenNotFound: [2016, 'unauthorized'],
  TwoFactorUserNotFound: [2017, 'unauthorized'],
  TwoFactorPinNotValid: [2018, 'unauthorized'],
  PasswordResetRequired: [2019, 'unauthorized'],
  SsoUserDisabled: [2020, 'forbidden'],
  SsoLoginGeneralError: [2021, 'unauthorized'],
  SsoMissingAuthCode: [2022, 'unauthorized'],
  RefreshTokenExpired: [2040, 'unauthorized'],
  RefreshTokenAlreadyUsed: [2041, 'unauthorized'],
  BusinessAccountExistsRegistrationRequired: [3001, 'forbidden'],
  UserAccountExistsLoginRequired: [3002, 'unauthorized'],
  Blocked: [3003, 'forbidden'],
  AllFileserversBusy: [3004, 'server'],
  FreeLimitReached: [3005, 'quota'],
  TransferExpired: [4001, 'not-found'],
  PasswordRequired: [4002, 'forbidden'],
  UploadNotComplete: [4003, 'invalid'],
  FileIsDeleted: [4004, 'not-found'],
  SubscriptionNotFound: [5001, 'not-found'],
  EmailAlreadyRegistered: [5002, 'exists'],
  SignupFormNotAccepted: [5003, 'invalid'],
  SessionPasswordNotFound: [5004, 'unauthorized'],
  SessionCustRefNotFound: [5005, 'invalid'],
  AllUserLicencesesInUse: [5006, 'quota'],
};

const BY_FOLDED = new Map(Object.entries(FILEMAIL_ERRORS).map(([name, [, code]]) => [name.toLowerCase(), { name, code }]));
const BY_NUMBER = new Map(Object.entries(FILEMAIL_ERRORS).map(([name, [number, code]]) => [number, { name, code }]));

/** A status that no name explains: 409 is said of transfers and accounts that are not in the state for it, and of content that is not wanted. */
const byStatus = (status: number): ErrorCode | undefined => (status === 409 ? 'not-allowed' : undefined);

/** What stands around every answer, read from a text that may be anything. */
function envelopeOf(text: string): { status?: string; number?: number } {
  if (!/^\s*\{/.test(text)) return {};
  try {
    const { responsestatus, errorcode } = JSON.parse(text) as { responsestatus?: unknown; errorcode?: unknown };
    return {
      ...(typeof responsestatus === 'string' && responsestatus !== '' && { status: responsestatus }),
      ...(typeof errorcode === 'number' && errorcode !== 0 && { number: errorcode }),
    };
  } catch {
    return {};
  }
}

/** Whether a `responsestatus` says that all is well: old answers spell it `ok`, new ones `OK`. */
const isFine = (status: string): boolean => status.toLowerCase() === 'ok';

/** Reads the service's own error out of an answer; file servers report some under the HTTP status 200. */
export function meaningOf({ status: http, text }: Pick<Answer, 'status' | 'text'>): Meaning | undefined {
  const { status, number } = envelopeOf(text);
  const failed = http >= 400;
  if (status === undefined ? !failed : isFine(status) && !failed) return undefined;
  const known = BY_FOLDED.get(status?.toLowerCase() ?? '') ?? BY_NUMBER.get(number ?? 0);
  if (known) return { code: known.code, kind: known.name };
  // A name that is none could be a text, and texts stay out of messages.
  const kind = status !== undefined && /^[a-z]\w{0,60}$/i.test(status) && !isFine(status) ? status : undefined;
  const code = byStatus(http);
  if (code !== undefined) return { code, kind };
  if (!failed) return { code: 'invalid', kind };
  return undefined;
}

/** Errors of signing in that another login token does not help against. */
const KEY_FAULTS: ReadonlySet<string> = new Set(['MissingApikey', 'InvalidApikey', 'WrongUsernamePassword']);

/** Whether an error says that the login token is dead. The API key that is refused with the same status has names of its own. */
export const isDeadToken = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return code === 'unauthorized' && !KEY_FAULTS.has(kindOf(error) ?? '');
};
