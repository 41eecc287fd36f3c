import type { CallName } from '../../src/backend/backend.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import type { Item, ItemPatch } from '../../src/backend/item.js';
import type { Ticket } from '../../src/backend/upload.js';

/** What became of the calls that a backend says it has. */
export interface Made {
  answered: CallName[];
  /** Those that were never answered, with the last reason. */
  unanswered: string[];
}

/** Runs in the page: makes every call of a backend, and writes every answer and every refusal to the log. */
export async function everyCall(): Promise<Made> {
  const { ferrykit } = window as unknown as { ferrykit: typeof import('../../src/index.js') };
  const { ROOT } = ferrykit;
  const backend = ferrykit.relayBackend({ url: '/relay', backend: 'canary' });
  const answered = new Set<CallName>();
  const reasons: Partial<Record<CallName, string>> = {};
  const attempt = async <T>(name: CallName, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await call();
      answered.add(name);
      console.log(name, JSON.stringify(answer));
      return answer;
    } catch (error) {
      const { message, stack, cause } = error as Error;
      console.log(name, JSON.stringify(error), message, String(stack), JSON.stringify(cause));
      reasons[name] = message;
      return undefined;
    }
  };
  const fetched = async (...request: Parameters<typeof fetch>): Promise<string> => {
    const text = await fetch(...request).then(
      (response) => response.text(),
      (error: unknown) => String(error),
    );
    console.log('bytes', text);
    return text;
  };
  const operation = (): string => crypto.randomUUID();

  const can = await attempt('capabilities', () => backend.capabilities({}));
  const upload = can?.upload;
  const send = can?.send;
  const recipients = ['anna@example.com', 'carl@example.com'].map((email) => ({ kind: 'email' as const, email }));
  const draft = (items: Item[] = []): DeliveryDraft => ({
    items,
    recipients,
    operation: operation(),
    ...(send && send.sender && { sender: 'carla@example.com' }),
    ...(send && send.subject && { subject: 'Papers' }),
    ...(send && send.message && { message: 'Here they are.' }),
    ...(send && send.password && { password: 'for the recipient' }),
  });
  const bring = async (name: string, delivery?: Ticket): Promise<Item | undefined> => {
    const bytes = new Blob(['the bytes of a file']);
    const where = { folder: ROOT, conflict: 'rename' as const, ...(delivery !== undefined && { delivery }) };
    const opened = await attempt('init', () => backend.init({ name, size: bytes.size, type: '' }, where));
    if (!opened || !('ticket' in opened)) return undefined;
    const part = { number: 1, start: 0, end: bytes.size };
    const target = await attempt('part', () => backend.part(opened.ticket, part));
    if (!target) return undefined;
    const body = await fetched(target.url, { method: target.method, headers: target.headers, body: bytes });
    const ticket = target.ticket ?? opened.ticket;
    await attempt('parts', () => backend.parts(ticket));
    const uploaded = { ...part, ...(target.answer === 'body' && { body }) };
    const completed = await attempt('complete', () => backend.complete(ticket, [uploaded], {}));
    return completed && 'item' in completed ? completed.item : undefined;
  };

  if (send && send.when.includes('around-upload')) {
    const around = draft();
    const opened = await attempt('open', () => backend.open(around));
    if (opened) {
      await bring('sent.bin', opened.ticket);
      await attempt('send', () => backend.send({ ...around, delivery: opened.ticket }));
    }
    const other = await attempt('open', () => backend.open(draft()));
    if (other) await attempt('abort', () => backend.abort(other.ticket));
  } else if (upload) {
    const given = await attempt('init', () => backend.init({ name: 'given up', size: 1, type: '' }, { folder: ROOT, conflict: 'rename' }));
    if (given && 'ticket' in given) await attempt('abort', () => backend.abort(given.ticket));
  }
  const brought = upload && !upload.needsDelivery ? await bring('brought.bin') : undefined;
  const listed = await attempt('list', () => backend.list(ROOT, {}));
  const small = ({ kind, size = 0 }: Item): boolean => kind === 'file' && size < 1000;
  let file = brought ?? listed?.items.find(small);
  for (const within of file ? [] : (listed?.items ?? [])) {
    if (within.kind === 'folder') file ??= (await attempt('list', () => backend.list(within, {})))?.items.find(small);
  }
  const folder = await attempt('createFolder', () => backend.createFolder(ROOT, 'made', { conflict: 'rename' }));
  await attempt('quota', () => backend.quota());
  await attempt('rules', () => backend.rules(ROOT));
  await attempt('recipients', () => backend.recipients('a', {}));
  const contact = await attempt('contacts.add', () => backend.contacts.add({ name: 'Bo', email: 'bo@example.com' }));
  if (contact) {
    await attempt('contacts.update', () => backend.contacts.update(contact, { name: 'Bo B' }));
    await attempt('contacts.remove', () => backend.contacts.remove(contact));
  }
  if (file) {
    const values: ItemPatch = { description: 'described', modified: 1e12, colour: 'red', downloadLimit: 5, shared: true };
    const fields = can?.describe ? can.describe.fields : [];
    const patch = Object.fromEntries(Object.entries(values).filter(([name]) => fields.includes(name as keyof ItemPatch)));
    await attempt('item', () => backend.item(file));
    await attempt('describe', () => backend.describe(file, patch));
    await attempt('activity', () => backend.activity(file));
    await attempt('lock', () => backend.lock(file));
    await attempt('unlock', () => backend.unlock(file));
    for (const { url } of (await attempt('download', () => backend.download([file]))) ?? []) await fetched(url);
    await attempt('check', () => backend.check(draft([file])));
    if (send && send.unit === 'items') await attempt('send', () => backend.send(draft([file])));
  }
  const sent = (await attempt('deliveries', () => backend.deliveries({})))?.deliveries[0];
  if (sent) {
    await attempt('delivery', () => backend.delivery(sent));
    await attempt('change', () => backend.change(sent, { message: 'changed' }));
    const bo = [{ kind: 'email' as const, email: 'bo@example.com' }];
    await attempt('forward', () => backend.forward(sent, { recipients: bo, operation: operation() }));
    await attempt('retry', () => backend.retry(sent));
  }
  if (file) {
    const to = folder ?? ROOT;
    await attempt('copy', () => backend.copy([file], { to, conflict: 'rename', operation: operation() }));
    const renamed = await attempt('rename', () => backend.rename(file, 'renamed.bin'));
    await attempt('move', () => backend.move([renamed ?? file], { to, conflict: 'rename', operation: operation() }));
  }
  if (sent) await attempt('revoke', () => backend.revoke(sent));
  const asked = { folder: folder ?? ROOT, title: 'Papers', recipients, operation: operation() };
  await attempt('request', () => backend.request(asked));
  await attempt('requests', () => backend.requests({}));
  // What is refused.
  await attempt('createFolder', () => backend.createFolder(ROOT, 'made', { conflict: 'ask' }));
  await attempt('list', () => backend.list({ id: 'not there' }, {}));
  await attempt('list', () => backend.list(ROOT, { cursor: 'none' }));
  await attempt('remove', () => backend.remove([folder ?? file ?? ROOT], { recursive: true }));

  if (!can) return { answered: [], unanswered: [`capabilities: ${reasons.capabilities ?? ''}`] };
  const calls: Record<CallName, unknown> = {
    ...can,
    capabilities: true,
    init: upload,
    part: upload,
    parts: upload && upload.resume,
    complete: upload,
    abort: upload,
    'contacts.add': can.contacts && can.contacts.add,
    'contacts.update': can.contacts && can.contacts.update,
    'contacts.remove': can.contacts && can.contacts.remove,
  };
  const has = (Object.keys(calls) as CallName[]).filter((name) => !['account', 'upload', 'contacts'].includes(name) && calls[name]);
  const unanswered = has.filter((name) => !answered.has(name)).map((name) => `${name}: ${reasons[name] ?? 'not made'}`);
  return { answered: [...answered], unanswered };
}
