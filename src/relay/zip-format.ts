import * as zlib from 'node:zlib';

/** One entry of a ZIP, as its headers tell of it. */
export interface ZipEntry {
  /** With `/` between folders, and at the end of one. */
  path: string;
  modified: Date;
  /** Of the bytes, once they have passed. */
  crc: number;
  size: number;
  /** Bytes before the entry. */
  offset: number;
}

/** Headers are little-endian throughout (APPNOTE.TXT of PKWARE, 4.3): a size in bytes and a value for each field. */
type Field = readonly [bytes: 2 | 4 | 8, value: number];

function fields(list: readonly Field[], ...after: Uint8Array[]): Uint8Array {
  const length = list.reduce((sum, [bytes]) => sum + bytes, 0);
  const made = Buffer.alloc(length);
  let at = 0;
  for (const [bytes, value] of list) {
    if (bytes === 8) made.writeBigUInt64LE(BigInt(value), at);
    else made.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return after.length > 0 ? Buffer.concat([made, ...after]) : made;
}

/** What a field of four or two bytes holds where its value stands in a ZIP64 field. */
const FULL = 0xffffffff;
const FULL_COUNT = 0xffff;

const isFull = (value: number): boolean => value >= FULL;
const or64 = (value: number): number => Math.min(value, FULL);

/** Version 4.5, as ZIP64 needs; made on Unix, so that there are modes. */
const VERSION = 45;
const MADE_BY = (3 << 8) | VERSION;

/** Sizes and checksum follow the bytes; the name is UTF-8. */
const FLAGS = 0x0808;

const FILE_MODE = 0o100644;
const FOLDER_MODE = 0o40755;

/** Two seconds are the least that a ZIP knows, from 1980 to 2107, in the time of wherever it is packed. */
function stamp(date: Date): [Field, Field] {
  const year = Math.min(Math.max(date.getFullYear(), 1980), 2107);
  return [
    [2, (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)],
    [2, ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate()],
  ];
}

/** What stands before the bytes of an entry. */
export function localHeader({ path, modified }: ZipEntry): Uint8Array {
  const name = Buffer.from(path);
  return fields(
    [[4, 0x04034b50], [2, VERSION], [2, FLAGS], [2, 0], ...stamp(modified), [4, 0], [4, 0], [4, 0], [2, name.length], [2, 0]],
    name,
  );
}

/** What stands after them. */
export const descriptor = ({ crc, size }: ZipEntry): Uint8Array => {
  const bytes = isFull(size) ? 8 : 4;
  return fields([
    [4, 0x08074b50],
    [4, crc],
    [bytes, size],
    [bytes, size],
  ]);
};

function centralHeader({ path, modified, crc, size, offset }: ZipEntry): Uint8Array {
  const name = Buffer.from(path);
  const large: Field[] = [
    ...(isFull(size)
      ? ([
          [8, size],
          [8, size],
        ] as const)
      : []),
    ...(isFull(offset) ? ([[8, offset]] as const) : []),
  ];
  const extra = large.length > 0 ? fields([[2, 1], [2, large.length * 8], ...large]) : Buffer.alloc(0);
  return fields(
    [
      ...([
        [4, 0x02014b50],
        [2, MADE_BY],
        [2, VERSION],
        [2, FLAGS],
        [2, 0],
      ] as const),
      ...stamp(modified),
      ...([
        [4, crc],
        [4, or64(size)],
        [4, or64(size)],
        [2, name.length],
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
      ] as const),
      [4, (path.endsWith('/') ? FOLDER_MODE : FILE_MODE) * 0x10000],
      [4, or64(offset)],
    ],
    name,
    extra,
  );
}

/** The table of all entries, which begins at `start`, and what closes the ZIP. */
export function* directory(entries: readonly ZipEntry[], start: number): Generator<Uint8Array> {
  let size = 0;
  for (const entry of entries) {
    const header = centralHeader(entry);
    size += header.length;
    yield header;
  }
  const count = entries.length;
  if (count >= FULL_COUNT || isFull(start) || isFull(size)) {
    yield fields([
      ...([
        [4, 0x06064b50],
        [8, 44],
        [2, MADE_BY],
        [2, VERSION],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, size],
        [8, start],
      ] as const),
      ...([
        [4, 0x07064b50],
        [4, 0],
        [8, start + size],
        [4, 1],
      ] as const),
    ]);
  }
  const shown = Math.min(count, FULL_COUNT);
  yield fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, shown],
    [2, shown],
    [4, or64(size)],
    [4, or64(start)],
    [2, 0],
  ]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum, for where there is no other: Node before 20.15. */
export function slowCrc(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  for (const byte of bytes) sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 255] ?? 0);
  return ~sum >>> 0;
}

/** The checksum of bytes that follow those with the checksum `before`. Node's own is ten times as fast as any in JavaScript. */
export const crc: (bytes: Uint8Array, before: number) => number = (zlib as { crc32?: typeof zlib.crc32 }).crc32 ?? slowCrc;
