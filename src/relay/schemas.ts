import * as v from 'valibot';
import type { CallName } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import { MAX_ENTRIES, type Args, type Entry } from './protocol.js';

const text = v.string();
const flag = v.boolean();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const moment = v.pipe(v.number(), v.finite());
const optional = v.exactOptional;

// On the wire every ticket is sealed, and so a text; anything else is as good as a forged one.
const ticket: v.GenericSchema<unknown, string> = v.pipe(
  v.unknown(),
  v.transform((given) => (typeof given === 'string' ? given : '')),
);
const ref = v.object({ id: text, claim: optional(text) });
const refs = v.array(ref);
const conflict = v.picklist(['ask', 'rename', 'replace', 'skip']);
const operation = v.pipe(text, v.minLength(8), v.maxLength(200));
const page = v.object({ cursor: optional(text) });

const part = { number: v.pipe(count, v.minValue(1)), start: count, end: count };
const UNORDERED = 'a start that is not after the end';
const isOrdered = ({ start, end }: { start: number; end: number }): boolean => start <= end;

const file = v.object({ name: text, size: count, type: text, modified: optional(moment), path: optional(text) });
const transfer = v.object({ to: ref, conflict, operation, ticket: optional(ticket) });
const sort = v.object({ by: v.picklist(['name', 'size', 'modified']), direction: v.picklist(['ascending', 'descending']) });
const patch = v.object({
  description: optional(v.nullable(text)),
  password: optional(v.nullable(text)),
  colour: optional(v.nullable(text)),
  modified: optional(moment),
  downloadLimit: optional(v.nullable(count)),
  expires: optional(v.nullable(moment)),
  notify: optional(v.nullable(v.picklist(['five-minutes', 'fifteen-minutes', 'hourly', 'daily']))),
  shared: optional(v.nullable(flag)),
});

const recipient = v.object({
  kind: v.picklist(['email', 'user', 'group', 'contact']),
  id: optional(text),
  email: optional(text),
  name: optional(text),
  company: optional(text),
});
const draft = v.object({
  items: refs,
  recipients: v.array(recipient),
  sender: optional(text),
  subject: optional(text),
  message: optional(text),
  note: optional(text),
  password: optional(text),
  startDate: optional(moment),
  expiryDays: optional(v.nullable(moment)),
  downloadReceipt: optional(flag),
  requireLogin: optional(flag),
  bcc: optional(flag),
  confirmation: optional(flag),
  notify: optional(flag),
  downloadLimit: optional(count),
  customFields: optional(v.array(v.object({ id: text, value: text }))),
  size: optional(count),
  delivery: optional(ticket),
  operation,
});
const deliveryPatch = v.object({
  subject: optional(text),
  message: optional(text),
  password: optional(v.nullable(text)),
  expires: optional(v.nullable(moment)),
  downloadLimit: optional(v.nullable(count)),
});
const fileRequest = v.object({
  folder: ref,
  title: text,
  message: optional(text),
  help: optional(text),
  recipients: v.array(recipient),
  password: optional(text),
  expiryDays: optional(v.nullable(moment)),
  operation,
});

/** The arguments of every call. One that is forgotten, or that differs from the contract, does not compile. */
const ARGUMENTS: { [C in CallName]: v.GenericSchema<unknown, Args<C>> } = {
  capabilities: v.strictTuple([v.object({ folder: optional(ref) })]),
  quota: v.strictTuple([]),
  init: v.strictTuple([file, v.object({ folder: ref, conflict, delivery: optional(ticket) })]),
  part: v.strictTuple([
    ticket,
    v.pipe(
      v.object({ ...part, digest: optional(text), via: optional(v.literal('relay')), retry: optional(count) }),
      v.check((one) => isOrdered(one), UNORDERED),
    ),
  ]),
  parts: v.strictTuple([ticket]),
  complete: v.strictTuple([
    ticket,
    v.array(
      v.pipe(
        v.object({ ...part, etag: optional(text), body: optional(text) }),
        v.check((one) => isOrdered(one), UNORDERED),
      ),
    ),
    v.object({ conflict: optional(conflict) }),
  ]),
  abort: v.strictTuple([ticket]),
  list: v.strictTuple([
    ref,
    v.object({ cursor: optional(text), limit: optional(v.pipe(count, v.minValue(1))), sort: optional(sort), search: optional(text) }),
  ]),
  item: v.strictTuple([ref]),
  describe: v.strictTuple([ref, patch]),
  rules: v.strictTuple([ref]),
  createFolder: v.strictTuple([ref, text, v.object({ conflict })]),
  rename: v.strictTuple([ref, text]),
  move: v.strictTuple([refs, transfer]),
  copy: v.strictTuple([refs, transfer]),
  remove: v.strictTuple([refs, v.object({ recursive: flag, ticket: optional(ticket) })]),
  download: v.strictTuple([refs]),
  activity: v.strictTuple([ref]),
  lock: v.strictTuple([ref]),
  unlock: v.strictTuple([ref]),
  recipients: v.strictTuple([text, v.object({ folder: optional(ref) })]),
  'contacts.add': v.strictTuple([v.object({ name: text, email: text })]),
  'contacts.update': v.strictTuple([ref, v.object({ name: optional(text), email: optional(text) })]),
  'contacts.remove': v.strictTuple([ref]),
  open: v.strictTuple([draft]),
  check: v.strictTuple([draft]),
  send: v.strictTuple([draft]),
  deliveries: v.strictTuple([page]),
  delivery: v.strictTuple([ref]),
  change: v.strictTuple([ref, deliveryPatch]),
  forward: v.strictTuple([ref, v.object({ recipients: v.array(recipient), message: optional(text), operation })]),
  retry: v.strictTuple([ref]),
  revoke: v.strictTuple([ref]),
  request: v.strictTuple([fileRequest]),
  requests: v.strictTuple([v.object({ cursor: optional(text), folder: optional(ref), mine: optional(flag) })]),
};

const BATCH = v.pipe(
  v.array(v.object({ n: count, backend: text, call: text, args: v.array(v.unknown()) })),
  v.minLength(1),
  v.maxLength(MAX_ENTRIES),
);

/** What is wrong, and where; never the value itself, which may be a password. */
function say([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const path = v.getDotPath(issue);
  return `${path === null ? 'they are' : `"${path}" is`} ${issue.received.startsWith('"') ? 'another value' : issue.received}; expected is ${issue.expected ?? issue.message}`;
}

/** Reads a request's body. Rejects with `invalid` what is no list of calls. */
export function readBatch(body: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new BackendError('invalid', 'The request is not JSON.', { cause });
  }
  const parsed = v.safeParse(BATCH, value, { abortEarly: true });
  if (!parsed.success) throw new BackendError('invalid', `The request is no list of 1 to ${MAX_ENTRIES} calls: ${say(parsed.issues)}.`);
  return parsed.output;
}

/** Whether a call by this name is in the contract. */
export const isCall = (name: string): name is CallName => Object.hasOwn(ARGUMENTS, name);

/** Checks a call's arguments, and leaves out whatever the contract does not know. Rejects with `invalid`. */
export function readArgs(call: CallName, args: unknown[]): unknown[] {
  const parsed = v.safeParse<v.GenericSchema<unknown, unknown[]>>(ARGUMENTS[call], args, { abortEarly: true });
  if (!parsed.success) throw new BackendError('invalid', `The arguments of "${call}" are wrong: ${say(parsed.issues)}.`);
  return parsed.output;
}
