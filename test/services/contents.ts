import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { crc32 } from 'node:zlib';

/** Bytes of one part, in a file of their own. They never change, so that copies share them. */
interface Piece {
  file: string;
  size: number;
}

/** What a file holds: pieces in order. */
export interface Content {
  size: number;
  pieces: readonly Piece[];
}

/** Bytes that arrived, with the digest that storage answers. */
export interface Stored {
  content: Content;
  md5: string;
}

/** The digests that the service tells of a file, some time after its upload. */
export interface Checksums {
  crc32: string;
  md5: string;
  sha1: string;
  sha256: string;
}

/** Where bytes are kept: a folder of the system's temporary files, so that no file is ever in memory as a whole. */
export interface Contents {
  write(bytes: ReadableStream<Uint8Array> | null): Promise<Stored>;
  /** The bytes from `start` to before `end`. */
  read(content: Content, start?: number, end?: number): ReadableStream<Uint8Array>;
  checksums(content: Content): Promise<Checksums>;
  close(): Promise<void>;
}

/** Nothing. */
export const EMPTY: Content = { size: 0, pieces: [] };

/** One after the other. */
export function joined(contents: readonly Content[]): Content {
  return { size: contents.reduce((sum, { size }) => sum + size, 0), pieces: contents.flatMap(({ pieces }) => pieces) };
}

async function* slices({ pieces }: Content, start: number, end: number): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const { file, size } of pieces) {
    const [first, last] = [Math.max(start - from, 0), Math.min(end - from, size) - 1];
    if (first <= last) yield* createReadStream(file, { start: first, end: last, highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
    from += size;
  }
}

/** Opens an empty place for bytes. */
export async function openContents(): Promise<Contents> {
  const folder = await mkdtemp(join(tmpdir(), 'simulated-service-'));
  return {
    async write(bytes) {
      const file = join(folder, randomUUID());
      const md5 = createHash('md5');
      let size = 0;
      if (bytes) {
        const measure = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
          for await (const chunk of source) {
            md5.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        };
        await pipeline(Readable.fromWeb(bytes as NodeReadableStream), measure, createWriteStream(file));
      }
      return { content: size === 0 ? EMPTY : { size, pieces: [{ file, size }] }, md5: md5.digest('hex') };
    },
    read: (content, start = 0, end = content.size) =>
      Readable.toWeb(Readable.from(slices(content, start, end), { objectMode: false })) as ReadableStream<Uint8Array>,
    async checksums(content) {
      const [md5, sha1, sha256] = [createHash('md5'), createHash('sha1'), createHash('sha256')];
      let crc = 0;
      for await (const chunk of slices(content, 0, content.size)) {
        for (const hash of [md5, sha1, sha256]) hash.update(chunk);
        crc = crc32(chunk, crc);
      }
      return {
        crc32: crc.toString(16).padStart(8, '0'),
        md5: md5.digest('hex'),
        sha1: sha1.digest('hex'),
        sha256: sha256.digest('hex'),
      };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
