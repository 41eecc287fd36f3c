import type { Backend } from '../backend/backend.js';
import type { Limits } from '../backend/caller.js';
import type { SendCapability } from '../backend/capabilities.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Outcome } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { LinkedBackend } from './linked.js';
import { contactCalls } from './links.contacts.js';
import { deliveryCalls } from './links.deliveries.js';
import { sendCapability } from './links.drafts.js';
import type { LinkGround } from './links.ground.js';
import { records } from './links.records.js';
import { canRequest, requestCalls, requestCapability } from './links.requests.js';
import { visits } from './links.visits.js';
import { mailboxOf, type MailOptions } from './mail.js';
import { seals } from './seal.js';

/** Settings of {@link withLinks}. */
export interface LinkOptions {
  /** The relay's own store: links, contacts and throttles are kept in it, for all relays alike. */
  store: Store;
  /** As a relay's. Seals what visitors carry. */
  secret: string | readonly string[];
  /** Where the relay answers, as those reach it who are written to: `https://files.example.com/relay`. */
  url: string | (() => string);
  /** Without it links are made, and nobody is written to. */
  mail?: MailOptions;
  /** How long links may live, in days; 30 unless told otherwise, at most a year or for ever. */
  expiry?: Exclude<SendCapability['expiry'], false>;
  /** Where `ferrykit.min.js` is, on the relay's own origin. Without it no files can be asked for, as the page that takes them needs it. */
  script?: string;
  /** What strangers may upload at most who were asked for files; besides, the limits hold of whoever asked them. */
  requestLimits?: Limits;
  /** Where a visitor comes from, to slow down whoever guesses passwords; the address of the connection unless told otherwise. Behind a proxy it must be told. */
  addressOf?: (request: Request, context: unknown) => string | undefined;
  /** Hears of errors that nobody else is told; `console.error` unless told otherwise. */
  report?: (error: unknown) => void;
}

const EXPIRY = { days: [1, 7, 30, 90], default: 30, max: 365, never: true };

/** The address of the connection, as Node tells it. */
function socketAddress(context: unknown): string | undefined {
  const { incoming } = (context ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
}

/** What can be downloaded can be sent. */
const sendable = (item: Item): Item =>
  item.can.includes(item.kind === 'file' ? 'download' : 'list') && !item.can.includes('send')
    ? { ...item, can: [...item.can, 'send'] }
    : item;

const sendableOutcome = (outcome: Outcome): Outcome => ('item' in outcome ? { ...outcome, item: sendable(outcome.item) } : outcome);

/** Answers that hold items, with what can be done with those. */
function sendables(backend: Backend): Partial<Backend> {
  const one =
    <A extends unknown[]>(call: (...args: A) => Promise<Item>) =>
    async (...args: A): Promise<Item> =>
      sendable(await call(...args));
  const many =
    <A extends unknown[]>(call: (...args: A) => Promise<Outcome[]>) =>
    async (...args: A): Promise<Outcome[]> =>
      (await call(...args)).map(sendableOutcome);
  return {
    async list(...args) {
      const listing = await backend.list(...args);
      return { ...listing, folder: sendable(listing.folder), items: listing.items.map(sendable) };
    },
    async init(...args) {
      const answer = await backend.init(...args);
      if ('exists' in answer) return { exists: sendable(answer.exists) };
      return 'skipped' in answer ? { skipped: sendable(answer.skipped) } : answer;
    },
    async parts(...args) {
      const { item, ...rest } = await backend.parts(...args);
      return item ? { ...rest, item: sendable(item) } : rest;
    },
    async complete(...args) {
      const answer = await backend.complete(...args);
      if ('item' in answer) return { item: sendable(answer.item) };
      if ('exists' in answer) return { exists: sendable(answer.exists) };
      return 'skipped' in answer ? { skipped: sendable(answer.skipped) } : answer;
    },
    item: one<Parameters<Backend['item']>>((...args) => backend.item(...args)),
    describe: one<Parameters<Backend['describe']>>((...args) => backend.describe(...args)),
    createFolder: one<Parameters<Backend['createFolder']>>((...args) => backend.createFolder(...args)),
    rename: one<Parameters<Backend['rename']>>((...args) => backend.rename(...args)),
    lock: one<Parameters<Backend['lock']>>((...args) => backend.lock(...args)),
    unlock: one<Parameters<Backend['unlock']>>((...args) => backend.unlock(...args)),
    move: many<Parameters<Backend['move']>>((...args) => backend.move(...args)),
    copy: many<Parameters<Backend['copy']>>((...args) => backend.copy(...args)),
    remove: many<Parameters<Backend['remove']>>((...args) => backend.remove(...args)),
  };
}

/** Every call first looks whether it is still wanted. */
function wanted<T extends object>(calls: T, signalAt: Readonly<Record<string, number>>): T {
  const guarded = Object.entries(calls).map(([name, call]) => {
    if (typeof call !== 'function') return [name, wanted(call as object, signalAt)];
    const act = call as (...args: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...args: unknown[]) => {
        const { signal } = (args[signalAt[name] ?? 1] ?? {}) as { signal?: AbortSignal };
        if (signal?.aborted) throw new BackendError('aborted', `"${name}" was aborted.`);
        return act(...args);
      },
    ];
  });
  return Object.fromEntries(guarded) as T;
}

/** Where the options stand of calls that take more or fewer than one argument before them. */
const OPTIONS_AT = { recipients: 2, change: 2, forward: 2, update: 2 };

/**
 * A backend around a backend: gives sending, and asking for files, to one that keeps files and cannot send. What is sent is a link, to a plain
 * page of the relay with the files as they are then; whoever is written to gets a mail of their own. A link ends when it expires, is revoked
 * or was downloaded as often as is allowed; that, and who was written to, stands in the store under versions, so that any number of relays
 * may do it. Throws an `Error` for settings that cannot work.
 */
export function withLinks(backend: Backend, options: LinkOptions): LinkedBackend {
  const { store, secret, url, mail, expiry = EXPIRY, script, requestLimits = {}, addressOf, report = console.error } = options;
  const place = typeof url === 'string' ? () => url : url;
  if (typeof url === 'string' && !URL.canParse(url))
    throw new Error(`withLinks: "${url}" is no address; expected is one like "https://files.example.com/relay".`);
  const send = sendCapability(mail !== undefined, expiry);
  const ground: LinkGround = {
    backend,
    store,
    records: records(store),
    seals: seals(secret, 'withLinks'),
    mail: mail && { transport: mail.transport, from: mailboxOf(mail.from) },
    send,
    urlOf: (id) => new URL(`${place().replace(/\/$/, '')}/links/${id}`),
    script,
    requestLimits,
    addressOf: (request, context) => (addressOf ? addressOf(request, context) : socketAddress(context)) ?? '',
    report,
  };
  return {
    ...backend,
    ...sendables(backend),
    ...wanted({ ...contactCalls(store), ...deliveryCalls(ground), ...requestCalls(ground) }, OPTIONS_AT),
    async capabilities(where, how) {
      const can = await backend.capabilities(where, how);
      return {
        ...can,
        recipients: true,
        contacts: { add: true, update: true, remove: true },
        open: false,
        check: true,
        send: structuredClone(send),
        deliveries: true,
        delivery: true,
        change: true,
        forward: mail !== undefined,
        retry: mail !== undefined,
        revoke: true,
        request: requestCapability(ground, can),
        requests: canRequest(ground, can),
      };
    },
    open: () => Promise.reject(new BackendError('unsupported', 'A link is made of what is there already.')),
    visit: visits(ground),
  };
}
