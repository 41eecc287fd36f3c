import { type Backend, defineBackend } from '../backend/backend.js';
import { type Capabilities, NOTHING } from '../backend/capabilities.js';
import { toBackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import type { Quota } from '../backend/item.js';
import type { UploadCapability } from '../backend/upload.js';
import { createService } from './request.js';
import { createAnonymous } from './sendspace.anonymous.js';
import { countOf, refusalOf } from './sendspace.answers.js';
import { type AtLimit, createBrowsing } from './sendspace.browsing.js';
import { nameOf } from './sendspace.digest.js';
import { createFolders } from './sendspace.folders.js';
import { placeOf, type SendspaceForm } from './sendspace.form.js';
import { folderIn } from './sendspace.ids.js';
import { createMoving } from './sendspace.moving.js';
import { createPeople, SEND } from './sendspace.people.js';
import { type CallSendspace, createSendspaceService, type SendspacePlace } from './sendspace.service.js';
import { accountSession, checkSession, type SendspaceSession, type SendspaceUser } from './sendspace.session.js';
import { createUploads } from './sendspace.uploads.js';
import { heedSignals } from './signals.js';
import { createSigner } from './ticket.js';

export type { AtLimit } from './sendspace.browsing.js';
export { SENDSPACE_ERRORS } from './sendspace.errors.js';
export type { SendspaceForm } from './sendspace.form.js';
export type { SendspacePlace } from './sendspace.service.js';
export { register, type SendspaceSession, type SendspaceUser, signIn, signOut } from './sendspace.session.js';

/** How a sendspace backend is made. */
export type SendspaceOptions = SendspacePlace &
  SendspaceUser & {
    /** Where the session, ends of uploads and operations are remembered; one for all relays. */
    store: Store;
    /** What goes with every file, in the form that brings it. */
    form?: SendspaceForm | undefined;
    /** What becomes of a file when a limit is reached that `describe` set. */
    atLimit?: AtLimit | undefined;
    /** What new folders are. */
    newFolders?: 'private' | 'public' | undefined;
    /** Public folders of others, by id or URL, that the root shows too. */
    publicFolders?: readonly string[] | undefined;
    /** Whether mails have the link to the bytes themselves, which paying accounts can have. */
    directLinks?: boolean | undefined;
  };

/** Bytes of one file where the service does not say it: the only number that was ever seen. */
const LARGEST = 314_572_800;

/** Milliseconds for which the largest size counts as known. */
const KNOWN = 300_000;

/** The name of an account, which is its own for all its sessions, as far as its address is known. */
const accountOf = ({ email, session }: Exclude<SendspaceUser, { anonymous: true }>): string =>
  nameOf(email ?? (typeof session === 'string' ? session : session.email));

/** One form takes one file whole. It goes again only when nothing is known to have come of it: the service would make a second file. */
const uploadOf = (maxFileSize: number, more: Pick<UploadCapability, 'conflict' | 'folders' | 'sizeEnforced'>): UploadCapability => ({
  partSize: { min: 1, max: maxFileSize, preferred: maxFileSize },
  cuts: 'equal',
  maxParts: 1,
  maxFileSize,
  parallelParts: 1,
  parallelFiles: 4,
  retryParts: false,
  bytes: 'relay',
  resume: 'parts',
  retryStatus: [],
  needsDelivery: false,
  digest: false,
  ...more,
});

/**
 * sendspace, by its API 1.2: an account, or nobody (`anonymous: true`). Whether the service still answers this API is not known.
 *
 * It belongs on a server: the service promises no page of another origin that it may read an answer, some of its addresses are plain
 * HTTP, and a session's password is proven with MD5, which this adapter takes from Node. So the bytes pass the relay (`bytes: 'relay'`).
 *
 * An account's session is shared by all relays and begun anew when it has died, whatever number of calls find it dead at once. Files
 * come in one form each, to a place that is asked for anew for every try, so that a node that is down is left behind. Two files may
 * have one name at this service; here they may not.
 *
 * What is not documented, and how it is read here:
 * - whether POST takes a form with no file in it: clients do that to sign in, and so is every call made here;
 * - upload times: seconds since 1970 and dates in Eastern Standard Time are both taken;
 * - `time_limit`: seconds from now, when it is set and when it is read;
 * - what the page that deletes an anonymous file says: the words are those that a client in use looks for;
 * - `progress_url`: asked when the answer to a form was lost, where no listing can tell what became of the file;
 * - forms of several files, and where a form is led to (`redirect_url`): not used, as their answers are not described for several
 *   files, and the relay reads the answer itself;
 * - what `<error>` says besides its code (`text`, `info`) is for logs of the service's own, and is passed on to nobody.
 */
export function sendspace(options: SendspaceOptions): Backend {
  const { store, form = {}, atLimit = 'block', newFolders = 'private', publicFolders = [], directLinks } = options;
  const ask = createService({ name: 'sendspace', fetch: options.fetch });
  if (options.anonymous) {
    const upload = ({ maxFileSize }: { maxFileSize: number }) =>
      uploadOf(maxFileSize, { conflict: [], folders: false, sizeEnforced: false });
    return defineBackend({ ...heedSignals(createAnonymous({ place: options, store, form, upload, ask })), refusal: refusalOf });
  }

  const service = createSendspaceService(options);
  const session = accountSession(options, options, store);
  const call: CallSendspace = (method, values, how) =>
    session.use(({ session: session_key }) => service(method, { session_key, ...values }, how), how.signal);
  const account = accountOf(options);
  const signer = createSigner(options.apiKey, `sendspace ${account}`);
  const folders = createFolders(call);

  const uploadTo = (maxFileSize: number): UploadCapability =>
    uploadOf(maxFileSize, { conflict: ['ask', 'rename', 'replace', 'skip'], folders: 'create', sizeEnforced: 'complete' });

  let known: { at: number; maxFileSize: number } | undefined;
  async function upload(signal?: AbortSignal): Promise<UploadCapability> {
    if (!known || known.at < Date.now() - KNOWN) {
      const place = placeOf(await call('upload.getInfo', { speed_limit: '0' }, { deed: 'Asking what may be uploaded', signal }));
      known = { at: Date.now(), maxFileSize: place.maxFileSize };
    }
    return uploadTo(known.maxFileSize);
  }

  /** An account that may upload nothing any more can still be looked at; one that is full may yet delete something. */
  async function uploadNow(signal?: AbortSignal): Promise<UploadCapability | false> {
    try {
      return await upload(signal);
    } catch (error) {
      const { code } = toBackendError(error);
      if (code === 'forbidden') return false;
      if (code !== 'quota') throw error;
      return uploadTo(LARGEST);
    }
  }

  async function capabilities(signal?: AbortSignal): Promise<Capabilities> {
    const can: SendspaceSession = await session.use((found) => Promise.resolve(found), signal);
    return {
      ...NOTHING,
      account,
      quota: true,
      // What lies in a folder must be seen before something is put into it, and a file gets its name at the end.
      upload: can.canUpload && can.canHaveFolders && can.canChangeFiles && (await uploadNow(signal)),
      list: can.canHaveFolders && { pageSize: false, sort: ['name', 'size', 'modified'], search: 'folder', total: true },
      item: true,
      describe: can.canChangeFiles && { fields: ['description', 'password', 'expires', 'downloadLimit', 'shared'] },
      rules: true,
      createFolder: can.canHaveFolders,
      rename: can.canChangeFiles,
      move: can.canChangeFiles && can.canHaveFolders,
      remove: can.canChangeFiles,
      download: can.canDownload && can.canChangeFiles && { bytes: 'direct', ranges: false },
      recipients: can.hasAddressBook,
      contacts: can.hasAddressBook && { add: true, update: true, remove: true },
      check: true,
      send: can.canChangeFiles && SEND,
    };
  }

  return defineBackend({
    refusal: refusalOf,
    ...heedSignals({
      async capabilities({ folder }, how) {
        if (folder && folder.id !== '' && !folder.id.startsWith('public/')) await folders.folder(folderIn(folder.id), how);
        return capabilities(how?.signal);
      },
      async quota(how): Promise<Quota> {
        const left = await session.use((found) => checkSession(service, found.session, how?.signal), how?.signal);
        const facts = { storageLeft: countOf(left.storageLeft), bandwidthLeft: countOf(left.bandwidthLeft) };
        return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
      },
      async rules({ id }, how) {
        if (id !== '') await folders.folder(folderIn(id), how);
        return { maxFileSize: (await upload(how?.signal)).maxFileSize, maxNameLength: 255, nameUnit: 'bytes' };
      },
      ...createBrowsing({ folders, store, account, atLimit, newFolders, publicFolders }),
      ...createMoving({ folders, store, account }),
      ...createUploads({ folders, store, signer, account, form, ask, upload }),
      ...createPeople({ folders, store, account, directLinks }),
    } satisfies Partial<Backend> & Pick<Backend, 'capabilities'>),
  });
}
