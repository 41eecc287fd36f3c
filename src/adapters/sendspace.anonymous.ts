import type { Backend } from '../backend/backend.js';
import { type Capabilities, NOTHING, type SendCapability } from '../backend/capabilities.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Item, Outcome } from '../backend/item.js';
import { once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import type { Ticket, UploadCapability } from '../backend/upload.js';
import { checkName } from './memory.names.js';
import { findings } from './memory.drafts.js';
import { createService } from './request.js';
import { arrivalOf } from './sendspace.answers.js';
import { checkSize, checkWhole, placeOf, type SendspaceForm, targetOf, type UploadPlace } from './sendspace.form.js';
import { anonymousId, named } from './sendspace.ids.js';
import { addressesOf, deliveryOf, SEND } from './sendspace.people.js';
import { createSendspaceService, type SendspacePlace, VERSION } from './sendspace.service.js';
import { createSigner, digestOf } from './ticket.js';

/** What anonymous uploads need besides where the service is. */
export interface AnonymousOptions {
  place: SendspacePlace;
  store: Store;
  form: SendspaceForm;
  /** What an upload is, but for the size. */
  upload: (place: Pick<UploadPlace, 'maxFileSize'>) => UploadCapability;
}

interface Upload {
  id: string;
  name: string;
  size: number;
}

type End = { id: string } | { aborted: true };

const WEBSITE = 'https://www.sendspace.com';
const REMEMBERED = 30 * 86_400;
/** Days without a download after which a file of nobody is deleted. */
const LIFE = 30;
/** Milliseconds for which the largest size counts as known. */
const KNOWN = 300_000;

const ANONYMOUS_SEND: SendCapability = { ...SEND, sender: true, required: ['sender'] };

/**
 * Files of nobody: they are uploaded, sent and deleted, and that is all. Nothing lists them, so that an id holds all there is to know:
 * the file and the key of the link that deletes it. The service tells no size of what it has, and there is nowhere to look for a file
 * whose answer was lost; it is sent again, unless people were written to about it.
 */
export function createAnonymous({ place, store, form, upload }: AnonymousOptions): Partial<Backend> & Pick<Backend, 'capabilities'> {
  const call = createSendspaceService(place);
  const signer = createSigner(place.apiKey, 'sendspace anonymous');
  const website = (place.website ?? WEBSITE).replace(/\/+$/, '');
  const page = createService({ name: 'sendspace', fetch: place.fetch });
  const who = { api_key: place.apiKey, api_version: VERSION.anonymous, app_version: place.application ?? 'ferrykit' };

  const find = async (signal?: AbortSignal): Promise<UploadPlace> =>
    placeOf(
      await call(
        'anonymous.uploadGetInfo',
        { speed_limit: form.speedLimit?.toString() ?? '0', ...who },
        { deed: 'Asking where to upload', signal },
      ),
    );
  let known: { at: number; maxFileSize: number } | undefined;
  async function can(signal?: AbortSignal): Promise<UploadCapability> {
    if (!known || known.at < Date.now() - KNOWN) known = { at: Date.now(), maxFileSize: (await find(signal)).maxFileSize };
    return upload(known);
  }

  const endKey = ({ id }: Upload): string => `sendspace-anonymous:${id}`;
  const ended = async (opened: Upload): Promise<End | undefined> => (await store.get(endKey(opened)))?.value as End | undefined;
  const end = (opened: Upload, how: End) => store.set(endKey(opened), how, { ttl: REMEMBERED });
  const itemOf = (id: string, { name, size }: Upload): Item => ({
    id,
    name,
    kind: 'file',
    size,
    parent: { id: '' },
    can: ['send', 'remove'],
  });

  async function live(ticket: Ticket): Promise<Upload> {
    const opened = await signer.open<Upload>(ticket);
    if (await ended(opened)) throw new BackendError('not-found', 'There is no open upload of this ticket.');
    return opened;
  }

  /** Asks for a page of the website; answers whether it shows the file. Pages that are not there, and those that say so, do not. */
  async function shows(url: string, signal?: AbortSignal): Promise<boolean> {
    try {
      const { text } = await page({ deed: 'Looking for a file', url, signal });
      return !/not available|not found|does not exist/i.test(text);
    } catch (error) {
      if (toBackendError(error).code === 'not-found') return false;
      throw error;
    }
  }

  /** Follows the link that deletes a file, as a person who confirms it, and looks whether the file is gone: what that page says is not documented. */
  async function remove(file: string, key: string, signal?: AbortSignal): Promise<void> {
    if (!key) throw new BackendError('not-allowed', 'This file came without a link to delete it.');
    await page({ deed: 'Deleting a file', url: `${website}/delete/${file}/${key}?action=1`, signal }).catch((error: unknown) => {
      if (!['not-found', 'invalid', 'forbidden'].includes(toBackendError(error).code)) throw error;
    });
    if (await shows(`${website}/file/${file}`, signal))
      throw new BackendError('unknown-outcome', 'The file is still shown after its link for deleting was followed.');
  }

  return {
    async capabilities(_, options): Promise<Capabilities> {
      return {
        ...NOTHING,
        account: `anonymous ${await digestOf(`sendspace ${place.apiKey}`)}`,
        upload: await can(options?.signal),
        rules: true,
        remove: true,
        check: true,
        send: ANONYMOUS_SEND,
      };
    },
    rules: async (_, options) => ({
      maxFileSize: (await can(options?.signal)).maxFileSize,
      expiresAfterDays: LIFE,
      maxNameLength: 255,
      nameUnit: 'bytes',
    }),

    async init(file, { folder, conflict }, options) {
      const { name, size, path } = file;
      checkName(name);
      if (path !== undefined && path !== '') throw new BackendError('unsupported', 'Files of nobody lie in no folder.');
      if (folder.id !== '') throw new BackendError('not-found', 'Files of nobody lie in no folder.');
      const capability = await can(options?.signal);
      checkSize(name, size, capability.maxFileSize);
      if (!capability.conflict.includes(conflict))
        throw new BackendError('unsupported', `Files of nobody know no "${conflict}": each is on its own.`);
      const opened: Upload = { id: crypto.randomUUID(), name, size };
      return { ticket: await signer.sign(opened), path: name, upload: capability };
    },

    async part(ticket, part, options) {
      const opened = await live(ticket);
      checkWhole(opened, part);
      const found = await find(options?.signal);
      checkSize(opened.name, opened.size, found.maxFileSize);
      return targetOf(found, opened.name, form);
    },

    async complete(ticket, parts, { conflict }) {
      const opened = await signer.open<Upload>(ticket);
      if (conflict !== undefined && conflict !== 'rename') throw new BackendError('unsupported', `Files of nobody know no "${conflict}".`);
      const how = await ended(opened);
      if (how && 'id' in how) return { item: itemOf(how.id, opened) };
      const [part, ...more] = parts;
      if (!part || more.length > 0)
        throw new BackendError('invalid', `"${opened.name}" has one part; ${String(parts.length)} are told of.`);
      checkWhole(opened, part);
      if (how) {
        // Its bytes came when nobody wanted them any more.
        const late = part.body === undefined ? undefined : arrivalOf(part.body, opened.name);
        if (late) await remove(late.file, late.key ?? '').catch(() => undefined);
        throw new BackendError('not-found', 'There is no open upload of this ticket.');
      }
      if (part.body === undefined)
        throw new BackendError('unknown-outcome', `What sendspace answered about "${opened.name}" was lost: nobody can find it.`);
      const { file, key } = arrivalOf(part.body, opened.name);
      const id = anonymousId(file, key);
      await end(opened, { id });
      return { item: itemOf(id, opened) };
    },

    async abort(ticket) {
      const opened = await signer.open<Upload>(ticket);
      if (!(await ended(opened))) await end(opened, { aborted: true });
    },

    async remove(refs, _, options) {
      return Promise.all(
        refs.map(async ({ id }): Promise<Outcome> => {
          try {
            const what = named(id);
            if (what.kind !== 'anonymous') throw new BackendError('not-found', `There is no item "${id}".`);
            await remove(what.file, what.key, options?.signal);
            return { id, removed: true };
          } catch (error) {
            if (toBackendError(error).code === 'aborted') throw error;
            return { id, error: errorInfo(error) };
          }
        }),
      );
    },

    check: (draft) =>
      Promise.resolve(
        findings(draft, { send: ANONYMOUS_SEND, people: [], isThere: () => true, opening: false }).map(({ problem }) => problem),
      ),

    send(draft) {
      const addresses = addressesOf(draft, ANONYMOUS_SEND);
      const files = draft.items.map(({ id }) => {
        const what = named(id);
        if (what.kind !== 'anonymous') throw new BackendError('not-found', `There is no item "${id}".`);
        return { id, ...what };
      });
      return once(store, `sendspace-operation:${draft.operation}`, async () => {
        if (addresses.length > 0) {
          const values = {
            file_id: files.map(({ file }) => file).join(','),
            sender_email: draft.sender,
            emails: addresses.join(','),
            message: draft.message,
          };
          await call('anonymous.filesSendMail', { ...who, ...values }, { deed: 'Sending links' });
        }
        const link = files.length === 1 ? `${website}/file/${files[0]?.file ?? ''}` : undefined;
        return deliveryOf(draft, undefined, link);
      });
    },
  };
}
