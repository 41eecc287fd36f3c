import type { Backend, CallOptions } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Store } from '../backend/store.js';
import type { Completed, Conflict, Initiated, PartTarget, UploadedPart } from '../backend/upload.js';
import type { Api } from './files-com.api.js';
import type { Entries } from './files-com.entries.js';
import { hasCode, isKind } from './files-com.errors.js';
import { isFolder, type View } from './files-com.items.js';
import { below, checkFilesComName, checkLength, encodePath, nameOf, parentOf, type Paths, stepsOf } from './files-com.paths.js';
import { dateOf, type Fields, fieldsOf, numberOf, textOf, timeOf } from './files-com.reading.js';
import { narrowed, targetOf, uploadPartOf } from './files-com.target.js';
import { numbered } from './memory.names.js';
import { checkFile, checkPart, type OpenUpload, readTicket, ticketOf, wholeOf } from './files-com.ticket.js';

/** Seconds for which it is remembered what became of an upload: as long as its ticket may live. */
const KEPT = 7 * 86_400;
/** Milliseconds by which two clocks may differ. */
const SKEW = 300_000;

/** Bytes of a name from which on the adapter counts itself. */
const LONG = 240;
/** Numbers that are tried. */
const MOST = 1000;

/** What became of an upload. */
type End = { item: string } | { skipped: string } | { aborted: true };

/** What uploads need of the rest. */
export interface UploadsOptions {
  api: Api;
  paths: Paths;
  entries: Entries;
  view: (options?: CallOptions) => Promise<View>;
  store: Store;
  /** Where in the store these credentials' entries are. */
  prefix: string;
}

/** The calls that bring a file. Its bytes go to the storage by the addresses that these give. */
export function createUploads({
  api,
  paths,
  entries,
  view,
  store,
  prefix,
}: UploadsOptions): Pick<Backend, 'init' | 'part' | 'parts' | 'complete' | 'abort'> {
  const keyOf = ({ ref }: OpenUpload): string => `${prefix}upload:${ref}`;
  const endOf = async (upload: OpenUpload): Promise<End | undefined> => (await store.get(keyOf(upload)))?.value as End | undefined;
  const finish = async (upload: OpenUpload, end: End): Promise<void> => {
    await store.set(keyOf(upload), { ...end }, { ttl: KEPT });
  };
  const gone = (): BackendError => new BackendError('not-found', 'The upload of this ticket is not open any more.');

  const open = async (
    deed: string,
    path: string,
    json: Record<string, unknown>,
    length: number,
    options?: CallOptions,
  ): Promise<{ part: Fields; target: PartTarget }> => {
    const answer = await api.post(deed, `/file_actions/begin_upload/${encodePath(path)}`, { json, signal: options?.signal });
    const part = uploadPartOf(answer, deed);
    return { part, target: targetOf(part, answer, length) };
  };

  /** Rejects where a file cannot go to a folder because it is not there, or because the way to it leads through a file. */
  const checkWay = async (folder: string, steps: readonly string[], options?: CallOptions): Promise<void> => {
    for (let depth = steps.length; depth >= 0; depth -= 1) {
      const path = below(folder, ...steps.slice(0, depth));
      const there = path === '' ? undefined : await entries.seek(path, options);
      if (there && !isFolder(there)) {
        const code = depth === 0 ? 'invalid' : 'exists';
        throw new BackendError(code, `${JSON.stringify(nameOf(path))} is a file; a folder was expected.`);
      }
      if (there || path === '') return;
    }
    throw new BackendError('not-found', `There is no folder ${JSON.stringify(paths.idOf(folder))}.`);
  };

  /** Another path for a name that is taken and so long that the service's number would not fit behind it. */
  const roomFor = async (path: string, options?: CallOptions): Promise<string> => {
    const name = nameOf(path);
    if (new TextEncoder().encode(name).length < LONG) return path;
    for (let number = 2; number < MOST; number += 1) {
      const other = below(parentOf(path), numbered(name, 'file', number));
      if (!(await entries.seek(other, options))) return other;
    }
    return path;
  };

  /** Whether the service still has the upload open. */
  const isOpen = async ({ path, ref }: OpenUpload, options?: CallOptions): Promise<boolean> => {
    try {
      await open(`Looking for the upload of ${JSON.stringify(nameOf(path))}`, path, { ref, part: 1 }, 0, options);
      return true;
    } catch (error) {
      if (hasCode(error, 'not-found')) return false;
      throw error;
    }
  };

  /** Whether a file can be the one that an upload brought: as long, of the same date where one was given, and no older. */
  const isOurs = ({ size, modified, opened }: OpenUpload, file: Fields): boolean => {
    const provided = timeOf(file['provided_mtime']);
    const own = dateOf(modified);
    if (isFolder(file) || numberOf(file['size']) !== size) return false;
    if (own !== undefined && provided !== undefined && Math.abs(provided - Date.parse(own)) >= 1000) return false;
    return (timeOf(file['mtime']) ?? Infinity) >= opened - SKEW;
  };

  /** The item of an upload that the service has closed although nobody has heard its answer. */
  const arrived = async (upload: OpenUpload, options?: CallOptions): Promise<Item | undefined> => {
    const file = await entries.seek(upload.path, options);
    if (!file || !isOurs(upload, file)) return undefined;
    await finish(upload, { item: textOf(file['path']) ?? upload.path });
    return (await view(options))(file);
  };

  /**
   * Puts a file over the one whose name it should have: it was opened to be renamed rather than replace anything unasked,
   * and nothing says that the service forgets this when the upload ends.
   */
  const over = async ({ path }: OpenUpload, file: Fields, options?: CallOptions): Promise<Fields> => {
    const landed = textOf(file['path']) ?? path;
    const there = landed === path || parentOf(landed) !== parentOf(path) ? undefined : await entries.seek(path, options);
    if (!there || isFolder(there)) return file;
    const json = { destination: path, overwrite: true };
    await api.post(`Replacing ${JSON.stringify(nameOf(path))}`, `/file_actions/move/${encodePath(landed)}`, {
      json,
      signal: options?.signal,
    });
    return entries.at(path, options);
  };

  const end = async (upload: OpenUpload, parts: UploadedPart[], conflict: Conflict, options?: CallOptions): Promise<Item> => {
    const { ref, path, size, modified, parents } = upload;
    const etags = parts.flatMap(({ etag, number }) => (etag ? [{ etag: etag.replace(/^W\/|"/g, ''), part: number }] : []));
    const json = {
      action: 'end',
      ref,
      size,
      ...(etags.length === parts.length && { etags }),
      ...(dateOf(modified) !== undefined && { provided_mtime: dateOf(modified) }),
      ...(parents && { mkdir_parents: true }),
      // Also where the name was free a moment ago: who was faster keeps it, and nothing is overwritten unasked.
      ...(conflict !== 'replace' && { with_rename: true }),
    };
    const answer = await api.post(`Completing ${JSON.stringify(nameOf(path))}`, `/files/${encodePath(path)}`, {
      json,
      signal: options?.signal,
    });
    let file = fieldsOf(answer.json());
    if (conflict === 'replace' && upload.conflict !== 'replace') file = await over(upload, file, options);
    await finish(upload, { item: textOf(file['path']) ?? path });
    return (await view(options))(file);
  };

  /** An upload that goes on; one that was aborted or is complete does not. */
  const going = async (ticket: Parameters<Backend['part']>[0]): Promise<OpenUpload> => {
    const upload = readTicket(ticket);
    if (await endOf(upload)) throw gone();
    return upload;
  };

  return {
    async init(file, { folder, conflict }, options): Promise<Initiated> {
      checkFile(file);
      checkFilesComName(file.name);
      const steps = file.path ? stepsOf(file.path) : [];
      const base = paths.pathOf(folder.id);
      const wanted = checkLength(below(base, ...steps, file.name));
      const [there] = await Promise.all([entries.seek(wanted, options), checkWay(base, steps, options)]);
      const path = there && conflict === 'rename' ? await roomFor(wanted, options) : wanted;
      if (there && (conflict === 'ask' || conflict === 'skip')) {
        const item = (await view(options))(there);
        return conflict === 'ask' ? { exists: item } : { skipped: item };
      }
      if (there && isFolder(there) && conflict === 'replace')
        throw new BackendError('exists', `"${file.name}" is a folder; a file cannot replace it.`);
      const json = {
        part: 1,
        size: file.size,
        ...(steps.length > 0 && { mkdir_parents: true }),
        ...(conflict !== 'replace' && { with_rename: true }),
      };
      const { part, target } = await open(`Opening the upload of "${file.name}"`, path, json, file.size, options);
      const ticket = ticketOf({
        ref: textOf(part['ref']) ?? '',
        path,
        size: file.size,
        conflict,
        opened: Date.now(),
        ...(file.modified !== undefined && { modified: file.modified }),
        ...(steps.length > 0 && { parents: true as const }),
      });
      const upload = narrowed(part);
      return { ticket, path: paths.idOf(textOf(part['path']) ?? path), upload, ...(file.size <= upload.partSize.max && { first: target }) };
    },

    async part(ticket, part, options) {
      const upload = await going(ticket);
      checkPart(upload, part);
      const { path, ref } = upload;
      const { number } = part;
      const deed = `Asking where part ${String(number)} of ${JSON.stringify(nameOf(path))} goes`;
      return (await open(deed, path, { ref, part: number }, part.end - part.start, options)).target;
    },

    async parts(ticket, options) {
      const upload = readTicket(ticket);
      const known = await endOf(upload);
      if (known && 'item' in known) return { parts: [], item: await entries.item(known.item, options) };
      if (known) throw gone();
      if (await isOpen(upload, options)) return { parts: [] };
      const item = await arrived(upload, options);
      if (!item) throw gone();
      return { parts: [], item };
    },

    async complete(ticket, given, { conflict: said }, options): Promise<Completed> {
      const upload = readTicket(ticket);
      const known = await endOf(upload);
      if (known && 'aborted' in known) throw gone();
      if (known)
        return 'item' in known
          ? { item: await entries.item(known.item, options) }
          : { skipped: await entries.item(known.skipped, options) };
      const parts = wholeOf(upload, given);
      const conflict = said ?? upload.conflict;
      const there = await entries.seek(upload.path, options);
      // It may be this very upload, whose answer was lost.
      if (there && isOurs(upload, there) && !(await isOpen(upload, options))) {
        const item = await arrived(upload, options);
        if (item) return { item };
      }
      if (there && conflict === 'ask') return { exists: (await view(options))(there) };
      if (there && conflict === 'skip') {
        await finish(upload, { skipped: upload.path });
        return { skipped: (await view(options))(there) };
      }
      try {
        return { item: await end(upload, parts, conflict, options) };
      } catch (error) {
        if (isKind(error, 'processing-failure/destination-exists') && conflict === 'ask')
          return { exists: await entries.item(upload.path, options) };
        if (!isKind(error, 'not-found/file-upload-not-found', 'not-found')) throw error;
        const item = await arrived(upload, options);
        if (item) return { item };
        throw error;
      }
    },

    async abort(ticket) {
      const upload = readTicket(ticket);
      // The service has no call for it and forgets what nobody ends; nothing is visible until then.
      if (!(await endOf(upload))) await finish(upload, { aborted: true });
    },
  };
}
