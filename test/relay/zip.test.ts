import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { ROOT } from '../../src/backend/item.js';
import { sourceOf } from '../../src/relay/source.js';
import { crc, descriptor, directory, slowCrc, type ZipEntry } from '../../src/relay/zip-format.js';
import { zip } from '../../src/relay/zip.js';
import { crc32 } from './crc.js';
import { unzip } from './unzip.js';

const GIB = 2 ** 30;

const whole = async (stream: ReadableStream<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const entry = (over: Partial<ZipEntry>): ZipEntry => ({
  path: 'a',
  modified: new Date(2020, 1, 2, 3, 4, 6),
  crc: 7,
  size: 1,
  offset: 0,
  ...over,
});
const table = (entries: ZipEntry[], start: number): Buffer => Buffer.concat([...directory(entries, start)]);

describe('a ZIP', () => {
  it('has checksums that are the same however they are made, piece by piece', () => {
    const bytes = Buffer.from('The quick brown fox jumps over the lazy dog');
    for (const one of [crc, slowCrc]) {
      assert.equal(one(bytes, 0), 0x414fa339);
      assert.equal(one(bytes.subarray(9), one(bytes.subarray(0, 9), 0)), crc32(bytes));
      assert.equal(one(Buffer.alloc(0), 5), 5);
    }
  });

  it('says sizes and places beyond 4 GiB where readers look for them, and only those', () => {
    assert.equal(descriptor(entry({ size: 0xfffffffe })).length, 16);
    const after = Buffer.from(descriptor(entry({ size: 5 * GIB })));
    assert.deepEqual([after.length, after.readBigUInt64LE(8), after.readBigUInt64LE(16)], [24, BigInt(5 * GIB), BigInt(5 * GIB)]);

    for (const [over, expected] of [
      [{ size: 5 * GIB }, [5 * GIB, 5 * GIB]],
      [{ offset: 6 * GIB }, [6 * GIB]],
      [{ size: 0xffffffff, offset: 6 * GIB }, [0xffffffff, 0xffffffff, 6 * GIB]],
      [{ size: 0xfffffffe }, []],
    ] as const) {
      const central = table([entry(over)], 0);
      const extra = central.subarray(47, 47 + central.readUInt16LE(30));
      const found = Array.from({ length: extra.length > 0 ? extra.readUInt16LE(2) / 8 : 0 }, (_, index) =>
        Number(extra.readBigUInt64LE(4 + index * 8)),
      );
      assert.deepEqual(found, expected, JSON.stringify(over));
      const { size = 1, offset = 0 } = over as Partial<ZipEntry>;
      assert.deepEqual(
        [central.readUInt32LE(20), central.readUInt32LE(24), central.readUInt32LE(42)],
        [size, size, offset].map((value) => Math.min(value, 0xffffffff)),
      );
    }
    const end = table([], 7 * GIB);
    assert.deepEqual(
      [end.readUInt32LE(0), end.readBigUInt64LE(48), end.readBigUInt64LE(56 + 8)],
      [0x06064b50, BigInt(7 * GIB), BigInt(7 * GIB)],
    );
    assert.equal(end.readUInt32LE(end.length - 6), 0xffffffff);
    assert.equal(table([], 0).length, 22);
  });

  it('may have more than 65,535 entries', () => {
    const bytes = table(
      Array.from({ length: 65_536 }, (_, index) => entry({ path: `${index}/` })),
      0,
    );
    const record = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 6]));
    assert.deepEqual([bytes.readBigUInt64LE(record + 24), bytes.readBigUInt64LE(record + 32)], [65_536n, 65_536n]);
    assert.equal(bytes.readUInt16LE(bytes.length - 12), 0xffff);
  });

  it('keeps dates as far as it can', async () => {
    const at = new Date(2021, 11, 31, 23, 58, 40);
    const files = memory({ seed: { new: ['1', { modified: at.getTime() }], old: ['2', { modified: 0 }] } });
    const bytes = await whole(zip(files, sourceOf(files), (await files.list(ROOT, {})).items));
    assert.deepEqual([...unzip(bytes).keys()], ['new', 'old']);
    const [time, date] = [bytes.readUInt16LE(10), bytes.readUInt16LE(12)];
    assert.deepEqual(
      new Date((date >> 9) + 1980, ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2).getTime(),
      at.getTime(),
    );
  });

  it('ends what it reads when nobody takes it any more, be it while it opens or while it waits', async () => {
    const files = memory({ seed: { a: 'a' } });
    const { items } = await files.list(ROOT, {});
    let [opened, cancelled] = [0, 0];
    for (let turns = 0; turns < 20; turns += 1) {
      const open = (): Promise<ReadableStream<Uint8Array>> => {
        opened += 1;
        return Promise.resolve(new ReadableStream({ pull: () => new Promise(() => undefined), cancel: () => void (cancelled += 1) }));
      };
      const reader = zip(files, open, items).getReader();
      await reader.read();
      const waiting = reader.read();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await reader.cancel();
      assert.equal((await waiting).done, true);
      while (cancelled < opened) await new Promise(setImmediate);
    }
    assert.ok(opened > 10);
  });
});
