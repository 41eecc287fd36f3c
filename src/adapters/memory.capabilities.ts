import type { Capabilities } from '../backend/capabilities.js';
import type { MemoryCall } from './memory.gate.js';

/** Some of {@link Capabilities}, as deep as need be; `false` switches a thing off. */
export type CapabilityOverrides<T = Omit<Capabilities, 'account'>> = {
  [K in keyof T]?: T[K] extends unknown[] ? T[K] : CapabilityOverride<T[K]>;
};
type CapabilityOverride<T> = T extends unknown[] ? T : T extends object ? CapabilityOverrides<T> | false : T extends boolean ? boolean : T;

const MIB = 2 ** 20;
const EVERYTHING: Omit<Capabilities, 'account'> = {
  quota: true,
  upload: {
    partSize: { min: 1, max: 256 * MIB, preferred: 8 * MIB },
    cuts: 'free',
    maxParts: 10_000,
    maxFileSize: MIB * MIB,
    parallelParts: 6,
    parallelFiles: 6,
    retryParts: true,
    bytes: 'direct',
    resume: 'parts',
    retryStatus: [],
    conflict: ['ask', 'rename', 'replace', 'skip'],
    folders: 'path',
    needsDelivery: false,
    digest: false,
    sizeEnforced: 'stream',
  },
  list: { pageSize: 1000, sort: ['name', 'size', 'modified'], search: 'tree', total: true },
  item: true,
  describe: { fields: ['description', 'password', 'colour', 'modified', 'downloadLimit', 'expires', 'shared'] },
  rules: true,
  createFolder: true,
  rename: true,
  move: true,
  copy: true,
  remove: true,
  download: { bytes: 'direct', ranges: true },
  activity: true,
  lock: true,
  unlock: true,
  recipients: true,
  contacts: { add: true, update: true, remove: true },
  open: true,
  check: true,
  send: {
    when: ['after-upload', 'around-upload'],
    unit: 'items',
    sender: true,
    subject: { maxLength: 200 },
    message: true,
    note: true,
    password: true,
    startDate: true,
    expiry: { days: [1, 7, 30], default: 7, max: 365, never: true },
    downloadReceipt: true,
    requireLogin: true,
    bcc: true,
    confirmation: true,
    notify: true,
    downloadLimit: true,
    customFields: [],
    link: true,
    required: [],
    maxRecipients: 100,
  },
  deliveries: true,
  delivery: true,
  change: true,
  forward: true,
  retry: true,
  revoke: true,
  request: {
    message: true,
    help: true,
    password: true,
    expiry: { days: [1, 7, 30], default: 7, max: 365, never: true },
    maxRecipients: 100,
  },
  requests: true,
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `base` with what `over` says differently; frozen all through, because every answer shows the same one. */
function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || (over !== undefined && !isObject(over)))
    return Object.freeze(over === undefined ? structuredClone(base) : structuredClone(over));
  return Object.freeze(Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merge(value, over?.[key])])));
}

/** All that the memory backend can do, without what is switched off and with what is narrowed. */
export function narrow(account: string, overrides: CapabilityOverrides = {}): Capabilities {
  // what cannot be sent can be neither opened nor checked
  const unsent = overrides.send === false ? { open: false, check: false } : {};
  return merge({ ...EVERYTHING, account }, { ...overrides, ...unsent }) as Capabilities;
}

/** Which capability a call is part of, where it has not its own of the same name. */
const PART_OF: Partial<Record<MemoryCall, keyof Capabilities>> = {
  init: 'upload',
  part: 'upload',
  parts: 'upload',
  complete: 'upload',
  write: 'upload',
  read: 'download',
};

/** Whether a backend that can do this has that call. */
export function has(can: Capabilities, call: MemoryCall): boolean {
  if (call === 'capabilities') return true;
  if (call === 'abort') return can.upload !== false || can.open;
  if (call.startsWith('contacts.')) return can.contacts && can.contacts[call.slice('contacts.'.length) as 'add'];
  return Boolean(can[PART_OF[call] ?? (call as keyof Capabilities)]);
}
