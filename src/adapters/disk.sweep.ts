import type { Dirent } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { throwIfAborted, unless } from './disk.errors.js';
import { openVolume } from './disk.volume.js';

const DAY = 86_400_000;
/** Milliseconds without a byte after which nobody comes back to an upload, a copy or an answer. */
const KEPT = 7 * DAY;
/** What is in the trash is being deleted right now, or its deleter died. */
const BURIED = DAY / 24;

/** When something in a folder, or the folder itself, was last written to. Not the date that files show: uploads carry their own. */
async function touched(path: string): Promise<number> {
  let last = (await unless(['ENOENT'], lstat(path)))?.ctimeMs ?? 0;
  const files = (await unless(['ENOENT', 'ENOTDIR'], readdir(path))) ?? [];
  // records share one file, whose date is that of the last upload of all
  for (const file of files.filter((name) => !name.startsWith('stored.')))
    last = Math.max(last, (await unless(['ENOENT'], lstat(join(path, file))))?.ctimeMs ?? 0);
  return last;
}

/**
 * Deletes what a disk backend keeps for nobody: uploads and unfinished copies seven days after their last byte, answers of finished
 * ones after as long, the rest of removals that were cut off. Safe at any time, beside any number of processes; answers how many went.
 */
export async function sweepDisk(
  { root, stage, now = Date.now() }: { root: string; stage?: string | undefined; now?: number },
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<{ swept: number }> {
  const { uploads, operations, trash } = await openVolume({ root, stage });
  let swept = 0;
  const sweep = async (folder: string, entry: Dirent, keptFor: number) => {
    throwIfAborted(signal);
    const path = join(folder, entry.name);
    if (now - (await touched(path)) < keptFor) return;
    const grave = folder === trash ? path : join(trash, `swept.${randomBytes(8).toString('hex')}`);
    // out of reach in one step: whoever comes back this very moment finds it whole, or not at all
    if (grave !== path) await unless(['ENOENT'], rename(path, grave));
    await rm(grave, { recursive: true, force: true });
    swept += 1;
  };
  for (const [folder, keptFor] of [
    [uploads, KEPT],
    [operations, KEPT],
    [trash, BURIED],
  ] as const)
    for (const entry of await readdir(folder, { withFileTypes: true })) await sweep(folder, entry, keptFor);
  return { swept };
}
