import { createHash, randomUUID } from 'node:crypto';
import type { Value } from './answers.js';
import { storageUsed } from './changing.js';
import { invalid, noAccess, Refusal } from './errors.js';
import { folderAt, hasAccess } from './permissions.js';
import type { Brand, Call, Methods } from './service.js';
import type { User } from './state.js';

/** Everybody with access to a location, users and groups in one list. */
function locationAccess(call: Call): Record<string, Value> {
  const { service, parameters } = call;
  const { state } = service;
  const folder = folderAt(call, parameters.need('path'));
  const type = parameters.text('type') ?? 'all';
  if (!['all', 'nonAdminsOnly'].includes(type)) throw invalid('type', 'all or nonAdminsOnly');
  const users = [...state.users.values()].filter((user) => hasAccess(state, user, folder) && (type === 'all' || !user.admin));
  const groups = [...state.groups.values()].filter((group) => hasAccess(state, group, folder));
  return {
    usersLocationAccess: [
      ...users.map(({ id, username, email, firstName, lastName, organization, admin, subAdmin, autoRecip }) => ({
        id,
        username,
        email,
        firstName,
        lastName,
        organization,
        subAdmin: admin ? null : Number(subAdmin),
        admin: Number(admin),
        uType: 1,
        autoRecip: Number(autoRecip),
      })),
      ...groups.map(({ id, name }) => ({
        id,
        username: name,
        email: null,
        firstName: null,
        lastName: null,
        organization: null,
        subAdmin: null,
        admin: 0,
        uType: 0,
        autoRecip: 0,
      })),
    ],
  };
}

const wrongLogin = (): Refusal =>
  new Refusal('authentication', 'Invalid Username or Password', 'Please check your username and password and try again.');

/** `user_auth`: a code with which a key acts as another user. The password comes as its SHA-1. */
function authenticate({ service: { state }, parameters }: Call): Record<string, Value> {
  const username = parameters.need('username_auth');
  const user = [...state.users.values()].find((one) => one.username === username);
  const right = user && createHash('sha1').update(user.password).digest('hex') === parameters.need('password_auth').toLowerCase();
  if (!right) throw wrongLogin();
  const authCode = randomUUID().replaceAll('-', '');
  state.authCodes.set(authCode, { userId: user.id, since: Date.now() });
  return { authCode };
}

function currentStorage({ service: { state }, caller }: Call): Record<string, Value> {
  if (!caller.admin) throw noAccess();
  return { currentStorage: String(storageUsed(state.root)) };
}

/** Who is there, who asks, and how much room is used. */
export const peopleMethods = (brand: Brand): Methods =>
  brand === 'filegenius'
    ? { user_location_access: { verb: 'GET', act: locationAccess }, user_auth: { verb: 'POST', act: authenticate } }
    : { users_location_access: { verb: 'GET', act: locationAccess }, current_storage_used: { verb: 'GET', act: currentStorage } };

/** The sender of a request: the owner of its key, or whom a code of `user_auth` stands for. */
export function callerOf({ state, knobs }: Call['service'], owner: number, authCode: string | undefined): User | undefined {
  if (authCode === undefined) return state.users.get(owner);
  const code = state.authCodes.get(authCode);
  return code && Date.now() - code.since <= knobs.authCodeLifetime * 1000 ? state.users.get(code.userId) : undefined;
}
