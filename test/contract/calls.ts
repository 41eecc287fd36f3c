import type { Backend, CallName, CallOptions } from '../../src/backend/backend.js';
import { type Ref, ROOT } from '../../src/backend/item.js';
import type { Ticket } from '../../src/backend/upload.js';
import { encoded, streamOf } from './bytes.js';
import { type Bench, operation, ref, type Stage } from './stage.js';

/** Every call of a backend, those included that never cross a wire. */
export type AnyCall = CallName | 'write' | 'read';

/** Things that calls can be tried on. What the backend cannot have is stood in for by something that was never there. */
export interface Scene {
  stage: Stage;
  folder: Ref;
  item: Ref;
  ticket: Ticket;
  delivery: Ref;
  contact: Ref;
}

const missing = (call: string) => Promise.reject(new Error(`the backend has no "${call}"`));
const PART = { number: 1, start: 0, end: 5 };
const NOBODY = { id: 'nobody' };

/** Sets a scene with as much in it as the backend can have. */
export async function sceneOf(stage: Stage): Promise<Scene> {
  const { backend, can } = stage;
  const item = can.upload ? ref(await stage.store('scene.txt', 'scene')) : ROOT;
  const folder = can.createFolder ? ref(await stage.folder('scene')) : ROOT;
  const ticket = can.upload ? (await stage.begin('open.txt', 5)).ticket : null;
  const canSend = can.send && can.send.when.includes('after-upload') && can.send.unit === 'items' && can.send.link && can.upload;
  const delivery = canSend ? ref(await backend.send(stage.draft({ items: [item] }))) : NOBODY;
  const contact =
    can.contacts && can.contacts.add ? ref(await backend.contacts.add({ name: 'Scene', email: 'scene@example.com' })) : NOBODY;
  return { stage, folder, item, ticket, delivery, contact };
}

type Try = (backend: Backend, scene: Scene, options: CallOptions) => Promise<unknown>;

const people = [{ kind: 'email' as const, email: 'somebody@example.com' }];

/** One plain use of every call. One that is forgotten here does not compile. */
export const TRIES: Record<AnyCall, Try> = {
  capabilities: (backend, _, options) => backend.capabilities({}, options),
  quota: (backend, _, options) => backend.quota(options),
  init: (backend, { stage }, options) =>
    backend.init(
      { name: 'tried.txt', size: 5, type: '' },
      { folder: ROOT, conflict: stage.can.upload ? (stage.can.upload.conflict[0] ?? 'ask') : 'ask' },
      options,
    ),
  part: (backend, { ticket }, options) => backend.part(ticket, PART, options),
  parts: (backend, { ticket }, options) => backend.parts(ticket, options),
  complete: (backend, { ticket }, options) => backend.complete(ticket, [], {}, options),
  abort: (backend, { ticket }, options) => backend.abort(ticket, options),
  list: (backend, _, options) => backend.list(ROOT, {}, options),
  item: (backend, { item }, options) => backend.item(item, options),
  describe: (backend, { item }, options) => backend.describe(item, { description: 'tried' }, options),
  rules: (backend, _, options) => backend.rules(ROOT, options),
  createFolder: (backend, _, options) => backend.createFolder(ROOT, 'tried', { conflict: 'ask' }, options),
  rename: (backend, { item }, options) => backend.rename(item, 'tried.txt', options),
  move: (backend, { item, folder }, options) => backend.move([item], { to: folder, conflict: 'ask', operation: operation() }, options),
  copy: (backend, { item, folder }, options) => backend.copy([item], { to: folder, conflict: 'ask', operation: operation() }, options),
  remove: (backend, { item }, options) => backend.remove([item], { recursive: false }, options),
  download: (backend, { item }, options) => backend.download([item], options),
  activity: (backend, { item }, options) => backend.activity(item, options),
  lock: (backend, { item }, options) => backend.lock(item, options),
  unlock: (backend, { item }, options) => backend.unlock(item, options),
  recipients: (backend, _, options) => backend.recipients('scene', {}, options),
  'contacts.add': (backend, _, options) => backend.contacts.add({ name: 'Tried', email: 'tried@example.com' }, options),
  'contacts.update': (backend, { contact }, options) => backend.contacts.update(contact, { name: 'Tried' }, options),
  'contacts.remove': (backend, { contact }, options) => backend.contacts.remove(contact, options),
  open: (backend, { stage }, options) => backend.open(stage.draft(), options),
  check: (backend, { stage, item }, options) => backend.check(stage.draft({ items: [item], recipients: people }), options),
  send: (backend, { stage, item }, options) => backend.send(stage.draft({ items: [item], recipients: people }), options),
  deliveries: (backend, _, options) => backend.deliveries({}, options),
  delivery: (backend, { delivery }, options) => backend.delivery(delivery, options),
  change: (backend, { delivery }, options) => backend.change(delivery, {}, options),
  forward: (backend, { delivery }, options) => backend.forward(delivery, { recipients: people, operation: operation() }, options),
  retry: (backend, { delivery }, options) => backend.retry(delivery, options),
  revoke: (backend, { delivery }, options) => backend.revoke(delivery, options),
  request: (backend, _, options) => backend.request({ folder: ROOT, title: 'Tried', recipients: people, operation: operation() }, options),
  requests: (backend, _, options) => backend.requests({}, options),
  write: (backend, { ticket }, options) => backend.write?.(ticket, PART, streamOf(encoded('tried')), options) ?? missing('write'),
  read: (backend, { item }, options) => backend.read?.(item, { start: 0 }, options) ?? missing('read'),
};

/** The names of all calls. */
export const CALLS = Object.keys(TRIES) as AnyCall[];

/** Whether a backend has a call; nothing, where that is not for it to say. */
export function has({ can, writes, reads, parts, downloads }: Omit<Bench, 'it' | 'apart'>, call: AnyCall): boolean | undefined {
  switch (call) {
    case 'capabilities':
      return true;
    case 'init':
    case 'complete':
      return can.upload !== false;
    case 'part':
      return parts;
    case 'parts':
      return can.upload !== false && can.upload.resume !== false;
    case 'abort':
      return can.upload !== false || can.open;
    case 'write':
      return writes ? can.upload !== false : undefined;
    case 'read':
      return reads ? can.download !== false : undefined;
    case 'download':
      return downloads;
    case 'contacts.add':
    case 'contacts.update':
    case 'contacts.remove':
      return can.contacts && can.contacts[call.slice('contacts.'.length) as keyof typeof can.contacts];
    default:
      return can[call] !== false;
  }
}
