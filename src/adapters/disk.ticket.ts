import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';

/** What a ticket says about its upload. It was checked by `init`, and the signature proves that it is still the same. */
export interface Upload {
  /** Unguessable; the name of its folder in the stage. */
  readonly id: string;
  /** Id of the folder that it was opened in. */
  readonly folder: string;
  /** Folders to be made below that one. */
  readonly steps: readonly string[];
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970; `null`: the time at which it is stored. */
  readonly modified: number | null;
  readonly conflict: Conflict;
}

type Payload = [
  id: string,
  folder: string,
  steps: readonly string[],
  name: string,
  size: number,
  modified: number | null,
  conflict: Conflict,
];

const sign = (body: string, key: Buffer) => createHmac('sha256', key).update(`ferrykit disk upload\n${body}`).digest('base64url');

/** A new upload's id: 144 random bits that are also a safe file name. */
export const newId = (): string => randomBytes(18).toString('base64url');

/** Makes the ticket: the upload itself and its signature, so that an open upload needs no record on the disk. */
export function sealTicket({ id, folder, steps, name, size, modified, conflict }: Upload, key: Buffer): string {
  const payload: Payload = [id, folder, steps, name, size, modified, conflict];
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${body}.${sign(body, key)}`;
}

/** Reads a ticket; one that this disk never gave rejects with `not-found`. */
export function openTicket(ticket: Json, key: Buffer): Upload {
  const [body = '', signature = '', ...more] = typeof ticket === 'string' ? ticket.split('.') : [];
  // as text: several texts decode to the same bytes, and only one of them was given
  const given = Buffer.from(signature);
  const expected = Buffer.from(sign(body, key));
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new BackendError('not-found', 'This upload ticket is none that this disk gave.');
  const [id, folder, steps, name, size, modified, conflict] = JSON.parse(Buffer.from(body, 'base64url').toString()) as Payload;
  return { id, folder, steps, name, size, modified, conflict };
}
