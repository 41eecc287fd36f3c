import type { Arrived } from './forms.js';
import { ownFolder } from './places.js';
import type { Account, StoredFile, Upload } from './records.js';
import { Refusal } from './refusal.js';
import { textOf } from './replies.js';
import { deletePageOf, pageOf, type Service } from './service.js';
import { addresses, code, freshId, listed } from './state.js';

/** A form whose files are not kept. */
export class FormRefusal extends Error {}

type Fields = Readonly<Record<string, string>>;

/** The ticket of a form, which serves once. */
function ticketOf({ state }: Service, fields: Fields): Upload {
  const upload = state.uploads.get(fields['UPLOAD_IDENTIFIER'] ?? '');
  if (!upload || upload.used) throw new FormRefusal('The upload identifier is unknown or was used');
  upload.used = true;
  if (fields['extra_info'] !== upload.extraInfo) throw new FormRefusal('The extra information is wrong');
  if (!/^\d+$/.test(fields['MAX_FILE_SIZE'] ?? '')) throw new FormRefusal('The maximal size is missing');
  return upload;
}

/** The first file is `userfile` or in the field that is said to be it; further ones are `userfile2` to `userfile100`. */
function numberOf(field: string, fields: Fields): number | undefined {
  if (field === 'userfile' || fields['userfile'] === field || fields[field] === 'userfile') return 1;
  const number = Number(/^userfile(\d{1,3})$/.exec(field)?.[1]);
  return number >= 2 && number <= 100 ? number : undefined;
}

/** Where an account's files go, and that they fit. */
function destination(service: Service, account: Account, fields: Fields, size: number): string {
  const left = service.state.spaceLeft(account);
  if (left >= 0 && size > left) throw new FormRefusal(textOf(20));
  try {
    return ownFolder(service, account, fields['folder_id'] ?? '0').id;
  } catch (error) {
    if (error instanceof Refusal) throw new FormRefusal(error.message);
    throw error;
  }
}

/** Those of a list that are addresses: one that is none is left out in silence, as the files are there by then. */
function valid(text: string): string[] {
  return listed(text).filter((email) => {
    try {
      return addresses(email, 1).length === 1;
    } catch {
      return false;
    }
  });
}

/** Writes to the recipients, and to the uploader: by a flag where they have an account, else to the address that they gave. */
function notify(service: Service, account: Account | undefined, fields: Fields, files: readonly StoredFile[]): void {
  const { mails } = service.state;
  const links = files.map((file) => pageOf(service, file));
  const to = valid(fields['recipient_email'] ?? '');
  if (to.length > 0) mails.push({ kind: 'upload', from: account?.email, to, message: fields['recipient_message'] ?? '', links });
  const uploader = account ? (fields['notify_uploader'] === '1' ? [account.email] : []) : valid(fields['notify_uploader'] ?? '');
  const deleteLinks = files.map((file) => deletePageOf(service, file));
  if (uploader.length > 0) mails.push({ kind: 'notice', from: undefined, to: uploader, message: '', links: [...links, ...deleteLinks] });
}

/** Keeps the files of a form, in the order of their numbers, or none of them. */
export function acceptForm(service: Service, fields: Fields, arrived: readonly Arrived[]): StoredFile[] {
  const { state } = service;
  const { account, maxFileSize } = ticketOf(service, fields);
  const chosen = arrived
    .flatMap((file) => {
      const number = numberOf(file.field, fields);
      // An input that nothing was chosen in has no name and no bytes.
      return number === undefined || (file.name === '' && file.content.size === 0) ? [] : [{ ...file, number }];
    })
    .sort((one, other) => one.number - other.number);
  if (chosen.length === 0) throw new FormRefusal('No file was uploaded');
  const largest = Math.min(maxFileSize, Number(fields['MAX_FILE_SIZE']));
  if (chosen.some(({ content }) => content.size > largest)) throw new FormRefusal('The file is too large');
  const size = chosen.reduce((sum, { content }) => sum + content.size, 0);
  const folderId = account ? destination(service, account, fields, size) : '0';
  const files = chosen.map(({ number, name, content }): StoredFile => {
    const file: StoredFile = {
      id: freshId(state.files),
      owner: account,
      name: name || 'untitled',
      description: fields[number === 1 ? 'description' : `description${String(number)}`] ?? '',
      password: account ? (fields['password'] ?? '') : '',
      folderId,
      uploaded: state.now(),
      content,
      downloads: 0,
      timeLimitEnds: undefined,
      downloadLimit: undefined,
      limitAction: 0,
      limitActionToFolder: '',
      blocked: false,
      businessShared: false,
      deleteKey: Buffer.from(code(16)).toString('hex'),
    };
    state.files.set(file.id, file);
    return file;
  });
  notify(service, account, fields, files);
  return files;
}
