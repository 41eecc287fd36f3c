import { BackendError } from '../backend/errors.js';
import type { Conflict, FileDescription, Part, Ticket, UploadedPart } from '../backend/upload.js';
import { UPLOAD } from './files-com.capabilities.js';
import { invalid } from './files-com.errors.js';
import { fieldsOf, numberOf, textOf } from './files-com.reading.js';

/** An upload that is open at the service, as its ticket says. */
export interface OpenUpload {
  /** The service's own name of it. */
  ref: string;
  /** Where it was opened for; where it ends, the service says. */
  path: string;
  size: number;
  conflict: Conflict;
  /** When it was opened, milliseconds since 1970. */
  opened: number;
  modified?: number;
  /** Folders on the way are made. */
  parents?: true;
}

/** Writes a ticket. */
export const ticketOf = (upload: OpenUpload): Ticket => ({ ...upload });

const MODES: readonly string[] = UPLOAD.conflict;

/** Reads a ticket; rejects with `invalid` what is none. */
export function readTicket(ticket: Ticket): OpenUpload {
  const fields = fieldsOf(ticket);
  const { ref, path, conflict } = fields;
  const [size, opened, modified] = [fields['size'], fields['opened'], fields['modified']].map(numberOf);
  if (
    textOf(ref) === undefined ||
    textOf(path) === undefined ||
    size === undefined ||
    opened === undefined ||
    !MODES.includes(String(conflict))
  )
    throw invalid('This is no ticket of an upload to Files.com.');
  return {
    ref: String(ref),
    path: String(path),
    size,
    opened,
    conflict: conflict as Conflict,
    ...(modified !== undefined && { modified }),
    ...(fields['parents'] === true && { parents: true }),
  };
}

/** Refuses a file that the service would not take, before it is asked. */
export function checkFile({ name, size }: FileDescription): void {
  if (!Number.isSafeInteger(size) || size < 0) throw invalid(`"${name}" has ${String(size)} bytes; a whole number is expected.`);
  const most = UPLOAD.maxFileSize;
  if (size > most) throw new BackendError('too-large', `"${name}" has ${String(size)} bytes; Files.com takes ${String(most)} at most.`);
}

/** Refuses a part that cannot be one of this upload. */
export function checkPart({ size }: OpenUpload, { number, start, end }: Part): void {
  const { partSize, maxParts } = UPLOAD;
  const length = end - start;
  const whole = [number, start, end].every(Number.isSafeInteger) && number >= 1 && start >= 0 && length >= 0 && end <= size;
  if (!whole || (length === 0 && size > 0))
    throw invalid(`No part ${String(number)} runs from ${String(start)} to ${String(end)} of ${String(size)} bytes.`);
  if (number > maxParts) throw invalid(`A file has at most ${String(maxParts)} parts; this is part ${String(number)}.`);
  if (length > partSize.max || (length < partSize.min && end < size))
    throw invalid(`Part ${String(number)} has ${String(length)} bytes; ${String(partSize.min)} to ${String(partSize.max)} are expected.`);
}

/** The parts in order; rejects with `invalid` when they are not the whole file, each byte once. */
export function wholeOf(upload: OpenUpload, parts: readonly UploadedPart[]): UploadedPart[] {
  const sorted = [...parts].sort((a, b) => a.number - b.number);
  let end = 0;
  let number = 0;
  for (const part of sorted) {
    checkPart(upload, part);
    if (part.start !== end || part.number !== number + 1)
      throw invalid(
        `Part ${String(number + 1)} should start at ${String(end)}; part ${String(part.number)} starts at ${String(part.start)}.`,
      );
    ({ end, number } = part);
  }
  if (end !== upload.size || number === 0) throw invalid(`The parts hold ${String(end)} of ${String(upload.size)} bytes.`);
  return sorted;
}
