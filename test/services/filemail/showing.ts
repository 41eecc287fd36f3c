import { manages, seesAll } from './callers.js';
import { commonLink, trackedLink } from './mails.js';
import { endOf } from './opening.js';
import type { CustomField, StoredFile, Transfer, User } from './records.js';
import { writeTime, type Service } from './service.js';
import { identity } from './state.js';
import { sizeOf } from './storage.js';

/** A fresh download URL of one file; `email` is whose link led to it. */
export function downloadUrl(service: Service, transfer: Transfer, file: StoredFile, email: string | null): string {
  const key = identity();
  const expires = Date.now() + service.knobs.downloadLifetime * 1000;
  service.state.downloadKeys.set(key, { transferId: transfer.id, fileId: file.id, email, expires });
  return `${service.filesUrl}/api/file/get?filekey=${key}`;
}

/** A file as a transfer has it. */
export function showFile(service: Service, transfer: Transfer, file: StoredFile, viewer: User | null): Record<string, unknown> {
  const all = viewer !== null && seesAll(service, viewer, transfer);
  return {
    filename: file.name,
    filesize: file.content.size,
    downloadurl: downloadUrl(service, transfer, file, all ? null : (viewer?.email ?? null)),
    fileid: file.id,
    thumbid: null,
    previewurl: null,
    md5: file.md5,
    downloads: all ? file.downloads.map(({ email, at }) => ({ email, downloaddate: writeTime(service, at) })) : [],
  };
}

function showAnswers(service: Service, transfer: Transfer): Record<string, unknown>[] {
  const company = service.state.companies.get(transfer.companyId ?? service.state.users.get(transfer.userId ?? '')?.companyId ?? '');
  const asked: readonly CustomField[] = company?.pages.get(transfer.incomingPageId ?? '')?.customFields ?? company?.customFields ?? [];
  return transfer.customFields.map(({ id, value }, index) => {
    const field = asked.find((entry) => entry.id === id);
    return {
      customfieldid: id,
      defaultvalue: '',
      description: '',
      label: field?.label ?? '',
      listitems: [],
      required: field?.required ?? false,
      visible: true,
      type: 'text',
      rendertype: 'text',
      sortorder: index,
      length: 255,
      startValue: null,
      placeholder: '',
      value,
      barcodeimage: null,
    };
  });
}

/** A transfer as somebody sees it: key, recipients and downloads are for its sender, and for administrators at either end. */
export function showTransfer(service: Service, transfer: Transfer, viewer: User | null, filesLimit = Infinity): Record<string, unknown> {
  const { filesUrl } = service;
  const all = viewer !== null && seesAll(service, viewer, transfer);
  const files = [...transfer.files.values()];
  const shown = files.slice(0, filesLimit);
  const end = endOf(transfer);
  const expires = end === Infinity ? null : writeTime(service, end);
  return {
    id: transfer.id,
    trackid: transfer.trackId,
    key: all && (viewer.id === transfer.userId || manages(service, viewer, transfer)) ? transfer.key : null,
    status: transfer.status,
    from: service.state.users.get(transfer.userId ?? '')?.email ?? transfer.from,
    subject: transfer.subject,
    message: transfer.message,
    recipients: all
      ? transfer.recipients.map(({ email, trackId, delivered, deliveryError }) => ({
          email,
          downloadlink: trackedLink(service, trackId),
          delivered,
          deliveryerror: deliveryError,
        }))
      : null,
    failedRecipients: all ? transfer.recipients.filter(({ delivered }) => !delivered).map(({ email }) => email) : null,
    sentdate: transfer.sent === null ? null : writeTime(service, transfer.sent),
    expiredate: expires,
    extendedexpiredate: expires,
    isexpired: end <= Date.now(),
    days: transfer.days,
    notify: transfer.notify,
    passwordprotected: transfer.password !== '',
    url: commonLink(service, transfer),
    size: sizeOf(transfer),
    customlogourl: null,
    compressedfileurl: null,
    compressedfilestatus: 'STATUS_NOT_COMPRESSED',
    compressedfileformat: null,
    torrentstatus: null,
    torrenturl: null,
    source: transfer.api === 'v2' ? 'Api' : 'Web',
    fileserver: new URL(filesUrl).host,
    fileserverurl: filesUrl,
    fileserverurl_main: filesUrl,
    footertext: '',
    customfields: all ? showAnswers(service, transfer) : [],
    files: shown.map((file) => showFile(service, transfer, file, viewer)),
    containsmorefiles: files.length - shown.length,
  };
}
