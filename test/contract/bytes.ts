import { ok } from 'node:assert/strict';
import type { Backend } from '../../src/backend/backend.js';
import type { Ref } from '../../src/backend/item.js';
import type { Part, PartTarget, Ticket, UploadCapability, UploadedPart } from '../../src/backend/upload.js';

/** Bytes that look like nothing in particular and are the same for the same seed. */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed * 0x9e3779b1 || 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** A text's bytes. */
export const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Where a file of that many parts is cut, as small as the backend allows; nothing where it takes no such number of parts. */
export function cutsOf({ partSize, maxParts, maxFileSize }: UploadCapability, count: number): { size: number; parts: Part[] } | undefined {
  const step = Math.max(partSize.min, 64);
  const size = step * (count - 1) + 17;
  if (count > maxParts || size > maxFileSize || step > partSize.max) return undefined;
  const parts = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * step,
    end: Math.min(size, (index + 1) * step),
  }));
  return { size, parts };
}

/** A stream that hands out bytes in pieces. */
export function streamOf(bytes: Uint8Array, piece = 65_536): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + piece));
      else controller.close();
      at += piece;
    },
  });
}

/** Sends one part as the relay does, where the backend takes bytes itself, else as a page does. */
export async function put(
  backend: Backend,
  ticket: Ticket,
  part: Part,
  bytes: Uint8Array,
): Promise<{ uploaded: UploadedPart; ticket: Ticket }> {
  if (backend.write) return { uploaded: await backend.write(ticket, part, streamOf(bytes)), ticket };
  const target = await backend.part(ticket, part);
  return { uploaded: await send(target, part, bytes), ticket: target.ticket ?? ticket };
}

/** The one request that a target asks for. */
export async function send({ url, method, headers, form, answer }: PartTarget, part: Part, bytes: Uint8Array): Promise<UploadedPart> {
  const content = new Blob([bytes.slice()]);
  let body: Blob | FormData = content;
  if (form) {
    body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.set(name, value);
    body.set(form.file, content, form.filename);
  }
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text);
  const { number, start, end } = part;
  if (answer === 'body') return { number, start, end, body: text };
  if (answer === 'none') return { number, start, end };
  const etag = response.headers.get('etag');
  ok(etag, 'the store told no ETag');
  return { number, start, end, etag };
}

/** A store refused the bytes of a part. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`The store answered ${status}: ${text.slice(0, 200)}`);
  }
}

/** A file's bytes, or some of them, as the relay reads them, where the backend gives them itself, else as a page does. */
export async function take(backend: Backend, item: Ref, range?: { start: number; end: number }): Promise<Uint8Array> {
  if (backend.read) return new Uint8Array(await new Response(await backend.read(item, range ?? { start: 0 })).arrayBuffer());
  const [download] = await backend.download([item]);
  ok(download, 'no download was answered');
  const response = await fetch(download.url, { headers: range ? { range: `bytes=${range.start}-${range.end - 1}` } : {} });
  ok(response.ok, `the download answered ${response.status}`);
  if (range) ok(response.status === 206, `a range was answered with ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
