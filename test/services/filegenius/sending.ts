import { randomInt } from 'node:crypto';
import type { Value } from './answers.js';
import { fileInfo } from './changing.js';
import { invalid, Refusal, required } from './errors.js';
import { entryOf, flagsAt, hasAccess, need } from './permissions.js';
import type { Brand, Call, Methods } from './service.js';
import type { Group, Link, User } from './state.js';
import { workspaceOf, type Entry } from './tree.js';

const DAY = 86_400_000;

/** The entries of `file_id`, all in one workspace, that the caller may send. */
function entriesOf(call: Call): Entry[] {
  const ids = [...new Set(call.parameters.list('file_id'))];
  if (ids.length === 0) throw required('file_id');
  const entries = ids.map((id) => entryOf(call, id));
  if (new Set(entries.map((entry) => workspaceOf(entry)?.id)).size > 1) {
    throw new Refusal('invalid', 'Files Cannot Be Sent', 'All files must reside in the same workspace.');
  }
  for (const { parent } of entries) need(call, 'sendFiles', parent);
  return entries;
}

/** `link_expiration`: when a link ends, if ever. */
function expiryOf({ parameters }: Call, allowed: (days: number) => boolean): Date | null {
  const days = parameters.number('link_expiration') ?? 15;
  if (!allowed(days)) throw invalid('link_expiration', 'a number of days that is allowed');
  return days === 0 ? null : new Date(Date.now() + days * DAY);
}

function makeLink({ service: { state } }: Call, link: Omit<Link, 'digits' | 'downloads'>): Link {
  const made = { ...link, digits: String(randomInt(1e9, 1e12)), downloads: 0 };
  state.links.set(made.digits, made);
  return made;
}

/** The users, and members of the groups, of these ids; whoever does not exist or has no access to all entries is left out in silence. */
function usersOf({ service: { state }, parameters }: Call, entries: readonly Entry[]): User[] {
  const reaches = (who: User | Group): boolean =>
    entries.every((entry) => hasAccess(state, who, entry.type === 'folder' ? entry : (entry.parent ?? state.root)));
  const found = <T extends User | Group>(all: ReadonlyMap<number, T>, name: string): T[] =>
    parameters.list(name).flatMap((id) => {
      const who = all.get(Number(id));
      return who && reaches(who) ? [who] : [];
    });
  const members = found(state.groups, 'user_group_ids').flatMap((group) => [...group.members].flatMap((id) => state.users.get(id) ?? []));
  return [...found(state.users, 'user_ids'), ...members];
}

/** The addresses of `non_users` that are left: none where a login is required or the caller may not write to outsiders. */
function outsidersOf({ service: { state }, caller, parameters }: Call, entries: readonly Entry[]): string[] {
  const may = entries.every(({ parent }) => parent && flagsAt(state, caller, parent).has('sendFilesNonUser'));
  if (!may || parameters.flag('require_login')) return [];
  return parameters.list('non_users').filter((address) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address));
}

const sameIds = (entries: readonly Entry[]): string =>
  entries
    .map(({ id }) => id)
    .sort((one, other) => one - other)
    .join();

/** Tuyu: several files, or a folder, to three or more outsiders need the id of `send_files_prep`, once and for the same files. */
function checkPreparation({ service: { state }, caller, parameters }: Call, entries: readonly Entry[], outsiders: readonly string[]): void {
  const many = entries.length > 1 || entries.some(({ type }) => type === 'folder');
  if (!many || new Set(outsiders).size < 3) return;
  const id = parameters.text('file_preparation_id') ?? '';
  const prepared = state.preparations.get(id);
  if (prepared?.userId !== caller.id || prepared.fileIds !== sameIds(entries)) throw invalid('file_preparation_id', 'that of these files');
  state.preparations.delete(id);
}

function send(call: Call): Record<string, Value> {
  const { service, caller, parameters } = call;
  const { state, url, brand } = service;
  const entries = entriesOf(call);
  const expires = expiryOf(call, (days) => days <= 15);
  const outsiders = outsidersOf(call, entries);
  if (brand === 'tuyu') checkPreparation(call, entries, outsiders);
  const hidden = brand === 'filegenius' && parameters.flag('bcc');
  const [requireLogin, receipt] = [parameters.flag('require_login'), parameters.flag('download_receipt')];
  const addresses = [...new Set([...usersOf(call, entries).map(({ email }) => email), ...outsiders])];
  for (const recipient of addresses) {
    const link = makeLink(call, {
      entryIds: entries.map(({ id }) => id),
      expires,
      requireLogin,
      recipient,
      receiptTo: receipt ? caller.email : undefined,
    });
    state.mails.push({
      kind: 'delivery',
      from: caller.email,
      to: recipient,
      others: hidden ? [] : addresses.filter((address) => address !== recipient),
      subject: parameters.text('subject') ?? '',
      message: parameters.text('message') ?? '',
      names: entries.map(({ name }) => name),
      url: `${url}/downloadPublic/${link.digits}`,
    });
  }
  // Of several files the first; nothing tells who was left out.
  return { fileInfo: fileInfo(entries[0]!) };
}

function prepare(call: Call): Record<string, Value> {
  const { service, caller } = call;
  const id = String(service.state.number());
  service.state.preparations.set(id, { userId: caller.id, fileIds: sameIds(entriesOf(call)) });
  return { sendFilesPrep: { [service.knobs.preparationField]: id } };
}

function createLink(call: Call): Record<string, Value> {
  const { service, parameters } = call;
  const file = entryOf(call, parameters.need('file_id'));
  if (file.type === 'folder') throw invalid('file_id', 'the id of a file');
  need(call, 'sendFiles', file.parent);
  const expires = expiryOf(call, (days) => days <= 15 || [30, 60, 90].includes(days));
  const { digits } = makeLink(call, { entryIds: [file.id], expires, requireLogin: false, recipient: undefined, receiptTo: undefined });
  return { fileCreateLink: { fileId: file.id, fileName: file.name, downloadLink: `${service.url}/downloadPublic/${digits}` } };
}

/** `file_send`, and what Tuyu has beside it. */
export const sendingMethods = (brand: Brand): Methods => ({
  file_send: { verb: 'POST', act: send },
  ...(brand === 'tuyu' && {
    send_files_prep: { verb: 'POST', act: prepare },
    create_file_link: { verb: 'POST', act: createLink },
  }),
});
