import { BackendError } from '../backend/errors.js';
import type { PartTarget } from '../backend/upload.js';
import type { Reply } from './sendspace.answers.js';

/** What goes with every file, in the form that brings it. */
export interface SendspaceForm {
  description?: string;
  /** Asked of whoever downloads; accounts alone. */
  password?: string;
  /** Who is written to as soon as the file is there. */
  recipients?: string[];
  message?: string;
  /** Whether the account's owner is written to, or for anonymous files the address that is. */
  notify?: boolean | string;
  /** Kilobytes a second; the service slows the upload down. */
  speedLimit?: number;
}

/** Where one file may be sent, once. */
export interface UploadPlace {
  url: string;
  progress: string;
  maxFileSize: number;
  identifier: string;
  /** Percent-encoded already, and to be sent back as it is. */
  extra: string;
}

/** Seconds for which a place is said to be good; it is asked for anew for every try. */
const EXPIRES = 900;

/** Reads where a file may be sent. */
export function placeOf(reply: Reply): UploadPlace {
  const {
    url = '',
    progress_url: progress = '',
    max_file_size = '',
    upload_identifier: identifier = '',
    extra_info: extra = '',
  } = reply.single['upload'] ?? {};
  const maxFileSize = Number(max_file_size);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || !identifier || !(maxFileSize > 0))
    throw new BackendError('server', 'Asking where to upload failed: sendspace did not say it.');
  return { url, progress, maxFileSize, identifier, extra };
}

/** Whether an upload writes to somebody: then it must not be sent twice, and the name in it is the one that people read. */
export const isTold = ({ recipients = [], notify }: SendspaceForm): boolean =>
  recipients.length > 0 || (notify !== undefined && notify !== false);

/** The form that brings one file. Fields that say nothing are left out. */
export function targetOf(place: UploadPlace, filename: string, form: SendspaceForm, more: Record<string, string> = {}): PartTarget {
  const { description, password, recipients = [], message, notify } = form;
  const fields: Record<string, string | undefined> = {
    MAX_FILE_SIZE: String(place.maxFileSize),
    UPLOAD_IDENTIFIER: place.identifier,
    extra_info: place.extra,
    ...more,
    description,
    password,
    recipient_email: recipients.length > 0 ? recipients.join(',') : undefined,
    recipient_message: message,
    notify_uploader: typeof notify === 'boolean' ? (notify ? '1' : '0') : notify,
  };
  return {
    url: place.url,
    method: 'POST',
    headers: {},
    form: {
      fields: Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      file: 'userfile',
      filename,
    },
    answer: 'body',
    expires: EXPIRES,
  };
}

/** Refuses a part that is not the whole file: a form takes a file at once. */
export function checkWhole(
  { name, size }: { name: string; size: number },
  { number, start, end }: { number: number; start: number; end: number },
): void {
  if (number !== 1 || start !== 0 || end !== size)
    throw new BackendError(
      'invalid',
      `"${name}" goes in one part of ${String(size)} bytes, not in part ${String(number)} from ${String(start)} to ${String(end)}.`,
    );
}

/** Refuses a file that is larger than the service takes. */
export function checkSize(name: string, size: number, most: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new BackendError('invalid', `"${name}" has no size: ${String(size)}.`);
  if (size > most) throw new BackendError('too-large', `"${name}" has ${String(size)} bytes; sendspace takes up to ${String(most)}.`);
}
