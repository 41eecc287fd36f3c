import { BackendError } from '../backend/errors.js';
import type { Part, PartTarget, UploadedPart } from '../backend/upload.js';
import { CHUNK } from './filemail.account.js';
import { meaningOf } from './filemail.errors.js';
import type { OpenTransfer, UploadTicket } from './filemail.tickets.js';

const invalid = (message: string): BackendError => new BackendError('invalid', message);

/** Seconds for which a URL is said to work. The service names no end: the transfer's own is far. */
const EXPIRES = 3600;

/** The size of a file's chunks, as one of its parts betrays it: the same for all of them, also beside a shorter last one. */
export function chunkOf({ name, size }: UploadTicket['file'], { number, start, end }: Part): number {
  const chunk = number === 1 ? Math.max(1, end) : start / (number - 1);
  const fits = Number.isSafeInteger(number) && number >= 1 && Number.isSafeInteger(chunk) && chunk > 0;
  if (!fits || start !== (number - 1) * chunk || end !== Math.min(size, start + chunk) || start > end || (start === end && size > 0))
    throw invalid(
      `Part ${String(number)} of "${name}" (${String(start)} to ${String(end)}) is no chunk of a file of ${String(size)} bytes.`,
    );
  if (end < size && chunk < CHUNK.min)
    throw invalid(`Part ${String(number)} of "${name}" has ${String(chunk)} bytes; expected are at least ${String(CHUNK.min)}.`);
  if (chunk > CHUNK.max && size > CHUNK.max)
    throw invalid(`Part ${String(number)} of "${name}" has ${String(chunk)} bytes; expected are at most ${String(CHUNK.max)}.`);
  return chunk;
}

/**
 * A file server's URL: the transfer's own, also after a first failure, as a server may ask for the same chunk again; after each further one
 * the next of those that stand in for it.
 */
function serverOf({ transferurl, alternate_urls }: OpenTransfer, failures: number): string {
  const urls = [transferurl, ...alternate_urls];
  const url = urls[Math.max(0, failures - 1) % urls.length] ?? transferurl;
  // Where only a host is named, the path is the one of the URL that it stands in for.
  const { pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? new URL(new URL(transferurl).pathname, url).href : url;
}

/** Where a chunk goes. Every parameter is in the query, and the key of the transfer with them: a URL like this stays on the server. */
export function targetOf({ transfer, file, path }: UploadTicket, part: Part, failures: number): PartTarget {
  const chunksize = chunkOf(file, part);
  const server = serverOf(transfer, failures);
  const query = Object.entries({
    transferid: transfer.transferid,
    transferkey: transfer.transferkey,
    thefilename: path,
    chunksize,
    chunks: Math.max(1, Math.ceil(file.size / chunksize)),
    chunk: part.number - 1,
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return {
    url: `${server}${server.includes('?') ? '&' : '?'}${query}`,
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    answer: 'body',
    expires: EXPIRES,
  };
}

/**
 * Refuses an answer to a chunk that says, under a good HTTP status, that it was not taken. What a good answer looks like is not
 * documented, so that everything else passes: nothing at all, a word, JSON without a status. An HTML page is no answer, nor half an object.
 */
function checkAnswer(body: string, number: number): void {
  const text = body.trim();
  const meant = meaningOf({ status: 200, text });
  const broken = text.startsWith('{') && !isJson(text);
  if (meant || broken || /^<(?:!doctype\s+html|html)\b/i.test(text))
    throw invalid(`Part ${String(number)} was not taken${meant?.kind ? ` (${meant.kind})` : ''}: send it again.`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Refuses parts that are not the whole file, one after another, all of one size but the last. */
export function checkParts({ file }: UploadTicket, parts: UploadedPart[]): void {
  const sorted = [...parts].sort((a, b) => a.number - b.number);
  const [first] = sorted;
  const chunk = first && chunkOf(file, first);
  const expected = chunk === undefined ? 1 : Math.max(1, Math.ceil(file.size / chunk));
  if (sorted.length !== expected) throw invalid(`"${file.name}" has ${String(expected)} parts; ${String(sorted.length)} are told of.`);
  for (const [index, part] of sorted.entries()) {
    if (part.number !== index + 1 || chunkOf(file, part) !== chunk)
      throw invalid(`Part ${String(part.number)} of "${file.name}" is missing, or of another size than the first.`);
    checkAnswer(part.body ?? '', part.number);
  }
}
