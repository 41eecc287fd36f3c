import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, readFile, realpath, stat, unlink, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { BackendError } from '../backend/errors.js';
import { unless } from './disk.errors.js';
import { STAGE } from './disk.names.js';

/** Where a disk backend keeps things: real paths, so that whatever resolves elsewhere went through a symbolic link. */
export interface Volume {
  /** The folder that is shown. */
  readonly root: string;
  /** A folder for each open upload. */
  readonly uploads: string;
  /** A folder for each move or copy that may be asked for again. */
  readonly operations: string;
  /** What was removed and is being deleted. */
  readonly trash: string;
  /** An empty file: whatever is only a name links to it. */
  readonly mark: string;
  /** Signs upload tickets; the same for every process on this stage. */
  readonly key: Buffer;
}

async function readKey(stage: string): Promise<Buffer> {
  const path = join(stage, 'key');
  const kept = await unless(['ENOENT'], readFile(path));
  if (kept) return kept;
  // by an exclusive link, so that two processes that start together end with one key, and never with half of one
  const draft = join(stage, `key.${randomBytes(8).toString('hex')}`);
  await writeFile(draft, randomBytes(32), { mode: 0o600, flag: 'wx' });
  await unless(['EEXIST'], link(draft, path));
  await unlink(draft);
  return readFile(path);
}

const isBelow = (path: string, folder: string) => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
};

/** Finds or makes the root and the stage. Rejects with `invalid` where the two cannot work together. */
export async function openVolume(options: { root: string; stage?: string | undefined }): Promise<Volume> {
  await unless(['EEXIST'], mkdir(options.root, { recursive: true }));
  const root = await realpath(options.root);
  if (!(await stat(root)).isDirectory()) throw new BackendError('invalid', 'The root of a disk backend is a file; a folder is expected.');
  const wanted = options.stage === undefined ? join(root, STAGE) : resolve(options.stage);
  await unless(['EEXIST'], mkdir(wanted, { recursive: true, mode: 0o700 }));
  if (options.stage === undefined && !(await lstat(wanted)).isDirectory())
    throw new BackendError('invalid', `"${STAGE}" in the root is no folder; what is not finished is kept there.`);
  const stage = await realpath(wanted);
  if (isBelow(root, stage) || (isBelow(stage, root) && relative(root, stage) !== STAGE))
    throw new BackendError('invalid', `The stage must lie outside the root, or be the folder "${STAGE}" in it.`);
  if ((await stat(stage)).dev !== (await stat(root)).dev)
    throw new BackendError('invalid', 'The stage must lie on the same file system as the root: files are linked from one to the other.');
  const [uploads, operations, trash] = [join(stage, 'uploads'), join(stage, 'operations'), join(stage, 'trash')];
  for (const folder of [uploads, operations, trash]) await unless(['EEXIST'], mkdir(folder, { mode: 0o700 }));
  const mark = join(stage, 'mark');
  await writeFile(mark, '', { flag: 'a' });
  return { root, uploads, operations, trash, mark, key: await readKey(stage) };
}
