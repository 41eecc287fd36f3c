import type { Delivery, RecipientState } from '../backend/delivery.js';
import type { Item } from '../backend/item.js';
import { fileId, folderId, transferId } from './filemail.ids.js';
import { listOf, numberOf, recordOf, textOf } from './filemail.service.js';

/** A file of a transfer, as far as it is told. */
export interface TransferFile {
  id: string;
  /** Its name, which may hold folders. */
  path: string;
  size?: number;
  url?: string;
  /** How often it was downloaded, where that is told. */
  downloads?: number;
  /** Addresses of those who did, as far as they are told. */
  downloaders: string[];
}

/** A transfer, as far as it is told: how much depends on whose it is. */
export interface Transfer {
  id: string;
  subject: string;
  message?: string;
  from?: string;
  /** Milliseconds since 1970. */
  sent?: number;
  expires?: number;
  /** -1: it never ends. */
  days?: number;
  notify?: boolean;
  size?: number;
  url?: string;
  /** Where all files can be had in one. */
  packed?: string;
  status: string;
  ended: boolean;
  protected: boolean;
  /** Whether the service showed what only its sender sees. */
  own: boolean;
  recipients: { email: string; delivered: boolean; failure?: string }[];
  files: TransferFile[];
  /** How many files there are besides those. */
  more: number;
}

/** Seconds since 1970 stay below this until the year 5138; milliseconds passed it in 1973. */
const SECONDS_BELOW = 1e11;

/** A moment in milliseconds since 1970. The service writes some in seconds, some in milliseconds: their size tells which. */
export function momentOf(value: unknown): number | undefined {
  const number = numberOf(value) ?? (typeof value === 'string' ? Date.parse(value) : undefined);
  if (number === undefined || !(number > 0)) return undefined;
  return number < SECONDS_BELOW ? number * 1000 : number;
}

/** Nothing in an object that has no value. */
function told<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const isYes = (value: unknown): boolean => value === true || value === 1 || /^(true|1)$/i.test(String(value));

function fileOf(value: unknown): TransferFile[] {
  const file = recordOf(value);
  const id = textOf(file['fileid']) ?? textOf(file['filekey']);
  const path = textOf(file['filename']);
  if (id === undefined || path === undefined) return [];
  const { downloads } = file;
  return [
    told<TransferFile>({
      id,
      path: path.replace(/^\/+/, '') || path,
      size: numberOf(file['filesize']),
      url: textOf(file['downloadurl']),
      downloads: Array.isArray(downloads) ? downloads.length : numberOf(downloads),
      downloaders: listOf(downloads).flatMap((one) => textOf(recordOf(one)['email']) ?? []),
    }),
  ];
}

/** Reads a transfer; one without an id is none. */
export function transferOf(value: unknown, own?: boolean): Transfer | undefined {
  const raw = recordOf(value);
  const id = textOf(raw['id']) ?? textOf(raw['transferid']);
  if (id === undefined) return undefined;
  const recipients = listOf(raw['recipients']).flatMap((one) => {
    const { email, delivered, deliveryerror } = recordOf(one);
    const address = textOf(email);
    return address === undefined
      ? []
      : [told<Transfer['recipients'][number]>({ email: address, delivered: isYes(delivered), failure: textOf(deliveryerror) })];
  });
  return told<Transfer>({
    id,
    subject: textOf(raw['subject']) ?? '',
    message: textOf(raw['message']),
    from: textOf(raw['from']),
    sent: momentOf(raw['sentdate']),
    expires: numberOf(raw['days']) === -1 ? undefined : (momentOf(raw['extendedexpiredate']) ?? momentOf(raw['expiredate'])),
    days: numberOf(raw['days']),
    notify: typeof raw['notify'] === 'boolean' ? raw['notify'] : undefined,
    size: numberOf(raw['size']),
    url: textOf(raw['url']),
    packed: textOf(raw['compressedfileurl']),
    status: textOf(raw['status']) ?? '',
    ended: isYes(raw['isexpired']),
    protected: isYes(raw['passwordprotected']),
    own: own ?? textOf(raw['key']) !== undefined,
    recipients,
    files: listOf(raw['files']).flatMap(fileOf),
    more: Math.max(0, numberOf(raw['containsmorefiles']) ?? 0),
  });
}

/** Whether a transfer was deleted or taken back. */
export const hasEnded = ({ status }: Pick<Transfer, 'status'>): boolean => /delet|cancel/i.test(status);

/** Whether a transfer is surely sent. */
export const isComplete = ({ status }: Pick<Transfer, 'status'>): boolean => /(^|[^n])complete/i.test(status);

/**
 * Whether a transfer is there for people to see. Of the words for its status only `STATUS_COMPLETE` is sure; deleted and cancelled ones
 * are gone, and what has any other word was sent if it has a date of that.
 */
export function isThere({ status, sent }: Pick<Transfer, 'status' | 'sent'>): boolean {
  if (hasEnded({ status })) return false;
  return status === '' || isComplete({ status }) || sent !== undefined;
}

/** A transfer as a folder. */
export function transferItem(transfer: Transfer): Item {
  const { id, subject, size, sent, expires, from, own, packed, files } = transfer;
  const downloads = downloadsOf(files);
  return {
    id: transferId(id),
    name: subject || id,
    kind: 'folder',
    parent: { id: '' },
    ...told({ size, modified: sent, created: sent, expires, owner: from, downloads }),
    ...(transfer.protected && { protected: true }),
    can: ['list', ...(packed ? (['download'] as const) : []), ...(own ? (['rename', 'remove'] as const) : [])],
  };
}

const downloadsOf = (files: TransferFile[]): number | undefined =>
  files.some(({ downloads }) => downloads !== undefined) ? Math.max(...files.map(({ downloads = 0 }) => downloads)) : undefined;

/** The folder that a path's last name lies in: of the transfer itself, or one that the names of its files make. */
const parentId = (transfer: string, path: string): string => folderId(transfer, path.slice(0, Math.max(0, path.lastIndexOf('/'))));

/** A file as an item. */
export function fileItem({ id: transfer, sent, expires, own, ...rest }: Transfer, { id, path, size, url, downloads }: TransferFile): Item {
  return {
    id: fileId(transfer, id),
    name: path.slice(path.lastIndexOf('/') + 1),
    kind: 'file',
    parent: { id: parentId(transfer, path) },
    ...told({ size, modified: sent, created: sent, expires, downloads }),
    ...(rest.protected && { protected: true }),
    can: [...(url ? (['download', 'preview'] as const) : []), ...(own ? (['rename', 'remove'] as const) : [])],
  };
}

/** A folder that is there because names of files hold it. */
export function folderItem({ id, sent, own }: Transfer, path: string, files: TransferFile[]): Item {
  return {
    id: folderId(id, path),
    name: path.slice(path.lastIndexOf('/') + 1),
    kind: 'folder',
    parent: { id: parentId(id, path) },
    size: files.reduce((sum, { size = 0 }) => sum + size, 0),
    ...told({ modified: sent, created: sent }),
    can: ['list', ...(own ? (['remove'] as const) : [])],
  };
}

/** What is known of each recipient: a bounce counts before a delivery, and a download proves one. */
function stateOf({ email, delivered, failure }: Transfer['recipients'][number], downloaders: ReadonlySet<string>): RecipientState {
  const recipient = { kind: 'email' as const, email };
  if (failure !== undefined && !delivered) return { recipient, state: 'bounced', reason: failure };
  if (downloaders.has(email.toLowerCase())) return { recipient, state: 'downloaded' };
  return { recipient, state: delivered ? 'delivered' : 'accepted' };
}

/** A transfer as a delivery. */
export function deliveryOf(transfer: Transfer): Delivery {
  const { id, subject, message, url, sent, expires, recipients, files, own, ended } = transfer;
  const downloaders = new Set(files.flatMap((file) => file.downloaders.map((email) => email.toLowerCase())));
  const there = isThere(transfer);
  return {
    id,
    ...told({ message, created: sent, expires, downloads: downloadsOf(files), link: there ? url : undefined }),
    ...(subject && { subject }),
    ...(!there && { revoked: true }),
    recipients: recipients.map((recipient) => stateOf(recipient, downloaders)),
    items: files.map((file) => fileItem(transfer, file)),
    can: !own || !there ? [] : ended ? ['revoke'] : ['change', 'forward', 'revoke'],
  };
}
