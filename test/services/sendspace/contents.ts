import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where the bytes of one file are. */
export interface Content {
  path: string;
  size: number;
}

/** Keeps files in a folder of the system's temporary ones, so that none is ever in memory as a whole. */
export interface Contents {
  write(bytes: AsyncIterable<Uint8Array>): Promise<Content>;
  /** The bytes from `start` to before `end`. */
  read(content: Content, start: number, end: number): ReadableStream<Uint8Array>;
  bytes(content: Content): Promise<Uint8Array>;
  sha256(content: Content): Promise<string>;
  remove(content: Content): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty place for bytes. */
export async function openContents(): Promise<Contents> {
  const folder = await mkdtemp(join(tmpdir(), 'simulated-sendspace-'));
  return {
    async write(bytes) {
      const path = join(folder, randomUUID());
      const file = createWriteStream(path);
      await pipeline(bytes, file);
      return { path, size: file.bytesWritten };
    },
    read: ({ path }, start, end) =>
      Readable.toWeb(start < end ? createReadStream(path, { start, end: end - 1 }) : Readable.from([])) as ReadableStream<Uint8Array>,
    bytes: async ({ path }) => new Uint8Array(await readFile(path)),
    async sha256({ path }) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex');
    },
    remove: ({ path }) => rm(path, { force: true }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
