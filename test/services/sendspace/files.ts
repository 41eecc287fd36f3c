import { checkClient } from './auth.js';
import type { Account, LimitAction, StoredFile } from './records.js';
import { Refusal } from './refusal.js';
import { each, ok, type Arguments, type OpenMethod, type SessionMethod } from './replies.js';
import { deletePageOf, isPremium, linkTo, pageOf, type Service } from './service.js';
import { addresses, listed } from './state.js';
import { ownFolder } from './places.js';
import { numberOf } from './transfers.js';
import type { Element } from './xml.js';

/** A time as the service tells it; EST is five hours behind all year. */
export function timeOf({ knobs }: Service, at: number): string {
  if (knobs.times === 'unix') return String(Math.floor(at / 1000));
  return new Date(at - 5 * 3_600_000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** Whether a file is open to the account's team, by itself or by its folder. */
function sharedWith({ state }: Service, account: Account, file: StoredFile): boolean {
  const sameTeam = account.team !== undefined && file.owner?.team === account.team;
  return sameTeam && (file.businessShared || state.folders.get(file.folderId)?.businessShared === true);
}

/** A file that the account may see. */
function seenFile(service: Service, account: Account, id: string): StoredFile {
  const file = service.state.file(id);
  if (!file || (file.owner !== account && !sharedWith(service, account, file))) throw new Refusal(9, { id });
  return file;
}

/** A file that the account may change. */
function ownFile(service: Service, account: Account, id: string): StoredFile {
  const file = seenFile(service, account, id);
  if (file.owner !== account) throw new Refusal(11, { id });
  return file;
}

/** `<file>` with all that its owner may know; others of the team know less. */
export function fileElement(service: Service, account: Account, file: StoredFile, more: { deleteUrl: boolean }): Element {
  const owned = file.owner === account;
  const left = file.timeLimitEnds === undefined ? 0 : Math.max(Math.ceil((file.timeLimitEnds - service.state.now()) / 1000), 0);
  return {
    name: 'file',
    attributes: {
      id: file.id,
      name: file.name,
      description: file.description,
      password: owned && file.password !== '' ? file.password : undefined,
      folder_id: file.folderId,
      download_page_url: pageOf(service, file),
      direct_download_url: isPremium(account) ? linkTo(service, file, account) : '',
      delete_url: owned && more.deleteUrl ? deletePageOf(service, file) : undefined,
      upload_time: timeOf(service, file.uploaded),
      file_size: file.content.size,
      downloads: file.downloads,
      time_limit: left,
      download_limit: file.downloadLimit ?? 0,
      limit_action: file.limitAction,
      limit_action_to_folder: file.limitActionToFolder,
      business_shared: file.businessShared ? 1 : undefined,
      not_owned: owned ? undefined : 1,
    },
  };
}

/** Applies what `files.setInfo` was given: all of it, or nothing. */
function change(service: Service, account: Account, file: StoredFile, given: Arguments): void {
  const to: Partial<StoredFile> = {};
  if (given['name'] !== undefined) to.name = given['name'];
  if (given['description'] !== undefined) to.description = given['description'];
  if (given['password'] !== undefined) to.password = given['password'];
  if (given['folder_id'] !== undefined) to.folderId = ownFolder(service, account, given['folder_id']).id;
  if (given['business_shared'] !== undefined) {
    const folder = service.state.folders.get(to.folderId ?? file.folderId);
    if (account.team === undefined || (folder && folder.parentId !== '0')) throw new Refusal(11, { id: file.id });
    to.businessShared = given['business_shared'] === '1';
  }
  if (given['time_limit'] !== undefined) {
    const seconds = numberOf(given['time_limit']);
    to.timeLimitEnds = seconds === 0 ? undefined : service.state.now() + seconds * 1000;
  }
  if (given['download_limit'] !== undefined) to.downloadLimit = numberOf(given['download_limit']) || undefined;
  if (given['limit_action'] !== undefined) {
    if (!/^[0-3]?$/.test(given['limit_action'])) throw new Refusal(21, { id: file.id });
    to.limitAction = Number(given['limit_action']) as LimitAction;
    to.limitActionToFolder = to.limitAction === 3 ? ownFolder(service, account, given['limit_action_to_folder'] ?? '').id : '';
  }
  Object.assign(file, to);
  if (to.timeLimitEnds !== undefined || to.downloadLimit !== undefined || to.limitAction !== undefined) file.blocked = false;
}

const ids = (given: Arguments): string[] => listed(given['file_id'] ?? '');

/** The methods on files of an account. */
export const fileMethods = {
  'files.getInfo': (service, given, { account }) =>
    each(ids(given), {}, (id) => fileElement(service, account, seenFile(service, account, id), { deleteUrl: true })),

  'files.moveToFolder': (service, given, { account }) => {
    const folder = ownFolder(service, account, given['folder_id'] ?? '');
    return each(ids(given), { list: 'id' }, (id) => {
      const file = ownFile(service, account, id);
      file.folderId = folder.id;
      return fileElement(service, account, file, { deleteUrl: true });
    });
  },

  'files.setInfo': (service, given, { account }) =>
    each(ids(given), {}, (id) => {
      const file = ownFile(service, account, id);
      change(service, account, file, given);
      return fileElement(service, account, file, { deleteUrl: true });
    }),

  'files.delete': (service, given, { account }) =>
    each(ids(given), { list: 'id' }, async (id) => {
      await service.state.removeFile(ownFile(service, account, id));
      return { name: 'file', attributes: { id } };
    }),

  'files.sendMail': (service, given, { account }) => {
    const files = ids(given).map((id) => seenFile(service, account, id));
    const to = addresses(given['emails'] ?? '', service.knobs.maxRecipients);
    const direct = given['direct_link'] === '1' && isPremium(account);
    const links = files.map((file) => (direct ? linkTo(service, file, account) : pageOf(service, file)));
    service.state.mails.push({ kind: 'files', from: account.email, to, message: given['message'] ?? '', links });
    return ok({ name: 'id', text: ids(given).join(',') });
  },
} satisfies Record<string, SessionMethod>;

/** `anonymous.filesSendMail`: of anybody's files. */
export const anonymousMail: OpenMethod = (service, given) => {
  checkClient(service, given);
  const files = ids(given).map((id) => {
    const file = service.state.file(id);
    if (!file) throw new Refusal(9, { id });
    return file;
  });
  const [from] = addresses(given['sender_email'] ?? '', 1);
  const to = addresses(given['emails'] ?? '', service.knobs.maxRecipients);
  const links = files.map((file) => pageOf(service, file));
  service.state.mails.push({ kind: 'files', from, to, message: given['message'] ?? '', links });
  return ok({ name: 'status', text: 'ok' }, { name: 'id', text: ids(given).join(',') });
};
