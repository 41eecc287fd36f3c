import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { UploadCapability } from '../backend/upload.js';
import { exclusively } from './lock.js';
import { checkName } from './memory.names.js';
import type { Service } from './request.js';
import { type Attributes, countOf } from './sendspace.answers.js';
import { nameLock } from './sendspace.browsing.js';
import type { Contents, Folders } from './sendspace.folders.js';
import { checkSize, checkWhole, isTold, placeOf, type SendspaceForm, targetOf } from './sendspace.form.js';
import { folderIn, named } from './sendspace.ids.js';
import { fileItem, folderItem, isOrphan, isStaged, stagedName } from './sendspace.items.js';
import { arrived, createEnds, createLanding, folderStays, freeFileName, sameName, shown, type Upload } from './sendspace.landing.js';
import { fateOf } from './sendspace.progress.js';
import type { Signer } from './ticket.js';

/** What uploads need of the rest. */
export interface UploadsOptions {
  folders: Folders;
  store: Store;
  signer: Signer;
  account: string;
  form: SendspaceForm;
  /** Asks nodes how far a form is. */
  ask: Service;
  upload: (signal: AbortSignal | undefined) => Promise<UploadCapability>;
}

const idsOf = (files: Attributes[]): string[] => files.flatMap(({ id }) => (id === undefined ? [] : [id]));

const over = (): BackendError => new BackendError('not-found', 'There is no open upload of this ticket.');

/**
 * The calls that bring files to an account. The service makes a file of the bytes as soon as it has them, so they lie under a name of
 * their own, which no listing shows, until the upload is complete; then they get the name that was asked for. By that name an upload is
 * found whose answer was lost, and taken away when it is aborted. Where people are written to, a file has its own name from the start, and
 * stays when its upload is aborted: they have its link.
 */
export function createUploads({
  folders,
  store,
  signer,
  account,
  form,
  ask,
  upload,
}: UploadsOptions): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const { call, contents } = folders;
  const ends = createEnds(store);
  const { drop, finished, land } = createLanding(folders, ends);

  /** Deletes what an earlier life left behind in a folder, now that somebody looks into it. */
  async function sweep({ staged }: Contents, options: CallOptions): Promise<void> {
    await drop(idsOf(staged.filter(isOrphan)), options);
  }

  async function itemBy(id: string, options?: CallOptions): Promise<Item> {
    const what = named(id);
    if (what.kind === 'file') return fileItem(await folders.file(what.file, options));
    return folderItem(await folders.folder(folderIn(id), options));
  }

  /** Whether the bytes have come, though nobody was told so. */
  async function isThere(opened: Upload, options: CallOptions): Promise<boolean> {
    if (!opened.before) {
      const { file } = arrived(await contents(opened.folder, options), opened, undefined);
      return countOf(file?.['file_size']) === opened.size;
    }
    const fate = await fateOf(ask, opened.progress, options.signal);
    if (fate === 'unknown' && opened.progress !== undefined)
      throw new BackendError('unknown-outcome', `The answer about "${opened.name}" was lost, and people may have been written to.`);
    return fate === 'there';
  }

  return {
    async init(file, { folder: ref, conflict }, options = {}) {
      const { name, size, path } = file;
      checkName(name);
      if (isStaged({ name })) throw new BackendError('not-allowed', `"${name}" is a name that uploads are kept under.`);
      if (path !== undefined && path !== '')
        throw new BackendError('unsupported', 'Make the folders first: sendspace puts a file into a folder that is there.');
      const folder = folderIn(ref.id);
      const can = await upload(options.signal);
      checkSize(name, size, can.maxFileSize);
      const there = await contents(folder, options);
      await sweep(there, options);
      const same = sameName(there, name);
      if (same && conflict === 'ask') return { exists: shown(same, folder) };
      if (same && conflict === 'skip') return { skipped: shown(same, folder) };
      if (same?.kind === 'folder' && conflict === 'replace') throw folderStays(name);
      const before = there.files.flatMap(({ id = '', ...one }) => (one['name'] === name ? [id] : []));
      const opened: Upload = { folder, name, size, conflict, staged: stagedName(), ...(isTold(form) && { before }) };
      return { ticket: await signer.sign(opened), path: conflict === 'rename' ? freeFileName(there, name) : name, upload: can };
    },

    async part(ticket, part, options) {
      const opened = await signer.open<Upload>(ticket);
      const end = await ends.of(opened);
      if (end && !('landing' in end)) throw over();
      checkWhole(opened, part);
      const values = { speed_limit: form.speedLimit?.toString() ?? '0' };
      const place = placeOf(await call('upload.getInfo', values, { deed: 'Asking where to upload', signal: options?.signal }));
      checkSize(opened.name, opened.size, place.maxFileSize);
      const target = targetOf(place, opened.before ? opened.name : opened.staged, { notify: false, ...form }, { folder_id: opened.folder });
      return opened.before ? { ...target, ticket: await signer.sign({ ...opened, progress: place.progress }) } : target;
    },

    async parts(ticket, options = {}) {
      const opened = await signer.open<Upload>(ticket);
      const end = await ends.of(opened);
      const whole = { number: 1, start: 0, end: opened.size };
      if (end && 'item' in end) return { parts: [whole], item: await itemBy(end.item, options) };
      if (end && !('landing' in end)) throw over();
      const item = await finished(opened);
      if (item) return { parts: [whole], item };
      return { parts: (await isThere(opened, options)) ? [whole] : [] };
    },

    async complete(ticket, parts, { conflict }) {
      const opened = await signer.open<Upload>(ticket);
      const wanted = conflict ?? opened.conflict;
      return exclusively(store, nameLock(account, opened.folder, opened.name), async () => {
        const end = await ends.of(opened);
        if (end && 'item' in end) return { item: await itemBy(end.item) };
        if (end && 'skipped' in end) return { skipped: await itemBy(end.skipped) };
        if (end && 'aborted' in end) throw over();
        const item = await finished(opened);
        if (item) return { item };
        const [part, ...more] = parts;
        if (!part || more.length > 0)
          throw new BackendError('invalid', `"${opened.name}" has one part; ${String(parts.length)} are told of.`);
        checkWhole(opened, part);
        return land(opened, part, wanted);
      });
    },

    async abort(ticket, options = {}) {
      const opened = await signer.open<Upload>(ticket);
      const end = await ends.of(opened);
      if ((end && !('landing' in end)) || (await finished(opened))) return;
      // Said first, so that what comes late is not made a file.
      await ends.note(opened, { aborted: true });
      const mine = (await contents(opened.folder, options)).staged.filter((one) => one['name'] === opened.staged);
      await drop(idsOf(mine), options);
    },
  };
}
