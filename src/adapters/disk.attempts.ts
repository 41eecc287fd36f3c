import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backend/errors.js';
import type { Part, UploadedPart } from '../backend/upload.js';
import { heavy, pour } from './disk.bytes.js';
import { unless } from './disk.errors.js';
import { hasEnded, owner } from './disk.owner.js';

/**
 * An attempt at a part. Its state is its file's name in the upload's folder:
 *
 * - `part`: its bytes, checked and flushed, in a file of its own;
 * - `open`: a claim (an empty file) on its range of the file {@link WHOLE}, into which it is writing;
 * - `done`: its bytes, checked and flushed, stand in that range.
 *
 * Why two ways: putting a file together from parts costs as much as receiving it once more (1 GiB: 0.7 to 3 s, where receiving
 * it took 1.3 s), so parts are best written where they will stay. But a file that somebody may still write to must never be shown. So
 * a range belongs to the first attempt that claims it, for good; any later attempt that touches the range has a file of its own, and
 * so has every attempt that is a whole file. {@link WHOLE} is shown only when no claim is open (see `disk.assembly.ts`).
 */
export interface Attempt extends Part {
  readonly etag: string;
  readonly state: 'part' | 'open' | 'done';
  /** The process that writes, for `open`. */
  readonly owner: string | undefined;
  /** The name of its file. */
  readonly file: string;
}

/** The file that first attempts write into, each in its own range. */
export const WHOLE = 'whole';
/** Marks that {@link WHOLE} takes no further claims. */
export const SEALED = 'sealed';

const NAME = /^(\d+)\.(\d+)\.(\d+)\.([\w-]{16})\.(part|open|done)(?:\.(\w+))?$/;

const attemptOf = (file: string): Attempt[] => {
  const [, number, start, end, etag, state, by] = NAME.exec(file) ?? [];
  if (etag === undefined) return [];
  return [{ number: Number(number), start: Number(start), end: Number(end), etag, state: state as Attempt['state'], owner: by, file }];
};

/** The attempts among the names in an upload's folder. */
export const attemptsIn = (files: readonly string[]): Attempt[] => files.flatMap(attemptOf);

/** Whether two parts have a byte in common. */
export const overlap = (a: Part, b: Part) => a.start < b.end && b.start < a.end;

interface Live {
  stop: AbortController;
  ended: Promise<unknown>;
}

/** What this process is writing, by the upload's folder. */
const live = new Map<string, Set<Live>>();

/** Ends the attempts of an upload that this process is still taking in, and waits until none of them can write any more. */
export async function stopAttempts(folder: string): Promise<void> {
  const attempts = [...(live.get(folder) ?? [])];
  for (const { stop } of attempts) stop.abort(new BackendError('not-found', 'The upload ended while this part was under way.'));
  await Promise.all(attempts.map(({ ended }) => ended));
}

/** Whether a range of {@link WHOLE} may belong to a claim: no other has a byte of it, and the file is not sealed. */
async function isFree(folder: string, file: string, part: Part): Promise<boolean> {
  const files = await readdir(folder);
  if (files.includes(SEALED)) return false;
  for (const other of attemptsIn(files)) {
    if (other.file === file || other.state === 'part' || !overlap(other, part)) continue;
    if (other.owner === undefined || !(await hasEnded(other.owner))) return false;
    await unless(['ENOENT'], unlink(join(folder, other.file)));
  }
  return true;
}

/** Claims a part's range; answers the claim's file, or nothing where another attempt came first. */
async function claim(folder: string, part: Part, etag: string): Promise<string | undefined> {
  const file = `${stem(part, etag)}.open.${await owner()}`;
  await (await open(join(folder, file), 'wx')).close();
  try {
    // looked at after the claim was made, so that of two that come at once at least one sees the other; the seal likewise
    if (await isFree(folder, file, part)) return file;
  } catch (error) {
    await unless(['ENOENT'], unlink(join(folder, file)));
    throw error;
  }
  await unlink(join(folder, file));
  return undefined;
}

const stem = ({ number, start, end }: Part, etag: string) => `${number}.${start}.${end}.${etag}`;

async function take(folder: string, part: Part, etag: string, whole: boolean, bytes: ReadableStream<Uint8Array>, signal: AbortSignal) {
  const name = stem(part, etag);
  const claimed = whole ? undefined : await claim(folder, part, etag);
  const draft = claimed ?? `${name}.draft`;
  try {
    const handle = claimed
      ? await open(join(folder, WHOLE), constants.O_WRONLY | constants.O_CREAT)
      : await open(join(folder, draft), 'wx');
    try {
      await pour(bytes, handle, claimed ? part.start : 0, part.end - part.start, signal);
      await heavy(() => handle.datasync());
    } finally {
      await handle.close();
    }
    await rename(join(folder, draft), join(folder, `${name}.${claimed ? 'done' : 'part'}`));
  } catch (error) {
    await unless(['ENOENT'], unlink(join(folder, draft)));
    throw error;
  }
}

/** Takes in one attempt at a part. `size` is the upload's: an attempt that is all of it needs no assembling. */
export async function takePart(
  folder: string,
  size: number,
  { number, start, end }: Part,
  bytes: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<UploadedPart> {
  const etag = randomBytes(12).toString('base64url');
  const stop = new AbortController();
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  if (signal?.aborted) forward();
  const taking = take(folder, { number, start, end }, etag, end - start === size, bytes, stop.signal);
  const attempt: Live = { stop, ended: taking.catch(() => undefined) };
  const attempts = live.get(folder) ?? new Set();
  live.set(folder, attempts.add(attempt));
  try {
    await taking;
    return { number, start, end, etag };
  } finally {
    signal?.removeEventListener('abort', forward);
    attempts.delete(attempt);
    if (attempts.size === 0) live.delete(folder);
  }
}

/** Parts that are there, none twice and none over another: what a caller needs not send again. */
export function uploadedIn(files: readonly string[]): UploadedPart[] {
  const attempts = attemptsIn(files).filter(({ state }) => state !== 'open');
  // those in the whole file first: they cost nothing to assemble
  attempts.sort((a, b) => Number(a.state === 'part') - Number(b.state === 'part') || a.number - b.number || (a.etag < b.etag ? -1 : 1));
  const numbers = new Set<number>();
  const kept: Attempt[] = [];
  for (const attempt of attempts) {
    const index = firstAt(kept, attempt.start);
    const before = kept[index - 1];
    const after = kept[index];
    if (numbers.has(attempt.number) || (before && overlap(before, attempt)) || (after && overlap(after, attempt))) continue;
    numbers.add(attempt.number);
    kept.splice(index, 0, attempt);
  }
  return kept.sort((a, b) => a.number - b.number).map(({ number, start, end, etag }) => ({ number, start, end, etag }));
}

/** The index of the first part that starts at or after a byte, among parts in order. */
function firstAt(parts: readonly Part[], start: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((parts[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
