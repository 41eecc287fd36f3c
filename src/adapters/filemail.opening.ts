import type { Backend } from '../backend/backend.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft } from '../backend/delivery.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import { type FilemailInbox, initializeOf, optionsOf } from './filemail.options.js';
import { type FilemailAsk, jsonOf, listOf, numberOf, recordOf, textOf } from './filemail.service.js';
import type { OpenTransfer, OpenTransfers } from './filemail.tickets.js';
import { hasEnded, isComplete, type Transfer } from './filemail.transfers.js';
import { findings } from '../backend/drafts.js';
import { type Answer, receivedOf } from './request.js';
import type { Signer } from './ticket.js';

/** A way to ask Filemail on behalf of its user. */
export type AskFilemail = (ask: Omit<FilemailAsk, 'loginToken'>) => Promise<Answer>;

/** What opening a delivery needs of the rest. */
export interface OpeningOptions {
  ask: AskFilemail;
  transfers: OpenTransfers;
  signer: Signer;
  send: (signal: AbortSignal | undefined) => Promise<SendCapability>;
  source: string;
  inbox: FilemailInbox | undefined;
  /** A transfer however it stands, as far as the service shows it. */
  look: (id: string, signal?: AbortSignal) => Promise<Transfer | undefined>;
}

type Key = Pick<OpenTransfer, 'transferid' | 'transferkey'>;

/** Refuses a draft that the service would refuse, or that asks for what it has not; `opening`: there is a delivery or going to be one. */
export function checkDraft(draft: DeliveryDraft, send: SendCapability): void {
  const [found] = problemsOf(draft, send);
  if (found) throw new BackendError(found.code, found.problem.reason);
}

/** What is wrong with a draft. */
export const problemsOf = (draft: DeliveryDraft, send: SendCapability): ReturnType<typeof findings> => {
  const items: ReturnType<typeof findings> =
    draft.items.length === 0
      ? []
      : [
          {
            code: 'unsupported',
            problem: {
              option: 'items',
              effect: 'refused',
              reason: 'Filemail sends only what is uploaded with it: forward the delivery that these files came with.',
            },
          },
        ];
  return [...items, ...findings({ ...draft, items: [] }, { send, people: [], isThere: () => true, opening: true })];
};

/** Reads the answer to `initialize`; without an id, a key and a URL it is none. */
function openTransferOf(data: Record<string, unknown>): Partial<OpenTransfer> {
  const urls = [textOf(data['transferurl']), ...listOf(data['alternate_urls']).map(textOf)].filter(
    (url): url is string => url !== undefined && isWeb(url),
  );
  const [transferurl, ...alternate_urls] = urls;
  const transferid = textOf(data['transferid']);
  const transferkey = textOf(data['transferkey']);
  const fields = Object.entries(recordOf(data['customfields'])).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    ...(transferid !== undefined && { transferid }),
    ...(transferkey !== undefined && { transferkey }),
    ...(transferurl !== undefined && { transferurl }),
    region: textOf(data['region']) ?? '',
    alternate_urls,
    transferip: textOf(data['transferip']) ?? '',
    udpport: numberOf(data['udpport']) ?? 0,
    udpthreshold: numberOf(data['udpthreshold']) ?? 0,
    customfields: Object.fromEntries(fields) as Record<string, string>,
  };
}

const isWeb = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const isWhole = (transfer: Partial<OpenTransfer>): transfer is OpenTransfer =>
  transfer.transferid !== undefined && transfer.transferkey !== undefined && transfer.transferurl !== undefined;

/** The id and the key in an answer that was cut off: enough to take back what was opened. */
function keyIn(text: string): Key | undefined {
  const member = (name: string): string | undefined => new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]+)"`).exec(text)?.[1];
  const [transferid, transferkey] = [member('transferid'), member('transferkey')];
  return transferid !== undefined && transferkey !== undefined ? { transferid, transferkey } : undefined;
}

/** Opening a delivery, and taking one back before it is sent. */
export function createOpening({ ask, transfers, signer, send, source, inbox, look }: OpeningOptions): Pick<Backend, 'open'> & {
  cancel: (transfer: OpenTransfer, signal?: AbortSignal) => Promise<void>;
} {
  /** Takes a transfer back, and says what became of it: what was sent already stays. */
  async function takeBack({ transferid, transferkey }: Key, signal?: AbortSignal): Promise<'cancelled' | 'sent'> {
    const body = { json: { transferid, transferkey } };
    try {
      await ask({ deed: 'Cancelling a delivery', path: '/transfer/cancel', method: 'PUT', body, signal });
      return 'cancelled';
    } catch (error) {
      // That it is over already is said with a status that is said of a wrong key too: the transfer itself tells which.
      if (!['not-found', 'not-allowed', 'invalid'].includes(toBackendError(error).code)) throw error;
      const found = await look(transferid, signal);
      if (!found || hasEnded(found)) return 'cancelled';
      if (isComplete(found)) return 'sent';
      throw error;
    }
  }

  async function cancel(transfer: OpenTransfer, signal?: AbortSignal): Promise<void> {
    if ((await transfers.state(transfer.transferid)) !== 'open') return;
    // Said first, so that no file gets in while the service is asked.
    await transfers.become(transfer.transferid, 'cancelled');
    try {
      if ((await takeBack(transfer, signal)) === 'sent') await transfers.become(transfer.transferid, 'sent');
    } catch (error) {
      await transfers.become(transfer.transferid, 'open');
      throw error;
    }
  }

  /** Asks for a transfer. One that was opened and cannot be read out of the answer is taken back, as nobody would ever know of it. */
  async function initialize(draft: DeliveryDraft): Promise<Partial<OpenTransfer>> {
    const text = JSON.stringify(initializeOf(draft, source, inbox));
    try {
      const answer = await ask({
        deed: 'Opening a delivery',
        path: '/transfer/initialize',
        body: { text, type: 'application/json-patch+json' },
      });
      return openTransferOf(jsonOf(answer));
    } catch (error) {
      const key = keyIn(receivedOf(error) ?? '');
      if (key) await takeBack(key).catch(() => undefined);
      throw error;
    }
  }

  async function begin(draft: DeliveryDraft): Promise<OpenTransfer> {
    const transfer = await initialize(draft);
    if (isWhole(transfer)) {
      await transfers.become(transfer.transferid, 'open');
      return transfer;
    }
    const { transferid, transferkey } = transfer;
    if (transferid !== undefined && transferkey !== undefined) await takeBack({ transferid, transferkey }).catch(() => undefined);
    throw new BackendError('server', 'Opening a delivery failed: Filemail did not say where its files go.');
  }

  return {
    cancel,
    async open(draft, options) {
      const signal = options?.signal;
      checkDraft(draft, await send(signal));
      const begun = begin(draft);
      const transfer = await unlessGone(begun, signal, (late) => cancel(late));
      const said = await Promise.all(
        Object.entries(optionsOf(draft)).map(async ([name, value]) => [name, await signer.mark([transfer.transferid, name, value])]),
      );
      const to = draft.recipients.map(({ kind, id, email, name }) => (kind === 'group' ? (id ?? name ?? '') : (email ?? '')));
      return { ticket: await signer.sign({ kind: 'delivery', transfer, to, said: Object.fromEntries(said) as Record<string, string> }) };
    },
  };
}

/** Waits as long as the signal lets it; what comes after that is taken back, as nobody would ever know of it. */
function unlessGone<T>(deed: Promise<T>, signal: AbortSignal | undefined, undo: (late: T) => Promise<void>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(new BackendError('aborted', 'Opening a delivery was aborted.'));
      deed.then(undo).catch(() => undefined);
    };
    if (signal?.aborted) {
      leave();
      return;
    }
    signal?.addEventListener('abort', leave, { once: true });
    deed.then(resolve, reject).finally(() => {
      signal?.removeEventListener('abort', leave);
    });
  });
}
