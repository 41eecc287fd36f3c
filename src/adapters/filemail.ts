import { type Backend, defineBackend } from '../backend/backend.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import { accountOf, type Account, capabilitiesOf, quotaOf, rulesOf } from './filemail.account.js';
import { createDeliveries, newestFirst } from './filemail.deliveries.js';
import { createItems } from './filemail.items.js';
import { createOpening, type AskFilemail } from './filemail.opening.js';
import type { FilemailInbox } from './filemail.options.js';
import { createFilemailService, type FilemailPlace, dataOf, listOf, transferIn } from './filemail.service.js';
import { type FilemailUser, sessionOf } from './filemail.session.js';
import { createOpenTransfers } from './filemail.tickets.js';
import { isThere, type Transfer, transferOf } from './filemail.transfers.js';
import { createUploads } from './filemail.uploads.js';
import { named } from './filemail.ids.js';
import { kindOf } from './request.js';
import { heedSignals } from './signals.js';
import { createSigner } from './ticket.js';

export type { FilemailField } from './filemail.account.js';
export { FILEMAIL_ERRORS } from './filemail.errors.js';
export type { FilemailInbox } from './filemail.options.js';
export type { FilemailPlace } from './filemail.service.js';
export { type FilemailTokens, type FilemailUser, signIn, signOut } from './filemail.session.js';

/** How a Filemail backend is made. */
export type FilemailOptions = FilemailPlace &
  FilemailUser & {
    /** Where the session and the open deliveries are remembered; one for all relays. */
    store: Store;
    /** Makes every delivery one to this inbox. */
    inbox?: FilemailInbox | undefined;
    /** What the service notes as the program that sent. */
    source?: string | undefined;
  };

/** Milliseconds for which what an account may do counts as known. */
const KNOWN = 60_000;

/** Transfers of one page of a list. */
const PAGE = 1000;

/**
 * Filemail, by its REST API 2.0. Its files come with a delivery and lie in it: `open` it, bring files in chunks, `send` it. The root lists
 * transfers, sent and received, as folders; the names of a transfer's files may make folders in it. Transfers that lie there are sent
 * again by `change` and `forward`; `revoke` deletes one with its files.
 *
 * It belongs on a server. The API key is its owner's login, and a URL for bytes holds the key of its transfer. Decided: that key never
 * reaches a page. File servers ask for nothing else, so that whoever has it can put files of their own into the transfer; it also cancels
 * the transfer and, at the older API, finishes it without any other credential, which sends the mails to everybody whom the sender named.
 * So the bytes pass the relay (`bytes: 'relay'`), which seals both tickets and URLs; in a page the adapter refuses to be made.
 *
 * A file that is stopped after its first byte takes its whole delivery back, as the service cannot take one file out of an open
 * transfer; one that is stopped before that leaves the others alone.
 *
 * What is not documented, and how it is read here:
 * - the answer to a chunk: all but an error that calls itself one is taken for a yes; how many bytes lie there is not told before the
 *   transfer is finished, so that only the relay sees a file of another size than announced;
 * - whether the key alone may open a transfer on every plan: where it may not, the refusal (`UserAccountExistsLoginRequired` or a 401)
 *   comes through; give a `loginToken`, or an e-mail address and password;
 * - the words for a transfer's status: `STATUS_COMPLETE` alone is sure;
 * - `alternate_urls`: taken for file servers that stand in for the first, one after the other when it fails twice;
 * - `expiredate` and `sentdate` in seconds or milliseconds: their size tells;
 * - whether an edit leaves alone what it does not name: all is sent, but for a password that stays;
 * - whether a transfer's password is asked of its sender too, as the documentation says it of everybody: then the lists show the transfer;
 * - the list of a transfer's files may be cut (`containsmorefiles`): its `total` says how many there are;
 * - requests for files have no public endpoint; an `inbox` answers one.
 */
export function filemail(options: FilemailOptions): Backend {
  if ('document' in globalThis)
    throw new BackendError(
      'unsupported',
      "filemail() is for servers: its API key is its owner's login. Give it to relay(), and the page a relayBackend().",
    );
  const { store, inbox, source = 'ferrykit' } = options;
  const fields = inbox?.fields ?? [];
  const service = createFilemailService(options);
  const session = sessionOf(options, options, store);
  const ask: AskFilemail = (one) => (session ? session.use(({ loginToken }) => service({ ...one, loginToken }), one.signal) : service(one));
  const signer = createSigner(options.apiKey, 'filemail');
  const transfers = createOpenTransfers(store, signer);

  let known: { at: number; account: Account } | undefined;
  async function account(signal?: AbortSignal): Promise<Account> {
    if (known && known.at > Date.now() - KNOWN) return known.account;
    const found = accountOf(dataOf(await ask({ deed: 'Asking what the account may do', path: '/user/me', signal })));
    known = { at: Date.now(), account: found };
    return found;
  }
  const can = async (signal?: AbortSignal) => capabilitiesOf(await account(signal), fields);
  const upload = async (signal?: AbortSignal) => (await can(signal)).upload;
  const send = async (signal?: AbortSignal) => (await can(signal)).send;

  async function list(path: string, own: boolean, query: Record<string, string>, signal?: AbortSignal): Promise<Transfer[]> {
    const found = new Map<string, Transfer>();
    for (;;) {
      const before = found.size;
      const page = { ...query, limit: String(PAGE), skip: String(before) };
      const answer = await ask({ deed: 'Listing transfers', path, query: page, signal });
      const transfers = listOf(dataOf(answer)['transfers']);
      for (const one of transfers.flatMap((each) => transferOf(each, own) ?? [])) found.set(one.id, one);
      if (transfers.length < PAGE || found.size === before) return [...found.values()];
    }
  }
  const sent = (expired: boolean, signal?: AbortSignal) => list('/transfer/sent', true, { getexpired: String(expired) }, signal);
  const received = (signal?: AbortSignal) => list('/transfer/inbox', false, {}, signal);
  /** An account without an inbox has received nothing. */
  const receivedIfAny = (signal?: AbortSignal) =>
    received(signal).catch((error: unknown): Transfer[] => {
      if (['forbidden', 'not-found', 'not-allowed'].includes(String((error as { code?: unknown }).code))) return [];
      throw error;
    });

  /** A transfer however it stands; `undefined` where there is none. */
  async function look(id: string, signal?: AbortSignal): Promise<Transfer | undefined> {
    try {
      return transferOf(transferIn(await ask({ deed: 'Looking for a transfer', path: `/transfer/${encodeURIComponent(id)}`, signal })));
    } catch (error) {
      if (toBackendError(error).code === 'not-found') return undefined;
      if (kindOf(error) !== 'PasswordRequired') throw error;
      // Without its password the service may show a transfer to nobody, but lists it for its sender and for those who got it.
      const [mine, theirs] = await Promise.all([sent(true, signal), receivedIfAny(signal)]);
      const found = [...mine, ...theirs].find((one) => one.id === id);
      if (!found) throw error;
      return found;
    }
  }
  async function find(id: string, signal?: AbortSignal): Promise<Transfer> {
    const found = await look(id, signal);
    if (!found || !isThere(found)) throw new BackendError('not-found', `There is no transfer "${id}".`);
    return found;
  }

  const { open, cancel } = createOpening({ ask, transfers, signer, send, source, inbox, look });
  return defineBackend(
    heedSignals({
      capabilities: (_, how) => can(how?.signal),
      async quota(how) {
        const found = await account(how?.signal);
        if (found.storageUsed === undefined) throw new BackendError('unsupported', 'Filemail tells nothing of what this account uses.');
        return quotaOf(found);
      },
      async rules({ id }, how) {
        named(id);
        return rulesOf(await account(how?.signal));
      },
      ...createItems({
        ask,
        find,
        async all(signal) {
          const [mine, theirs] = await Promise.all([sent(false, signal), receivedIfAny(signal)]);
          const own = new Set(mine.map(({ id }) => id));
          return [...mine, ...theirs.filter(({ id }) => !own.has(id))].filter(isThere);
        },
      }),
      ...createUploads({ transfers, signer, upload, cancel, find }),
      ...createDeliveries({
        ask,
        store,
        transfers,
        signer,
        send,
        find,
        look,
        cancel,
        sent: async (signal) => newestFirst(await sent(true, signal)),
      }),
      open,
    } satisfies Partial<Backend> & Pick<Backend, 'capabilities'>),
  );
}
