import { type Capabilities, NOTHING, type SendCapability } from '../backend/capabilities.js';
import type { Quota, Rules } from '../backend/item.js';
import type { UploadCapability } from '../backend/upload.js';
import { numberOf, textOf } from './filemail.service.js';

/** What is asked about the files that others send in: one field of the form that the inbox has. */
export interface FilemailField {
  id: string;
  label: string;
  required: boolean;
}

/** What an account may do, from `GET /user/me`. Of its members only those of the older API are documented; what is not told counts as no limit. */
export interface Account {
  name: string;
  /** Bytes of one transfer. */
  maxTransferSize?: number;
  /** Days that a transfer may live; absent: any number, and for ever. */
  maxDays?: number;
  defaultDays?: number;
  storageUsed?: number;
}

/** Chunks of 5 to 50 MB are recommended, and above 50 MB a request may be refused. */
export const CHUNK = { min: 5_000_000, max: 50_000_000, preferred: 20_000_000 };

const MOST_CHUNKS = 10_000;
const MOST_DAYS = 3650;
const OFFERED_DAYS = [1, 3, 7, 14, 30, 90, 365];

/** Reads what the account may do. */
export function accountOf(user: Record<string, unknown>): Account {
  const positive = (name: string): number | undefined => {
    const number = numberOf(user[name]);
    return number !== undefined && number > 0 ? number : undefined;
  };
  const used = numberOf(user['storageinuse']);
  const facts = {
    maxTransferSize: positive('maxtransfersize'),
    maxDays: positive('maxdays'),
    defaultDays: positive('defaultdays'),
    storageUsed: used,
  };
  return {
    name: textOf(user['email']) ?? textOf(user['id']) ?? textOf(user['userid']) ?? 'filemail',
    ...(Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Omit<Account, 'name'>),
  };
}

const uploadOf = ({ maxTransferSize = Infinity }: Account): UploadCapability => ({
  partSize: CHUNK,
  cuts: 'equal',
  maxParts: MOST_CHUNKS,
  maxFileSize: Math.min(maxTransferSize, CHUNK.max * MOST_CHUNKS),
  parallelParts: 4,
  parallelFiles: 4,
  retryParts: true,
  bytes: 'relay',
  resume: 'kept',
  retryStatus: [406, 449],
  conflict: ['rename'],
  folders: 'path',
  needsDelivery: true,
  digest: false,
  sizeEnforced: false,
});

function sendOf({ maxDays, defaultDays = 7 }: Account, customFields: FilemailField[]): SendCapability {
  const max = maxDays ?? MOST_DAYS;
  return {
    when: ['around-upload'],
    unit: 'delivery',
    sender: false,
    subject: { maxLength: 200 },
    message: true,
    note: false,
    password: true,
    startDate: false,
    expiry: { days: OFFERED_DAYS.filter((days) => days <= max), default: Math.min(defaultDays, max), max, never: maxDays === undefined },
    downloadReceipt: false,
    requireLogin: false,
    bcc: false,
    confirmation: true,
    notify: true,
    downloadLimit: false,
    customFields,
    link: true,
    required: ['subject'],
    maxRecipients: 1000,
  };
}

/** What the backend can do for an account. */
export function capabilitiesOf(
  account: Account,
  customFields: FilemailField[],
): Capabilities & { upload: UploadCapability; send: SendCapability } {
  return {
    ...NOTHING,
    account: account.name,
    quota: account.storageUsed !== undefined,
    upload: uploadOf(account),
    list: { pageSize: false, sort: ['name', 'size', 'modified'], search: 'folder', total: true },
    item: true,
    rules: true,
    rename: true,
    remove: true,
    download: { bytes: 'direct', ranges: true },
    recipients: true,
    open: true,
    check: true,
    send: sendOf(account, customFields),
    deliveries: true,
    delivery: true,
    change: true,
    forward: true,
    revoke: true,
  };
}

/** What a transfer takes. */
export const rulesOf = ({ maxTransferSize, defaultDays }: Account): Rules => ({
  maxNameLength: 255,
  nameUnit: 'bytes',
  ...(maxTransferSize !== undefined && { maxFileSize: maxTransferSize }),
  ...(defaultDays !== undefined && { expiresAfterDays: defaultDays }),
});

/** What is used, where that is told. */
export const quotaOf = ({ storageUsed }: Account): Quota => (storageUsed === undefined ? {} : { storageUsed });
