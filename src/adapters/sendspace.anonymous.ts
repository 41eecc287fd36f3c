import type { Backend } from '../backend/backend.js';
import { type Capabilities, NOTHING, type SendCapability } from '../backend/capabilities.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Item, Outcome } from '../backend/item.js';
import { once } from '../backend/once.js';
import type { Store } from '../backend/store.js';
import type { Ticket, UploadCapability, UploadedPart } from '../backend/upload.js';
import { checkName } from './memory.names.js';
import { findings } from '../backend/drafts.js';
import type { Service } from './request.js';
import { type Arrival, arrivalOf } from './sendspace.answers.js';
import { nameOf } from './sendspace.digest.js';
import { checkSize, checkWhole, isTold, placeOf, type SendspaceForm, targetOf, type UploadPlace } from './sendspace.form.js';
import { anonymousId, named } from './sendspace.ids.js';
import { addressesOf, deliveryOf, SEND } from './sendspace.people.js';
import { fateOf } from './sendspace.progress.js';
import { createSendspaceService, type SendspacePlace, VERSION } from './sendspace.service.js';
import { createSigner } from './ticket.js';

/** What anonymous uploads need besides where the service is. */
export interface AnonymousOptions {
  place: SendspacePlace;
  store: Store;
  form: SendspaceForm;
  /** What an upload is, but for the size. */
  upload: (place: Pick<UploadPlace, 'maxFileSize'>) => UploadCapability;
  /** Asks nodes how far a form is, and the website for pages. */
  ask: Service;
}

interface Upload {
  id: string;
  name: string;
  size: number;
  /** Where the node of the last try tells how far it is. */
  progress?: string;
}

const over = (): BackendError => new BackendError('not-found', 'There is no open upload of this ticket.');

/** What was answered about a file. Where that is lost, or is no answer, the file may be there, and nobody can find it. */
function arrival({ body }: UploadedPart, upload: Upload): Arrival {
  const lost = (): BackendError =>
    new BackendError('unknown-outcome', `What sendspace answered about "${upload.name}" was lost: nobody can find it.`);
  if (body === undefined) throw lost();
  try {
    return arrivalOf(body, upload);
  } catch (error) {
    throw toBackendError(error).code === 'server' ? lost() : error;
  }
}

type End = { id: string } | { aborted: true };

const WEBSITE = 'https://www.sendspace.com';
const REMEMBERED = 30 * 86_400;
/** Days without a download after which a file of nobody is deleted. */
const LIFE = 30;
/** Stands for a page that the website does not have. */
const GONE = '404';
/** Milliseconds for which the largest size counts as known. */
const KNOWN = 300_000;

const ANONYMOUS_SEND: SendCapability = { ...SEND, sender: true, required: ['sender'] };

/**
 * Files of nobody: they are uploaded, sent and deleted, and that is all. Nothing lists them, so that an id holds all there is to know:
 * the file and the key of the link that deletes it. The service tells no size of what it has, and there is nowhere to look for a file
 * whose answer was lost: it is sent again only where its node says that it has not got it.
 */
export function createAnonymous({ place, store, form, upload, ask }: AnonymousOptions): Partial<Backend> & Pick<Backend, 'capabilities'> {
  const call = createSendspaceService(place);
  const signer = createSigner(place.apiKey, 'sendspace anonymous');
  const account = nameOf(`anonymous ${place.apiKey}`);
  const website = (place.website ?? WEBSITE).replace(/\/+$/, '');
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
    if (await ended(opened)) throw over();
    return opened;
  }

  /**
   * Follows the link that deletes a file, as a person who confirms it. What the pages say is not documented; their words here are those
   * that a client in use looks for (plowshare's module), and where they are not found, nothing is claimed.
   */
  async function remove(file: string, key: string, signal?: AbortSignal): Promise<void> {
    if (!key) throw new BackendError('not-allowed', 'This file came without a link to delete it.');
    const read = async (path: string): Promise<string> => {
      try {
        return (await ask({ deed: 'Deleting a file', url: `${website}/${path}`, signal })).text;
      } catch (error) {
        if (!['not-found', 'invalid', 'forbidden'].includes(toBackendError(error).code)) throw error;
        return toBackendError(error).code === 'not-found' ? GONE : '';
      }
    };
    if (/successfully deleted/i.test(await read(`delete/${file}/${key}?action=1`))) return;
    const shown = await read(`file/${file}`);
    if (shown === GONE || shown.includes('class="msg error"')) return;
    throw shown.includes('download_button')
      ? new BackendError('not-allowed', 'The file is still there after its link for deleting was followed.')
      : new BackendError('unknown-outcome', 'The link for deleting was followed, and no page says what became of the file.');
  }

  /** Whether the bytes have come, though nobody was told so. */
  async function isThere({ name, progress }: Upload, signal?: AbortSignal): Promise<boolean> {
    const fate = await fateOf(ask, progress, signal);
    // A second file that nobody can delete is less than a mail that people get twice.
    if (fate === 'unknown' && progress !== undefined && isTold(form))
      throw new BackendError('unknown-outcome', `The answer about "${name}" was lost, and people may have been written to.`);
    return fate === 'there';
  }

  return {
    async capabilities(_, options): Promise<Capabilities> {
      return {
        ...NOTHING,
        account,
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

    async init(file, { folder }, options) {
      const { name, size, path } = file;
      checkName(name);
      if (path !== undefined && path !== '') throw new BackendError('unsupported', 'Files of nobody lie in no folder.');
      if (folder.id !== '') throw new BackendError('not-found', 'Files of nobody lie in no folder.');
      const capability = await can(options?.signal);
      checkSize(name, size, capability.maxFileSize);
      const opened: Upload = { id: crypto.randomUUID(), name, size };
      return { ticket: await signer.sign(opened), path: name, upload: capability };
    },

    async part(ticket, part, options) {
      const opened = await live(ticket);
      checkWhole(opened, part);
      const found = await find(options?.signal);
      checkSize(opened.name, opened.size, found.maxFileSize);
      return { ...targetOf(found, opened.name, form), ticket: await signer.sign({ ...opened, progress: found.progress }) };
    },

    async parts(ticket, options) {
      const opened = await signer.open<Upload>(ticket);
      const how = await ended(opened);
      const whole = { number: 1, start: 0, end: opened.size };
      if (how && 'id' in how) return { parts: [whole], item: itemOf(how.id, opened) };
      if (how) throw over();
      return { parts: (await isThere(opened, options?.signal)) ? [whole] : [] };
    },

    async complete(ticket, parts) {
      const opened = await signer.open<Upload>(ticket);
      const how = await ended(opened);
      if (how && 'id' in how) return { item: itemOf(how.id, opened) };
      const [part, ...more] = parts;
      if (!part || more.length > 0)
        throw new BackendError('invalid', `"${opened.name}" has one part; ${String(parts.length)} are told of.`);
      checkWhole(opened, part);
      if (how) {
        // Its bytes came when nobody wanted them any more.
        const takeBack = async (): Promise<void> => {
          const { file, key = '' } = arrival(part, opened);
          await remove(file, key);
        };
        await takeBack().catch(() => undefined);
        throw over();
      }
      const { file, key } = arrival(part, opened);
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

    async send(draft) {
      const addresses = addressesOf(draft, ANONYMOUS_SEND);
      const files = draft.items.map(({ id }) => {
        const what = named(id);
        if (what.kind !== 'anonymous') throw new BackendError('not-found', `There is no item "${id}".`);
        return { id, ...what };
      });
      return once(store, `sendspace-send:${account}:${draft.operation}`, async () => {
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
