import { constants } from 'node:fs';
import { lstat, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import { copyRange, heavy, READ } from './disk.bytes.js';
import { entriesOf, type Listed } from './disk.entries.js';
import { unless } from './disk.errors.js';
import type { Progress } from './disk.operations.js';
import type { Work } from './disk.work.js';

/** What a folder holds, in an order that is the same next time. */
export async function childrenOf(path: string, signal: AbortSignal | undefined): Promise<Listed[]> {
  const children: Listed[] = [];
  for await (const batch of entriesOf(path, signal)) for (const entry of batch) children.push(entry);
  return children.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Copies a file's bytes, date and permissions. Stops when the time is up, and goes on where it stopped if the source is still the same. */
export async function copyFile(from: string, to: string, progress: Progress, work: Work): Promise<void> {
  const source = await open(from, READ);
  try {
    const { ino, size, mtimeMs: modified, mtime, mode } = await source.stat();
    const { partial } = progress;
    const target = await open(to, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      const isSame = partial?.ino === ino && partial.size === size && partial.modified === modified;
      const position = isSame ? Math.min(size, (await target.stat()).size) : 0;
      if (!isSame) await target.truncate(0);
      progress.partial = { ino, size, modified };
      await copyRange({ handle: source, position }, { handle: target, position }, size - position, (bytes) => {
        progress.done += bytes;
        work.step();
      });
      const after = await source.stat();
      if (after.size !== size || after.mtimeMs !== modified) throw new BackendError('changed', 'The file changed while it was copied.');
      await target.chmod(mode & 0o777);
      await target.utimes(mtime, mtime);
      await heavy(() => target.sync());
      delete progress.partial;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** How the folders and files of a tree are put to their new place. */
export interface Way {
  folder(path: string): Promise<void>;
  file(from: string, to: string): Promise<void>;
}

/** Into a place that nobody sees. */
export const hidden = (progress: Progress, work: Work): Way => ({
  async folder(path) {
    await unless(['EEXIST'], mkdir(path));
  },
  file: (from, to) => copyFile(from, to, progress, work),
});

/** Into a folder that is there: what has the same name is replaced, file by file, each in one step. */
export const merging = (spare: string, progress: Progress, work: Work): Way => ({
  async folder(path) {
    await unless(['EEXIST'], mkdir(path));
    if (!(await lstat(path)).isDirectory()) throw new BackendError('exists', 'A file is in the way of a folder.');
  },
  async file(from, to) {
    await copyFile(from, spare, progress, work);
    const taken = await unless(['ENOENT'], lstat(to));
    if (taken && !taken.isFile()) throw new BackendError('exists', 'Something that is no file is in the way of one.');
    await rename(spare, to);
  },
});

/** Copies a folder with all that is shown of it. Begins after the entry where `progress` says that it stopped. */
export async function copyTree(from: string, to: string, way: Way, progress: Progress, work: Work): Promise<void> {
  const walk = async (below: string[], after: readonly string[]): Promise<void> => {
    const here = join(from, ...below);
    await way.folder(join(to, ...below));
    const [last, ...rest] = after;
    for (const { name, isFolder } of await childrenOf(here, work.signal)) {
      if (last !== undefined && (name < last || (name === last && rest.length === 0))) continue;
      const next = [...below, name];
      if (isFolder) await walk(next, name === last ? rest : []);
      else await way.file(join(here, name), join(to, ...next));
      progress.at = next;
      work.step();
    }
  };
  await walk([], [...progress.at]);
}
