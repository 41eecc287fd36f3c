import { createStore, del, get, set, values, type UseStore } from 'idb-keyval';
import type { Backend } from '../backend/backend.js';
import type { DeliveryDraft } from '../backend/delivery.js';
import type { Ticket } from '../backend/upload.js';
import { canRemember, forget, recallAll, WEEK } from './resume.js';

/** An open delivery that a later page can go on with. */
export interface KeptDelivery {
  key: string;
  account: string;
  ticket: Ticket;
  /** What it was opened with. */
  draft: Omit<DeliveryDraft, 'operation'>;
  /** What the page wanted of it, as text. */
  wish: string;
  /** What its files are remembered by: all of them must be there again, as none can be taken out. */
  files: string[];
  /** Milliseconds since 1970. */
  at: number;
}

let opened: UseStore | undefined;

// In a database of their own: one that is there already cannot be given another store.
const store = (): UseStore => (opened ??= createStore('ferrykit-deliveries', 'open'));

/** Remembers an open delivery; a browser that refuses only loses the resume. */
export const keepDelivery = (kept: KeptDelivery): Promise<void> => set(kept.key, kept, store()).catch(() => undefined);

/** Forgets a delivery that ended. */
export const dropDelivery = async (key: string): Promise<void> => {
  if (canRemember()) await del(key, store()).catch(() => undefined);
};

/** The delivery that an earlier page opened, of these files and with the same wish. */
export async function recallDelivery({
  account,
  files,
  wish,
}: Pick<KeptDelivery, 'account' | 'files' | 'wish'>): Promise<KeptDelivery | undefined> {
  const all = await values<KeptDelivery>(store()).catch(() => []);
  const there = new Set(files);
  return all.find(
    (one) => one.account === account && one.wish === wish && Date.now() - one.at < WEEK && one.files.every((file) => there.has(file)),
  );
}

/** Gives up a delivery that an earlier page opened, with all its files. */
export async function discardDelivery(key: string, account: string, backend: Backend): Promise<void> {
  const kept = await get<KeptDelivery>(key, store()).catch(() => undefined);
  const files = (await recallAll(account)).filter(({ delivery }) => delivery === key);
  await Promise.all([dropDelivery(key), ...files.map((file) => forget(file.key))]);
  // Without its own ticket, that of a file takes it back as well.
  const ticket = kept?.ticket ?? files[0]?.ticket;
  if (ticket !== undefined) await backend.abort(ticket);
}
