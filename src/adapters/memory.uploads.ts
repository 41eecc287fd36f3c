import type {
  Completed,
  Conflict,
  FileDescription,
  Initiated,
  Part,
  PartsState,
  Ticket,
  UploadCapability,
  UploadedPart,
} from '../backend/upload.js';
import { BackendError } from '../backend/errors.js';
import type { Item, Ref, Rules } from '../backend/item.js';
import { blobOf, type Bytes, collect } from './memory.bytes.js';
import type { MemoryKnobs } from './memory.gate.js';
import { checkFree } from './memory.items.js';
import { checkName, steps } from './memory.names.js';
import type { Entry, FolderEntry, Tree } from './memory.tree.js';

interface StoredPart extends Part {
  etag: string;
  bytes: Bytes;
}

interface Upload {
  file: FileDescription;
  name: string;
  path: string[];
  folder: Ref;
  conflict: Conflict;
  /** The id of the delivery that it goes with. */
  delivery: string | undefined;
  parts: Map<number, StoredPart>;
  /** All its bytes, when it is complete and waits for its delivery. */
  whole?: Bytes;
}

/** What became of an upload, by its ticket. */
type End = { item: string } | { skipped: string };

/** What uploads need to know of the rest. */
export interface UploadsOptions {
  tree: Tree;
  can: UploadCapability;
  account: string;
  view: (entry: Entry) => Item;
  rules: (folder: Entry) => Rules;
  /** What the store makes of a file's name. */
  naming: (name: string) => string;
  /** Open deliveries by their ticket's id, each with the ids of the items that came with it. */
  deliveries: ReadonlyMap<string, string[]>;
  knobs: MemoryKnobs;
  id: () => string;
}

/** The id in a ticket of this backend; `''`, which is nobody's, in any other. */
export const ticketId = (ticket: Ticket): string => {
  const id = typeof ticket === 'object' && ticket !== null && !Array.isArray(ticket) ? ticket['id'] : undefined;
  return typeof id === 'string' ? id : '';
};

const invalid = (message: string) => new BackendError('invalid', message);

/** The calls that bring bytes, and what deliveries need of them. */
export function createUploads({ tree, can, account, view, rules, naming, deliveries, knobs, id }: UploadsOptions) {
  const open = new Map<string, Upload>();
  const ended = new Map<string, End>();
  let etags = 0;

  const opened = (ticket: Ticket): Upload => {
    const upload = open.get(ticketId(ticket));
    if (!upload) throw new BackendError('not-found', 'There is no open upload of this ticket.');
    return upload;
  };
  const writable = (ticket: Ticket): Upload => {
    const upload = opened(ticket);
    if (upload.whole) throw invalid('The upload is complete: it takes no more bytes.');
    return upload;
  };
  const checkConflict = (conflict: Conflict) => {
    if (!can.conflict.includes(conflict)) throw new BackendError('unsupported', `This backend cannot "${conflict}" when a name is taken.`);
  };

  const checkFile = ({ name, size }: FileDescription, folder: FolderEntry) => {
    const { extensions, refusedExtensions, namePattern, maxNameLength, nameUnit, maxFileSize = Infinity } = rules(folder);
    if (!Number.isSafeInteger(size) || size < 0) throw invalid(`A size is a whole number of bytes, not ${size}.`);
    const most = Math.min(maxFileSize, can.maxFileSize, can.partSize.max * can.maxParts);
    if (size > most) throw new BackendError('too-large', `"${name}" has ${size} bytes; ${most} are the most.`);
    const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
    const length = nameUnit === 'bytes' ? new TextEncoder().encode(name).length : Array.from(name).length;
    if (
      (extensions && !extensions.includes(extension)) ||
      refusedExtensions?.includes(extension) ||
      (namePattern !== undefined && !new RegExp(namePattern).test(name)) ||
      length > (maxNameLength ?? Infinity)
    )
      throw new BackendError('not-allowed', `The rules of "${folder.name}" do not take "${name}".`);
  };
  /** The folders that lie between the target and the file, and the name there. */
  const place = ({ name, path }: FileDescription): Pick<Upload, 'name' | 'path'> => {
    if (!path) return { name, path: [] };
    if (can.folders === 'path') return { name, path: steps(path) };
    if (can.folders === 'in-name') return { name: [...steps(path), name].join(' - '), path: [] };
    throw new BackendError('unsupported', 'This backend takes no path with a file.');
  };

  const checkPart = ({ file }: Upload, { number, start, end }: Part) => {
    const length = end - start;
    const last = end === file.size;
    const whole = [number, start, end].every(Number.isSafeInteger) && number >= 1 && start >= 0 && length >= 0 && end <= file.size;
    if (!whole || (length === 0 && file.size > 0)) throw invalid(`No part ${number} runs from ${start} to ${end} here.`);
    if (number > can.maxParts) throw invalid(`A file has at most ${can.maxParts} parts; this is part ${number}.`);
    if (length > can.partSize.max || (length < can.partSize.min && !last))
      throw invalid(`Part ${number} has ${length} bytes; ${can.partSize.min} to ${can.partSize.max} are expected.`);
    if (can.cuts === 'equal' && !last && start !== (number - 1) * length) throw invalid('Every part but the last must have one size.');
  };
  const join = (upload: Upload, parts: UploadedPart[]): Bytes => {
    const { size } = upload.file;
    let end = 0;
    const pieces = [...parts]
      .sort((a, b) => a.number - b.number)
      .map((part, index, sorted) => {
        const stored = upload.parts.get(part.number);
        if (stored?.start !== part.start || stored.end !== part.end || stored.etag !== part.etag)
          throw invalid(`Part ${part.number} is not the one that was stored.`);
        if (stored.start !== end) throw invalid(`The bytes from ${end} to ${stored.start} are in no part.`);
        const odd = stored.end - stored.start - (sorted[0]?.end ?? 0);
        if (can.cuts === 'equal' && (odd > 0 || (odd < 0 && index < sorted.length - 1)))
          throw invalid('Every part but the last must have one size.');
        end = stored.end;
        return stored.bytes;
      });
    if (end !== size) throw invalid(`The parts hold ${end} bytes of ${size}.`);
    return pieces.length === 1 && pieces[0] ? pieces[0] : blobOf(pieces);
  };
  /** Makes an upload an item, or says what is in its way. */
  const land = (upload: Upload, bytes: Bytes, conflict: Conflict): { entry: Entry } | { exists: Entry } | { skipped: Entry } => {
    const folder = tree.folder(upload.folder);
    const there = tree.follow(folder, upload.path)?.children.get(upload.name);
    const { modified, type } = upload.file;
    if (there && conflict === 'ask') return { exists: there };
    if (there && conflict === 'skip') return { skipped: there };
    if (there && conflict === 'replace') {
      replaceable(there);
      tree.alter(there, { bytes, modified: modified ?? Date.now() });
      there.history.push({ at: Date.now(), action: 'uploaded', by: account });
      return { entry: there };
    }
    const parent = tree.ensure(folder, upload.path);
    return { entry: tree.addFile(parent, tree.freeName(parent, upload.name, 'file'), bytes, { type, modified }) };
  };
  const replaceable = (there: Entry) => {
    if (there.kind === 'folder') throw new BackendError('exists', `"${there.name}" is a folder; a file cannot replace it.`);
    checkFree(there, account);
  };
  const finish = (key: string, upload: Upload, end: End) => {
    open.delete(key);
    ended.set(key, end);
    if ('item' in end && upload.delivery !== undefined) deliveries.get(upload.delivery)?.push(end.item);
  };

  return {
    init: (
      file: FileDescription,
      { folder: ref, conflict, delivery }: { folder: Ref; conflict: Conflict; delivery?: Ticket },
    ): Initiated => {
      const folder = tree.folder(ref);
      checkConflict(conflict);
      checkFile(file, folder);
      const { name: asked, path } = place(file);
      const name = naming(asked);
      checkName(name);
      if (can.needsDelivery && delivery === undefined) throw invalid('A delivery must be open before its files.');
      if (delivery !== undefined && !deliveries.has(ticketId(delivery)))
        throw new BackendError('not-found', 'There is no open delivery of this ticket.');
      const parent = tree.follow(folder, path);
      if (!parent && rules(folder).foldersLocked) throw new BackendError('not-allowed', `No folder can be made in "${folder.name}".`);
      const there = parent?.children.get(name);
      if (there && conflict === 'ask') return { exists: view(there) };
      if (there && conflict === 'skip') return { skipped: view(there) };
      if (there && conflict === 'replace') replaceable(there);
      tree.room(file.size - (conflict === 'replace' && there ? there.size : 0));
      const key = id();
      const way = { folder: { id: ref.id }, path, name, conflict, delivery: delivery === undefined ? undefined : ticketId(delivery) };
      open.set(key, { file, ...way, parts: new Map() });
      const last = parent && conflict === 'rename' ? tree.freeName(parent, name, 'file') : name;
      return { ticket: { id: key }, path: [...tree.way(folder), ...path, last].join('/'), upload: can };
    },

    write: async (ticket: Ticket, part: Part, bytes: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<UploadedPart> => {
      const upload = writable(ticket);
      const { number, start, end } = part;
      checkPart(upload, part);
      const kept = await collect(bytes, { length: end - start, speed: knobs.speed, signal });
      // meanwhile it may have been completed or aborted: then these bytes came too late
      writable(ticket);
      const etag = String(++etags);
      upload.parts.set(number, { number, start, end, etag, bytes: kept });
      return { number, start, end, etag };
    },

    parts: (ticket: Ticket): PartsState => {
      if (!can.resume) throw new BackendError('unsupported', 'This backend cannot tell which parts it has.');
      const done = ended.get(ticketId(ticket));
      if (done) return 'item' in done ? { parts: [], item: view(tree.find({ id: done.item })) } : { parts: [] };
      const upload = opened(ticket);
      const stored = can.resume === 'parts' ? [...upload.parts.values()] : [];
      return { parts: stored.map(({ number, start, end, etag }) => ({ number, start, end, etag })) };
    },

    complete: (ticket: Ticket, parts: UploadedPart[], { conflict }: { conflict?: Conflict }): Completed => {
      const key = ticketId(ticket);
      const done = ended.get(key);
      if (done) return 'item' in done ? { item: view(tree.find({ id: done.item })) } : { skipped: view(tree.find({ id: done.skipped })) };
      const upload = opened(ticket);
      if (conflict) checkConflict(conflict);
      if (upload.whole) return { pending: true };
      const bytes = join(upload, parts);
      if (can.needsDelivery) {
        upload.whole = bytes;
        upload.conflict = conflict ?? upload.conflict;
        return { pending: true };
      }
      const landed = land(upload, bytes, conflict ?? upload.conflict);
      if ('exists' in landed) return { exists: view(landed.exists) };
      if ('skipped' in landed) {
        finish(key, upload, { skipped: landed.skipped.id });
        return { skipped: view(landed.skipped) };
      }
      finish(key, upload, { item: landed.entry.id });
      return { item: view(landed.entry) };
    },

    /** Ends an open upload; one that is complete stays what it is. */
    abort: (ticket: Ticket) => void open.delete(ticketId(ticket)),

    /** Ends the open uploads of a delivery; where it is sent, those that are complete become items. */
    settle: (delivery: string, sent: boolean): void => {
      for (const [key, upload] of open) {
        if (upload.delivery !== delivery) continue;
        // nobody can be asked any more
        const landed = sent && upload.whole && land(upload, upload.whole, upload.conflict === 'ask' ? 'rename' : upload.conflict);
        if (landed && 'entry' in landed) finish(key, upload, { item: landed.entry.id });
        else open.delete(key);
      }
    },
  };
}
