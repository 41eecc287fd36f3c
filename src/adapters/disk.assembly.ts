import { createHash, randomBytes } from 'node:crypto';
import { link, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import type { UploadedPart } from '../backend/upload.js';
import { type Attempt, attemptsIn, overlap, SEALED, stopAttempts, WHOLE } from './disk.attempts.js';
import { copyRange, heavy, READ } from './disk.bytes.js';
import { unless } from './disk.errors.js';
import { hasEnded } from './disk.owner.js';

const wrong = (message: string): never => {
  throw new BackendError('invalid', message);
};

/** Finds the attempts that a caller names, in order. Rejects with `invalid` where they are not exactly the file. */
export function choose(files: readonly string[], size: number, parts: readonly UploadedPart[]): Attempt[] {
  const attempts = new Map(attemptsIn(files).map((attempt) => [attempt.etag, attempt]));
  let end = 0;
  const chosen = [...parts]
    .sort((a, b) => a.start - b.start)
    .map((part) => {
      const attempt = attempts.get(part.etag ?? '');
      if (attempt?.number !== part.number || attempt.start !== part.start || attempt.end !== part.end || attempt.state === 'open')
        return wrong(`Part ${part.number} is not there as it is named: send it again, or ask "parts" which ones are.`);
      if (part.start !== end) wrong(`The parts do not join at byte ${end}: the next one starts at ${part.start}.`);
      end = part.end;
      return attempt;
    });
  if (end !== size) wrong(`The parts end at byte ${end} of ${size}: the rest is missing.`);
  return chosen;
}

/** Writes attempts that have files of their own to their ranges in another file. */
async function copyParts(folder: string, attempts: readonly Attempt[], target: string): Promise<void> {
  const to = await open(target, 'r+');
  try {
    for (const { file, state, start, end } of attempts) {
      const from = await open(join(folder, state === 'part' ? file : WHOLE), READ);
      try {
        const position = state === 'part' ? 0 : start;
        await copyRange({ handle: from, position }, { handle: to, position: start }, end - start, () => undefined);
      } finally {
        await from.close();
      }
    }
    await heavy(() => to.datasync());
  } finally {
    await to.close();
  }
}

/** Whether somebody may still be writing to {@link WHOLE}. Claims of processes that have ended do not count. */
async function isOpen(attempts: readonly Attempt[]): Promise<boolean> {
  for (const { state, owner } of attempts) if (state === 'open' && !(await hasEnded(owner ?? ''))) return true;
  return false;
}

/**
 * The quick way: {@link WHOLE} itself, if it can be sealed and nobody writes to it. Parts that were sent twice and have files of their own
 * are put into it. Answers whether it is the file now.
 */
async function seal(folder: string, chosen: readonly Attempt[], size: number): Promise<boolean> {
  const sealed = await unless(['EEXIST'], open(join(folder, SEALED), 'wx'));
  if (!sealed) return false;
  await sealed.close();
  await stopAttempts(folder);
  const attempts = attemptsIn(await readdir(folder));
  if (await isOpen(attempts)) return false;
  const whole = join(folder, WHOLE);
  const own = chosen.filter(({ state }) => state === 'part');
  if (own.length === chosen.length) return false;
  // what is about to be overwritten must not be chosen by anybody any more
  for (const old of attempts)
    if (old.state !== 'part' && own.some((part) => overlap(part, old))) await unless(['ENOENT'], unlink(join(folder, old.file)));
  if (own.length > 0) await copyParts(folder, own, whole);
  return (await stat(whole)).size === size;
}

/** The slow way, right whatever others do: a file of its own, made from the chosen attempts. */
async function rebuild(folder: string, chosen: readonly Attempt[], ready: string): Promise<void> {
  const copy = join(folder, `copy.${randomBytes(8).toString('hex')}`);
  await (await open(copy, 'wx')).close();
  await copyParts(folder, chosen, copy);
  const files = new Set(await readdir(folder));
  if (chosen.some(({ file }) => !files.has(file))) wrong('A part was replaced while the file was put together: ask "parts" again.');
  await unless(['EEXIST'], link(copy, ready));
  await unlink(copy);
}

const assembling = new Map<string, Promise<string>>();

async function assemble(folder: string, size: number, chosen: readonly Attempt[], ready: string): Promise<string> {
  if (size === 0 && chosen.length === 0) {
    await (await open(ready, 'a')).close();
    return ready;
  }
  // by links that replace nothing, so that two processes at it end with one and the same file
  if (await seal(folder, chosen, size)) await unless(['EEXIST'], link(join(folder, WHOLE), ready));
  else if (!(await unless(['ENOENT'], stat(ready)))) await rebuild(folder, chosen, ready);
  return ready;
}

/**
 * The file in the stage that holds exactly the chosen attempts and that nobody can write to any more. One attempt that is all of it is that
 * file already; many that were each the first at their range need a seal and nothing else; anything else is copied.
 * Work that was begun goes on when its caller is gone, so that whoever asks again finds it further or done.
 */
export async function assembled(folder: string, size: number, chosen: readonly Attempt[]): Promise<string> {
  const [only] = chosen;
  if (chosen.length === 1 && only?.state === 'part') return join(folder, only.file);
  const name = createHash('sha256')
    .update(chosen.map(({ etag }) => etag).join(' '))
    .digest('hex')
    .slice(0, 32);
  const ready = join(folder, `ready.${name}`);
  if (await unless(['ENOENT'], stat(ready))) return ready;
  let running = assembling.get(ready);
  if (!running) {
    running = assemble(folder, size, chosen, ready).finally(() => assembling.delete(ready));
    running.catch(() => undefined);
    assembling.set(ready, running);
  }
  return running;
}
