import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import { faultError, isDeadSession } from './sendspace.errors.js';
import { tokenedPassword } from './sendspace.digest.js';
import { type CallSendspace, createSendspaceService, type SendspacePlace, VERSION } from './sendspace.service.js';
import { createSession, type Session } from './session.js';
import { digestOf } from './ticket.js';

/** A session at sendspace, and what its account may do, as `auth.login` tells. It dies after 30 idle minutes. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is no JSON for TypeScript
export type SendspaceSession = {
  session: string;
  email: string;
  membership: string;
  canUpload: boolean;
  canDownload: boolean;
  canHaveFolders: boolean;
  canChangeFiles: boolean;
  hasAddressBook: boolean;
};

/** Whose files are meant. */
export type SendspaceUser =
  /** An account, signed in when need be. */
  | { email: string; password: string; session?: undefined; anonymous?: undefined }
  /** An account that the host app signed in, by {@link signIn}; when it dies, calls are refused. */
  | { session: string | SendspaceSession; email?: undefined; password?: undefined; anonymous?: undefined }
  | { anonymous: true; email?: undefined; password?: undefined; session?: undefined };

/** Seconds for which a session is kept in the store; dead ones are found out when they are used. */
const KEPT = 86_400;

/** Not told, as by a session that came from elsewhere, or by an older service: then it is tried. */
const flag = (text: string | undefined): boolean => text !== '0';

/** Signs in: a token first, then the session that the password proves for it. Server side only. */
export async function signIn(
  place: SendspacePlace,
  { email, password }: { email: string; password: string },
  signal?: AbortSignal,
): Promise<SendspaceSession> {
  const call = createSendspaceService(place);
  const deed = 'Signing in to sendspace';
  const { apiKey, application = 'ferrykit' } = place;
  const made = await call(
    'auth.createToken',
    { api_key: apiKey, api_version: VERSION.account, app_version: application, response_format: 'XML' },
    { deed, signal },
  );
  const token = made.texts['token'] ?? '';
  const { texts } = await call(
    'auth.login',
    { token, user_name: email, tokened_password: tokenedPassword(token, password) },
    { deed, signal },
  );
  const session = texts['session_key'] ?? '';
  if (!token || !session) throw new BackendError('server', `${deed} failed: sendspace gave no session.`);
  const { email: told = '' } = texts;
  return {
    session,
    email: told === '' ? email : told,
    membership: (texts['membership_type'] ?? '').toLowerCase(),
    canUpload: flag(texts['capable_upload']),
    canDownload: flag(texts['capable_download']),
    canHaveFolders: flag(texts['capable_folders']),
    canChangeFiles: flag(texts['capable_files']),
    hasAddressBook: flag(texts['capable_addressbook']),
  };
}

/** Ends a session; one that is dead already is over too. Server side only. */
export async function signOut(place: SendspacePlace, { session }: { session: string }): Promise<void> {
  await createSendspaceService(place)('auth.logout', { session_key: session }, { deed: 'Signing out of sendspace' }).catch(
    (error: unknown) => {
      if (!isDeadSession(error)) throw error;
    },
  );
}

/** Makes an account; the service writes to its owner, who has to confirm it. An empty password is made up by the service. Server side only. */
export async function register(place: SendspacePlace, person: { fullName: string; email: string; password?: string }): Promise<void> {
  const { fullName, email, password = '' } = person;
  const deed = 'Making an account at sendspace';
  if (!/^[a-z ]{3,100}$/i.test(fullName))
    throw new BackendError('invalid', `${deed} failed: a name has 3 to 100 letters of a to z and spaces.`);
  if (password !== '' && (password.length < 4 || password.length > 20))
    throw new BackendError('invalid', `${deed} failed: a password has 4 to 20 characters.`);
  await createSendspaceService(place)('auth.register', { api_key: place.apiKey, full_name: fullName, email, password }, { deed });
}

/** What `auth.checkSession` tells. */
export interface Remaining {
  storageLeft?: string;
  bandwidthLeft?: string;
}

/** Asks whether a session lives, and what it has left. One that does not is told as dead, as other calls tell it. */
export async function checkSession(call: CallSendspace, session: string, signal?: AbortSignal): Promise<Remaining> {
  const deed = 'Asking for what is left';
  const { texts } = await call('auth.checkSession', { session_key: session }, { deed, signal });
  if (texts['session'] !== undefined && texts['session'].toLowerCase() !== 'ok') throw faultError(deed, { code: 6, text: '', ids: [] });
  const { diskspace_left: storageLeft, bandwidth_left: bandwidthLeft } = texts;
  return { ...(storageLeft !== undefined && { storageLeft }), ...(bandwidthLeft !== undefined && { bandwidthLeft }) };
}

const unknown = (session: string): SendspaceSession => ({
  session,
  email: '',
  membership: '',
  canUpload: true,
  canDownload: true,
  canHaveFolders: true,
  canChangeFiles: true,
  hasAddressBook: true,
});

/** The session of an account, shared by all relays and begun anew when it has died. */
export function accountSession(
  place: SendspacePlace,
  user: Exclude<SendspaceUser, { anonymous: true }>,
  store: Store,
): Session<SendspaceSession> {
  const { email, password, session } = user;
  const first = typeof session === 'string' ? unknown(session) : session;
  const begun = digestOf(`sendspace\n${place.apiKey}\n${email ?? first?.session ?? ''}`).then((digest) =>
    createSession<SendspaceSession>({
      store,
      key: `sendspace-session:${digest}`,
      ttl: KEPT,
      first,
      isDead: isDeadSession,
      renew(_, signal) {
        if (email === undefined) throw new BackendError('unauthorized', 'The session at sendspace has died: sign in again.');
        return signIn(place, { email, password }, signal);
      },
    }),
  );
  return { use: async (deed, signal) => (await begun).use(deed, signal) };
}
