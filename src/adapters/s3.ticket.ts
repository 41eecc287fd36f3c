import { BackendError } from '../backend/errors.js';
import type { Conflict, FileDescription, Part, UploadCapability, UploadedPart } from '../backend/upload.js';
import { invalid } from './s3.errors.js';
import { bare } from './s3.objects.js';
import type { StoredPart } from './s3.multipart.js';

/** An upload as its signed ticket says it: it was checked by `init`. */
export interface OpenUpload {
  id: string;
  /** The folder that it will lie in. */
  parent: string;
  name: string;
  size: number;
  type: string;
  conflict: Conflict;
  /** The store's id of it; without one, the bytes go to a hidden object all at once. */
  multipart?: string;
  /** Given: its bytes come together under this item's own key. Else they come together hidden, and are copied. */
  bound?: string;
}

/** Refuses a file that the store would not take, before it is asked. */
export function checkFile({ name, size }: FileDescription, { maxFileSize }: UploadCapability): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw invalid(`${JSON.stringify(name)} has ${String(size)} bytes; a whole number is expected.`);
  if (size > maxFileSize)
    throw new BackendError(
      'too-large',
      `${JSON.stringify(name)} has ${String(size)} bytes; this store takes ${String(maxFileSize)} per file.`,
    );
}

/** Refuses a part that cannot be one of this upload. */
export function checkPart({ size, multipart }: OpenUpload, { number, start, end }: Part, { partSize, maxParts }: UploadCapability): void {
  const length = end - start;
  const told = `Part ${String(number)} from ${String(start)} to ${String(end)}`;
  if (
    ![number, start, end].every(Number.isSafeInteger) ||
    number < 1 ||
    start < 0 ||
    end > size ||
    length < 0 ||
    (length === 0 && size > 0)
  )
    throw invalid(`${told} is no slice of ${String(size)} bytes.`);
  if (number > maxParts) throw invalid(`${told}: a file has ${String(maxParts)} parts at most.`);
  if (multipart === undefined ? length !== size || number !== 1 : length > partSize.max || (length < partSize.min && end < size))
    throw invalid(
      multipart === undefined
        ? `${told}: a file of ${String(size)} bytes comes in one piece.`
        : `${told} has ${String(length)} bytes; ${String(partSize.min)} to ${String(partSize.max)} are expected of all but the last.`,
    );
}

/** The parts in order; rejects with `invalid` when they are not the whole file, each byte once, as the store has them. */
export function wholeOf(
  upload: OpenUpload,
  named: readonly UploadedPart[],
  stored: readonly StoredPart[],
  limits: UploadCapability,
): StoredPart[] {
  const there = new Map(stored.map((part) => [part.number, part]));
  let end = 0;
  const whole = [...named]
    .sort((a, b) => a.number - b.number)
    .map((part, index) => {
      checkPart(upload, part, limits);
      if (part.number !== index + 1 || part.start !== end) throw invalid(`The parts do not join at byte ${String(end)}.`);
      ({ end } = part);
      const found = there.get(part.number);
      if (found?.size !== part.end - part.start || (part.etag !== undefined && bare(part.etag) !== found.etag))
        throw invalid(`Part ${String(part.number)} is not there as it is named: send it again, or ask "parts" which ones are.`);
      return found;
    });
  const [first] = whole;
  if (
    limits.cuts === 'equal' &&
    whole.some(({ size }, index) => (index < whole.length - 1 ? size !== first?.size : size > (first?.size ?? 0)))
  )
    throw invalid('The parts differ in size; this store wants all but the last to have one.');
  if (end !== upload.size || whole.length === 0) throw invalid(`The parts hold ${String(end)} of ${String(upload.size)} bytes.`);
  return whole;
}

/**
 * The parts that are there, each with the slice that it is. The store tells their sizes and numbers alone: where all have one size, that
 * says where they lie; else those up to the first hole are told, and what lies behind it is sent again.
 */
export function slicesOf({ size }: OpenUpload, stored: readonly StoredPart[], cuts: UploadCapability['cuts']): UploadedPart[] {
  const slices: UploadedPart[] = [];
  const [first] = stored;
  // Of the last part, which may be smaller, the parts before it say their size.
  const step = first && first.number > 1 && stored.length === 1 ? (size - first.size) / (first.number - 1) : (first?.size ?? 0);
  let run = 0;
  for (const { number, size: length, etag } of stored) {
    if (cuts === 'free' && number !== slices.length + 1) break;
    const start = cuts === 'equal' ? (number - 1) * step : run;
    run = start + length;
    if (run <= size) slices.push({ number, start, end: run, etag: `"${etag}"` });
  }
  return slices;
}
