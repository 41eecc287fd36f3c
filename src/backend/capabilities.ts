import type { DeliveryDraft } from './delivery.js';
import type { ItemPatch, SortKey } from './item.js';
import type { UploadCapability } from './upload.js';

/** Sizes and orders of a backend's listings. */
export interface ListCapability {
  /** Most items a page; `false`: everything comes at once and `limit` is a hint. */
  pageSize: number | false;
  sort: SortKey[];
  /** Where a search looks: this folder, it and everything below, or nowhere. */
  search: 'folder' | 'tree' | false;
  /** Whether a listing tells how many items there are in all. */
  total: boolean;
}

/** What a delivery can be asked for. An option that stands `false` here is never shown. */
export interface SendCapability {
  when: ('after-upload' | 'around-upload')[];
  /** What is sent: chosen items, or a whole delivery again. */
  unit: 'items' | 'delivery';
  sender: boolean;
  subject: false | { maxLength: number };
  message: boolean;
  note: boolean;
  password: boolean;
  startDate: boolean;
  expiry: false | { days: number[]; default: number; max: number; never: boolean };
  downloadReceipt: boolean;
  requireLogin: boolean;
  bcc: boolean;
  confirmation: boolean;
  notify: boolean;
  downloadLimit: boolean;
  customFields: { id: string; label: string; required: boolean }[];
  /** A link can be had without writing to anybody. */
  link: boolean;
  /** Options without which the service refuses, by their name in `DeliveryDraft`. */
  required: string[];
  maxRecipients: number;
}

/** What a request for files can be made with. An option that stands `false` here is never shown. */
export interface RequestCapability {
  message: boolean;
  help: boolean;
  password: boolean;
  expiry: SendCapability['expiry'];
  /** 0: nobody is written to, and the link is copied. */
  maxRecipients: number;
}

/** What this backend can do for this user, as data. What is `false` is refused as `unsupported`. */
export interface Capabilities {
  /** An opaque, stable name of the account; what a page remembers is keyed by it. */
  account: string;
  quota: boolean;
  upload: false | UploadCapability;
  list: false | ListCapability;
  item: boolean;
  /** `colours`: the names that a colour can have, where it can have no other. */
  describe: false | { fields: (keyof ItemPatch)[]; colours?: string[] };
  rules: boolean;
  createFolder: boolean;
  rename: boolean;
  move: boolean;
  copy: boolean;
  remove: boolean;
  download: false | { bytes: 'direct' | 'relay'; ranges: boolean };
  activity: boolean;
  lock: boolean;
  unlock: boolean;
  recipients: boolean;
  contacts: false | { add: boolean; update: boolean; remove: boolean };
  open: boolean;
  check: boolean;
  send: false | SendCapability;
  deliveries: boolean;
  delivery: boolean;
  change: boolean;
  forward: boolean;
  retry: boolean;
  revoke: boolean;
  request: false | RequestCapability;
  requests: boolean;
}

/** What of {@link SendCapability} each option of a draft needs. */
export const OPTION_NEEDS: Readonly<
  Record<Exclude<keyof DeliveryDraft, 'items' | 'recipients' | 'size' | 'delivery' | 'operation'>, keyof SendCapability>
> = {
  sender: 'sender',
  subject: 'subject',
  message: 'message',
  note: 'note',
  password: 'password',
  startDate: 'startDate',
  expiryDays: 'expiry',
  downloadReceipt: 'downloadReceipt',
  requireLogin: 'requireLogin',
  bcc: 'bcc',
  confirmation: 'confirmation',
  notify: 'notify',
  downloadLimit: 'downloadLimit',
  customFields: 'customFields',
};

/** A backend that can do nothing: adapters spread it and add what they have. */
export const NOTHING: Omit<Capabilities, 'account'> = {
  quota: false,
  upload: false,
  list: false,
  item: false,
  describe: false,
  rules: false,
  createFolder: false,
  rename: false,
  move: false,
  copy: false,
  remove: false,
  download: false,
  activity: false,
  lock: false,
  unlock: false,
  recipients: false,
  contacts: false,
  open: false,
  check: false,
  send: false,
  deliveries: false,
  delivery: false,
  change: false,
  forward: false,
  retry: false,
  revoke: false,
  request: false,
  requests: false,
};
