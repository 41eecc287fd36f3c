import type { Backend } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Completed, Ticket } from '../backend/upload.js';
import type { Batch } from './deliveries.js';
import { dropDelivery, keepDelivery, recallDelivery } from './delivery-notes.js';
import { backOff, sleep, type Line } from './line.js';
import type { Outbound, UploadDetail, UploadFile } from './queue.js';
import type { Transfer } from './transfer.js';

/** What a delivery needs of the queue around it. */
export interface OutgoingOptions {
  batch: Batch;
  backend: Backend;
  line: Line;
  account: string;
  send: SendCapability | false;
  /** Whether it must be open before its files; else it is made of them in the end. */
  around: boolean;
  files: () => UploadFile[];
  /** What its files are remembered by; `undefined` where none is. */
  keys: () => string[] | undefined;
  /** Shows what a file is doing. */
  show: (id: string, detail: Partial<UploadDetail>) => void;
  /** Tells how far it is; nothing: nobody wants it any more. */
  tell: (now: Omit<Outbound, 'files'> | undefined) => void;
}

/** A file that went out. */
export interface Sent {
  item: Item | undefined;
  delivery: Delivery;
}

/** A file that is there but for its delivery. */
interface Held {
  item: Item | undefined;
  /** Completes it once more. */
  complete: (() => Promise<Completed>) | undefined;
  resolve: (sent: Sent) => void;
  reject: (error: unknown) => void;
}

// Not by `randomUUID`, which pages without a secure context do not have.
const newOperation = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');

/** What a file hears that its delivery does not want any more. */
export const aborted = (): BackendError => new BackendError('aborted', 'The delivery was taken back.');

/** What a delivery is called when nobody has named it: as its only file or folder, or as the first one and how many more there are. */
function subjectOf(files: readonly UploadFile[], most: number): string {
  const names = [...new Set(files.map(({ name = '', meta }) => meta.relativePath?.split('/').find(Boolean) ?? name))];
  const more = names.length > 1 ? ` + ${String(names.length - 1)}` : '';
  return Array.from(names[0] ?? '')
    .slice(0, most - more.length)
    .join('')
    .concat(more);
}

/** Tries of taking a delivery back; after them it is left to the service, which sends nothing that is not finished. */
const TRIES = 3;

async function takeBack(backend: Backend, delivery: Ticket): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await backend.abort(delivery);
      return;
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (!error.retryable || tries >= TRIES) return;
      await sleep(backOff(tries, error));
    }
  }
}

/** The item of a file that was sent. Rejects only where it was refused after all: else it is there, whether it is told of or not. */
async function itemOf({ item, complete }: Held): Promise<Item | undefined> {
  if (item || !complete) return item;
  try {
    const completed = await complete();
    return 'item' in completed ? completed.item : undefined;
  } catch (error) {
    if (/^(offline|server|rate-limited|not-found|expired|unsupported)$/.test(toBackendError(error).code)) return undefined;
    throw error;
  }
}

/**
 * One delivery on its way out: opened before its files where the backend wants that, sent when all of them have arrived or were dropped by
 * the person. One that has begun cannot be taken out of an open delivery: without it the others go again, with another.
 */
export class Outgoing {
  readonly #with: OutgoingOptions;
  /** Counts its deliveries. */
  turn = 0;
  readonly #held = new Map<string, Held>();
  /** Tries that are under way: they are stopped when they must go again. */
  readonly running = new Set<Transfer>();
  readonly #end = new AbortController();
  #ticket: Promise<Ticket | undefined> | undefined;
  /** Settles when the one before is taken back. */
  #closed: Promise<void> = Promise.resolve();
  #draft: Omit<DeliveryDraft, 'operation'> | undefined;
  #key = newOperation();
  /** An earlier page opened it. */
  #adopted = false;
  /** A file that had begun was dropped. */
  #spoiled = false;
  /** It is no more, or was refused. */
  #broken = false;
  #sending = false;
  #sent = false;
  #looking = false;

  constructor(options: OutgoingOptions) {
    this.#with = options;
  }

  /** What a later page finds it by, and its operation. */
  get key(): string {
    return this.#key;
  }

  /** Whether a file that has begun can be taken out of it only with all the others. */
  get whole(): boolean {
    return this.#with.around && !this.#sending;
  }

  /** Whether it went out, whatever became of its files then. */
  get sent(): boolean {
    return this.#sent;
  }

  /** Its ticket, where it has one; it is opened for the first who asks. Where that fails, it fails for all, until somebody tries again. */
  ticket(): Promise<Ticket | undefined> {
    return (this.#ticket ??= this.#open());
  }

  async #open(): Promise<Ticket | undefined> {
    const { around, tell } = this.#with;
    tell({ phase: around ? 'opening' : 'uploading' });
    const ticket = await this.#begin();
    if (around) tell({ phase: 'uploading' });
    return ticket;
  }

  async #begin(): Promise<Ticket | undefined> {
    const { backend, account, batch, send, around } = this.#with;
    try {
      if (!send) throw new BackendError('unsupported', 'This backend sends nothing.');
      await this.#closed;
      const files = around ? this.#with.keys() : undefined;
      const wish = JSON.stringify(batch.draft ?? null);
      const kept = files && (await recallDelivery({ account, files, wish }));
      if (kept) {
        this.#adopted = true;
        this.#key = kept.key;
        this.#draft = kept.draft;
        return kept.ticket;
      }
      const draft = (this.#draft = this.#drafted(send));
      if (!around) return undefined;
      const { signal } = this.#end;
      const { ticket } = await this.#persist({}, () => backend.open({ ...draft, operation: this.#key }, { signal }));
      if (files) await keepDelivery({ key: this.#key, account, ticket, draft, wish, files, at: Date.now() });
      return ticket;
    } catch (error) {
      this.#broken = true;
      this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    const { code } = toBackendError(error);
    this.#with.tell(this.#end.signal.aborted ? undefined : { phase: 'failed', code });
    this.#with.batch.failed?.(error);
  }

  #drafted({ subject }: SendCapability): Omit<DeliveryDraft, 'operation'> {
    const { batch, around } = this.#with;
    const files = this.#with.files();
    const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    return {
      ...(subject && { subject: subjectOf(files, subject.maxLength) }),
      recipients: [],
      ...batch.draft,
      items: [],
      ...(around && { size }),
    };
  }

  /** Makes a call until it is answered; `after`: what the files are doing when it has not to wait. */
  #persist<T>(after: Partial<UploadDetail>, call: () => Promise<T>): Promise<T> {
    return this.#with.line.persist(call, this.#end.signal, (waiting) => {
      this.#show(waiting ? { phase: 'waiting' } : after);
    });
  }

  #show(detail: Partial<UploadDetail>): void {
    for (const id of this.#with.batch.ids) this.#with.show(id, detail);
  }

  /** Takes a file all of whose bytes are there, and answers when the delivery was sent. */
  arrived(id: string, item: Item | undefined, complete: Held['complete']): Promise<Sent> {
    this.#with.show(id, { phase: 'held' });
    return new Promise((resolve, reject) => {
      this.#held.set(id, { item, complete, resolve, reject });
      this.#look();
    });
  }

  /** Goes on without a file. */
  leave(id: string, begun: boolean): void {
    this.#held.get(id)?.reject(aborted());
    this.#held.delete(id);
    this.#spoiled ||= begun && this.whole;
    this.#look();
  }

  /** Hears why a file failed; answers whether all go again by themselves, because what an earlier page opened is no more. */
  lost({ code }: BackendError): boolean {
    if (code !== 'not-found' && code !== 'expired') return false;
    const adopted = this.#adopted;
    if (adopted) this.#renew();
    else this.#broken = true;
    return adopted;
  }

  /** Makes good for another try what had failed for all. What is stored already is not sent again for it. */
  retried(): void {
    if (!this.#broken) return;
    if (this.#with.around) this.#renew();
    else this.#close();
  }

  /** Decides once for all that happens at once. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    queueMicrotask(() => {
      this.#looking = false;
      const { ids } = this.#with.batch;
      if (this.#sending) return;
      if (!ids.size) this.#giveUp();
      else if (this.#spoiled) this.#renew();
      else if (this.#held.size === ids.size) void this.#send();
    });
  }

  /** All files again, with another delivery. */
  #renew(): void {
    const held = [...this.#held.values()];
    this.turn++;
    this.#held.clear();
    this.#close();
    for (const transfer of this.running) transfer.cancel();
    for (const { reject } of held) reject(aborted());
  }

  #giveUp(): void {
    this.#end.abort(aborted());
    this.#close();
    this.#fail(aborted());
  }

  /** Takes the open delivery back. */
  #close(): void {
    const { backend, around } = this.#with;
    const ticket = this.#ticket;
    if (around) void dropDelivery(this.#key);
    this.#ticket = undefined;
    this.#key = newOperation();
    this.#spoiled = this.#broken = this.#adopted = false;
    this.#closed = Promise.resolve(ticket)
      .then((open) => (open === undefined ? undefined : takeBack(backend, open)))
      .catch(() => undefined);
  }

  async #send(): Promise<void> {
    const { backend, batch, around } = this.#with;
    // In the order of the list, not of their arrival.
    const held = [...batch.ids].flatMap((id) => this.#held.get(id) ?? []);
    this.#sending = true;
    this.#show({ phase: 'finishing' });
    this.#with.tell({ phase: 'sending' });
    try {
      const delivery = await this.ticket();
      // From here on no later page takes it up again, so that nothing is sent twice.
      if (around) await dropDelivery(this.#key);
      const items = held.flatMap(({ item }) => (item ? [{ id: item.id, ...(item.claim !== undefined && { claim: item.claim }) }] : []));
      const draft: DeliveryDraft = { recipients: [], ...this.#draft, items: around ? [] : items, operation: this.#key };
      const sent = await this.#persist({ phase: 'finishing' }, () => backend.send(delivery === undefined ? draft : { ...draft, delivery }));
      this.#sent = true;
      this.#with.tell({ phase: 'sent', delivery: sent });
      batch.sent?.(sent);
      for (const one of held)
        itemOf(one).then((item) => {
          one.resolve({ item, delivery: sent });
        }, one.reject);
    } catch (error) {
      this.#sending = false;
      this.#held.clear();
      // Nobody needs it any more: another try has another one.
      this.#close();
      this.#broken = true;
      this.#fail(error);
      for (const { reject } of held) reject(error);
    }
  }
}
