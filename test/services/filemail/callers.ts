import { notFound, Refusal } from './errors.js';
import type { Transfer, User } from './records.js';
import type { Caller, Service } from './service.js';

/** The one version that clients have been seen to ask for. */
const VERSION = '2.0';

/** Who makes a request of version 2: the key's owner, or whoever the login token belongs to. */
export function recognise({ state, knobs }: Service, headers: Headers): Caller {
  const key = headers.get('x-api-key');
  if (!key) throw new Refusal(401, 'MissingApikey', 'The header x-api-key is missing.');
  const owner = [...state.users.values()].find(({ apiKey }) => apiKey === key);
  if (!owner) throw new Refusal(401, 'InvalidApikey', 'The API key is not valid.');
  if (headers.get('x-api-version') !== VERSION)
    throw new Refusal(400, 'InvalidParameter', 'The header x-api-version is missing or unknown.');
  if (++state.asked > knobs.dailyQuota) throw new Refusal(429, 'ApiKeyQuotaExceeded', 'The daily quota of the API key is used up.');
  const token = headers.get('logintoken') ?? undefined;
  return { user: token === undefined ? owner : userOf(state, token), token };
}

/** The user of a login token that is alive. */
export function userOf(state: Service['state'], token: string): User {
  const login = state.logins.get(token);
  const user = login && login.expires > Date.now() ? state.users.get(login.userId) : undefined;
  if (!user) throw new Refusal(401, 'InvalidOrExpiredLoginToken', 'The login token is not valid, or it has expired.');
  return user;
}

/** The company that a transfer belongs to: the receiving one, where it is incoming, else the sender's. */
export function companyOf({ state }: Service, transfer: Transfer): string | null {
  return transfer.companyId ?? state.users.get(transfer.userId ?? '')?.companyId ?? null;
}

/** Whether somebody may change a transfer: its sender, unless it is incoming, and administrators of its company. */
export function manages(service: Service, user: User, transfer: Transfer): boolean {
  const own = transfer.companyId === null && transfer.userId === user.id;
  return own || (user.admin && companyOf(service, transfer) === user.companyId);
}

/** Whether somebody may see a transfer's key, recipients and downloads: its sender, and administrators at either end. */
export function seesAll(service: Service, user: User, transfer: Transfer): boolean {
  return transfer.userId === user.id || manages(service, user, transfer);
}

/** Whether a transfer came to somebody: to the address, or to the company. */
export function received(user: User, transfer: Transfer): boolean {
  return transfer.companyId === user.companyId || transfer.recipients.some(({ email }) => email === user.email);
}

/** The transfer of an id, finished, for somebody who may change it. */
export function managed(service: Service, user: User, id: string): Transfer {
  const transfer = service.state.transfers.get(id);
  if (transfer?.status !== 'STATUS_COMPLETE') throw notFound('The transfer');
  if (!manages(service, user, transfer)) throw new Refusal(400, 'AccessDenied', 'This transfer belongs to somebody else.');
  return transfer;
}
