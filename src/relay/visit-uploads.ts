import { randomUUID } from 'node:crypto';
import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Json } from '../backend/item.js';
import type { FileDescription, Part, PartTarget, Ticket, UploadCapability } from '../backend/upload.js';
import { itemOut, refIn } from './claims.js';
import { checkConflict, checkFile, countFile, narrowUpload, tooLarge } from './limits.js';
import { checkName, checkPath } from './names.js';
import { isUnsure } from '../backend/once.js';
import { isRefusal, tell, type Deed } from './outbox.js';
import { passage, partIn, partOut } from './pass.js';
import { withReceipt } from './receipt.js';
import { bearerOf, boundSeal, keyOf, type BoundSeal, type Visit } from './visit.js';

/** How a file's bytes reach its backend: it takes them from the relay, the relay sends them on, or the page sends them itself. */
type Way = 'write' | 'forward' | 'direct';

/** An open upload as it is sealed into its ticket: all that later calls are checked against. */
interface UploadTicket {
  kind: 'upload';
  id: string;
  ticket: Ticket;
  file: FileDescription;
  folder: string;
  way: Way;
  parts: { min: number; max: number; count: number };
}

/** A ticket on its way through a page. */
type AnyTicket = UploadTicket | { kind: 'delivery'; ticket: Ticket };

/** Days from its last part for which an upload can go on. */
const DAYS = 7;

/** The seal of this visit's tickets. */
export const ticketSeal = (visit: Visit): BoundSeal<AnyTicket> => boundSeal<AnyTicket>(visit, 'ticket', DAYS);

/** The backend's own ticket of a delivery that a page carried. */
export async function deliveryIn(visit: Visit, sealed: Ticket): Promise<Ticket> {
  const { value } = await ticketSeal(visit).open(sealed);
  if (value.kind !== 'delivery') throw new BackendError('invalid', "This ticket is an upload's; a delivery's was expected.");
  return value.ticket;
}

/** A file that arrived with more bytes than announced, or that the host does not want, does not stay. */
async function takeBack({ to, ground }: Visit, { id, name }: Item): Promise<void> {
  const outcomes = await to.remove([{ id }], { recursive: false });
  for (const outcome of outcomes)
    if ('error' in outcome) ground.report(new Error(`"${name}" was refused and is still there: ${outcome.error.message}`));
}

type UploadDeed = Extract<Deed, { kind: 'completed' }>;

/** The deed that completing an upload is, as the host is told of it. */
const deedOf = (visit: Visit, { id, file, folder, ticket }: UploadTicket): UploadDeed => ({
  kind: 'completed',
  told: { id, ...bearerOf(visit), file, folder: { id: folder } },
  ticket,
});

/** What happens to an item once its backend has all of it: its size is checked, the host told. Rejects with what the host refused it with. */
export async function arrive(visit: Visit, deed: UploadDeed, arrived: Item): Promise<Item> {
  const { outbox } = visit.ground;
  const item = arrived.size === undefined ? await visit.to.item({ id: arrived.id }).catch(() => arrived) : arrived;
  try {
    if ((item.size ?? 0) > deed.told.file.size) throw tooLarge(item.name, item.size ?? 0, deed.told.file.size);
    await tell(outbox.hooks.completed, { ...deed.told, item }, `"${item.name}"`);
  } catch (error) {
    // Where the host could not take the message, the note stays, and `sweep` tells it again.
    if (!isRefusal(error)) throw error;
    await takeBack(visit, item);
    await outbox.strike(deed);
    throw error;
  }
  await outbox.strike(deed);
  return item;
}

function checkPart({ number, start, end }: Part, { file, parts }: UploadTicket): void {
  const size = end - start;
  // Without the lower bound, a page could stage a file's bytes over and over under new numbers.
  if (number > parts.count || end > file.size || size > parts.max || start < (number - 1) * Math.min(parts.min, file.size)) {
    throw new BackendError(
      'invalid',
      `Part ${number} of "${file.name}" (${start} to ${end}) does not fit a file of ${file.size} bytes in parts of ${parts.min} to ${parts.max}.`,
    );
  }
}

/** A backend's own ticket never leaves the relay. */
function withoutTicket(target: PartTarget): PartTarget {
  const shown = { ...target };
  delete shown.ticket;
  return shown;
}

/** The upload calls, as one visit may make them. */
export function uploadCalls(visit: Visit): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const { to, limits, ground } = visit;
  const { hooks } = ground.outbox;
  const tickets = ticketSeal(visit);

  async function uploadIn(sealed: Json): Promise<{ ticket: UploadTicket; old: boolean }> {
    const { value, old } = await tickets.open(sealed);
    if (value.kind !== 'upload') throw new BackendError('invalid', "This ticket is a delivery's; an upload's was expected.");
    return { ticket: value, old };
  }

  /** The ticket to go on with, where the backend has given a new one, or the old one is a day nearer to its end. */
  async function fresh(ticket: UploadTicket, old: boolean, given: Ticket | undefined): Promise<{ ticket?: string }> {
    return old || given !== undefined ? { ticket: await tickets.seal({ ...ticket, ticket: given ?? ticket.ticket }) } : {};
  }

  const relayed = (
    { id, ticket, file, parts }: UploadTicket,
    part: { number: number; start: number; end?: number },
    target?: PartTarget,
  ): Promise<PartTarget> =>
    passage(visit, { upload: id, name: file.name, ...part, most: Math.min(file.size, parts.max), ticket, ...(target && { target }) });

  const narrowed = (upload: UploadCapability, way: Way): UploadCapability =>
    narrowUpload(way === 'direct' ? upload : { ...upload, bytes: 'relay', sizeEnforced: 'stream' }, limits);

  /** Above a root of their own nobody sees anything, names of folders neither. */
  const shown = ({ path: below }: FileDescription, path: string): string =>
    visit.root === '' ? path : [...(below ? [below] : []), path.slice(path.lastIndexOf('/') + 1)].join('/');

  async function open(
    file: FileDescription,
    folder: string,
    where: Parameters<Backend['init']>[1],
    options: CallOptions | undefined,
  ): ReturnType<Backend['init']> {
    const id = randomUUID();
    await tell(hooks.upload, { id, ...bearerOf(visit), file, folder: { id: folder } }, `"${file.name}"`);
    const initiated = await to.init(file, where, options);
    if ('exists' in initiated) return { exists: itemOut(visit, initiated.exists) };
    if ('skipped' in initiated) return { skipped: itemOut(visit, initiated.skipped) };
    if (options?.signal?.aborted) {
      await to.abort(initiated.ticket);
      throw new BackendError('aborted', `The page that wanted to upload "${file.name}" is gone.`);
    }
    const { path, upload, first } = initiated;
    const way: Way = to.write ? 'write' : upload.bytes === 'relay' ? 'forward' : 'direct';
    const ticket: UploadTicket = {
      kind: 'upload',
      id,
      ticket: first?.ticket ?? initiated.ticket,
      file,
      folder,
      way,
      parts: { min: upload.partSize.min, max: upload.partSize.max, count: upload.maxParts },
    };
    // Saves a call for each small file: where its first part goes does not depend on how the page cuts.
    const begin = way === 'write' || (way === 'forward' && first) ? await relayed(ticket, { number: 1, start: 0 }, first) : first;
    return {
      ticket: await tickets.seal(ticket),
      path: shown(file, path),
      upload: narrowed(upload, way),
      ...(begin && { first: withoutTicket(begin) }),
    };
  }

  return {
    async init(file, { folder, conflict, delivery }, options) {
      checkName(file.name);
      checkPath(file.path);
      checkFile(file, limits);
      checkConflict(conflict, limits);
      const { id } = refIn(visit, folder);
      const where = { folder: { id }, conflict, ...(delivery === undefined ? {} : { delivery: await deliveryIn(visit, delivery) }) };
      const uncount = await countFile(ground.store, keyOf('user', visit), file.size, limits);
      try {
        const initiated = await open(file, id, where, options);
        if (!('ticket' in initiated)) await uncount();
        return initiated;
      } catch (error) {
        await uncount();
        throw error;
      }
    },
    async part(sealed, { via, ...part }, options) {
      const { ticket, old } = await uploadIn(sealed);
      checkPart(part, ticket);
      const target = ticket.way === 'write' ? undefined : await to.part(ticket.ticket, part, options);
      const next = { ...ticket, ticket: target?.ticket ?? ticket.ticket };
      const goes = target && ticket.way === 'direct' && via !== 'relay' ? target : await relayed(next, part, target);
      return { ...goes, ...(await fresh(ticket, old, target?.ticket)) };
    },
    async parts(sealed, options) {
      const { ticket, old } = await uploadIn(sealed);
      const { parts, item, ticket: given } = await to.parts(ticket.ticket, options);
      const deed = deedOf(visit, ticket);
      // Complete, but the host has not heard of it: the relay ended in between.
      const arrived = item && (await ground.outbox.noted(deed)) ? await arrive(visit, deed, item) : item;
      return {
        parts: ticket.way === 'direct' ? parts : await Promise.all(parts.map((part) => partOut(ground, ticket.id, part))),
        ...(arrived && { item: await withReceipt(visit, arrived, itemOut(visit, arrived)) }),
        ...(await fresh(ticket, old, given)),
      };
    },
    async complete(sealed, given, how) {
      checkConflict(how.conflict, limits);
      const { ticket } = await uploadIn(sealed);
      const parts = await Promise.all(given.map((part) => partIn(visit, ticket.id, part, ticket.way !== 'direct')));
      const deed = deedOf(visit, ticket);
      await ground.outbox.note(deed);
      // Without the page's signal: a page that is gone must not leave a file that nobody has checked.
      const completed = await to.complete(ticket.ticket, parts, how).catch(async (error: unknown) => {
        if (!isUnsure(error)) await ground.outbox.strike(deed);
        throw error;
      });
      if ('item' in completed) {
        const item = await arrive(visit, deed, completed.item);
        return { item: await withReceipt(visit, item, itemOut(visit, item)) };
      }
      await ground.outbox.strike(deed);
      if ('exists' in completed) return { exists: itemOut(visit, completed.exists) };
      return 'skipped' in completed ? { skipped: itemOut(visit, completed.skipped) } : completed;
    },
    async abort(sealed, options) {
      const { value } = await tickets.open(sealed);
      await to.abort(value.ticket, options);
    },
  };
}
