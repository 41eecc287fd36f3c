import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, lstat, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Completed, Conflict } from '../backend/upload.js';
import { syncFolder } from './disk.bytes.js';
import { isErrno, unless } from './disk.errors.js';
import { numbered } from './disk.names.js';
import { settle } from './disk.placing.js';
import type { Upload } from './disk.ticket.js';
import { ensureFolders, isSame, itemOf, type Place, placeOf, within } from './disk.tree.js';
import type { Volume } from './disk.volume.js';

/*
 * What is known of a finished upload stands in the names of files in its folder, because names are cheap and files are not (a small one
 * costs half as much again as all the rest of `complete`; the names of records all belong to one empty file):
 *
 * - `placing.<name>`, a second name of the finished file: it is about to get this name in the tree. Found with nothing else,
 *   the work was cut off, and the file's number on the disk tells on which side of the deed.
 * - `stored.<modified>.<created>.<name>`: it has this name, and this was the answer.
 * - `skipped`: holds the item that was there instead.
 *
 * `<name>` is what was added to the name that was asked for: 0 for nothing, else the number in brackets.
 */
const PLACING = /^placing\.(\d+)$/;
const STORED = /^stored\.(-?\d+)\.(-?\d+)\.(\d+)$/;
const SKIPPED = 'skipped';

/** Whether an upload is finished: it takes no more bytes. */
export const isFinished = (files: readonly string[]) => files.some((file) => file === SKIPPED || STORED.test(file));

const GONE = ['ENOENT', 'ENOTDIR'];

/** What of a file's facts an answer holds. */
interface Facts {
  mtimeMs: number;
  birthtimeMs: number;
}

const placeFor = (root: string, { folder, steps, name }: Upload, number: number): Place =>
  within(steps.reduce(within, placeOf(root, folder)), number === 0 ? name : numbered(name, 'file', number));

const itemFor = (root: string, upload: Upload, number: number, facts: Facts): Item =>
  itemOf({ place: placeFor(root, upload, number), kind: 'file', stats: { ...facts, size: upload.size } });

/** Empties an upload's folder but for its record. */
async function clear(folder: string, record: string): Promise<void> {
  const files = (await unless(['ENOENT'], readdir(folder))) ?? [];
  await Promise.all(files.filter((file) => file !== record).map((file) => unless(['ENOENT'], unlink(join(folder, file)))));
}

async function finish({ root, mark }: Volume, folder: string, upload: Upload, number: number, facts: Facts): Promise<Completed> {
  const [modified, created] = [Math.round(facts.mtimeMs), Math.round(facts.birthtimeMs)];
  const record = `stored.${modified}.${created}.${number}`;
  try {
    await link(mark, join(folder, record));
  } catch (error) {
    // another process was as quick, file systems have a limit of names per file, or the upload was aborted at this moment
    if (!isErrno(error, 'EEXIST', 'EMLINK', 'ENOENT')) throw error;
    if (!isErrno(error, 'EEXIST')) await unless(['ENOENT'], writeFile(join(folder, record), ''));
  }
  await clear(folder, record);
  return { item: itemFor(root, upload, number, { mtimeMs: modified, birthtimeMs: created }) };
}

/** Which of the intended names the file got before something cut the work short, if any, wherever it went since. */
async function cameTrue(root: string, folder: string, upload: Upload, files: readonly string[]): Promise<[number, Stats] | undefined> {
  const numbers = files.flatMap((file) => Number(PLACING.exec(file)?.[1] ?? NaN)).filter((number) => !Number.isNaN(number));
  if (numbers.length === 0) return undefined;
  const own = (await Promise.all(files.map((file) => unless(['ENOENT'], lstat(join(folder, file)))))).filter(
    (stats) => stats !== undefined,
  );
  for (const number of numbers) {
    const there = await unless(GONE, lstat(placeFor(root, upload, number).path));
    const stats = there && own.find((one) => isSame(one, there));
    if (stats) return [number, stats];
  }
  // a file that has more names than those in the stage was given one, and was moved since
  const moved = own.find((stats) => stats.isFile() && stats.nlink > own.filter((other) => isSame(other, stats)).length);
  return moved && [numbers.at(-1) ?? 0, moved];
}

/** The answer of an upload that is finished already, by anybody, before a restart or after. `files` are the names in its folder. */
export async function storedIn(volume: Volume, folder: string, upload: Upload, files: readonly string[]): Promise<Completed | undefined> {
  for (const file of files) {
    const [, modified, created, number] = STORED.exec(file) ?? [];
    if (number === undefined) continue;
    if (files.length > 1) await clear(folder, file);
    return { item: itemFor(volume.root, upload, Number(number), { mtimeMs: Number(modified), birthtimeMs: Number(created) }) };
  }
  if (files.includes(SKIPPED)) return { skipped: JSON.parse(await readFile(join(folder, SKIPPED), 'utf8')) as Item };
  const found = await cameTrue(volume.root, folder, upload, files);
  return found && finish(volume, folder, upload, ...found);
}

async function skip(folder: string, skipped: Item): Promise<Completed> {
  const draft = join(folder, `skipped.${randomBytes(8).toString('hex')}`);
  await writeFile(draft, JSON.stringify(skipped));
  await rename(draft, join(folder, SKIPPED));
  await clear(folder, SKIPPED);
  return { skipped };
}

/**
 * Gives a file of the stage its name in the tree: by an exclusive link, so that of two uploads with one name both live; by an atomic
 * rename for `replace` alone. The folder is flushed before anybody is told. Answers as `complete` does.
 */
export async function publish(volume: Volume, folder: string, upload: Upload, ready: string, conflict: Conflict): Promise<Completed> {
  const parent = await ensureFolders(placeOf(volume.root, upload.folder), upload.steps);
  if (upload.modified !== null) await utimes(ready, Date.now() / 1000, upload.modified / 1000);
  const stats = await stat(ready);
  if (stats.size !== upload.size)
    throw new BackendError('server', `The stored file has ${stats.size} bytes; ${upload.size} were announced.`);
  let intent: string | undefined;
  let given = 0;
  const intend = async (number: number) => {
    const next = join(folder, `placing.${number}`);
    await (intent === undefined ? unless(['EEXIST'], link(ready, next)) : rename(intent, next));
    intent = next;
    given = number;
  };

  const settled = await settle(parent, upload.name, 'file', conflict, {
    async fresh({ path }, number) {
      await intend(number);
      try {
        await link(ready, path);
      } catch (error) {
        // the name may be this very file's, from a call that was cut off
        const there = isErrno(error, 'EEXIST') ? await unless(GONE, lstat(path)) : undefined;
        if (!there || !isSame(there, stats)) throw error;
      }
    },
    async over({ place }) {
      const spare = join(folder, `spare.${randomBytes(8).toString('hex')}`);
      await link(ready, spare);
      await rename(spare, place.path);
    },
  });
  if ('skipped' in settled) return skip(folder, itemOf(settled.skipped));
  if ('exists' in settled) {
    if (intent !== undefined) await unless(['ENOENT'], unlink(intent));
    return { exists: itemOf(settled.exists) };
  }
  await syncFolder(parent.path);
  return finish(volume, folder, upload, given, stats);
}
