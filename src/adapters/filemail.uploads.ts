import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Json } from '../backend/item.js';
import type { UploadCapability } from '../backend/upload.js';
import { checkParts, targetOf } from './filemail.chunks.js';
import type { OpenTransfer, OpenTransfers, UploadTicket } from './filemail.tickets.js';
import { fileItem, type Transfer } from './filemail.transfers.js';
import { checkName, numbered, steps } from './memory.names.js';
import type { Signer } from './ticket.js';

/** What uploads need of the rest. */
export interface UploadsOptions {
  transfers: OpenTransfers;
  signer: Signer;
  upload: (signal: AbortSignal | undefined) => Promise<UploadCapability>;
  /** Takes a whole transfer back. */
  cancel: (transfer: OpenTransfer, signal: AbortSignal | undefined) => Promise<void>;
  find: (id: string) => Promise<Transfer>;
}

/** The name in a path after one that is taken. */
const nextPath = (path: string, number: number): string => {
  const cut = path.lastIndexOf('/') + 1;
  return path.slice(0, cut) + numbered(path.slice(cut), 'file', number);
};

/** The calls that bring files into an open transfer. */
export function createUploads({
  transfers,
  signer,
  upload,
  cancel,
  find,
}: UploadsOptions): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const looking = new Map<string, Promise<Transfer>>();
  /** A transfer, asked for once for all who ask at the same time: so do the files of one delivery. */
  function findOnce(id: string): Promise<Transfer> {
    const found = looking.get(id) ?? find(id).finally(() => looking.delete(id));
    looking.set(id, found);
    return found;
  }

  /** The item that a file became when its delivery was sent; nothing where it was not, or the service does not show it. */
  async function itemOf(ticket: Json): Promise<Item | undefined> {
    const opened = await transfers.any(ticket);
    if (opened.kind !== 'upload' || (await transfers.state(opened.transfer.transferid)) !== 'sent') return undefined;
    const transfer = await findOnce(opened.transfer.transferid);
    const file = transfer.files.find(({ path }) => path === opened.path);
    return file && fileItem(transfer, file);
  }

  return {
    async init(file, { folder, delivery }, options) {
      const { name, size, path: below } = file;
      checkName(name);
      const path = [...(below === undefined ? [] : steps(below)), name].join('/');
      if (!Number.isSafeInteger(size) || size < 0) throw new BackendError('invalid', `"${name}" has no size: ${String(size)}.`);
      if (folder.id !== '')
        throw new BackendError('invalid', `"${name}" cannot go into a delivery that is there: files come with a new one, into the root.`);
      if (delivery === undefined)
        throw new BackendError('invalid', `"${name}" needs a delivery that is open: Filemail keeps files nowhere else.`);
      const can = await upload(options?.signal);
      if (size > can.maxFileSize)
        throw new BackendError('too-large', `"${name}" has ${String(size)} bytes; a transfer takes up to ${String(can.maxFileSize)}.`);
      const { transfer } = await transfers.delivery(delivery);
      const taken = await transfers.take(transfer.transferid, path, file, nextPath);
      const ticket: UploadTicket = { kind: 'upload', transfer, file: { name, size }, path: taken, begun: false };
      return { ticket: await signer.sign(ticket), path: taken, upload: can };
    },

    async part(ticket, { retry = 0, ...part }) {
      const opened = await transfers.upload(ticket);
      const target = targetOf(opened, part, retry);
      if (opened.begun) return target;
      return { ...target, ticket: await signer.sign({ ...opened, begun: true }) };
    },

    async parts(ticket) {
      const item = await itemOf(ticket);
      if (item) return { parts: [], item };
      await transfers.upload(ticket);
      return { parts: [] };
    },

    async complete(ticket, parts, { conflict }) {
      if (conflict !== undefined && conflict !== 'rename')
        throw new BackendError('unsupported', `Files of a delivery are not put under "${conflict}".`);
      const item = await itemOf(ticket);
      if (item) return { item };
      checkParts(await transfers.upload(ticket), parts);
      return { pending: true };
    },

    async abort(ticket, options) {
      const opened = await transfers.any(ticket);
      if (opened.kind === 'upload' && !opened.begun) return;
      // A file that is there in part cannot be taken out of an open transfer.
      await cancel(opened.transfer, options?.signal);
    },
  };
}
