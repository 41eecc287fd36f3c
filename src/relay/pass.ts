import type { Ticket, Part, PartTarget, UploadedPart } from '../backend/upload.js';
import { BackendError } from '../backend/errors.js';
import { bearerOf, type Ground, type Visit } from './visit.js';
import type { Bearer } from './seal.js';

/** Seconds within which bytes must start to flow once a page knows where to; how long they then take is their own affair. */
const START_WITHIN = 900;

/** What a URL that takes the bytes of one part stands for. */
export interface BytesPass extends Bearer {
  /** The upload's own id. */
  upload: string;
  name: string;
  number: number;
  start: number;
  /** Absent: wherever the body ends, as the page has not said yet how it cuts. */
  end?: number;
  /** Most bytes of this part. */
  most: number;
  /** Milliseconds since 1970. */
  startBy: number;
  /** The backend's own ticket, where it takes bytes itself. */
  ticket: Ticket;
  /** Where the bytes go on to, where the backend says so. */
  target?: PartTarget;
}

/** The part of a file that a pass is made for. */
export type PassFor = Omit<BytesPass, keyof Bearer | 'startBy'>;

/** Where a page sends a part's bytes when they pass the relay. */
export async function passage(visit: Visit, { target, ...part }: PassFor): Promise<PartTarget> {
  const expires = Math.min(START_WITHIN, target?.expires ?? START_WITHIN);
  const pass: BytesPass = { ...bearerOf(visit), ...part, ...(target && { target }), startBy: Date.now() + expires * 1000 };
  const sealed = await visit.ground.seals.of<BytesPass>('bytes').seal(pass);
  return {
    url: visit.ground.urlOf('bytes', sealed),
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    answer: 'body',
    expires,
  };
}

/** An uploaded part, as short as it can be: there may be 10,000 of them. */
type Sealed = [upload: string, number: number, start: number, end: number, etag: string | null, body: string | null];

/** How a sealed part begins; the answer of another store does not. */
const MARK = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..';

/** An uploaded part as a page may carry it: bound to its upload, number and place. */
export async function partOut(
  { seals }: Pick<Ground, 'seals'>,
  upload: string,
  { number, start, end, etag, body }: UploadedPart,
): Promise<UploadedPart & { body: string }> {
  const sealed: Sealed = [upload, number, start, end, etag ?? null, body ?? null];
  return { number, start, end, body: await seals.of<Sealed>('part').seal(sealed) };
}

/** What a page carried as an uploaded part; `relayed`: all of this upload's parts passed the relay. Rejects with `forbidden` what did not come from it. */
export async function partIn({ ground }: Visit, upload: string, part: UploadedPart, relayed: boolean): Promise<UploadedPart> {
  if (!relayed && !part.body?.startsWith(MARK)) return part;
  const [of, number, start, end, etag, body] = await ground.seals.of<Sealed>('part').open(part.body ?? '');
  if (of !== upload || number !== part.number || start !== part.start || end !== part.end) {
    throw new BackendError('forbidden', `Part ${part.number} is not the one that was uploaded: its seal is for another.`);
  }
  return { ...sliceOf(number, start, end), ...(etag === null ? {} : { etag }), ...(body === null ? {} : { body }) };
}

const sliceOf = (number: number, start: number, end: number): Part => ({ number, start, end });
