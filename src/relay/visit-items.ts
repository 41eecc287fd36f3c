import { randomUUID } from 'node:crypto';
import type { Backend, CallOptions, TransferOptions } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Json, Outcome, Ref } from '../backend/item.js';
import { idOut, itemOut, listingOut, outcomeOut, ownIn, refIn } from './claims.js';
import { downloadPass } from './download-pass.js';
import { checkFile, narrowRules, narrowUpload } from './limits.js';
import { checkName } from './names.js';
import { isUnsure, once } from '../backend/once.js';
import type { Deed } from './outbox.js';
import { withReceipt } from './receipt.js';
import { tellDone } from './telling.js';
import { bearerOf, boundSeal, operationOf, type Visit } from './visit.js';

type ItemCalls = Pick<
  Backend,
  | 'capabilities'
  | 'quota'
  | 'list'
  | 'item'
  | 'describe'
  | 'rules'
  | 'createFolder'
  | 'rename'
  | 'move'
  | 'copy'
  | 'remove'
  | 'download'
  | 'activity'
  | 'lock'
  | 'unlock'
>;

/** What the backend can do, less what this user may not, and with bytes going the relay's way where they must. */
function narrowed(visit: Visit, { contacts, upload, download, ...can }: Capabilities): Capabilities {
  const { to, limits, may, ground } = visit;
  const relayed = to.write !== undefined || (upload && upload.bytes === 'relay');
  const calls = Object.fromEntries(
    Object.entries(can).map(([name, value]) => [
      name,
      name !== 'account' && !may(name as keyof typeof can & Parameters<typeof may>[0]) ? false : value,
    ]),
  ) as typeof can;
  const uploads = (['init', 'part', 'parts', 'complete', 'abort'] as const).every(may);
  return {
    ...calls,
    account: ground.seals.claim('account', visit, can.account),
    rules: may('rules') && (can.rules || limits.maxFileSize !== undefined || limits.types !== undefined),
    upload: upload && uploads && narrowUpload(relayed ? { ...upload, bytes: 'relay', sizeEnforced: 'stream' } : upload, limits),
    download: download && may('download') && (to.read ? { bytes: 'relay', ranges: true } : download),
    contacts: contacts && {
      add: contacts.add && may('contacts.add'),
      update: contacts.update && may('contacts.update'),
      remove: contacts.remove && may('contacts.remove'),
    },
  };
}

/** The calls on items, as one visit may make them. */
export function itemCalls(visit: Visit): ItemCalls {
  const { to, ground, limits, root } = visit;
  const cursors = boundSeal<string>(visit, 'list cursor', 1);

  /** `move` or `copy`: once for every `operation`, however long it takes. */
  async function transfer(
    name: 'move' | 'copy',
    refs: Ref[],
    { ticket, ...how }: TransferOptions,
    options?: CallOptions,
  ): Promise<Outcome[]> {
    const items = refs.map((ref) => ownIn(visit, ref));
    const where = { ...how, to: refIn(visit, how.to), operation: operationOf(visit, name, how.operation) };
    const outcomes =
      ticket === undefined
        ? await once(ground.store, `operation:${where.operation}`, () => to[name](items, where, options))
        : await to[name](items, { ...where, ticket: await pendingIn(name, ticket) }, options);
    return outcomesOut(name, outcomes);
  }

  const pendings = (name: string): ReturnType<typeof boundSeal<Json>> => boundSeal<Json>(visit, `pending ${name}`, 7);
  const pendingIn = async (name: string, sealed: Json): Promise<Json> => (await pendings(name).open(sealed)).value;

  const outcomesOut = (name: string, outcomes: Outcome[]): Promise<Outcome[]> =>
    Promise.all(
      outcomes.map(async (outcome) => {
        if (!('pending' in outcome)) return outcomeOut(visit, outcome);
        const { ticket, ...progress } = outcome.pending;
        return { id: idOut(visit, outcome.id), pending: { ...progress, ticket: await pendings(name).seal(ticket) } };
      }),
    );

  return {
    capabilities: async ({ folder }, options) =>
      narrowed(visit, await to.capabilities({ folder: folder ? refIn(visit, folder) : { id: root } }, options)),
    quota: (options) => to.quota(options),
    async list(folder, { cursor, ...page }, options) {
      const opened = cursor === undefined ? {} : { cursor: (await cursors.open(cursor)).value };
      const { cursor: next, ...listing } = await to.list(refIn(visit, folder), { ...page, ...opened }, options);
      return { ...listingOut(visit, listing), ...(next === undefined ? {} : { cursor: await cursors.seal(next) }) };
    },
    async item(ref, options) {
      const item = await to.item(refIn(visit, ref), options);
      return withReceipt(visit, item, itemOut(visit, item));
    },
    describe: async (ref, patch, options) => itemOut(visit, await to.describe(ownIn(visit, ref), patch, options)),
    async rules(folder, options) {
      const ref = refIn(visit, folder);
      const { rules } = await to.capabilities({ folder: ref }, options);
      const limited = limits.maxFileSize !== undefined || limits.types !== undefined;
      return narrowRules(rules || !limited ? await to.rules(ref, options) : {}, limits);
    },
    async createFolder(parent, name, how, options) {
      checkName(name);
      return itemOut(visit, await to.createFolder(refIn(visit, parent), name, how, options));
    },
    async rename(ref, name, options) {
      checkName(name);
      const own = ownIn(visit, ref);
      if (limits.types) {
        const { kind, size = 0, type = '' } = await to.item(own, options);
        if (kind === 'file') checkFile({ name, size, type }, { types: limits.types });
      }
      return itemOut(visit, await to.rename(own, name, options));
    },
    move: (refs, how, options) => transfer('move', refs, how, options),
    copy: (refs, how, options) => transfer('copy', refs, how, options),
    async remove(refs, { recursive, ticket }, options) {
      const items = refs.map((ref) => ownIn(visit, ref));
      const opened = ticket === undefined ? {} : { ticket: await pendingIn('remove', ticket) };
      const told = { id: randomUUID(), ...bearerOf(visit), ids: items.map(({ id }) => id) };
      const deed: Deed = { kind: 'removed', told };
      await ground.outbox.note(deed);
      const outcomes = await to.remove(items, { recursive, ...opened }, options).catch(async (error: unknown) => {
        if (!isUnsure(error)) await ground.outbox.strike(deed);
        throw error;
      });
      const ids = outcomes.flatMap((outcome) => ('removed' in outcome ? [outcome.id] : []));
      if (ids.length > 0) await tellDone(ground, { kind: 'removed', told: { ...told, ids } });
      else await ground.outbox.strike(deed);
      return outcomesOut('remove', outcomes);
    },
    async download(refs, options) {
      const items = refs.map((ref) => refIn(visit, ref));
      const { download } = to.read ? { download: false as const } : await to.capabilities({ folder: { id: root } }, options);
      if (to.read || (download && download.bytes === 'relay')) return [await downloadPass(visit, items, options)];
      return (await to.download(items, options)).map(({ ids, ...one }) => ({ ...one, ids: ids.map((id) => idOut(visit, id)) }));
    },
    activity: (ref, options) => to.activity(refIn(visit, ref), options),
    lock: async (ref, options) => itemOut(visit, await to.lock(ownIn(visit, ref), options)),
    unlock: async (ref, options) => itemOut(visit, await to.unlock(ownIn(visit, ref), options)),
  };
}
