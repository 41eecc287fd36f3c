import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a file holds. */
export interface Content {
  file: string;
  size: number;
}

/** Where bytes are kept: a folder of the system's temporary files, so that no file is ever in memory as a whole. */
export interface Contents {
  write(bytes: AsyncIterable<Uint8Array>): Promise<Content>;
  /** The bytes from `start` to before `end`. */
  read(content: Content, start?: number, end?: number): ReadableStream<Uint8Array>;
  /** In hexadecimal. */
  sha256(content: Content): Promise<string>;
  drop(content: Content): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty place for bytes. */
export async function openContents(): Promise<Contents> {
  const folder = await mkdtemp(join(tmpdir(), 'simulated-filegenius-'));
  return {
    async write(bytes) {
      const file = join(folder, randomUUID());
      const written = createWriteStream(file);
      try {
        await pipeline(Readable.from(bytes, { objectMode: false }), written);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return { file, size: written.bytesWritten };
    },
    read: ({ file, size }, start = 0, end = size) =>
      Readable.toWeb(start === end ? Readable.from([]) : createReadStream(file, { start, end: end - 1 })) as ReadableStream<Uint8Array>,
    async sha256({ file }) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) hash.update(chunk);
      return hash.digest('hex');
    },
    drop: ({ file }) => rm(file, { force: true }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
