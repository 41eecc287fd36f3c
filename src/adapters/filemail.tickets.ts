import { BackendError } from '../backend/errors.js';
import type { Store } from '../backend/store.js';
import type { FileDescription, Ticket } from '../backend/upload.js';
import type { Signer } from './ticket.js';

/** The answer to `initialize`, with the service's own names: nine members. The ones about UDP are for the vendor's own programs. */
export interface OpenTransfer {
  transferid: string;
  /** Whoever has it can bring files, cancel, and perhaps finish the transfer, which sends the mails: it stays on the server. */
  transferkey: string;
  transferurl: string;
  region: string;
  alternate_urls: string[];
  transferip: string;
  udpport: number;
  udpthreshold: number;
  customfields: Record<string, string>;
}

/** A delivery that is open, as its ticket says. */
export interface DeliveryTicket {
  kind: 'delivery';
  transfer: OpenTransfer;
  /** Whom it was opened to. */
  to: string[];
  /** Marks of the options that it was opened with: they cannot become others any more. */
  said: Record<string, string>;
}

/** A file on its way, as its ticket says. */
export interface UploadTicket {
  kind: 'upload';
  transfer: OpenTransfer;
  file: Pick<FileDescription, 'name' | 'size'>;
  /** Its name at the service, with the folders that it is in. */
  path: string;
  /** Whether its bytes may have begun to flow: then only the whole transfer can be taken back. */
  begun: boolean;
}

type State = 'open' | 'cancelled' | 'sent';

/** Seconds for which an open transfer is remembered: the relay's tickets live 7 days from the last part. */
const REMEMBERED = 30 * 86_400;

/** What is remembered of open transfers, for all relays. */
export interface OpenTransfers {
  /** Reads a ticket of a transfer that is open. Rejects with `not-found` one of a transfer that is not. */
  delivery(ticket: Ticket): Promise<DeliveryTicket>;
  upload(ticket: Ticket): Promise<UploadTicket>;
  /** Reads any ticket of either kind, whatever has become of its transfer. */
  any(ticket: Ticket): Promise<DeliveryTicket | UploadTicket>;
  state(transferid: string): Promise<State | undefined>;
  become(transferid: string, state: State): Promise<void>;
  /**
   * Takes a name within a transfer, or the next free one like it. The service is not known to keep two files of one name apart, and
   * chunks of both would be mixed. The same file asked for again gets the same name, where its date shows that it is the same.
   */
  take(transferid: string, path: string, file: FileDescription, next: (path: string, number: number) => string): Promise<string>;
}

/** Tickets and states of open transfers. */
export function createOpenTransfers(store: Store, signer: Signer): OpenTransfers {
  const keyOf = (transferid: string): string => `filemail-transfer:${transferid}`;
  const state = async (transferid: string): Promise<State | undefined> => (await store.get(keyOf(transferid)))?.value as State | undefined;

  const any = async (ticket: Ticket): Promise<DeliveryTicket | UploadTicket> => signer.open<DeliveryTicket | UploadTicket>(ticket);

  async function live<K extends 'delivery' | 'upload'>(
    ticket: Ticket,
    kind: K,
  ): Promise<Extract<DeliveryTicket | UploadTicket, { kind: K }>> {
    const opened = await any(ticket);
    if (opened.kind !== kind)
      throw new BackendError(
        'invalid',
        `This ticket is of ${opened.kind === 'upload' ? 'an upload' : 'a delivery'}; expected is the other.`,
      );
    const found = await state(opened.transfer.transferid);
    if (found !== 'open')
      throw new BackendError('not-found', `The delivery is ${found === 'sent' ? 'sent' : 'over'}: it takes nothing more.`);
    return opened as Extract<DeliveryTicket | UploadTicket, { kind: K }>;
  }

  return {
    delivery: (ticket) => live(ticket, 'delivery'),
    upload: (ticket) => live(ticket, 'upload'),
    any,
    state,
    async become(transferid, next) {
      await store.set(keyOf(transferid), next, { ttl: REMEMBERED });
    },
    async take(transferid, path, { size, modified }, next) {
      const file = modified === undefined ? '' : `${String(size)} ${String(modified)}`;
      for (let number = 1; ; number += 1) {
        const name = number === 1 ? path : next(path, number);
        // Case and normal form do not tell files apart everywhere.
        const key = `filemail-name:${transferid}:${name.normalize().toLowerCase()}`;
        if ((await store.set(key, file, { ifVersion: null, ttl: REMEMBERED })) !== undefined) return name;
        if (file !== '' && (await store.get(key))?.value === file) return name;
      }
    },
  };
}
