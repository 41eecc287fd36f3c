import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { Completed, Conflict, Ticket, UploadCapability, UploadedPart } from '../backend/upload.js';
import { exclusively } from './lock.js';
import { checkName, numbered } from './memory.names.js';
import { arrivalOf, type Attributes, countOf } from './sendspace.answers.js';
import { nameLock } from './sendspace.browsing.js';
import { type Contents, type Folders, freeName } from './sendspace.folders.js';
import { checkSize, checkWhole, isTold, placeOf, type SendspaceForm, targetOf, type UploadPlace } from './sendspace.form.js';
import { fileId, folderIn } from './sendspace.ids.js';
import { fileItem, folderItem, isOrphan, isStaged, stagedName } from './sendspace.items.js';
import type { Signer } from './ticket.js';

/** What uploads need of the rest. */
export interface UploadsOptions {
  folders: Folders;
  store: Store;
  signer: Signer;
  account: string;
  form: SendspaceForm;
  upload: (signal: AbortSignal | undefined) => Promise<UploadCapability>;
}

interface Upload {
  folder: string;
  name: string;
  size: number;
  conflict: Conflict;
  /** The name under which its bytes lie until it is complete, and what it is known by. */
  staged: string;
}

type End = { item: string } | { skipped: string } | { aborted: true };

/** Seconds for which the end of an upload is remembered. */
const REMEMBERED = 30 * 86_400;

const over = (): BackendError => new BackendError('not-found', 'There is no open upload of this ticket.');

/**
 * The calls that bring files to an account. The service makes a file of the bytes as soon as it has them, so they lie under a name of
 * their own, which no listing shows, until the upload is complete; then they get the name that was asked for. By that name an upload is
 * found whose answer was lost, and taken away when it is aborted.
 */
export function createUploads({
  folders,
  store,
  signer,
  account,
  form,
  upload,
}: UploadsOptions): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const { call, contents } = folders;
  const endKey = (staged: string): string => `sendspace-upload:${staged}`;
  const ended = async ({ staged }: Upload): Promise<End | undefined> => (await store.get(endKey(staged)))?.value as End | undefined;
  const end = ({ staged }: Upload, how: End) => store.set(endKey(staged), how, { ttl: REMEMBERED });

  async function live(ticket: Ticket): Promise<Upload> {
    const opened = await signer.open<Upload>(ticket);
    const how = await ended(opened);
    if (how) throw over();
    return opened;
  }

  const drop = (files: Attributes[], options: CallOptions) =>
    folders.each(
      'files.delete',
      'file_id',
      files.flatMap(({ id }) => (id === undefined ? [] : [id])),
      {},
      { deed: 'Deleting what is not complete', ...options },
    );

  const sameName = ({ files, folders: below }: Contents, name: string): { entry: Attributes; kind: 'file' | 'folder' } | undefined => {
    const folder = below.find((one) => one['name'] === name);
    const file = files.find((one) => one['name'] === name);
    return folder ? { entry: folder, kind: 'folder' } : file && { entry: file, kind: 'file' };
  };
  const shown = (found: { entry: Attributes; kind: 'file' | 'folder' }, folder: string): Item =>
    found.kind === 'folder' ? folderItem({ parent_folder_id: folder, ...found.entry }) : fileItem(found.entry, folder);
  const names = ({ files, folders: below }: Contents) => new Set([...files, ...below].map((one) => one['name']));

  /** Checks what an earlier life left behind in a folder, now that somebody looks into it. */
  async function sweep({ staged }: Contents, options: CallOptions): Promise<void> {
    const orphans = staged.filter(isOrphan);
    if (orphans.length > 0) await drop(orphans, options);
  }

  /** The bytes of an upload that are there: the ones that the answer tells of before others. */
  function arrived(
    { staged }: Contents,
    { staged: name, size }: Upload,
    answer: string | undefined,
  ): { file: Attributes | undefined; others: Attributes[] } {
    const mine = staged.filter((one) => one['name'] === name);
    const told = mine.find((one) => one['id'] === answer);
    const file = told ?? mine.find((one) => countOf(one['file_size']) === size) ?? mine[0];
    return { file, others: mine.filter((one) => one !== file) };
  }

  /** What the store answered, where it did: a refusal counts, an answer that was lost does not. */
  const answerOf = ({ body }: UploadedPart, name: string): string | undefined => (body ? arrivalOf(body, name).file : undefined);

  async function land(opened: Upload, part: UploadedPart, conflict: Conflict): Promise<Completed> {
    const { folder, name, size } = opened;
    const answer = answerOf(part, name);
    const there = await contents(folder);
    const { file, others } = isTold(form) ? await bySight(opened, there, answer) : arrived(there, opened, answer);
    if (!file) throw new BackendError('invalid', `"${name}" is not at sendspace: send it again.`);
    if (others.length > 0) await drop(others, {});
    if (countOf(file['file_size']) !== size) {
      await drop([file], {});
      throw new BackendError(
        'invalid',
        `"${name}" has ${file['file_size'] ?? 'no'} bytes at sendspace instead of ${String(size)}: send it again.`,
      );
    }
    const besides = { ...there, files: there.files.filter((one) => one['id'] !== file['id']) };
    const same = sameName(besides, name);
    if (same && conflict === 'ask') return { exists: shown(same, folder) };
    if (same && conflict === 'skip') {
      await drop([file], {});
      await end(opened, { skipped: same.kind === 'file' ? fileId(same.entry['id'] ?? '') : folderItem(same.entry).id });
      return { skipped: shown(same, folder) };
    }
    if (same?.kind === 'folder' && conflict === 'replace')
      throw new BackendError('exists', `"${name}" is a folder; a file cannot replace it.`);
    const taken = names(besides);
    const final =
      conflict === 'replace'
        ? name
        : freeName(
            name,
            (each) => taken.has(each),
            (each, number) => numbered(each, 'file', number),
          );
    const values = { file_id: file['id'], name: final, folder_id: folder };
    const [set] = (await call('files.setInfo', values, { deed: `Finishing "${name}"` })).files;
    await end(opened, { item: fileId(file['id'] ?? '') });
    if (same && conflict === 'replace') await drop([same.entry], {});
    return { item: fileItem({ ...file, name: final, folder_id: folder, ...(set?.['name'] !== undefined && set) }, folder) };
  }

  /** Files that people were written about have their own name from the start: only the answer tells which one it is. */
  async function bySight(
    { name, size }: Upload,
    there: Contents,
    answer: string | undefined,
  ): Promise<{ file: Attributes | undefined; others: Attributes[] }> {
    const told = there.files.find((one) => one['id'] === answer);
    const alike = there.files.filter((one) => one['name'] === name && countOf(one['file_size']) === size);
    if (!told && answer === undefined && alike.length > 1)
      throw new BackendError('unknown-outcome', `The answer about "${name}" was lost, and there are several files like it.`);
    return Promise.resolve({ file: told ?? (answer === undefined ? alike[0] : undefined), others: [] });
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
      if (!can.conflict.includes(conflict)) throw new BackendError('unsupported', `sendspace does not do "${conflict}".`);
      const there = await contents(folder, options);
      await sweep(there, options);
      const same = sameName(there, name);
      if (same && conflict === 'ask') return { exists: shown(same, folder) };
      if (same && conflict === 'skip') return { skipped: shown(same, folder) };
      if (same?.kind === 'folder' && conflict === 'replace')
        throw new BackendError('exists', `"${name}" is a folder; a file cannot replace it.`);
      const taken = names(there);
      const free =
        conflict === 'rename'
          ? freeName(
              name,
              (each) => taken.has(each),
              (each, number) => numbered(each, 'file', number),
            )
          : name;
      const opened: Upload = { folder, name, size, conflict, staged: stagedName() };
      return { ticket: await signer.sign(opened), path: free, upload: can };
    },

    async part(ticket, part, options) {
      const opened = await live(ticket);
      checkWhole(opened, part);
      const values = { speed_limit: form.speedLimit?.toString() ?? '0' };
      const place: UploadPlace = placeOf(await call('upload.getInfo', values, { deed: 'Asking where to upload', signal: options?.signal }));
      checkSize(opened.name, opened.size, place.maxFileSize);
      const filename = isTold(form) ? opened.name : opened.staged;
      return targetOf(place, filename, { notify: false, ...form }, { folder_id: opened.folder });
    },

    async parts(ticket, options = {}) {
      const opened = await signer.open<Upload>(ticket);
      const how = await ended(opened);
      const whole = { number: 1, start: 0, end: opened.size };
      if (how && 'item' in how) return { parts: [whole], item: fileItem(await folders.file(how.item.slice('file/'.length), options)) };
      if (how) throw over();
      const { file } = isTold(form) ? { file: undefined } : arrived(await contents(opened.folder, options), opened, undefined);
      return { parts: file && countOf(file['file_size']) === opened.size ? [whole] : [] };
    },

    async complete(ticket, parts, { conflict }) {
      const opened = await signer.open<Upload>(ticket);
      const can = await upload(undefined);
      const wanted = conflict ?? opened.conflict;
      if (!can.conflict.includes(wanted)) throw new BackendError('unsupported', `sendspace does not do "${wanted}".`);
      return exclusively(store, nameLock(account, opened.folder, opened.name), async () => {
        const how = await ended(opened);
        if (how && 'item' in how) return { item: fileItem(await folders.file(how.item.slice('file/'.length))) };
        if (how && 'skipped' in how) return { skipped: await itemBy(how.skipped) };
        if (how) throw over();
        const [part, ...more] = parts;
        if (!part || more.length > 0)
          throw new BackendError('invalid', `"${opened.name}" has one part; ${String(parts.length)} are told of.`);
        checkWhole(opened, part);
        return land(opened, part, wanted);
      });
    },

    async abort(ticket, options = {}) {
      const opened = await signer.open<Upload>(ticket);
      const how = await ended(opened);
      if (how) return;
      // Said first, so that what comes late is not made a file.
      await end(opened, { aborted: true });
      const mine = (await contents(opened.folder, options)).staged.filter((one) => one['name'] === opened.staged);
      if (mine.length > 0) await drop(mine, options);
    },
  };

  async function itemBy(id: string): Promise<Item> {
    return id.startsWith('file/')
      ? fileItem(await folders.file(id.slice('file/'.length)))
      : folderItem(await folders.folder(id.slice('folder/'.length)));
  }
}
