import { randomBytes, randomInt } from 'node:crypto';
import { checkClient } from './auth.js';
import type { Account, Upload } from './records.js';
import { Refusal } from './refusal.js';
import { ok, type Arguments, type OpenMethod, type Reply, type SessionMethod } from './replies.js';
import { linkTo, nextNode, type Service } from './service.js';

/** A number that an argument must be, where it is given. */
export function numberOf(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (!/^\d+$/.test(text)) throw new Refusal(16);
  return Number(text);
}

/** Says where one form goes: the nodes take turns. */
function prepareUpload(service: Service, given: Arguments, account: Account | undefined): Reply {
  const { state, knobs } = service;
  const now = state.now();
  const { node, url } = nextNode(service);
  const parts = [randomInt(1, 1000), Math.floor(now / 1000), randomBytes(4).toString('hex').toUpperCase(), randomInt(1, 10_000), 0];
  const upload: Upload = {
    identifier: parts.join('.'),
    // Percent signs in it belong to it: who decodes them sends something else back.
    extraInfo: encodeURIComponent(`${randomBytes(45).toString('base64')}=;${randomBytes(6).toString('base64')}+/=`),
    maxFileSize: knobs.maxFileSize,
    node,
    account,
    speedLimit: numberOf(given['speed_limit']) * 1024,
    used: false,
    progress: { state: 'waiting', received: 0, total: 0, begun: now },
  };
  state.uploads.set(upload.identifier, upload);
  const query = `UPLOAD_IDENTIFIER=${upload.identifier}`;
  const attributes: Record<string, string | number> = {
    url: `${url}/apiupload?DESTINATION_DIR=${String(randomInt(1, 30))}&${query}&MAX_FILE_SIZE=${String(upload.maxFileSize)}`,
    progress_url: `${url}/progressapiupload.html?${query}&limit=${String(upload.maxFileSize)}&nginx=1`,
    max_file_size: upload.maxFileSize,
    upload_identifier: upload.identifier,
    extra_info: upload.extraInfo,
  };
  return ok({ name: 'upload', attributes: Object.fromEntries(knobs.uploadAttributes.map((name) => [name, attributes[name]])) });
}

/** `upload.getInfo` */
export const uploadInfo: SessionMethod = (service, given, { account }) => {
  if (account.membershipEnds === 0) throw new Refusal(19);
  if (service.state.spaceLeft(account) === 0) throw new Refusal(20);
  return prepareUpload(service, given, account);
};

/** `anonymous.uploadGetInfo` */
export const anonymousUploadInfo: OpenMethod = (service, given) => {
  checkClient(service, given);
  return prepareUpload(service, given, undefined);
};

/** The id in an id or a link. The document's example leaves out the `www`, and today's links are https. */
function idFrom({ urls }: Service, text: string): string {
  if (/^[0-9a-zA-Z]{6}$/.test(text)) return text;
  const own = text.startsWith(`${urls['www'] ?? ''}/`) ? text.slice((urls['www'] ?? '').length) : undefined;
  const path = own ?? /^https?:\/\/(?:www\.)?sendspace\.com(\/.*)$/.exec(text)?.[1];
  const id = /^\/(?:file|pro\/dl)\/([0-9a-zA-Z]{6})$/.exec(path ?? '')?.[1];
  if (id === undefined) throw new Refusal(26);
  return id;
}

/** `download.getInfo`: of anybody's file, as its link is public. Its password is wanted from everybody. */
export const downloadInfo: SessionMethod = (service, given, { account }) => {
  const file = service.state.file(idFrom(service, given['file_id'] ?? ''));
  if (!file) throw new Refusal(9);
  if (account.membershipEnds === 0) throw new Refusal(19);
  if (file.blocked) throw new Refusal(11);
  if (file.password !== '' && given['password'] !== file.password) throw new Refusal(22);
  if (account.bandwidthLeft >= 0 && account.bandwidthLeft < file.content.size) throw new Refusal(23);
  const url = linkTo(service, file, account);
  return ok({ name: 'download', attributes: { file_id: file.id, name: file.name, url, file_size: file.content.size } });
};
