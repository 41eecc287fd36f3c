import { companyOf } from './callers.js';
import type { Transfer } from './records.js';
import type { Service } from './service.js';

/** Bytes of a transfer's files. */
export const sizeOf = ({ files }: Transfer): number => [...files.values()].reduce((sum, { content }) => sum + content.size, 0);

/** Bytes that a company keeps. */
export function storageInUse(service: Service, company: string | null): number {
  return [...service.state.transfers.values()]
    .filter((transfer) => companyOf(service, transfer) === company)
    .reduce((sum, transfer) => sum + sizeOf(transfer), 0);
}
