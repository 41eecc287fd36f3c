import type { Backend, CallOptions } from '../backend/backend.js';
import type { Limits } from '../backend/caller.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { FileRequest, FileRequestDraft } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import { isExpired, ownerOf, together } from './links.deliveries.js';
import { checkRequest } from './links.drafts.js';
import { DAY, type LinkGround } from './links.ground.js';
import { letterOfRequest } from './links.letters.js';
import { hashPassword } from './links.passwords.js';
import { now, type LinkRecord } from './links.records.js';
import { stateOf, writeAll } from './links.writing.js';

/** The narrower of two limits. Strangers learn nothing of what is there, and replace nothing. */
export function narrowest(one: Limits, other: Limits): Limits {
  const least = (name: 'maxFileSize' | 'files' | 'bytesPerDay'): Limits => {
    const figure = Math.min(one[name] ?? Infinity, other[name] ?? Infinity);
    return figure === Infinity ? {} : { [name]: figure };
  };
  // Of two lists what stands in both: which of `.jpg` and `image/*` is narrower nobody can tell.
  const types = one.types && other.types ? one.types.filter((type) => other.types?.includes(type)) : (one.types ?? other.types);
  return { ...least('maxFileSize'), ...least('files'), ...least('bytesPerDay'), ...(types && { types }), conflicts: ['rename'] };
}

/** Whether files can be asked for: they must find a name, and a page to be dropped on. */
export const canRequest = ({ script }: LinkGround, { upload }: Capabilities): boolean =>
  script !== undefined && upload !== false && upload.conflict.includes('rename');

/** What files can be asked for with. */
export const requestCapability = (ground: LinkGround, can: Capabilities): Capabilities['request'] =>
  canRequest(ground, can) && {
    message: true,
    help: true,
    password: true,
    expiry: structuredClone(ground.send.expiry),
    maxRecipients: ground.send.maxRecipients,
  };

/** The calls that ask others for files. */
export function requestCalls(ground: LinkGround): Pick<Backend, 'request' | 'requests'> {
  const { records, urlOf, send: sending, requestLimits } = ground;
  const once = together();

  const told = (id: string, { subject = '', message, help, expires, people }: LinkRecord): FileRequest => ({
    id,
    title: subject,
    ...(message !== undefined && { message }),
    ...(help !== undefined && { help }),
    link: urlOf(id).href,
    ...(expires !== undefined && { expires }),
    recipients: people.map(stateOf),
  });

  async function drafted(draft: FileRequestDraft, options: CallOptions): Promise<LinkRecord> {
    const people = await checkRequest(ground, draft, options);
    const { folder, title, message, help, password, expiryDays, operation } = draft;
    const days = expiryDays === undefined ? sending.expiry && sending.expiry.default : expiryDays;
    return {
      kind: 'request',
      ...ownerOf(options),
      at: now(),
      subject: title,
      ...(message && { message }),
      ...(help && { help }),
      ...(password !== undefined && { password: await hashPassword(password) }),
      ...(days && { expires: Date.now() + days * DAY }),
      people: people.map((recipient) => ({ recipient, operation, progress: 'waiting' })),
      sessions: [],
      downloads: 0,
      folder: folder.id,
      limits: narrowest(options.by?.limits ?? {}, requestLimits),
    };
  }

  async function check(options: CallOptions): Promise<void> {
    if (!canRequest(ground, await ground.backend.capabilities({}, options)))
      throw new BackendError('unsupported', 'No files can be asked for here: this backend takes none, or no page can.');
  }

  return {
    async request(draft, options = {}) {
      await check(options);
      const { operation } = draft;
      const id = await records.idFor('request', operation);
      await records.make(id, async () => ({ record: await drafted(draft, options), items: [] }));
      return told(id, await once(id, () => writeAll(ground, id, operation, (record) => letterOfRequest(ground, id, record))));
    },
    async requests({ cursor, folder }, options = {}) {
      await check(options);
      const { by } = options;
      if (folder) await ground.backend.item({ id: folder.id });
      const { ids, ...rest } = await records.page('request', by, cursor);
      const found = await Promise.all(ids.map(async (id) => ({ id, record: await records.find(id) })));
      const open = found.flatMap(({ id, record }) =>
        record && !isExpired(record) && (folder === undefined || record.folder === folder.id) ? [told(id, record)] : [],
      );
      return { ...rest, requests: open };
    },
  };
}

/** A request that is still open; rejects with what has become of it. */
export function openRequest(record: LinkRecord | undefined): LinkRecord & { folder: string } {
  if (record?.kind !== 'request' || record.folder === undefined) throw new BackendError('forbidden', 'There is no such request for files.');
  if (record.revoked || isExpired(record)) throw new BackendError('expired', 'This request for files is over.');
  return { ...record, folder: record.folder };
}
