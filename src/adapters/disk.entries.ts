import { type Dir, type Dirent, lstatSync, type Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { errnoOf, throwIfAborted } from './disk.errors.js';
import { canBeShown } from './disk.names.js';

/** A file or folder as it stands in its folder. Sizes and dates come later, and only for those that need them. */
export interface Listed {
  readonly name: string;
  /** The path below the folder that is listed; the name, but for a search in the tree. */
  readonly path: string;
  /** The name in lower case: what is compared. */
  readonly folded: string;
  readonly isFolder: boolean;
  size: number;
  modified: number;
}

const BATCH = 1024;
/** Milliseconds for which looking at entries may keep other work waiting. */
const SLICE = 8;
const isShown = (entry: Dirent) => (entry.isFile() || entry.isDirectory()) && canBeShown(entry.name);

/** Reads through callbacks: half the time of `for await`, which makes a promise for each name (100,000 names: 88 instead of 163 ms). */
const readBatch = (folder: Dir, batch: Dirent[]): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const next = () => {
      folder.read((error: Error | null, entry: Dirent | null) => {
        if (error) reject(error);
        else if (!entry) resolve(false);
        else if (batch.push(entry) >= BATCH) resolve(true);
        else next();
      });
    };
    next();
  });

/** What a folder holds, in no order, some at a time. Symbolic links, pipes, sockets, devices and the stage are left out. */
export async function* entriesOf(path: string, signal: AbortSignal | undefined, below = ''): AsyncGenerator<Listed[]> {
  const folder = await opendir(path, { bufferSize: BATCH });
  try {
    for (let more = true; more;) {
      throwIfAborted(signal);
      const batch: Dirent[] = [];
      more = await readBatch(folder, batch);
      yield batch.filter(isShown).map((entry) => {
        const { name } = entry;
        return { name, path: below + name, folded: name.toLowerCase(), isFolder: entry.isDirectory(), size: 0, modified: 0 };
      });
    }
  } finally {
    await folder.close();
  }
}

/** What is at a path, or nothing, be it that it is gone or that it may not be looked at. */
function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * Looks at each entry on the disk; `seen` is told of those that are still there and still of their kind. In slices without promises:
 * 100,000 entries take 0.43 s that way and 2.2 s through Node's file threads, and between two slices everybody else has a turn.
 */
export async function lookUp(
  folder: string,
  entries: readonly Listed[],
  seen: (entry: Listed, stats: Stats) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let begun = performance.now();
  for (const entry of entries) {
    if (performance.now() - begun > SLICE) {
      await setImmediate();
      throwIfAborted(signal);
      begun = performance.now();
    }
    const stats = statsAt(join(folder, entry.path));
    if (stats && (entry.isFolder ? stats.isDirectory() : stats.isFile())) seen(entry, stats);
  }
}

/** Fills in what an entry is sorted by. */
export function note(entry: Listed, stats: Stats): void {
  entry.size = entry.isFolder ? 0 : stats.size;
  entry.modified = Math.round(stats.mtimeMs);
}
