import { createHash, randomBytes } from 'node:crypto';
import { appendFile, link, lstat, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BackendError } from '../backend/errors.js';
import type { Json, Outcome } from '../backend/item.js';
import { throwIfAborted, unless } from './disk.errors.js';
import { hasEnded, owner } from './disk.owner.js';
import type { Work } from './disk.work.js';

/** How far a copy is, when it has to stop for an answer. */
export interface Progress {
  /** Bytes copied. */
  done: number;
  /** Names on the way to the last file or folder that is finished, below the folder that is being copied. */
  at: string[];
  /** The file that is copied in part, as it was then. */
  partial?: { ino: number; size: number; modified: number };
}

/** What is known of one item of an operation. The last line of each kind holds. */
interface Line {
  id: string;
  /** Where it is about to be put, and its number on the disk: written before, so that a crash right after is found out. */
  placing?: { to: string; ino: number };
  progress?: Progress;
  outcome?: Outcome;
}

/** A move or copy, known by what its caller calls it: the same one again finds what was done, here, after a restart or in another process. */
export interface Operation {
  /** Its own folder in the stage. */
  readonly folder: string;
  readonly ticket: string;
  known(id: string): Omit<Line, 'id'>;
  note(line: Line): Promise<void>;
  /** Lets others have it. */
  end(): Promise<void>;
}

/** Milliseconds after which a lock is nobody's any more: no answer takes a third of that. */
const STALE = 60_000;

/** Takes the lock that keeps two calls from the same operation; answers whether it was had before the time was up. */
async function lock(path: string, work: Work): Promise<boolean> {
  const nonce = randomBytes(8).toString('hex');
  const draft = `${path}.${nonce}`;
  // linked once it is written, so that there is no lock that does not say whose it is
  await writeFile(draft, `${await owner()} ${nonce}`);
  try {
    while (
      !(await unless(
        ['EEXIST'],
        link(draft, path).then(() => true),
      ))
    ) {
      if (await isFreed(path)) continue;
      if (work.isOver()) return false;
      await setTimeout(25);
      throwIfAborted(work.signal);
    }
    return true;
  } finally {
    await unless(['ENOENT'], unlink(draft));
  }
}

/** Takes a lock away from a process that has ended, or from one that is far beyond its time; answers whether it is gone. */
async function isFreed(path: string): Promise<boolean> {
  const holder = await unless(['ENOENT'], readFile(path, 'utf8'));
  const stats = await unless(['ENOENT'], lstat(path));
  if (holder === undefined || !stats) return true;
  if (Date.now() - stats.mtimeMs < STALE && !(await hasEnded(holder.split(' ')[0] ?? ''))) return false;
  const old = `${path}.${randomBytes(8).toString('hex')}`;
  await unless(['ENOENT'], rename(path, old));
  // somebody who was quicker may hold it already: that one is given back
  if ((await unless(['ENOENT'], readFile(old, 'utf8'))) === holder) await unless(['ENOENT'], unlink(old));
  else await unless(['ENOENT'], rename(old, path));
  return true;
}

function lineOf(json: string): Line | undefined {
  try {
    return JSON.parse(json) as Line;
  } catch {
    // empty, or cut off by a crash: then what it would have said was not done yet
    return undefined;
  }
}

async function linesOf(path: string): Promise<Map<string, Omit<Line, 'id'>>> {
  const lines = new Map<string, Omit<Line, 'id'>>();
  const text = (await unless(['ENOENT'], readFile(path, 'utf8'))) ?? '';
  for (const { id, ...line } of text.split('\n').flatMap((json) => lineOf(json) ?? [])) lines.set(id, { ...lines.get(id), ...line });
  return lines;
}

/** Begins an operation or goes on with it. Answers only its ticket while another call is busy with it. */
export async function operate(
  folder: string,
  { call, operation, to, ticket: given }: { call: 'move' | 'copy'; operation: string; to: string; ticket: Json | undefined },
  work: Work,
): Promise<Operation | { ticket: string }> {
  if (typeof operation !== 'string' || operation === '') throw new BackendError('invalid', `A ${call} needs an "operation" of its own.`);
  const ticket = createHash('sha256')
    .update(JSON.stringify([call, operation, to]))
    .digest('hex')
    .slice(0, 40);
  if (given !== undefined && given !== ticket) throw new BackendError('invalid', 'The ticket belongs to another operation.');
  const own = join(folder, ticket);
  const log = join(own, 'log');
  const held = join(own, 'lock');
  await mkdir(own, { recursive: true, mode: 0o700 });
  if (!(await lock(held, work))) return { ticket };
  const lines = await linesOf(log);
  return {
    folder: own,
    ticket,
    known: (id) => lines.get(id) ?? {},
    async note({ id, ...line }) {
      lines.set(id, { ...lines.get(id), ...line });
      // begins with a line break too, for the case that the last writer was cut off in its line
      await appendFile(log, `\n${JSON.stringify({ id, ...line })}\n`);
    },
    async end() {
      // what was copied and not placed is needed only as long as somebody is to go on with it
      if ([...lines.values()].every(({ outcome }) => outcome))
        for (const file of await readdir(own))
          if (file !== 'log' && !file.startsWith('lock')) await rm(join(own, file), { recursive: true, force: true });
      await unless(['ENOENT'], rm(held));
    },
  };
}
