import { BackendError, type ErrorInfo, isBackendError } from '../backend/errors.js';
import type { Item, Ref } from '../backend/item.js';
import type {
  Completed,
  Conflict,
  FileDescription,
  Initiated,
  Part,
  PartsState,
  PartTarget,
  Ticket,
  UploadCapability,
  UploadedPart,
} from '../backend/upload.js';
import { type Entry, fileInfoOf, parseAnswer } from './filegenius.answers.js';
import { meaningOf } from './filegenius.errors.js';
import { type Folder, type Found, itemOf, named, type View } from './filegenius.folders.js';
import { changeName, changeToFreeName, erase } from './filegenius.items.js';
import type { Memory } from './filegenius.memory.js';
import { checkName, freeName, isParked, mayBecome, newUpload, parkedName, straightName } from './filegenius.names.js';
import { folderOf } from './filegenius.places.js';
import type { Tickets, Upload } from './filegenius.tickets.js';

/** What uploads need besides what a call sees. */
export interface UploadGround {
  can: UploadCapability;
  tickets: Tickets;
  memory: Memory;
}

/** How an upload ended: as a file of this number, skipped for another, or aborted. */
type End = { state: 'item'; number: string } | { state: 'skipped'; number: string } | { state: 'aborted' };

/** Milliseconds after which a file that nobody completed is swept: a day longer than a ticket lives. */
const STALE = 8 * 86_400_000;

const invalid = (message: string): BackendError => new BackendError('invalid', message);
const exists = (name: string): BackendError => new BackendError('exists', `"${name}" is there already.`);

const endOf = async ({ memory }: UploadGround, { id }: Upload): Promise<End | undefined> =>
  (await memory.recall(`upload ${id}`)) as End | undefined;
const end = ({ memory }: UploadGround, { id }: Upload, how: End): Promise<void> => memory.keep(`upload ${id}`, how);

const ended = (): BackendError => new BackendError('not-found', 'There is no open upload of this ticket: it is over.');

const mark = ({ id, modified = 0, size }: Entry): string => `${id} ${modified} ${size}`;

/**
 * The upload as its folder shows it: whole, of another size, or not there. A straight one is known by not having been there before, under its
 * name or whole under what the site may have made of it.
 */
function arrivalOf({ filename, size, parked, before }: Upload, { entries }: Folder): Entry | undefined {
  const files = entries.filter((entry) => entry.kind === 'file' && (parked || !before.includes(mark(entry))));
  const exact = files.find(({ name }) => name === filename);
  return exact ?? (parked ? undefined : files.find((entry) => entry.size === size && mayBecome(filename, entry.name)));
}

function checkFile({ name, size, path }: FileDescription, { maxFileSize }: UploadCapability): void {
  checkName(name);
  if (path) throw new BackendError('unsupported', 'A file comes without a path here: its folders are made first.');
  if (!Number.isSafeInteger(size) || size < 0) throw invalid(`A size is a whole number of bytes, not ${String(size)}.`);
  if (size > maxFileSize) throw new BackendError('too-large', `"${name}" has ${size} bytes; ${maxFileSize} are the most.`);
}

/** Takes away what was begun long ago and never completed; what cannot be taken away is left. */
async function sweep(view: View, folder: Folder): Promise<void> {
  const stale = folder.entries.filter(({ name, modified = Infinity }) => isParked(name) && modified < Date.now() - STALE);
  for (const entry of folder.flags.remove ? stale : []) await erase(view, { entry, folder }).catch(() => undefined);
}

const targetOf = ({ site }: View, { folder, filename, overwrite }: Upload): Promise<PartTarget> =>
  site.uploadTarget({ path: folder, overwrite: overwrite ? '1' : '0' }, filename);

/** Opens an upload: finds out whether the name is free, and says where the bytes go. */
export async function init(
  ground: UploadGround,
  view: View,
  file: FileDescription,
  { folder: ref, conflict }: { folder: Ref; conflict: Conflict },
): Promise<Initiated> {
  checkFile(file, ground.can);
  const path = folderOf(ref);
  const { name, size } = file;
  const folder = await view.folder(path);
  const { flags } = folder;
  if (!flags.upload) throw new BackendError('forbidden', `Nothing may be uploaded to "${ref.id}".`);
  await sweep(view, folder);
  const there = named(folder, name);
  if (there && conflict === 'ask') return { exists: itemOf({ entry: there, folder }) };
  if (there && conflict === 'skip') return { skipped: itemOf({ entry: there, folder }) };
  if (there?.kind === 'folder' && conflict === 'replace') throw exists(name);
  const id = newUpload();
  const parked = flags.rename && flags.remove;
  const last = conflict === 'rename' ? freeName(name, 'file', (one) => named(folder, one) !== undefined) : name;
  const filename = parked ? parkedName(id, name) : straightName(last);
  const before = parked ? [] : folder.entries.filter((entry) => mayBecome(filename, entry.name)).map(mark);
  // what is parked has a name of its own, and replaces nothing but an earlier try of itself; a name that nothing has may become one that is taken
  const overwrite = parked || (conflict === 'replace' && there !== undefined);
  const upload: Upload = { id, folder: path, name, size, conflict, filename, parked, overwrite, before };
  return {
    ticket: await ground.tickets.seal(upload),
    path: `${path}${last}`.slice(1),
    upload: ground.can,
    first: await targetOf(view, upload),
  };
}

/** Says where the bytes go once more, unless they are there: they may have arrived while their answer was lost. */
export async function part(ground: UploadGround, view: View, ticket: Ticket, { number, start, end: to }: Part): Promise<PartTarget> {
  const upload = await ground.tickets.open(ticket);
  if (await endOf(ground, upload)) throw ended();
  if (number !== 1 || start !== 0 || to !== upload.size)
    throw invalid(`A file goes in one part here: 1, from 0 to ${upload.size}, not ${number}, from ${start} to ${to}.`);
  const folder = await view.folder(upload.folder);
  if (arrivalOf(upload, folder)?.size === upload.size)
    throw new BackendError('exists', `The bytes of "${upload.name}" are there already; "parts" tells of them.`);
  if (!upload.overwrite && named(folder, upload.filename)) throw exists(upload.filename);
  return targetOf(view, upload);
}

/** What the site's listing shows of an upload. */
export async function parts(ground: UploadGround, view: View, ticket: Ticket): Promise<PartsState> {
  const upload = await ground.tickets.open(ticket);
  const how = await endOf(ground, upload);
  if (how?.state === 'aborted') throw ended();
  const folder = await view.folder(upload.folder);
  if (how?.state === 'item') return { parts: [], item: itemOf({ entry: numberedIn(folder, how.number), folder }) };
  const there = arrivalOf(upload, folder);
  if (how || there?.size !== upload.size) return { parts: [] };
  return {
    parts: [{ number: 1, start: 0, end: upload.size, body: JSON.stringify({ fileInfo: { fileId: there.id, fileName: there.name } }) }],
  };
}

const numberedIn = (folder: Folder, number: string): Entry => {
  const entry = folder.entries.find(({ kind, id }) => kind === 'file' && id === number);
  if (!entry) throw new BackendError('not-found', 'The file that this upload became is not there any more.');
  return entry;
};

/** Why the site did not take bytes: it says so in an `error`, under any status. */
export function refusal({ status, body }: { status: number; body: string }): ErrorInfo | undefined {
  const meant = meaningOf({ text: body, status });
  return meant && { code: meant.code, message: `The upload failed: ${meant.reason ?? 'the service refused it'}.` };
}

/** The number in what the service answered to the bytes; nothing where the answer was cut off. Throws what it says that failed. */
function numberOf(upload: Upload, { body = '' }: UploadedPart): string | undefined {
  const refused = refusal({ status: 200, body });
  if (refused) throw new BackendError(refused.code, refused.message);
  return parseAnswer(body)?.['fileInfo'] === undefined ? undefined : fileInfoOf(`Uploading "${upload.name}"`, body).id;
}

/** Makes the bytes that are there the file that was wanted. Asked again, it finds what it has made by the number that the bytes were given. */
export async function complete(
  ground: UploadGround,
  view: View,
  ticket: Ticket,
  given: UploadedPart[],
  wanted: Conflict | undefined,
): Promise<Completed> {
  const upload = await ground.tickets.open(ticket);
  const how = await endOf(ground, upload);
  if (how?.state === 'aborted') throw ended();
  const folder = await view.folder(upload.folder);
  if (how) {
    const made = itemOf({ entry: numberedIn(folder, how.number), folder });
    return how.state === 'item' ? { item: made } : { skipped: made };
  }
  const [sent, ...more] = given;
  if (sent?.number !== 1 || sent.start !== 0 || sent.end !== upload.size || more.length > 0)
    throw invalid(`"${upload.name}" goes in one part: 1, from 0 to ${upload.size}.`);
  const number = numberOf(upload, sent);
  const told = folder.entries.find(({ kind, id }) => kind === 'file' && id === number);
  const arrived = upload.parked ? (arrivalOf(upload, folder) ?? told) : (told ?? arrivalOf(upload, folder));
  if (!arrived) throw invalid(`The bytes of "${upload.name}" are not there.`);
  if (arrived.size !== upload.size)
    throw invalid(`${arrived.size} bytes of "${upload.name}" are there, and ${upload.size} were announced.`);
  const placed = await place(view, upload, { entry: arrived, folder }, wanted ?? upload.conflict);
  if ('item' in placed) await end(ground, upload, { state: 'item', number: placed.number });
  if ('skipped' in placed) await end(ground, upload, { state: 'skipped', number: placed.number });
  return 'exists' in placed ? placed : 'item' in placed ? { item: placed.item } : { skipped: placed.skipped };
}

type Placed = { item: Item; number: string } | { skipped: Item; number: string } | { exists: Item };

const itemIn = (found: Found): Placed => ({ item: itemOf(found), number: found.entry.id });

async function place(view: View, { name, parked }: Upload, found: Found, conflict: Conflict): Promise<Placed> {
  const { entry, folder } = found;
  // sent straight under its name, or named by a call whose answer was lost
  if (!parked || !isParked(entry.name)) return itemIn(found);
  if (conflict === 'rename') return itemIn(await changeToFreeName(view, found, name));
  const there = named(folder, name);
  if (!there) {
    try {
      return itemIn(await changeName(view, found, name));
    } catch (error) {
      const now = await view.folder(folder.path);
      // somebody was faster: that is answered as if it had been seen before
      if (!isBackendError(error) || error.code !== 'exists' || !named(now, name)) throw error;
      return place(view, { name, parked } as Upload, { entry, folder: now }, conflict);
    }
  }
  const taken = { entry: there, folder };
  if (conflict === 'ask') return { exists: itemOf(taken) };
  if (conflict === 'skip') {
    await erase(view, found);
    return { skipped: itemOf(taken), number: there.id };
  }
  if (there.kind === 'folder') throw exists(name);
  return itemIn(await replace(view, found, taken));
}

/** Puts a file in another one's place. The old one steps aside first, and comes back where the new one cannot take its name. */
async function replace(view: View, found: Found, old: Found): Promise<Found> {
  const { name } = old.entry;
  const aside = await changeName(view, old, parkedName(newUpload(), name));
  const placed = await changeName(view, found, name).catch(async (error: unknown) => {
    await changeName(view, aside, name).catch(() => undefined);
    throw error;
  });
  await erase(view, aside);
  return placed;
}

/** Ends an upload and takes away what has arrived of it. What is complete stays. */
export async function abort(ground: UploadGround, view: View, ticket: Ticket): Promise<void> {
  const upload = await ground.tickets.open(ticket);
  if (await endOf(ground, upload)) return;
  await end(ground, upload, { state: 'aborted' });
  try {
    const folder = await view.folder(upload.folder);
    const entry = arrivalOf(upload, folder);
    // a straight one may have replaced somebody's file by now: then it is complete for all that can be known
    if (entry && (upload.parked || upload.before.length === 0)) await erase(view, { entry, folder });
  } catch (error) {
    if (!isBackendError(error) || error.code !== 'not-found') throw error;
  }
}
