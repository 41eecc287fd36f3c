import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import { itemOr } from './links.drafts.js';
import type { LinkGround } from './links.ground.js';
import { letterOfReceipt } from './links.letters.js';
import type { LinkRecord, Sent } from './links.records.js';
import type { Session } from './links.sessions.js';
import { writeOne } from './links.writing.js';

/** Visitors that are remembered as counted, where no limit says how many there can be. */
const REMEMBERED = 100;

/** Whether a visitor may download no more: the limit is reached, and by others. */
export const isUsedUp = ({ downloads, downloadLimit = Infinity, sessions }: LinkRecord, session: Session | undefined): boolean =>
  downloads >= downloadLimit && !sessions.includes(session?.id ?? '');

/** Counts a visitor's download, once however much is downloaded; of two that want the last one, one gets it. Answers whether it may go on. */
export async function countDownload(ground: LinkGround, id: string, session: Session): Promise<boolean> {
  let allowed = false as boolean;
  const record = await ground.records.update(id, (before) => {
    allowed = !isUsedUp(before, session);
    if (!allowed || before.sessions.includes(session.id)) return before;
    const most = Math.max(REMEMBERED, before.downloadLimit ?? 0);
    return { ...before, downloads: before.downloads + 1, sessions: [...before.sessions, session.id].slice(-most) };
  });
  // The visitor does not wait for a mail server.
  if (allowed && record.receipt === 'wanted') tellSender(ground, id).catch(ground.report);
  return allowed;
}

/** Tells whoever sent a link of its first download, once; where the mail server cannot be reached, the next download tries again. */
async function tellSender(ground: LinkGround, id: string): Promise<void> {
  let mine = false as boolean;
  const record = await ground.records.update(id, (before) => {
    mine = before.receipt === 'wanted';
    return mine ? { ...before, receipt: 'writing' } : before;
  });
  if (!mine || !ground.mail) return;
  // Without an address of its own it goes where answers to the mail go.
  const email = record.sender ?? ground.mail.from.address;
  const { progress } = await writeOne(ground, id, 'receipt', { kind: 'email', email }, letterOfReceipt(record, Date.now()));
  await ground.records.update(id, (before) => ({ ...before, receipt: progress === 'failed' ? 'wanted' : 'sent' }));
}

/** Who names an item of a link: the link itself. */
const bearerOf = (link: string): { backend: string; user: string; root: string } => ({ backend: 'link', user: link, root: '' });

/** How a page names what lies in a folder that was sent: which folder that was, the item's id, and the proof that this came from a page. */
export const nameWithin = ({ seals }: LinkGround, link: string, top: number, { id }: Pick<Item, 'id'>): string =>
  `${top}.${Buffer.from(id).toString('base64url')}.${seals.claim('item', bearerOf(link), `${top} ${id}`)}`;

/** What a page named: the item, with what was sent that it is or lies in. */
export interface Named {
  top: number;
  sent: Sent;
  item: Item;
}

/** Finds what a page named; nothing for what is not there any more, or lies in what was sent no longer. Rejects with `forbidden` for what no page named. */
export async function findNamed(ground: LinkGround, link: string, sent: readonly Sent[], name: string): Promise<Named | undefined> {
  const [number = '', encoded, claim] = name.split('.');
  const top = Number(number);
  const whole = /^\d{1,6}$/.test(number) ? sent[top] : undefined;
  if (!whole) throw new BackendError('forbidden', 'This link has no such item.');
  const id = encoded === undefined ? whole.id : Buffer.from(encoded, 'base64url').toString();
  if (encoded !== undefined && !ground.seals.claimed('item', bearerOf(link), `${top} ${id}`, claim))
    throw new BackendError('forbidden', 'This link has no such item.');
  const item = await itemOr(ground, { id });
  return item && (id === whole.id || (await liesIn(ground, item, whole))) ? { top, sent: whole, item } : undefined;
}

/** Whether an item is still somewhere below a folder. Where the backend does not tell where it lies, the proof is enough. */
async function liesIn({ backend }: LinkGround, item: Item, folder: Sent): Promise<boolean> {
  const at = item.kind === 'folder' ? item : item.parent;
  if (!at) return true;
  const listing = await backend.list({ id: at.id }, { limit: 1 }).catch(() => undefined);
  return listing !== undefined && (listing.folder.id === folder.id || listing.ancestors.some(({ id }) => id === folder.id));
}

/** What is still there of what was sent, as it is asked for. */
export async function* whatIsThere(ground: LinkGround, sent: readonly Sent[]): AsyncGenerator<Item> {
  for (const one of sent) {
    const item = await itemOr(ground, one);
    if (item) yield item;
  }
}
