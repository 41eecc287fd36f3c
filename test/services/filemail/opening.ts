import { invalid, Refusal } from './errors.js';
import { people } from './people.js';
import type { CustomField, Opening, Transfer, User } from './records.js';
import type { Service } from './service.js';
import { digits, letters } from './state.js';
import { storageInUse } from './storage.js';

const DAY = 86_400_000;

/** Days that a transfer lives when nothing is said. */
const DEFAULT_DAYS = 7;

/** An opening in which nothing is said. */
export const UNSAID: Opening = {
  to: [],
  from: null,
  subject: '',
  message: '',
  password: '',
  confirmation: false,
  notify: false,
  days: DEFAULT_DAYS,
  transferSize: null,
  sourceDetails: null,
  companyId: null,
  fileRequestId: null,
  fileRequestShareId: null,
  incomingPageId: null,
  incomingPassword: null,
  customFields: [],
};

/** Checks how long a transfer is to live. */
export function checkDays({ knobs }: Service, days: number): void {
  if (days === -1 && !knobs.permanent) throw invalid('days', 'permanent transfers are not part of the plan.');
  if (days !== -1 && (days < 1 || days > knobs.maxDays)) throw invalid('days', `must be -1 or from 1 to ${knobs.maxDays}.`);
}

/** When a transfer ends. */
export const endOf = ({ created, days }: Transfer): number => (days === -1 ? Infinity : created + days * DAY);

/** Checks what makes a transfer an incoming one, and answers the questions that its sender is asked. */
function checkIncoming({ state }: Service, opening: Opening): readonly CustomField[] {
  const company = state.companies.get(opening.companyId ?? '');
  if (!company) throw invalid('companyid', 'there is no such company.');
  const request = company.fileRequests.get(opening.fileRequestId ?? '');
  if (opening.fileRequestId !== null && !request) throw invalid('fileRequestId', 'the company has no such file request.');
  const shares = [...company.fileRequests.values()].filter((entry) => !request || entry === request).flatMap((entry) => entry.shares);
  if (opening.fileRequestShareId !== null && !shares.some(({ id }) => id === opening.fileRequestShareId))
    throw invalid('fileRequestShareId', 'the company has no such share of a file request.');
  const page = company.pages.get(opening.incomingPageId ?? '');
  if (opening.incomingPageId !== null && (!page || page.deleted)) throw invalid('incomingpageid', 'the company has no such incoming page.');
  if (page && page.password !== '' && page.password !== opening.incomingPassword)
    throw invalid('incomingpassword', 'is not the password of the incoming page.', 'PasswordRequired');
  return page?.customFields ?? [];
}

function checkAnswers(asked: readonly CustomField[], given: Opening['customFields']): void {
  for (const { id } of given) if (!asked.some((field) => field.id === id)) throw invalid('customfields', `there is no field "${id}".`);
  for (const { id, label, required } of asked)
    if (required && !given.some((field) => field.id === id && field.value !== '')) throw invalid('customfields', `"${label}" is required.`);
}

/** Opens a transfer. */
export function open(service: Service, user: User | null, opening: Opening, api: Transfer['api']): Transfer {
  const { state, knobs } = service;
  checkDays(service, opening.days);
  const incoming = [opening.companyId, opening.fileRequestId, opening.fileRequestShareId, opening.incomingPageId].some((id) => id !== null);
  const own = state.companies.get(user?.companyId ?? '')?.customFields ?? [];
  checkAnswers(incoming ? checkIncoming(service, opening) : own, opening.customFields);
  const size = opening.transferSize ?? 0;
  if (size > knobs.maxTransferSize) throw new Refusal(409, 'FreeLimitReached', 'The transfer is larger than the plan allows.');
  const company = opening.companyId ?? user?.companyId ?? null;
  if (storageInUse(service, company) + size > knobs.storageLimit) throw new Refusal(409, 'FreeLimitReached', 'The storage is full.');
  const transfer: Transfer = {
    ...opening,
    to: people(service, user, opening.to),
    id: letters(15),
    key: digits(),
    trackId: letters(8),
    api,
    userId: user?.id ?? null,
    status: 'STATUS_INPROGRESS',
    created: Date.now(),
    sent: null,
    recipients: [],
    files: new Map(),
    arriving: new Map(),
    downloads: 0,
  };
  state.transfers.set(transfer.id, transfer);
  return transfer;
}

/** Where the bytes of a transfer go, as both APIs say it. */
export function target({ filesUrl, alternateUrl, knobs }: Service, transfer: Transfer): Record<string, unknown> {
  return {
    transferid: transfer.id,
    transferkey: transfer.key,
    transferurl: `${filesUrl}/savefile.ashx`,
    region: 'local',
    alternate_urls: knobs.alternates ? [`${alternateUrl}/savefile.ashx`] : [],
    transferip: '127.0.0.1',
    udpport: 8080,
    udpthreshold: 100,
  };
}
