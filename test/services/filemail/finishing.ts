import { companyOf } from './callers.js';
import { Refusal } from './errors.js';
import { mailCompleted } from './mails.js';
import type { Transfer } from './records.js';
import type { Service } from './service.js';
import { storageInUse } from './storage.js';

/** A transfer that somebody has the key of. UUIDs with dashes are the same key. */
export function withKey({ state }: Service, id: string, key: string): Transfer {
  const transfer = state.transfers.get(id);
  if (transfer?.key !== key.replaceAll('-', '').toLowerCase())
    throw new Refusal(400, 'InvalidParameter', 'There is no such transfer, or the key is not its key.');
  return transfer;
}

function checkApi({ knobs }: Service, transfer: Transfer, api: Transfer['api']): void {
  if (knobs.apisApart && transfer.api !== api) throw new Refusal(400, 'InvalidParameter', 'The transfer was opened by the other API.');
}

/** Finishes a transfer: it can be downloaded, and the mails go out. */
export function complete(service: Service, transfer: Transfer, api: Transfer['api']): void {
  const { knobs } = service;
  checkApi(service, transfer, api);
  if (transfer.status !== 'STATUS_INPROGRESS') throw new Refusal(409, 'InvalidParameter', 'The transfer is finished already.');
  const files = [...transfer.arriving.values()];
  if (files.length === 0) throw new Refusal(400, 'InvalidParameter', 'No files were added to the transfer.');
  const lacking = files.find(({ arrived, chunks }) => arrived.size < chunks);
  if (lacking) throw new Refusal(409, 'UploadNotComplete', `"${lacking.name}" is not there as a whole.`);
  const infected = files.find(({ name }) => knobs.infected?.test(name));
  if (infected) throw new Refusal(409, 'Blocked', `"${infected.name}" is infected.`);
  if (storageInUse(service, companyOf(service, transfer)) > knobs.storageLimit)
    throw new Refusal(409, 'FreeLimitReached', 'The storage is full.');
  transfer.status = 'STATUS_COMPLETE';
  transfer.sent = Date.now();
  mailCompleted(service, transfer);
}

/** Gives a transfer up, which is possible only before it is complete. */
export function cancel(service: Service, transfer: Transfer, api: Transfer['api']): void {
  checkApi(service, transfer, api);
  if (transfer.status !== 'STATUS_INPROGRESS') throw new Refusal(400, 'InvalidParameter', 'The transfer is finished already.');
  transfer.status = 'STATUS_CANCELLED';
  transfer.files.clear();
  transfer.arriving.clear();
}
