import { type Capabilities, NOTHING, type SendCapability } from '../backend/capabilities.js';
import type { UploadCapability } from '../backend/upload.js';
import type { Account, Policy } from './files-com.account.js';
import { lettersOf } from './files-com.items.js';

const MIB = 2 ** 20;
/** Bytes of a file, as the documentation has it. */
const MAX_FILE_SIZE = 5 * MIB * MIB;
/** Days that a share link may live at most where the site sets no end: the field takes any date. */
const MAX_DAYS = 3650;

/** How files go up where nothing narrows it. Parts have 5 MiB to 5 GiB but for the last, and each client may cut as it likes. */
export const UPLOAD: UploadCapability = {
  partSize: { min: 5 * MIB, max: 5 * 1024 * MIB, preferred: 5 * MIB },
  cuts: 'free',
  maxParts: 10_000,
  maxFileSize: MAX_FILE_SIZE,
  parallelParts: 6,
  parallelFiles: 6,
  retryParts: true,
  bytes: 'direct',
  resume: 'kept',
  retryStatus: [],
  conflict: ['ask', 'rename', 'replace', 'skip'],
  folders: 'path',
  needsDelivery: false,
  digest: false,
  sizeEnforced: 'complete',
};

/** Priority colours go by name. Only `red` is documented; the service refuses a name that it does not know. */
const COLOURS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'];

/** Entries of a page of a folder, as many as the service advises. */
export const PAGE_SIZE = 1000;

/** What a share link can be asked for, and what the site's administrator demands of it. */
export function sendOf(policy: Policy): SendCapability {
  const { expiryDays: most, recipients } = policy;
  const required = Object.entries({
    password: policy.password,
    note: policy.note,
    requireLogin: policy.registration,
    expiryDays: most !== undefined,
  });
  const days = [1, 3, 7, 14, 30, 90, 365].filter((each) => each <= (most ?? MAX_DAYS));
  return {
    when: ['after-upload'],
    unit: 'items',
    sender: false,
    subject: false,
    message: true,
    note: true,
    password: true,
    startDate: true,
    expiry: {
      days: most === undefined || days.includes(most) ? days : [...days, most],
      default: most ?? 30,
      max: most ?? MAX_DAYS,
      never: most === undefined,
    },
    downloadReceipt: false,
    requireLogin: true,
    bcc: false,
    confirmation: false,
    notify: false,
    downloadLimit: true,
    customFields: [],
    link: !recipients,
    required: required.flatMap(([option, demanded]) => (demanded ? [option] : [])),
    maxRecipients: 100,
  };
}

/** What this account can do in a folder with these letters; none are known of the root folder. */
export function capabilitiesOf({ name, user, sends, policy }: Account, permissions?: unknown): Capabilities {
  const { write } = lettersOf(permissions);
  return {
    ...NOTHING,
    account: name,
    upload: write ? UPLOAD : false,
    list: { pageSize: PAGE_SIZE, sort: ['name', 'size', 'modified'], search: 'tree', total: false },
    item: true,
    describe: { fields: user ? ['modified', 'colour', 'notify'] : ['modified', 'colour'], colours: COLOURS },
    rules: true,
    createFolder: write,
    rename: true,
    move: true,
    copy: true,
    remove: true,
    download: { bytes: 'direct', ranges: true },
    activity: true,
    lock: true,
    unlock: true,
    recipients: true,
    check: sends,
    send: sends && sendOf(policy),
    deliveries: sends,
    delivery: sends,
    change: sends,
    forward: sends,
    revoke: sends,
    // An inbox has neither a password nor an end that can be set with it.
    request: { message: true, help: true, password: false, expiry: false, maxRecipients: 100 },
    requests: true,
  };
}
