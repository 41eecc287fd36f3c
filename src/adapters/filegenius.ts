import { type Backend, type CallOptions, defineBackend } from '../backend/backend.js';
import { type Capabilities, NOTHING } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Ref, Rules } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { UploadCapability } from '../backend/upload.js';
import { type Flags, permissionsOf } from './filegenius.answers.js';
import { BRANDS } from './filegenius.brands.js';
import { sendCapability } from './filegenius.drafts.js';
import { createView, type View } from './filegenius.folders.js';
import { createFolder, each, item, removeOne, rename } from './filegenius.items.js';
import { list, LIST } from './filegenius.listing.js';
import { createMemory } from './filegenius.memory.js';
import { MAX_NAME } from './filegenius.names.js';
import { recipients } from './filegenius.people.js';
import { folderOf } from './filegenius.places.js';
import { read } from './filegenius.reading.js';
import { check, send } from './filegenius.sending.js';
import { createSign, digest } from './filegenius.signature.js';
import { codeOf, createSite } from './filegenius.site.js';
import { createTickets } from './filegenius.tickets.js';
import { moveOne } from './filegenius.transfers.js';
import { abort, complete, init, part, parts, refusal } from './filegenius.uploads.js';

/** Which site, and as whom. */
export interface FileGeniusOptions {
  /** One product under two names, which differ in a few calls. */
  brand: keyof typeof BRANDS;
  /** Where the site is: `https://acme.filetransfers.net`, or a domain of its own. Signatures cover it. */
  baseUrl: string;
  apiKey: string;
  /** Signs every request, and is never sent. */
  secret: string;
  /** Acts as another user, whose code `user_auth` answers. Codes end after a while: a function is asked for each request. */
  authCode?: string | (() => string | Promise<string>);
  /** Who that is, by a name that stays. Without it a new code is a new account: what a page remembers, and its open uploads, end with the old one. */
  user?: string;
  /** Calls `send_files_prep` where Tuyu wants it. Nobody has described that call: without this, such a delivery is refused. */
  preparation?: boolean;
  /** What answers are asked for; `json` unless told otherwise. Either is read, whatever was asked for. */
  format?: 'json' | 'xml';
  /** Bytes; 50 GB unless told otherwise, the most that any plan takes (they begin at 5 GB). */
  maxFileSize?: number;
  /** Shared by all relays: how uploads ended and what was sent, for 8 days. Unless told otherwise, this process remembers it. */
  store?: Store;
  fetch?: typeof fetch;
}

const uploadCapability = (maxFileSize: number): UploadCapability => ({
  partSize: { min: 0, max: maxFileSize, preferred: maxFileSize },
  cuts: 'equal',
  maxParts: 1,
  maxFileSize,
  parallelParts: 1,
  parallelFiles: 3,
  retryParts: false,
  bytes: 'relay',
  resume: 'parts',
  retryStatus: [],
  conflict: ['ask', 'rename', 'replace', 'skip'],
  folders: 'create',
  needsDelivery: false,
  digest: false,
  sizeEnforced: 'stream',
});

/** What remains of all that can be done where the user may not do everything. */
const narrow = (can: Capabilities, flags: Flags): Capabilities => ({
  ...can,
  // the flag is about several files at once, and nobody says whether one after the other counts
  upload: can.upload && flags.upload && { ...can.upload, parallelFiles: flags.batchUpload ? can.upload.parallelFiles : 1 },
  createFolder: flags.createFolder,
  rename: flags.rename,
  move: flags.move,
  remove: flags.remove,
  download: flags.download && can.download,
  check: flags.send,
  send: flags.send && can.send,
});

/** What the user may do in a folder. Tuyu has a call for it; else a listing tells. */
async function flagsIn(view: View, folder: Ref): Promise<Flags> {
  const path = folderOf(folder);
  const { site, signal } = view;
  if (!site.brand.permissions) return (await view.folder(path)).flags;
  const deed = `Asking what may be done in "${folder.id}"`;
  try {
    return permissionsOf(deed, await site.get(deed, 'user_permissions_location', { path }, signal));
  } catch (error) {
    // only a listing tells whether the folder is there at all
    await view.folder(path);
    throw error;
  }
}

function checkOptions({ brand, maxFileSize }: FileGeniusOptions): void {
  if ('document' in globalThis)
    throw new BackendError(
      'unsupported',
      'fileGenius() is for servers: its signatures of uploads, deletions and deliveries can be used again by whoever sees one. ' +
        'Give it to relay(), and the page a relayBackend().',
    );
  if (!Object.hasOwn(BRANDS, brand)) throw new BackendError('invalid', `"brand" is "filegenius" or "tuyu", not ${JSON.stringify(brand)}.`);
  if (maxFileSize !== undefined && !(Number.isSafeInteger(maxFileSize) && maxFileSize > 0))
    throw new BackendError('invalid', `"maxFileSize" is a whole number of bytes above 0, not ${String(maxFileSize)}.`);
}

/**
 * FileGenius and Tuyu, behind the relay alone: the signature of a write is a constant of its method, so that whoever sees one may write
 * whatever they like. It throws in a page. Bytes pass the relay, as one form a file.
 *
 * - An upload is called `ferrykit-…` until it is complete, and gets its name then. It is not shown meanwhile, but the site's own pages
 *   show it; what nobody completes is swept after 8 days, by the next upload to that folder. Where the user may not rename and delete, a
 *   file goes straight under its name: then it is there as soon as its bytes are, and a name that is taken meanwhile is refused.
 * - The site keeps no tickets: an answer that was lost is looked for in the listing, and only what is not there is sent again.
 * - What the site drops without a word is left out before: users and groups without access to all that is sent, outsiders where a login is
 *   required or the sender may not write to them. Nobody is ever said to be `sent`; where access is not told, it is `unknown`.
 *
 * Open questions, and what is done about them:
 *
 * - `send_files_prep`: neither its fields nor its answer are known. It is asked with `file_id` like `file_send`, and any id of a
 *   preparation in its answer is taken; only with `preparation: true`.
 * - HTTP statuses of errors: an `error` in an answer is a failure under any status. Errors have titles alone, so whether a thing is there
 *   is read from listings. How a full site or a file that is too large is refused is not shown: a status or plain words tell, else it is
 *   `not-allowed`.
 * - How old a timestamp may be: requests are signed when they are made, and an upload's address lives 60 s. Should the site look at the time only
 *   when all bytes are there, long uploads may fail.
 * - The bodies of PUT and DELETE: urlencoded, as those of POST are.
 * - How a quotation mark in the name of a form's file is read: the field writes `%22`, which a PHP server keeps as it is. None is sent: parked
 *   names have none, and a file that goes straight under its name gets an apostrophe instead.
 * - Which characters it drops from names: letters and digits are taken to stay, so that a name that it has changed is known again.
 * - A path in a form: Tuyu's pages want it encoded by itself, FileGenius' do not; in a query, the samples differ in the slash. Each brand
 *   is asked as its own pages do.
 * - `file_move` is on Tuyu's pages alone, and used on both; `file_search_location` and `user_permissions_location` are used on Tuyu.
 *   Whether a search looks below its folder is not said: only what lies in it is shown.
 * - What a folder's `type` is: whatever is not a file's. Where an entry says that it lies: not believed, but where it was listed.
 * - Whether ranges of a download are known: they are asked for, and cut out of the whole where they are not.
 * - How many recipients and how long a subject may be: 100 and 200, until somebody knows.
 * - How long a name may be: 255 bytes. The site drops characters that it does not like, so its answer says what a thing is called.
 */
export function fileGenius(options: FileGeniusOptions): Backend {
  checkOptions(options);
  const { baseUrl, apiKey, secret, authCode, user, preparation = false, format = 'json', maxFileSize = 50e9, store } = options;
  const brand = BRANDS[options.brand];
  const site = createSite({ brand, baseUrl, apiKey, secret, authCode, format, fetch: options.fetch });
  const upload = uploadCapability(maxFileSize);
  const sending = sendCapability(brand);

  /** One key acts as many users, and what is one user's is no other's. */
  const accountOf = async (): Promise<string> => {
    const who = user === undefined ? ['code', await codeOf(authCode)] : ['user', user];
    return `filegenius:${(await digest(JSON.stringify([site.api, apiKey, ...who]))).slice(0, 16)}`;
  };
  const memory = createMemory(accountOf, store);
  const ground = { can: upload, tickets: createTickets(createSign(secret), accountOf), memory };
  const sendGround = { can: sending, memory, preparation };

  const run = async <T>(how: CallOptions | undefined, act: (view: View) => Promise<T>): Promise<T> => {
    if (how?.signal?.aborted) throw new BackendError('aborted', 'The call was aborted.');
    return act(createView(site, how?.signal));
  };

  return defineBackend({
    capabilities: ({ folder }, how) =>
      run(how, async (view) => {
        const can: Capabilities = {
          ...NOTHING,
          account: await accountOf(),
          upload,
          list: LIST,
          item: true,
          rules: true,
          createFolder: true,
          rename: true,
          move: true,
          remove: true,
          download: { bytes: 'relay', ranges: true },
          recipients: true,
          check: true,
          send: sending,
        };
        return structuredClone(folder ? narrow(can, await flagsIn(view, folder)) : can);
      }),

    init: (file, where, how) => run(how, (view) => init(ground, view, file, where)),
    part: (ticket, wanted, how) => run(how, (view) => part(ground, view, ticket, wanted)),
    parts: (ticket, how) => run(how, (view) => parts(ground, view, ticket)),
    complete: (ticket, given, { conflict }, how) => run(how, (view) => complete(ground, view, ticket, given, conflict)),
    abort: (ticket, how) => run(how, (view) => abort(ground, view, ticket)),
    refusal,

    list: (folder, page, how) => run(how, (view) => list(view, folder, page)),
    item: (ref, how) => run(how, (view) => item(view, ref)),
    rules: (folder, how) =>
      run(how, async (view): Promise<Rules> => {
        const { flags } = await view.folder(folderOf(folder));
        return {
          maxFileSize,
          maxNameLength: MAX_NAME,
          nameUnit: 'bytes',
          renamed: true,
          ...(!flags.createFolder && { foldersLocked: true }),
        };
      }),
    createFolder: (parent, name, { conflict }, how) => run(how, (view) => createFolder(view, parent, name, conflict)),
    rename: (ref, name, how) => run(how, (view) => rename(view, ref, name)),
    move: (items, { to, conflict }, how) => run(how, (view) => each(items, (ref) => moveOne(view, ref, to, conflict))),
    remove: (items, { recursive }, how) => run(how, (view) => each(items, (ref) => removeOne(view, ref, recursive))),
    read: (ref, range, how) => run(how, (view) => read(view, ref, range)),

    recipients: (text, where, how) => run(how, (view) => recipients(view, text, where)),
    check: (draft, how) => run(how, (view) => check(sendGround, view, draft)),
    send: (draft, how) => run(how, (view) => send(sendGround, view, draft)),
  });
}
