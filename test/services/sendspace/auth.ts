import { createHash } from 'node:crypto';
import type { Account, Session } from './records.js';
import { Refusal } from './refusal.js';
import { ok, type OpenMethod, type SessionMethod } from './replies.js';
import type { Service } from './service.js';
import { code } from './state.js';
import type { Element } from './xml.js';

const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

/** Whether the key is one that sendspace gave out, and the version one that it knows. */
export function checkClient({ state, knobs }: Service, given: Readonly<Record<string, string>>): void {
  if (!state.apiKeys.has(given['api_key'] ?? '')) throw new Refusal(18);
  if (!knobs.apiVersions.includes(given['api_version'] ?? '')) throw new Refusal(5);
  if (Number.parseFloat(given['app_version'] ?? '') < knobs.oldestApp) throw new Refusal(25);
}

/** An account with nothing special about it. */
export function newAccount(email: string, password: string, more: Partial<Account> = {}): Account {
  return {
    email,
    password,
    fullName: 'Ferry User',
    membershipType: 'Lite',
    membershipEnds: -1,
    subscribed: false,
    capable: { upload: true, download: true, folders: true, files: true, https: true, addressbook: true },
    chatReady: undefined,
    bandwidthLeft: -1,
    diskSpace: -1,
    points: 0,
    team: undefined,
    active: true,
    ...more,
  };
}

/** `auth.register`: an account that becomes active by the link in its mail. An empty password is replaced by a made one. */
export const register: OpenMethod = ({ state, urls }, given) => {
  const { api_key = '', full_name: fullName = '', email = '', password = '' } = given;
  if (!state.apiKeys.has(api_key)) throw new Refusal(18);
  if (!/^[a-zA-Z ]{3,100}$/.test(fullName)) throw new Refusal(27, { text: 'The full name must have 3 to 100 letters' });
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw new Refusal(27, { text: 'The email address is not valid' });
  if (password !== '' && !/^.{4,20}$/.test(password)) throw new Refusal(27, { text: 'The password must have 4 to 20 characters' });
  if (state.accounts.has(email)) throw new Refusal(27, { text: 'The email address is already registered' });
  const account = newAccount(email, password || code(8), { fullName, active: false });
  state.accounts.set(email, account);
  const activation = code(32);
  state.activations.set(activation, account);
  const message = password === '' ? `Your password is ${account.password}` : '';
  state.mails.push({ kind: 'activation', from: undefined, to: [email], message, links: [`${urls['www'] ?? ''}/activate/${activation}`] });
  return ok({ name: 'status', text: 'ok' });
};

/** `auth.createToken`: a session that nobody is signed in to. Only XML is ever answered, whatever `response_format` wants. */
export const createToken: OpenMethod = (service, given) => {
  checkClient(service, given);
  const token = code(32);
  service.state.sessions.set(token, { key: token, account: undefined, lastUsed: service.state.now() });
  return ok({ name: 'token', text: token });
};

function alive({ state, knobs }: Service, { lastUsed }: Session): boolean {
  return state.now() - lastUsed <= knobs.sessionLifetime * 1000;
}

function balances({ state }: Service, account: Account): Element[] {
  return [
    { name: 'bandwidth_left', text: account.bandwidthLeft },
    { name: 'diskspace_left', text: state.spaceLeft(account) },
  ];
}

/** `auth.login`: a token becomes a session, once. */
export const login: OpenMethod = (service, given) => {
  const { state, knobs } = service;
  const token = state.sessions.get(given['token'] ?? '');
  if (!token || token.account || !alive(service, token)) throw new Refusal(6);
  const account = state.accounts.get(given['user_name'] ?? '');
  if (!account || given['tokened_password'] !== md5(token.key + md5(account.password))) throw new Refusal(8);
  if (!account.active) throw new Refusal(11);
  const open = [...state.sessions.values()].filter((session) => session.account === account && alive(service, session));
  if (open.length >= knobs.maxSessions) throw new Refusal(30);
  state.sessions.delete(token.key);
  const session: Session = { key: code(32), account, lastUsed: state.now() };
  state.sessions.set(session.key, session);
  const flag = (value: boolean): string => (value ? '1' : '0');
  return ok(
    { name: 'session_key', text: session.key },
    { name: 'user_name', text: account.fullName },
    { name: 'email', text: account.email },
    { name: 'membership_type', text: account.membershipType },
    { name: 'membership_ends', text: account.membershipEnds },
    { name: 'subscribed', text: flag(account.subscribed) },
    ...Object.entries(account.capable).map(([name, able]) => ({ name: `capable_${name}`, text: flag(able) })),
    ...(account.chatReady === undefined ? [] : [{ name: 'chat_ready', text: account.chatReady }]),
    ...balances(service, account),
    { name: 'diskspace_used', text: state.used(account) || '' },
    { name: 'points', text: account.points },
  );
};

/** `auth.checkSession`: says of a dead session that it is, and of one that never was what all methods say. */
export const checkSession: OpenMethod = (service, given) => {
  const session = service.state.sessions.get(given['session_key'] ?? '');
  if (!session) throw new Refusal(6);
  if (!session.account) throw new Refusal(7);
  if (!alive(service, session)) return ok({ name: 'session', text: 'expired' });
  session.lastUsed = service.state.now();
  return ok({ name: 'session', text: 'ok' }, ...balances(service, session.account));
};

/** `auth.logout` */
export const logout: SessionMethod = ({ state }, _given, { session }) => {
  state.sessions.delete(session.key);
  return ok({ name: 'status', text: 'ok' });
};
