import assert from 'node:assert/strict';
import { crc32 } from './crc.js';

/** Reads a ZIP from its central directory, as any program does, and checks each entry's checksum. Folders hold `undefined`. */
export function unzip(zip: Buffer): Map<string, string | undefined> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  assert.ok(end >= 0, 'there is no end of a ZIP');
  const entries = new Map<string, string | undefined>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    assert.equal(zip.readUInt16LE(at + 8) & 0x800, 0x800, 'names are UTF-8');
    assert.equal(zip.readUInt16LE(at + 10), 0, 'stored');
    const [sum, size, length, extra, local] = [
      zip.readUInt32LE(at + 16),
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt32LE(at + 42),
    ];
    const name = zip.toString('utf8', at + 46, at + 46 + length);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + size);
    if (!name.endsWith('/')) assert.equal(crc32(bytes), sum, name);
    assert.ok(!entries.has(name), `"${name}" is there twice`);
    entries.set(name, name.endsWith('/') ? undefined : bytes.toString('utf8'));
    at += 46 + length + extra;
  }
  return entries;
}
